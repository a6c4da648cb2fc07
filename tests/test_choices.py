"""What our choices change: the same requests under another answer, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from genedge import (
    PRESETS,
    GeneticParameters,
    Model,
    Scenario,
    TraceFile,
    TraceReference,
    Workload,
    read_trace,
    simulate,
)
from genedge.decisions import trace_generations
from genedge.errors import InputError
from genedge.registry.policies import POLICIES
from genedge.runs.simulate import replay_policy
from genedge.say import change
from genedge.scenario.problem import build
from genedge.studies import choices
from genedge.studies.choice_searches import Applied, applied_parts, best_candidate, rankings
from genedge.studies.choices import QUESTIONS, Answer, Question
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable
from genedge.words.choices import applied_sentence, fitness_sentence, rows, sentences

CONTENDED = PRESETS["contended"]
SHORT = replace(CONTENDED, workload=Workload(slots=40))


def answer_of(question: Question, name: str) -> Answer:
    return next(one for one in question.answers if one.name == name)


def effect_of(scenario: Scenario, name: str, other: str, replications: int = 4) -> StudyTable:
    return run_study(QUESTIONS[name].study(scenario, other).with_replications(replications))


def counted() -> tuple[Scenario, TraceFile]:
    text = "timestamp_s,model,count\n" + "".join(
        f"{60 * minute},{name},4\n" for minute in range(8) for name in CONTENDED.model_catalog.names
    )
    trace = read_trace(text.encode(), "counted.csv")
    load = Workload(trace=TraceReference(trace.name, trace.sha256, trace.rows), slots=None)
    return replace(CONTENDED, workload=load), trace


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_present_answer_against_itself_differs_by_exactly_nothing(name: str) -> None:
    question = QUESTIONS[name]
    present = question.present(SHORT)
    assert present is not None
    assert present not in question.others(SHORT)
    study = question.study(SHORT, present.name).with_replications(3)
    again = replace(study.arms[1], name="again")
    table = run_study(replace(study, arms=(study.arms[0], again)))
    for policy in table.policies:
        for figure in question.figures:
            gap = table.difference("again", policy, figure)
            if policy == "ga" or figure not in choices.SEARCH:
                assert (gap.mean, gap.half_width, gap.ties) == (0.0, 0.0, 3)
    assert sentences(table) == ["Here it changes nothing: every figure agrees in all 3 "
                                "replications."]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "other"),
    [(name, answer.name) for name, question in QUESTIONS.items() for answer in question.answers],
)
def test_every_answer_holds_once_it_is_applied(name: str, other: str) -> None:
    for scenario in (SHORT, counted()[0]):
        answer = answer_of(QUESTIONS[name], other)
        assert answer.setting is None or answer.holds(answer.setting(scenario))


@pytest.mark.parametrize("name", QUESTIONS)
def test_figures_are_those_of_a_replay(name: str) -> None:
    question = QUESTIONS[name]
    other = question.others(SHORT)[-1]
    table = effect_of(SHORT, name, other.name, 2)
    assert table.policies == question.policies
    for arm in table.arms:
        one = arm.problem()
        for policy in table.policies:
            run = replay_policy(one, policy, one.requests(1), replication=1, record="decisions")
            done = run.decisions
            searched = {
                "generations": float(done.generations.mean()),
                "best_choice_share": float(np.isclose(done.cost, done.best_cost).mean()),
            }
            for figure in question.figures:
                if policy == "ga" or figure in run.summary:
                    value = searched.get(figure, run.summary.get(figure))
                    assert table.of(arm.name, policy, figure)[1] == pytest.approx(value)


def test_forgetting_changes_lfu_and_nobody_else() -> None:
    effect = effect_of(CONTENDED, "lfu_counts", "since-deployed")
    assert not effect.unchanged("since-deployed", "lfu")
    problem = build(SHORT)
    requests = problem.requests()
    for policy in POLICIES:
        runs = [
            replay_policy(replace(problem, lfu_forgets=forgets), policy, requests).summary
            for forgets in (False, True)
        ]
        assert (runs[0] == runs[1]) == (policy != "lfu")


def test_a_scenario_gets_its_replications_and_a_long_one_fewer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run_study(QUESTIONS["lfu_counts"].study(SHORT, "since-deployed")).replications == 30
    many = replace(SHORT, replications=17)

    def table_of(name: str, other: str) -> StudyTable:
        return run_study(QUESTIONS[name].study(many, other))

    assert table_of("lfu_counts", "since-deployed").replications == 17
    # 80 requests under two answers, 0.2 microseconds each
    monkeypatch.setattr(choices, "SECONDS", 130e-6)
    few = table_of("lfu_counts", "since-deployed")
    assert few.replications == 4
    assert "4 replications are measured: 17 of 80 requests would take too long." in few.notes
    # Where a search takes too long, the exact decision stands for the genetic algorithm.
    assert table_of("decision_horizon", "next-request").policies == ("exact",)
    with pytest.raises(InputError, match="80 requests takes too long"):
        table_of("ga_patience", "patience-5")


def test_the_order_of_counts_matters_to_a_log_with_counts() -> None:
    scenario, trace = counted()
    question = QUESTIONS["count_order"]
    table = run_study(question.study(scenario, "file").with_replications(3), trace=trace)
    # runs of one model flatter every policy that keeps models
    assert table.difference("file", "lru", "hit_ratio").mean > 0
    present = question.present(scenario)
    assert present is not None and present.name == "shuffle"


def test_shares_are_not_compared_with_gigabytes() -> None:
    lines = sentences(effect_of(PRESETS["frugal"], "resource_unit", "share"))
    assert "not comparable" in lines[0]
    assert "models instead of" in lines[1] and "Eq. 11" not in " ".join(lines[1:])
    same = sentences(effect_of(SHORT, "resource_unit", "share"))
    assert "agrees in all 4 replications" in same[1]


def test_sentences_say_what_the_numbers_say() -> None:
    effect = effect_of(PRESETS["frugal"], "decision_horizon", "next-request", 5)
    (line,) = sentences(effect)
    first, second = (effect.mean(arm.name, "ga", "average_cost") for arm in effect.arms)
    assert second > first and f"{change(second / first - 1)} on Eq. 11" in line
    assert "the genetic algorithm and the exact decision cost" in line
    assert "chance" not in line.partition("on Eq. 11")[2].partition(" and ")[0]
    made = rows(effect)
    assert [row.figure for row in made] == list(QUESTIONS["decision_horizon"].figures)
    assert made[0].policies == ("ga", "exact")
    impatient = sentences(effect_of(CONTENDED, "ga_patience", "never"))
    assert "changes no cost, no hit and no wait" in impatient[0]


def test_a_hurried_search_is_said_to_be_worse() -> None:
    effect = effect_of(CONTENDED, "ga_parameters", "population-10", 10)
    right = [effect.mean(arm.name, "ga", "best_choice_share") for arm in effect.arms]
    assert right[1] < right[0] <= 1
    assert any("are as good as the exact one" in line for line in sentences(effect))


def test_a_scenario_with_parameters_of_its_own_has_no_named_answer() -> None:
    own = replace(SHORT, genetic=GeneticParameters(population=33))
    question = QUESTIONS["ga_parameters"]
    assert question.present(own) is None
    assert question.study(own, "default").arms[0].label == "yours"


def test_every_falling_fitness_ranks_alike() -> None:
    run = simulate(CONTENDED, "ga", record="decisions")
    for number in (0, 5, 40):
        found = rankings(trace_generations(run, number))
        assert all(one.share == 1 and one.tied == 0 for one in found)
        assert all(one.best >= one.worst for one in found)
        assert "changes nothing here" in fitness_sentence(found) or found[0].pairs == 0


def test_a_fitness_that_is_too_small_for_the_machine_is_owned_up_to() -> None:
    dear = replace(CONTENDED, weights=replace(CONTENDED.weights, delay=1e4))
    run = simulate(dear, "ga", record="decisions")
    found = {one.form: one for one in rankings(trace_generations(run, 12))}
    small = found["exp(−C)"]
    assert small.tied > 0 and small.alike + small.tied == small.pairs
    assert found["−C"].share == 1
    sentence = fitness_sentence(tuple(found.values()))
    assert "exp(−C) gives" in sentence and "changes nothing" not in sentence


def test_what_the_best_candidates_held() -> None:
    run = simulate(SHORT, "ga", record="decisions")
    found = applied_parts(run)
    assert found.searches == found.decisions == run.decisions.request.size
    assert found.beyond == 0 and "changes nothing here" in applied_sentence(found)
    # A search cut short leaves genes in place that nobody asked for.
    hurried = replace(SHORT, genetic=GeneticParameters(population=4, generations=1))
    run = simulate(hurried, "ga", record="decisions")
    found = applied_parts(run)
    assert found.beyond > 0 and found.fetched_gb > 0 and found.resource_cost > 0
    trace = trace_generations(run, 3)
    applied = best_candidate(trace) & trace.state.allowed
    assert (applied == trace.chosen).all()
    assert f"In {found.beyond} of all {found.searches}" in applied_sentence(found)


def test_nothing_to_look_at_is_said() -> None:
    nothing = replace(CONTENDED, catalog=(Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),))
    found = applied_parts(simulate(nothing, "ga", record="decisions"))
    assert found == Applied(0, 0, 0, 0, 0.0, 0.0)
    assert "no decision" in applied_sentence(found)
    for question in QUESTIONS.values():
        for other in question.others(nothing):
            assert sentences(effect_of(nothing, question.name, other.name, 2))
