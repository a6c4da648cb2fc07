// Layout: panels, and the size of everything in them.

function buildPanels(I) {
  const { el, D } = I
  if (I.panels.length > D.runs.length) hideTip(I)
  while (I.panels.length > D.runs.length) I.panels.pop().section.remove()
  while (I.panels.length < D.runs.length) I.panels.push(newPanel(I))
  const taken = []
  I.panels.forEach((P, i) => {
    P.run = D.runs[i]
    P.mark = chooseMark(P.run, taken)
    taken.push(P.mark)
    P.section.dataset.policy = P.run.policy
    P.name.textContent = P.name.title = P.run.label
    P.head.setAttribute("aria-label", say(I, "follow", { run: P.run.label }))
    P.coming.textContent = say(I, "arrivals")
    RESOURCES.forEach(({ word }, k) => { P.whats[k].textContent = say(I, word) })
  })
  el.runs.classList.remove("waiting")
}

function newPanel(I) {
  const section = I.el["run-template"].content.firstElementChild.cloneNode(true)
  I.el.runs.append(section)
  const q = (name) => section.querySelector("." + name)
  const P = {
    section, head: q("head"), name: q("name"), swatch: q("swatch"), caption: q("caption"),
    coming: q("coming"), lane: q("lane"), grid: q("grid"),
    whats: [...section.querySelectorAll(".bars .what")], fills: [...section.querySelectorAll(".fill")],
    amounts: [...section.querySelectorAll(".amount")],
    run: null, mark: null, g: null, l: null, now: null, was: null,
  }
  follow(I, P.grid, (x, y) => gridTip(I, P, x, y))
  P.fills.forEach((fill, k) => follow(I, fill, (x) => barTip(I, P, k, x)))
  follow(I, P.lane, (x) => laneTip(I, P, x))
  listenToPanel(I, P)
  return P
}

// Sizes everything when the width, the pixel ratio or the data changed.
function layout(I) {
  measure(I)
  if (!I.width) return
  const gutter = nameGutter(I)
  const rowHeight = clamp(Math.floor(480 / Math.max(1, I.D.rows.length)), 8, 22)
  for (const P of I.panels) layoutGrid(I, P, gutter, rowHeight)
  layoutLanes(I)
  for (const P of I.panels) {
    P.fills.forEach((fill) => fit(I, fill, fill.clientWidth, fill.clientHeight))
    drawSwatch(I, P)
  }
  layoutChart(I)
  I.dirty = true
}

function nameGutter(I) {
  const ctx = I.base.getContext("2d")
  ctx.font = font(I, 12, 700)
  const widest = I.D.rows.reduce((most, m) => Math.max(most, ctx.measureText(I.D.names[m]).width), 0)
  const room = Math.min(150, I.panels[0].grid.clientWidth * 0.28)
  return Math.ceil(clamp(widest + 10, 88, Math.max(88, room)))
}

function layoutGrid(I, P, left, row) {
  const { T, rows, names } = I.D
  const height = Math.max(1, rows.length) * row + AXIS + HEAD
  P.grid.style.height = height + "px"
  P.section.style.setProperty("--gutter", left + "px") // the bars line up with the grid
  const width = P.grid.clientWidth
  const ctx = fit(I, P.grid, width, height)
  const plot = Math.max(MIN_CELL, width - left - 1)
  const fits = plot / T >= MIN_CELL
  const columns = fits ? T : Math.max(1, Math.floor(plot / WINDOW_CELL))
  const cell = fits ? Math.min(plot / T, 34) : plot / columns
  const size = row >= 14 ? 12 : 10
  ctx.font = font(I, size, 700) // the weight of a name under the pointer
  P.g = {
    ctx, width, height, left, row, cell, columns, size,
    pad: row > 12 ? 2 : 1, plotW: cell * columns, plotH: height - AXIS - HEAD,
    every: Math.ceil((size + 1) / row), // every how many rows a name finds room
    tick: tickStep(columns, cell),
    names: rows.map((m) => ellipsis(ctx, names[m], left - 8)),
    radius: clamp(Math.min(cell, row) / 2 - 1.4, 1.8, 5.5),
  }
}

function tickStep(columns, cell) {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step * cell >= 42) ?? columns
}
