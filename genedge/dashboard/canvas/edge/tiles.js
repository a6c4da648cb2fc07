// Tiles: the models at the edge, packed into its room.

// A tile's area is its share of GPU memory (but never so small that its name is lost). A model's
// tile has the same size in every state, so that models keep their looks; tiles are packed from the
// left into rows, tall ones first. The number of rows is the one in which most names fit.
function layoutTiles(I, L) {
  const { D } = I
  const states = []
  for (let i = -1; i < D.N; i++) states.push(shownTiles(D, i, L.wide ? MOST_TILES : MOST_TILES_NARROW))
  const models = [...new Set(states.flatMap((state) => state.models))]
  const most = states.reduce((n, state) => Math.max(n, state.models.length + (state.more ? 1 : 0)), 1)
  const floor = Math.min(1 / 13, 0.9 / most)
  let best = null
  for (let rows = 2; rows <= 4; rows++) {
    const plan = packAll(L, D, states, models, rows, floor)
    let lost = 0
    for (const m of models) {
      const tile = plan.sizes.get(m)
      setName(I, tile, D.names[m], "label", 15)
      if (tile.lines.length > 1) lost += 0.12
      if (tile.whole) continue
      lost += tile.w < 90 ? 0.6 : 0.3
      setName(I, tile, D.names[m], "fine", 13)
      if (!tile.whole) lost++
    }
    const price = lost + 2 * (1 - plan.scale) + 0.7 * rows // few rows look calmer
    if (!best || price < best.price) best = { ...plan, price }
  }
  L.sizes = best.sizes
  L.states = best.packed
}

// Deployed models that get a tile; the others are counted. The one just asked for is always shown.
function shownTiles(D, i, most) {
  const all = deployedAfter(D, i)
  if (all.length <= most) return { models: all, more: 0 }
  const asked = D.asked[i]
  const first = (m) => (m === asked ? -1 : D.rank[m])
  const models = all.sort((a, b) => first(a) - first(b)).slice(0, most - 1)
  return { models, more: all.length - models.length }
}

function packAll(L, D, states, models, rows, floor) {
  const rowH = (L.room.h - 12 - (rows - 1) * GAP) / rows
  const full = L.room.w - 12
  const sizes = new Map()
  const share = (m) => Math.max(floor, Math.min(1, shareOf(D, 1, D.sizes[1][m])))
  for (const m of models) sizes.set(m, tileSize(share(m) * full * (L.room.h - 12), rows, rowH))
  sizes.set(-1, tileSize(floor * full * (L.room.h - 12), rows, rowH))
  const widest = states.reduce((most, state) => Math.max(most, pack(state, sizes, rows).extent), 1)
  const scale = Math.min(1, full / widest)
  for (const tile of sizes.values()) tile.w = Math.max(8, (tile.w + GAP) * scale - GAP)
  const packed = states.map((state) => place(L, pack(state, sizes, rows), sizes, rowH))
  return { sizes, packed, scale }
}

// The number of rows that a tile spans: the one that makes it look most like a card.
function tileSize(area, rows, rowH) {
  let best = null
  for (let span = 1; span <= rows; span++) {
    const h = span * rowH + (span - 1) * GAP
    const w = area / h
    const odd = Math.abs(Math.log(w / h / 1.5))
    if (!best || odd < best.odd) best = { span, w: Math.max(8, w - GAP), h, odd }
  }
  return best
}

// Puts each tile as far left as it goes. -1 stands for those that are only counted.
function pack(state, sizes, rows) {
  const order = state.models.slice().sort((a, b) => sizes.get(b).span - sizes.get(a).span || a - b)
  if (state.more) order.push(-1)
  const ends = new Array(rows).fill(0)
  const at = order.map((m) => {
    const { span, w } = sizes.get(m)
    let row = 0, x = Infinity
    for (let r = 0; r + span <= rows; r++) {
      const from = Math.max(...ends.slice(r, r + span))
      if (from < x - 0.5) { x = from; row = r }
    }
    ends.fill(x + w + GAP, row, row + span)
    return { m, x, row }
  })
  return { at, more: state.more, extent: Math.max(0, ...ends) - (at.length ? GAP : 0) }
}

function place(L, packed, sizes, rowH) {
  const rects = new Map()
  for (const { m, x, row } of packed.at) {
    const { w, h } = sizes.get(m)
    rects.set(m, { x: L.room.x + 6 + x, y: L.room.y + 6 + row * (rowH + GAP), w, h })
  }
  return { rects, more: packed.more }
}
