// Data: the requests, and what is deployed after each.

// A rerun that brings the same data must not disturb what is under way.
function takeData(I, data) {
  const source = JSON.stringify(data)
  if (source === I.source) return
  const first = !I.source
  I.source = source
  I.D = decode(data)
  I.at = Math.min(first ? data.start : I.at, I.D.N - 1)
  I.t = 1e9
  I.S = null
  I.worded = false
  writeFixedWords(I)
}

function decode(data) {
  const { policy, color, total, requests } = data
  const D = { ...decodeCatalog(data), policy, color, total, bandwidth: data.bandwidth_gbps }
  D.asked = Int32Array.from(requests.model)
  D.N = D.asked.length
  D.slot = Int32Array.from(requests.slot)
  D.outcome = bytes(requests.outcome)
  D.bits = bytes(data.deployed)
  D.sent = column(data, "transmission_s")
  D.loaded = column(data, "io_s")
  D.answered = column(data, "inference_s")
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

function kindOf(D, i) { return i < 0 ? START : D.outcome[i] }
