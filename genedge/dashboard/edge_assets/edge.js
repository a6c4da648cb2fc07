// The live picture of users, edge server and cloud. Sections: life cycle, data, words, theme,
// layout, scenes, drawing, controls, clock. `I` is always one mounted instance of the picture.
// A scene is one request: what is deployed before and after it, and who travels. It is made once a
// request; a frame only reads it. Names come from users: they go to textContent, attributes and
// canvas text only, never to markup.

const WIDE = 640 // px; from here on side by side, below one over the other (as in the styles)
const MOST_CHIPS = 18
const CHIPS_FROM = 20 // models; larger catalogs show the most requested
const MOST_TILES = 14, MOST_TILES_NARROW = 9
const GAP = 6 // px between tiles
const LANE = 11 // px beside the middle of the link: out on one side, back on the other
const STALL_MS = 100 // a hidden tab must not make the picture leap ahead when it comes back
const SLOW_START = [1.7, 1.5, 1.3, 1.15] // the first requests take their time
const LATE = 110 // ms between one evicted model and the next
const FIRST_MS = 500 // more for the state that the picture opens with
const HURRY = 2.5 // after Pause the request under way comes to its end quickly
const STILL_MS = 1800 // time for each state where nothing may move
const HIT = 0, MISS = 1, REJECTED = 2, START = 3
const RESOURCES = [
  { field: "storage_gb", word: "storage" },
  { field: "gpu_memory_gb", word: "gpu" },
  { field: "power_kw", word: "power" },
]
// What happens when within a request, in ms: [from, to]; after `rest` comes the next request.
const NEVER = [1e9, 2e9]
const TIMES = [
  { ask: [0, 420], known: 420, on: NEVER, fetch: NEVER, leave: NEVER, shift: NEVER, answer: [520, 880], end: 900, rest: 1200 },
  { ask: [0, 300], known: 310, on: [360, 720], fetch: [760, 1380], leave: [740, 1220], shift: [940, 1340], answer: [1400, 1720], end: 1740, rest: 2100 },
  { ask: [0, 320], known: 330, on: NEVER, fetch: NEVER, leave: NEVER, shift: NEVER, answer: [400, 780], end: 800, rest: 1300 },
  { ask: NEVER, known: 0, on: NEVER, fetch: NEVER, leave: [0, 520], shift: [0, 520], answer: NEVER, end: 560, rest: 1300 },
]
const SOLID = [], DOTS = [1.5, 5], DASH = [3, 3]

// ---------------------------------------------------------------------------- life cycle

const instances = new WeakMap()

// Called at mount, at every rerun that changes the data, and when the theme changes.
export default function mount({ data, parentElement }) {
  const root = parentElement.querySelector(".picture")
  if (!root || !data || typeof data !== "object") return undefined
  const known = instances.get(parentElement)
  const I = known ?? newInstance(parentElement)
  instances.set(parentElement, I)
  if (I.root !== root) attach(I, root)
  takeData(I, data)
  readTheme(I)
  I.width = 0 // forces a layout
  watch(I)
  if (!known && data.autoplay !== false && !I.still.matches) play(I, FIRST_MS)
  // The host may run the cleanup of an overtaken call although the component stays: only the
  // newest call's cleanup may stop it, and a later call starts it again where it was.
  const turn = ++I.turn
  return () => { if (I.turn === turn) unwatch(I) }
}

function newInstance(parent) {
  const I = {
    host: parent.host ?? parent, still: matchMedia("(prefers-reduced-motion: reduce)"),
    turn: 0, root: null, el: null, ctx: null, source: "", D: null, css: null, L: null, S: null,
    width: 0, height: 0, ratio: 0, at: -1, t: 1e9, playing: false, slow: 0, pace: 1, linger: 0,
    frame: 0, last: 0, dirty: true, worded: false, seen: true, x: 0, y: 0,
  }
  I.onFrame = (now) => onFrame(I, now)
  I.onStill = () => refresh(I)
  I.onFont = () => { I.width = 0; refresh(I) } // names were measured in a stand-in font
  I.observer = new ResizeObserver(() => refresh(I))
  I.viewer = new IntersectionObserver((entries) => {
    I.seen = entries[entries.length - 1].isIntersecting
    if (I.seen) refresh(I)
  })
  return I
}

function attach(I, root) {
  I.observer.disconnect()
  I.viewer.disconnect()
  I.root = root
  I.el = {}
  for (const name of ["scene", "play", "step", "caption", "where"]) I.el[name] = root.querySelector("." + name)
  I.ctx = I.el.scene.getContext("2d")
  I.el.play.addEventListener("click", () => { if (I.playing) pause(I); else play(I, 0) })
  I.el.step.addEventListener("click", () => step(I))
  I.el.scene.addEventListener("pointermove", (event) => showTip(I, event))
}

function watch(I) {
  I.observer.observe(I.root)
  I.viewer.observe(I.root)
  I.still.addEventListener("change", I.onStill)
  document.fonts.addEventListener("loadingdone", I.onFont)
  I.last = 0
  refresh(I)
}

function unwatch(I) {
  I.observer.disconnect()
  I.viewer.disconnect()
  I.still.removeEventListener("change", I.onStill)
  document.fonts.removeEventListener("loadingdone", I.onFont)
  cancelAnimationFrame(I.frame)
  I.frame = 0
}

// ---------------------------------------------------------------------------- data

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
  const models = Array.isArray(data.models) ? data.models : []
  const asked = data.requests?.model ?? []
  const M = models.length, N = asked.length, stride = (M + 7) >> 3
  const D = {
    M, N, stride, labels: data.labels ?? {}, policy: String(data.policy ?? ""), color: data.color,
    total: Number.isFinite(data.total) ? data.total : N, bandwidth: finite(data.bandwidth_gbps),
    asked: Int32Array.from(asked), slot: Int32Array.from(data.requests?.slot ?? []),
    outcome: bytes(data.requests?.outcome, N), bits: bytes(data.deployed, N * stride),
    capacities: RESOURCES.map(({ field }) => finite(data.capacities?.[field])),
    sizes: RESOURCES.map(({ field }) => Float64Array.from(models, (m) => finite(m[field]))),
    sent: Float64Array.from(models, (m) => finite(m.transmission_s)),
    loaded: Float64Array.from(models, (m) => finite(m.io_s)),
    answered: Float64Array.from(models, (m) => finite(m.inference_s)),
    names: models.map((m) => String(m.name ?? "").slice(0, 200)),
    services: models.map((m) => String(m.service ?? "").slice(0, 200)),
  }
  const count = new Uint32Array(M)
  for (const m of D.asked) if (m < M) count[m]++
  D.ranked = Array.from(D.names, (_, m) => m).sort((a, b) => count[b] - count[a] || a - b)
  D.rank = new Int32Array(M)
  D.ranked.forEach((m, i) => { D.rank[m] = i })
  return D
}

// A missing or short string reads as zeros.
function bytes(base64, length) {
  const out = new Uint8Array(length)
  const text = base64 ? atob(base64) : ""
  for (let i = Math.min(length, text.length) - 1; i >= 0; i--) out[i] = text.charCodeAt(i)
  return out
}

// Models deployed after request i, in catalog order; before the first one nothing is.
function deployedAfter(D, i) {
  const list = []
  if (i < 0) return list
  for (let m = 0; m < D.M; m++) if ((D.bits[i * D.stride + (m >> 3)] >> (m & 7)) & 1) list.push(m)
  return list
}

function kindOf(D, i) {
  if (i < 0) return START
  return D.outcome[i] <= REJECTED ? D.outcome[i] : MISS
}

function finite(value) { return Number.isFinite(value) ? value : 0 }
function clamp(value, low, high) { return Math.min(Math.max(value, low), high) }

// ---------------------------------------------------------------------------- words

const FORMATS = [0, 1, 2].map((digits) => new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }))

function number(value) { return FORMATS[value >= 100 ? 0 : value >= 10 ? 1 : 2].format(value) }
function whole(value) { return FORMATS[0].format(value) }
function seconds(I, value) { return say(I, "seconds", { n: FORMATS[value >= 100 ? 0 : value >= 1 ? 1 : 2].format(value) }) }
function cut(name) { return name.length > 48 ? name.slice(0, 47).trimEnd() + "…" : name }

function say(I, key, values = {}) {
  return String(I.D.labels[key] ?? key)
    .replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function someNames(I, models, limit) {
  const names = models.slice(0, limit).map((m) => cut(I.D.names[m])).join(", ")
  return models.length > limit ? say(I, "names_more", { names, n: whole(models.length - limit) }) : names
}

function amount(I, k, used) {
  return say(I, RESOURCES[k].word + "_amount", { used: number(used), capacity: number(I.D.capacities[k]) })
}

function size(I, k, m) { return say(I, RESOURCES[k].word + "_size", { size: number(I.D.sizes[k][m]) }) }

function wait(D, m, kind) {
  return kind === HIT ? D.answered[m] : D.sent[m] + D.loaded[m] + D.answered[m]
}

function caption(I, S) {
  const { D } = I
  if (S.kind === START) return say(I, D.N ? "caption_start" : "caption_none")
  const name = cut(D.names[S.model])
  if (S.kind === REJECTED) return rejection(I, S.model)
  const values = {
    name, wait: seconds(I, wait(D, S.model, S.kind)), sent: seconds(I, D.sent[S.model]),
    loaded: seconds(I, D.loaded[S.model]), answered: seconds(I, D.answered[S.model]),
  }
  if (S.kind === HIT) return say(I, "caption_hit", values)
  const gone = S.gone.length ? " " + say(I, "caption_evicted", { names: someNames(I, S.gone, 3) }) : ""
  return say(I, "caption_miss", values) + gone
}

// A rejected model: the resource of which it lacks most.
function rejection(I, m) {
  const { D } = I
  const over = D.capacities.map((capacity, k) => D.sizes[k][m] / Math.max(capacity, 1e-12))
  const k = over.indexOf(Math.max(...over))
  const { word } = RESOURCES[k]
  const have = say(I, word + "_size", { size: number(D.capacities[k]) })
  return say(I, "caption_rejected", { name: cut(D.names[m]), need: size(I, k, m), resource: say(I, word + "_word"), have })
}

function whereWords(I, i) {
  const { D } = I
  if (!D.N) return say(I, "where_none")
  if (i < 0) return say(I, "where_start", { total: whole(D.total) })
  return say(I, "where", { n: whole(i + 1), total: whole(D.total), slot: whole((D.slot[i] ?? 0) + 1) })
}

function writeFixedWords(I) {
  const { el, D } = I
  I.root.setAttribute("aria-label", say(I, "picture"))
  el.step.setAttribute("aria-label", say(I, "step"))
  el.step.title = say(I, "step")
  for (const name of ["play", "step"]) el[name].setAttribute("aria-disabled", D.N === 0)
}

// Once a request; the description for screen readers only while nothing plays.
function writeWords(I) {
  const { el, S } = I
  I.worded = true
  const label = say(I, I.playing ? "pause" : "play")
  el.play.setAttribute("aria-label", label)
  el.play.title = label
  I.root.classList.toggle("playing", I.playing)
  I.root.dataset.request = I.at
  I.root.dataset.playing = I.playing
  I.root.dataset.outcome = ["hit", "miss", "rejected", ""][S.kind]
  el.where.textContent = S.where
  el.caption.setAttribute("aria-live", I.playing ? "off" : "polite")
  if (el.caption.textContent !== S.caption) el.caption.textContent = el.caption.title = S.caption
  if (I.playing) return
  const names = someNames(I, S.after, 12) || say(I, "empty")
  el.scene.setAttribute("aria-label", say(I, "picture_at", { where: S.where, caption: S.caption, names }))
}

// ---------------------------------------------------------------------------- theme

function luminance(color) {
  const [r, g, b] = color.map((v) => (v / 255 <= 0.03928 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function readTheme(I) {
  const style = getComputedStyle(I.host)
  const get = (name) => style.getPropertyValue(name).trim()
  const back = rgb(get("--st-background-color"), "#ffffff")
  const text = rgb(get("--st-text-color"), "#31333f", back)
  const panel = rgb(get("--st-secondary-background-color"), "#f0f2f6", back)
  const dark = luminance(back) < 0.2
  const given = I.D.color
  const own = typeof given === "object" && given ? (dark ? given.dark : given.light) : given
  const accent = rgb(own ?? "", get("--st-primary-color") || "#b4530a", back)
  I.css = {
    font: get("--st-font") || "sans-serif",
    back: `rgb(${back})`, text: `rgb(${text})`, panel: `rgb(${panel})`,
    muted: mix(text, back, 0.68), line: mix(text, back, dark ? 0.26 : 0.2), wire: mix(text, back, 0.34),
    inset: mix(text, back, dark ? 0.055 : 0.04), track: mix(text, back, 0.12), figure: mix(text, back, 0.42),
    accent: `rgb(${accent})`, ink: luminance(accent) > 0.3 ? "#14171a" : "#ffffff",
    tile: mix(accent, back, dark ? 0.22 : 0.13), rim: mix(accent, back, dark ? 0.6 : 0.5),
    lit: mix(accent, back, dark ? 0.42 : 0.3), fill: mix(accent, back, dark ? 0.75 : 0.7),
  }
  I.root.style.setProperty("--muted", I.css.muted)
}

// ---------------------------------------------------------------------------- layout

function font(I, px, weight = 400) { return `${weight} ${px}px ${I.css.font}` }

function ellipsis(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text
  let low = 0, high = text.length
  while (low < high) {
    const half = (low + high + 1) >> 1
    if (ctx.measureText(text.slice(0, half).trimEnd() + "…").width <= width) low = half
    else high = half - 1
  }
  return low ? text.slice(0, low).trimEnd() + "…" : ""
}

// Where everything stands. Done when the size, the fonts, the theme or the data change.
function layout(I) {
  I.width = I.root.clientWidth
  I.height = I.el.scene.clientHeight
  I.ratio = window.devicePixelRatio || 1
  if (!I.width || !I.height) return
  I.el.scene.width = Math.round(I.width * I.ratio)
  I.el.scene.height = Math.round(I.height * I.ratio)
  const L = (I.L = I.width >= WIDE ? sideBySide(I) : oneOverOther(I))
  L.fonts = {
    title: font(I, 13, 600), small: font(I, 12), tiny: font(I, 11), label: font(I, 12.5, 600), fine: font(I, 11, 600),
    verdict: font(I, 13, 600), token: font(I, 12, 600), chip: font(I, 12),
  }
  layoutEdge(I, L)
  layoutWords(I, L)
  layoutChips(I, L)
  layoutTiles(I, L)
  if (I.S) I.S = makeScene(I, I.S.from, I.at)
  I.dirty = true
}

function sideBySide(I) {
  const W = I.width, H = I.height
  const users = W < 800 ? 56 : 84
  const near = clamp(W * 0.055, 34, 72), link = clamp(W * 0.11, 78, 140)
  const cloudW = clamp(W * 0.27, 176, 330)
  const box = { x: users + near, y: 4, w: W - users - near - link - cloudW - 1, h: H - 8 }
  const middle = box.y + 42 + (box.h - 42 - 46) / 2
  const cloudH = Math.min(H - 16, W < 800 ? 244 : 218)
  const cloud = { x: W - cloudW - 1, y: Math.max(2, middle - cloudH / 2 - 12), w: cloudW, h: cloudH, bump: 34, round: 44 }
  const x = users - (W < 800 ? 28 : 38)
  return {
    wide: true, W, H, box, cloud,
    people: [{ x, y: middle - 62 }, { x, y: middle }, { x, y: middle + 62 }],
    usersAt: { x, y: middle + 110 },
    near: { x: box.x, y: middle }, far: { x: box.x + box.w, y: middle }, sky: { x: cloud.x, y: middle },
    cloudAt: { x: cloud.x + cloud.w * 0.58, y: cloud.y + cloud.bump + 6 },
    lane: { x: 0, y: LANE }, linkAt: { x: box.x + box.w + link / 2, y: middle - 36, room: link - 12 },
  }
}

function oneOverOther(I) {
  const W = I.width, H = I.height
  const box = { x: 1, y: 74, w: W - 2, h: 196 }
  const cloud = { x: 1, y: box.y + box.h + 26, w: W - 2, h: H - box.y - box.h - 28, bump: 20, round: 34 }
  const x = W / 2, step = Math.min(72, W / 5)
  return {
    wide: false, W, H, box, cloud,
    people: [{ x: x - step, y: 22 }, { x, y: 22 }, { x: x + step, y: 22 }],
    usersAt: { x: 2, y: 22, left: true },
    near: { x, y: box.y }, far: { x, y: box.y + box.h }, sky: { x, y: cloud.y + cloud.bump },
    cloudAt: { x: cloud.x + cloud.w * 0.66, y: cloud.y + cloud.bump - 1 },
    lane: { x: LANE, y: 0 }, linkAt: { x: 2, y: box.y + box.h + 18, left: true, room: W * 0.28 },
  }
}

// Inside the edge box: a heading, the room for tiles, three slim bars.
function layoutEdge(I, L) {
  const { box } = L
  const pad = 12
  const each = (box.w - 2 * pad + 16) / 3
  L.stackedBars = each - 16 < 158
  const bars = L.stackedBars ? 50 : 36
  L.room = { x: box.x + pad, y: box.y + 36, w: box.w - 2 * pad, h: box.h - 36 - bars - 8 }
  L.bars = RESOURCES.map((_, k) => ({ x: box.x + pad + k * each, y: box.y + box.h - 16, w: each - 16 }))
}

function layoutWords(I, L) {
  const { ctx } = I
  const set = (name, text, room) => { ctx.font = L.fonts[name]; return ellipsis(ctx, text, room) }
  L.edge = set("title", say(I, "edge"), L.room.w * 0.4)
  L.edgeW = ctx.measureText(L.edge).width
  const policy = I.D.policy ? say(I, "policy", { policy: cut(I.D.policy) }) : ""
  ctx.font = L.fonts.small
  // Beside the heading only where the verdict keeps its room.
  L.policy = ctx.measureText(policy).width <= L.room.w - L.edgeW - 178 ? policy : ""
  L.cloudName = set("title", say(I, "cloud"), L.cloud.w * 0.5)
  L.users = set("small", say(I, "users"), L.wide ? 84 : 70)
  L.bandwidth = set("small", say(I, "bandwidth", { n: number(I.D.bandwidth) }), L.linkAt.room)
  L.barNames = RESOURCES.map(({ word }, k) => set("tiny", say(I, word), L.bars[k].w))
  L.empty = set("small", say(I, "empty"), L.room.w - 16)
}

// Chips keep their place in the cloud all along; of a large catalog the most requested are shown.
function layoutChips(I, L) {
  const { D, ctx } = I
  const { cloud } = L
  ctx.font = L.fonts.chip
  const area = { x: cloud.x + 16, y: cloud.y + cloud.bump + (L.wide ? 24 : 8), w: cloud.w - 32 }
  area.h = cloud.y + cloud.h - (L.wide ? 16 : 8) - area.y
  L.tag = new Map() // model -> name as travellers carry it
  const most = D.M > CHIPS_FROM ? MOST_CHIPS : D.M
  const fewest = Math.min(D.M, D.M > CHIPS_FROM ? 12 : most)
  // Names are cut before chips are left out, and chips left out only where cut names do not help.
  const set = tryChips(I, area, most, fewest, 150) ?? tryChips(I, area, most, fewest, 104) ??
    tryChips(I, area, most, fewest, 78) ?? tryChips(I, area, fewest, 1, 78)
  L.chips = set?.chips ?? []
  L.chipModels = set?.models ?? []
  L.chipOf = new Map(L.chipModels.map((m, i) => [m, L.chips[i]]))
  L.moreChip = L.chips[L.chipModels.length] ?? null
  L.pillRoom = L.wide ? 132 : 120
}

// The most chips that fit, each at most so wide; null if even the fewest do not.
function tryChips(I, area, most, fewest, width) {
  const { D, ctx } = I
  for (let shown = most; shown >= fewest; shown--) {
    const models = D.ranked.slice(0, shown).sort((a, b) => a - b)
    const words = models.map((m) => ellipsis(ctx, D.names[m], Math.min(width, area.w) - 20))
    if (shown < D.M) words.push(say(I, "more", { n: whole(D.M - shown) }))
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
  lines.forEach((line, i) => {
    const width = line.length ? line[line.length - 1].x + line[line.length - 1].w : 0
    for (const chip of line) {
      chip.x += area.x + (area.w - width) / 2
      chip.y = top + i * pitch
    }
  })
  return lines.flat()
}

function tagOf(I, m) {
  const { L, ctx } = I
  let tag = L.tag.get(m)
  if (!tag) {
    ctx.font = L.fonts.token
    const text = ellipsis(ctx, I.D.names[m] ?? "", L.pillRoom)
    tag = { text, w: Math.ceil(ctx.measureText(text).width) + 20 }
    L.tag.set(m, tag)
  }
  return tag
}

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
  const share = (m) => Math.max(floor, D.capacities[1] > 0 ? Math.min(1, D.sizes[1][m] / D.capacities[1]) : 0)
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

// Breaks a name into lines at spaces and behind hyphens; the last one is cut if need be.
function setName(I, tile, name, font, pitch) {
  const { ctx, L } = I
  const width = tile.w - 10
  const most = Math.max(1, Math.floor((tile.h - 8) / pitch))
  ctx.font = L.fonts[font]
  const lines = [""]
  for (const part of name.slice(0, 120).match(/[^\s\-_/]+[\-_/]*\s*|[\s\-_/]+/g) ?? []) {
    const last = lines.length - 1
    if (!lines[last] || ctx.measureText((lines[last] + part).trimEnd()).width <= width) lines[last] += part
    else lines.push(part)
  }
  const kept = lines.slice(0, most).map((line) => line.trimEnd())
  if (lines.length > most) kept[most - 1] += " " + lines.slice(most).join("")
  tile.lines = kept.map((line) => ellipsis(ctx, line, width))
  tile.whole = lines.length <= most && tile.lines.every((line, i) => line === kept[i])
  tile.font = ctx.font
  tile.pitch = pitch
}

// ---------------------------------------------------------------------------- scenes

// Everything that request i shows, from the state after request `from` (the last one, at the start).
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
    target: after.rects.get(model) ?? null,
    moreBefore: before.more, moreAfter: after.more, moreText: say(I, "more", { n: whole(after.more) }),
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
  const { sizes, capacities } = I.D
  const used = (models) => models.reduce((sum, m) => sum + sizes[k][m], 0)
  const share = (value) => (capacities[k] > 0 ? Math.min(1, value / capacities[k]) : 0)
  const was = used(before), is = used(after)
  const cutTo = (text) => { I.ctx.font = I.L.fonts.tiny; return ellipsis(I.ctx, text, I.L.bars[k].w) }
  return { was: share(was), is: share(is), wasText: cutTo(amount(I, k, was)), isText: cutTo(amount(I, k, is)) }
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
  const points = [
    home.x + home.w / 2, home.y + home.h / 2, L.sky.x + x, L.sky.y + y,
    L.far.x + x, L.far.y + y, rect.x + rect.w / 2, rect.y + rect.h / 2,
  ]
  return { m, rect, comes, tag: tagOf(I, m), route: route(points), times: comes ? TIMES[MISS].fetch : TIMES[MISS].leave }
}

// A polyline with the share of its length at each point: [x, y, share, ...].
function route(points) {
  const out = [points[0], points[1], 0]
  let length = 0
  for (let i = 2; i < points.length; i += 2) {
    length += Math.hypot(points[i] - points[i - 2], points[i + 1] - points[i - 1])
    out.push(points[i], points[i + 1], length)
  }
  for (let i = 2; i < out.length; i += 3) out[i] /= length || 1
  return Float64Array.from(out)
}

function addRoutes(I, S) {
  const { L } = I
  if (S.kind === START) return
  const me = S.person
  const from = [me.x + (L.wide ? 22 : 0), me.y + (L.wide ? 0 : 22)]
  const door = [L.near.x, L.near.y]
  const hit = S.kind === HIT && S.target
  const goal = hit ? [S.target.x + S.target.w / 2, S.target.y + S.target.h / 2] : []
  S.ask = route([...from, ...door, ...goal])
  S.back = route([...goal, ...door, ...from])
  if (S.kind !== MISS) return
  const home = L.chipOf.get(S.model) ?? L.moreChip
  const sky = [L.sky.x - L.lane.x, L.sky.y - L.lane.y]
  const far = [L.far.x - L.lane.x, L.far.y - L.lane.y]
  S.on = route([...door, ...far, ...sky, ...(home ? [home.x + home.w / 2, home.y + home.h / 2] : [])])
  const to = S.target
  S.back = route([...(to ? [to.x + to.w / 2, to.y + to.h / 2] : []), ...door, ...from])
}

// ---------------------------------------------------------------------------- drawing

// Share of a stretch of time that has passed, eased at both ends.
function share(I, times) {
  const p = clamp((I.t - times[0]) / (times[1] - times[0]), 0, 1)
  return p * p * (3 - 2 * p)
}

// Sets I.x and I.y to the point at share p of a route.
function follow(I, points, p) {
  let i = 3
  while (i < points.length - 3 && points[i + 2] < p) i += 3
  const span = points[i + 2] - points[i - 1]
  const q = span > 0 ? (p - points[i - 1]) / span : 1
  I.x = points[i - 3] + (points[i] - points[i - 3]) * q
  I.y = points[i - 2] + (points[i + 1] - points[i - 2]) * q
}

function draw(I) {
  const { ctx, L, S } = I
  I.dirty = false
  ctx.setTransform(I.ratio, 0, 0, I.ratio, 0, 0)
  ctx.clearRect(0, 0, L.W, L.H)
  ctx.textBaseline = "middle"
  ctx.lineCap = ctx.lineJoin = "round"
  drawWires(I)
  drawUsers(I)
  drawCloud(I)
  if (S.on && I.t < S.times.fetch[0]) drawToken(I, S.on, S.times.on) // slips behind the box
  drawBox(I)
  drawTiles(I)
  for (const F of S.flights) drawFlight(I, F)
  drawAsking(I)
  drawAnswer(I)
}

function line(ctx, x1, y1, x2, y2) {
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
  ctx.stroke()
}

function card(ctx, x, y, w, h, r) {
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, Math.min(r, w / 2, h / 2))
}

function dot(ctx, x, y, r) {
  ctx.beginPath()
  ctx.arc(x, y, r, 0, 2 * Math.PI)
}

// The wireless way is dotted, the link to the cloud a line; where something went it is coloured.
function drawWires(I) {
  const { ctx, L, S, css } = I
  const off = L.wide ? 24 : 0, down = L.wide ? 0 : 24
  ctx.lineWidth = 1.5
  for (const person of L.people) {
    const active = person === S.person && S.kind !== START
    ctx.setLineDash(active ? SOLID : DOTS)
    ctx.strokeStyle = active ? css.rim : css.wire
    line(ctx, person.x + off, person.y + down, L.near.x, L.near.y)
  }
  ctx.setLineDash(SOLID)
  const used = S.kind === MISS && I.t >= S.times.on[0]
  ctx.strokeStyle = used ? css.rim : css.wire
  ctx.lineWidth = used ? 2 : 1.5
  line(ctx, L.far.x, L.far.y, L.sky.x + (L.wide ? 8 : 0), L.sky.y + (L.wide ? 0 : 8))
  ctx.font = L.fonts.small
  ctx.fillStyle = css.muted
  ctx.textAlign = L.linkAt.left ? "left" : "center"
  ctx.fillText(L.bandwidth, L.linkAt.x, L.linkAt.y)
}

function drawUsers(I) {
  const { ctx, L, S, css } = I
  for (const person of L.people) {
    const active = person === S.person && S.kind !== START
    ctx.fillStyle = active ? css.accent : css.figure
    dot(ctx, person.x, person.y - 8, 7)
    ctx.fill()
    ctx.beginPath()
    ctx.arc(person.x, person.y + 15, 13, Math.PI, 0)
    ctx.roundRect(person.x - 13, person.y + 13.5, 26, 4, 2)
    ctx.fill()
  }
  ctx.font = L.fonts.small
  ctx.fillStyle = css.muted
  ctx.textAlign = L.usersAt.left ? "left" : "center"
  ctx.fillText(L.users, L.usersAt.x, L.usersAt.y)
}

// Outline and filling of bumps and body together: all are stroked first, then all are filled.
function drawCloud(I) {
  const { ctx, L, css } = I
  ctx.strokeStyle = css.line
  ctx.lineWidth = 2
  cloudPath(ctx, L.cloud)
  ctx.stroke()
  ctx.fillStyle = css.back
  ctx.fill()
  ctx.font = L.fonts.title
  ctx.fillStyle = css.text
  ctx.textAlign = "center"
  ctx.fillText(L.cloudName, L.cloudAt.x, L.cloudAt.y)
  for (let i = 0; i < L.chips.length; i++) drawChip(I, L.chips[i], L.chipModels[i] ?? -1)
}

// The link enters from the left, or from above between the bumps.
function cloudPath(ctx, c) {
  const top = c.y + c.bump
  ctx.beginPath()
  ctx.roundRect(c.x, top, c.w, c.h - c.bump, c.round)
  const radius = Math.min(c.w * 0.21, c.h / 2 - 2, 62)
  addBump(ctx, c.x + c.w * 0.66, top, c.bump, radius)
  addBump(ctx, c.x + c.w * 0.34, top, c.bump * 0.62, radius * 0.75)
}

// A circle that rises so far above a line.
function addBump(ctx, x, line, height, radius) {
  const y = line - height + radius
  ctx.moveTo(x + radius, y)
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
}

// A model that is at the edge leaves an outline in the cloud.
function drawChip(I, chip, m) {
  const { ctx, L, S, css } = I
  const away = isAway(I, m)
  const wanted = m >= 0 && m === S.model && S.kind === MISS && I.t >= S.times.on[1]
  const evicted = m >= 0 && !away && S.kind === MISS && S.gone.includes(m)
  card(ctx, chip.x + 0.5, chip.y + 0.5, chip.w - 1, chip.h - 1, 13)
  if (!away && m >= 0) { ctx.fillStyle = css.inset; ctx.fill() }
  ctx.setLineDash(away ? DASH : SOLID)
  ctx.strokeStyle = wanted || evicted ? css.accent : css.line
  ctx.lineWidth = 1
  if (m >= 0) ctx.stroke()
  ctx.setLineDash(SOLID)
  ctx.globalAlpha = away ? 0.6 : 1
  ctx.font = L.fonts.chip
  ctx.fillStyle = m < 0 || away ? css.muted : css.text
  ctx.textAlign = "center"
  ctx.fillText(chip.text, chip.x + chip.w / 2, chip.y + chip.h / 2 + 0.5)
  ctx.globalAlpha = 1
}

function isAway(I, m) {
  const { S } = I
  if (m < 0) return false
  for (const F of S.flights) if (F.m === m) return F.comes ? I.t >= F.times[0] : I.t < F.times[1]
  if (S.kind === START) return S.gone.includes(m) && I.t < S.times.leave[1]
  return S.after.includes(m) || (S.gone.includes(m) && I.t < S.times.leave[1])
}

function drawBox(I) {
  const { ctx, L, S, css } = I
  const { box, room } = L
  card(ctx, box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, 14)
  ctx.fillStyle = css.back
  ctx.fill()
  ctx.lineWidth = 1
  ctx.strokeStyle = css.line
  ctx.stroke()
  card(ctx, room.x, room.y, room.w, room.h, 9)
  ctx.fillStyle = css.inset
  ctx.fill()
  const y = box.y + 19
  ctx.textAlign = "left"
  ctx.font = L.fonts.title
  ctx.fillStyle = css.text
  ctx.fillText(L.edge, room.x + 2, y)
  if (L.policy) {
    ctx.font = L.fonts.small
    ctx.fillStyle = css.muted
    ctx.fillText(L.policy, room.x + L.edgeW + 12, y)
  }
  drawVerdict(I, room.x + room.w - 2, y)
  for (let k = 0; k < 3; k++) drawBar(I, k)
  ctx.fillStyle = css.back
  ctx.strokeStyle = css.wire
  ctx.lineWidth = 1.5
  dot(ctx, L.near.x, L.near.y, 3.5)
  ctx.fill()
  ctx.stroke()
  dot(ctx, L.far.x, L.far.y, 3.5)
  ctx.fill()
  ctx.stroke()
}

// Told apart by mark as well: a hit is a dot, a miss a ring, a rejection a triangle.
function drawVerdict(I, right, y) {
  const { ctx, L, S, css } = I
  if (!S.verdict || I.t < S.times.known) return
  ctx.globalAlpha = clamp((I.t - S.times.known) / 120, 0, 1)
  ctx.font = L.fonts.verdict
  ctx.textAlign = "right"
  ctx.fillStyle = css.text
  const waiting = I.t < S.times.answer[1]
  ctx.fillText(waiting ? S.waiting : S.verdict, right, y)
  const x = right - (waiting ? S.waitingW : S.verdictW) - 12
  ctx.fillStyle = ctx.strokeStyle = css.accent
  ctx.lineWidth = 2
  if (S.kind === REJECTED) {
    ctx.beginPath()
    ctx.moveTo(x, y - 6)
    ctx.lineTo(x + 6, y + 4.5)
    ctx.lineTo(x - 6, y + 4.5)
    ctx.fill()
  } else {
    dot(ctx, x, y, S.kind === HIT ? 4.5 : 4)
    if (S.kind === HIT) ctx.fill()
    else ctx.stroke()
  }
  ctx.globalAlpha = 1
}

function drawBar(I, k) {
  const { ctx, L, S, css } = I
  const { x, y, w } = L.bars[k]
  const bar = S.bars[k]
  const p = share(I, S.times.shift)
  const full = bar.was + (bar.is - bar.was) * p
  ctx.font = L.fonts.tiny
  ctx.fillStyle = css.muted
  ctx.textAlign = "left"
  ctx.fillText(L.barNames[k], x + 1, y - (L.stackedBars ? 24 : 10))
  ctx.fillStyle = css.text
  ctx.textAlign = L.stackedBars ? "left" : "right"
  ctx.fillText(p < 0.5 ? bar.wasText : bar.isText, L.stackedBars ? x + 1 : x + w, y - 10)
  card(ctx, x, y, w, 5, 2.5)
  ctx.fillStyle = css.track
  ctx.fill()
  if (full <= 0) return
  card(ctx, x, y, Math.max(5, w * full), 5, 2.5)
  ctx.fillStyle = css.fill
  ctx.fill()
}

function drawTiles(I) {
  const { ctx, L, S, css } = I
  const p = share(I, S.times.shift)
  for (const T of S.tiles) {
    const { from, to } = T
    const lit = S.kind === HIT && T.m === S.model && I.t >= S.times.ask[1] - 40
    ctx.globalAlpha = T.in ? p : T.out ? 1 - p : 1
    drawTile(I, T.m, from.x + (to.x - from.x) * p, from.y + (to.y - from.y) * p, to.w, to.h, lit)
  }
  ctx.globalAlpha = 1
  const emptyBefore = !L.states[S.from + 1].rects.size, emptyAfter = !S.after.length
  if (!(p < 0.5 ? emptyBefore : emptyAfter)) return
  ctx.font = L.fonts.small
  ctx.fillStyle = css.muted
  ctx.textAlign = "center"
  ctx.fillText(L.empty, L.room.x + L.room.w / 2, L.room.y + L.room.h / 2)
}

function drawTile(I, m, x, y, w, h, lit) {
  const { ctx, L, S, css } = I
  if (ctx.globalAlpha <= 0) return
  if (lit) drawHalo(I, x, y, w, h)
  card(ctx, x + 0.75, y + 0.75, w - 1.5, h - 1.5, 8)
  ctx.fillStyle = m < 0 ? css.back : lit ? css.lit : css.tile
  ctx.fill()
  ctx.lineWidth = lit ? 2 : 1
  ctx.strokeStyle = m < 0 ? css.line : lit ? css.accent : css.rim
  ctx.stroke()
  if (m < 0) {
    ctx.font = L.fonts.small
    ctx.textAlign = "center"
    ctx.fillStyle = css.muted
    ctx.fillText(S.moreText, x + w / 2, y + h / 2 + 0.5, Math.max(1, w - 8))
  } else drawName(I, m, x + w / 2, y + h / 2)
}

// A ring that widens once when a request finds its model.
function drawHalo(I, x, y, w, h) {
  const { ctx, S, css } = I
  const p = clamp((I.t - S.times.ask[1] + 40) / 420, 0, 1)
  if (p >= 1) return
  const r = 1 + 6 * p
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * (1 - p) * 0.7
  card(ctx, x - r, y - r, w + 2 * r, h + 2 * r, 8 + r)
  ctx.lineWidth = 2
  ctx.strokeStyle = css.accent
  ctx.stroke()
  ctx.globalAlpha = alpha
}

function drawName(I, m, x, y) {
  const { ctx, L, css } = I
  const { lines, font, pitch } = L.sizes.get(m)
  ctx.font = font
  ctx.textAlign = "center"
  ctx.fillStyle = css.text
  for (let i = 0; i < lines.length; i++) ctx.fillText(lines[i], x, y + 0.5 + (i - (lines.length - 1) / 2) * pitch)
}

// Small as a chip on the link, as large as its tile in the box.
function drawFlight(I, F) {
  const { ctx, L, S, css } = I
  const gone = share(I, F.times)
  if (F.comes && I.t < F.times[0]) return
  if (!F.comes && gone >= 1) return
  const p = F.comes ? gone : 1 - gone
  const port = F.route[8] // share of the way at the edge's far port
  const grown = clamp((p - port) / (1 - port || 1), 0, 1)
  follow(I, F.route, p)
  const w = F.tag.w + (F.rect.w - F.tag.w) * grown, h = 24 + (F.rect.h - 24) * grown
  const x = I.x - w / 2, y = I.y - h / 2
  if (!F.comes) ctx.globalAlpha = clamp(p * 6, 0, 1)
  if (grown >= 1) {
    drawTile(I, F.m, x, y, w, h, F.comes && F.m === S.model)
  } else {
    card(ctx, x + 0.75, y + 0.75, w - 1.5, h - 1.5, 8)
    ctx.fillStyle = F.comes ? css.lit : css.tile
    ctx.fill()
    ctx.lineWidth = F.comes ? 2 : 1
    ctx.strokeStyle = F.comes ? css.accent : css.rim
    ctx.stroke()
    if (grown > 0.5) drawName(I, F.m, I.x, I.y)
    else {
      ctx.font = L.fonts.token
      ctx.textAlign = "center"
      ctx.fillStyle = css.text
      ctx.fillText(F.tag.text, I.x, I.y + 0.5)
    }
  }
  ctx.globalAlpha = 1
}

// The request on its way to the edge, waiting at the door, and thrown back when rejected.
function drawAsking(I) {
  const { S } = I
  const { ask, on, answer } = S.times
  if (!S.ask || I.t >= S.times.end) return
  if (S.kind === REJECTED) {
    if (I.t < answer[0]) drawToken(I, S.ask, ask)
    else drawToken(I, S.back, answer)
  } else if (I.t < ask[1] || (S.kind === MISS && I.t < on[0])) drawToken(I, S.ask, ask)
}

// Fades in where it sets out; where it arrives for good it shrinks away.
function drawToken(I, route, times) {
  const { ctx, L, S, css } = I
  if (I.t < times[0]) return
  const raw = clamp((I.t - times[0]) / (times[1] - times[0]), 0, 1)
  follow(I, route, share(I, times))
  const last = (S.kind === HIT && route === S.ask) || (S.kind !== HIT && route !== S.ask)
  const first = route === S.ask
  ctx.globalAlpha = Math.min(first ? clamp(raw * 5, 0, 1) : 1, last ? clamp((1 - raw) * 5, 0, 1) : 1)
  const { w, text } = S.tag
  const x = L.wide ? I.x : clamp(I.x, w / 2, L.W - w / 2)
  card(ctx, Math.max(0, x - w / 2), I.y - 12, w, 24, 12)
  ctx.fillStyle = css.accent
  ctx.fill()
  ctx.font = L.fonts.token
  ctx.textAlign = "center"
  ctx.fillStyle = css.ink
  ctx.fillText(text, Math.max(w / 2, x), I.y + 0.5)
  ctx.globalAlpha = 1
}

// The answer is a dot; when it is there the user knows how long it took.
function drawAnswer(I) {
  const { ctx, L, S, css } = I
  if (!S.answer || I.t < S.times.answer[0]) return
  const p = share(I, S.times.answer)
  if (p < 1) {
    follow(I, S.back, p)
    ctx.fillStyle = css.accent
    ctx.strokeStyle = css.back
    ctx.lineWidth = 2
    dot(ctx, I.x, I.y, 6)
    ctx.stroke()
    ctx.fill()
    return
  }
  ctx.font = L.fonts.token
  ctx.fillStyle = css.accent
  ctx.textAlign = L.wide ? "center" : "left"
  ctx.fillText(S.answer, S.person.x + (L.wide ? 0 : 19), S.person.y + (L.wide ? 29 : 9))
}

// ---------------------------------------------------------------------------- controls

// The browser's own tooltip: full name, service and sizes of the tile or chip under the pointer.
function showTip(I, event) {
  if (!I.L || !I.S) return
  const box = I.el.scene.getBoundingClientRect()
  const x = event.clientX - box.left, y = event.clientY - box.top
  const m = modelAt(I, x, y)
  let text = ""
  if (m >= 0) {
    const service = I.D.services[m]
    text = say(I, service ? "tip_service" : "tip", {
      name: I.D.names[m], service, storage: size(I, 0, m), gpu: size(I, 1, m), power: size(I, 2, m),
    })
  } else if (inside(I.L.room, x, y)) text = say(I, "tiles")
  if (I.el.scene.title !== text) I.el.scene.title = text
}

function modelAt(I, x, y) {
  for (const [m, rect] of I.L.states[I.at + 1].rects) if (inside(rect, x, y)) return m
  for (const [m, chip] of I.L.chipOf) if (inside(chip, x, y)) return m
  return -1
}

function inside(rect, x, y) {
  return rect && x >= rect.x && y >= rect.y && x < rect.x + rect.w && y < rect.y + rect.h
}

// What stands there is left for `linger` ms, then on with the next request.
function play(I, linger) {
  if (!I.D.N) return
  const { end } = TIMES[kindOf(I.D, I.at)]
  I.playing = true
  I.slow = 0
  I.linger = linger
  if (I.t >= end) I.t = linger ? end : 1e9
  I.worded = false
  I.last = 0
  refresh(I)
}

// The request under way comes to its end first: every picture that stands still can be read.
function pause(I) {
  I.playing = false
  I.pace = 1 / HURRY
  I.worded = false
  refresh(I)
}

function step(I) {
  if (!I.D.N) return
  I.playing = false
  I.pace = 1
  next(I)
  refresh(I)
}

// ---------------------------------------------------------------------------- clock

function next(I) {
  const from = I.at
  I.at = from + 1 < I.D.N ? from + 1 : -1
  I.t = 0
  I.last = 0
  I.linger = 0
  I.worded = false
  I.S = I.L ? makeScene(I, from, I.at) : null
}

function refresh(I) {
  I.dirty = true
  if (!I.frame) I.frame = requestAnimationFrame(I.onFrame)
}

function onFrame(I, now) {
  I.frame = 0
  if (!I.D || !I.root.isConnected) return
  if (I.root.clientWidth !== I.width || I.el.scene.clientHeight !== I.height || (window.devicePixelRatio || 1) !== I.ratio) layout(I)
  if (!I.L || !I.width) return
  I.S ??= makeScene(I, Math.max(I.at - 1, -1), I.at)
  const moved = I.seen && advance(I, now)
  if (moved || I.dirty) draw(I)
  if (!I.worded) writeWords(I)
  const busy = I.playing || I.t < I.S.times.end
  if (busy && I.seen && !I.frame) I.frame = requestAnimationFrame(I.onFrame)
}

// Moves time on; true if the picture changes with it.
function advance(I, now) {
  const still = I.still.matches
  const passed = I.last ? Math.min(now - I.last, STALL_MS) : 0
  I.last = now
  if (still && I.t < I.S.times.end) { I.t = I.S.times.end; I.dirty = true }
  const moving = I.t < I.S.times.end
  if (!moving && !I.playing) return false
  const pace = !I.playing ? I.pace : still ? 1 : SLOW_START[I.slow] ?? 1
  I.t += passed / pace
  const rest = (still ? I.S.times.end + STILL_MS : I.S.times.rest) + I.linger
  if (I.playing && I.t >= rest) { I.slow++; next(I) }
  return moving
}
