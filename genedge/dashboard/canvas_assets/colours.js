// Colours for every canvas of ours, joined before a component's own script, in one scope.

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true })

// Any CSS colour as [r, g, b]; the browser's own parser does the work.
function rgb(color, fallback, under) {
  probe.clearRect(0, 0, 1, 1)
  if (under) { probe.fillStyle = `rgb(${under})`; probe.fillRect(0, 0, 1, 1) }
  probe.fillStyle = fallback
  probe.fillStyle = color
  probe.fillRect(0, 0, 1, 1)
  return Array.from(probe.getImageData(0, 0, 1, 1).data.slice(0, 3))
}

function mix(over, under, share) {
  return `rgb(${over.map((v, i) => Math.round(v * share + under[i] * (1 - share)))})`
}

