"""What charts draw as lines: how a policy's cost runs over the slots, how long its users waited.

Cost curves are means over replications, thinned to what a screen can show. Delays are a
distribution with one weight per distinct delay, so that millions of requests fit in a few numbers.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.engine.arrays import Floats
from genedge.registry.ledgers import LEDGERS
from genedge.runs.run import Run

CURVE_POINTS: Final = 400


@dataclass(frozen=True)
class Curve:
    """Average cost so far on each ledger, after each of some slots: mean over replications."""

    slot: Floats
    cost: dict[str, Floats]


@dataclass(frozen=True)
class Delays:
    """Share of answered requests that waited at most so long: steps of a distribution."""

    seconds: Floats
    share: Floats


def curve_of(runs: list[Run]) -> Curve:
    """The mean curve of one policy's replications; at least the first has per-slot ledgers."""
    recorded = [run for run in runs if run.slots.held.size]
    slots = recorded[0].requests.slots
    index = np.unique(np.linspace(0, slots - 1, min(slots, CURVE_POINTS)).astype(np.int64))
    elapsed: Floats = index + np.float64(1.0)
    cost = {}
    for metric in LEDGERS:
        mean = np.zeros(index.size)
        for run in recorded:
            mean += np.cumsum(run.slot_cost(metric))[index] / len(recorded)
        cost[metric] = mean / elapsed
    return Curve(elapsed, cost)


def delays_of(runs: list[Run]) -> Delays:
    """The distribution of service delays over all replications; hits wait for inference alone."""
    models = runs[0].problem.models
    seconds = np.concatenate([models.inference_delay_s, models.reload_delay_s])
    served = np.sum(
        [np.concatenate([run.totals.model_hits, run.totals.model_misses]) for run in runs], axis=0
    )
    order = np.argsort(seconds, kind="stable")
    share = np.cumsum(served[order]) / max(int(served.sum()), 1)
    return Delays(seconds[order], share)
