// Decoding: data are read once a change; drawing then reads typed arrays only.

function decodeCatalog(data) {
  const { models } = data
  const words = (field) => models.map((m) => m[field].slice(0, 200))
  return {
    M: models.length, stride: (models.length + 7) >> 3, names: words("name"), services: words("service"),
    sizes: RESOURCES.map(({ field }) => column(data, field)),
    capacities: RESOURCES.map(({ field }) => data.capacities[field]),
  }
}

function column(data, field) { return Float64Array.from(data.models, (m) => m[field]) }

function shareOf(D, k, amount) { return D.capacities[k] > 0 ? amount / D.capacities[k] : 0 }

function mostRequestedFirst(M, asked) {
  const count = new Uint32Array(M)
  for (const m of asked) count[m]++
  return Array.from(count.keys()).sort((a, b) => count[b] - count[a] || a - b)
}

function bytes(base64) {
  const text = atob(base64), out = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i)
  return out
}

function bit(bits, D, t, m) { return (bits[t * D.stride + (m >> 3)] >> (m & 7)) & 1 }

function forEachBit(bits, D, t, visit) {
  for (let b = 0; b < D.stride; b++) {
    let byte = bits[t * D.stride + b]
    for (let m = b * 8; byte; m++, byte >>= 1) if (byte & 1 && m < D.M) visit(m)
  }
}

function clamp(value, low, high) { return Math.min(Math.max(value, low), high) }
