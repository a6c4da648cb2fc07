"""The exact best single decision: the true minimum of C(y), Eq. 12, for catalogs of any size.

Eq. 7 and 10 are sums over models and evicting only frees capacity, so the decision is a small
knapsack with three capacities over what is deployed. Models whose keep value is not positive
leave. Of the others, a set R of least total keep value must leave so that the requested model
fits: a covering problem. It is solved depth first, with the Lagrangian bound

    L(mu) = mu . d + sum over j of min(0, v_j - mu . a_j)  <=  least total value that must leave,

(d: what is missing of each capacity, a_j: what model j frees, v_j: its keep value) whose reduced
costs v_j - mu . a_j say at once what each departure from the bound's own choice costs
(Fisher, "The Lagrangian relaxation method for solving integer programming problems",
Management Science 27, 1981; multipliers by Polyak's subgradient step).

Objectives within 1e-12 are tied; among them the fewest models, then the lowest mask.
"""

import numpy as np

from genedge.engine.compiled import compiled, lean
from genedge.engine.cost import TIE, TOLERANCE, within

MULTIPLIER_STEPS = 24
ROUNDING = 1e-14
"""What is missing is taken as smaller by this share of all sizes: sums in another order differ."""


@compiled(inline="always")
def _cheapest_cover(value, freed, missing, n, leaves):
    """A good cover to start from: cheapest value per share of what is still missing.

    Fills ``leaves [n]`` and returns its total value.
    """
    left = missing.copy()
    total = 0.0
    while left[0] > 0.0 or left[1] > 0.0 or left[2] > 0.0:
        best, best_ratio = -1, np.inf
        for j in range(n):
            if leaves[j] == 0:
                share = 0.0
                for k in range(3):
                    if left[k] > 0.0:
                        share += min(1.0, freed[j, k] / left[k])
                if share > 0.0 and value[j] < best_ratio * share:
                    best, best_ratio = j, value[j] / share
        if best < 0:  # cannot happen for a request that fits the empty server
            return np.inf
        leaves[best] = 1
        total += value[best]
        for k in range(3):
            left[k] -= freed[best, k]
    for j in range(n - 1, -1, -1):  # give back what is not needed after all
        if leaves[j] == 1:
            needless = True
            for k in range(3):
                if left[k] + freed[j, k] > 0.0 and missing[k] > 0.0:
                    needless = False
            if needless:
                leaves[j] = 0
                total -= value[j]
                for k in range(3):
                    left[k] += freed[j, k]
    return total


@compiled(inline="always")
def _multipliers(value, freed, missing, n, upper, mu):
    """Improve the Lagrangian bound by subgradient steps; fills ``mu [3]``, returns L(mu)."""
    trial = np.zeros(3)
    for k in range(3):
        mu[k] = 0.0
    best = 0.0
    scale = 1.0
    slope = np.zeros(3)
    for step in range(MULTIPLIER_STEPS):
        bound = 0.0
        for k in range(3):
            slope[k] = missing[k]
            bound += trial[k] * missing[k]
        for j in range(n):
            reduced = (
                value[j] - trial[0] * freed[j, 0] - trial[1] * freed[j, 1] - trial[2] * freed[j, 2]
            )
            if reduced < 0.0:
                bound += reduced
                for k in range(3):
                    slope[k] -= freed[j, k]
        if bound > best:
            best = bound
            for k in range(3):
                mu[k] = trial[k]
        elif step > 0:
            scale *= 0.7
        length = 0.0
        for k in range(3):
            if missing[k] <= 0.0 or (trial[k] == 0.0 and slope[k] < 0.0):
                slope[k] = 0.0
            length += slope[k] * slope[k]
        if length == 0.0 or upper - best <= TIE:
            break
        stride = scale * max(upper - bound, 0.0) / length
        for k in range(3):
            trial[k] = max(0.0, trial[k] + stride * slope[k])
    return best


@lean(inline="always")
def _leaves_better(leaves, best_leaves, row, n, count, best_count):
    """Tie rule among covers: more leave (fewer models stay), then the lower mask of who stays."""
    if count != best_count:
        return count > best_count
    highest, better = -1, False
    for j in range(n):
        if leaves[j] != best_leaves[j] and row[j] > highest:
            highest = row[j]
            better = leaves[j] == 1
    return better


@compiled()
def choose_exact(keep, deployed, requested, value, size, capacity):
    """Fill ``keep [M]`` (uint8) with the best deployment that holds ``requested``.

    ``deployed [M]`` is the state, ``value [M]`` the keep values, ``size [M, 3]`` the storage, GPU
    memory and power of each model, ``capacity [3]`` the server's. The requested model must fit the
    empty server. Returns which of constraints 1-3 bound, as bits of ``STORAGE``, ``GPU_MEMORY``
    and ``POWER``: which of them the choice without any would have broken.
    """
    n = np.int64(0)
    for j in range(deployed.size):
        keep[j] = 0
        if deployed[j] and j != requested and value[j] > 0.0:
            n += 1
    keep[requested] = 1
    missing = np.zeros(3)
    for k in range(3):
        missing[k] = size[requested, k]
    row = np.zeros(n, np.int64)
    n = np.int64(0)
    smallest = np.inf
    for j in range(deployed.size):
        if deployed[j] and j != requested and value[j] > 0.0:
            row[n] = j
            n += 1
            smallest = min(smallest, value[j])
            for k in range(3):
                missing[k] += size[j, k]
    bound = np.int64(0)
    for k in range(3):
        total = missing[k]
        missing[k] = total - capacity[k] * (1.0 + TOLERANCE)
        if missing[k] > 0.0:
            bound |= np.int64(1 << k)
            missing[k] -= ROUNDING * total
    if bound and smallest <= TIE:  # what is worth next to nothing would leave all the same
        _least_cover(keep, row, n, value, size, np.zeros(3))
        bound = np.int64(0)
        for k in range(3):
            total = size[requested, k]
            for i in range(n):
                if keep[row[i]]:
                    total += size[row[i], k]
            bound |= np.int64(0) if within(total, capacity[k]) else np.int64(1 << k)
        if bound == 0:
            return bound
    if bound or smallest <= TIE:
        _least_cover(keep, row, n, value, size, missing)
    else:
        for i in range(n):
            keep[row[i]] = 1
    return bound


@compiled()
def _least_cover(keep, row, n, value, size, missing):
    """Depth-first search for the cover of least value; sets ``keep`` for the rows that stay."""
    worth = np.zeros(n)
    freed = np.zeros((n, 3))
    for i in range(n):
        worth[i] = value[row[i]]
        for k in range(3):
            freed[i, k] = size[row[i], k]
    best_leaves = np.zeros(n, np.uint8)
    best = _cheapest_cover(worth, freed, missing, n, best_leaves)
    mu = np.zeros(3)
    root = _multipliers(worth, freed, missing, n, best, mu)
    # Departures that cost most come first: beyond the gap they are settled without branching.
    reduced = np.zeros(n)
    for i in range(n):
        reduced[i] = worth[i] - mu[0] * freed[i, 0] - mu[1] * freed[i, 1] - mu[2] * freed[i, 2]
    for i in range(1, n):
        for j in range(i, 0, -1):
            first, second = abs(reduced[j - 1]), abs(reduced[j])
            if first > second or (
                first == second
                and (worth[j - 1] < worth[j] or (worth[j - 1] == worth[j] and row[j - 1] > row[j]))
            ):
                break
            reduced[j - 1], reduced[j] = reduced[j], reduced[j - 1]
            worth[j - 1], worth[j] = worth[j], worth[j - 1]
            row[j - 1], row[j] = row[j], row[j - 1]
            best_leaves[j - 1], best_leaves[j] = best_leaves[j], best_leaves[j - 1]
            for k in range(3):
                freed[j - 1, k], freed[j, k] = freed[j, k], freed[j - 1, k]
    rest = np.zeros((n + 1, 3))
    for i in range(n - 1, -1, -1):
        for k in range(3):
            rest[i, k] = rest[i + 1, k] + freed[i, k]

    best_count = np.int64(0)
    for i in range(n):
        best_count += best_leaves[i]
    leaves = np.zeros(n, np.uint8)
    tried = np.zeros(n + 1, np.uint8)  # branches of each level already taken
    left = np.zeros((n + 1, 3))
    spent = np.zeros(n + 1)  # root bound + cost of departures so far
    loss = np.zeros(n + 1)
    count = np.zeros(n + 1, np.int64)
    spent[0] = root
    for k in range(3):
        left[0, k] = missing[k]
    slack = TIE + 1e-13 + 1e-14 * abs(best)
    level = 0
    while level >= 0:
        if level == n or tried[level] == 2:
            level -= 1
            continue
        leave_first = reduced[level] < 0.0
        leave = leave_first == (tried[level] == 0)
        tried[level] += 1
        departure = 0.0
        if leave:
            # Of two interchangeable models the one with the higher row leaves first.
            if (
                level > 0
                and leaves[level - 1] == 0
                and worth[level] == worth[level - 1]
                and freed[level, 0] == freed[level - 1, 0]
                and freed[level, 1] == freed[level - 1, 1]
                and freed[level, 2] == freed[level - 1, 2]
            ):
                continue
            departure = max(reduced[level], 0.0)
        else:
            departure = max(-reduced[level], 0.0)
        spending = spent[level] + departure
        losing = loss[level] + (worth[level] if leave else 0.0)
        if spending > best + slack or losing > best + slack:
            continue
        coverable = True
        for k in range(3):
            now = left[level, k] - (freed[level, k] if leave else 0.0)
            left[level + 1, k] = now
            # The sums below were added in another order: leave room for their rounding.
            coverable = coverable and now <= rest[level + 1, k] + 1e-9 * (1.0 + rest[0, k])
        if not coverable:
            continue
        leaves[level] = 1 if leave else 0
        spent[level + 1] = spending
        loss[level + 1] = losing
        count[level + 1] = count[level] + (1 if leave else 0)
        level += 1
        tried[level] = 0
        for i in range(level, n):
            leaves[i] = 0
        if leave and left[level, 0] <= 0.0 and left[level, 1] <= 0.0 and left[level, 2] <= 0.0:
            if losing < best - TIE or (
                losing <= best + TIE
                and _leaves_better(leaves, best_leaves, row, n, count[level], best_count)
            ):
                best_count = count[level]
                for i in range(n):
                    best_leaves[i] = leaves[i]
            best = min(best, losing)
    for i in range(n):
        keep[row[i]] = 1 - best_leaves[i]
