"""Who leaves under the baselines: the rank of a deployed model; the lowest rank leaves first.

A rank is one whole number, ``measure * 2**ROW_BITS + row``, so that ties go to the lowest catalog
row and the victim is found by one branch-free minimum over the catalog.

- ``fifo``: the measure is the request number at which the model was deployed;
- ``lru``, ``lru-cap``: the request number at which it was last requested;
- ``lfu``: its requests since the beginning (counts survive eviction), or, as a variant for
  study, since it was deployed;
- ``random``: no measure; the victim is drawn uniformly among the deployed.
"""

import numpy as np

from genedge.engine.chance import below, draw, request_key
from genedge.engine.compiled import compiled

RANDOM, FIFO, LRU, LFU, LFU_SINCE_DEPLOYED, GENETIC, EXACT, PLANNED = range(8)
"""Codes of ``Rule.code``: five ranks, then three choosers of whole deployments."""

ROW_BITS = np.int64(10)
ROW_MASK = np.int64(1023)
NOT_DEPLOYED = np.int64(0x7FFFFFFFFFFFFFFF)


@compiled()
def rank_when_requested(code, request, count, rank, row):
    """Rank of a deployed model that is asked for (a hit)."""
    if code == LRU:
        return (np.int64(request) << ROW_BITS) | row
    if code == LFU:
        return (np.int64(count) << ROW_BITS) | row
    if code == LFU_SINCE_DEPLOYED:
        return rank + (np.int64(1) << ROW_BITS)
    return rank


@compiled()
def rank_when_deployed(code, request, count, row):
    """Rank of a model that a miss has just brought in."""
    if code == LFU:
        return (np.int64(count) << ROW_BITS) | row
    if code == LFU_SINCE_DEPLOYED:
        return (np.int64(1) << ROW_BITS) | row
    return (np.int64(request) << ROW_BITS) | row


@compiled()
def victim_of(code, rank, held, key, request, number):
    """The row that leaves, of ``held`` deployed models with ranks ``rank [M]``.

    ``key``, ``request`` and ``number`` name the chance of this eviction (only ``random`` takes it).
    """
    if code == RANDOM:
        left = below(draw(request_key(key, request), number), held)
        for row in range(rank.size):
            if rank[row] != NOT_DEPLOYED:
                if left == 0:
                    return np.int64(row)
                left -= 1
    lowest = NOT_DEPLOYED
    for row in range(rank.size):
        lowest = min(lowest, rank[row])
    return lowest & ROW_MASK
