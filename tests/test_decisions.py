"""Decisions taken apart: terms that add up, choices forced upon a run, differences by model."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from support import BASELINES, EVERY, Case, cases, examples, sized

from genedge import (
    PRESETS,
    CostWeights,
    EdgeServer,
    InputError,
    Run,
    Scenario,
    Workload,
    difference,
    explain,
    replay_from,
    simulate,
)
from genedge.decisions import check_choice, state_of
from genedge.decisions.state import State
from genedge.runs.simulate import replay_policy
from genedge.studies.random_catalogs import contended_scenario

SCENARIOS = {**PRESETS, "40 models": contended_scenario(40)}


def same_run(one: Run, other: Run) -> None:
    """The same outcome of every request, deployment after every decision, and ledger."""
    assert np.array_equal(one.outcome, other.outcome)
    assert np.array_equal(one.decisions.deployment, other.decisions.deployment)
    assert np.array_equal(one.deployed, other.deployed)
    assert other.summary == pytest.approx(one.summary, rel=1e-12, abs=1e-9)
    assert np.array_equal(other.decisions.bound, one.decisions.bound)
    assert other.decisions.cost == pytest.approx(one.decisions.cost, rel=1e-9, abs=1e-9)


def choices_of(state: State) -> Iterator[np.ndarray]:
    """Every deployment that a decision may choose."""
    rows = np.flatnonzero(state.deployed).tolist()
    for kept in chain.from_iterable(combinations(rows, n) for n in range(len(rows) + 1)):
        chosen = np.zeros(state.deployed.size, np.bool_)
        chosen[list(kept)] = True
        chosen[state.requested] = True
        if check_choice(state, chosen) is None:
            yield chosen


# ------------------------------------------------------------------------------ by hand


@pytest.fixture
def by_hand() -> Run:
    """LRU on three models, of which two fit: requests a, b, b, then c in the second slot."""
    models = (
        sized("a", 10, 2, 0.1, 3, 1),
        sized("b", 20, 1, 0.1, 4, 2),
        sized("c", 15, 3, 0.2, 5, 3),
    )
    scenario = Scenario(
        catalog=models,
        server=EdgeServer(40, 5, 1.3, 0.3, 10),
        workload=Workload(slots=2, popularity_order="custom", arrival_rates=(1.0, 2.0, 1.0)),
        weights=CostWeights(2.0, 0.1, 10.0),
    )
    case = Case(scenario, [[0, 1, 1], [2]], False)
    return case.run("lru")


def test_equations_4_to_12_of_one_decision_by_hand(by_hand: Run) -> None:
    e = explain(by_hand, 2)
    c, a, b = e.candidates
    assert [(one.name, one.part) for one in e.candidates] == [
        ("c", "requested"), ("a", "evicted"), ("b", "kept"),
    ]  # fmt: skip
    # Eq. 4-6: 8 * 10 / 10 = 8 s over the link, 3 s to load, 1 s to answer.
    assert (a.transmission_delay_s, a.io_delay_s, a.inference_delay_s) == (8.0, 3.0, 1.0)
    assert a.reload_delay_s == 12.0
    # alpha = Lambda / lambda = 4 for a and c, 2 for b.
    assert (a.active_cycle, b.active_cycle, c.active_cycle) == (4.0, 2.0, 4.0)
    # Eq. 7, weighted: 2 * 12 / 4 = 6; b: delay 16 + 4 + 2 = 22, 2 * 22 / 2 = 22.
    assert (a.switching_price, b.switching_price, c.switching_price) == (6.0, 22.0, 0.0)
    # Eq. 10, weighted: 0.1 * (10 + 10 * 2) = 3; b: 0.1 * 30 = 3; c: 0.1 * 45 = 4.5.
    assert (a.resource_price, b.resource_price, c.resource_price) == pytest.approx((3, 3, 4.5))
    assert (a.keep_value, b.keep_value) == pytest.approx((3.0, 19.0))
    # Eq. 1-3: storage 45 of 40 and GPU memory 6 of 5 would be needed for all three.
    assert e.bound_by == ("storage", "GPU memory")
    assert a.share == pytest.approx((0.25, 0.4, 0.1))
    # Eq. 12: a's switching price, and the resource prices of b and c.
    assert [one.term for one in e.candidates] == pytest.approx([4.5, 6.0, 3.0])
    assert e.cost == pytest.approx(13.5)
    assert e.best_cost == pytest.approx(13.5)
    assert e.charged == pytest.approx(6.0)
    fifo = next(one for one in e.alternatives if one.policy == "fifo")
    assert fifo.same
    assert fifo.cost == pytest.approx(13.5)


def test_another_choice_by_hand(by_hand: Run) -> None:
    other = replay_from(by_hand, 2, ["c"])
    # b leaves as well: 22 more for its eviction, 3 less at the end of the second slot.
    assert other.summary["average_cost"] - by_hand.summary["average_cost"] == pytest.approx(
        (22 - 3) / 2
    )
    found = difference(other, by_hand)
    assert {one.name: one.total for one in found.models} == pytest.approx(
        {"a": 0.0, "b": 9.5, "c": 0.0}
    )
    assert found.delay_difference == pytest.approx(11.0)
    assert found.resource_difference == pytest.approx(-1.5)


def test_lfu_that_forgets_by_hand() -> None:
    one = [sized(name, 1, 1, 0, 1, 1) for name in "abc"]
    scenario = Scenario(
        catalog=tuple(one),
        server=EdgeServer(2, 2, 1, 0.3, 10),
        workload=Workload(slots=1, popularity_order="equal"),
    )
    # a thrice, b four times; c sends a (3) away, a sends c (1) away; then b once and a twice more.
    # For c somebody leaves: in all a has 6 requests, b 5; since they came a has 3, b 5.
    case = Case(scenario, [[0, 0, 0, 1, 1, 1, 1, 2, 0, 1, 0, 0, 2]], False)
    forgets = replace(case.problem, lfu_forgets=True)
    for problem, last in ((case.problem, "b"), (forgets, "a")):
        run = replay_policy(problem, "lfu", case.requests, record="decisions")
        left = ["".join(np.array(["a", "b", "c"])[row]) for row in run.decision_evicted]
        assert left == ["", "", "a", "c", last]


# ------------------------------------------------------------------- terms that add up


@examples(40)
@given(cases())
def test_the_terms_of_the_ledger_add_up_to_the_runs_cost(case: Case) -> None:
    for policy in EVERY:
        run = case.run(policy)
        total = 0.0
        for number in range(run.decisions.request.size):
            e = explain(run, number, policies=())
            assert sum(one.term for one in e.candidates) == pytest.approx(e.cost, abs=1e-9)
            assert e.best_cost <= e.cost + 1e-9
            assert e.state.cost_of(e.best) == pytest.approx(e.best_cost, abs=1e-9)
            charged = sum(one.charged_price for one in e.evicted)
            assert charged == pytest.approx(e.charged, abs=1e-9)
            total += charged
        if run.decisions.request.size:
            rent = run.problem.weights.resource * state_of(run, 0).rent
            total += float((run.deployed @ rent).sum())
            assert total / run.requests.slots == pytest.approx(run.summary["average_cost"])


@examples(40)
@given(cases())
def test_the_difference_of_two_runs_is_the_sum_over_models(case: Case) -> None:
    runs = [case.run(policy) for policy in EVERY]
    for one, other in pairwise(runs):
        for metric in ("average_cost", "realised_cost"):
            found = difference(one, other, metric)
            assert sum(model.total for model in found.models) == pytest.approx(
                one.summary[metric] - other.summary[metric], abs=1e-9
            )
            assert found.delay_difference + found.resource_difference == pytest.approx(
                found.total, abs=1e-9
            )


# ---------------------------------------------------------------------- other choices


@examples(40)
@given(cases())
def test_a_forced_choice_equal_to_the_real_one_changes_nothing(case: Case) -> None:
    for policy in EVERY:
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            same_run(run, replay_from(run, number, run.decision_deployed[number]))


@pytest.mark.parametrize("policy", [*BASELINES, "ga", "exact"])
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_forced_choice_changes_nothing_on_presets_and_40_models(name: str, policy: str) -> None:
    run = simulate(SCENARIOS[name], policy, record="decisions")
    for number in np.linspace(0, run.decisions.request.size - 1, 5).astype(int):
        same_run(run, replay_from(run, int(number), run.decision_deployed[number]))


@examples(40)
@given(cases())
def test_every_policy_decides_in_its_own_state_as_it_did(case: Case) -> None:
    """The state handed over is the policy's own: told its first decisions, it goes on the same."""
    for policy in EVERY:
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            again = replay_policy(
                case.problem, policy, case.requests, record="decisions",
                given=run.decisions.deployment[:number],
            )  # fmt: skip
            assert np.array_equal(run.outcome, again.outcome)
            assert np.array_equal(run.decisions.deployment, again.decisions.deployment)
            assert again.summary["average_cost"] == pytest.approx(run.summary["average_cost"])


@examples(40)
@given(cases())
def test_what_others_would_do_is_what_they_do_from_there(case: Case) -> None:
    """Alternatives are feasible; exact's costs least; each equals the policy's own next step."""
    run = case.run("fifo")
    for number in range(run.decisions.request.size):
        e = explain(run, number)
        assert {one.policy for one in e.alternatives} == set(EVERY)
        for one in e.alternatives:
            assert check_choice(e.state, one.rows) is None
            assert one.cost >= e.best_cost - 1e-9
            assert one.cost == pytest.approx(e.state.cost_of(one.rows))
            if one.policy in ("exact", "ga"):
                assert one.excess >= 0
            if one.policy == "exact":
                assert one.excess == 0
            if one.policy in BASELINES:
                whole = replay_policy(
                    case.problem, one.policy, case.requests, record="decisions",
                    given=run.decisions.deployment[:number],
                )  # fmt: skip
                assert np.array_equal(whole.decision_deployed[number], one.rows)


@examples(15)
@given(cases(most=4))
def test_no_choice_of_the_clairvoyant_optimum_could_have_been_better(case: Case) -> None:
    """The optimum again from any state: best of all forced choices is the unforced run."""
    for policy, metric in (("offline", "average_cost"), ("offline-realised", "realised_cost")):
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            forced = [
                replay_from(run, number, chosen).summary[metric]
                for chosen in choices_of(state_of(run, number))
            ]
            assert min(forced) == pytest.approx(run.summary[metric], rel=1e-9, abs=1e-9)


@examples(40)
@given(cases())
def test_what_is_forced_is_done_and_nothing_before_it_changes(case: Case) -> None:
    for policy in ("lru", "random", "ga", "mdp"):
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            state = state_of(run, number)
            for chosen in list(choices_of(state))[:4]:
                other = replay_from(run, number, chosen)
                assert np.array_equal(other.decision_deployed[number], chosen)
                before = slice(0, number)
                assert np.array_equal(
                    other.decisions.deployment[before], run.decisions.deployment[before]
                )
                assert np.array_equal(other.outcome[: state.request], run.outcome[: state.request])


# ------------------------------------------------------------------------- mistakes


def test_a_choice_that_cannot_be_is_refused_with_a_reason() -> None:
    run = simulate(PRESETS["contended"], "lru", record="decisions")
    state = next(
        state_of(run, number)
        for number in range(run.decisions.request.size)
        if state_of(run, number).deployed.sum() > 3
        and not state_of(run, number).fits(state_of(run, number).allowed)
    )
    names = run.problem.scenario.model_catalog.names
    held = [names[row] for row in np.flatnonzero(state.deployed)]
    asked = names[state.requested]
    absent = next(name for row, name in enumerate(names) if not state.allowed[row])
    for deployment, said in (
        (held, f"{asked} was asked for"),
        ([*held, asked], "does not fit"),
        ([asked, absent], f"{absent} is not deployed"),
        ([asked, "nobody"], "no model 'nobody'"),
        (np.ones(3, np.bool_), "10 models"),
    ):
        with pytest.raises(InputError, match=said):
            replay_from(run, state.number, deployment)


def test_decisions_that_are_not_there_are_refused() -> None:
    run = simulate(PRESETS["contended"], "lru", record="decisions")
    taken = run.decisions.request.size
    for number in (-1, taken):
        with pytest.raises(InputError, match=f"0 to {taken - 1}"):
            explain(run, number)
    with pytest.raises(InputError, match="kept no decisions"):
        explain(simulate(PRESETS["contended"], "lru"), 0)
    huge = replace(PRESETS["contended"], catalog=(sized("huge", 1e6, 1, 0.1, 1, 1),))
    with pytest.raises(InputError, match="no decisions"):
        explain(simulate(huge, "lru", record="decisions"), 0)
