// Bars: what is deployed against the three capacities.

function drawBars(I, P) {
  for (let k = 0; k < RESOURCES.length; k++) drawBar(I, P, k)
}

function drawBar(I, P, k) {
  const fill = P.fills[k]
  const ctx = fill.getContext("2d")
  const width = fill.width / I.ratio, height = fill.height / I.ratio
  ctx.clearRect(0, 0, width, height)
  ctx.fillStyle = I.css.track
  ctx.fillRect(0, 0, width, height)
  ctx.font = font(I, 10.5)
  ctx.textBaseline = "middle"
  ctx.textAlign = "left"
  ctx.strokeStyle = I.css.frame
  ctx.strokeRect(0.5, 0.5, width - 1, height - 1)
  let x = 0
  for (let m = 0; m < I.D.M; m++) {
    const w = segment(I, P, k, m, width)
    if (w > 0) drawSegment(I, P, ctx, m, x, w, height)
    x += w
  }
}

// A model's width in a bar; it grows and shrinks while the player glides to its new place.
function segment(I, P, k, m, width) {
  return shown(I, P, m) * shareOf(I.D, k, I.D.sizes[k][m]) * width
}

function drawSegment(I, P, ctx, m, x, w, height) {
  ctx.fillStyle = m === I.hover ? P.firm : P.soft
  ctx.fillRect(x, 0, w > 2 ? w - 1 : w, height)
  const name = I.D.names[m]
  if (w < 26 || w < ctx.measureText(name).width + 9) return
  ctx.fillStyle = I.css.text
  ctx.fillText(name, x + 5, height / 2 + 0.5)
}
