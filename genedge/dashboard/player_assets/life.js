// Life cycle: mount, new data, theme changes, cleanup.

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
  // New data may have moved the player, and the cleanup before them may have dropped a report.
  if (known || I.nonce !== undefined) report(I, COMMIT_MS)
  // The host may run the cleanup of an overtaken call although the component stays: only the
  // newest call's cleanup may stop it, and a later call starts it again where it was.
  const turn = ++I.turn
  return () => { if (I.turn === turn) unwatch(I) }
}

function newInstance(parent) {
  const I = {
    host: parent.host ?? parent, still: matchMedia("(prefers-reduced-motion: reduce)"),
    turn: 0, root: null, el: null, panels: [], data: null, D: null, css: null, width: 0, ratio: 0,
    slot: -1, request: -1, focus: 0, from: 0, movedAt: 0, moveMs: 0, p: 1, pos: 0, moved: false,
    playing: false, speed: 0, owed: 0, last: 0, frame: 0, dirty: true, unsaid: true,
    timer: 0, reported: "", nonce: undefined, hover: -1, pointer: null,
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
  for (const name of ["bar", "first", "back", "play", "word", "next", "last", "scrub", "where",
    "speed", "prior", "later", "which", "cost-title", "cost-unit", "chart", "runs", "legend",
    "note", "hint", "tip", "run-template"]) {
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
