"""The order of events, and the chosen decision's slot request by request."""

from typing import Final

import numpy as np

from genedge.engine import replay
from genedge.engine.arrays import HIT, MISS
from genedge.equations.calculation import number
from genedge.equations.equation import Table
from genedge.equations.example import Example
from genedge.say import count

MOST_ROWS: Final = 20
CODE: Final = replay.replay

EVENTS: Final = (
    "The edge starts **empty**. Time runs in **slots** 0 to $T-1$; a slot holds its requests in "
    "the order in which they arrive.",
    "At each **request** its model's count and the time it was last asked for are updated first.",
    "The model is deployed: a **hit**. The service delay is the inference delay (6).",
    "It is too big even for the empty server: the request is **rejected**. That is no miss: "
    "nothing is decided, nobody waits, nothing is downloaded.",
    "Otherwise a **miss**, and always a **decision**, even if the model would fit beside what is "
    "there. It must deploy the requested model and satisfy (1) to (3). The service delay is "
    "$\\mathrm{delay}_m$, and $s_m$ gigabytes are downloaded.",
    "**Switching** (7) is charged at once for what the decision evicts (`decision`), or at the "
    "slot's end for what was there at the end of the slot before and is no longer (`slot`).",
    "At the **end of every slot**, requests or not, the resource cost (10) is charged.",
)
"""The order of events, one step each."""

DETAILS: Final = (
    "Hit ratio is hits / requests, rejected ones included; the service delay is over hits and "
    "misses. A generated workload draws a Poisson number of requests for each model and slot, "
    "uniformly shuffled.",
    "**A trace file** has the columns `timestamp_s,model[,count]`, sorted by time; a count stands "
    "for that many requests (blank is 1). A request belongs to slot "
    "$\\lfloor (t - t_{\\mathrm{first}}) / \\text{slot length} \\rfloor$; `--slots` cuts it there.",
)


def slot_table(example: Example) -> tuple[str, Table | None]:
    """What happened in the slot, in words and as a table."""
    run, slot = example.run, example.slot
    first, last = (int(place) for place in run.requests.slot_start[slot : slot + 2])
    title = f"**Slot {slot + 1:,}** ($t = {slot}$)"
    if first == last:
        return f"{title} holds no request.", None
    start = max(first, min(example.request - MOST_ROWS + 1, last))
    shown = range(start, min(start + MOST_ROWS, last))
    words = f"{title} of {run.kind.spoken}: {count(last - first, 'request')}"
    if len(shown) < last - first:
        words += f", {len(shown)} of which are shown"
    rent = example.problem.weights.resource * float(example.rent[example.at_end].sum())
    words += f". At its end {example.names(example.at_end)}: charged {number(rent)}."
    if example.by_slot:
        lost = example.problem.weights.delay * float(run.slots.switching_cost[slot])
        words += f" Lost by then {example.names(run.slot_lost[slot])}: charged {number(lost)}."
    seven = "At stake (7)" if example.by_slot else "Charged (7)"
    header = ("Request", "Model", "", "Waits, s", "Leaves", seven)
    return words, Table(header, tuple(_row(example, request) for request in shown))


def _row(example: Example, request: int) -> tuple[str, ...]:
    run = example.run
    row, outcome = int(run.requests.model[request]), int(run.outcome[request])
    start = (f"{request + 1:,}", example.name(row))
    if outcome == HIT:
        return (*start, "hit", number(example.models[row].inference_delay_s), "", "")
    if outcome != MISS:
        return (*start, "rejected", "–", "", "")
    one = int(np.searchsorted(run.decisions.request, request))
    charged = float(run.decision_at_stake[one])
    waits = number(float(example.problem.models.reload_delay_s[row]))
    here = " ←" if one == example.number else ""
    leaves = example.names(run.decision_evicted[one])
    return (*start, f"miss{here}", waits, leaves, number(charged))
