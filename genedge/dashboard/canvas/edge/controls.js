// Controls: two buttons, and the tooltip.

function listen(I) {
  I.el.play.addEventListener("click", () => { if (I.playing) pause(I); else play(I, 0) })
  I.el.step.addEventListener("click", () => step(I))
  I.el.scene.addEventListener("pointermove", (event) => showTip(I, event))
  I.observers.push(new IntersectionObserver((entries) => {
    I.seen = entries[entries.length - 1].isIntersecting
    if (I.seen) refresh(I)
  }))
}

// The browser's own tooltip: full name, service and sizes of the tile or chip under the pointer.
function showTip(I, event) {
  if (!I.L || !I.S) return
  const [x, y] = pointIn(I.el.scene, event)
  const m = modelAt(I, x, y)
  let text = ""
  if (m >= 0) {
    const service = I.D.services[m]
    text = say(I, service ? "tip_service" : "tip", {
      name: I.D.names[m], service, storage: sizeWords(I, 0, m), gpu: sizeWords(I, 1, m), power: sizeWords(I, 2, m),
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
