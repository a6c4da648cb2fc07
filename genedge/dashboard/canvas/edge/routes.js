// Routes: the ways that requests, models and answers take.

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

function centre(rect) { return [rect.x + rect.w / 2, rect.y + rect.h / 2] }

function addRoutes(I, S) {
  const { L } = I
  if (S.kind === START) return
  const from = [S.person.x + (L.wide ? 22 : 0), S.person.y + (L.wide ? 0 : 22)]
  const door = [L.near.x, L.near.y]
  const goal = S.target ? centre(S.target) : []
  S.ask = route([...from, ...door, ...(S.kind === HIT ? goal : [])])
  S.back = route([...goal, ...door, ...from])
  if (S.kind !== MISS) return
  const home = L.chipOf.get(S.model) ?? L.moreChip
  const sky = [L.sky.x - L.lane.x, L.sky.y - L.lane.y]
  const far = [L.far.x - L.lane.x, L.far.y - L.lane.y]
  S.on = route([...door, ...far, ...sky, ...(home ? centre(home) : [])])
}

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
