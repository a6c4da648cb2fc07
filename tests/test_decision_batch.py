"""Three solvers on the same decisions: exact and enumeration agree, the search is never below."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Case, Choice, cases, examples, genetics
from test_exact import VALUES, choices
from test_genetic import SETTINGS, random_choice

from genedge import PRESETS, Run, Scenario, simulate
from genedge.decisions import state_of, trace_generations
from genedge.engine.decision_batch import ENUMERATION, EXACT, GA, decide_all
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.random_catalogs import contended_scenario
from genedge.studies.search_quality import DecisionBatch


def contest(solver: int, choice: Choice, key: int = 1, most: int = 24, **changes: Any) -> Any:
    """Cost and effort of one solver on one decision, given twice."""
    deployed, requested, value, size, capacity = choice.arrays()
    base = float(value[deployed == 1].clip(0).sum())
    cost, effort = np.full(2, 7.0), np.full(2, 7, np.int64)
    decide_all(
        np.int64(solver), np.stack([deployed] * 2), np.array([requested] * 2),
        np.stack([value] * 2), np.full(2, base), size, capacity, np.full(2, key, np.uint64),
        genetics(**changes), np.int64(most), cost, effort,
    )  # fmt: skip
    assert np.array_equal(cost[:1], cost[1:], equal_nan=True)
    assert effort[0] == effort[1]
    return float(cost[0]), int(effort[0])


@pytest.mark.parametrize("kind", list(VALUES))
@examples(50)
@given(data=st.data())
def test_exact_and_enumeration_agree(kind: str, data: st.DataObject) -> None:
    choice = data.draw(choices(VALUES[kind]))
    exact, _ = contest(EXACT, choice)
    everything, sets = contest(ENUMERATION, choice)
    assert everything == pytest.approx(exact, rel=1e-12, abs=1e-12)
    assert sets == 2 ** sum(choice.deployed)


@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("models", [1, 2, 9, 18])
def test_the_search_is_never_below_the_optimum(models: int, name: str) -> None:
    for seed in range(4):
        choice = random_choice(models, seed)
        exact, _ = contest(EXACT, choice)
        assert contest(ENUMERATION, choice)[0] == pytest.approx(exact, abs=1e-12)
        found, run = contest(GA, choice, seed, **{"generations": 12, **SETTINGS[name]})
        assert found >= exact - 1e-9
        assert run <= {"generations": 12, **SETTINGS[name]}["generations"]


def test_a_decision_with_too_many_models_is_left_out() -> None:
    choice = random_choice(9, 3, everything=True)
    assert sum(choice.deployed) == 8
    cost, sets = contest(ENUMERATION, choice, most=7)
    assert np.isnan(cost) and sets == 0
    assert contest(ENUMERATION, choice, most=8)[1] == 256


def ten_slots(scenario: Scenario) -> Scenario:
    return replace(scenario, workload=replace(scenario.workload, slots=30))


RUNS = {
    "contended": PRESETS["contended"],
    "frugal": PRESETS["frugal"],
    "40 models": ten_slots(contended_scenario(40)),
    "100 models": ten_slots(contended_scenario(100)),
}


@pytest.mark.parametrize("name", list(RUNS))
def test_every_decision_of_a_run_is_met_again(name: str) -> None:
    run = simulate(RUNS[name], "ga", record="decisions")
    batch = DecisionBatch.of_run(run, most=10_000)
    assert len(batch) == run.decisions.request.size > 30
    searched = batch.solve(GA, RUNS[name].genetic, repeats=0)
    assert searched.cost == pytest.approx(run.decisions.cost, rel=1e-12, abs=1e-12)
    assert searched.effort.tolist() == run.decisions.generations.tolist()
    assert batch.best == pytest.approx(run.decisions.best_cost, rel=1e-12, abs=1e-12)
    assert np.isnan(searched.ms)


@pytest.mark.parametrize("name", list(RUNS))
def test_the_recorded_search_is_the_one_that_the_run_made(name: str) -> None:
    run = simulate(RUNS[name], "ga", record="decisions")
    assert run.decisions.request.size > 30
    for number in range(run.decisions.request.size):
        trace = trace_generations(run, number)
        assert trace.generations == run.decisions.generations[number]
        assert trace.applied_cost == pytest.approx(run.decisions.cost[number], rel=1e-12, abs=1e-12)
        assert (trace.chosen == state_of(run, number).chosen).all()


@pytest.mark.parametrize("name", list(SETTINGS))
@examples(12)
@given(case=cases(), data=st.data())
def test_what_a_recorded_search_promises(name: str, case: Case, data: st.DataObject) -> None:
    run: Run = case.run("ga")
    if run.decisions.request.size == 0:
        return
    number = data.draw(st.integers(0, run.decisions.request.size - 1))
    parameters = GeneticParameters(**{"population": 8, "generations": 8, **SETTINGS[name]})
    trace = trace_generations(run, number, parameters)
    state = trace.state
    assert trace.born[:, :, state.requested].all()
    assert trace.genes[:, :, state.requested].all()
    assert not (trace.genes & ~trace.born).any()
    fits = [[state.fits(genes) for genes in people] for people in trace.genes]
    if parameters.repair:
        assert np.all(fits)
        assert np.isfinite(trace.cost).all()
    else:
        assert not trace.repaired.any()
        assert np.array_equal(np.isfinite(trace.cost), np.array(fits))
    assert ((trace.repaired.sum(axis=2) > 0) <= trace.infeasible).all()
    best = trace.cost.min(axis=1)
    if parameters.elites:
        finite = np.isfinite(best[:-1])
        assert (best[1:][finite] <= best[:-1][finite] + 1e-9 * (1 + abs(best[:-1][finite]))).all()
    assert trace.cost.min() >= trace.exact_cost - 1e-9 * (1 + abs(trace.exact_cost))
