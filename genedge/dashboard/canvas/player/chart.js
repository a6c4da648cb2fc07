// Chart: the average cost so far of both runs.

// Axes, ghost lines and full lines are painted once; a frame copies them, the full lines only
// up to the current slot.
function layoutChart(I) {
  const { chart } = I.el
  const width = chart.clientWidth, height = chart.clientHeight
  const ctx = fit(I, chart, width, height)
  ctx.font = font(I, 12.5, 600)
  const figure = ctx.measureText(costNumber(I, I.D.top)).width
  for (const P of I.panels) {
    P.short = ellipsis(ctx, P.run.label, 150) + " "
    P.endW = ctx.measureText(P.short).width + figure
  }
  // A phone has no room for names beside the plot: there the markers stand for them.
  const ends = Math.max(0, ...I.panels.map((P) => P.endW))
  const named = ends < width * 0.25
  const right = Math.ceil(24 + (named ? ends : figure))
  const ticks = niceTicks(I.D.top * 1.04, height < 150 ? 3 : 4)
  const left = Math.ceil(Math.max(...ticks.map((v) => ctx.measureText(number(v)).width))) + 10
  const c = (I.c = { ctx, width, height, left, top: 9, right, bottom: 20, ticks, named })
  c.plotW = Math.max(10, width - c.left - c.right)
  c.plotH = height - c.top - c.bottom
  c.max = I.D.top * 1.04
  paintBase(I, c)
  paintLines(I, fit(I, I.lines, width, height), (P) => P.color, 2.2)
}

function niceTicks(max, wanted) {
  const rough = max / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999) ?? 10 * power
  return Array.from({ length: Math.floor(max / step) + 1 }, (_, i) => i * step)
}

function chartX(I, t) { return I.c.left + (I.D.T > 1 ? t / (I.D.T - 1) : 0) * I.c.plotW }
function chartY(I, value) { return I.c.top + I.c.plotH * (1 - value / I.c.max) }

function paintBase(I, c) {
  const { D, css } = I
  const ctx = fit(I, I.base, c.width, c.height)
  const small = font(I, 11)
  ctx.textBaseline = "middle"
  for (const value of c.ticks) {
    const y = Math.round(chartY(I, value)) + 0.5
    ctx.fillStyle = css.line
    ctx.fillRect(c.left, y - 0.5, c.plotW, 1)
    write(ctx, number(value), c.left - 6, y, small, css.muted, "right")
  }
  const pitch = c.plotW / D.T
  const step = tickStep(D.T, pitch)
  const firstHasRoom = (step - (D.first % step)) * pitch > 26
  for (let t = 0; t < D.T; t++) {
    if ((t + D.first) % step && (t || !firstHasRoom)) continue
    write(ctx, slotName(I, t), chartX(I, t), c.height - 8, small, css.muted, "center")
  }
  paintLines(I, ctx, (P) => P.ghost, 1.3)
}

function paintLines(I, ctx, color, width) {
  ctx.lineJoin = "round"
  for (const P of I.panels) {
    ctx.beginPath()
    P.run.average.forEach((value, t) => ctx.lineTo(chartX(I, t), chartY(I, value)))
    outline(ctx, color(P), width, P.mark.dash)
  }
}

function drawChart(I) {
  const { c, css, ratio } = I
  const { ctx } = c
  const x = chartX(I, I.pos)
  ctx.clearRect(0, 0, c.width, c.height)
  ctx.drawImage(I.base, 0, 0, c.width, c.height)
  const cut = Math.round(x * ratio)
  if (cut > 0) ctx.drawImage(I.lines, 0, 0, cut, I.lines.height, 0, 0, cut / ratio, c.height)
  ctx.fillStyle = css.edge
  ctx.fillRect(Math.round(x * ratio) / ratio - 0.5, c.top - 5, 1, c.plotH + 5)
  drawEnds(I, ctx, x)
}

// A marker where each line stands. Names and values are beside the plot, where no line runs, at
// the height of the markers and pushed apart where the lines meet.
function drawEnds(I, ctx, x) {
  const { c, css } = I
  ctx.textBaseline = "middle"
  for (const P of I.panels) {
    const t = Math.floor(I.pos), { average } = P.run
    P.y = chartY(I, average[t] + ((average[t + 1] ?? 0) - average[t]) * (I.pos - t))
  }
  spread(I.panels, 15, c.top + 4, c.top + c.plotH - 4)
  const beside = c.left + c.plotW + 13
  for (const P of I.panels) {
    drawMarker(ctx, P.mark.marker, x, P.y, 4.6, P.color, css.back)
    drawMarker(ctx, P.mark.marker, beside, P.at, 3.6, P.color, css.back)
    const words = (c.named ? P.short : "") + costNumber(I, P.run.average[I.slot])
    write(ctx, words, beside + 8, P.at, font(I, 12.5, 600), css.text, "left")
  }
}

function spread(panels, gap, low, high) {
  for (const P of panels) P.at = clamp(P.y, low, high)
  if (panels.length < 2) return
  const sorted = panels.length === 2 && panels[0].at > panels[1].at ? [panels[1], panels[0]] : panels
  const [a, b] = sorted
  const lack = gap - (b.at - a.at)
  if (lack <= 0) return
  a.at = Math.max(low, a.at - lack / 2)
  b.at = Math.max(b.at, a.at + gap)
  if (b.at > high) { b.at = high; a.at = high - gap }
}

function drawMarker(ctx, shape, x, y, r, color, rim) {
  ctx.beginPath()
  if (shape === "circle") ctx.arc(x, y, r, 0, 2 * Math.PI)
  else if (shape === "square") ctx.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76)
  else if (shape === "diamond") polygon(ctx, x, y - r * 1.2, x + r * 1.2, y, x, y + r * 1.2, x - r * 1.2, y)
  else polygon(ctx, x, y - r * 1.1, x + r * 1.1, y + r * 0.9, x - r * 1.1, y + r * 0.9)
  paint(ctx, color)
  outline(ctx, rim, 1.5)
}

function drawSwatch(I, P) {
  const ctx = fit(I, P.swatch, 34, 14)
  line(ctx, 0, 7, 34, 7)
  outline(ctx, P.color, 2.2, P.mark.dash)
  drawMarker(ctx, P.mark.marker, 17, 7, 4.6, P.color, I.css.back)
}
