// State: what one mounted picture knows besides its data.

const ROOT = "picture"
const PARTS = ["scene", "play", "step", "caption", "where"]

function newState() {
  return {
    ctx: null, source: "", L: null, S: null, height: 0, at: -1, t: 1e9, slow: 0, pace: 1, linger: 0,
    worded: false, seen: true, x: 0, y: 0,
  }
}

function begin(I, first) { if (first && !I.still.matches) play(I, FIRST_MS) }
