// The player: times and sizes. `P` is always the panel of one run.

const MAX_ROWS = 60
const MIN_CELL = 8 // px; below this the window of slots scrolls
const WINDOW_CELL = 12 // px; cell width once it scrolls anyway
const KEEP_AT = 0.75 // the current slot's place in a scrolling window
const MOVE_MS = 200 // longest glide from one slot to the next
const DECIDE_MS = 340 // glide of a step to a request: evictions need time to be seen
const FAR = 12 // slots; a longer jump does not glide through what lies between
const COMMIT_MS = 140 // a held arrow key reports once, not thirty times a second
const STALL_MS = 250
const AXIS = 18 // px; height of the slot numbers under a grid
const SLIDE = 18 // px; an evicted model's cell slides at least this far
const HEAD = 2 // px above the first row, room for its name where rows are thin
const STRIPED_FROM = 14 // rows; longer tables get stripes to lead the eye
const SPEEDS = [1, 2, 5, 10, 30]
const BY_REQUEST_UP_TO = 2 // slots/s; faster, a slot comes whole
const LINEAR_FROM = 5 // slots/s; faster, easing would make the grid jerk
const MOST_DIGITS = 3 // behind the point
const DEPLOYED = 1, EVICTED = 2
