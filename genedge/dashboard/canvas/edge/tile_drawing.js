// Tiles, drawn: each moves, fades, or lights up when a request finds it.

function drawTiles(I) {
  const { ctx, L, S, css } = I
  const p = share(I, S.times.shift)
  for (const T of S.tiles) {
    const { from, to } = T
    const lit = S.kind === HIT && T.m === S.model && I.t >= S.times.ask[1] - 40
    ctx.globalAlpha = T.in ? p : T.out ? 1 - p : 1
    drawTile(I, T.m, from.x + (to.x - from.x) * p, from.y + (to.y - from.y) * p, to.w, to.h, lit)
  }
  ctx.globalAlpha = 1
  const emptyBefore = !L.states[S.from + 1].rects.size, emptyAfter = !S.after.length
  if (!(p < 0.5 ? emptyBefore : emptyAfter)) return
  write(ctx, L.empty, ...centre(L.room), L.fonts.small, css.muted, "center")
}

function drawTile(I, m, x, y, w, h, lit) {
  const { ctx, L, S, css } = I
  if (ctx.globalAlpha <= 0) return
  if (lit) drawHalo(I, x, y, w, h)
  drawCard(I, m, x, y, w, h, lit)
  if (m >= 0) return drawName(I, m, x + w / 2, y + h / 2)
  write(ctx, S.moreText, x + w / 2, y + h / 2 + 0.5, L.fonts.small, css.muted, "center", Math.max(1, w - 8))
}

function drawCard({ ctx, css }, m, x, y, w, h, lit) {
  card(ctx, x + 0.75, y + 0.75, w - 1.5, h - 1.5, 8)
  paint(ctx, m < 0 ? css.back : lit ? css.lit : css.tile)
  outline(ctx, m < 0 ? css.line : lit ? css.accent : css.rim, lit ? 2 : 1)
}

// A ring that widens once when a request finds its model.
function drawHalo(I, x, y, w, h) {
  const { ctx, S, css } = I
  const p = clamp((I.t - S.times.ask[1] + 40) / 420, 0, 1)
  if (p >= 1) return
  const r = 1 + 6 * p
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * (1 - p) * 0.7
  card(ctx, x - r, y - r, w + 2 * r, h + 2 * r, 8 + r)
  outline(ctx, css.accent, 2)
  ctx.globalAlpha = alpha
}

function drawName(I, m, x, y) {
  const { ctx, L, css } = I
  const { lines, font, pitch } = L.sizes.get(m)
  const top = y + 0.5 - ((lines.length - 1) / 2) * pitch
  lines.forEach((text, i) => write(ctx, text, x, top + i * pitch, font, css.text, "center"))
}

// Breaks a name into lines at spaces and behind hyphens; the last one is cut if need be.
function setName(I, tile, name, font, pitch) {
  const { ctx, L } = I
  const width = tile.w - 10
  const most = Math.max(1, Math.floor((tile.h - 8) / pitch))
  ctx.font = L.fonts[font]
  const lines = [""]
  for (const part of name.slice(0, 120).match(/[^\s\-_/]+[\-_/]*\s*|[\s\-_/]+/g) ?? []) {
    const last = lines.length - 1
    if (!lines[last] || ctx.measureText((lines[last] + part).trimEnd()).width <= width) lines[last] += part
    else lines.push(part)
  }
  const kept = lines.slice(0, most).map((line) => line.trimEnd())
  if (lines.length > most) kept[most - 1] += " " + lines.slice(most).join("")
  tile.lines = kept.map((line) => ellipsis(ctx, line, width))
  tile.whole = lines.length <= most && tile.lines.every((line, i) => line === kept[i])
  tile.font = ctx.font
  tile.pitch = pitch
}
