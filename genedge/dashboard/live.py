"""What the Live run page hands to the player: two runs on the same requests, a window of slots."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genedge.dashboard.packing import pack_bits, pack_bytes
from genedge.registry.policies import POLICIES, spoken
from genedge.runs.run import Run
from genedge.say import amount

MOST_SLOTS: Final = 1000
"""Slots that the player holds at once; longer runs are shown in windows."""
MOST_REQUESTS: Final = 200_000


def window_slots(run: Run) -> int:
    """Length of the windows that a run is shown in."""
    per_slot = max(run.requests.model.size / run.requests.slots, 1e-9)
    return int(max(1, min(MOST_SLOTS, MOST_REQUESTS / per_slot)))


def player_data(runs: list[Run], metric: str, first: int) -> dict[str, Any]:
    """The player's data for slots ``first`` ... of one or two runs on the same requests."""
    problem, requests = runs[0].problem, runs[0].requests
    last = min(first + window_slots(runs[0]), requests.slots)
    start = requests.slot_start[first : last + 1]
    server = problem.scenario.server
    return {
        "models": [
            {
                "name": model.name,
                "service": model.service,
                "storage_gb": model.storage_gb,
                "gpu_memory_gb": model.gpu_memory_gb,
                "power_kw": model.power_kw,
            }
            for model in problem.scenario.model_catalog
        ],
        "capacities": {
            "storage_gb": server.storage_gb,
            "gpu_memory_gb": server.gpu_memory_gb,
            "power_kw": server.dynamic_power_kw,
        },
        "slots": last - first,
        "first_slot": first + 1,
        "total_slots": requests.slots,
        "requests": {
            "slot_start": (start - start[0]).tolist(),
            "model": requests.model[start[0] : start[-1]].tolist(),
        },
        "slots_before": first,
        "runs": [_one(run, metric, first, last) for run in runs],
        "cost_label": "Eq. 11" if metric == "average_cost" else "realised ledger",
    }


def _one(run: Run, metric: str, first: int, last: int) -> dict[str, Any]:
    start, end = run.requests.slot_start[[first, last]]
    low, high = np.searchsorted(run.decisions.request, (start, end))
    cost = run.slot_average_cost if metric == "average_cost" else run.slot_realised_cost
    look = POLICIES[run.policy].look
    return {
        "policy": run.policy,
        "label": POLICIES[run.policy].label,
        "role": POLICIES[run.policy].role,
        "color": {"light": look.light, "dark": look.dark},
        "deployed_before": pack_bits(_deployed_before(run, first)),
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
    }


def _deployed_before(run: Run, slot: int) -> NDArray[np.bool_]:
    """Deployment when a slot begins; the edge starts empty."""
    return run.deployed[slot - 1] if slot else np.zeros_like(run.deployed[0])


def sentence(runs: list[Run], metric: str) -> str:
    """What the two runs come to."""
    words = "on Eq. 11" if metric == "average_cost" else "on the realised ledger"
    first = runs[0].summary
    text = (
        f"Over all {runs[0].requests.slots:,} slots {spoken(runs[0].policy)} costs "
        f"{amount(first[metric])} a slot {words}"
    )
    if len(runs) == 1:
        return text + "."
    second = runs[1].summary
    waits = (first["misses"], second["misses"])
    return (
        f"{text}, {spoken(runs[1].policy)} {amount(second[metric])}: "
        f"{waits[0]:,} against {waits[1]:,} misses, "
        f"{runs[0].evictions:,} against {runs[1].evictions:,} evictions, "
        f"{first['mean_deployed']:.1f} against {second['mean_deployed']:.1f} models held."
    )
