// State: what one mounted player knows besides its data.

const ROOT = "player"
const PARTS = [
  "bar", "first", "back", "play", "word", "next", "last", "scrub", "where", "speed", "prior", "later",
  "which", "cost-title", "cost-unit", "chart", "runs", "legend", "note", "hint", "tip", "run-template",
]

function newState() {
  return {
    panels: [], data: null, slot: -1, request: -1, focus: 0, from: 0, movedAt: 0, moveMs: 0, p: 1, pos: 0,
    moved: false, speed: 0, owed: 0, unsaid: true, reported: "", nonce: undefined, hover: -1,
    pointer: null, base: document.createElement("canvas"), lines: document.createElement("canvas"),
  }
}

// New data may have moved the player, and the cleanup before them may have dropped a report.
function begin(I, first) { if (!first || I.nonce !== undefined) report(I, COMMIT_MS) }
