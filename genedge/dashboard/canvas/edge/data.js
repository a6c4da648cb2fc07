// Data: the requests, and what is deployed after each.

// A rerun that brings the same data must not disturb what is under way.
function takeData(I, data) {
  const source = JSON.stringify(data)
  if (source === I.source) return
  const first = !I.source
  I.source = source
  I.D = decode(data)
  const start = Number.isInteger(data.start) ? data.start : -1
  I.at = clamp(first ? start : I.at, -1, I.D.N - 1)
  I.t = 1e9
  I.S = null
  I.worded = false
  writeFixedWords(I)
}

function decode(data) {
  const models = data.models ?? []
  const D = { ...decodeCatalog(data), policy: String(data.policy ?? ""), color: data.color }
  D.asked = Int32Array.from(data.requests?.model ?? [])
  D.N = D.asked.length
  D.slot = Int32Array.from(data.requests?.slot ?? [])
  D.outcome = bytes(data.requests?.outcome, D.N)
  D.bits = bytes(data.deployed, D.N * D.stride)
  D.total = data.total ?? D.N
  D.bandwidth = finite(data.bandwidth_gbps)
  D.sent = column(models, "transmission_s")
  D.loaded = column(models, "io_s")
  D.answered = column(models, "inference_s")
  D.ranked = mostRequestedFirst(D.M, D.asked)
  D.rank = new Int32Array(D.M)
  D.ranked.forEach((m, i) => { D.rank[m] = i })
  return D
}

// Models deployed after request i, in catalog order; before the first one nothing is.
function deployedAfter(D, i) {
  const list = []
  if (i >= 0) forEachBit(D.bits, D, i, (m) => list.push(m))
  return list
}

function kindOf(D, i) { return i < 0 ? START : outcomeOf(D, i) }
