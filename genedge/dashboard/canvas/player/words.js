// Words: costs, slots and requests, and what does not change while the run plays.

// Costs of one chart share their digits, so that a running figure does not change its width.
function costNumber(I, value) { return FORMATS[digits(I.D.top)].full.format(value) }

function slotName(I, t) { return whole(t + I.D.first) }

// Names of the models that are chosen, of [M].
function someNames(I, chosen, limit) {
  return listed(I, I.D.names.filter((_, m) => chosen[m]), limit)
}

function events(I, counts) {
  return outcomeWords(I, counts[HIT] + counts[MISS] + counts[REJECTED], counts).join(", ")
}

// "BERT missed, evicted GPT-2": what came of one request; the model's name can be left out.
function requestWords(I, run, k, named = true) {
  const keys = ["one_hit", "one_miss", "one_rejected"]
  return say(I, keys[run.outcome[k]], { model: named ? I.D.names[I.D.asked[k]] : "" }).trim()
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
  for (const key of ["first", "back", "next", "last", "scrub", "speed", "prior", "later"]) {
    nameButton(el[key], say(I, key))
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
