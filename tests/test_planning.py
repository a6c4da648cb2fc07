"""The bounds against brute force, an integer program, a linear program and long simulations.

Clairvoyant: the engine's least cost, the cost of replaying its plan, the reference's recursion
over everything and a 0/1 program agree, and nobody does better on the same requests. Best online:
its gain is that of a linear program over the long-run frequencies of states and actions, a long
simulation approaches it, and no other policy that does not know the future beats it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from reference import arrival_rates, fits
from reference_bounds import (
    Ledger,
    best_online_gain,
    clairvoyant_by_integer_program,
    clairvoyant_cost,
)
from support import EVERY, ONLINE, Case, as_slots, cases, examples, masks, sized

from genedge import PRESETS, CostWeights, EdgeServer, Model, Scenario, Workload
from genedge.engine.planning import (
    PRECISION,
    Family,
    OnlinePlan,
    clairvoyant_plan,
    follow,
    online_plan,
)
from genedge.runs.run import Run
from genedge.runs.simulate import Plans, simulate
from genedge.scenario.problem import build

LEDGERS: list[Ledger] = ["eq11", "realised"]


def own_cost(run: Run, ledger: Ledger) -> float:
    """Cost per slot on one ledger."""
    return run.summary["average_cost" if ledger == "eq11" else "realised_cost"]


def named(policy: str, ledger: Ledger) -> str:
    """The bound planned for one ledger."""
    return policy if ledger == "eq11" else f"{policy}-realised"


def deployments(case: Case, ledger: Ledger) -> Family:
    """All feasible deployments, priced for one ledger."""
    return Plans(case.problem).deployments(ledger == "realised")


# ----------------------------------------------------------------------- clairvoyant optimum


@pytest.mark.parametrize("ledger", LEDGERS)
@examples(80)
@given(case=cases(most=5))
def test_the_clairvoyant_plan_its_replay_and_the_reference_agree(
    ledger: Ledger, case: Case
) -> None:
    plan, total = clairvoyant_plan(deployments(case, ledger), case.requests.arrays())
    run = case.run(named("offline", ledger))
    optimum = clairvoyant_cost(case.setting, ledger)
    assert total / len(case.slots) == pytest.approx(optimum, rel=1e-12, abs=1e-9)
    assert own_cost(run, ledger) == pytest.approx(optimum, rel=1e-12, abs=1e-9)
    taken = run.decisions.request
    assert plan[taken].tolist() == masks(run.decisions.deployment)


@pytest.mark.parametrize("ledger", LEDGERS)
@examples(12)
@given(case=cases(least=3, most=5))
def test_the_clairvoyant_plan_is_the_optimum_of_an_integer_program(
    ledger: Ledger, case: Case
) -> None:
    run = case.run(named("offline", ledger))
    optimum = clairvoyant_by_integer_program(case.setting, ledger)
    assert own_cost(run, ledger) == pytest.approx(optimum, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("ledger", LEDGERS)
@examples(80)
@given(case=cases())
def test_nobody_does_better_than_the_clairvoyant(ledger: Ledger, case: Case) -> None:
    bound = own_cost(case.run(named("offline", ledger)), ledger)
    for policy in EVERY:
        assert own_cost(case.run(policy), ledger) >= bound - 1e-9


def busy(models: int = 6, slots: int = 40, seed: int = 3, rate: int = 8) -> Case:
    """A case in which about half of the models fit; some slots are empty."""
    chance = np.random.default_rng(seed)
    catalog = tuple(
        sized(
            f"m{j}", *chance.integers(1, 9, 2).tolist(), chance.integers(1, 5) / 8,
            *chance.uniform(0.3, 20, 2).tolist(),
        )
        for j in range(models)
    )  # fmt: skip
    rates = chance.uniform(0.1, 1, models)
    scenario = Scenario(
        catalog=catalog,
        server=EdgeServer(
            0.5 * sum(model.storage_gb for model in catalog),
            0.6 * sum(model.gpu_memory_gb for model in catalog),
            0.7 * sum(model.power_kw for model in catalog) + 0.1,
            0.1,
        ),
        workload=Workload(popularity_order="custom", arrival_rates=tuple(rates.tolist())),
        weights=CostWeights(1.0, 0.02, 2.0),
    )
    share = rates / rates.sum()
    sizes = chance.integers(0, 2 * rate + 1, slots) * (chance.random(slots) < 0.8)
    asked = [chance.choice(models, size, p=share).tolist() for size in sizes]
    return Case(scenario, asked, traced=False)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("slots", [1, 2, 30, 250])
def test_checkpoints_give_the_same_plan_as_keeping_every_table(ledger: Ledger, slots: int) -> None:
    case = busy(slots=slots)
    family, requests = deployments(case, ledger), case.requests.arrays()
    whole, optimum = clairvoyant_plan(family, requests)
    tables = 8 * family.mask.size  # bytes of one table
    for kept in (10**6, 400, 100, 60, 33):
        plan, total = clairvoyant_plan(family, requests, kept * tables)
        assert total == optimum
        assert plan.tolist() == whole.tolist()


@pytest.mark.parametrize("requests", [16, 128, 129, 5000])
def test_a_plan_can_be_made_however_little_memory_there_is(requests: int) -> None:
    case = busy(models=4)
    chance = np.random.default_rng(requests)
    case = Case(case.scenario, [chance.integers(0, 4, requests).tolist(), []], traced=False)
    family = deployments(case, "eq11")
    whole, optimum = clairvoyant_plan(family, case.requests.arrays())
    plan, total = clairvoyant_plan(family, case.requests.arrays(), memory_bytes=1)
    assert (plan.tolist(), total) == (whole.tolist(), optimum)


def test_leading_trailing_and_inner_empty_slots_are_charged() -> None:
    # One model of 1 GB, 0.02 a slot; rates give 1/alpha = 1. It is asked for in slot 1 of 5 and
    # cannot leave afterwards: slots 1 to 4 hold it
    scenario = Scenario(
        catalog=(Model("m0", "", 1, 0, 0, 0, 0), Model("m1", "", 1, 0, 0, 0, 0)),
        workload=Workload(popularity_order="custom", arrival_rates=(1.0, 1.0)),
        weights=CostWeights(1.0, 0.02, 0.0),
    )
    case = Case(scenario, [[], [0], [], [], []], traced=False)
    total = clairvoyant_plan(deployments(case, "eq11"), case.requests.arrays())[1]
    assert total == pytest.approx(4 * 0.02, abs=1e-15)
    assert case.run("offline").summary["average_cost"] == pytest.approx(0.016, abs=1e-15)


def test_offline_at_ten_models_of_the_paper_is_no_dearer_than_anyone() -> None:
    for name in PRESETS:
        for replication in range(2):
            runs = {
                policy: simulate(PRESETS[name], policy, replication=replication) for policy in EVERY
            }
            for ledger in LEDGERS:
                bound = own_cost(runs[named("offline", ledger)], ledger)
                assert all(own_cost(run, ledger) >= bound - 1e-9 for run in runs.values())


def test_the_feasible_deployments_are_those_of_equations_1_to_3() -> None:
    case = busy(models=6)
    family = deployments(case, "eq11")
    feasible = [
        mask
        for mask in range(1 << 6)
        if fits(case.setting, {row for row in range(6) if mask >> row & 1})
    ]
    assert family.mask.tolist() == feasible
    for i, mask in enumerate(feasible):
        assert family.place[mask] == i
        low, high = family.below_start[i : i + 2]
        fewer = {mask & ~(1 << row) for row in range(6) if mask >> row & 1}
        assert {feasible[j] for j in family.below[low:high].tolist()} == fewer
    assert np.count_nonzero(family.place >= 0) == len(feasible)


# ------------------------------------------------------------------------ best online policy


def assert_gain(case: Case, ledger: Ledger) -> None:
    """The reported interval, widened by the precision asked for, holds the linear program's."""
    plan = Plans(case.problem).online(ledger == "realised")
    expected = best_online_gain(case.setting, ledger)
    slack = PRECISION * abs(expected) + 1e-9
    assert plan.gain_low - slack <= expected <= plan.gain_high + slack
    assert plan.gain_low <= plan.gain <= plan.gain_high


@pytest.mark.parametrize("ledger", LEDGERS)
@examples(70)
@given(case=cases(most=4))
def test_the_gain_is_that_of_a_linear_program(ledger: Ledger, case: Case) -> None:
    assert_gain(case, ledger)


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("seed", range(4))
def test_the_gain_of_five_contended_models_is_that_of_a_linear_program(
    ledger: Ledger, seed: int
) -> None:
    case = busy(models=5, seed=seed)
    assert_gain(case, ledger)
    plan = Plans(case.problem).online(ledger == "realised")
    assert plan.gain_high - plan.gain_low <= PRECISION * abs(plan.gain_low) + 1e-12


def pair(**changes: object) -> Case:
    """The two models of the reference's own examples: 10 and 20 GB, 9.5 and 19 s, rates 3, 1."""
    settings = {"storage": 30.0, "resource": 0.5, "rates": (3.0, 1.0), **changes}
    scenario = Scenario(
        catalog=(Model("a", "", 10, 1, 0.1, 1, 0.5), Model("b", "", 20, 2, 0.2, 2, 1)),
        server=EdgeServer(float(str(settings["storage"])), 3, 1, 0.7, 10),
        workload=Workload(popularity_order="custom", arrival_rates=settings["rates"]),  # type: ignore[arg-type]
        weights=CostWeights(2, float(str(settings["resource"])), 3),
    )
    return Case(scenario, [[0, 1], [0, 0]], traced=False)


@pytest.mark.parametrize(
    ("changes", "eq11", "realised"),
    [
        # One at a time: p = 3/4, 1/4, so 3/16 of the 4 steps a slot swap either way:
        # 2 * 4 * 3/16 * (9.5 * 3/4 + 19 / 4) = 17.8125 and resources 0.5 * (3/4 * 13 + 1/4 * 26)
        ({"storage": 20.0}, 17.8125 + 8.125, 42.75 + 8.125),
        # both fit: hold both for good, 0.5 * 39
        ({}, 19.5, 19.5),
        # both fit, but holding both costs 78 a slot: one at a time, 17.8125 + 32.5
        ({"resource": 2.0}, 50.3125, 75.25),
        # the second is never asked for, or never fits: hold the first for good, 0.5 * 13
        ({"rates": (3.0, 0.0)}, 6.5, 6.5),
        ({"storage": 15.0}, 6.5, 6.5),
        # nothing fits: nothing is held, nothing is paid
        ({"storage": 5.0}, 0.0, 0.0),
        # resources are free: hold both for good for nothing
        ({"resource": 0.0}, 0.0, 0.0),
        ({"resource": 0.0, "storage": 20.0}, 17.8125, 42.75),
    ],
    ids=[
        "one at a time",
        "both",
        "both too dear",
        "never asked",
        "rejected",
        "nothing",
        "free",
        "free swap",
    ],
)
def test_the_gain_by_hand(changes: dict[str, object], eq11: float, realised: float) -> None:
    plans = Plans(pair(**changes).problem)
    for ledger, expected in ((False, eq11), (True, realised)):
        plan = plans.online(ledger)
        assert plan.gain == pytest.approx(expected, rel=PRECISION, abs=1e-9)
        assert plan.gain_low - 1e-9 <= expected <= plan.gain_high + 1e-9 + PRECISION * expected


@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_policy_holds_everything_just_where_that_is_cheaper(ledger: Ledger) -> None:
    # Swapping costs 17.8125 + 16.25 w (42.75 + 16.25 w realised), holding both 39 w: even at
    # w = 0.78297 (1.87912). Just below, the policy fills up and stays; just above, it never does
    even = 17.8125 / 22.75 if ledger == "eq11" else 42.75 / 22.75
    for factor, together in ((0.97, True), (1.03, False)):
        case = pair(resource=2 * 0.5 * even * factor)
        run = replace(case, slots=[[0, 1, 0, 1, 0, 0, 1]]).run(named("mdp", ledger))
        assert (masks(run.decisions.deployment)[-1] == 3) == together


@pytest.mark.parametrize(
    ("name", "eq11", "realised"),
    [
        ("contended", 2.008, 27.338),
        ("frugal", 3.924, 20.607),
        ("latency-first", 1.203, 9.610),
        ("balanced", 4.381, 17.652),
    ],
)
def test_the_gains_at_the_presets(name: str, eq11: float, realised: float) -> None:
    plans = Plans(build(PRESETS[name]))
    for ledger, expected in ((False, eq11), (True, realised)):
        plan = plans.online(ledger)  # expected was rounded to three decimals
        assert plan.gain_low - 0.0005 <= expected <= plan.gain_high + 0.0005


# ---------------------------------------------------------------------------- in the long run

SLOTS, BATCHES = 20_000, 20


@cache
def long_runs(name: str) -> dict[str, Run]:
    """Every policy on 20,000 slots of a preset, from empty."""
    scenario = PRESETS[name]
    scenario = replace(scenario, workload=replace(scenario.workload, slots=SLOTS), seed=11)
    problem = build(scenario)
    case = Case(scenario, as_slots(problem.requests()), traced=False)
    return {policy: case.run(policy, "slots") for policy in ONLINE}


def mean_and_error(values: Iterable[float]) -> tuple[float, float]:
    """Mean per slot and its standard error, from the means of 20 batches of 1,000 slots."""
    batches = np.reshape(np.fromiter(values, np.float64), (BATCHES, -1)).mean(axis=1)
    return float(batches.mean()), float(batches.std(ddof=1)) / BATCHES**0.5


@pytest.mark.parametrize("name", list(PRESETS))
@pytest.mark.parametrize("ledger", LEDGERS)
def test_the_best_online_policy_reaches_its_gain_and_nobody_beats_it(
    ledger: Ledger, name: str
) -> None:
    runs = long_runs(name)
    plan = Plans(build(PRESETS[name])).online(ledger == "realised")

    def cost(policy: str) -> tuple[float, float]:
        run = runs[policy]
        return mean_and_error(
            run.slot_cost("average_cost" if ledger == "eq11" else "realised_cost")
        )

    mean, error = cost(named("mdp", ledger))
    assert abs(mean - plan.gain) < 4 * error
    assert error < 0.02 * plan.gain
    for policy in ONLINE:
        mean, error = cost(policy)
        assert mean > plan.gain - 4 * error, policy


def test_following_a_plan_is_replaying_the_policy() -> None:
    case = busy(models=5, slots=60)
    plans = Plans(case.problem)
    family = plans.deployments(False)
    plan = online_plan(family, case.problem.rates)
    assert isinstance(plan, OnlinePlan)
    followed = follow(family, plan, case.requests.arrays())
    run = case.run("mdp")
    assert followed[run.decisions.request].tolist() == masks(run.decisions.deployment)
    # a hit changes nothing
    hits = np.setdiff1d(np.arange(followed.size), run.decisions.request)
    assert (followed[hits[hits > 0]] == followed[hits[hits > 0] - 1]).all()


def test_the_gain_does_not_depend_on_where_the_policy_starts() -> None:
    # A trace's rates are its counts: the same requests as a trace and as true rates agree
    case = busy(models=4, slots=50)
    counted = arrival_rates(replace(case.setting, rates=None))
    known = replace(
        case.scenario,
        workload=Workload(popularity_order="custom", arrival_rates=tuple(counted)),
    )
    as_trace = Case(case.scenario, case.slots, traced=True)
    for realised in (False, True):
        one = Plans(build(known)).online(realised)
        other = Plans(as_trace.problem).online(realised)
        assert one.gain == pytest.approx(other.gain, rel=1e-9)


def test_rows_may_stand_in_any_order() -> None:
    # The optimum does not depend on how the catalog is sorted
    case = busy(models=4, slots=30)
    models = list(case.scenario.model_catalog)
    rates = case.scenario.workload.arrival_rates or ()
    expected = {ledger: own_cost(case.run(named("offline", ledger)), ledger) for ledger in LEDGERS}
    for order in itertools.islice(itertools.permutations(range(4)), 1, 24, 5):
        place = {row: position for position, row in enumerate(order)}
        scenario = replace(
            case.scenario,
            catalog=tuple(models[row] for row in order),
            workload=replace(
                case.scenario.workload, arrival_rates=tuple(rates[row] for row in order)
            ),
        )
        moved = Case(scenario, [[place[m] for m in slot] for slot in case.slots], traced=False)
        for ledger in LEDGERS:
            assert own_cost(moved.run(named("offline", ledger)), ledger) == pytest.approx(
                expected[ledger], rel=1e-12
            )
            assert Plans(moved.problem).online(ledger == "realised").gain == pytest.approx(
                Plans(case.problem).online(ledger == "realised").gain, rel=PRECISION
            )
