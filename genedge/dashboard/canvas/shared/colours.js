// Colours: the host's theme, and shades mixed from it.

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

function luminance(color) {
  const [r, g, b] = color.map((v) => (v / 255 <= 0.03928 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function hostTheme(I) {
  const style = getComputedStyle(I.host)
  const get = (name) => style.getPropertyValue("--st-" + name).trim()
  const back = rgb(get("background-color"), "#ffffff")
  return {
    back, text: rgb(get("text-color"), "#31333f", back),
    panel: rgb(get("secondary-background-color"), "#f0f2f6", back),
    primary: get("primary-color") || "#b4530a", font: get("font") || "sans-serif",
    dark: luminance(back) < 0.2,
  }
}

// A colour comes as CSS or as {light, dark}.
function inTheme(color, dark) {
  return (typeof color === "object" && color ? color[dark ? "dark" : "light"] : color) ?? ""
}
