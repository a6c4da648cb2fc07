// Theme: the host's colours, and each run's own in shades of them.

function readTheme(I) {
  const { back, text, panel, dark, font } = hostTheme(I)
  I.css = {
    font,
    back: `rgb(${back})`, text: `rgb(${text})`, muted: mix(text, back, 0.7),
    panel: mix(panel, back, 0.7), track: `rgb(${panel})`,
    line: mix(text, back, 0.1), frame: mix(text, back, 0.22), edge: mix(text, back, 0.45),
    now: mix(text, panel, 0.1), row: mix(text, panel, 0.1), stripe: mix(text, panel, 0.035),
  }
  I.root.style.setProperty("--muted", I.css.muted)
  I.root.style.setProperty("--ink-soft", mix(text, back, 0.25))
  I.root.style.setProperty("--ink-firm", mix(text, back, 0.6))
  for (const P of I.panels) styleRun(P, text, back, panel, dark)
}

function styleRun(P, text, back, panel, dark) {
  const full = rgb(inTheme(P.run.color, dark), `rgb(${text})`)
  P.color = `rgb(${full})`
  P.section.style.setProperty("--run", P.color)
  P.soft = mix(full, panel, dark ? 0.55 : 0.48)
  P.firm = mix(full, panel, 0.85)
  P.faint = mix(full, panel, 0.1)
  P.ghost = mix(full, back, 0.28)
}

const MARKS = {
  ga: { dash: SOLID, marker: "circle" },
  baseline: { dash: [7, 4], marker: "square" },
  optimum: { dash: [2, 3], marker: "diamond" },
}
const SPARE_MARKS = [{ dash: [10, 3, 2, 3], marker: "triangle" }, ...Object.values(MARKS)]

// Dash and marker go with the role; a second run of one role takes a spare pair.
function chooseMark(run, taken) {
  const own = MARKS[run.role] ?? MARKS.baseline
  return taken.includes(own) ? SPARE_MARKS.find((mark) => !taken.includes(mark)) ?? own : own
}
