"""What Home hands to the edge picture: a run's first requests and what is deployed after each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from genedge.dashboard.canvas.shared.packing import catalog_data, pack_bits, pack_bytes
from genedge.engine.arrays import unpack

if TYPE_CHECKING:
    from genedge.runs.run import Run


def picture_data(run: Run, *, most: int = 200) -> dict[str, Any]:
    """Turn the first ``most`` requests of a run into what the edge picture draws.

    - ``models``, ``capacities``: from
      :func:`~genedge.dashboard.canvas.shared.packing.catalog_data`; ``bandwidth_gbps``.
    - ``requests``: ``{model: [N], slot: [N], outcome}``, 0-based rows and slots, ``outcome`` from
      :func:`~genedge.dashboard.canvas.shared.packing.pack_bytes`.
    - ``deployed``: after each request, from
      :func:`~genedge.dashboard.canvas.shared.packing.pack_bits`.
    - ``policy``: its label. ``total``: requests in the whole run. ``start``: request shown first,
      shortly before the first eviction, where there is most to see.

    Raises `ValueError` unless the run kept its decisions.
    """
    requests, outcome = run.requests, run.outcome[:most]
    shown = min(most, requests.model.size)
    decided = run.decisions.request[: int(np.searchsorted(run.decisions.request, shown))]
    if outcome.size != shown or decided.size != np.count_nonzero(outcome == 1):
        raise ValueError("the picture needs a run that kept its decisions")
    scenario = run.problem.scenario
    models = len(scenario.model_catalog)
    after = np.zeros((decided.size + 1, models), dtype=bool)
    if decided.size:
        after[1:] = unpack(run.decisions.deployment[: decided.size], models)
    evictions = decided[(after[:-1] & ~after[1:]).any(axis=1)]
    return {
        **catalog_data(scenario),
        "bandwidth_gbps": scenario.server.bandwidth_gbps,
        "policy": run.kind.label,
        "requests": {
            "model": requests.model[:shown].tolist(),
            "slot": requests.slot[:shown].tolist(),
            "outcome": pack_bytes(outcome),
        },
        "deployed": pack_bits(after[np.searchsorted(decided, np.arange(shown), side="right")]),
        "total": int(requests.model.size),
        "start": max(0, int(evictions[0]) - 3) if evictions.size else 0,
    }
