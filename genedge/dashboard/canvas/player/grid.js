// Grid: rows are models, columns slots.

// First slot of the window, a fraction while it glides.
function windowStart(I, g) {
  return clamp(I.pos - Math.floor(g.columns * KEEP_AT), 0, I.D.T - g.columns)
}

function drawGrid(I, P) {
  const { css } = I
  const { ctx, width, height, left, plotW, plotH } = P.g
  const start = windowStart(I, P.g)
  const low = Math.floor(start)
  const high = Math.min(I.D.T - 1, Math.ceil(start + P.g.columns))
  ctx.clearRect(0, 0, width, height)
  ctx.save()
  ctx.translate(0, HEAD)
  ctx.fillStyle = css.panel
  ctx.fillRect(left, 0, plotW, plotH)
  drawNames(I, P)
  ctx.beginPath()
  ctx.rect(left, 0, plotW, height)
  ctx.clip()
  ctx.translate(left - start * P.g.cell, 0)
  drawBands(I, P, low, high)
  drawDeployments(I, P, low, high)
  drawLeavers(I, P, low)
  drawMarks(I, P, low)
  drawNow(I, P)
  ctx.restore()
}

function drawBands(I, P, low, high) {
  const { ctx, cell, row, plotH, tick, height, size } = P.g
  const { css, D } = I
  if (D.rows.length > STRIPED_FROM) {
    ctx.fillStyle = css.stripe
    for (let r = 1; r < D.rows.length; r += 2) ctx.fillRect(low * cell, r * row, (high - low + 1) * cell, row)
  }
  if (I.hover >= 0 && D.rowOf[I.hover] >= 0) {
    ctx.fillStyle = css.row
    ctx.fillRect(low * cell, D.rowOf[I.hover] * row, (high - low + 1) * cell, row)
  }
  ctx.font = font(I, Math.min(size, 11))
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  for (let t = low; t <= high; t++) {
    if ((t + D.first) % tick) continue
    ctx.fillStyle = css.line
    ctx.fillRect((t + 0.5) * cell - 0.5, 0, 1, plotH + 3)
    ctx.fillStyle = css.muted
    if (Math.abs(t - I.slot) * cell > 26) ctx.fillText(slotName(I, t), (t + 0.5) * cell, height - HEAD - 7)
  }
  // The column is where the caption is; what arrives and leaves is what glides.
  ctx.fillStyle = css.now
  ctx.fillRect(I.slot * cell, 0, cell, plotH)
}

// Adjoining slots make one ribbon: it reads as a stay, and costs one rectangle instead of many.
function drawDeployments(I, P, low, high) {
  const { ctx } = P.g
  const gliding = I.p < 1
  addRibbons(I, P, low, Math.min(gliding ? I.slot - 1 : I.slot, high))
  paint(ctx, P.soft)
  if (gliding) drawColumn(I, P)
  addRibbons(I, P, Math.max(low, I.slot + 1), high)
  paint(ctx, P.faint)
}

function addRibbons(I, P, low, high) {
  const { ctx, cell, row, pad } = P.g
  ctx.beginPath()
  for (let r = 0; r < I.D.rows.length; r++) {
    let begin = -1
    for (let t = low; t <= high + 1; t++) {
      const on = t <= high && flagAt(I, P, r, t) & DEPLOYED
      if (on && begin < 0) begin = t
      if (on || begin < 0) continue
      ctx.rect(begin * cell, r * row + pad, (t - begin) * cell, row - 2 * pad)
      begin = -1
    }
  }
}

// The current column changes: stays are there at once, arrivals fade in, and what is evicted
// slides out of its row and shrinks. (Stepping back, what leaves fades.)
function drawColumn(I, P) {
  const { ctx, cell, row, pad } = P.g
  const height = row - 2 * pad
  I.D.rows.forEach((m, r) => {
    const share = shown(I, P, m)
    if (share <= 0) return
    const { on, out } = P.now
    ctx.globalAlpha = Math.sqrt(share)
    if (on[m] || !out[m]) ctx.fillRect(I.slot * cell, r * row + pad, cell, height)
    else drawLeaving(ctx, I.slot * cell, r * row + row / 2, cell, height, 1 - share)
  })
  ctx.globalAlpha = 1
}

function drawLeaving(ctx, x, middle, cell, height, gone) {
  const h = height * (1 - 0.7 * gone)
  ctx.fillRect(x + Math.max(cell, SLIDE) * gone, middle - h / 2, cell * (1 - 0.4 * gone), h)
}

function drawNow(I, P) {
  const { ctx, cell, plotW, plotH, height, size } = P.g
  const x = I.slot * cell
  ctx.fillStyle = I.css.edge
  ctx.fillRect(x, 0, 1, plotH)
  ctx.fillRect(x + cell - 1, 0, 1, plotH)
  const name = slotName(I, I.slot), bold = font(I, Math.min(size, 11), 700)
  ctx.font = bold
  const half = ctx.measureText(name).width / 2, start = windowStart(I, P.g) * cell
  const middle = clamp(x + cell / 2, start + half, start + plotW - half)
  write(ctx, name, middle, height - HEAD - 7, bold, I.css.text, "center")
}

// Where names are thinned out the one under the pointer takes its neighbours' room. On a request its
// model's name is bold, and those that its decision evicts are struck out.
function drawNames(I, P) {
  const { ctx, left, row, size, every, names } = P.g
  const hovered = I.D.rowOf[I.hover] ?? -1
  ctx.textAlign = "right"
  ctx.textBaseline = "middle"
  ctx.fillStyle = I.css.text
  const asked = I.request < 0 ? -1 : I.D.rowOf[I.D.asked[I.request]]
  for (let r = 0; r < names.length; r += every) {
    if (hovered >= 0 && Math.abs(r - hovered) < every) continue
    ctx.font = font(I, size, r === asked ? 700 : 400)
    ctx.fillText(names[r], left - 7, (r + 0.5) * row)
    if (!P.now.gone[I.D.rows[r]]) continue
    const width = ctx.measureText(names[r]).width
    ctx.fillRect(left - 7 - width, Math.round((r + 0.5) * row) - 0.5, width, 1.3)
  }
  if (hovered < 0) return
  ctx.font = font(I, size, 700)
  ctx.fillText(names[hovered], left - 7, (hovered + 0.5) * row)
}
