"""What the Live run page hands to the player: two runs on the same requests, a window of slots."""

from typing import Any, Final

import numpy as np

from genedge.dashboard.canvas.shared.packing import catalog_data, pack_bits, pack_bytes
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run

MOST_SLOTS: Final = 1000
"""Slots that the player holds at once; longer runs are shown in windows."""
MOST_REQUESTS: Final = 200_000


def window_slots(run: Run) -> int:
    """Length of the windows that a run is shown in."""
    per_slot = max(run.requests.model.size / run.requests.slots, 1e-9)
    return int(max(1, min(MOST_SLOTS, MOST_REQUESTS / per_slot)))


def player_data(runs: list[Run], metric: str, first: int) -> dict[str, Any]:
    """The player's data for slots ``first`` ... of one or two runs on the same requests.

    - ``models``, ``capacities``: from
      :func:`~genedge.dashboard.canvas.shared.packing.catalog_data`.
    - ``slots``: T. ``first_slot``: number shown for slot 0. ``total_slots``: number shown after
      "of". ``slots_before``: how many these were, so that averages run from the first one.
    - ``requests``: ``{slot_start: [T+1], model: [N]}``; requests ``slot_start[t]`` up to but
      without ``slot_start[t+1]`` arrive in slot t, request k for row ``model[k]``.
    - ``runs``: ``[{policy, label, role, color, deployed, evicted, outcome, cost}]``: ``role`` "ga",
      "baseline" or "optimum" sets dash and marker (two of one role still differ); ``color`` is
      ``{light, dark}``; ``deployed`` (at the end of each slot) and ``evicted`` (at some time in it)
      from :func:`~genedge.dashboard.canvas.shared.packing.pack_bits`; ``outcome`` from
      :func:`~genedge.dashboard.canvas.shared.packing.pack_bytes`; ``cost`` ``[T]``, charged in each
      slot; ``cost_before``, charged in all slots before these. Where slots are charged: ``lost``
      (``pack_bits [T, M]``), what each slot's end charges for, and ``charged`` ``[T]``, how much.
    - Each run's decisions on these requests: ``decisions: {request: [D], evicted}``, the requests
      they are taken at (places in ``requests.model``, ascending) and the models that each evicts
      (``pack_bits [D, M]``); ``first_decision``, how many the run took before these slots;
      ``decision_count``, how many in all; ``deployed_before``, ``pack_bits [1, M]``, what is
      deployed when slot 0 begins.
    - ``cost_label``: unit of the cost axis.
    """
    requests = runs[0].requests
    last = min(first + window_slots(runs[0]), requests.slots)
    start = requests.slot_start[first : last + 1]
    return {
        **catalog_data(runs[0].problem.scenario),
        "slots": last - first,
        "first_slot": first + 1,
        "total_slots": requests.slots,
        "requests": {
            "slot_start": (start - start[0]).tolist(),
            "model": requests.model[start[0] : start[-1]].tolist(),
        },
        "slots_before": first,
        "runs": [_one(run, metric, first, last) for run in runs],
        "cost_label": LEDGERS[metric].label,
    }


def _one(run: Run, metric: str, first: int, last: int) -> dict[str, Any]:
    start, end = run.requests.slot_start[[first, last]]
    low, high = np.searchsorted(run.decisions.request, (start, end))
    cost = run.slot_cost(metric)
    look, weights = POLICIES[run.policy].look, run.problem.weights
    at_end = {}
    if weights.by_slot:
        at_end = {
            "lost": pack_bits(run.slot_lost[first:last]),
            "charged": (weights.delay * run.slots.switching_cost[first:last]).tolist(),
        }
    return {
        "policy": run.policy,
        "label": POLICIES[run.policy].label,
        "role": POLICIES[run.policy].role,
        "color": {"light": look.light, "dark": look.dark},
        "deployed_before": pack_bits(run.deployed_before[first]),
        "deployed": pack_bits(run.deployed[first:last]),
        "evicted": pack_bits(run.slot_evicted[first:last]),
        "decisions": {
            "request": (run.decisions.request[low:high] - start).tolist(),
            "evicted": pack_bits(run.decision_evicted[low:high]),
        },
        "first_decision": int(low),
        "decision_count": int(run.decisions.request.size),
        "outcome": pack_bytes(run.outcome[start:end]),
        "cost": cost[first:last].tolist(),
        "cost_before": float(cost[:first].sum()),
        **at_end,
    }
