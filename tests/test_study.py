"""The one table: against a plain loop, wherever it is computed, and over one request log."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest
from scipy.stats import t

from genedge import (
    METRICS,
    PRESETS,
    GeneticParameters,
    Scenario,
    TraceFile,
    TraceReference,
    Workload,
    compare,
    read_trace,
    simulate,
)
from genedge.runs.blocks import BLOCKS, block_edges, block_figures
from genedge.scenario.problem import SEES_ALL, build
from genedge.studies.ablations import ABLATIONS
from genedge.studies.runner import run_study
from genedge.studies.study import Arm, Study, Variation
from genedge.studies.table import StudyTable

SHORT = replace(
    PRESETS["contended"],
    workload=Workload(slots=30),
    genetic=GeneticParameters(population=10, generations=10),
    replications=4,
)
ARMS = (
    Arm("plain", "plain", "as it is", SHORT),
    Arm("small", "small", "with less room",
        replace(SHORT, server=replace(SHORT.server, storage_gb=70.0))),
    Arm("blind", "blind", "blind", SHORT, Variation(SEES_ALL._replace(active_cycle=False), 2.0)),
    Arm("sliced", "sliced", "in slices", SHORT, Variation(partitioned=True)),
)  # fmt: skip
STUDY = Study("four", "four arms", SHORT, ARMS, ("ga", "exact", "lru", "lfu"), 4, bounded=False)


class Elsewhere(Executor):
    """Does each task at once, from what would be sent."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        import pickle

        future: Future[Any] = Future()
        fn, args = pickle.loads(pickle.dumps((fn, args)))
        future.set_result(pickle.loads(pickle.dumps(fn(*args, **kwargs))))
        return future


def test_the_table_is_a_plain_loop_over_simulations() -> None:
    table = run_study(STUDY)
    assert table.done.all()
    for arm in ARMS[:2]:
        for policy in STUDY.policies:
            for replication in range(4):
                summary = simulate(arm.scenario, policy, replication=replication).summary
                for metric in METRICS:
                    assert table.of(arm.name, policy, metric)[replication] == summary[metric]
    frame = table.frame()
    assert list(frame.columns) == ["arm", "replication", "policy", "metric", "value"]
    assert len(frame) == 4 * 4 * 4 * len(METRICS)


def test_it_is_the_same_to_the_bit_wherever_it_is_computed() -> None:
    here = run_study(STUDY)
    for executor in (Elsewhere(), ThreadPoolExecutor(1), ThreadPoolExecutor(3)):
        with executor:
            there = run_study(STUDY, executor=executor)
        assert here.values.tobytes() == there.values.tobytes()


def test_differences_are_taken_replication_by_replication() -> None:
    table = run_study(STUDY)
    ours, theirs = (
        table.of("small", "lru", "average_cost"),
        table.of("plain", "lru", "average_cost"),
    )
    gap = table.difference("small", "lru", "average_cost")
    assert gap.mean == pytest.approx((ours - theirs).mean())
    assert gap.half_width == pytest.approx(t.ppf(0.975, 3) * (ours - theirs).std(ddof=1) / 2)
    rival = table.versus("small", "lru", "average_cost", "exact")
    apart = ours - table.of("small", "exact", "average_cost")
    assert rival.mean == pytest.approx(apart.mean())
    assert (rival.wins, rival.losses) == (int((apart < 0).sum()), int((apart > 0).sum()))


def test_cancelling_keeps_what_is_measured() -> None:
    stop = Event()

    def progress(_: StudyTable, done: int, total: int) -> None:
        assert total == 16
        if done == 5:
            stop.set()

    with ThreadPoolExecutor(1) as thread:
        table = run_study(STUDY, executor=thread, progress=progress, cancelled=stop)
    assert table.done.sum() == 5
    assert table.missing == ["Cancelled: what was measured by then is kept."]
    assert np.isfinite(table.means("lru", "average_cost")).all()


# ------------------------------------------------------------------------------- one request log


def log(slots: int, seed: int = 3) -> tuple[Scenario, TraceFile]:
    """A log of three requests a slot, of ten models, and the scenario that replays it."""
    chance = np.random.default_rng(seed)
    names = PRESETS["contended"].model_catalog.names
    rows = [
        f"{60 * slot + second},{names[min(int(chance.exponential(2)), 9)]}"
        for slot in range(slots)
        for second in range(3)
    ]
    text = "\n".join(["timestamp_s,model", *rows]) + "\n"
    trace = read_trace(text.encode(), "log.csv")
    load = Workload(trace=TraceReference(trace.name, trace.sha256, trace.rows), slots=None)
    return replace(SHORT, workload=load), trace


def test_the_blocks_of_a_log_are_its_samples() -> None:
    scenario, trace = log(200)
    comparison = compare(scenario, trace=trace)
    table = comparison.table
    assert table.block_slots == 10
    (note,) = table.notes
    assert "one sample: intervals are over its 20 blocks of 10 slots" in note
    costs = {}
    for policy in ("lru", "lfu"):
        run = simulate(scenario, policy, trace=trace)
        costs[policy] = run.slot_cost("average_cost").reshape(20, 10).mean(axis=1)
        found = comparison.figures[policy].metrics["average_cost"]
        assert found.mean == pytest.approx(run.summary["average_cost"])
        half = t.ppf(0.975, 19) * costs[policy].std(ddof=1) / 20**0.5
        assert found.half_width == pytest.approx(half)
        assert comparison.figures[policy].metrics["p95_service_delay_s"].half_width is None
    gap = table.versus("", "lru", "average_cost", "lfu")
    apart = costs["lru"] - costs["lfu"]
    assert gap.mean == pytest.approx(apart.mean())
    assert gap.half_width == pytest.approx(t.ppf(0.975, 19) * apart.std(ddof=1) / 20**0.5)
    assert gap.wins + gap.ties + gap.losses == 20


def test_more_replications_of_a_log_are_no_more_samples() -> None:
    scenario, trace = log(200)
    few, more = (
        compare(replace(scenario, replications=count), trace=trace).figures["lru"]
        for count in (1, 5)
    )
    assert few.metrics == more.metrics


def test_a_short_log_has_no_intervals_and_says_so() -> None:
    scenario, trace = log(2 * BLOCKS - 1)
    comparison = compare(scenario, trace=trace)
    for figures in comparison.figures.values():
        assert all(one.half_width is None for one in figures.metrics.values())
        assert all(gap.half_width is None for gap in figures.versus.values())
        assert figures.gap is not None and figures.gap.half_width is None
    assert "too short for intervals" in comparison.table.notes[0]


def test_enough_days_are_the_blocks() -> None:
    scenario, trace = log(12 * 24)
    hours = replace(scenario, workload=replace(scenario.workload, slot_seconds=3600.0))
    problem = build(replace(scenario, workload=hours.workload), trace)
    assert block_edges(problem) is None  # 288 minutes are five slots of an hour
    long = replace(problem, first_requests=build(scenario, trace).first_requests)
    edges = block_edges(long)
    assert edges is not None and edges.tolist() == list(range(0, 289, 24))


def test_what_blocks_come_to_is_what_the_run_came_to() -> None:
    scenario, trace = log(205)
    run = simulate(scenario, "lfu", trace=trace)
    edges = block_edges(run.problem)
    assert edges is not None
    lengths = np.diff(edges)
    assert set(lengths.tolist()) == {10, 11}
    made = block_figures(run, edges)
    for metric in ("average_cost", "switching_cost", "resource_cost", "realised_cost"):
        values = made[:, list(METRICS).index(metric)]
        assert (values * lengths).sum() / 205 == pytest.approx(run.summary[metric])
    assert made[:, list(METRICS).index("hit_ratio")].mean() == pytest.approx(
        run.summary["hit_ratio"]
    )


def test_slices_of_a_log_have_blocks_too() -> None:
    scenario, trace = log(200)
    table = run_study(ABLATIONS["partitions"].study(scenario), trace=trace)
    for arm in table.arms:
        costs = table.sample(arm.name, "lru", "average_cost")
        assert costs.size == 20
        assert costs.mean() == pytest.approx(table.mean(arm.name, "lru", "average_cost"))
    assert table.difference("partitioned", "lru", "average_cost").half_width is not None


def test_the_interval_of_a_log_holds_the_truth_about_as_often_as_it_says() -> None:
    # Logs of the same traffic: the paired interval of LRU over LFU against the mean of them all.
    gaps = []
    for seed in range(60):
        scenario, trace = log(400, seed)
        small = replace(scenario, policies=("lru", "lfu"), replications=1)
        gaps.append(compare(small, trace=trace).table.versus("", "lru", "average_cost", "lfu"))
    truth = float(np.mean([gap.mean for gap in gaps]))
    assert np.mean([gap.low <= truth <= gap.high for gap in gaps]) >= 0.88
