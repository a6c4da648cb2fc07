// Text on a canvas.

function font(I, px, weight = 400) { return `${weight} ${px}px ${I.css.font}` }

// `most` is the width that the text is squeezed into, if it must be.
function write(ctx, text, x, y, font, color, align, most) {
  ctx.font = font
  ctx.fillStyle = color
  ctx.textAlign = align
  ctx.fillText(text, x, y, most)
}

// As much of a text as fits into a width, in the context's font.
function ellipsis(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text
  let low = 0, high = text.length
  while (low < high) {
    const half = (low + high + 1) >> 1
    if (ctx.measureText(text.slice(0, half).trimEnd() + "…").width <= width) low = half
    else high = half - 1
  }
  return low ? text.slice(0, low).trimEnd() + "…" : ""
}
