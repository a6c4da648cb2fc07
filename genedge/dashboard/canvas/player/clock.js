// Clock: from one place to the next, frame by frame.

// Glides from what is on the screen; far away, or with reduced motion, it is there at once.
function goTo(I, slot, request, glideMs, since = performance.now()) {
  const near = Math.abs(slot - I.pos) <= FAR
  I.from = near ? I.pos : slot
  I.slot = slot
  I.request = request
  I.movedAt = since
  I.moveMs = I.still.matches || !near ? 0 : glideMs
  I.moved = I.unsaid = true
  refresh(I)
}

function onFrame(I, now) {
  I.frame = 0
  if (I.playing) advance(I, now)
  const place = I.moved
  if (place) settle(I)
  if (resized(I)) layout(I)
  else if (place && I.width) for (const P of I.panels) placeChips(I, P)
  const gliding = I.p
  I.p = I.moveMs ? ease(I, clamp((now - I.movedAt) / I.moveMs, 0, 1)) : 1
  I.pos = I.from + (I.slot - I.from) * I.p
  if (I.width && (I.dirty || gliding < 1 || I.p < 1)) draw(I)
  if (I.playing || I.p < 1) nextFrame(I)
}

// While slots follow each other without a pause the pace must be even.
function ease(I, p) { return I.playing && I.speed >= LINEAR_FROM ? p : p * (2 - p) }

// Time that has passed is owed as slots; the rest is carried on, so that the pace is even.
function advance(I, now) {
  I.owed += elapsed(I, now)
  if (I.speed <= BY_REQUEST_UP_TO && !I.still.matches) advanceByRequest(I, now)
  else advanceBySlot(I, now)
  if (I.slot === I.D.T - 1 && I.request < 0) pause(I)
}

function advanceBySlot(I, now) {
  const every = 1000 / I.speed
  const due = Math.floor(I.owed / every)
  if (!due) return
  I.owed -= due * every
  const slot = Math.min(I.slot + due - (I.request < 0 ? 0 : 1), I.D.T - 1)
  goTo(I, slot, -1, Math.min(MOVE_MS, every), now - I.owed)
}

// A slot's time is shared by its requests and its end.
function advanceByRequest(I, now) {
  let { slot, request } = I
  const share = () => 1000 / I.speed / (requestsIn(I.D, slot) + 1)
  while (I.owed >= share() && (slot < I.D.T - 1 || request >= 0)) {
    I.owed -= share()
    const next = placeAfter(I.D, slot, request)
    slot = next[0]
    request = next[1]
  }
  if (slot === I.slot && request === I.request) return
  goTo(I, slot, request, Math.min(MOVE_MS, share()), now - Math.min(I.owed, share()))
}

function draw(I) {
  I.dirty = false
  drawChart(I)
  for (const P of I.panels) {
    drawLane(I, P)
    drawGrid(I, P)
    drawBars(I, P)
  }
  if (!I.unsaid) return
  I.unsaid = false
  writeWords(I)
  if (I.pointer) showTip(I)
}
