// Tooltip: what lies under the pointer.

// Each canvas says what lies under a point: {model, lines}, or null.
function follow(I, canvas, read) {
  const point = (event) => {
    I.pointer = { canvas, read, event }
    showTip(I)
  }
  canvas.addEventListener("pointermove", point)
  canvas.addEventListener("pointerdown", point)
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hideTip(I) })
}

function showTip(I) {
  const { canvas, read, event } = I.pointer
  const found = read(...pointIn(canvas, event))
  setHover(I, found?.model ?? -1)
  if (!found) { I.el.tip.hidden = true; return }
  const { tip } = I.el
  tip.replaceChildren(...found.lines.map((line) => {
    const div = document.createElement("div")
    div.textContent = line
    return div
  }))
  tip.hidden = false
  const [x, y] = pointIn(I.root, event)
  const left = clamp(x + 14, 0, Math.max(0, I.root.getBoundingClientRect().width - tip.offsetWidth))
  const above = y - tip.offsetHeight - 12
  const top = above < 0 ? y + 18 : above
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}

function hideTip(I) {
  I.pointer = null
  I.el.tip.hidden = true
  setHover(I, -1)
}

function setHover(I, model) {
  if (I.hover === model) return
  I.hover = model
  refresh(I)
}

// Row and slot under a point of a grid; slot -1 over the names, row -1 over the slot numbers.
function cellAt(I, P, x, y) {
  const { g } = P
  const r = Math.floor((y - HEAD) / g.row)
  if (r < 0 || x >= g.left + g.plotW) return null
  const t = x < g.left ? -1 : Math.floor(windowStart(I, g) + (x - g.left) / g.cell)
  return t < I.D.T ? { r: r < I.D.rows.length ? r : -1, t } : null
}

function gridTip(I, P, x, y) {
  const cell = cellAt(I, P, x, y)
  if (!cell || cell.r < 0) return null
  const model = I.D.rows[cell.r]
  return { model, lines: cell.t < 0 ? modelLines(I, model) : cellLines(I, P, cell.r, cell.t) }
}

function modelLines(I, m) {
  const sizes = RESOURCES.map((_, k) => sizeWords(I, k, m))
  return [I.D.names[m], I.D.services[m], sizes.join(", ")].filter(Boolean)
}

function cellLines(I, P, r, t) {
  const flag = flagAt(I, P, r, t)
  const counts = [HIT, MISS, REJECTED].map((kind) => countAt(I, P, kind, r, t))
  const inside = t === I.slot && I.request >= 0 ? "_now" : ""
  const lines = [I.D.names[I.D.rows[r]], `${P.run.label}, ${say(I, "slot", { slot: slotName(I, t) })}`]
  lines.push(say(I, (flag & DEPLOYED ? "tip_deployed" : "tip_absent") + inside))
  if (flag & EVICTED) lines.push(say(I, "tip_evicted" + inside))
  lines.push(events(I, counts))
  return lines
}

function laneTip(I, P, x) {
  const k = chipAt(P, x)?.k
  if (k === undefined || k >= I.D.asked.length) return null
  const { D } = I, { run } = P
  const d = decisionAt(run, k)
  const place = say(I, "tip_request", { ...placeWords(I, k), run: run.label })
  const words = [requestWords(I, run, k, false)]
  if (d >= 0) words.push(decisionWords(I, run, d))
  const lines = [D.names[D.asked[k]], place, words.join(", ")]
  const gone = new Uint8Array(D.M)
  if (d >= 0) forEachBit(run.leaving, D, d, (m) => { gone[m] = 1 })
  if (gone.some(Boolean)) lines.push(say(I, "evicted", { names: someNames(I, gone, 6) }))
  return { model: D.asked[k], lines }
}

function barTip(I, P, k, x) {
  const width = P.fills[k].clientWidth
  let end = 0
  for (let m = 0; m < I.D.M; m++) {
    end += segment(I, P, k, m, width)
    if (x < end) return { model: m, lines: modelLines(I, m) }
  }
  return null
}

function chartTip(I, x) {
  const t = chartSlot(I, x)
  const values = I.panels.map((P) => `${P.run.label}: ${costNumber(I, P.run.average[t])}`)
  return { model: -1, lines: [say(I, "slot", { slot: slotName(I, t) }), ...values] }
}

function chartSlot(I, x) {
  return clamp(Math.round(((x - I.c.left) / I.c.plotW) * (I.D.T - 1)), 0, I.D.T - 1)
}
