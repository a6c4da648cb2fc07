// Surroundings: users, cloud, and the wires between.

// The wireless way is dotted, the link to the cloud a line; where something went it is coloured.
function drawWires(I) {
  const { ctx, L, S, css } = I
  const off = L.wide ? 24 : 0, down = L.wide ? 0 : 24
  for (const person of L.people) {
    const active = asks(S, person)
    line(ctx, person.x + off, person.y + down, L.near.x, L.near.y)
    outline(ctx, active ? css.rim : css.wire, 1.5, active ? SOLID : DOTS)
  }
  const used = S.kind === MISS && I.t >= S.times.on[0]
  line(ctx, L.far.x, L.far.y, L.sky.x + (L.wide ? 8 : 0), L.sky.y + (L.wide ? 0 : 8))
  outline(ctx, used ? css.rim : css.wire, used ? 2 : 1.5)
  drawNote(I, L.bandwidth, L.linkAt)
}

function asks(S, person) { return person === S.person && S.kind !== START }

function drawNote({ ctx, L, css }, text, at) {
  write(ctx, text, at.x, at.y, L.fonts.small, css.muted, at.left ? "left" : "center")
}

function drawUsers(I) {
  const { ctx, L, S, css } = I
  for (const person of L.people) {
    const color = asks(S, person) ? css.accent : css.figure
    dot(ctx, person.x, person.y - 8, 7)
    paint(ctx, color)
    ctx.beginPath()
    ctx.arc(person.x, person.y + 15, 13, Math.PI, 0)
    ctx.roundRect(person.x - 13, person.y + 13.5, 26, 4, 2)
    paint(ctx, color)
  }
  drawNote(I, L.users, L.usersAt)
}

// Outline and filling of bumps and body together: all are stroked first, then all are filled.
function drawCloud(I) {
  const { ctx, L, css } = I
  cloudPath(ctx, L.cloud)
  outline(ctx, css.line, 2)
  paint(ctx, css.back)
  write(ctx, L.cloudName, L.cloudAt.x, L.cloudAt.y, L.fonts.title, css.text, "center")
  for (let i = 0; i < L.chips.length; i++) drawChip(I, L.chips[i], L.chipModels[i] ?? -1)
}

// The link enters from the left, or from above between the bumps.
function cloudPath(ctx, c) {
  const top = c.y + c.bump
  ctx.beginPath()
  ctx.roundRect(c.x, top, c.w, c.h - c.bump, c.round)
  const radius = Math.min(c.w * 0.21, c.h / 2 - 2, 62)
  addBump(ctx, c.x + c.w * 0.66, top, c.bump, radius)
  addBump(ctx, c.x + c.w * 0.34, top, c.bump * 0.62, radius * 0.75)
}

// A circle that rises so far above a line.
function addBump(ctx, x, base, height, radius) {
  const y = base - height + radius
  ctx.moveTo(x + radius, y)
  ctx.arc(x, y, radius, 0, 2 * Math.PI)
}
