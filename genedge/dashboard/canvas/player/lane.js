// Lane: the requests of the slot, in the order in which they arrive, as chips.

const CHIP_GAP = 4, CHIP_PAD = 6, CHIP_MARK = 11, CHIP_WEDGE = 8 // px
const NAME_ROOM = [Infinity, 90, 60, 36, 0] // px for a name, the widest at which all chips fit
const FEW = 4 // fewer named chips than this and names give way to marks alone
const FAINT = 0.38 // alpha of what has not arrived yet

function layoutLanes(I) {
  const { D, panels } = I
  const ctx = I.base.getContext("2d")
  ctx.font = font(I, 11.5, 600) // the weight of the current request
  I.nameWidth = Float32Array.from(D.names, (name) => Math.ceil(ctx.measureText(name).width))
  I.shortNames = NAME_ROOM.map(() => [])
  for (const P of panels) {
    const width = P.lane.clientWidth, height = P.lane.clientHeight
    P.l = { ctx: fit(I, P.lane, width, height), width, height, chips: [], before: 0, after: 0 }
    if (P.now) placeChips(I, P)
  }
}

function shortName(I, m, size) {
  const known = I.shortNames[size]
  if (known[m] === undefined) {
    const ctx = I.base.getContext("2d")
    ctx.font = font(I, 11.5, 600)
    known[m] = shortened(ctx, I.D.names[m], NAME_ROOM[size])
  }
  return known[m]
}

// Cut in the middle: models of one family differ in how their names end.
function shortened(ctx, name, width) {
  let text = name
  for (let keep = name.length - 1; keep > 1 && ctx.measureText(text).width > width; keep--) {
    text = name.slice(0, Math.ceil(keep / 2)) + "…" + name.slice(-Math.floor(keep / 2))
  }
  return text
}

function evicts(I, P, k) {
  const d = decisionAt(P.run, k)
  const { stride } = I.D
  return d >= 0 && P.run.leaving.subarray(d * stride, (d + 1) * stride).some(Boolean)
}

function chipWidth(I, P, k, size) {
  const name = Math.min(I.nameWidth[I.D.asked[k]], NAME_ROOM[size])
  return 2 * CHIP_PAD + CHIP_MARK + (name && name + 4) + (evicts(I, P, k) ? CHIP_WEDGE : 0)
}

// All chips with as much of their names as there is room for; if not even the marks fit, those
// around the current request and how many there are on either side.
function placeChips(I, P) {
  const { D } = I, { l } = P
  const first = D.starts[I.slot], n = requestsIn(D, I.slot)
  if (n * (2 * CHIP_PAD + CHIP_MARK + CHIP_GAP) <= l.width + CHIP_GAP) {
    const size = NAME_ROOM.findIndex((_, s) => spanOf(I, P, first, first + n, s) <= l.width)
    if (size >= 0) return setChips(I, P, first, first + n, size)
  }
  const named = around(I, P, NAME_ROOM.length - 2)
  const [low, high, size] = named[1] - named[0] < FEW ? around(I, P, NAME_ROOM.length - 1) : named
  setChips(I, P, low, high, size)
}

function spanOf(I, P, low, high, size) {
  let span = -CHIP_GAP
  for (let k = low; k < high; k++) span += chipWidth(I, P, k, size) + CHIP_GAP
  return span
}

function around(I, P, size) {
  const first = I.D.starts[I.slot], end = I.D.starts[I.slot + 1]
  const before = moreWidth(I, P, "lane_before", end - first)
  const after = moreWidth(I, P, "lane_after", end - first)
  const room = () => P.l.width - (low > first ? before : 0) - (high < end ? after : 0)
  let low = I.request < 0 ? end - 1 : I.request, high = low + 1
  let span = chipWidth(I, P, low, size)
  for (let left = true, stuck = 0; stuck < 2; left = !left) {
    const k = left ? low - 1 : high
    const wider = k < first || k >= end ? Infinity : span + CHIP_GAP + chipWidth(I, P, k, size)
    if (wider > room()) { stuck++; continue }
    stuck = 0
    span = wider
    if (left) low--
    else high++
  }
  return [low, high, size]
}

function moreWidth(I, P, key, n) {
  P.l.ctx.font = font(I, 11.5)
  return Math.ceil(P.l.ctx.measureText(say(I, key, { n: whole(n) })).width) + CHIP_GAP
}

function setChips(I, P, low, high, size) {
  const { l } = P
  l.before = low - I.D.starts[I.slot]
  l.after = I.D.starts[I.slot + 1] - high
  let x = l.before ? moreWidth(I, P, "lane_before", l.before) : 0
  l.chips = []
  for (let k = low; k < high; k++) {
    const width = chipWidth(I, P, k, size)
    const name = NAME_ROOM[size] ? shortName(I, I.D.asked[k], size) : ""
    l.chips.push({ k, x, width, name, evicts: evicts(I, P, k) })
    x += width + CHIP_GAP
  }
  l.end = x
}

function drawLane(I, P) {
  const { ctx, width, height, chips, before, after, end } = P.l
  ctx.clearRect(0, 0, width, height)
  ctx.textBaseline = "middle"
  for (const chip of chips) drawChip(I, P, chip)
  ctx.globalAlpha = 1
  const note = (text, x) => write(ctx, text, x, height / 2 + 0.5, font(I, 11.5), I.css.muted, "left")
  if (before) note(say(I, "lane_before", { n: whole(before) }), 0)
  if (after) note(say(I, "lane_after", { n: whole(after) }), end)
  if (!chips.length) note(say(I, "quiet"), 0)
}

// A hit is filled and has a dot, a miss is an outline with a ring, rejected is dashed with a
// triangle: as in the grid. A wedge ends the chip of a decision that evicts.
function drawChip(I, P, { k, x, width, name, evicts }) {
  const { ctx, height } = P.l
  const kind = P.run.outcome[k]
  const current = k === I.request, waiting = I.request >= 0 && k > I.request
  ctx.globalAlpha = waiting ? FAINT : current ? FAINT + (1 - FAINT) * I.p : 1
  card(ctx, x + 1, 2, width - 2, height - 4, 5)
  paint(ctx, kind === HIT ? P.soft : I.css.back)
  const rim = current ? I.css.text : kind === REJECTED ? I.css.edge : P.firm
  outline(ctx, rim, current ? 2.2 : 1.2, kind === REJECTED ? [3, 2] : SOLID)
  const middle = height / 2
  drawChipMark(I, ctx, kind, x + CHIP_PAD + CHIP_MARK / 2, middle)
  const left = x + CHIP_PAD + CHIP_MARK + 4
  if (name) write(ctx, name, left, middle + 0.5, font(I, 11.5, current ? 600 : 400), I.css.text, "left")
  if (!evicts) return
  const right = x + width - CHIP_PAD
  ctx.beginPath()
  polygon(ctx, right - 6, middle - 5, right + 1, middle, right - 6, middle + 5)
  paint(ctx, P.firm)
}

function drawChipMark(I, ctx, kind, x, y) {
  ctx.beginPath()
  addMark(ctx, kind, x, y, 4.6, false)
  paintMarks(ctx, kind, I.css.text, 1.5)
}

function chipAt(P, x) {
  return P.l.chips.find((chip) => x >= chip.x && x < chip.x + chip.width + CHIP_GAP)
}
