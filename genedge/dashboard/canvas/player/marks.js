// Marks of a grid: what came of the requests of a slot, and who left in it.

// An evicted model's ribbon ends in a wedge. Where the model came back within the slot the ribbon
// goes on, so there the wedge gets a rim to stand out.
function drawLeavers(I, P, low) {
  addWedges(I, P, low, false)
  paint(P.g.ctx, P.firm)
  addWedges(I, P, low, true)
  paint(P.g.ctx, P.firm)
  outline(P.g.ctx, I.css.back, 1.5)
}

// Whether a slot's mark would lie on its wedge: then the wedge takes the upper half of the cell and
// the mark the lower one.
function crowded(I, P, r, t) {
  const { cell, row, radius } = P.g
  if (!(flagAt(I, P, r, t) & EVICTED) || wedgeReach(cell, row) + radius + 2 <= cell / 2) return false
  return countAt(I, P, HIT, r, t) + countAt(I, P, MISS, r, t) + countAt(I, P, REJECTED, r, t) > 0
}

function wedgeReach(cell, row) { return Math.min(cell * 0.8, row * 0.6) }

function addWedges(I, P, low, returned) {
  const { ctx, cell, row, pad } = P.g
  const reach = wedgeReach(cell, row)
  ctx.beginPath()
  for (let r = 0; r < I.D.rows.length; r++) {
    for (let t = low; t <= I.slot; t++) {
      const flag = flagAt(I, P, r, t)
      if (!(flag & EVICTED) || Boolean(flag & DEPLOYED) !== returned) continue
      const x = t * cell, top = r * row + pad
      const height = (row - 2 * pad) * (crowded(I, P, r, t) ? 0.5 : 1)
      ctx.moveTo(x, top)
      ctx.lineTo(x + reach, top + height / 2)
      ctx.lineTo(x, top + height)
      if (returned) ctx.closePath()
    }
  }
}

// Hit: a dot. Miss: a ring. Both in one slot: a dot in a ring. Rejected: a triangle.
function drawMarks(I, P, low) {
  const { ctx, cell, row, radius } = P.g
  for (let kind = HIT; kind <= REJECTED; kind++) {
    ctx.beginPath()
    for (let r = 0; r < I.D.rows.length; r++) {
      for (let t = low; t <= I.slot; t++) {
        if (!countAt(I, P, kind, r, t)) continue
        const halved = crowded(I, P, r, t)
        const x = (t + 0.5) * cell, y = (r + (halved ? 0.74 : 0.5)) * row
        addMark(ctx, kind, x, y, halved ? Math.min(radius, row * 0.2) : radius, countAt(I, P, MISS, r, t) > 0)
      }
    }
    paintMarks(ctx, kind, I.css.text, radius > 3.5 ? 1.7 : 1.3)
  }
}

function paintMarks(ctx, kind, color, width) {
  if (kind === MISS) outline(ctx, color, width)
  else paint(ctx, color)
}

function addMark(ctx, kind, x, y, radius, ringed) {
  const r = kind === MISS ? radius : radius * (ringed ? 0.42 : 0.56)
  if (kind === REJECTED) {
    polygon(ctx, x, y - radius, x + radius, y + radius * 0.8, x - radius, y + radius * 0.8)
  } else {
    ctx.moveTo(x + r, y)
    ctx.arc(x, y, r, 0, 2 * Math.PI)
  }
}
