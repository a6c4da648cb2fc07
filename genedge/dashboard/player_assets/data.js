// Data: decoded once per change; drawing then reads typed arrays only.

function takeData(I, data) {
  const before = I.D
  I.data = data
  const D = (I.D = decode(data))
  const start = I.slot < 0 ? Math.trunc(Number(data.start) || 0) : I.slot
  I.reported ||= reportText(clamp(start, 0, D.T - 1), null)
  if (!before || !sameRequests(before, D)) I.request = -1
  I.speed ||= SPEEDS.includes(data.speed) ? data.speed : 5
  I.focus = clamp(I.focus, 0, Math.max(0, D.runs.length - 1))
  buildPanels(I)
  writeFixedWords(I)
  goTo(I, clamp(start, 0, D.T - 1), I.request, 0)
  obey(I, data.goto)
}

function sameRequests(a, b) {
  const same = (x, y) => x.length === y.length && x.every((value, i) => value === y[i])
  return a.first === b.first && same(a.starts, b.starts) && same(a.asked, b.asked)
}

function decode(data) {
  const T = Math.max(1, Math.trunc(data.slots) || 1)
  const models = data.models ?? []
  const M = models.length
  const stride = (M + 7) >> 3
  const asked = Int32Array.from(data.requests?.model ?? [])
  const starts = new Int32Array(T + 1)
  for (let t = 0; t <= T; t++) starts[t] = clamp(finite(data.requests?.slot_start?.[t]), 0, asked.length)
  const rows = mostRequested(M, asked)
  const rowOf = new Int32Array(M).fill(-1)
  rows.forEach((m, r) => { rowOf[m] = r })
  const sizes = RESOURCES.map(({ field }) => Float64Array.from(models, (m) => finite(m[field])))
  const capacities = RESOURCES.map(({ field }) => finite(data.capacities?.[field]))
  const D = { T, M, stride, asked, starts, rows, rowOf, sizes, capacities }
  D.names = models.map((m) => String(m.name ?? "").slice(0, 200))
  D.services = models.map((m) => String(m.service ?? "").slice(0, 200))
  D.first = Number.isFinite(data.first_slot) ? data.first_slot : 1
  D.total = data.total_slots ?? D.first + T - 1
  D.before = Math.max(0, Math.trunc(finite(data.slots_before)))
  D.runs = (data.runs ?? []).map((run) => decodeRun(D, run))
  D.anyRejected = D.runs.some((run) => run.anyRejected)
  D.top = Math.max(0, ...D.runs.map((run) => run.average.reduce((a, b) => Math.max(a, b), 0))) || 1
  return D
}

function decodeRun(D, run) {
  const { T, stride, rows } = D
  const R = rows.length
  const asking = Int32Array.from(run.decisions?.request ?? [])
  const out = {
    label: String(run.label ?? run.policy ?? ""), role: run.role, color: run.color,
    deployed: bytes(run.deployed, T * stride), evicted: bytes(run.evicted, T * stride),
    before: bytes(run.deployed_before, stride), outcome: bytes(run.outcome, D.asked.length),
    asking, // request of each decision, in order
    leaving: bytes(run.decisions?.evicted, asking.length * stride), // [decision, model]
    firstDecision: Math.trunc(finite(run.first_decision)),
    flags: new Uint8Array(R * T), // [row, slot]: DEPLOYED | EVICTED
    counts: [0, 1, 2].map(() => new Uint16Array(R * T)), // [row, slot] by outcome
    average: new Float64Array(T),
    anyRejected: false,
  }
  out.decisions = run.decision_count ?? out.firstDecision + asking.length
  let sum = finite(run.cost_before)
  for (let t = 0; t < T; t++) {
    sum += finite(run.cost?.[t])
    out.average[t] = sum / (D.before + t + 1)
    for (let r = 0; r < R; r++) {
      const m = rows[r]
      const stays = bit(out.deployed, D, t, m), left = bit(out.evicted, D, t, m)
      out.flags[r * T + t] = stays * DEPLOYED + left * EVICTED
    }
    for (let k = D.starts[t]; k < D.starts[t + 1]; k++) {
      const kind = outcomeOf(out, k)
      const row = D.rowOf[D.asked[k]] ?? -1
      if (row >= 0) out.counts[kind][row * T + t]++
      if (kind === REJECTED) out.anyRejected = true
    }
  }
  return out
}

function outcomeOf(run, k) { return run.outcome[k] <= REJECTED ? run.outcome[k] : MISS }

// Rows to draw, in catalog order: all of them, or the most requested.
function mostRequested(M, asked) {
  const all = Array.from({ length: M }, (_, m) => m)
  if (M <= MAX_ROWS) return all
  const count = new Uint32Array(M)
  for (const m of asked) count[m]++
  return all.sort((a, b) => count[b] - count[a] || a - b).slice(0, MAX_ROWS).sort((a, b) => a - b)
}

// A missing or short string reads as zeros.
function bytes(base64, length) {
  const out = new Uint8Array(length)
  const text = base64 ? atob(base64) : ""
  for (let i = Math.min(length, text.length) - 1; i >= 0; i--) out[i] = text.charCodeAt(i)
  return out
}

function bit(bits, D, t, m) {
  return (bits[t * D.stride + (m >> 3)] >> (m & 7)) & 1
}

function forEachBit(bits, D, t, visit) {
  for (let b = 0; b < D.stride; b++) {
    let byte = bits[t * D.stride + b]
    for (let m = b * 8; byte; m++, byte >>= 1) if (byte & 1 && m < D.M) visit(m)
  }
}

function finite(value) { return Number.isFinite(value) ? value : 0 }
function clamp(value, low, high) { return Math.min(Math.max(value, low), high) }
