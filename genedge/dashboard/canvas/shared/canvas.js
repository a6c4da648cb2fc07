// Canvas: device pixels, shapes, and what is painted with them.

function pixelRatio() { return window.devicePixelRatio || 1 }
function resized(I) { return I.root.clientWidth !== I.width || pixelRatio() !== I.ratio }

function measure(I) {
  I.width = I.root.clientWidth
  I.ratio = pixelRatio()
}

// Gives a canvas its backing store in device pixels; the context then speaks CSS pixels.
function fit(I, canvas, width, height) {
  canvas.width = Math.max(1, Math.round(width * I.ratio))
  canvas.height = Math.max(1, Math.round(height * I.ratio))
  const ctx = canvas.getContext("2d")
  ctx.setTransform(I.ratio, 0, 0, I.ratio, 0, 0)
  return ctx
}

// Where in an element an event points to, in CSS pixels.
function pointIn(element, { clientX, clientY }) {
  const box = element.getBoundingClientRect()
  return [clientX - box.left, clientY - box.top]
}

function paint(ctx, color) {
  ctx.fillStyle = color
  ctx.fill()
}

function outline(ctx, color, width = 1, dash = SOLID) {
  ctx.strokeStyle = color
  ctx.lineWidth = width
  ctx.setLineDash(dash)
  ctx.stroke()
  ctx.setLineDash(SOLID)
}

function line(ctx, x1, y1, x2, y2) {
  ctx.beginPath()
  ctx.moveTo(x1, y1)
  ctx.lineTo(x2, y2)
}

function card(ctx, x, y, w, h, radius) {
  ctx.beginPath()
  ctx.roundRect(x, y, w, h, Math.min(radius, w / 2, h / 2))
}

function dot(ctx, x, y, radius) {
  ctx.beginPath()
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
}

function polygon(ctx, ...points) {
  ctx.moveTo(points[0], points[1])
  for (let i = 2; i < points.length; i += 2) ctx.lineTo(points[i], points[i + 1])
  ctx.closePath()
}
