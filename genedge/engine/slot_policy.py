"""The best online policy where switching is charged by slot.

What a decision puts at stake depends on s, what was deployed when the slot began, and on how many
requests are still to come. The policy therefore sees s, x, what is deployed now, and k, the
requests that the slot has had (those for models that fit nowhere apart). With V(s) the relative
value of beginning a slot with s, c(s) = w sw(s), and h_k = P(N > k | N >= k) for N of a Poisson
distribution,

    H_k(x) = (1 - h_k) [ w_resource res(x) + V(x) - c(s and x) ]
             + h_k sum over m of lambda_m / Lambda * ( H_{k+1}(x) where m is in x, else
                             min over y in x + {m}, m in y, y feasible, of H_{k+1}(y) ),

    V(s) <- c(s) + H_0(s):

average-cost value iteration (Puterman, "Markov Decision Processes", 1994, ch. 8), a step being a
slot. Each s is a recursion of its own: they go side by side in the columns of one table and on all
processors. Only V is kept; the table of one s takes less than a millisecond to make again.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import Floats, Requests
from genedge.engine.checkpoints import MEMORY_BYTES
from genedge.engine.compiled import compiled, lean
from genedge.engine.planning import PRECISION, SWEEPS, Family, OnlinePlan, best_below

COLUMNS = 32
"""Sets s whose tables are made together: they stay in the processor's cache."""
NEGLIGIBLE = 1e-12
"""Probability of more requests in a slot than are looked ahead."""

Progress = Callable[[int, float, float], None]
"""Told after each sweep: how many there were, and the interval of the gain. May raise to stop."""


def silent(_sweeps: int, _low: float, _high: float) -> None:
    """Tell nobody."""


def hazards(rate: float) -> Floats:
    """``h_k [K]`` for N of a Poisson distribution; P(N > K) is negligible."""
    most = int(rate + 12.0 * math.sqrt(rate) + 40.0)
    chance = np.exp([k * math.log(rate) - rate - math.lgamma(k + 1) for k in range(most)])
    least = np.cumsum(chance[::-1])[::-1]  # P(N >= k), the smallest terms first
    ahead = int(np.count_nonzero(least > NEGLIGIBLE))
    found: Floats = least[1 : ahead + 1] / least[:ahead]
    return found


@compiled()
def _within_slot(opened, value, hazard, share, rent, leaving, mask, place, start, below, tables):
    """H_0(s), ``[S]``, for the masks ``opened [S]``; ``tables [K + 1, F]`` keeps H of the first."""
    states, columns = mask.size, opened.size
    at_end = np.empty((states, columns))
    now, after = np.empty((states, columns)), np.empty((states, columns))
    work = np.empty((states, columns))
    for f in range(states):
        for c in range(columns):
            at_end[f, c] = rent[f] + value[f] - leaving[place[opened[c] & mask[f]]]
            after[f, c] = at_end[f, c]
        if len(tables):
            tables[hazard.size, f] = after[f, 0]
    for k in range(hazard.size - 1, -1, -1):
        more = hazard[k]
        for f in range(states):
            held = 0.0
            for m in range(share.size):
                if (mask[f] >> m) & 1:
                    held += share[m]
            for c in range(columns):
                now[f, c] = (1.0 - more) * at_end[f, c] + more * held * after[f, c]
        for m in range(share.size):
            weight = more * share[m]
            if weight == 0.0:
                continue
            bit = np.int64(1) << m
            for f in range(states):
                if mask[f] & bit:
                    continue
                up = place[mask[f] | bit]
                if up >= 0:
                    for c in range(columns):
                        work[f, c] = after[up, c]
                else:
                    work[f] = np.inf
                for j in range(start[f], start[f + 1]):
                    less = below[j]
                    for c in range(columns):
                        other, mine = work[less, c], work[f, c]
                        work[f, c] = other if other < mine else mine
                for c in range(columns):
                    now[f, c] += weight * work[f, c]
        now, after = after, now
        if len(tables):
            for f in range(states):
                tables[k, f] = after[f, 0]
    found = np.empty(columns)
    for c in range(columns):
        at = place[opened[c]]
        found[c] = after[at, c] if at >= 0 else np.inf
    return found


def _shares(deployments: Family, rates: Floats) -> tuple[Floats, Floats]:
    """Hazards ``[K]`` and lambda_m / Lambda ``[M]``, of the requests that are not rejected."""
    asked = np.where(deployments.admitted, rates, 0.0)
    total = float(asked.sum())
    return (hazards(total), asked / total) if total > 0 else (np.zeros(0), asked)


def _first(deployments: Family, states: int) -> Family:
    """The first so many deployments alone."""
    d = deployments
    return replace(
        d, mask=d.mask[:states], rent=d.rent[:states], leaving=d.leaving[:states],
        place=np.where(d.place < states, d.place, np.int32(-1)).astype(np.int32),
        below_start=d.below_start[: states + 1],
    )  # fmt: skip


def sweep_steps(deployments: Family, rates: Floats) -> float:
    """Sets compared in one sweep: the time that it takes, on any machine."""
    d = deployments
    missing = float(d.admitted.sum()) - (d.below.size - 1) / d.mask.size
    return _shares(d, rates)[0].size * float(d.mask.size) * d.below.size * missing


def _slot_arrays(d: Family, value: Floats, hazard: Floats, share: Floats) -> tuple[object, ...]:
    return (value, hazard, share, d.rent, d.leaving, d.mask, d.place, d.below_start, d.below)


def online_slot_plan(
    deployments: Family,
    rates: Floats,
    progress: Progress = silent,
    sweeps: int = SWEEPS,
) -> OnlinePlan:
    """The policy of least long-run average cost by slot, for Poisson requests at ``rates [M]``.

    ``value [F]`` of the plan is V, infinite for the deployment of all models where it is avoided:
    as in :func:`genedge.engine.planning.online_plan` it is weighed apart.
    """
    hazard, share = _shares(deployments, rates)
    none = np.empty((0, 0))

    def solve(states: int) -> OnlinePlan:
        d, value = _first(deployments, states), np.zeros(states)
        low, high, done = -np.inf, np.inf, 0
        parts = np.array_split(d.mask, max(1, -(-states // COLUMNS)))
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            while done < sweeps and (done == 0 or high - low > PRECISION * max(abs(low), 1e-12)):
                done += 1
                shape = _slot_arrays(d, value, hazard, share)
                found = pool.map(lambda part: _within_slot(part, *shape, none), parts)  # noqa: B023
                new = d.leaving + np.concatenate(list(found))
                low, high = float((new - value).min()), float((new - value).max())
                value = new - new[0]
                progress(done, low, high)
        rest = np.full(deployments.mask.size - states, np.inf)
        return OnlinePlan(np.concatenate([value, rest]), low, high, done)

    most = deployments.mask.size
    if most == 1 or deployments.mask[-1] != (1 << np.flatnonzero(share > 0)).sum():
        return solve(most)
    avoiding, for_ever = solve(most - 1), float(deployments.rent[-1])
    if avoiding.gain <= for_ever:
        return avoiding
    return replace(solve(most), gain_low=for_ever, gain_high=for_ever)


@lean()
def _within_on(low, high, asked, model, table, x, plan, place, leaving, admitted):
    """Requests low ... high - 1 of a slot that had ``asked`` before; returns the last mask."""
    for i in range(low, high):
        m = np.int64(model[i])
        if admitted[m]:
            asked = min(asked + 1, len(table) - 1)
            if not (x >> m) & 1:
                x = best_below(x, m, table[asked], place, leaving)
        plan[i] = x
    return x


def follow_by_slot(
    deployments: Family,
    online: OnlinePlan,
    rates: Floats,
    requests: Requests,
    tables: dict[int, Floats],
    first: int = 0,
    deployed: int = 0,
    opened: int | None = None,
) -> NDArray[np.int64]:
    """What the best online policy by slot deploys after each of these requests: masks ``[N]``.

    From request number ``first`` on, before which the mask ``deployed`` is there, and ``opened`` at
    the start of its slot (``deployed`` unless given). ``tables`` keeps those of every s met, for
    the next time.
    """
    states = int(np.isfinite(online.value).sum())
    d, value = _first(deployments, states), online.value[:states]
    hazard, share = _shares(deployments, rates)
    plan = np.zeros(requests.model.size, np.int64)
    free = np.zeros(states)
    starts = requests.slot_start.tolist()
    x = deployed
    for slot in range(int(np.searchsorted(starts, first, side="right")) - 1, len(starts) - 1):
        low, high = max(starts[slot], first), starts[slot + 1]
        s = x if opened is None or starts[slot] >= first else opened
        if low == high:
            continue
        if s not in tables:
            if (len(tables) + 1) * 8 * (hazard.size + 1) * states > MEMORY_BYTES:
                tables.clear()
            table = np.empty((hazard.size + 1, states))
            _within_slot(np.array([s]), *_slot_arrays(d, value, hazard, share), table)
            tables[s] = table
        asked = int(d.admitted[requests.model[starts[slot] : low]].sum())
        x = int(
            _within_on(
                low, high, asked, requests.model, tables[s], np.int64(x), plan, d.place, free,
                d.admitted,
            )
        )  # fmt: skip
    return plan
