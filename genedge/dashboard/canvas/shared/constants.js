// What the canvas components agree on. A component's scripts are one module for the browser: the
// shared ones come first, then its own, each folder by name; while the module loads, a script may use
// only what comes before it. `I` is always one mounted instance, `D` its decoded data. Names come
// from users: they go to textContent, attributes and canvas text only, never to markup.

const RESOURCES = [
  { field: "storage_gb", word: "storage" },
  { field: "gpu_memory_gb", word: "gpu" },
  { field: "power_kw", word: "power" },
]
const HIT = 0, MISS = 1, REJECTED = 2
const SOLID = [] // no dashes
