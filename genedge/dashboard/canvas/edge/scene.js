// Scene: everything that one request shows.

// From the state after request `from` (the last one, at the start).
function makeScene(I, from, i) {
  const { D, L } = I
  const kind = kindOf(D, i)
  const model = i < 0 ? -1 : D.asked[i]
  const before = L.states[from + 1], after = L.states[i + 1]
  const held = new Set(deployedAfter(D, from)), kept = deployedAfter(D, i)
  const keeps = new Set(kept)
  const S = {
    from, kind, model, after: kept, gone: [...held].filter((m) => !keeps.has(m)),
    times: TIMES[kind], tiles: [], flights: [], person: L.people[Math.max(0, (i * 7) % 3)],
    tag: model < 0 ? null : tagOf(I, model), ask: null, on: null, back: null,
    where: whereWords(I, i), caption: "", verdict: "", answer: "",
    target: after.rects.get(model) ?? null, moreText: say(I, "more_tiles", { n: whole(after.more) }),
    bars: RESOURCES.map((_, k) => bar(I, k, [...held], kept)),
  }
  S.caption = caption(I, S)
  if (kind === HIT || kind === MISS) {
    S.answer = seconds(I, wait(D, model, kind))
    S.verdict = say(I, kind === HIT ? "hit" : "miss", { wait: S.answer })
  } else if (kind === REJECTED) S.verdict = say(I, "rejected")
  I.ctx.font = L.fonts.verdict
  S.verdict = ellipsis(I.ctx, S.verdict, L.room.w - L.edgeW - 40)
  S.verdictW = I.ctx.measureText(S.verdict).width
  S.waiting = kind === MISS ? say(I, "miss_waiting") : S.verdict
  S.waitingW = I.ctx.measureText(S.waiting).width
  addTiles(I, S, before, after, held, keeps)
  S.flights.filter((F) => !F.comes).forEach((F, i) => { // one after another, so that names do not overlap
    const late = Math.min(i, 4) * LATE
    F.times = [F.times[0] + late, F.times[1] + late]
  })
  addRoutes(I, S)
  return S
}

function bar(I, k, before, after) {
  const used = (models) => models.reduce((sum, m) => sum + I.D.sizes[k][m], 0)
  const share = (value) => Math.min(1, shareOf(I.D, k, value))
  const was = used(before), is = used(after)
  const cutTo = (text) => { I.ctx.font = I.L.fonts.tiny; return ellipsis(I.ctx, text, I.L.bars[k].w) }
  return { was: share(was), is: share(is), wasText: cutTo(amountWords(I, k, was)), isText: cutTo(amountWords(I, k, is)) }
}

// Tiles stay (and may move), fade, or fly to or from the cloud.
function addTiles(I, S, before, after, held, keeps) {
  for (const [m, to] of after.rects) {
    const from = before.rects.get(m)
    if (from || m < 0 || held.has(m) || S.kind === START) S.tiles.push({ m, from: from ?? to, to, in: !from, out: false })
    else S.flights.push(flight(I, m, to, true))
  }
  for (const [m, from] of before.rects) {
    if (after.rects.has(m)) continue
    if (m < 0 || keeps.has(m) || S.kind === START) S.tiles.push({ m, from, to: from, in: false, out: true })
    else S.flights.push(flight(I, m, from, false))
  }
}

// A flight always reads from the cloud to the edge; an eviction flies it backwards.
function flight(I, m, rect, comes) {
  const { L } = I
  const home = L.chipOf.get(m) ?? L.moreChip ?? { x: L.sky.x, y: L.sky.y, w: 60, h: 20 }
  const lane = comes ? 1 : -1
  const x = L.lane.x * lane, y = L.lane.y * lane
  const points = [...centre(home), L.sky.x + x, L.sky.y + y, L.far.x + x, L.far.y + y, ...centre(rect)]
  return { m, rect, comes, tag: tagOf(I, m), route: route(points), times: TIMES[MISS][comes ? "fetch" : "leave"] }
}
