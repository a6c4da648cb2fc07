// Travellers: requests and their answers, models that come and go.

// Small as a chip on the link, as large as its tile in the box.
function drawFlight(I, F) {
  const { ctx, L, S, css } = I
  const gone = share(I, F.times)
  if (F.comes && I.t < F.times[0]) return
  if (!F.comes && gone >= 1) return
  const p = F.comes ? gone : 1 - gone
  const port = F.route[8] // share of the way at the edge's far port
  const grown = clamp((p - port) / (1 - port || 1), 0, 1)
  follow(I, F.route, p)
  const w = F.tag.w + (F.rect.w - F.tag.w) * grown, h = 24 + (F.rect.h - 24) * grown
  const x = I.x - w / 2, y = I.y - h / 2
  if (!F.comes) ctx.globalAlpha = clamp(p * 6, 0, 1)
  if (grown >= 1) drawTile(I, F.m, x, y, w, h, F.comes && F.m === S.model)
  else {
    drawCard(I, F.m, x, y, w, h, F.comes)
    if (grown > 0.5) drawName(I, F.m, I.x, I.y)
    else write(ctx, F.tag.text, I.x, I.y + 0.5, L.fonts.token, css.text, "center")
  }
  ctx.globalAlpha = 1
}

// The request on its way to the edge, waiting at the door, and thrown back when rejected.
function drawAsking(I) {
  const { S } = I
  const { ask, on, answer } = S.times
  if (!S.ask || I.t >= S.times.end) return
  if (S.kind === REJECTED) {
    if (I.t < answer[0]) drawToken(I, S.ask, ask)
    else drawToken(I, S.back, answer)
  } else if (I.t < ask[1] || (S.kind === MISS && I.t < on[0])) drawToken(I, S.ask, ask)
}

// Fades in where it sets out; where it arrives for good it shrinks away.
function drawToken(I, route, times) {
  const { ctx, L, S, css } = I
  if (I.t < times[0]) return
  const raw = clamp((I.t - times[0]) / (times[1] - times[0]), 0, 1)
  follow(I, route, share(I, times))
  const first = route === S.ask, last = first === (S.kind === HIT)
  ctx.globalAlpha = Math.min(first ? clamp(raw * 5, 0, 1) : 1, last ? clamp((1 - raw) * 5, 0, 1) : 1)
  const { w, text } = S.tag
  const x = L.wide ? I.x : clamp(I.x, w / 2, L.W - w / 2)
  card(ctx, Math.max(0, x - w / 2), I.y - 12, w, 24, 12)
  paint(ctx, css.accent)
  write(ctx, text, Math.max(w / 2, x), I.y + 0.5, L.fonts.token, css.ink, "center")
  ctx.globalAlpha = 1
}

// The answer is a dot; when it is there the user knows how long it took.
function drawAnswer(I) {
  const { ctx, L, S, css } = I
  if (!S.answer || I.t < S.times.answer[0]) return
  const p = share(I, S.times.answer)
  if (p < 1) {
    follow(I, S.back, p)
    dot(ctx, I.x, I.y, 6)
    outline(ctx, css.back, 2)
    return paint(ctx, css.accent)
  }
  const { x, y } = S.person
  if (L.wide) write(ctx, S.answer, x, y + 29, L.fonts.token, css.accent, "center")
  else write(ctx, S.answer, x + 19, y + 9, L.fonts.token, css.accent, "left")
}
