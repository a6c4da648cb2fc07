// Chips: the models in the cloud.

// Chips keep their place in the cloud all along; of a large catalog the most requested are shown.
function layoutChips(I, L) {
  const { D, ctx } = I
  const { cloud } = L
  ctx.font = L.fonts.chip
  const area = { x: cloud.x + 16, y: cloud.y + cloud.bump + (L.wide ? 24 : 8), w: cloud.w - 32 }
  area.h = cloud.y + cloud.h - (L.wide ? 16 : 8) - area.y
  L.tag = new Map() // by model, made when first asked for
  const most = D.M > CHIPS_FROM ? MOST_CHIPS : D.M
  const fewest = Math.min(D.M, D.M > CHIPS_FROM ? 12 : most)
  // Names are cut before chips are left out, and chips left out only where cut names do not help.
  const set = tryChips(I, area, most, fewest, 150) ?? tryChips(I, area, most, fewest, 104) ??
    tryChips(I, area, most, fewest, 78) ?? tryChips(I, area, fewest, 1, 78)
  L.chips = set?.chips ?? []
  L.chipModels = set?.models ?? []
  L.chipOf = new Map(L.chipModels.map((m, i) => [m, L.chips[i]]))
  L.moreChip = L.chips[L.chipModels.length] ?? null
}

// The most chips that fit, each at most so wide; null if even the fewest do not.
function tryChips(I, area, most, fewest, width) {
  const { D, ctx } = I
  for (let shown = most; shown >= fewest; shown--) {
    const models = D.ranked.slice(0, shown).sort((a, b) => a - b)
    const words = models.map((m) => ellipsis(ctx, D.names[m], Math.min(width, area.w) - 20))
    if (shown < D.M) words.push(say(I, "more_tiles", { n: whole(D.M - shown) }))
    const chips = flow(ctx, words, area, 26, 8) ?? flow(ctx, words, area, 23, 6) ?? flow(ctx, words, area, 20, 5)
    if (chips) return { models, chips }
  }
  return null
}

// Sets chips in centred lines; null if they do not fit into the area.
function flow(ctx, words, area, height, gap) {
  const lines = [[]]
  let x = 0
  for (const text of words) {
    const w = Math.ceil(ctx.measureText(text).width) + (height > 22 ? 20 : 16)
    if (x && x + w > area.w) { lines.push([]); x = 0 }
    lines[lines.length - 1].push({ x, y: 0, w, h: height, text })
    x += w + gap
  }
  const pitch = height + gap
  const total = lines.length * pitch - gap
  if (total > area.h) return null
  const top = area.y + (area.h - total) / 2
  lines.forEach((row, i) => {
    const width = row.length ? row[row.length - 1].x + row[row.length - 1].w : 0
    for (const chip of row) {
      chip.x += area.x + (area.w - width) / 2
      chip.y = top + i * pitch
    }
  })
  return lines.flat()
}

// A model's name as travellers carry it.
function tagOf(I, m) {
  const { L, ctx } = I
  if (!L.tag.has(m)) {
    ctx.font = L.fonts.token
    const text = ellipsis(ctx, I.D.names[m] ?? "", L.wide ? 132 : 120)
    L.tag.set(m, { text, w: Math.ceil(ctx.measureText(text).width) + 20 })
  }
  return L.tag.get(m)
}

// A model that is at the edge leaves an outline in the cloud.
function drawChip(I, chip, m) {
  const { ctx, L, S, css } = I
  const away = isAway(I, m)
  const wanted = m >= 0 && m === S.model && S.kind === MISS && I.t >= S.times.on[1]
  const evicted = m >= 0 && !away && S.kind === MISS && S.gone.includes(m)
  card(ctx, chip.x + 0.5, chip.y + 0.5, chip.w - 1, chip.h - 1, 13)
  if (!away && m >= 0) paint(ctx, css.inset)
  if (m >= 0) outline(ctx, wanted || evicted ? css.accent : css.line, 1, away ? DASH : SOLID)
  ctx.globalAlpha = away ? 0.6 : 1
  const [x, y] = centre(chip)
  write(ctx, chip.text, x, y + 0.5, L.fonts.chip, m < 0 || away ? css.muted : css.text, "center")
  ctx.globalAlpha = 1
}

function isAway(I, m) {
  const { S } = I
  if (m < 0) return false
  for (const F of S.flights) if (F.m === m) return F.comes ? I.t >= F.times[0] : I.t < F.times[1]
  if (S.kind === START) return S.gone.includes(m) && I.t < S.times.leave[1]
  return S.after.includes(m) || (S.gone.includes(m) && I.t < S.times.leave[1])
}
