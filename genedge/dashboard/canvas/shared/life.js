// Life cycle: mount, new data, theme changes, cleanup; and frames, asked for only while something
// moves. A component adds ROOT, PARTS, STALL_MS, MOST_DIGITS, newState, listen, takeData, readTheme,
// begin and onFrame.

const instances = new WeakMap()

// Called at mount, at every rerun that changes the data, and when the theme changes.
export default function mount({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector("." + ROOT)
  if (!root || !data || typeof data !== "object") return undefined
  const known = instances.get(parentElement)
  const I = known ?? newInstance(parentElement)
  instances.set(parentElement, I)
  I.setStateValue = setStateValue
  I.labels = data.labels
  if (I.root !== root) attach(I, root)
  takeData(I, data)
  readTheme(I)
  I.width = 0 // forces a layout
  watch(I)
  begin(I, !known)
  // The host may run the cleanup of an overtaken call although the component stays: only the
  // newest call's cleanup may stop it, and a later call starts it again where it was.
  const turn = ++I.turn
  return () => { if (I.turn === turn) unwatch(I) }
}

function newInstance(parent) {
  const I = {
    host: parent.host ?? parent, still: matchMedia("(prefers-reduced-motion: reduce)"), turn: 0,
    root: null, el: null, D: null, css: null, width: 0, ratio: 0, playing: false, frame: 0, last: 0,
    dirty: true, timer: 0, observers: [], ...newState(),
  }
  I.onFrame = (now) => onFrame(I, now)
  I.onStill = () => refresh(I)
  I.onFont = () => { I.width = 0; refresh(I) } // names were measured in a stand-in font
  return I
}

function attach(I, root) {
  for (const observer of I.observers) observer.disconnect()
  I.observers = [new ResizeObserver(() => refresh(I))]
  I.root = root
  I.el = Object.fromEntries(PARTS.map((name) => [name, root.querySelector("." + name)]))
  listen(I)
}

function watch(I) {
  for (const observer of I.observers) observer.observe(I.root)
  I.still.addEventListener("change", I.onStill)
  document.fonts.addEventListener("loadingdone", I.onFont)
  I.last = 0
  refresh(I)
}

function unwatch(I) {
  for (const observer of I.observers) observer.disconnect()
  I.still.removeEventListener("change", I.onStill)
  document.fonts.removeEventListener("loadingdone", I.onFont)
  cancelAnimationFrame(I.frame)
  clearTimeout(I.timer)
  I.frame = 0
}

function refresh(I) {
  I.dirty = true
  nextFrame(I)
}

function nextFrame(I) { if (!I.frame) I.frame = requestAnimationFrame(I.onFrame) }

// A hidden tab must not make a component leap ahead when it comes back.
function elapsed(I, now) {
  const passed = I.last ? Math.min(now - I.last, STALL_MS) : 0
  I.last = now
  return passed
}
