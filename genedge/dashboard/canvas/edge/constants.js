// The edge picture: times and sizes. A scene is one request: what is deployed before and after it, and
// who travels. It is made once a request; a frame only reads it.

const MOST_DIGITS = 2 // behind the point
const WIDE = 640 // px; from here on side by side, below one over the other (as in the styles)
const MOST_CHIPS = 18
const CHIPS_FROM = 20 // models; larger catalogs show the most requested
const MOST_TILES = 14, MOST_TILES_NARROW = 9
const GAP = 6 // px between tiles
const LANE = 11 // px beside the middle of the link: out on one side, back on the other
const STALL_MS = 100
const SLOW_START = [1.7, 1.5, 1.3, 1.15] // the first requests take their time
const LATE = 110 // ms between one evicted model and the next
const FIRST_MS = 500 // more for the state that the picture opens with
const HURRY = 2.5 // after Pause the request under way comes to its end quickly
const STILL_MS = 1800 // time for each state where nothing may move
const START = 3 // an outcome of its own: what is there before anything is asked for
// What happens when within a request, in ms: [from, to]; after `rest` comes the next request.
const NEVER = [1e9, 2e9]
const TIMES = [
  { ask: [0, 420], known: 420, on: NEVER, fetch: NEVER, leave: NEVER, shift: NEVER, answer: [520, 880], end: 900, rest: 1200 },
  { ask: [0, 300], known: 310, on: [360, 720], fetch: [760, 1380], leave: [740, 1220], shift: [940, 1340], answer: [1400, 1720], end: 1740, rest: 2100 },
  { ask: [0, 320], known: 330, on: NEVER, fetch: NEVER, leave: NEVER, shift: NEVER, answer: [400, 780], end: 800, rest: 1300 },
  { ask: NEVER, known: 0, on: NEVER, fetch: NEVER, leave: [0, 520], shift: [0, 520], answer: NEVER, end: 560, rest: 1300 },
]
const DOTS = [1.5, 5], DASH = [3, 3]
