// Labels: numbers and names in the sentences that Python sends.

const FORMATS = [0, 1, 2, 3].map((digits) => ({
  short: new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }),
  full: new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits }),
}))

function digits(size) { return size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3 }
function number(value) { return FORMATS[Math.min(digits(Math.abs(value)), MOST_DIGITS)].short.format(value) }
function whole(value) { return FORMATS[0].short.format(value) }

// Fills a label: "{n} hit|{n} hits" takes its half by n.
function say(I, key, values = {}) {
  const halves = I.labels[key].split("|")
  const text = halves.length > 1 && values.n !== 1 ? halves[1] : halves[0]
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole))
}

function listed(I, names, limit, total = names.length) {
  const list = names.slice(0, limit).join(", ")
  return total > limit ? say(I, "names_more", { names: list, n: whole(total - limit) }) : list
}

function amountWords(I, k, used) {
  return say(I, RESOURCES[k].word + "_amount", { used: number(used), capacity: number(I.D.capacities[k]) })
}

function sizeWords(I, k, m) { return say(I, RESOURCES[k].word + "_size", { size: number(I.D.sizes[k][m]) }) }

// A button's tooltip is its name.
function nameButton(element, label) {
  element.setAttribute("aria-label", label)
  element.title = label
}
