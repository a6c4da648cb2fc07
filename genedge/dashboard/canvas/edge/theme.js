// Theme: the host's colours, and the accent in shades of them.

function readTheme(I) {
  const { back, text, primary, dark, font } = hostTheme(I)
  const accent = rgb(inTheme(I.D.color, dark), primary, back)
  I.css = {
    font,
    back: `rgb(${back})`, text: `rgb(${text})`,
    muted: mix(text, back, 0.68), line: mix(text, back, dark ? 0.26 : 0.2), wire: mix(text, back, 0.34),
    inset: mix(text, back, dark ? 0.055 : 0.04), track: mix(text, back, 0.12), figure: mix(text, back, 0.42),
    accent: `rgb(${accent})`, ink: luminance(accent) > 0.3 ? "#14171a" : "#ffffff",
    tile: mix(accent, back, dark ? 0.22 : 0.13), rim: mix(accent, back, dark ? 0.6 : 0.5),
    lit: mix(accent, back, dark ? 0.42 : 0.3), fill: mix(accent, back, dark ? 0.75 : 0.7),
  }
  I.root.style.setProperty("--muted", I.css.muted)
}
