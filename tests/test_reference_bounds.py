"""The plain reference's bounds, held to figures worked by hand and to second methods.

The clairvoyant recursion against an integer program, the best online gain against every stationary
policy tried in turn.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product
from random import Random
from typing import Literal

import numpy as np
import pytest
from reference import Setting, arrival_rates, fits, rows_of, simulate
from reference_bounds import (
    Ledger,
    best_online_gain,
    charge,
    clairvoyant_by_integer_program,
    clairvoyant_cost,
    clairvoyant_plan,
    holding,
    losing,
    options,
)
from reference_online_by_slot import best_online_gain_by_slot, hazards
from reference_settings import BASELINES, random_setting, recorded, small
from scipy.optimize import linprog
from scipy.sparse import lil_array
from worked_example import CLAIRVOYANT, CLAIRVOYANT_2, SETTING, SETTING_2

LEDGERS: list[Ledger] = ["eq11", "realised"]
CHARGES = ["decision", "slot"]


# ------------------------------------------------------------------------ clairvoyant optima


@pytest.mark.parametrize("ledger", LEDGERS)
def test_worked_example_clairvoyant(ledger: Ledger) -> None:
    for setting, figures in ((SETTING, CLAIRVOYANT), (SETTING_2, CLAIRVOYANT_2)):
        assert clairvoyant_cost(setting, ledger) == pytest.approx(figures[ledger], abs=1e-12)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("charged", CHARGES)
@pytest.mark.parametrize("seed", range(25))
def test_clairvoyant_recursion_against_integer_program(
    ledger: Ledger, charged: Literal["decision", "slot"], seed: int
) -> None:
    random = Random(f"clairvoyant {seed}")
    setting = random_setting(random, random.randint(3, 6), seed and random.randint(10, 40))
    setting = replace(setting, switching_charged=charged)
    recursion = clairvoyant_cost(setting, ledger)
    assert clairvoyant_by_integer_program(setting, ledger) == pytest.approx(recursion, abs=1e-9)


def test_clairvoyant_by_slot_by_hand() -> None:
    # S = 20: {0} or {1}; losing costs 2 * 7.125 and 2 * 4.75. [0] [1] [0, 0]: both are lost. In
    # [0, 1] [0, 0] only 1 is, in [0] [1, 0, 0] nothing, and resources are 6.5 for 0, 13 for 1
    for slots, least in (
        ([[0], [1], [0, 0]], (23.75 + 26) / 3),
        ([[0, 1], [0, 0]], (9.5 + 19.5) / 2),
        ([[0], [1, 0, 0]], 6.5),
    ):
        setting = small(S=20, slots=slots, switching_charged="slot")
        assert clairvoyant_cost(setting) == pytest.approx(least, abs=1e-12)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("charged", CHARGES)
def test_clairvoyant_plan_costs_what_the_optimum_says_and_nobody_does_better(
    ledger: Ledger, charged: Literal["decision", "slot"]
) -> None:
    random = Random(10)
    for _ in range(15):
        setting = random_setting(random, 5, 40, switching_charged=charged)
        best = clairvoyant_cost(setting, ledger)
        plan = clairvoyant_plan(setting, ledger)
        name = "average_cost" if ledger == "eq11" else "realised_cost"
        planned = simulate(setting, "offline", choose=recorded(plan))
        assert getattr(planned, name) == pytest.approx(best, abs=1e-9)
        for policy in BASELINES:
            for k in (1, 2) if policy == "lru-cap" else (1,):
                cost = getattr(simulate(setting, policy, max_models=k), name)
                assert cost >= best - 1e-9


# ------------------------------------------------------------------------- best online policy


def gain_by_trying_every_policy(setting: Setting, ledger: Ledger) -> float:
    """Least long-run cost per slot from empty, over all stationary deterministic policies."""
    rates = arrival_rates(setting)
    total = sum(rates)
    models = [m for m, rate in enumerate(rates) if rate > 0]
    states = [mask for mask in range(1 << len(rates)) if fits(setting, rows_of(mask))]
    states = [mask for mask in states if rows_of(mask) <= set(models)]
    at = {mask: number for number, mask in enumerate(states)}
    questions = [(x, m) for x in states for m in models]
    answers = [options(setting, x, m) for x, m in questions]
    best = np.inf
    for policy in product(*answers):
        chain = np.zeros((len(states), len(states)))
        cost = np.zeros(len(states))
        for (x, m), y in zip(questions, policy, strict=True):
            p = rates[m] / total
            chain[at[x], at[y]] += p
            cost[at[x]] += p * (charge(setting, ledger, x, m, y) + holding(setting, y) / total)
        chain = (chain + np.eye(len(states))) / 2  # lazy: same occupation, no periods
        for _ in range(12):  # 4,096 steps
            chain = chain @ chain
        best = min(best, float(chain[at[0]] @ cost) * total)
    return best


def test_best_online_gain_by_hand_one_model_at_a_time() -> None:
    # S = 20: only {0} and {1}, nothing to decide. Rates 3 and 1: p and 1/alpha are 3/4 and
    # 1/4, {0} is held 3/4 of the time. Per step: 0 evicted with probability 3/4 * 1/4 at
    # 9.5 * 3/4 = 7.125, 1 with 1/4 * 3/4 at 19/4 = 4.75: 3/16 * 11.875 = 2.2265625; times
    # w_delay 2 and 4 steps a slot, 17.8125. Resources 0.5 * (3/4 * 13 + 1/4 * 26) = 8.125
    setting = small(S=20, rates=[3, 1])
    assert best_online_gain(setting) == pytest.approx(17.8125 + 8.125, rel=1e-9)
    # realised: misses of 0 at 9.5, of 1 at 19, each 3/16 of the steps: 4 * 2 * 3/16 * 28.5 = 42.75
    assert best_online_gain(setting, "realised") == pytest.approx(42.75 + 8.125, rel=1e-9)
    # the trace 0, 1, 0, 0 in two slots: the same shares at 2 requests a slot: half the first part
    assert best_online_gain(small(S=20)) == pytest.approx(8.90625 + 8.125, rel=1e-9)


def test_best_online_gain_where_everything_fits() -> None:
    # both fit. Hold both for good: 0.5 * 39 = 19.5 a slot, no misses; or one at a time, 25.9375 and
    # 50.875 as above. With w_resource 2: 78 against 17.8125 + 32.5, and against 42.75 + 32.5.
    # Nothing in between: to drop a model is to hold one only
    cheap, dear = small(rates=[3, 1]), small(rates=[3, 1], w_resource=2)
    assert best_online_gain(cheap) == pytest.approx(19.5, rel=1e-9)
    assert best_online_gain(cheap, "realised") == pytest.approx(19.5, rel=1e-9)
    assert best_online_gain(dear) == pytest.approx(50.3125, rel=1e-9)
    assert best_online_gain(dear, "realised") == pytest.approx(75.25, rel=1e-9)


def test_best_online_gain_leaves_out_what_is_never_asked_for_and_rejects() -> None:
    # model 1 never asked for: hold 0 for good, 0.5 * 13
    assert best_online_gain(small(rates=[3, 0])) == pytest.approx(6.5, rel=1e-9)
    # model 1 too big for the server: the same
    assert best_online_gain(small(rates=[3, 1], S=15)) == pytest.approx(6.5, rel=1e-9)
    assert best_online_gain(small(rates=[0, 0])) == 0
    assert best_online_gain(small(slots=[[]])) == 0


@pytest.mark.parametrize("ledger", LEDGERS)
def test_best_online_gain_against_every_stationary_policy(ledger: Ledger) -> None:
    random = Random(11)
    tried = 0
    while tried < 5:
        setting = random_setting(random, 3, 12)
        pairs = sum(fits(setting, pair) for pair in ({0, 1}, {0, 2}, {1, 2}))
        if pairs < 2 or min(arrival_rates(setting)) == 0:
            continue
        tried += 1
        tried_all = gain_by_trying_every_policy(setting, ledger)
        assert best_online_gain(setting, ledger) == pytest.approx(tried_all, rel=1e-7)


# --------------------------------------------------------- best online, switching by slot


def gain_by_linear_program(setting: Setting) -> float:
    """The least gain as a linear program over how often (s, n, x) meets m and moves to y."""
    rates = arrival_rates(setting)
    total = sum(rates)
    models = [m for m, rate in enumerate(rates) if rate > 0]
    states = [x for x in range(1 << len(rates)) if fits(setting, rows_of(x))]
    states = [x for x in states if rows_of(x) <= set(models)]
    ahead = hazards(total, 1e-9)  # rarer is beyond the solver's tolerance
    places = [(s, n, x) for s in states for n in range(len(ahead)) for x in states]
    moves = [
        (s, n, x, m, y)
        for s, n, x in places
        if n < len(ahead) - 1
        for m in models
        for y in options(setting, x, m)
    ]
    # variables: how often a slot is at each place, then how often it makes each move
    at = {place: number for number, place in enumerate(places)}
    cost = [
        (1 - ahead[n]) * (losing(setting, s, x) + holding(setting, x)) for s, n, x in places
    ] + [0.0] * len(moves)
    met = {(*place, m): number for number, (place, m) in enumerate(product(places, models))}
    rows = lil_array((len(met) + len(places) + 1, len(cost)))
    for (s, n, x, m), number in met.items():  # asked for m as often as chance has it
        rows[number, at[s, n, x]] = -ahead[n] * rates[m] / total
    for (_s, n, x), column in at.items():
        rows[len(met) + column, column] += 1
        rows[len(met) + at[x, 0, x], column] -= 1 - ahead[n]  # the next slot begins with x
        rows[len(met) + len(places), column] = n == 0
    for number, (s, n, x, m, y) in enumerate(moves, len(places)):
        rows[met[s, n, x, m], number] = 1
        rows[len(met) + at[s, n + 1, y], number] -= 1
    right = [0.0] * (len(met) + len(places)) + [1.0]
    solved = linprog(cost, A_eq=rows.tocsr(), b_eq=right, bounds=(0, None), method="highs")
    assert solved.success, solved.message
    return float(solved.fun)


def test_best_online_gain_by_slot_by_hand() -> None:
    # one model at a time, as above: a slot of N > 0 requests ends with the last one asked for, so
    # 0 is lost with probability 3/4 * 1/4 * (1 - e^-4) and 1 likewise, at 2 * 7.125 and 2 * 4.75
    setting = small(S=20, rates=[3, 1], switching_charged="slot")
    lost = 3 / 16 * -math.expm1(-4) * 23.75
    assert best_online_gain_by_slot(setting) == pytest.approx(lost + 8.125, rel=1e-9)
    # both fit: hold both for good at 19.5, or one at a time at 4 times the resource weight
    both = small(rates=[3, 1], switching_charged="slot")
    assert best_online_gain_by_slot(both) == pytest.approx(min(19.5, lost + 8.125), rel=1e-9)
    with pytest.raises(ValueError, match="by slot"):
        best_online_gain(both)


@pytest.mark.parametrize("seed", range(6))
def test_best_online_gain_by_slot_against_a_linear_program(seed: int) -> None:
    random = Random(f"by slot {seed}")
    setting = random_setting(random, random.choice([2, 3]), 12, switching_charged="slot")
    setting = replace(setting, rates=[random.uniform(0.1, 0.6) for _ in setting.storage])
    gain = best_online_gain_by_slot(setting)
    assert gain == pytest.approx(gain_by_linear_program(setting), rel=1e-6, abs=1e-9)


def test_best_online_gain_by_slot_is_what_a_long_run_of_any_policy_exceeds() -> None:
    random = Random(12)
    for _ in range(3):
        rates = [random.uniform(0.2, 1.5) for _ in range(3)]
        setting = random_setting(random, 3, 0, rates=rates, switching_charged="slot")
        counts = np.random.default_rng(1).poisson(sum(rates), 4000)
        slots = [random.choices(range(3), rates, k=count) for count in counts]
        long = replace(setting, slots=slots)
        for policy in BASELINES:
            cost = simulate(long, policy).average_cost
            assert cost >= 0.97 * best_online_gain_by_slot(setting) - 1e-9
