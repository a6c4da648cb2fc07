// The slot-by-slot player. Sections: life cycle, data, words, theme, layout, chart, grid, bars,
// captions and tooltip, controls, clock. `I` is always one mounted instance of the player.
// Names come from users: they go to textContent and canvas text only, never to markup.

const MAX_ROWS = 60
const MIN_CELL = 8 // px; below this the window of slots scrolls
const WINDOW_CELL = 12 // px; cell width once it scrolls anyway
const KEEP_AT = 0.75 // the current slot's place in a scrolling window
const MOVE_MS = 200 // longest glide from one slot to the next
const COMMIT_MS = 140 // a held arrow key reports once, not thirty times a second
const STALL_MS = 250 // a hidden tab must not make the run leap ahead when it comes back
const AXIS = 18 // px; height of the slot numbers under a grid
const HEAD = 2 // px above the first row, room for its name where rows are thin
const STRIPED_FROM = 14 // rows; longer tables get stripes to lead the eye
const SPEEDS = [1, 2, 5, 10, 30]
const RESOURCES = [
  { field: "storage_gb", word: "storage" },
  { field: "gpu_memory_gb", word: "gpu" },
  { field: "power_kw", word: "power" },
]
const HIT = 0, MISS = 1, REJECTED = 2
const DEPLOYED = 1, EVICTED = 2
const NO_DASH = []

// ---------------------------------------------------------------------------- life cycle

const instances = new WeakMap()

// Called at mount, at every rerun that changes the data, and when the theme changes.
export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".player")
  if (!root || !data || typeof data !== "object") return undefined
  const known = instances.get(parentElement)
  const I = known ?? newInstance(parentElement)
  instances.set(parentElement, I)
  I.setStateValue = setStateValue
  if (I.root !== root) attach(I, root)
  if (I.data !== data) takeData(I, data)
  readTheme(I)
  I.width = 0 // forces a layout
  watch(I)
  if (!known && data.autoplay && !I.still.matches) play(I)
  // The host may run the cleanup of an overtaken call although the component stays: only the
  // newest call's cleanup may stop it, and a later call starts it again where it was.
  const turn = ++I.turn
  return () => { if (I.turn === turn) unwatch(I) }
}

function newInstance(parent) {
  const I = {
    host: parent.host ?? parent, still: matchMedia("(prefers-reduced-motion: reduce)"),
    turn: 0, root: null, el: null, panels: [], data: null, D: null, css: null, width: 0, ratio: 0,
    slot: -1, from: 0, movedAt: 0, moveMs: 0, p: 1, pos: 0,
    playing: false, speed: 0, owed: 0, last: 0, frame: 0, dirty: true, worded: -1,
    timer: 0, reported: -1, hover: -1, pointer: null,
    base: document.createElement("canvas"), lines: document.createElement("canvas"),
  }
  I.onFrame = (now) => onFrame(I, now)
  I.onStill = () => refresh(I)
  I.onFont = () => { I.width = 0; refresh(I) } // names were measured in a stand-in font
  I.observer = new ResizeObserver(() => refresh(I))
  return I
}

function attach(I, root) {
  const q = (name) => root.querySelector("." + name)
  I.observer.disconnect()
  I.root = root
  I.el = {}
  for (const name of ["bar", "first", "back", "play", "word", "next", "last", "scrub", "where", "speed",
    "cost-title", "cost-unit", "chart", "runs", "legend", "note", "hint", "tip", "run-template"]) {
    I.el[name] = q(name)
  }
  I.panels = []
  listen(I)
}

function watch(I) {
  I.observer.observe(I.root)
  I.still.addEventListener("change", I.onStill)
  document.fonts.addEventListener("loadingdone", I.onFont)
  I.last = 0
  refresh(I)
}

function unwatch(I) {
  I.observer.disconnect()
  I.still.removeEventListener("change", I.onStill)
  document.fonts.removeEventListener("loadingdone", I.onFont)
  cancelAnimationFrame(I.frame)
  clearTimeout(I.timer)
  I.frame = 0
}

// ---------------------------------------------------------------------------- data

// Decodes once per data change; drawing then reads typed arrays only.
function takeData(I, data) {
  I.data = data
  const D = (I.D = decode(data))
  const start = I.slot < 0 ? Math.trunc(Number(data.start) || 0) : I.slot
  I.slot = I.from = clamp(start, 0, D.T - 1)
  I.p = 1
  I.worded = -1
  I.speed ||= SPEEDS.includes(data.speed) ? data.speed : 5
  buildPanels(I)
  writeFixedWords(I)
}

function decode(data) {
  const T = Math.max(1, Math.trunc(data.slots) || 1)
  const models = data.models ?? []
  const M = models.length
  const stride = (M + 7) >> 3
  const asked = Int32Array.from(data.requests?.model ?? [])
  const starts = Int32Array.from(data.requests?.slot_start ?? [])
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
  const out = {
    label: String(run.label ?? run.policy ?? ""), role: run.role, color: run.color,
    deployed: bytes(run.deployed, T * stride), evicted: bytes(run.evicted, T * stride),
    flags: new Uint8Array(R * T), // [row, slot]: DEPLOYED | EVICTED
    counts: [0, 1, 2].map(() => new Uint16Array(R * T)), // [row, slot] by outcome
    totals: [0, 1, 2].map(() => new Uint32Array(T)),
    used: RESOURCES.map(() => new Float64Array(T)),
    average: new Float64Array(T),
    anyRejected: false,
  }
  const outcome = bytes(run.outcome, D.asked.length)
  let sum = finite(run.cost_before)
  for (let t = 0; t < T; t++) {
    sum += finite(run.cost?.[t])
    out.average[t] = sum / (D.before + t + 1)
    for (let r = 0; r < R; r++) {
      const m = rows[r]
      const stays = bit(out.deployed, D, t, m), left = bit(out.evicted, D, t, m)
      out.flags[r * T + t] = stays * DEPLOYED + left * EVICTED
    }
    forEachBit(out.deployed, D, t, (m) => out.used.forEach((used, i) => { used[t] += D.sizes[i][m] }))
    for (let k = D.starts[t] ?? 0; k < (D.starts[t + 1] ?? 0); k++) {
      const kind = outcome[k] <= REJECTED ? outcome[k] : MISS
      const row = D.rowOf[D.asked[k]] ?? -1
      out.totals[kind][t]++
      if (row >= 0) out.counts[kind][row * T + t]++
      if (kind === REJECTED) out.anyRejected = true
    }
  }
  return out
}

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

// ---------------------------------------------------------------------------- words

const FORMATS = [0, 1, 2, 3].map((digits) => ({
  short: new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }),
  full: new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
}))

function digits(size) { return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3 }
function number(value) { return FORMATS[digits(Math.abs(value))].short.format(value) }
function whole(value) { return FORMATS[0].short.format(value) }

// Costs of one chart share their digits, so that a running figure does not change its width.
function costNumber(I, value) { return FORMATS[digits(I.D.top)].full.format(value) }

// Fills a label: "{n} hit|{n} hits" takes its half by n.
function say(I, key, values = {}) {
  const halves = String(I.data.labels?.[key] ?? key).split("|")
  const text = halves.length > 1 && values.n !== 1 ? halves[1] : halves[0]
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function slotName(I, t) { return whole(t + I.D.first) }

function someNames(I, bits, t, limit) {
  const names = []
  let more = 0
  forEachBit(bits, I.D, t, (m) => { if (names.length < limit) names.push(I.D.names[m]); else more++ })
  const list = names.join(", ")
  return more ? say(I, "more", { names: list, n: more }) : list
}

function events(I, run, t) {
  const counts = [HIT, MISS, REJECTED].map((kind) => run.totals[kind][t])
  const n = counts[HIT] + counts[MISS] + counts[REJECTED]
  return outcomeWords(I, n, counts).join(", ")
}

function outcomeWords(I, n, counts) {
  if (!n) return [say(I, "quiet")]
  const words = [say(I, "requests", { n })]
  const keys = ["hits", "misses", "rejected"]
  counts.forEach((count, kind) => { if (count) words.push(say(I, keys[kind], { n: count })) })
  return words
}

function writeFixedWords(I) {
  const { el, D } = I
  I.root.setAttribute("aria-label", say(I, "player"))
  I.root.dataset.slots = D.T
  for (const name of ["first", "back", "next", "last", "scrub", "speed"]) {
    el[name].setAttribute("aria-label", say(I, name))
    el[name].title = say(I, name)
  }
  el.scrub.max = D.T - 1
  el.play.setAttribute("aria-disabled", D.T === 1)
  const option = (n) => new Option(say(I, "speed_option", { n }), n, false, n === I.speed)
  el.speed.replaceChildren(...SPEEDS.map(option))
  el["cost-title"].textContent = say(I, "cost_title")
  el["cost-unit"].textContent = I.data.cost_label ? `(${I.data.cost_label})` : ""
  for (const key of el.legend.querySelectorAll(".key")) {
    key.lastElementChild.textContent = say(I, "key_" + key.classList[1])
  }
  el.legend.querySelector(".rejected").hidden = !D.anyRejected
  const { rows, M } = D
  el.note.hidden = rows.length === M
  el.note.textContent = say(I, "shown", { rows: whole(rows.length), models: whole(M) })
  el.hint.textContent = say(I, "hint")
}

// ---------------------------------------------------------------------------- theme

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true })

// Any CSS colour as [r, g, b]; the browser's own parser does the work.
function rgb(color, fallback, under) {
  probe.clearRect(0, 0, 1, 1)
  if (under) { probe.fillStyle = `rgb(${under})`; probe.fillRect(0, 0, 1, 1) }
  probe.fillStyle = fallback
  probe.fillStyle = color
  probe.fillRect(0, 0, 1, 1)
  return Array.from(probe.getImageData(0, 0, 1, 1).data.slice(0, 3))
}

function mix(over, under, share) {
  return `rgb(${over.map((v, i) => Math.round(v * share + under[i] * (1 - share)))})`
}

function readTheme(I) {
  const style = getComputedStyle(I.host)
  const get = (name) => style.getPropertyValue(name).trim()
  const back = rgb(get("--st-background-color"), "#ffffff")
  const text = rgb(get("--st-text-color"), "#31333f", back)
  const panel = rgb(get("--st-secondary-background-color"), "#f0f2f6", back)
  const dark = back[0] + back[1] + back[2] < 384
  I.css = {
    font: get("--st-font") || "sans-serif",
    back: `rgb(${back})`, text: `rgb(${text})`, muted: mix(text, back, 0.7),
    panel: mix(panel, back, 0.7), track: `rgb(${panel})`,
    line: mix(text, back, 0.1), frame: mix(text, back, 0.22), edge: mix(text, back, 0.45),
    now: mix(text, panel, 0.1), row: mix(text, panel, 0.1), stripe: mix(text, panel, 0.035),
  }
  I.root.style.setProperty("--muted", I.css.muted)
  I.root.style.setProperty("--ink-soft", mix(text, back, 0.25))
  I.root.style.setProperty("--ink-firm", mix(text, back, 0.6))
  for (const panelOf of I.panels) styleRun(panelOf, text, back, panel, dark)
}

function styleRun(P, text, back, panel, dark) {
  const given = P.run.color
  const color = typeof given === "object" && given ? (dark ? given.dark : given.light) : given
  const full = rgb(color ?? "", `rgb(${text})`)
  P.color = `rgb(${full})`
  P.soft = mix(full, panel, dark ? 0.55 : 0.48)
  P.firm = mix(full, panel, 0.85)
  P.faint = mix(full, panel, 0.1)
  P.ghost = mix(full, back, 0.28)
}

const MARKS = {
  ga: { dash: NO_DASH, marker: "circle" },
  baseline: { dash: [7, 4], marker: "square" },
  optimum: { dash: [2, 3], marker: "diamond" },
}
const SPARE_MARKS = [{ dash: [10, 3, 2, 3], marker: "triangle" }, ...Object.values(MARKS)]

// Dash and marker go with the role; a second run of one role takes a spare pair.
function chooseMark(run, taken) {
  const own = MARKS[run.role] ?? MARKS.baseline
  return taken.includes(own) ? SPARE_MARKS.find((mark) => !taken.includes(mark)) ?? own : own
}

// ---------------------------------------------------------------------------- layout

function buildPanels(I) {
  const { el, D } = I
  if (I.panels.length > D.runs.length) hideTip(I)
  while (I.panels.length > D.runs.length) I.panels.pop().section.remove()
  while (I.panels.length < D.runs.length) I.panels.push(newPanel(I))
  const taken = []
  I.panels.forEach((P, i) => {
    P.run = D.runs[i]
    P.mark = chooseMark(P.run, taken)
    taken.push(P.mark)
    P.section.dataset.policy = I.data.runs[i].policy ?? ""
    P.name.textContent = P.name.title = P.run.label
    RESOURCES.forEach(({ word }, k) => { P.whats[k].textContent = say(I, word) })
  })
  el.runs.classList.remove("waiting")
}

function newPanel(I) {
  const section = I.el["run-template"].content.firstElementChild.cloneNode(true)
  I.el.runs.append(section)
  const q = (name) => section.querySelector("." + name)
  const P = {
    section, name: q("name"), swatch: q("swatch"), caption: q("caption"), grid: q("grid"),
    whats: [...section.querySelectorAll(".what")], fills: [...section.querySelectorAll(".fill")],
    amounts: [...section.querySelectorAll(".amount")], run: null, mark: null, g: null,
  }
  follow(I, P.grid, (x, y) => gridTip(I, P, x, y))
  P.fills.forEach((fill, k) => follow(I, fill, (x) => barTip(I, P, k, x)))
  return P
}

// Sizes everything when the width, the pixel ratio or the data changed.
function layout(I) {
  I.width = I.root.clientWidth
  I.ratio = window.devicePixelRatio || 1
  if (!I.width) return
  const gutter = nameGutter(I)
  const rowHeight = chooseRowHeight(I)
  for (const P of I.panels) layoutGrid(I, P, gutter, rowHeight)
  for (const P of I.panels) {
    P.fills.forEach((fill) => fit(I, fill, fill.clientWidth, fill.clientHeight))
    drawSwatch(I, P)
  }
  layoutChart(I)
  I.dirty = true
}

// Gives a canvas its backing store in device pixels; the context then speaks CSS pixels.
function fit(I, canvas, width, height) {
  canvas.width = Math.max(1, Math.round(width * I.ratio))
  canvas.height = Math.max(1, Math.round(height * I.ratio))
  const ctx = canvas.getContext("2d")
  ctx.setTransform(I.ratio, 0, 0, I.ratio, 0, 0)
  return ctx
}

function font(I, px, weight = 400) { return `${weight} ${px}px ${I.css.font}` }

function ellipsis(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text
  let low = 0, high = text.length
  while (low < high) {
    const half = (low + high + 1) >> 1
    if (ctx.measureText(text.slice(0, half).trimEnd() + "…").width <= width) low = half
    else high = half - 1
  }
  return text.slice(0, low).trimEnd() + "…"
}

function nameGutter(I) {
  const ctx = I.base.getContext("2d")
  ctx.font = font(I, 12, 700)
  const widest = I.D.rows.reduce((most, m) => Math.max(most, ctx.measureText(I.D.names[m]).width), 0)
  const panel = I.panels[0]?.grid.clientWidth ?? I.width
  return Math.ceil(clamp(widest + 10, 88, Math.max(88, Math.min(150, panel * 0.28))))
}

function chooseRowHeight(I) {
  const rows = Math.max(1, I.D.rows.length)
  if (!I.data.height || !I.panels.length) return clamp(Math.floor(480 / rows), 8, 22)
  const stacked = I.panels.length > 1 && I.panels[1].section.offsetTop > I.panels[0].section.offsetTop
  const grids = (stacked ? I.panels.length : 1)
  const other = I.root.scrollHeight - grids * I.panels[0].grid.offsetHeight
  return clamp(Math.floor(((I.data.height - other) / grids - AXIS - HEAD) / rows), 8, 40)
}

function layoutGrid(I, P, left, row) {
  const { T, rows, names } = I.D
  const height = Math.max(1, rows.length) * row + AXIS + HEAD
  P.grid.style.height = height + "px"
  P.section.style.setProperty("--gutter", left + "px") // the bars line up with the grid
  const width = P.grid.clientWidth
  const ctx = fit(I, P.grid, width, height)
  const plot = Math.max(MIN_CELL, width - left - 1)
  const fits = plot / T >= MIN_CELL
  const columns = fits ? T : Math.max(1, Math.floor(plot / WINDOW_CELL))
  const cell = fits ? Math.min(plot / T, 34) : plot / columns
  const size = row >= 14 ? 12 : 10
  ctx.font = font(I, size, 700) // the weight of a name under the pointer
  P.g = {
    ctx, width, height, left, row, cell, columns, size,
    pad: row > 12 ? 2 : 1, plotW: cell * columns, plotH: height - AXIS - HEAD,
    every: Math.ceil((size + 1) / row), // every how many rows a name finds room
    tick: tickStep(columns, cell),
    names: rows.map((m) => ellipsis(ctx, names[m], left - 8)),
    radius: clamp(Math.min(cell, row) / 2 - 1.4, 1.8, 5.5),
  }
}

function tickStep(columns, cell) {
  return [1, 2, 5, 10, 20, 50, 100, 200, 500].find((step) => step * cell >= 42) ?? columns
}

// ---------------------------------------------------------------------------- chart

// Axes, ghost lines and full lines are painted once; a frame copies them, the full lines only
// up to the current slot.
function layoutChart(I) {
  const { chart } = I.el
  const width = chart.clientWidth, height = chart.clientHeight
  const ctx = fit(I, chart, width, height)
  ctx.font = font(I, 12.5, 600)
  const figure = ctx.measureText(costNumber(I, I.D.top)).width
  for (const P of I.panels) {
    P.short = ellipsis(ctx, P.run.label, 150) + " "
    P.endW = ctx.measureText(P.short).width + figure
  }
  // A phone has no room for names beside the plot: there the markers stand for them.
  const ends = Math.max(0, ...I.panels.map((P) => P.endW))
  const named = ends < width * 0.25
  const right = Math.ceil(24 + (named ? ends : figure))
  const ticks = niceTicks(I.D.top * 1.04, height < 150 ? 3 : 4)
  const left = Math.ceil(Math.max(...ticks.map((v) => ctx.measureText(number(v)).width))) + 10
  const c = (I.c = { ctx, width, height, left, top: 9, right, bottom: 20, ticks, named })
  c.plotW = Math.max(10, width - c.left - c.right)
  c.plotH = height - c.top - c.bottom
  c.max = I.D.top * 1.04
  paintBase(I, c)
  paintLines(I, fit(I, I.lines, width, height), (P) => P.color, 2.2)
}

function niceTicks(max, wanted) {
  const rough = max / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999) ?? 10 * power
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step)
}

function chartX(I, t) { return I.c.left + (I.D.T > 1 ? t / (I.D.T - 1) : 0) * I.c.plotW }
function chartY(I, value) { return I.c.top + I.c.plotH * (1 - value / I.c.max) }

function paintBase(I, c) {
  const { D, css } = I
  const ctx = fit(I, I.base, c.width, c.height)
  ctx.font = font(I, 11)
  ctx.textBaseline = "middle"
  for (const value of c.ticks) {
    const y = Math.round(chartY(I, value)) + 0.5
    ctx.fillStyle = css.line
    ctx.fillRect(c.left, y - 0.5, c.plotW, 1)
    ctx.fillStyle = css.muted
    ctx.textAlign = "right"
    ctx.fillText(number(value), c.left - 6, y)
  }
  ctx.textAlign = "center"
  const pitch = c.plotW / D.T
  const step = tickStep(D.T, pitch)
  const firstHasRoom = (step - (D.first % step)) * pitch > 26
  for (let t = 0; t < D.T; t++) {
    if ((t + D.first) % step && (t || !firstHasRoom)) continue
    ctx.fillText(slotName(I, t), chartX(I, t), c.height - 8)
  }
  paintLines(I, ctx, (P) => P.ghost, 1.3)
}

function paintLines(I, ctx, color, width) {
  ctx.lineWidth = width
  ctx.lineJoin = "round"
  for (const P of I.panels) {
    ctx.strokeStyle = color(P)
    ctx.setLineDash(P.mark.dash)
    ctx.beginPath()
    P.run.average.forEach((value, t) => ctx.lineTo(chartX(I, t), chartY(I, value)))
    ctx.stroke()
  }
  ctx.setLineDash(NO_DASH)
}

function drawChart(I) {
  const { c, css, ratio } = I
  const { ctx } = c
  const x = chartX(I, I.pos)
  ctx.clearRect(0, 0, c.width, c.height)
  ctx.drawImage(I.base, 0, 0, c.width, c.height)
  const cut = Math.round(x * ratio)
  if (cut > 0) ctx.drawImage(I.lines, 0, 0, cut, I.lines.height, 0, 0, cut / ratio, c.height)
  ctx.fillStyle = css.edge
  ctx.fillRect(Math.round(x * ratio) / ratio - 0.5, c.top - 5, 1, c.plotH + 5)
  drawEnds(I, ctx, x)
}

// A marker where each line stands. Names and values are beside the plot, where no line runs, at
// the height of the markers and pushed apart where the lines meet.
function drawEnds(I, ctx, x) {
  const { c, css } = I
  ctx.font = font(I, 12.5, 600)
  ctx.textBaseline = "middle"
  ctx.textAlign = "left"
  for (const P of I.panels) {
    const before = P.run.average[I.from], after = P.run.average[I.slot]
    P.y = chartY(I, I.slot === I.from + 1 ? before + (after - before) * I.p : after)
  }
  spread(I.panels, 15, c.top + 4, c.top + c.plotH - 4)
  const beside = c.left + c.plotW + 13
  for (const P of I.panels) {
    drawMarker(ctx, P.mark.marker, x, P.y, 4.6, P.color, css.back)
    drawMarker(ctx, P.mark.marker, beside, P.at, 3.6, P.color, css.back)
    ctx.fillStyle = css.text
    ctx.fillText((c.named ? P.short : "") + costNumber(I, P.run.average[I.slot]), beside + 8, P.at)
  }
}

function spread(panels, gap, low, high) {
  for (const P of panels) P.at = clamp(P.y, low, high)
  if (panels.length < 2) return
  const sorted = panels.length === 2 && panels[0].at > panels[1].at ? [panels[1], panels[0]] : panels
  const [a, b] = sorted
  const lack = gap - (b.at - a.at)
  if (lack <= 0) return
  a.at = Math.max(low, a.at - lack / 2)
  b.at = Math.max(b.at, a.at + gap)
  if (b.at > high) { b.at = high; a.at = high - gap }
}

function drawMarker(ctx, shape, x, y, r, fill, rim) {
  ctx.beginPath()
  if (shape === "circle") ctx.arc(x, y, r, 0, 2 * Math.PI)
  else if (shape === "square") ctx.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76)
  else if (shape === "diamond") polygon(ctx, x, y - r * 1.2, x + r * 1.2, y, x, y + r * 1.2, x - r * 1.2, y)
  else polygon(ctx, x, y - r * 1.1, x + r * 1.1, y + r * 0.9, x - r * 1.1, y + r * 0.9)
  ctx.fillStyle = fill
  ctx.fill()
  ctx.lineWidth = 1.5
  ctx.strokeStyle = rim
  ctx.stroke()
}

function polygon(ctx, ...points) {
  ctx.moveTo(points[0], points[1])
  for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i], points[i + 1])
  ctx.closePath()
}

function drawSwatch(I, P) {
  const ctx = fit(I, P.swatch, 34, 14)
  ctx.strokeStyle = P.color
  ctx.lineWidth = 2.2
  ctx.setLineDash(P.mark.dash)
  ctx.beginPath()
  ctx.moveTo(0, 7)
  ctx.lineTo(34, 7)
  ctx.stroke()
  ctx.setLineDash(NO_DASH)
  drawMarker(ctx, P.mark.marker, 17, 7, 4.6, P.color, I.css.back)
}

// ---------------------------------------------------------------------------- grid

// First slot of the window, a fraction while it glides.
function windowStart(I, g) {
  return clamp(I.pos - Math.floor(g.columns * KEEP_AT), 0, I.D.T - g.columns)
}

function drawGrid(I, P) {
  const { css } = I
  const { ctx, width, height, left, plotW, plotH } = P.g
  const start = windowStart(I, P.g)
  const low = Math.floor(start)
  const high = Math.min(I.D.T - 1, Math.ceil(start + P.g.columns))
  ctx.clearRect(0, 0, width, height)
  ctx.save()
  ctx.translate(0, HEAD)
  ctx.fillStyle = css.panel
  ctx.fillRect(left, 0, plotW, plotH)
  drawNames(I, P)
  ctx.beginPath()
  ctx.rect(left, 0, plotW, height)
  ctx.clip()
  ctx.translate(left - start * P.g.cell, 0)
  drawBands(I, P, low, high)
  drawDeployments(I, P, low, high)
  drawLeavers(I, P, low)
  drawMarks(I, P, low)
  drawNow(I, P)
  ctx.restore()
}

function drawBands(I, P, low, high) {
  const { ctx, cell, row, plotH, tick, height, size } = P.g
  const { css, D } = I
  if (D.rows.length > STRIPED_FROM) {
    ctx.fillStyle = css.stripe
    for (let r = 1; r < D.rows.length; r += 2) ctx.fillRect(low * cell, r * row, (high - low + 1) * cell, row)
  }
  if (I.hover >= 0 && D.rowOf[I.hover] >= 0) {
    ctx.fillStyle = css.row
    ctx.fillRect(low * cell, D.rowOf[I.hover] * row, (high - low + 1) * cell, row)
  }
  ctx.font = font(I, Math.min(size, 11))
  ctx.textAlign = "center"
  ctx.textBaseline = "middle"
  for (let t = low; t <= high; t++) {
    if ((t + D.first) % tick) continue
    ctx.fillStyle = css.line
    ctx.fillRect((t + 0.5) * cell - 0.5, 0, 1, plotH + 3)
    ctx.fillStyle = css.muted
    if (Math.abs(t - I.slot) * cell > 26) ctx.fillText(slotName(I, t), (t + 0.5) * cell, height - HEAD - 7)
  }
  // The column is where the caption is; what arrives and leaves is what glides.
  ctx.fillStyle = css.now
  ctx.fillRect(I.slot * cell, 0, cell, plotH)
}

// Adjoining slots make one ribbon: it reads as a stay, and costs one rectangle instead of many.
function drawDeployments(I, P, low, high) {
  const { ctx } = P.g
  const gliding = I.p < 1 && I.slot === I.from + 1
  const done = gliding ? I.from : I.slot
  ctx.fillStyle = P.soft
  addRibbons(I, P, low, Math.min(done, high))
  ctx.fill()
  if (gliding) drawArrivals(I, P)
  ctx.fillStyle = P.faint
  addRibbons(I, P, Math.max(low, I.slot + 1), high)
  ctx.fill()
}

function addRibbons(I, P, low, high) {
  const { ctx, cell, row, pad } = P.g
  const { T } = I.D
  const { flags } = P.run
  ctx.beginPath()
  for (let r = 0; r < I.D.rows.length; r++) {
    let begin = -1
    for (let t = low; t <= high + 1; t++) {
      const on = t <= high && flags[r * T + t] & DEPLOYED
      if (on && begin < 0) begin = t
      if (on || begin < 0) continue
      ctx.rect(begin * cell, r * row + pad, (t - begin) * cell, row - 2 * pad)
      begin = -1
    }
  }
}

// The new slot comes in: stays are there at once, arrivals fade in, leavers fade out.
function drawArrivals(I, P) {
  const { ctx, cell, row, pad } = P.g
  const { T } = I.D
  const { flags } = P.run
  for (let r = 0; r < I.D.rows.length; r++) {
    const is = flags[r * T + I.slot] & DEPLOYED
    const was = flags[r * T + I.from] & DEPLOYED
    if (!is && !was) continue
    ctx.globalAlpha = is && was ? 1 : is ? I.p : 1 - I.p
    ctx.fillRect(I.slot * cell, r * row + pad, cell, row - 2 * pad)
  }
  ctx.globalAlpha = 1
}

// An evicted model's ribbon ends in a wedge. Where the model came back within the slot the ribbon
// goes on, so there the wedge gets a rim to stand out.
function drawLeavers(I, P, low) {
  const { ctx } = P.g
  ctx.fillStyle = P.firm
  addWedges(I, P, low, false)
  ctx.fill()
  addWedges(I, P, low, true)
  ctx.fill()
  ctx.strokeStyle = I.css.back
  ctx.lineWidth = 1.5
  ctx.stroke()
}

// Whether a slot's mark would lie on its wedge: then the wedge takes the upper half of the cell and
// the mark the lower one.
function crowded(I, P, at) {
  const { cell, row, radius } = P.g
  return P.run.flags[at] & EVICTED && P.run.counts.some((count) => count[at]) &&
    wedgeReach(cell, row) + radius + 2 > cell / 2
}

function wedgeReach(cell, row) { return Math.min(cell * 0.8, row * 0.6) }

function addWedges(I, P, low, returned) {
  const { ctx, cell, row, pad } = P.g
  const { T } = I.D
  const { flags } = P.run
  const reach = wedgeReach(cell, row)
  ctx.beginPath()
  for (let r = 0; r < I.D.rows.length; r++) {
    for (let t = low; t <= I.slot; t++) {
      const flag = flags[r * T + t]
      if (!(flag & EVICTED) || Boolean(flag & DEPLOYED) !== returned) continue
      const x = t * cell, top = r * row + pad
      const height = (row - 2 * pad) * (crowded(I, P, r * T + t) ? 0.5 : 1)
      ctx.moveTo(x, top)
      ctx.lineTo(x + reach, top + height / 2)
      ctx.lineTo(x, top + height)
      if (returned) ctx.closePath()
    }
  }
}

// Hit: a dot. Miss: a ring. Both in one slot: a dot in a ring. Rejected: a triangle.
function drawMarks(I, P, low) {
  const { ctx, cell, row, radius } = P.g
  const { T } = I.D
  const { counts } = P.run
  ctx.strokeStyle = ctx.fillStyle = I.css.text
  ctx.lineWidth = radius > 3.5 ? 1.7 : 1.3
  for (let kind = HIT; kind <= REJECTED; kind++) {
    ctx.beginPath()
    for (let r = 0; r < I.D.rows.length; r++) {
      for (let t = low; t <= I.slot; t++) {
        const at = r * T + t
        if (!counts[kind][at]) continue
        const halved = crowded(I, P, at)
        const x = (t + 0.5) * cell, y = (r + (halved ? 0.74 : 0.5)) * row
        addMark(ctx, kind, x, y, halved ? Math.min(radius, row * 0.2) : radius, counts[MISS][at] > 0)
      }
    }
    if (kind === MISS) ctx.stroke()
    else ctx.fill()
  }
}

function addMark(ctx, kind, x, y, radius, ringed) {
  const r = kind === MISS ? radius : radius * (ringed ? 0.42 : 0.56)
  if (kind === REJECTED) {
    ctx.moveTo(x, y - radius)
    ctx.lineTo(x + radius, y + radius * 0.8)
    ctx.lineTo(x - radius, y + radius * 0.8)
    ctx.closePath()
  } else {
    ctx.moveTo(x + r, y)
    ctx.arc(x, y, r, 0, 2 * Math.PI)
  }
}

function drawNow(I, P) {
  const { ctx, cell, plotW, plotH, height, size } = P.g
  const x = I.slot * cell
  ctx.fillStyle = I.css.edge
  ctx.fillRect(x, 0, 1, plotH)
  ctx.fillRect(x + cell - 1, 0, 1, plotH)
  ctx.font = font(I, Math.min(size, 11), 700)
  ctx.textAlign = "center"
  ctx.fillStyle = I.css.text
  const name = slotName(I, I.slot)
  const half = ctx.measureText(name).width / 2, start = windowStart(I, P.g) * cell
  ctx.fillText(name, clamp(x + cell / 2, start + half, start + plotW - half), height - HEAD - 7)
}

// Where names are thinned out the one under the pointer takes its neighbours' room.
function drawNames(I, P) {
  const { ctx, left, row, size, every, names } = P.g
  const hovered = I.D.rowOf[I.hover] ?? -1
  ctx.textAlign = "right"
  ctx.textBaseline = "middle"
  ctx.fillStyle = I.css.text
  ctx.font = font(I, size)
  for (let r = 0; r < names.length; r += every) {
    if (hovered >= 0 && Math.abs(r - hovered) < every) continue
    ctx.fillText(names[r], left - 7, (r + 0.5) * row)
  }
  if (hovered < 0) return
  ctx.font = font(I, size, 700)
  ctx.fillText(names[hovered], left - 7, (hovered + 0.5) * row)
}

// ---------------------------------------------------------------------------- bars

function drawBars(I, P) {
  for (let k = 0; k < RESOURCES.length; k++) drawBar(I, P, k)
}

function drawBar(I, P, k) {
  const fill = P.fills[k]
  const ctx = fill.getContext("2d")
  const width = fill.width / I.ratio, height = fill.height / I.ratio
  ctx.clearRect(0, 0, width, height)
  ctx.fillStyle = I.css.track
  ctx.fillRect(0, 0, width, height)
  ctx.font = font(I, 10.5)
  ctx.textBaseline = "middle"
  ctx.textAlign = "left"
  ctx.strokeStyle = I.css.frame
  ctx.strokeRect(0.5, 0.5, width - 1, height - 1)
  let x = 0
  for (let m = 0; m < I.D.M; m++) {
    const w = segment(I, P, k, m, width)
    if (w) drawSegment(I, P, ctx, m, x, w, height)
    x += w
  }
}

// A model's width in a bar; it grows and shrinks while the run glides to the next slot.
function segment(I, P, k, m, width) {
  const { D } = I
  const is = bit(P.run.deployed, D, I.slot, m)
  const was = I.slot === I.from + 1 ? bit(P.run.deployed, D, I.from, m) : is
  if (!is && !was) return 0
  const share = D.capacities[k] > 0 ? D.sizes[k][m] / D.capacities[k] : 0
  return (is * I.p + was * (1 - I.p)) * share * width
}

function drawSegment(I, P, ctx, m, x, w, height) {
  ctx.fillStyle = m === I.hover ? P.firm : P.soft
  ctx.fillRect(x, 0, w > 2 ? w - 1 : w, height)
  const name = I.D.names[m]
  if (w < 26 || w < ctx.measureText(name).width + 9) return
  ctx.fillStyle = I.css.text
  ctx.fillText(name, x + 5, height / 2 + 0.5)
}

// ---------------------------------------------------------------------------- captions, tooltip

// Words change once a slot; the descriptions for screen readers only while nothing plays.
function writeWords(I) {
  const { el, D } = I
  const where = say(I, "where", { slot: slotName(I, I.slot), total: whole(D.total) })
  el.where.textContent = where
  el.scrub.value = I.slot
  el.scrub.setAttribute("aria-valuetext", where)
  // Not `disabled`: a button that loses the focus at the end of the run takes the keys with it.
  for (const name of ["first", "back"]) el[name].setAttribute("aria-disabled", I.slot === 0)
  for (const name of ["next", "last"]) el[name].setAttribute("aria-disabled", I.slot === D.T - 1)
  el.word.textContent = say(I, I.playing ? "pause" : "play")
  el.play.setAttribute("aria-label", el.word.textContent)
  I.root.classList.toggle("playing", I.playing)
  I.root.dataset.slot = I.slot
  I.root.dataset.playing = I.playing
  for (const P of I.panels) writePanel(I, P)
  if (I.playing) return
  const values = I.panels.map((P) => `${P.run.label} ${costNumber(I, P.run.average[I.slot])}`).join(", ")
  const title = say(I, "cost_title")
  el.chart.setAttribute("aria-label", say(I, "cost_at", { title, slot: slotName(I, I.slot), values }))
}

function writePanel(I, P) {
  const t = I.slot
  const gone = someNames(I, P.run.evicted, t, 3)
  const words = events(I, P.run, t) + (gone ? ", " + say(I, "evicted", { names: gone }) : "")
  P.caption.textContent = P.caption.title = say(I, "caption", { slot: slotName(I, t), events: words })
  P.caption.setAttribute("aria-live", I.playing ? "off" : "polite")
  RESOURCES.forEach(({ word }, k) => {
    const used = number(P.run.used[k][t])
    const amount = say(I, word + "_amount", { used, capacity: number(I.D.capacities[k]) })
    P.amounts[k].textContent = amount
    if (!I.playing) P.fills[k].setAttribute("aria-label", `${P.whats[k].textContent}: ${amount}`)
  })
  if (I.playing) return
  const names = someNames(I, P.run.deployed, t, 12) || say(I, "nothing")
  P.grid.setAttribute("aria-label", say(I, "grid", { run: P.run.label, slot: slotName(I, t), names }))
}

// Each canvas says what lies under a point: {model, lines}, or null.
function follow(I, canvas, read) {
  const point = (event) => {
    I.pointer = { canvas, read, x: event.clientX, y: event.clientY }
    showTip(I)
  }
  canvas.addEventListener("pointermove", point)
  canvas.addEventListener("pointerdown", point)
  canvas.addEventListener("pointerleave", (event) => { if (event.pointerType !== "touch") hideTip(I) })
}

function showTip(I) {
  const { canvas, read, x, y } = I.pointer
  const box = canvas.getBoundingClientRect()
  const found = read(x - box.left, y - box.top)
  setHover(I, found?.model ?? -1)
  if (!found) { I.el.tip.hidden = true; return }
  const { tip } = I.el
  tip.replaceChildren(...found.lines.map((line) => {
    const div = document.createElement("div")
    div.textContent = line
    return div
  }))
  tip.hidden = false
  const outer = I.root.getBoundingClientRect()
  const left = clamp(x - outer.left + 14, 0, Math.max(0, outer.width - tip.offsetWidth))
  const above = y - outer.top - tip.offsetHeight - 12
  const top = above < 0 ? y - outer.top + 18 : above
  tip.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}

function hideTip(I) {
  I.pointer = null
  I.el.tip.hidden = true
  setHover(I, -1)
}

function setHover(I, model) {
  if (I.hover === model) return
  I.hover = model
  refresh(I)
}

function gridTip(I, P, x, y) {
  const { g } = P
  const r = Math.floor((y - HEAD) / g.row)
  if (r < 0 || r >= I.D.rows.length || x >= g.left + g.plotW) return null
  const model = I.D.rows[r]
  if (x < g.left) return { model, lines: modelLines(I, model) }
  const t = Math.floor(windowStart(I, g) + (x - g.left) / g.cell)
  return t >= 0 && t < I.D.T ? { model, lines: cellLines(I, P, r, t) } : null
}

function modelLines(I, m) {
  const sizes = RESOURCES.map(({ word }, k) => say(I, word + "_size", { size: number(I.D.sizes[k][m]) }))
  return [I.D.names[m], I.D.services[m], sizes.join(", ")].filter(Boolean)
}

function cellLines(I, P, r, t) {
  const at = r * I.D.T + t
  const flag = P.run.flags[at]
  const counts = P.run.counts.map((count) => count[at])
  const lines = [I.D.names[I.D.rows[r]], `${P.run.label}, ${say(I, "slot", { slot: slotName(I, t) })}`]
  lines.push(say(I, flag & DEPLOYED ? "tip_deployed" : "tip_absent"))
  if (flag & EVICTED) lines.push(say(I, "tip_evicted"))
  lines.push(outcomeWords(I, counts[HIT] + counts[MISS] + counts[REJECTED], counts).join(", "))
  return lines
}

function barTip(I, P, k, x) {
  const width = P.fills[k].clientWidth
  let end = 0
  for (let m = 0; m < I.D.M; m++) {
    end += segment(I, P, k, m, width)
    if (x < end) return { model: m, lines: modelLines(I, m) }
  }
  return null
}

function chartTip(I, x) {
  const t = chartSlot(I, x)
  const values = I.panels.map((P) => `${P.run.label}: ${costNumber(I, P.run.average[t])}`)
  return { model: -1, lines: [say(I, "slot", { slot: slotName(I, t) }), ...values] }
}

function chartSlot(I, x) {
  return clamp(Math.round(((x - I.c.left) / I.c.plotW) * (I.D.T - 1)), 0, I.D.T - 1)
}

// ---------------------------------------------------------------------------- controls

function listen(I) {
  const { el, root } = I
  el.play.addEventListener("click", () => toggle(I))
  el.first.addEventListener("click", () => stepTo(I, 0))
  el.back.addEventListener("click", () => stepTo(I, I.slot - 1))
  el.next.addEventListener("click", () => stepTo(I, I.slot + 1))
  el.last.addEventListener("click", () => stepTo(I, I.D.T - 1))
  el.scrub.addEventListener("input", () => scrubTo(I, Number(el.scrub.value)))
  el.scrub.addEventListener("change", () => report(I, 0))
  el.speed.addEventListener("change", () => setSpeed(I, Number(el.speed.value)))
  root.addEventListener("keydown", (event) => onKey(I, event))
  root.addEventListener("pointerdown", (event) => { if (event.target.tagName !== "CANVAS") hideTip(I) })
  follow(I, el.chart, (x) => chartTip(I, x))
  dragChart(I)
}

// Dragging along the chart scrubs as the slider does.
function dragChart(I) {
  const { chart } = I.el
  let held = false
  const seek = (event) => scrubTo(I, chartSlot(I, event.clientX - chart.getBoundingClientRect().left))
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return
    held = true
    chart.setPointerCapture(event.pointerId)
    seek(event)
  })
  chart.addEventListener("pointermove", (event) => { if (held) seek(event) })
  for (const end of ["pointerup", "pointercancel"]) {
    chart.addEventListener(end, () => { if (held) report(I, 0); held = false })
  }
}

function onKey(I, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return
  if (event.key === " " && event.target.tagName === "BUTTON") return // the button's own click
  const action = {
    " ": () => toggle(I),
    ArrowLeft: () => stepTo(I, I.slot - 1),
    ArrowRight: () => stepTo(I, I.slot + 1),
    Home: () => stepTo(I, 0),
    End: () => stepTo(I, I.D.T - 1),
    "+": () => changeSpeed(I, 1),
    "=": () => changeSpeed(I, 1),
    "-": () => changeSpeed(I, -1),
  }[event.key]
  if (!action) return
  event.preventDefault()
  event.stopPropagation()
  action()
}

function toggle(I) {
  if (I.playing) pause(I)
  else play(I)
}

function play(I) {
  if (I.slot >= I.D.T - 1) goTo(I, 0, 0)
  I.playing = I.D.T > 1
  I.owed = 0
  I.last = 0
  I.worded = -1
  clearTimeout(I.timer)
  refresh(I)
}

function pause(I) {
  I.playing = false
  I.worded = -1
  report(I, 0)
  refresh(I)
}

function stepTo(I, slot) {
  const target = clamp(slot, 0, I.D.T - 1)
  I.playing = false
  goTo(I, target, target === I.slot + 1 ? MOVE_MS : 0)
  report(I, COMMIT_MS)
}

function scrubTo(I, slot) {
  I.playing = false
  goTo(I, clamp(slot, 0, I.D.T - 1), 0)
}

function changeSpeed(I, by) {
  setSpeed(I, SPEEDS[clamp(SPEEDS.indexOf(I.speed) + by, 0, SPEEDS.length - 1)])
}

function setSpeed(I, speed) {
  I.speed = speed
  I.el.speed.value = speed
}

// Tells Python the slot, once the hand is at rest.
function report(I, wait) {
  clearTimeout(I.timer)
  I.timer = setTimeout(() => {
    if (I.reported === I.slot || I.playing) return
    I.reported = I.slot
    I.setStateValue("slot", I.slot)
  }, wait)
}

// ---------------------------------------------------------------------------- clock

function goTo(I, slot, glideMs, since = performance.now()) {
  I.from = I.slot
  I.slot = slot
  I.movedAt = since
  I.moveMs = I.still.matches ? 0 : glideMs
  I.worded = -1
  refresh(I)
}

function refresh(I) {
  I.dirty = true
  if (!I.frame) I.frame = requestAnimationFrame(I.onFrame)
}

function onFrame(I, now) {
  I.frame = 0
  if (I.root.clientWidth !== I.width || (window.devicePixelRatio || 1) !== I.ratio) layout(I)
  if (I.playing) advance(I, now)
  const gliding = I.p
  I.p = I.moveMs ? clamp((now - I.movedAt) / I.moveMs, 0, 1) : 1
  I.pos = I.slot === I.from + 1 ? I.from + I.p : I.slot
  if (I.width && (I.dirty || gliding < 1 || I.p < 1)) draw(I)
  if ((I.playing || I.p < 1) && !I.frame) I.frame = requestAnimationFrame(I.onFrame)
}

// Time that has passed is owed as slots; the rest is carried on, so that the pace is even.
function advance(I, now) {
  const every = 1000 / I.speed
  I.owed += I.last ? Math.min(now - I.last, STALL_MS) : 0
  I.last = now
  const due = Math.floor(I.owed / every)
  if (!due) return
  I.owed -= due * every
  const slot = Math.min(I.slot + due, I.D.T - 1)
  if (due > 1) I.slot = slot - 1
  goTo(I, slot, Math.min(MOVE_MS, every), now - I.owed)
  if (slot === I.D.T - 1) pause(I)
}

function draw(I) {
  I.dirty = false
  drawChart(I)
  for (const P of I.panels) {
    drawGrid(I, P)
    drawBars(I, P)
  }
  if (I.worded === I.slot) return
  I.worded = I.slot
  writeWords(I)
  if (I.pointer) showTip(I)
}
