"""A server cut into slices: how, what that does to the requests, and what it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from support import Case, as_slots, cases, examples

from genedge import (
    PRESETS,
    CostWeights,
    EdgeServer,
    Model,
    RequestTrace,
    Scenario,
    Workload,
    simulate,
)
from genedge.runs.simulate import replay_policy
from genedge.scenario.problem import Problem, build
from genedge.studies.ablations import ABLATIONS, FULL
from genedge.studies.partition import (
    merged,
    partition,
    replay_partition,
    restricted,
    service_of,
    slices_of,
)
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable
from genedge.words import ablations as sentences

POLICIES = ("ga", "exact", "lru", "lfu")


def problem_of(
    models: list[tuple[str, str, float]],
    storage: float,
    rates: tuple[float, ...] | None = None,
    **more: object,
) -> Problem:
    """Models by name, service and GB; nothing else is short."""
    scenario = Scenario(
        catalog=tuple(Model(name, service, size, 0, 0, 0, 0) for name, service, size in models),
        server=EdgeServer(storage, 10, 1, 0, 8),
        workload=Workload(popularity_order="custom", arrival_rates=rates or (1.0,) * len(models)),
        weights=CostWeights(1, 1, 0),
    )
    return build(replace(scenario, **more))  # type: ignore[arg-type]


def sliced(scenario: Scenario, replications: int) -> StudyTable:
    return run_study(ABLATIONS["partitions"].study(scenario).with_replications(replications))


def services_of(problem: Problem) -> list[tuple[str, ...]]:
    return [row.services for row in partition(problem).summary.rows]


def test_every_service_gets_what_its_largest_model_needs_and_a_fair_share_of_the_rest() -> None:
    # Needs 40 and 20 of 100 GB. The rest, 40 GB, is shared by lambda x size: 1 x 40 to 2 x 20.
    cut = partition(problem_of([("x", "a", 40), ("y", "b", 20)], 100, (1, 2)))
    assert [row.storage_gb for row in cut.summary.rows] == pytest.approx([60, 40])
    # No model needs GPU memory or power: both are shared out alike.
    assert [row.gpu_memory_gb for row in cut.summary.rows] == pytest.approx([5, 5])
    assert [row.requests for row in cut.summary.rows] == pytest.approx([1 / 3, 2 / 3])
    assert cut.summary.services == 2 and cut.summary.needed[0] == 60


def test_a_service_counts_by_its_largest_model_and_all_of_them_weigh() -> None:
    # a: largest 30, weight 1 x 30 + 1 x 10 = 40; b: 20, weight 20. The rest is 60 GB: 40 to 20.
    models = [("x", "a", 30.0), ("z", "b", 20.0), ("y", "a", 10.0)]
    cut = partition(problem_of(models, 110))
    assert [row.storage_gb for row in cut.summary.rows] == pytest.approx([70, 40])
    assert [one.rows.tolist() for one in cut.slices] == [[0, 2], [1]]


def test_those_slices_are_merged_whose_merging_saves_most() -> None:
    # 60 + 50 + 10 are more than 100: merging the first two saves 50, either with the third 10.
    models = [("x", "a", 60.0), ("y", "b", 50.0), ("z", "c", 10.0)]
    cut = partition(problem_of(models, 100))
    assert [row.services for row in cut.summary.rows] == [("a", "b"), ("c",)]
    # 30 GB are left; weights 60 + 50 and 10.
    assert cut.summary.rows[0].storage_gb == pytest.approx(60 + 30 * 110 / 120)


def test_ties_go_to_fewer_services_then_to_less_asked_for_then_to_earlier_ones() -> None:
    models = [(name, name, 40.0) for name in "abcd"]
    assert services_of(problem_of(models, 100)) == [("a", "b"), ("c", "d")]
    assert services_of(problem_of(models, 130)) == [("a", "b"), ("c",), ("d",)]
    assert services_of(problem_of(models, 130, (3, 1, 4, 2))) == [("a",), ("b", "d"), ("c",)]


def test_where_no_two_slices_fit_there_is_one() -> None:
    cut = partition(problem_of([("x", "a", 60), ("y", "b", 50)], 100))
    assert cut.summary.trivial
    assert np.array_equal(cut.slices[0].server.capacity, cut.whole.server.capacity)


def test_merging_weighs_all_resources() -> None:
    size = np.array([[60.0, 1, 0], [10, 6, 0], [50, 1, 0], [10, 5, 0]])
    groups = [([name], [row]) for row, name in enumerate("abcd")]
    found = merged(groups, size, np.array([130.0, 10.0, 0.0]), np.ones(4))
    # Storage fits (130 GB); GPU memory does not (13 of 10). b + d save 10/130 + 5/10, more than
    # a + c with 50/130 + 1/10.
    assert [names for names, _ in found] == [["a"], ["b", "d"], ["c"]]


def test_models_that_fit_nowhere_or_are_never_asked_for_need_nothing() -> None:
    models = [("huge", "h", 500.0), ("x", "a", 40.0), ("idle", "i", 90.0), ("y", "b", 20.0)]
    problem = problem_of(models, 100, (1, 1, 0, 2))
    cut = partition(problem)
    assert [row.services for row in cut.summary.rows] == [("a",), ("b",)]
    assert sorted(row for one in cut.slices for row in one.rows.tolist()) == [0, 1, 2, 3]
    requests = RequestTrace.of_slots([[0, 1, 3, 0]])
    run = replay_partition(cut, "lru", requests)
    assert run.summary["rejected"] == 2 and run.summary["misses"] == 2


def test_a_model_without_a_service_is_one_of_its_own() -> None:
    models = [("a", "", 10.0), ("x", "a", 10.0), ("b", " ", 10.0)]
    cut = partition(problem_of(models, 100))
    assert [row.models for row in cut.summary.rows] == [("a",), ("x",), ("b",)]
    assert cut.summary.unnamed == 2
    guessed = PRESETS["contended"].model_catalog.guesses(["one", "two"])
    assert [service_of(model) for model in guessed] == ["", ""]


def test_requests_are_renumbered_slot_by_slot() -> None:
    requests = RequestTrace.of_slots([[0, 2, 1], [], [1, 1], [2, 0]])
    assert as_slots(restricted(requests, np.array([1, 2]), 3)) == [[1, 0], [], [0, 0], [1]]


def test_slices_by_hand() -> None:
    # Every model 10 GB, 8 Gbit/s: 10 s to load. Room for two. LRU on A, B, C, B in one slot:
    # pooled: A and B are loaded, C evicts A, B is a hit. In slices of 10 GB for A and for B, C:
    # C evicts B, B evicts C; A stays. 1/alpha 0.5, 0.3, 0.2 of all requests.
    models = [("A", "a", 10.0), ("B", "b", 10.0), ("C", "b", 10.0)]
    problem = problem_of(models, 20, (5, 3, 2))
    requests = RequestTrace.of_slots([[0, 1, 2, 1]])
    pooled = replay_policy(problem, "lru", requests).summary
    sliced = replay_partition(partition(problem), "lru", requests).summary
    assert (pooled["hits"], pooled["misses"]) == (1, 3)
    assert (sliced["hits"], sliced["misses"]) == (0, 4)
    assert pooled["switching_cost"] == pytest.approx(10 * 0.5)
    assert sliced["switching_cost"] == pytest.approx(10 * 0.3 + 10 * 0.2)
    assert pooled["resource_cost"] == sliced["resource_cost"] == pytest.approx(20)
    assert sliced["realised_cost"] == pytest.approx(4 * 10 + 20)
    assert sliced["mean_deployed"] == 2
    assert sliced["mean_service_delay_s"] == pytest.approx(10)
    assert pooled["mean_service_delay_s"] == pytest.approx(7.5)
    assert sliced["downloaded_gb"] == 40


def test_shares_of_a_capacity_stay_shares_of_the_whole() -> None:
    models = [("A", "a", 10.0), ("B", "b", 10.0)]
    problem = problem_of(models, 20, weights=CostWeights(1, 1, 0, "share"))
    run = replay_partition(partition(problem), "exact", RequestTrace.of_slots([[0, 1]]))
    assert run.summary["resource_cost"] == pytest.approx(1.0)  # 10 of 20 GB, twice


def test_what_a_slice_counts_itself_is_converted_to_all_requests() -> None:
    # Counting, a slice sees only its own half of the requests.
    models = [(name, name[0], 10.0) for name in ("ax", "ay", "bx", "by")]
    problem = problem_of(models, 40, active_cycle="history")
    one = partition(problem).slices[0]
    assert one.models.seen_delay_s.tolist() == pytest.approx([5.0, 5.0])
    assert one.models.reload_delay_s.tolist() == pytest.approx([10.0, 10.0])
    assert one.models.inverse_active_cycle.tolist() == pytest.approx([0.25, 0.25])


def one_service(case: Case) -> Problem:
    catalog = tuple(model._replace(service="one") for model in case.scenario.model_catalog)
    return replace(case.problem, scenario=replace(case.scenario, catalog=catalog))


@examples(40)
@given(cases())
def test_a_single_slice_costs_what_the_pool_does_to_the_last_bit(case: Case) -> None:
    problem = one_service(case)
    cut = partition(problem)
    assert cut.summary.trivial
    for policy in POLICIES:
        pooled = replay_policy(problem, policy, case.requests, replication=3, record="summary")
        cut_up = replay_partition(cut, policy, case.requests, replication=3)
        assert cut_up.summary == pooled.summary
        assert cut_up.figures["evicted_delay_s"] == pooled.figures["evicted_delay_s"]


@examples(60)
@given(cases())
def test_slices_hold_their_models_and_no_request_is_lost(case: Case) -> None:
    cut = partition(case.problem)
    rows = sorted(row for one in cut.slices for row in one.rows.tolist())
    assert rows == list(range(len(case.scenario.model_catalog)))
    for resource in range(3):
        total = sum(one.server.capacity[resource] for one in cut.slices)
        assert total <= case.problem.server.capacity[resource] * (1 + 1e-9) + 1e-12
    asked = case.problem.rates > 0
    for one in cut.slices:
        alone = case.problem.fits_alone[one.rows] & asked[one.rows]
        assert (one.fits_alone >= alone).all()
    for policy in POLICIES:
        pooled = replay_policy(case.problem, policy, case.requests).summary
        run = replay_partition(cut, policy, case.requests)
        summary = run.summary
        assert summary["requests"] == pooled["requests"] == case.requests.model.size
        assert summary["rejected"] == pooled["rejected"]
        assert run.totals.model_hits.sum() == summary["hits"]
        assert summary["hits"] + summary["misses"] + summary["rejected"] == summary["requests"]


def test_with_room_for_everything_slices_change_nothing_for_baselines() -> None:
    server = EdgeServer(1000, 100, 10, 0)
    table = run_study(
        ABLATIONS["partitions"]
        .study(replace(PRESETS["contended"], server=server))
        .with_replications(3)
    )
    assert len(slices_of(table.problem).rows) == 10
    for policy in ("lru", "lfu"):
        for metric in ("average_cost", "realised_cost", "mean_deployed"):
            assert table.of("partitioned", policy, metric) == pytest.approx(
                table.of(FULL, policy, metric)
            )


def test_slices_of_a_generated_problem_meet_its_very_requests() -> None:
    problem = build(PRESETS["contended"])
    whole = as_slots(problem.requests(2))
    for one in partition(problem).slices:
        rows = one.rows.tolist()
        expected = [[rows.index(row) for row in slot if row in rows] for slot in whole]
        assert as_slots(one.requests(2)) == expected


def test_table1_says_why_services_share_slices() -> None:
    table = sliced(PRESETS["contended"], 2)
    text = sentences.slices_sentence(table)
    catalog = PRESETS["contended"].model_catalog
    assert f"10 services share {len(slices_of(table.problem).rows)} slices" in text
    assert f"{catalog.gpu_memory_gb.sum():g} GB of GPU memory where there are 12" in text


@pytest.mark.parametrize(
    ("models", "storage", "expected"),
    [
        ([("x", "a", 10.0), ("y", "a", 10.0)], 100, "Only one service"),
        ([("x", "a", 500.0), ("y", "b", 10.0)], 100, "Only one service"),
        ([("x", "a", 500.0), ("y", "b", 300.0)], 100, "No service has any"),
        ([("x", "a", 500.0), ("y", "b", 9.0), ("z", "c", 9.0)], 100, "2 of 3 services"),
        ([("x", "a", 60.0), ("y", "b", 50.0)], 100, "Not even two slices are possible"),
        ([("x", "a", 10.0), ("y", "b", 10.0)], 100, "one for each"),
        ([("x", "", 10.0), ("y", "b", 10.0)], 100, "1 model without a service counts"),
    ],
)
def test_how_the_server_is_cut_is_said(
    models: list[tuple[str, str, float]], storage: float, expected: str
) -> None:
    table = run_study(
        ABLATIONS["partitions"].study(problem_of(models, storage).scenario).with_replications(2)
    )
    assert expected in sentences.slices_sentence(table)
    told = sentences.sentences(table)
    assert (len(told) == 1) == slices_of(table.problem).trivial


def test_a_slice_decides_only_at_its_own_misses() -> None:
    # paper: holding is dear, so the pooled decision gives up nearly all; each slice keeps its last.
    pooled = simulate(PRESETS["frugal"], "exact").summary["mean_deployed"]
    table = sliced(PRESETS["frugal"], 1)
    assert table.mean("partitioned", "exact", "mean_deployed") > 0.8 * len(
        slices_of(table.problem).rows
    )
    assert table.mean(FULL, "exact", "mean_deployed") == pooled < 3
