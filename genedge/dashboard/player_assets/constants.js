// The slot-by-slot player. Its files are joined into one module, in the order given in player.py.
// `I` is always one mounted instance of the player, `D` its decoded data, `P` the panel of one run.
// Names come from users: they go to textContent and canvas text only, never to markup.

const MAX_ROWS = 60
const MIN_CELL = 8 // px; below this the window of slots scrolls
const WINDOW_CELL = 12 // px; cell width once it scrolls anyway
const KEEP_AT = 0.75 // the current slot's place in a scrolling window
const MOVE_MS = 200 // longest glide from one slot to the next
const DECIDE_MS = 340 // glide of a step to a request: evictions need time to be seen
const FAR = 12 // slots; a longer jump does not glide through what lies between
const COMMIT_MS = 140 // a held arrow key reports once, not thirty times a second
const STALL_MS = 250 // a hidden tab must not make the run leap ahead when it comes back
const AXIS = 18 // px; height of the slot numbers under a grid
const SLIDE = 18 // px; an evicted model's cell slides at least this far
const HEAD = 2 // px above the first row, room for its name where rows are thin
const STRIPED_FROM = 14 // rows; longer tables get stripes to lead the eye
const SPEEDS = [1, 2, 5, 10, 30]
const BY_REQUEST_UP_TO = 2 // slots/s; faster, a slot comes whole
const LINEAR_FROM = 5 // slots/s; faster, easing would make the grid jerk
const RESOURCES = [
  { field: "storage_gb", word: "storage" },
  { field: "gpu_memory_gb", word: "gpu" },
  { field: "power_kw", word: "power" },
]
const HIT = 0, MISS = 1, REJECTED = 2
const DEPLOYED = 1, EVICTED = 2
const NO_DASH = []
