// Captions: what a request comes to, in words; the description for screen readers only while nothing
// plays.

function seconds(I, value) {
  return say(I, "seconds", { n: FORMATS[value >= 100 ? 0 : value >= 1 ? 1 : 2].short.format(value) })
}

function cut(name) { return name.length > 48 ? name.slice(0, 47).trimEnd() + "…" : name }

function someNames(I, models, limit) { return listed(I, models.map((m) => cut(I.D.names[m])), limit) }

function wait(D, m, kind) {
  return kind === HIT ? D.answered[m] : D.sent[m] + D.loaded[m] + D.answered[m]
}

function caption(I, S) {
  const { D } = I
  if (S.kind === START) return say(I, D.N ? "caption_start" : "caption_none")
  if (S.kind === REJECTED) return rejection(I, S.model)
  const values = {
    name: cut(D.names[S.model]), wait: seconds(I, wait(D, S.model, S.kind)), sent: seconds(I, D.sent[S.model]),
    loaded: seconds(I, D.loaded[S.model]), answered: seconds(I, D.answered[S.model]),
  }
  if (S.kind === HIT) return say(I, "caption_hit", values)
  const gone = S.gone.length ? " " + say(I, "caption_evicted", { names: someNames(I, S.gone, 3) }) : ""
  return say(I, "caption_miss", values) + gone
}

// A rejected model: the resource of which it lacks most.
function rejection(I, m) {
  const { D } = I
  const over = D.capacities.map((capacity, k) => D.sizes[k][m] / Math.max(capacity, 1e-12))
  const k = over.indexOf(Math.max(...over))
  const { word } = RESOURCES[k]
  const have = say(I, word + "_size", { size: number(D.capacities[k]) })
  return say(I, "caption_rejected", { name: cut(D.names[m]), need: sizeWords(I, k, m), resource: say(I, word + "_word"), have })
}

function whereWords(I, i) {
  const { D } = I
  if (!D.N) return say(I, "where_none")
  if (i < 0) return say(I, "where_start", { total: whole(D.total) })
  return say(I, "where", { n: whole(i + 1), total: whole(D.total), slot: whole(D.slot[i] + 1) })
}

function writeFixedWords(I) {
  const { el, D } = I
  I.root.setAttribute("aria-label", say(I, "picture"))
  nameButton(el.step, say(I, "step"))
  for (const name of ["play", "step"]) el[name].setAttribute("aria-disabled", D.N === 0)
}

// Once a request.
function writeWords(I) {
  const { el, S } = I
  I.worded = true
  nameButton(el.play, say(I, I.playing ? "pause" : "play"))
  I.root.classList.toggle("playing", I.playing)
  const outcome = ["hit", "miss", "rejected", ""][S.kind]
  Object.assign(I.root.dataset, { request: I.at, playing: I.playing, outcome })
  el.where.textContent = S.where
  el.caption.setAttribute("aria-live", I.playing ? "off" : "polite")
  if (el.caption.textContent !== S.caption) el.caption.textContent = el.caption.title = S.caption
  if (I.playing) return
  const names = someNames(I, S.after, 12) || say(I, "empty")
  el.scene.setAttribute("aria-label", say(I, "picture_at", { where: S.where, caption: S.caption, names }))
}
