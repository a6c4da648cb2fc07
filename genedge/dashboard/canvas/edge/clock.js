// Clock: from one request to the next, frame by frame.

function next(I) {
  const from = I.at
  I.at = from + 1 < I.D.N ? from + 1 : -1
  I.t = 0
  I.last = 0
  I.linger = 0
  I.worded = false
  I.S = I.L ? makeScene(I, from, I.at) : null
}

function onFrame(I, now) {
  I.frame = 0
  if (!I.D || !I.root.isConnected) return
  if (resized(I) || I.el.scene.clientHeight !== I.height) layout(I)
  if (!I.L || !I.width) return
  I.S ??= makeScene(I, Math.max(I.at - 1, -1), I.at)
  const moved = I.seen && advance(I, now)
  if (moved || I.dirty) draw(I)
  if (!I.worded) writeWords(I)
  if (I.seen && (I.playing || I.t < I.S.times.end)) nextFrame(I)
}

// Moves time on; true if the picture changes with it.
function advance(I, now) {
  const still = I.still.matches
  const passed = elapsed(I, now)
  if (still && I.t < I.S.times.end) { I.t = I.S.times.end; I.dirty = true }
  const moving = I.t < I.S.times.end
  if (!moving && !I.playing) return false
  const pace = !I.playing ? I.pace : still ? 1 : SLOW_START[I.slow] ?? 1
  I.t += passed / pace
  const rest = (still ? I.S.times.end + STILL_MS : I.S.times.rest) + I.linger
  if (I.playing && I.t >= rest) { I.slow++; next(I) }
  return moving
}

function draw(I) {
  const { ctx, L, S } = I
  I.dirty = false
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
