"""Bounds on Eq. 11 and on the realised ledger, each found by a method of its own.

* ``clairvoyant_cost`` tries everything: a memoised recursion over (request index, mask, mask at
  the end of the slot before).
* ``clairvoyant_by_integer_program`` states the same minimum as a 0/1 program and leaves it to
  HiGHS.
* ``best_online_gain`` is a linear program over the long-run frequencies of states and actions,
  for switching charged by decision and for the realised ledger;
  ``reference_online_by_slot`` has the one for switching charged by slot.

All are meant for a handful of models. ``"eq11"`` charges w_delay * Eq. 7 for what is evicted (at
the decision, or at the slot's end for what has left since the end of the slot before) and
``"realised"`` w_delay * delay_m for each miss; both charge w_resource * Eq. 10 at slot ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal

import numpy as np
from reference import (
    SLACK,
    Setting,
    all_requests,
    arrival_rates,
    best_of,
    delay,
    eq7_switching_cost,
    eq10_resource_cost,
    fits,
    known_inverse_cycle,
    mask_of,
    rows_of,
    subsets,
)
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import lil_array

Ledger = Literal["eq11", "realised"]


def options(setting: Setting, mask: int, m: int) -> list[int]:
    """Masks that may follow a request for m in state ``mask``, under the rules of the model.

    A hit or a rejected request changes nothing. At a miss: m and any part of what is deployed
    that satisfies Eq. 1-3.
    """
    deployed = rows_of(mask)
    if m in deployed or not fits(setting, {m}):
        return [mask]
    return [mask_of(kept | {m}) for kept in subsets(deployed) if fits(setting, kept | {m})]


def charge(setting: Setting, ledger: Ledger, before: int, m: int, after: int) -> float:
    """Weighted price of one request: Eq. 7 of the evicted models, or the delay of the miss."""
    if ledger == "eq11":
        return losing(setting, before, after) if setting.switching_charged == "decision" else 0.0
    missed = m not in rows_of(before) and fits(setting, {m})
    return setting.w_delay * delay(setting, m) if missed else 0.0


def losing(setting: Setting, before: int, after: int) -> float:
    """Weighted switching cost (Eq. 7) of what is in ``before`` and no longer in ``after``."""
    evicted = rows_of(before) - rows_of(after)
    return setting.w_delay * eq7_switching_cost(setting, evicted, known_inverse_cycle(setting))


def holding(setting: Setting, mask: int) -> float:
    """Weighted resource cost (Eq. 10) of a deployment at one slot end."""
    return setting.w_resource * eq10_resource_cost(setting, rows_of(mask))


# --------------------------------------------------------------------------- clairvoyant optimum


def slot_ends_before(setting: Setting) -> list[int]:
    """Count the slot ends between requests: entry i lies just before request i.

    The last entry, one past the requests, counts the ends after the last request.
    """
    ends = [0]
    for requests in setting.slots:
        ends += [0] * len(requests)
        ends[-1] += 1
    return ends


def _recursion(setting: Setting, ledger: Ledger) -> Callable[[int, int, int], float]:
    """Return V(i, mask, before): least cost from request i on.

    The slot ends just before it are included. ``before`` is the mask at the end of the slot before
    these, which only the paper's ledger with switching charged by slot looks at.
    """
    requests = all_requests(setting)
    ends = slot_ends_before(setting)
    move = cache(lambda mask, m: options(setting, mask, m))
    price = cache(lambda before, m, after: charge(setting, ledger, before, m, after))
    held = cache(lambda mask: holding(setting, mask))
    lost = cache(lambda before, after: losing(setting, before, after))
    by_slot = ledger == "eq11" and setting.switching_charged == "slot"

    @cache
    def value(i: int, mask: int, before: int) -> float:
        ended: float = ends[i] * held(mask)
        if by_slot and ends[i]:
            ended += lost(before, mask)
            before = mask
        if i == len(requests):
            return ended
        m = requests[i]
        return ended + min(price(mask, m, y) + value(i + 1, y, before) for y in move(mask, m))

    return value


def clairvoyant_cost(setting: Setting, ledger: Ledger = "eq11") -> float:
    """Least cost per slot of any policy that decides only at misses, for these very requests."""
    return _recursion(setting, ledger)(0, 0, 0) / len(setting.slots)


def clairvoyant_plan(setting: Setting, ledger: Ledger = "eq11") -> dict[int, int]:
    """Request index of every miss -> mask to move to, along a path of least cost.

    Ties within 1e-12 go to the fewest models, then the lowest mask, as in ``exact``.
    """
    value, ends = _recursion(setting, ledger), slot_ends_before(setting)
    by_slot = ledger == "eq11" and setting.switching_charged == "slot"
    plan: dict[int, int] = {}
    mask = before = 0
    for i, m in enumerate(all_requests(setting)):
        if by_slot and ends[i]:
            before = mask
        if m in rows_of(mask) or not fits(setting, {m}):
            continue
        mask = plan[i] = best_of(
            {
                y: charge(setting, ledger, mask, m, y) + value(i + 1, y, before)
                for y in options(setting, mask, m)
            }
        )
    return plan


def clairvoyant_by_integer_program(setting: Setting, ledger: Ledger = "eq11") -> float:
    """Return the minimum of ``clairvoyant_cost`` as a 0/1 program.

    With r the row that request i asks for, x[m, i] = 1 when m is deployed after request i
    (x[., -1] = 0: the edge starts empty) and v[m, i] = 1 when request i evicts m:

    * Eq. 1-3 hold after every request;
    * x[r, i] = 1 unless r is too big even for the empty server;
    * a model enters only when asked for: x[m, i] <= x[m, i-1] for m != r;
    * v[m, i] >= x[m, i-1] - x[m, i], or with switching charged by slot, i the last request of its
      slot and k the last before this slot, v[m, i] >= x[m, k] - x[m, i];
    * only a miss evicts: x[m, i-1] - x[m, i] <= 1 - x[r, i-1]; a rejected request evicts nothing.

    HiGHS works to a tolerance of 1e-6, so a set of models that exceeds a capacity by less than
    that might slip through: use sizes on a coarse grid. The cost is recomputed from the rounded
    solution, whose rules are checked again.
    """
    requests = all_requests(setting)
    models, steps = len(setting.storage), len(requests)
    if steps == 0:
        return 0.0
    per_step = 2 * models  # x then v
    size = per_step * steps

    def x(m: int, i: int) -> int:
        return i * per_step + m

    def v(m: int, i: int) -> int:
        return i * per_step + models + m

    inverse_cycle = known_inverse_cycle(setting)
    accepted = [fits(setting, {m}) for m in range(models)]
    cost = np.zeros(size)
    constant = 0.0
    rows: list[tuple[dict[int, float], float]] = []  # sum of coefficient * variable <= bound
    lower, upper = np.zeros(size), np.ones(size)

    by_slot = setting.switching_charged == "slot"
    compared = {} if by_slot else {i: i - 1 for i in range(1, steps)}  # what v[m, i] looks back at
    after_last_end = 0
    for requests_of_slot in setting.slots:
        if by_slot and requests_of_slot and after_last_end:
            compared[after_last_end + len(requests_of_slot) - 1] = after_last_end - 1
        after_last_end += len(requests_of_slot)
        if after_last_end:
            for m in range(models):
                cost[x(m, after_last_end - 1)] += holding(setting, 1 << m)

    for i, r in enumerate(requests):
        for sizes, capacity in (
            (setting.storage, setting.S),
            (setting.gpu, setting.G),
            (setting.power, setting.E - setting.E0),
        ):
            rows.append(({x(m, i): sizes[m] for m in range(models)}, capacity * (1 + SLACK)))
        if accepted[r]:
            lower[x(r, i)] = 1
        if ledger == "realised" and accepted[r]:  # w_delay * delay * (1 - x[r, i-1])
            price = setting.w_delay * delay(setting, r)
            constant += price
            if i > 0:
                cost[x(r, i - 1)] -= price
        for m in range(models):
            if ledger == "eq11":
                cost[v(m, i)] = setting.w_delay * eq7_switching_cost(setting, {m}, inverse_cycle)
            if i in compared:
                rows.append(({x(m, compared[i]): 1, x(m, i): -1, v(m, i): -1}, 0))
            if i == 0:
                if m != r or not accepted[r]:
                    upper[x(m, i)] = 0
                continue
            if m != r or not accepted[r]:
                rows.append(({x(m, i): 1, x(m, i - 1): -1}, 0))
            if not accepted[r]:
                rows.append(({x(m, i - 1): 1, x(m, i): -1}, 0))
            elif m != r:
                rows.append(({x(m, i - 1): 1, x(m, i): -1, x(r, i - 1): 1}, 1))

    matrix = lil_array((len(rows), size))
    for number, (coefficients, _) in enumerate(rows):
        for variable, coefficient in coefficients.items():
            matrix[number, variable] = coefficient
    solved = milp(
        cost,
        constraints=LinearConstraint(matrix.tocsr(), -np.inf, [bound for _, bound in rows]),
        integrality=np.ones(size),
        bounds=Bounds(lower, upper),
        options={"mip_rel_gap": 0.0},
    )
    if not solved.success:
        raise RuntimeError(solved.message)

    chosen = np.rint(solved.x).astype(int)
    masks = [sum(int(chosen[x(m, i)]) << m for m in range(models)) for i in range(steps)]
    total, before = 0.0, 0
    for r, after in zip(requests, masks, strict=True):
        if after not in options(setting, before, r):
            raise RuntimeError(f"the program moved from {before:b} to {after:b} for {r}")
        total += charge(setting, ledger, before, r, after)
        before = after
    if ledger == "eq11" and by_slot:
        total += sum(losing(setting, masks[k], masks[i]) for i, k in compared.items())
    ends = slot_ends_before(setting)
    total += sum(ends[i + 1] * holding(setting, mask) for i, mask in enumerate(masks))
    if abs(total - (solved.fun + constant)) > 1e-5 * (1 + abs(total)):
        raise RuntimeError(f"the program says {solved.fun + constant}, its solution costs {total}")
    return total / len(setting.slots)


# --------------------------------------------------------------------------- best online policy


def best_online_gain(setting: Setting, ledger: Ledger = "eq11") -> float:
    """Optimal long-run cost per slot of a policy that sees the state and the present request.

    A step is one request, for m with probability p_m = lambda_m / Lambda; it costs ``charge`` plus
    holding(y) / Lambda, y the state that it leaves. With z[x, m, y] the long-run frequency of
    steps that find x, ask for m and leave y, minimise the mean cost of a step subject to

    * for every x and m: sum_y z[x, m, y] = p_m * (frequency of steps that leave x);
    * sum z = 1.

    The result is that minimum times Lambda. Models never asked for are left out. The program looks
    for the best recurrent class; every feasible state can be reached from the empty one, so
    that class is at hand for a server that starts empty. Where all models fit together the
    state that holds them all is a class of its own: nothing is missed there, so nothing changes.
    """
    if ledger == "eq11" and setting.switching_charged == "slot":
        raise ValueError("switching charged by slot has a program of its own")
    rates = arrival_rates(setting)
    asked = [m for m in range(len(rates)) if rates[m] > 0]
    total = sum(rates)
    if not asked:
        return 0.0
    states = [mask_of(rows) for rows in subsets(asked) if fits(setting, rows)]
    steps = [(x, m, y) for x in states for m in asked for y in options(setting, x, m)]
    cost = [charge(setting, ledger, x, m, y) + holding(setting, y) / total for x, m, y in steps]

    balance = {
        (x, m): number for number, (x, m) in enumerate((x, m) for x in states for m in asked)
    }
    matrix = lil_array((len(balance) + 1, len(steps)))
    for column, (x, m, y) in enumerate(steps):
        matrix[balance[x, m], column] += 1
        for other in asked:
            matrix[balance[y, other], column] -= rates[other] / total
        matrix[len(balance), column] = 1
    right = np.zeros(len(balance) + 1)
    right[-1] = 1
    solved = linprog(
        cost,
        A_eq=matrix.tocsr(),
        b_eq=right,
        bounds=(0, None),
        method="highs",
        options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
    )
    if not solved.success:
        raise RuntimeError(solved.message)
    return float(solved.fun) * total
