// Controls: buttons, keys, clicks, and what is reported to Python.

function listen(I) {
  const { el, root } = I
  el.play.addEventListener("click", () => toggle(I))
  el.first.addEventListener("click", () => stepTo(I, 0))
  el.back.addEventListener("click", () => stepTo(I, I.slot - 1))
  el.next.addEventListener("click", () => stepTo(I, slotAfter(I)))
  el.last.addEventListener("click", () => stepTo(I, I.D.T - 1))
  el.scrub.addEventListener("input", () => scrubTo(I, Number(el.scrub.value)))
  el.scrub.addEventListener("change", () => report(I, 0))
  el.prior.addEventListener("click", () => stepToDecision(I, -1))
  el.later.addEventListener("click", () => stepToDecision(I, 1))
  el.speed.addEventListener("change", () => setSpeed(I, Number(el.speed.value)))
  root.addEventListener("keydown", (event) => onKey(I, event))
  root.addEventListener("pointerdown", (event) => { if (event.target.tagName !== "CANVAS") hideTip(I) })
  follow(I, el.chart, (x) => chartTip(I, x))
  dragChart(I)
}

// Whatever is pressed in a panel makes it the one whose decisions are stepped over.
function listenToPanel(I, P) {
  P.section.addEventListener("click", () => setFocus(I, I.panels.indexOf(P)))
  P.lane.addEventListener("click", (event) => {
    const chip = chipAt(P, pointIn(P.lane, event)[0])
    if (chip) stepToRequest(I, chip.k)
  })
  P.grid.addEventListener("click", (event) => {
    const cell = cellAt(I, P, ...pointIn(P.grid, event))
    if (cell && cell.t >= 0) stepToCell(I, P, cell)
  })
}

// Dragging along the chart scrubs as the slider does.
function dragChart(I) {
  const { chart } = I.el
  let held = false
  const seek = (event) => scrubTo(I, chartSlot(I, pointIn(chart, event)[0]))
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return
    held = true
    chart.setPointerCapture(event.pointerId)
    seek(event)
  })
  chart.addEventListener("pointermove", (event) => { if (held) seek(event) })
  for (const end of ["pointerup", "pointercancel"]) {
    chart.addEventListener(end, () => { if (held) report(I, 0); held = false })
  }
}

function onKey(I, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return
  if (event.key === " " && event.target.tagName === "BUTTON") return // the button's own click
  const action = {
    " ": () => toggle(I),
    ArrowLeft: () => (event.shiftKey ? stepToDecision(I, -1) : stepTo(I, I.slot - 1)),
    ArrowRight: () => (event.shiftKey ? stepToDecision(I, 1) : stepTo(I, slotAfter(I))),
    ArrowUp: () => stepToRequest(I, requestBeside(I, -1)),
    ArrowDown: () => stepToRequest(I, requestBeside(I, 1)),
    ",": () => stepToDecision(I, -1),
    ".": () => stepToDecision(I, 1),
    Home: () => stepTo(I, 0),
    End: () => stepTo(I, I.D.T - 1),
    "+": () => changeSpeed(I, 1),
    "=": () => changeSpeed(I, 1),
    "-": () => changeSpeed(I, -1),
  }[event.key]
  if (!action) return
  event.preventDefault()
  event.stopPropagation()
  action()
}

function toggle(I) {
  if (I.playing) pause(I)
  else play(I)
}

function play(I) {
  if (I.slot >= I.D.T - 1 && I.request < 0) goTo(I, 0, -1, 0)
  I.playing = I.D.T > 1
  I.owed = 0
  I.last = 0
  I.unsaid = true
  clearTimeout(I.timer)
  refresh(I)
}

function pause(I) {
  I.playing = false
  I.unsaid = true
  report(I, 0)
  refresh(I)
}

function stepTo(I, slot) {
  I.playing = false
  goTo(I, clamp(slot, 0, I.D.T - 1), -1, MOVE_MS)
  report(I, COMMIT_MS)
}

// A step from inside a slot goes to its end first.
function slotAfter(I) { return I.request < 0 ? I.slot + 1 : I.slot }

function stepToRequest(I, request) {
  if (request < 0) return
  I.playing = false
  goTo(I, slotOf(I.D, request), request, DECIDE_MS)
  report(I, COMMIT_MS)
}

function stepToDecision(I, by) {
  const d = decisionBeside(I, by)
  if (d >= 0) stepToRequest(I, I.D.runs[I.focus].asking[d])
}

// To the panel's decision for that model in that slot, else to the slot.
function stepToCell(I, P, { r, t }) {
  const { D } = I, { asking } = P.run
  const model = r < 0 ? -1 : D.rows[r]
  let d = lowerBound(asking, D.starts[t])
  while (asking[d] < D.starts[t + 1] && D.asked[asking[d]] !== model) d++
  if (asking[d] < D.starts[t + 1]) stepToRequest(I, asking[d])
  else stepTo(I, t)
}

function setFocus(I, index) {
  if (index < 0 || index === I.focus) return
  I.focus = index
  I.unsaid = true
  refresh(I)
  report(I, COMMIT_MS)
}

// Python asks for a decision; each nonce is obeyed once.
function obey(I, goto) {
  if (!goto || goto.nonce === I.nonce) return
  I.nonce = goto.nonce
  const run = I.D.runs[goto.run]
  const request = run?.asking[goto.decision - run.firstDecision]
  if (request === undefined) return
  I.focus = goto.run
  stepToRequest(I, request)
}

function scrubTo(I, slot) {
  I.playing = false
  goTo(I, clamp(slot, 0, I.D.T - 1), -1, 0)
}

function changeSpeed(I, by) {
  setSpeed(I, SPEEDS[clamp(SPEEDS.indexOf(I.speed) + by, 0, SPEEDS.length - 1)])
}

function setSpeed(I, speed) {
  I.speed = speed
  I.el.speed.value = speed
}

// Tells Python the place, once the hand is at rest.
function report(I, wait) {
  clearTimeout(I.timer)
  I.timer = setTimeout(() => {
    const text = reportText(I.slot, pickedDecision(I))
    if (text === I.reported || I.playing) return
    I.reported = text
    I.setStateValue("at", JSON.parse(text))
  }, wait)
}

// Slot and decision are one state value, so that Python never sees one without the other.
function reportText(slot, picked) { return JSON.stringify({ slot, picked }) }

function pickedDecision(I) {
  const run = I.D.runs[I.focus]
  const d = decisionAt(run, I.request)
  return d < 0 ? null : { run: I.focus, decision: run.firstDecision + d }
}
