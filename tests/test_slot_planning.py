"""The bounds where switching is charged by slot, against brute force and an iteration of their own.

Clairvoyant: least cost, the cost of the engine's replay of the plan and a recursion over every
decision agree, from the beginning and from the middle of a run. Best online: the interval of the
gain holds that of a value iteration written plainly, and no policy beats it in the long run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from math import exp
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from support import EVERY, Case, cases, examples, masks

from genedge import PRESETS, CostWeights, EdgeServer, InputError, Scenario, Workload, compare
from genedge.engine.arrays import Models, Requests, Server, Weights
from genedge.engine.planning import PRECISION, Family, family
from genedge.engine.slot_planning import clairvoyant_slot_plan
from genedge.engine.slot_policy import hazards
from genedge.registry.policies import ALL_POLICIES, POLICIES
from genedge.runs import kept_plans
from genedge.runs.simulate import Plans, chosen_policies, replay_policy, simulate, why_left_out
from genedge.scenario.problem import build

ONLINE = tuple(name for name, policy in POLICIES.items() if not policy.clairvoyant)


@pytest.fixture(autouse=True)
def _own_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_plans, "FOLDER", tmp_path)


def moves(d: Family, x: int, m: int) -> Iterator[int]:
    """Masks that may follow a request for m when x is deployed."""
    if not d.admitted[m] or x >> m & 1:
        yield x
        return
    part = x
    while True:
        if d.place[part | 1 << m] >= 0:
            yield part | 1 << m
        if not part:
            return
        part = (part - 1) & x


def ended(d: Family, s: int, x: int) -> float:
    """What the end of a slot is charged that began with s and ends with x."""
    lost = sum(price for row, price in enumerate(d.price.tolist()) if (s & ~x) >> row & 1)
    return float(lost + d.rent[d.place[x]])


def least_cost(
    d: Family, slots: list[list[int]], slot: int = 0, at: int = 0, opened: int = 0, now: int = 0
) -> float:
    """Every decision tried: from request ``at`` of a slot that began with ``opened``."""

    @cache
    def value(t: int, i: int, s: int, x: int) -> float:
        if t == len(slots):
            return 0.0
        if i == len(slots[t]):
            return ended(d, s, x) + value(t + 1, 0, x, x)
        return min(value(t, i + 1, s, y) for y in moves(d, x, slots[t][i]))

    return value(slot, at, opened, now)


def cost_of(
    d: Family, slots: list[list[int]], plan: list[int], slot: int, at: int, opened: int, now: int
) -> float:
    """What a plan for the requests from there on costs; it moves only at misses, and may."""
    x, total, steps = now, 0.0, iter(plan)
    for t in range(slot, len(slots)):
        s = opened if t == slot else x
        for m in slots[t][at if t == slot else 0 :]:
            y = next(steps)
            assert y in moves(d, x, m)
            x = y
        total += ended(d, s, x)
    return total


def random_case(chance: np.random.Generator) -> tuple[Family, list[list[int]], Requests]:
    """Up to five models, of which some fit together, and five slots of up to seven requests."""
    models = int(chance.integers(1, 6))
    size = chance.integers(0, 6, (models, 3)).astype(float)
    room = np.maximum(size.sum(axis=0) * chance.choice([0.3, 0.5, 0.7, 1.1], 3), size.min(axis=0))
    share = chance.random(models)
    catalog = Models(
        size, chance.choice([1.0, 2.0, 5.0, 20.0], models), np.ones(models), np.ones(models),
        share / share.sum(),
    )  # fmt: skip
    weights = Weights(1.0, float(chance.choice([0, 0.02, 0.1, 0.5])), 1.0, 1.0, 1.0, 1.0, True)
    d = family(catalog, Server(room), weights, np.ones(models, np.bool_), realised=False)
    slots = [
        chance.integers(0, models, chance.choice([0, 1, 2, 3, 5, 7])).tolist()
        for _ in range(chance.integers(1, 6))
    ]
    start = np.cumsum([0, *map(len, slots)]).astype(np.int64)
    model = np.array([m for slot in slots for m in slot], np.int32)
    return d, slots, Requests(model, np.zeros(model.size), start)


@pytest.mark.parametrize("seed", range(4))
def test_the_clairvoyant_plan_costs_the_least_of_all_in_thousands_of_cases(seed: int) -> None:
    chance = np.random.default_rng(seed)
    for _ in range(700):
        d, slots, requests = random_case(chance)
        plan, total = clairvoyant_slot_plan(d, requests)
        assert total == pytest.approx(least_cost(d, slots), rel=1e-12, abs=1e-9)
        assert cost_of(d, slots, plan.tolist(), 0, 0, 0, 0) == pytest.approx(total, abs=1e-9)
        short, again = clairvoyant_slot_plan(d, requests, memory_bytes=1)
        assert short.tolist() == plan.tolist()
        assert again == pytest.approx(total, abs=1e-12)
        if requests.model.size > 1:
            first = int(chance.integers(1, requests.model.size))
            slot = int(np.searchsorted(requests.slot_start, first, side="right")) - 1
            at = first - int(requests.slot_start[slot])
            now, opened = (int(mask) for mask in chance.choice(d.mask, 2))
            opened = opened if at else now
            here = (slot, at, opened, now)
            plan, total = clairvoyant_slot_plan(
                d, requests, first=first, deployed=now, opened=opened
            )
            assert total == pytest.approx(least_cost(d, slots, *here), rel=1e-12, abs=1e-9)
            assert cost_of(d, slots, plan[first:].tolist(), *here) == pytest.approx(total, abs=1e-9)


def test_checkpoints_give_the_same_plan_as_keeping_every_table() -> None:
    scenario = PRESETS["paper"]
    problem = build(replace(scenario, workload=replace(scenario.workload, slots=250)))
    d, requests = Plans(problem).deployments(False), problem.requests().arrays()
    whole, optimum = clairvoyant_slot_plan(d, requests)
    for kept in (100, 33, 1):
        plan, total = clairvoyant_slot_plan(d, requests, memory_bytes=kept * 8 * d.mask.size)
        assert plan.tolist() == whole.tolist()
        assert total == pytest.approx(optimum, rel=1e-12)


@examples(60)
@given(case=cases(most=5))
def test_the_replay_costs_what_the_plan_claims_and_nobody_pays_less(case: Case) -> None:
    case = replace(case, scenario=replace(case.scenario, switching_charged="slot"))
    plans = Plans(case.problem)
    plan, total = plans.clairvoyant(False, case.requests)
    run = case.run("offline")
    assert masks(run.decisions.deployment) == plan[run.decisions.request].tolist()
    bound = run.summary["average_cost"]
    assert bound == pytest.approx(total / len(case.slots), rel=1e-12, abs=1e-9)
    for policy in EVERY:
        assert case.run(policy).summary["average_cost"] >= bound - 1e-9
    each = case.run("offline-realised").summary["realised_cost"]
    assert all(case.run(name).summary["realised_cost"] >= each - 1e-9 for name in EVERY)


# ------------------------------------------------------------------------ best online policy


def small(rate: float, models: int, resource: float, room: float = 0.6) -> Scenario:
    """The first models of the illustrative catalog, some of which fit together."""
    catalog = PRESETS["paper"].model_catalog.models[:models]
    share = 0.7 ** np.arange(models)
    return Scenario(
        catalog=catalog,
        server=EdgeServer(room * sum(one.storage_gb for one in catalog), 18, 2, 0),
        workload=Workload(
            popularity_order="custom", arrival_rates=tuple(rate * share / share.sum())
        ),
        weights=CostWeights(1.0, resource, 1.0),
        switching_charged="slot",
    )


def plain_gain(d: Family, rates: list[float]) -> float:
    """The gain by value iteration over (requests so far, s, x), a state at a time."""
    admitted = [m for m, rate in enumerate(rates) if d.admitted[m] and rate > 0]
    total = sum(rates[m] for m in admitted)
    chance, more = [exp(-total)], []
    for k in range(1, 80):
        chance.append(chance[-1] * total / k)
    for k in range(60):
        more.append(sum(chance[k + 1 :]) / sum(chance[k:]))
    states = d.mask.tolist()
    value = dict.fromkeys(states, 0.0)
    low, high = 0.0, np.inf
    while high - low > 1e-7 * max(high, 1e-9):
        new = {}
        for s in states:
            over = {x: ended(d, s, x) + value[x] for x in states}
            ahead = dict(over)
            for h in reversed(more):
                ahead = {
                    x: (1 - h) * over[x]
                    + h * sum(rates[m] / total * min(ahead[y] for y in moves(d, x, m))
                              for m in admitted)
                    for x in states
                }  # fmt: skip
            new[s] = ahead[s]
        grown = [new[s] - value[s] for s in states]
        low, high = min(grown), max(grown)
        value = {s: new[s] - new[0] for s in states}
    return (low + high) / 2


@pytest.mark.parametrize(
    ("rate", "models", "resource"),
    [(1.0, 3, 0.02), (4.0, 3, 0.001), (6.0, 4, 0.01), (0.3, 2, 0.1)],
)
def test_the_gain_is_that_of_a_plain_iteration(rate: float, models: int, resource: float) -> None:
    problem = build(small(rate, models, resource))
    plans = Plans(problem)
    found = plans.online(False)
    expected = plain_gain(plans.deployments(False), problem.rates.tolist())
    slack = PRECISION * abs(expected) + 1e-9
    assert found.gain_low - slack <= expected <= found.gain_high + slack
    assert found.gain_high - found.gain_low <= PRECISION * found.gain_low + 1e-12


def test_where_everything_fits_together_holding_it_for_ever_is_weighed_apart() -> None:
    # Holding all 3 of 64 GB and 6.85 GB of GPU memory for ever: 70.85 a slot. Else one at least
    # leaves now and then
    for resource, together in ((0.001, True), (1.0, False)):
        scenario = small(5.0, 3, resource, room=1.1)
        plans = Plans(build(scenario))
        found = plans.online(False)
        whole = float(plans.deployments(False).rent[-1])
        assert (found.gain == pytest.approx(whole)) == together
        assert found.gain <= whole * (1 + PRECISION)
        end = masks(simulate(scenario, "mdp").slots.deployment)[-1]
        assert (end == 7) == together


def test_hazards_are_those_of_a_poisson_distribution() -> None:
    found = hazards(2.5)
    chance = [exp(-2.5)]
    for k in range(1, 60):
        chance.append(chance[-1] * 2.5 / k)
    for k in range(12):
        assert found[k] == pytest.approx(sum(chance[k + 1 :]) / sum(chance[k:]), rel=1e-12)


def test_the_best_online_policy_reaches_its_gain_and_nobody_beats_it() -> None:
    scenario = replace(small(6.0, 5, 0.002), seed=4)
    scenario = replace(scenario, workload=replace(scenario.workload, slots=20_000))
    problem = build(scenario)
    plans, requests = Plans(problem), problem.requests()
    gain = plans.online(False).gain
    for policy in ONLINE:
        run = replay_policy(problem, policy, requests, plans=plans)
        batches = run.slot_cost("average_cost").reshape(20, -1).mean(axis=1)
        error = float(batches.std(ddof=1)) / 20**0.5
        mean = float(batches.mean())
        assert mean > gain - 4 * error, policy
        if policy == "mdp":
            assert abs(mean - gain) < 4 * error < 0.1 * gain


def test_a_plan_from_the_middle_goes_on_as_it_would_have() -> None:
    problem = build(small(6.0, 5, 0.002))
    plans, requests = Plans(problem), problem.requests()
    for policy in ("mdp", "offline"):
        whole = plans.plan(policy, requests)
        for first in (1, 17, 100, 251):
            slot = int(requests.slot[first])
            before = int(requests.slot_start[slot])
            opened = int(whole[before - 1]) if before else 0
            rest = plans.plan(policy, requests, first, int(whole[first - 1]), opened)
            assert rest[first:].tolist() == whole[first:].tolist()


# ----------------------------------------------------------------------------- kept on disk


def test_a_policy_that_was_found_is_kept_and_a_damaged_file_is_as_good_as_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scenario = small(4.0, 4, 0.01)
    problem = build(scenario)
    found = Plans(problem).online(False)
    place = kept_plans.place_of(Plans(problem).deployments(False), problem.rates)
    kept = Plans(build(replace(scenario, seed=99))).online_at_hand(False)
    assert kept is not None and kept.value.tolist() == found.value.tolist()
    assert (kept.gain_low, kept.gain_high, kept.sweeps) == (
        found.gain_low, found.gain_high, found.sweeps,
    )  # fmt: skip
    other = build(small(4.0, 4, 0.011))
    assert Plans(other).online_at_hand(False) is None
    whole = place.read_bytes()
    for damaged in (b"", whole[:100], whole[:-40], b"no such thing", whole[:90] + b"?" * 80):
        place.write_bytes(damaged)
        assert Plans(problem).online_at_hand(False) is None
    assert Plans(problem).online(False).value.tolist() == found.value.tolist()
    assert Plans(problem).online_at_hand(False) is not None
    monkeypatch.setattr(kept_plans, "FOLDER", place)  # a file: no folder can be made there
    assert Plans(problem).online(False).gain == found.gain


def test_a_search_tells_how_far_it_is_and_can_be_stopped() -> None:
    plans, told = Plans(build(small(4.0, 4, 0.01))), []

    def progress(sweeps: int, low: float, high: float) -> None:
        told.append((sweeps, high - low))
        if sweeps == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        plans.online(False, progress)
    assert [sweeps for sweeps, _ in told] == [1, 2, 3]
    assert told[2][1] < told[0][1]
    assert plans.online_at_hand(False) is None


def test_all_policies_are_without_the_best_online_one_until_it_is_found() -> None:
    scenario = replace(small(4.0, 4, 0.01), replications=2)
    problem = build(scenario)
    first = compare(scenario)
    assert "mdp" not in first.policies and {"offline", "mdp-realised"} <= set(first.policies)
    assert first.left_out is not None and "mdp" in first.left_out
    named = compare(replace(scenario, policies=("lru", "mdp")))
    assert named.gains["mdp"].gain <= named.problem.rates.sum() * 100
    then = compare(scenario)
    assert "mdp" in then.policies and then.left_out is None
    assert chosen_policies(problem, ALL_POLICIES) == then.policies
    by_decision = replace(scenario, switching_charged="decision")
    assert "mdp" in chosen_policies(build(by_decision), ALL_POLICIES)


def test_a_best_online_policy_out_of_reach_is_left_out_with_a_sentence() -> None:
    scenario = replace(PRESETS["paper"], catalog="2026", policies=ALL_POLICIES)
    load = replace(scenario.workload, popularity_order="catalog", rate=400.0)
    scenario = replace(scenario, workload=load, server=EdgeServer(1000, 100, 10, 0), replications=1)
    problem = build(scenario)
    chosen = chosen_policies(problem, ALL_POLICIES)
    assert "mdp" not in chosen and "offline" in chosen
    assert "would take too long" in str(why_left_out(problem, chosen))
    with pytest.raises(InputError, match="mdp cannot be computed"):
        simulate(scenario, "mdp")


def test_the_bounds_of_the_preset_are_those_of_the_prototype() -> None:
    problem = build(PRESETS["paper-by-kind"])
    plans = Plans(problem)
    assert plans.online(False).gain == pytest.approx(1.809, abs=0.0006)
    least = [plans.clairvoyant(False, problem.requests(number))[1] for number in range(200)]
    assert np.mean(least) / problem.slots == pytest.approx(1.056, rel=0.025)
