// Layout: where everything stands.

// Done when the size, the fonts, the theme or the data change.
function layout(I) {
  measure(I)
  I.height = I.el.scene.clientHeight
  if (!I.width || !I.height) return
  I.ctx = fit(I, I.el.scene, I.width, I.height)
  const L = (I.L = I.width >= WIDE ? sideBySide(I) : oneOverOther(I))
  L.fonts = {
    title: font(I, 13, 600), small: font(I, 12), tiny: font(I, 11), label: font(I, 12.5, 600), fine: font(I, 11, 600),
    verdict: font(I, 13, 600), token: font(I, 12, 600), chip: font(I, 12),
  }
  layoutEdge(I, L)
  layoutWords(I, L)
  layoutChips(I, L)
  layoutTiles(I, L)
  if (I.S) I.S = makeScene(I, I.S.from, I.at)
  I.dirty = true
}

function sideBySide(I) {
  const W = I.width, H = I.height
  const users = W < 800 ? 56 : 84
  const near = clamp(W * 0.055, 34, 72), link = clamp(W * 0.11, 78, 140)
  const cloudW = clamp(W * 0.27, 176, 330)
  const box = { x: users + near, y: 4, w: W - users - near - link - cloudW - 1, h: H - 8 }
  const middle = box.y + 42 + (box.h - 42 - 46) / 2
  const cloudH = Math.min(H - 16, W < 800 ? 244 : 218)
  const cloud = { x: W - cloudW - 1, y: Math.max(2, middle - cloudH / 2 - 12), w: cloudW, h: cloudH, bump: 34, round: 44 }
  const x = users - (W < 800 ? 28 : 38)
  return {
    wide: true, W, H, box, cloud,
    people: [{ x, y: middle - 62 }, { x, y: middle }, { x, y: middle + 62 }],
    usersAt: { x, y: middle + 110 },
    near: { x: box.x, y: middle }, far: { x: box.x + box.w, y: middle }, sky: { x: cloud.x, y: middle },
    cloudAt: { x: cloud.x + cloud.w * 0.58, y: cloud.y + cloud.bump + 6 },
    lane: { x: 0, y: LANE }, linkAt: { x: box.x + box.w + link / 2, y: middle - 36, room: link - 12 },
  }
}

function oneOverOther(I) {
  const W = I.width, H = I.height
  const box = { x: 1, y: 74, w: W - 2, h: 196 }
  const cloud = { x: 1, y: box.y + box.h + 26, w: W - 2, h: H - box.y - box.h - 28, bump: 20, round: 34 }
  const x = W / 2, step = Math.min(72, W / 5)
  return {
    wide: false, W, H, box, cloud,
    people: [{ x: x - step, y: 22 }, { x, y: 22 }, { x: x + step, y: 22 }],
    usersAt: { x: 2, y: 22, left: true },
    near: { x, y: box.y }, far: { x, y: box.y + box.h }, sky: { x, y: cloud.y + cloud.bump },
    cloudAt: { x: cloud.x + cloud.w * 0.66, y: cloud.y + cloud.bump - 1 },
    lane: { x: LANE, y: 0 }, linkAt: { x: 2, y: box.y + box.h + 18, left: true, room: W * 0.28 },
  }
}

// Inside the edge box: a heading, the room for tiles, three slim bars.
function layoutEdge(I, L) {
  const { box } = L
  const pad = 12
  const each = (box.w - 2 * pad + 16) / 3
  L.stackedBars = each - 16 < 158
  const bars = L.stackedBars ? 50 : 36
  L.room = { x: box.x + pad, y: box.y + 36, w: box.w - 2 * pad, h: box.h - 36 - bars - 8 }
  L.bars = RESOURCES.map((_, k) => ({ x: box.x + pad + k * each, y: box.y + box.h - 16, w: each - 16 }))
}

function layoutWords(I, L) {
  const { ctx } = I
  const set = (name, text, room) => { ctx.font = L.fonts[name]; return ellipsis(ctx, text, room) }
  L.edge = set("title", say(I, "edge"), L.room.w * 0.4)
  L.edgeW = ctx.measureText(L.edge).width
  const policy = I.D.policy ? say(I, "policy", { policy: cut(I.D.policy) }) : ""
  ctx.font = L.fonts.small
  // Beside the heading only where the verdict keeps its room.
  L.policy = ctx.measureText(policy).width <= L.room.w - L.edgeW - 178 ? policy : ""
  L.cloudName = set("title", say(I, "cloud"), L.cloud.w * 0.5)
  L.users = set("small", say(I, "users"), L.wide ? 84 : 70)
  L.bandwidth = set("small", say(I, "bandwidth", { n: number(I.D.bandwidth) }), L.linkAt.room)
  L.barNames = RESOURCES.map(({ word }, k) => set("tiny", say(I, word), L.bars[k].w))
  L.empty = set("small", say(I, "empty"), L.room.w - 16)
}
