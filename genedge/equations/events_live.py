"""The chosen decision's slot request by request, and what every policy would have done in it."""

import numpy as np

from genedge.decisions import alternatives
from genedge.engine.arrays import HIT, MISS
from genedge.equations.filled_parts import Rows
from genedge.equations.moment import Moment
from genedge.equations.numbers import short, tex_of
from genedge.registry.policies import POLICIES

MOST_ROWS = 20
MOST_REQUESTS = 20_000
"""Requests up to the decision that every policy's rank is rebuilt from while somebody waits."""


def slot_rows(moment: Moment) -> tuple[str, Rows | None]:
    """What happened in the slot, in words and as a table."""
    run, slot = moment.run, moment.slot
    first, last = (int(place) for place in run.requests.slot_start[slot : slot + 2])
    title = f"**Slot {slot + 1:,}** ($t = {slot}$)"
    if first == last:
        return f"{title} holds no request.", None
    size = last - first
    shown = list(range(first, last))
    if moment.request - first >= MOST_ROWS:
        shown = list(range(moment.request - MOST_ROWS + 1, last))
    shown = shown[:MOST_ROWS]
    words = f"{title} of {run.kind.spoken}: {size:,} request{'s' if size > 1 else ''}"
    if len(shown) < size:
        words += f", {len(shown)} of which are shown"
    held = moment.names(moment.at_end)
    rent = moment.problem.weights.resource * float(moment.rent[moment.at_end].sum())
    words += f". At its end {held} cost {tex_of(short(rent))}, which the ledger charges."
    if not moment.at_end.any():
        words = words.split(". At its end")[0] + ". At its end nothing is deployed, which is free."
    rows = tuple(_row(moment, request) for request in shown)
    header = ("Request", "Model", "", "Waits, s", "Leaves", "Charged (7)")
    return words, Rows(header, rows)


def _row(moment: Moment, request: int) -> tuple[str, ...]:
    run = moment.run
    row, outcome = int(run.requests.model[request]), int(run.outcome[request])
    here = " ←" if request == moment.request and moment.explanation is not None else ""
    start = (f"{request + 1:,}", moment.name(row))
    if outcome == HIT:
        waits = moment.models[row].inference_delay_s
        return (*start, "hit", tex_of(short(waits)), "", "")
    if outcome != MISS:
        return (*start, "rejected", "–", "", "")
    number = int(np.searchsorted(run.decisions.request, request))
    charged = moment.problem.weights.delay * float(run.decisions.switching_cost[number])
    gone = run.decision_evicted[number]
    waits = float(moment.problem.models.reload_delay_s[row])
    leaves = moment.names(gone) if gone.any() else "nobody"
    return (*start, f"miss{here}", tex_of(short(waits)), leaves, tex_of(short(charged)))


def others_here(moment: Moment) -> dict[str, str]:
    """By policy, a sentence on what it would have done in this very state."""
    if moment.explanation is None or moment.request > MOST_REQUESTS:
        return {}
    state = moment.explanation.state
    names = [name for name in POLICIES if not (POLICIES[name].planned and moment.why_no_bounds)]
    found = {}
    for one in alternatives(state, names, plans=moment.plans):
        what = f"evicts {moment.names(one.evicted)}" if one.evicted.any() else "evicts nothing"
        same = " (what was done)" if one.policy == moment.run.policy else ""
        cost = tex_of(short(one.cost))
        found[one.policy] = f"At this decision it {what}{same}: $C(y) = {cost}$."
    return found
