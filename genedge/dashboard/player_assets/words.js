// Words: numbers, labels filled in, and what does not change while the run plays.

const FORMATS = [0, 1, 2, 3].map((digits) => ({
  short: new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }),
  full: new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
}))

function digits(size) { return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3 }
function number(value) { return FORMATS[digits(Math.abs(value))].short.format(value) }
function whole(value) { return FORMATS[0].short.format(value) }

// Costs of one chart share their digits, so that a running figure does not change its width.
function costNumber(I, value) { return FORMATS[digits(I.D.top)].full.format(value) }

// Fills a label: "{n} hit|{n} hits" takes its half by n.
function say(I, key, values = {}) {
  const halves = String(I.data.labels?.[key] ?? key).split("|")
  const text = halves.length > 1 && values.n !== 1 ? halves[1] : halves[0]
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function slotName(I, t) { return whole(t + I.D.first) }

function someNames(I, chosen, limit) {
  const names = []
  let more = 0
  chosen.forEach((is, m) => { if (is && names.length < limit) names.push(I.D.names[m]); else more += is })
  const list = names.join(", ")
  return more ? say(I, "more", { names: list, n: more }) : list
}

function events(I, counts) {
  return outcomeWords(I, counts[HIT] + counts[MISS] + counts[REJECTED], counts).join(", ")
}

// "BERT missed, evicted GPT-2": what came of one request; the model's name can be left out.
function requestWords(I, run, k, named = true) {
  const keys = ["one_hit", "one_miss", "one_rejected"]
  return say(I, keys[outcomeOf(run, k)], { model: named ? I.D.names[I.D.asked[k]] : "" }).trim()
}

// "decision 12 of 83", counted over the whole run.
function decisionWords(I, run, d) {
  return say(I, "decision", { place: whole(run.firstDecision + d + 1), n: whole(run.decisions) })
}

function outcomeWords(I, n, counts) {
  if (!n) return [say(I, "quiet")]
  const words = [say(I, "requests", { n })]
  const keys = ["hits", "misses", "rejected"]
  counts.forEach((count, kind) => { if (count) words.push(say(I, keys[kind], { n: count })) })
  return words
}

function writeFixedWords(I) {
  const { el, D } = I
  I.root.setAttribute("aria-label", say(I, "player"))
  I.root.dataset.slots = D.T
  for (const name of ["first", "back", "next", "last", "scrub", "speed", "prior", "later"]) {
    el[name].setAttribute("aria-label", say(I, name))
    el[name].title = say(I, name)
  }
  el.scrub.max = D.T - 1
  el.play.setAttribute("aria-disabled", D.T === 1)
  const option = (n) => new Option(say(I, "speed_option", { n }), n, false, n === I.speed)
  el.speed.replaceChildren(...SPEEDS.map(option))
  el["cost-title"].textContent = say(I, "cost_title")
  el["cost-unit"].textContent = I.data.cost_label ? `(${I.data.cost_label})` : ""
  for (const key of el.legend.querySelectorAll(".key")) {
    key.lastElementChild.textContent = say(I, "key_" + key.classList[1])
  }
  el.legend.querySelector(".rejected").hidden = !D.anyRejected
  const { rows, M } = D
  el.note.hidden = rows.length === M
  el.note.textContent = say(I, "shown", { rows: whole(rows.length), models: whole(M) })
  el.hint.textContent = say(I, "hint")
}
