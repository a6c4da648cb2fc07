"""Many decisions handed to one solver in one compiled loop, so that timing it times nothing else.

Three ways to the least C(y) of Eq. 12 over the same decisions: Algorithm 1 (``genetic``), the
branch and bound of ``exact``, and enumeration of all 2^n sets that could stay of n deployed models,
which is what "try everything" costs.
"""

import numpy as np

from genedge.engine.compiled import compiled
from genedge.engine.cost import TOLERANCE, cost_of
from genedge.engine.exact import choose_exact
from genedge.engine.genetic import choose_genetic

GA, EXACT, ENUMERATION = range(3)
"""Codes of the solvers."""

MOST_ENUMERATED = 24
"""Deployed models up to which all sets are gone through: 16.8 million a decision."""


@compiled()
def _enumerate(keep, deployed, requested, value, size, capacity, most):
    """Fill ``keep [M]`` with the best of all sets of deployed models that may stay.

    Returns the number of sets gone through, 0 when more than ``most`` models are deployed.
    """
    n = np.int64(0)
    for row in range(deployed.size):
        keep[row] = 0
        if deployed[row] and row != requested:
            n += 1
    keep[requested] = 1
    # Lanes of a set: keep value, storage, GPU memory, power. A set is its lowest member and a
    # rest, whose sums stand at the rest's own lowest member: no error builds up over 2^n sets.
    sums = np.zeros((n + 1, 4))
    lanes = np.zeros((n, 4))
    rows = np.empty(n, np.int64)
    n = np.int64(0)
    for row in range(deployed.size):
        if deployed[row] and row != requested:
            rows[n] = row
            lanes[n, 0] = value[row]
            for k in range(3):
                lanes[n, 1 + k] = size[row, k]
            n += 1
    for k in range(3):
        sums[n, 1 + k] = size[requested, k]
    limit = np.empty(3)
    for k in range(3):
        limit[k] = capacity[k] * (1.0 + TOLERANCE)
    sets = np.int64(1) << n if n <= most else np.int64(0)
    best, best_worth = np.int64(0), 0.0
    for members in range(1, sets):
        low = np.int64(0)
        while (members >> low) & 1 == 0:
            low += 1
        rest = low + 1
        while rest < n and (members >> rest) & 1 == 0:
            rest += 1
        for lane in range(4):
            sums[low, lane] = sums[rest, lane] + lanes[low, lane]
        fits = (sums[low, 1] <= limit[0]) & (sums[low, 2] <= limit[1]) & (sums[low, 3] <= limit[2])
        if fits & (sums[low, 0] > best_worth):
            best, best_worth = np.int64(members), sums[low, 0]
    for i in range(n):
        keep[rows[i]] = (best >> i) & 1
    return sets


@compiled()
def decide_all(
    solver, deployed, requested, value, base, size, capacity, keys, genetics, most, cost, effort
):
    """Let ``solver`` take D decisions, one after the other.

    ``deployed [D, M]`` (uint8), ``requested [D]``, ``value [D, M]``, ``base [D]`` and ``keys [D]``
    are the decisions as :func:`choose_genetic` takes them, ``size [M, 3]`` and ``capacity [3]``
    the same for all. Fills ``cost [D]`` with C(y) of what is applied, and ``effort [D]`` with the
    generations run, or the sets enumerated. A decision with more than ``most`` deployed models is
    left out of an enumeration: its cost is NaN and its effort 0.
    """
    keep = np.zeros(deployed.shape[1], np.uint8)
    unknown = np.zeros((keep.size + 63) // 64, np.uint64)
    for d in range(requested.size):
        done = np.int64(0)
        if solver == GA:
            done = choose_genetic(
                keep, deployed[d], requested[d], value[d], base[d], size, capacity, genetics,
                keys[d], unknown, None,
            )  # fmt: skip
        elif solver == EXACT:
            choose_exact(keep, deployed[d], requested[d], value[d], size, capacity)
        else:
            done = _enumerate(keep, deployed[d], requested[d], value[d], size, capacity, most)
        left_out = solver == ENUMERATION and done == 0
        cost[d] = np.nan if left_out else cost_of(keep, value[d], base[d])
        effort[d] = done
