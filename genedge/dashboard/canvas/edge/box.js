// The edge server: its box, its bars, and what came of the request.

function drawBox(I) {
  const { ctx, L, css } = I
  const { box, room } = L
  card(ctx, box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, 14)
  paint(ctx, css.back)
  outline(ctx, css.line)
  card(ctx, room.x, room.y, room.w, room.h, 9)
  paint(ctx, css.inset)
  const y = box.y + 19
  write(ctx, L.edge, room.x + 2, y, L.fonts.title, css.text, "left")
  write(ctx, L.policy, room.x + L.edgeW + 12, y, L.fonts.small, css.muted, "left")
  drawVerdict(I, room.x + room.w - 2, y)
  for (let k = 0; k < 3; k++) drawBar(I, k)
  for (const port of [L.near, L.far]) {
    dot(ctx, port.x, port.y, 3.5)
    paint(ctx, css.back)
    outline(ctx, css.wire, 1.5)
  }
}

// Told apart by mark as well: a hit is a dot, a miss a ring, a rejection a triangle.
function drawVerdict(I, right, y) {
  const { ctx, L, S, css } = I
  if (!S.verdict || I.t < S.times.known) return
  ctx.globalAlpha = clamp((I.t - S.times.known) / 120, 0, 1)
  const waiting = I.t < S.times.answer[1]
  write(ctx, waiting ? S.waiting : S.verdict, right, y, L.fonts.verdict, css.text, "right")
  const x = right - (waiting ? S.waitingW : S.verdictW) - 12
  if (S.kind === REJECTED) {
    ctx.beginPath()
    polygon(ctx, x, y - 6, x + 6, y + 4.5, x - 6, y + 4.5)
  } else dot(ctx, x, y, S.kind === HIT ? 4.5 : 4)
  if (S.kind === MISS) outline(ctx, css.accent, 2)
  else paint(ctx, css.accent)
  ctx.globalAlpha = 1
}

function drawBar(I, k) {
  const { ctx, L, S, css } = I
  const { x, y, w } = L.bars[k]
  const bar = S.bars[k]
  const p = share(I, S.times.shift)
  const full = bar.was + (bar.is - bar.was) * p
  const words = p < 0.5 ? bar.wasText : bar.isText, { tiny } = L.fonts
  write(ctx, L.barNames[k], x + 1, y - (L.stackedBars ? 24 : 10), tiny, css.muted, "left")
  if (L.stackedBars) write(ctx, words, x + 1, y - 10, tiny, css.text, "left")
  else write(ctx, words, x + w, y - 10, tiny, css.text, "right")
  card(ctx, x, y, w, 5, 2.5)
  paint(ctx, css.track)
  if (full <= 0) return
  card(ctx, x, y, Math.max(5, w * full), 5, 2.5)
  paint(ctx, css.fill)
}
