// Data: each run slot by slot.

function takeData(I, data) {
  if (I.data === data) return
  const before = I.D
  I.data = data
  const D = (I.D = decode(data))
  I.reported ||= reportText(0, null)
  if (!before || !sameRequests(before, D)) I.request = -1
  I.speed ||= SPEEDS.includes(data.speed) ? data.speed : 5
  I.focus = Math.min(I.focus, D.runs.length - 1)
  buildPanels(I)
  writeFixedWords(I)
  goTo(I, clamp(I.slot, 0, D.T - 1), I.request, 0)
  obey(I, data.goto)
}

function sameRequests(a, b) {
  const same = (x, y) => x.length === y.length && x.every((value, i) => value === y[i])
  return a.first === b.first && same(a.starts, b.starts) && same(a.asked, b.asked)
}

function decode(data) {
  const D = {
    ...decodeCatalog(data), T: data.slots, asked: Int32Array.from(data.requests.model),
    starts: Int32Array.from(data.requests.slot_start), first: data.first_slot, total: data.total_slots,
    before: data.slots_before,
  }
  D.rows = mostRequestedFirst(D.M, D.asked).slice(0, MAX_ROWS).sort((a, b) => a - b)
  D.rowOf = new Int32Array(D.M).fill(-1)
  D.rows.forEach((m, r) => { D.rowOf[m] = r })
  D.runs = data.runs.map((run) => decodeRun(D, run))
  D.anyRejected = D.runs.some((run) => run.anyRejected)
  D.top = Math.max(0, ...D.runs.map((run) => run.average.reduce((a, b) => Math.max(a, b), 0))) || 1
  return D
}

function decodeRun(D, run) {
  const { T, rows } = D
  const R = rows.length
  const out = {
    label: run.label, policy: run.policy, role: run.role, color: run.color,
    deployed: bytes(run.deployed), evicted: bytes(run.evicted),
    lost: run.lost ? bytes(run.lost) : null, charged: run.charged,
    before: bytes(run.deployed_before), outcome: bytes(run.outcome),
    asking: Int32Array.from(run.decisions.request), // request of each decision, in order
    leaving: bytes(run.decisions.evicted), // [decision, model]
    firstDecision: run.first_decision, decisions: run.decision_count,
    flags: new Uint8Array(R * T), // [row, slot]: DEPLOYED | EVICTED
    counts: [0, 1, 2].map(() => new Uint16Array(R * T)), // [row, slot] by outcome
    average: new Float64Array(T),
    anyRejected: false,
  }
  let sum = run.cost_before
  for (let t = 0; t < T; t++) {
    sum += run.cost[t]
    out.average[t] = sum / (D.before + t + 1)
    for (let r = 0; r < R; r++) {
      const m = rows[r]
      const stays = bit(out.deployed, D, t, m), left = bit(out.evicted, D, t, m)
      out.flags[r * T + t] = stays * DEPLOYED + left * EVICTED
    }
    for (let k = D.starts[t]; k < D.starts[t + 1]; k++) {
      const kind = out.outcome[k]
      const row = D.rowOf[D.asked[k]]
      if (row >= 0) out.counts[kind][row * T + t]++
      if (kind === REJECTED) out.anyRejected = true
    }
  }
  return out
}
