"""Blocks of a run's slots: what an interval for one request log rests on.

A log is one sample, however often it is replayed. Its blocks of successive slots, days where it
has enough of them, are nearly independent once they are longer than what happens in one block
reaches into the next (batch means: Law, Simulation Modeling and Analysis, ch. 9).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import Floats
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.metrics import FIGURES
from genedge.runs.run import Run
from genedge.scenario.problem import Problem

BLOCKS: Final = 20
"""So many blocks where there are not enough days, of at least two slots each."""
FEWEST_DAYS: Final = 10
DAY_S: Final = 86_400.0


def block_edges(problem: Problem) -> NDArray[np.int64] | None:
    """First slot of each of B blocks and the end, ``[B + 1]``; None unless there are enough slots.

    Requests that are generated have no blocks: their replications are the samples.
    """
    if problem.trace is None or problem.slots < 2 * BLOCKS:
        return None
    days = int(problem.slots * problem.scenario.workload.slot_seconds / DAY_S)
    blocks = min(days, problem.slots // 2) if days >= FEWEST_DAYS else BLOCKS
    return np.linspace(0, problem.slots, blocks + 1).round().astype(np.int64)


def block_figures(run: Run, edges: NDArray[np.int64]) -> Floats:
    """The figures of each block of a run with a per-slot ledger, ``[B, K]`` by :data:`FIGURES`.

    NaN for figures that no slot has. The hit ratio of a block is the whole one plus the block's
    residual (hits - ratio * requests) over the mean number of requests, since blocks differ in it.
    """
    lengths, slots = np.diff(edges), run.slots

    def sums(values: NDArray[np.generic]) -> Floats:
        total: Floats = np.add.reduceat(np.asarray(values, np.float64), edges[:-1])
        return total

    requests = sums(np.diff(run.requests.slot_start))
    hits, ratio = sums(slots.hits), run.summary["hit_ratio"]
    resource = sums(run.slot_resource_cost) / lengths
    costs = {metric: sums(run.slot_cost(metric)) / lengths for metric in LEDGERS}
    found = {
        **costs,
        "switching_cost": costs[PAPER] - resource,
        "resource_cost": resource,
        "hit_ratio": ratio + (hits - ratio * requests) / max(float(requests.mean()), 1e-300),
        "downloaded_gb": sums(slots.downloaded_gb) * lengths.size,
        "mean_deployed": sums(slots.held) / lengths,
        "evictions": sums(slots.evictions) * lengths.size,
    }
    made = np.full((lengths.size, len(FIGURES)), np.nan)
    for place, name in enumerate(FIGURES):
        if name in found:
            made[:, place] = found[name]
    return made
