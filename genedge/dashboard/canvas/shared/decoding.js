// Decoding: data are read once a change; drawing then reads typed arrays only.

function decodeCatalog(data) {
  const models = data.models ?? []
  const words = (field) => models.map((m) => String(m[field] ?? "").slice(0, 200))
  return {
    M: models.length, stride: (models.length + 7) >> 3, names: words("name"), services: words("service"),
    sizes: RESOURCES.map(({ field }) => column(models, field)),
    capacities: RESOURCES.map(({ field }) => finite(data.capacities?.[field])),
  }
}

function column(models, field) { return Float64Array.from(models, (m) => finite(m[field])) }

function shareOf(D, k, amount) { return D.capacities[k] > 0 ? amount / D.capacities[k] : 0 }

function mostRequestedFirst(M, asked) {
  const count = new Uint32Array(M)
  for (const m of asked) count[m]++
  return Array.from(count.keys()).sort((a, b) => count[b] - count[a] || a - b)
}

function outcomeOf(run, k) { return run.outcome[k] <= REJECTED ? run.outcome[k] : MISS }

// A missing or short string reads as zeros.
function bytes(base64, length) {
  const out = new Uint8Array(length)
  const text = base64 ? atob(base64) : ""
  for (let i = Math.min(length, text.length) - 1; i >= 0; i--) out[i] = text.charCodeAt(i)
  return out
}

function bit(bits, D, t, m) { return (bits[t * D.stride + (m >> 3)] >> (m & 7)) & 1 }

function forEachBit(bits, D, t, visit) {
  for (let b = 0; b < D.stride; b++) {
    let byte = bits[t * D.stride + b]
    for (let m = b * 8; byte; m++, byte >>= 1) if (byte & 1 && m < D.M) visit(m)
  }
}

function finite(value) { return Number.isFinite(value) ? value : 0 }
function clamp(value, low, high) { return Math.min(Math.max(value, low), high) }
