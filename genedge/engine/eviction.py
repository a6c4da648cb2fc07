"""Who leaves under the baselines: the rank of a deployed model; the lowest rank leaves first.

A rank is one whole number, ``measure * 2**ROW_BITS + row``, so that ties go to the lowest catalog
row and the victim is found by one branch-free minimum over the catalog.

- ``fifo``: the measure is the request number at which the model was deployed;
- ``lru``, ``lru-cap``: the request number at which it was last requested;
- ``lfu``: its requests since the beginning or among the last so many (counts survive eviction),
  or, as a variant for study, since it was deployed;
- ``random``: the victim is drawn uniformly among the deployed.

A baseline is added here, by its code, its line in :func:`rank_of` and, where evictions raise its
clock, in :func:`clock_after`; the event loop hands over all that a rank could go by.
"""

import numpy as np

from genedge.engine.arrays import NOT_DEPLOYED
from genedge.engine.chance import below, draw, request_key
from genedge.engine.compiled import lean, step

GENETIC, EXACT, PLANNED, RANDOM, FIFO, LRU, LFU, LFU_SINCE_DEPLOYED = range(8)
"""Codes of ``Rule.code``: three choosers of whole deployments, then ranks."""

ROW_BITS = np.int64(10)
ROW_MASK = np.int64(1023)


@lean()
def ranked(measure, row):
    """Rank of a whole measure, below 2**53."""
    return (np.int64(measure) << ROW_BITS) | row


@lean()
def ranked_real(measure, row):
    """Rank of a measure that is a real number and not negative, to 2e-13 of it.

    The bits of such numbers, read as whole ones, are in the same order.
    """
    return (np.float64(measure).view(np.int64) & ~ROW_MASK) | row


@lean()
def real_measure(rank):
    """The measure of a rank that :func:`ranked_real` made."""
    return np.int64(rank & ~ROW_MASK).view(np.float64)


@step()
def rank_of(code, rank, row, count, request, time_s, price, clock, models, server):  # noqa: ARG001
    """Rank of model ``row`` once request number ``request``, at ``time_s``, has asked for it.

    ``rank`` is the one that it had, ``NOT_DEPLOYED`` if a miss has just brought it in, ``count``
    its requests so far within the rule's window, ``price`` its switching price (Eq. 7) as the
    ledger charges it, ``clock`` what :func:`clock_after` made of the evictions so far; sizes and
    delays are in ``models``, capacities in ``server``.
    """
    new = rank == NOT_DEPLOYED
    if code == LRU:
        rank = ranked(request, row)
    elif code == LFU:
        rank = ranked(count, row)
    elif code == LFU_SINCE_DEPLOYED:
        rank = ranked(1, row) if new else rank + ranked(1, 0)
    elif new:
        rank = ranked(request, row)
    return rank


@lean()
def clock_after(code, rank, clock):  # noqa: ARG001
    """The running clock, 0 at first, once a model of this rank is evicted."""
    return clock


@lean()
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
