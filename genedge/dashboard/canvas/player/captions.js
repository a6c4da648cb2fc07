// Captions: the words that change with the place; the descriptions for screen readers only while
// nothing plays.

function writeWords(I) {
  const { el, D } = I
  const where = say(I, "where", { slot: slotName(I, I.slot), total: whole(D.total) })
  el.where.textContent = where
  el.scrub.value = I.slot
  el.scrub.setAttribute("aria-valuetext", where)
  // Not `disabled`: a button that loses the focus at the end of the run takes the keys with it.
  const able = {
    first: I.slot > 0 || I.request >= 0, back: I.slot > 0,
    next: I.slot < D.T - 1 || I.request >= 0, last: I.slot < D.T - 1 || I.request >= 0,
    prior: decisionBeside(I, -1) >= 0, later: decisionBeside(I, 1) >= 0,
  }
  for (const name of Object.keys(able)) el[name].setAttribute("aria-disabled", !able[name])
  el.word.textContent = say(I, I.playing ? "pause" : "play")
  el.play.setAttribute("aria-label", el.word.textContent)
  I.root.classList.toggle("playing", I.playing)
  writeWhich(I)
  writeMarks(I)
  I.panels.forEach((P, i) => writePanel(I, P, i))
  if (I.playing) return
  const values = I.panels.map((P) => `${P.run.label} ${costNumber(I, P.run.average[I.slot])}`).join(", ")
  const title = say(I, "cost_title")
  el.chart.setAttribute("aria-label", say(I, "cost_at", { title, slot: slotName(I, I.slot), values }))
}

// "Genetic algorithm: decision 12 of 83, BERT", or how many decisions there have been until here.
function writeWhich(I) {
  const { D, el } = I
  const run = D.runs[I.focus]
  const d = decisionAt(run, I.request)
  const done = run.firstDecision + lowerBound(run.asking, Math.floor(cursor(I)) + 1)
  const words = d >= 0
    ? say(I, "which", { run: run.label, decision: decisionWords(I, run, d), model: D.names[D.asked[I.request]] })
    : say(I, "which_none", { run: run.label, done: whole(done), n: run.decisions })
  el.which.textContent = el.which.title = words
  el.which.setAttribute("aria-live", I.playing ? "off" : "polite")
}

// Where the player stands, as the page's own scripts and tests read it.
function writeMarks(I) {
  const run = I.D.runs[I.focus]
  const d = decisionAt(run, I.request)
  Object.assign(I.root.dataset, {
    slot: I.slot, playing: I.playing, run: I.focus,
    request: I.request < 0 ? "" : I.request - I.D.starts[I.slot],
    decision: d < 0 ? "" : run.firstDecision + d,
  })
}

function writePanel(I, P, i) {
  P.section.classList.toggle("focused", i === I.focus)
  P.head.setAttribute("aria-pressed", i === I.focus)
  P.caption.textContent = P.caption.title = captionOf(I, P)
  P.caption.setAttribute("aria-live", I.playing ? "off" : "polite")
  RESOURCES.forEach(({ word }, k) => {
    P.amounts[k].textContent = amountWords(I, k, P.now.used[k])
    if (!I.playing) P.fills[k].setAttribute("aria-label", `${say(I, word)}: ${P.amounts[k].textContent}`)
  })
  if (!I.playing) describe(I, P)
}

function captionOf(I, P) {
  const inside = I.request >= 0
  const gone = someNames(I, inside ? P.now.gone : P.now.out, 3)
  const what = inside ? requestWords(I, P.run, I.request) : events(I, P.now.totals)
  const words = what + (gone ? ", " + say(I, "evicted", { names: gone }) : "") + (inside ? "" : lostWords(I, P.run))
  return say(I, inside ? "caption_request" : "caption", { ...placeWords(I, I.request), events: words })
}

// What the slot's end charges for, where slots are charged.
function lostWords(I, run) {
  if (!run.lost) return ""
  const names = someNames(I, I.D.names.map((_, m) => bit(run.lost, I.D, I.slot, m)), 3)
  return names ? "; " + say(I, "lost", { names, cost: costNumber(I, run.charged[I.slot]) }) : ""
}

// The numbers of a place as labels want them: slot, place in the slot, requests in the slot.
function placeWords(I, request) {
  const { D } = I
  const t = request < 0 ? I.slot : slotOf(D, request)
  return { slot: slotName(I, t), place: whole(request - D.starts[t] + 1), total: whole(requestsIn(D, t)) }
}

function describe(I, P) {
  const { D } = I
  const place = placeWords(I, I.request)
  const names = someNames(I, P.now.on, 12) || say(I, "nothing")
  const grid = say(I, I.request < 0 ? "grid" : "grid_request", { ...place, run: P.run.label, names })
  P.grid.setAttribute("aria-label", grid)
  const first = D.starts[I.slot], n = requestsIn(D, I.slot)
  const words = Array.from({ length: Math.min(n, 12) }, (_, j) => requestWords(I, P.run, first + j))
  const arrivals = listed(I, words, 12, n) || say(I, "quiet")
  P.lane.setAttribute("aria-label", say(I, "lane", { ...place, run: P.run.label, arrivals }))
}
