// Place: the player stands at the end of a slot (request -1) or, inside it, on one request. Requests
// and decisions are counted within the window.

// First place in a sorted list whose value is not below `value`.
function lowerBound(list, value) {
  let low = 0, high = list.length
  while (low < high) {
    const half = (low + high) >> 1
    if (list[half] < value) low = half + 1
    else high = half
  }
  return low
}

function slotOf(D, request) { return lowerBound(D.starts, request + 1) - 1 }
function requestsIn(D, t) { return D.starts[t + 1] - D.starts[t] }

// Where the player stands among the requests; the end of a slot is between two of them.
function cursor(I) { return I.request < 0 ? I.D.starts[I.slot + 1] - 0.5 : I.request }

function decisionAt(run, request) {
  const d = lowerBound(run.asking, request)
  return request >= 0 && run.asking[d] === request ? d : -1
}

// The focused run's decision after (by 1) or before (by -1) the place; -1 if there is none.
function decisionBeside(I, by) {
  const asking = I.D.runs[I.focus].asking
  if (by < 0) return lowerBound(asking, Math.ceil(cursor(I))) - 1
  const d = lowerBound(asking, Math.floor(cursor(I)) + 1)
  return d < asking.length ? d : -1
}

function requestBeside(I, by) {
  const k = by < 0 ? Math.ceil(cursor(I)) - 1 : Math.floor(cursor(I)) + 1
  return k < I.D.asked.length ? k : -1
}

// The next place while requests arrive one after another: [slot, request].
function placeAfter(D, slot, request) {
  if (request >= 0) return [slot, request + 1 < D.starts[slot + 1] ? request + 1 : -1]
  const next = slot + 1
  return [next, requestsIn(D, next) ? D.starts[next] : -1]
}

// What a run holds at the place, and what has happened in the slot until then.
function stateAt(D, run, t, request) {
  const { M, rows, asked, starts, sizes } = D
  const now = {
    on: new Uint8Array(M), out: new Uint8Array(M), // deployed; evicted in this slot so far
    flags: new Uint8Array(rows.length), // as run.flags, one column
    counts: [0, 1, 2].map(() => new Uint16Array(rows.length)), totals: [0, 0, 0],
    used: RESOURCES.map(() => 0), gone: new Uint8Array(M), // evicted by the decision at the place
  }
  if (request < 0) {
    forEachBit(run.deployed, D, t, (m) => { now.on[m] = 1 })
    forEachBit(run.evicted, D, t, (m) => { now.out[m] = 1 })
  } else decide(D, run, t, request, now)
  const end = request < 0 ? starts[t + 1] : request + 1
  for (let k = starts[t]; k < end; k++) {
    const kind = run.outcome[k], row = D.rowOf[asked[k]]
    now.totals[kind]++
    if (row >= 0) now.counts[kind][row]++
  }
  rows.forEach((m, r) => { now.flags[r] = now.on[m] * DEPLOYED + now.out[m] * EVICTED })
  for (let m = 0; m < M; m++) if (now.on[m]) now.used.forEach((_, i) => { now.used[i] += sizes[i][m] })
  return now
}

// Applies the slot's decisions up to the request to what was deployed when the slot began.
function decide(D, run, t, request, now) {
  if (t > 0) forEachBit(run.deployed, D, t - 1, (m) => { now.on[m] = 1 })
  else forEachBit(run.before, D, 0, (m) => { now.on[m] = 1 })
  for (let d = lowerBound(run.asking, D.starts[t]); run.asking[d] <= request; d++) {
    forEachBit(run.leaving, D, d, (m) => { now.on[m] = 0; now.out[m] = 1 })
    now.on[D.asked[run.asking[d]]] = 1
  }
  const here = decisionAt(run, request)
  if (here >= 0) forEachBit(run.leaving, D, here, (m) => { now.gone[m] = 1 })
}

// Follows the place: what is on the screen now is what the next glide starts from.
function settle(I) {
  I.moved = false
  for (const P of I.panels) {
    const { M } = I.D
    const from = P.was?.length === M ? P.was : new Float32Array(M)
    if (P.now?.on.length === M) for (let m = 0; m < M; m++) from[m] += (P.now.on[m] - from[m]) * I.p
    P.was = from
    P.now = stateAt(I.D, P.run, I.slot, I.request)
  }
}

// How much of a model is on the screen: 1 deployed, 0 not, between while the player glides.
function shown(I, P, m) { return P.was[m] + (P.now.on[m] - P.was[m]) * I.p }

function flagAt(I, P, r, t) { return t === I.slot ? P.now.flags[r] : P.run.flags[r * I.D.T + t] }

function countAt(I, P, kind, r, t) {
  return t === I.slot ? P.now.counts[kind][r] : P.run.counts[kind][r * I.D.T + t]
}
