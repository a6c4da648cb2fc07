"""Sweeps on one machine: every replication of every point once, and the same as a comparison."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import product
from threading import Event
from typing import Any

import numpy as np
import pytest

from genedge import (
    METRICS,
    POLICIES,
    PRESETS,
    GeneticParameters,
    InputError,
    Scenario,
    TraceReference,
    Workload,
    compare,
)
from genedge.paper.figures import figure_sweeps
from genedge.scenario.problem import build
from genedge.studies.catalog_draws import RANGES, drawn_catalog
from genedge.studies.knobs import KNOBS
from genedge.studies.runner import CHUNK, Task, run_study, tasks_of
from genedge.studies.study import Axis, Study
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable

QUICK = GeneticParameters(population=10, generations=10)
BASE = replace(
    PRESETS["contended"],
    workload=Workload(slots=40, rate=3.0),
    genetic=QUICK,
    replications=12,
)
STORAGE = Axis("storage_gb", (60.0, 120.0))
WEIGHT = Axis("resource_weight", (0.002, 0.1, 0.5))
ONE = sweep_over("one", "storage", (STORAGE,), BASE)
TWO = sweep_over("two", "storage × weight", (STORAGE, WEIGHT), replace(BASE, replications=3))


def one_axis(knob: str, *values: float, base: Scenario = BASE) -> Study:
    return sweep_over("mine", "a test", (Axis(knob, values),), base)


class InTurn(Executor):
    """Does each task at once, or what ``spoil`` does instead, given the task and its number."""

    def __init__(self, spoil: Callable[[int, Task], None] = lambda _number, _task: None) -> None:
        self.spoil = spoil
        self.tasks: list[Task] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.append(args[0])
        try:
            self.spoil(len(self.tasks) - 1, args[0])
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


# ----------------------------------------------------------------------------- what is measured


@pytest.mark.parametrize("replications", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 2])
def test_tasks_cover_every_replication_of_every_point_once(replications: int) -> None:
    table = StudyTable.empty(TWO.with_replications(replications))
    seen: Counter[tuple[int, int]] = Counter()
    for place, task in tasks_of(table):
        assert 1 <= task.count <= CHUNK
        assert task.policies == table.policies
        seen.update((place, row) for row in range(task.first, task.first + task.count))
    assert set(seen) == set(product(range(6), range(replications)))
    assert set(seen.values()) == {1}


def test_first_replications_of_every_point_come_first() -> None:
    firsts = [task.first for _, task in tasks_of(StudyTable.empty(TWO.with_replications(25)))]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("sweep", [ONE, TWO], ids=lambda sweep: str(sweep.name))
def test_a_sweep_is_the_comparisons_of_its_points(sweep: Study) -> None:
    table = run_study(sweep)
    assert table.policies == tuple(POLICIES)
    assert table.done.all()
    assert table.missing == []
    assert len(sweep.points) == math.prod(len(axis.values) for axis in sweep.axes)
    for place, point in enumerate(sweep.points):
        assert tuple(KNOBS[axis.knob].read(sweep.scenario(point)) for axis in sweep.axes) == point
        comparison = compare(sweep.scenario(point), record="summary")
        alone = comparison.table
        for policy, metric in product(table.policies, METRICS):
            assert np.array_equal(table.over(policy, metric)[place], alone.of("", policy, metric))
        assert np.array_equal(table.optimum[place], alone.optimum[0])


def test_the_order_in_which_tasks_end_does_not_matter() -> None:
    here = run_study(ONE, executor=InTurn())
    with ThreadPoolExecutor(3) as threads:
        there = run_study(ONE, executor=threads)
    assert np.array_equal(here.values, there.values, equal_nan=True)
    assert np.array_equal(here.optimum, there.optimum, equal_nan=True)


def test_fewer_replications_are_the_first_of_more() -> None:
    few, more = run_study(ONE.with_replications(2)), run_study(ONE)
    assert np.array_equal(few.values, more.values[:, :2], equal_nan=True)


def test_progress_tells_of_every_task() -> None:
    told: list[tuple[int, int, int]] = []
    table = run_study(
        ONE,
        executor=InTurn(),
        progress=lambda table, done, tasks: told.append((int(table.done.sum()), done, tasks)),
    )
    assert [(done, tasks) for _, done, tasks in told] == [(n, 4) for n in range(1, 5)]
    measured = [rows for rows, _, _ in told]
    assert measured == sorted(measured)
    assert measured[-1] == table.done.size


def test_bounds_are_left_out_of_large_catalogs() -> None:
    base = replace(BASE, catalog=drawn_catalog(1, models=17), replications=2)
    table = run_study(one_axis("storage_gb", 120.0, base=base))
    assert table.policies == tuple(name for name in POLICIES if not POLICIES[name].planned)
    assert table.done.all()
    assert np.isnan(table.optimum).all()


def test_a_policy_that_one_value_does_not_allow_is_left_out_everywhere() -> None:
    sixteen = replace(BASE, catalog=drawn_catalog(1, models=16), replications=1)
    table = StudyTable.empty(one_axis("rate", 1.0, 100_000.0, base=sixteen))
    assert table.policies == tuple(name for name in POLICIES if not POLICIES[name].planned)


# ------------------------------------------------------------------------------- the tidy table


def test_the_tidy_table_has_a_row_a_number() -> None:
    table = run_study(TWO)
    frame = table.frame()
    names = ["storage_gb", "resource_weight", "replication", "policy", "metric", "value"]
    assert list(frame.columns) == names
    assert len(frame) == table.values[..., : len(METRICS)].size
    assert not frame.duplicated(names[:-1]).any()
    for place, (storage, weight) in enumerate(TWO.points):
        rows = frame[(frame.storage_gb == storage) & (frame.resource_weight == weight)]
        cost = rows[(rows.policy == "lru") & (rows.metric == "average_cost")]
        assert cost.replication.tolist() == [0, 1, 2]
        assert cost.value.tolist() == table.over("lru", "average_cost")[place].tolist()


def test_the_tidy_table_leaves_out_what_is_not_measured() -> None:
    table = StudyTable.empty(ONE)
    assert len(table.frame()) == 0
    place, task = next(tasks_of(table))
    table.values[place, : task.count] = 1.0
    frame = table.frame()
    assert len(frame) == CHUNK * len(table.policies) * len(METRICS)
    assert set(frame.storage_gb) == {60.0}
    assert set(frame.value) == {1.0}


# ------------------------------------------------------------------------------------- mishaps


def test_cancelling_keeps_what_is_done_and_says_so() -> None:
    stop = Event()
    done_then: list[int] = []

    def progress(table: StudyTable, number: int, _tasks: int) -> None:
        if number == 2:
            done_then.append(int(table.done.sum()))
            stop.set()

    with ThreadPoolExecutor(1) as thread:
        table = run_study(
            ONE.with_replications(60), executor=thread, progress=progress, cancelled=stop
        )
        assert thread.submit(int).result(20) == 0  # the thread is free again
    assert table.missing == ["Cancelled: what was measured by then is kept."]
    assert done_then == [2]  # on threads every replication is a task
    assert table.done.sum() == 2
    whole = run_study(ONE)
    rows = table.done[:, :12]
    assert rows.any()
    assert np.array_equal(table.values[:, :12][rows], whole.values[rows], equal_nan=True)


def test_those_who_watch_may_leave() -> None:
    waiting: list[Future[Any]] = []

    class Lazy(ThreadPoolExecutor):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            waiting.append(super().submit(fn, *args, **kwargs))
            return waiting[-1]

    def leave(*_: object) -> None:
        raise KeyboardInterrupt

    with Lazy(1) as thread, pytest.raises(KeyboardInterrupt):
        run_study(ONE.with_replications(200), executor=thread, progress=leave)
    assert sum(future.cancelled() for future in waiting) > len(waiting) // 2


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (ZeroDivisionError("secret"), "a worker was lost or failed (ZeroDivisionError)"),
        (InputError("9 requests are more than 8"), "9 requests are more than 8"),
    ],
)
def test_a_task_that_fails_leaves_its_point_missing(error: Exception, why: str) -> None:
    def spoil(number: int, _task: Task) -> None:
        if number == 1:
            raise error

    table = run_study(ONE, executor=InTurn(spoil))
    assert table.missing == [f"Missing at storage, GB 120: {why}."]
    assert table.done[0].all()
    assert not table.done[1, :CHUNK].any()
    assert table.done[1, CHUNK:].all()
    assert np.isnan(table.optimum[1, :CHUNK]).all()


def test_missing_points_of_a_map_have_both_values() -> None:
    def spoil(number: int, _task: Task) -> None:
        if number in (1, 3):
            raise OSError

    table = run_study(TWO, executor=InTurn(spoil))
    assert table.missing == [
        "Missing at storage, GB × weight of resources 60 × 0.1, 120 × 0.002: "
        "a worker was lost or failed (OSError)."
    ]
    assert table.done.all(axis=1).tolist() == [True, False, True, False, True, True]


def test_a_pool_that_takes_no_more_tasks_leaves_points_missing() -> None:
    class Broken(InTurn):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            if len(self.tasks) == 1:
                raise RuntimeError
            return super().submit(fn, *args, **kwargs)

    table = run_study(ONE.with_replications(2), executor=Broken())
    assert table.done.all(axis=1).tolist() == [True, False]
    assert table.missing == [
        "Missing at storage, GB 120: a worker was lost or failed (RuntimeError)."
    ]


# ------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("knob", "value", "named"),
    [
        ("storage_gb", -1.0, "mine: storage_gb cannot be -1: "),
        ("storage_gb", math.nan, "mine: storage_gb cannot be nan: "),
        ("gpu_memory_gb", -0.5, "mine: gpu_memory_gb cannot be -0.5: "),
        ("slots", 0.0, "mine: slots cannot be 0: "),
        ("slots", 2.5, "mine: slots cannot be 2.5: it must be a whole number"),
        ("slots", math.inf, "mine: slots cannot be inf: it must be finite"),
        ("slots", 1e7, "mine: slots cannot be 1e+07: "),
        ("rate", 0.0, "mine: rate cannot be 0: "),
        ("common_rate", -1.0, "mine: common_rate cannot be -1: "),
        ("zipf_exponent", -0.1, "mine: zipf_exponent cannot be -0.1: "),
        ("resource_weight", -0.1, "mine: resource_weight cannot be -0.1: "),
        ("gpu_weight", 1e10, "mine: gpu_weight cannot be 1e+10: "),
        ("catalog_draw", -1.0, "mine: catalog_draw cannot be -1: a seed must be 0 or more"),
        ("catalog_draw", 0.5, "mine: catalog_draw cannot be 0.5: it must be a whole number"),
    ],
)
def test_values_that_cannot_be_are_refused_before_anything_runs(
    knob: str, value: float, named: str
) -> None:
    good = {"catalog_draw": 1.0, "slots": 20.0}.get(knob, 1.0)
    executor = InTurn()
    with pytest.raises(InputError) as caught:
        run_study(one_axis(knob, good, value), executor=executor)
    assert str(caught.value).startswith(named)
    assert executor.tasks == []


@pytest.mark.parametrize("replications", [0, -3, 1_000_000])
def test_impossible_numbers_of_replications_are_refused(replications: int) -> None:
    with pytest.raises(InputError, match=rf"replications must be .*, not {replications}$"):
        ONE.with_replications(replications)


def test_sweeps_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="unknown knob 'colour'; there are rate, "):
        run_study(one_axis("colour", 1.0))
    with pytest.raises(InputError, match="mine: a sweep needs at least one value"):
        run_study(one_axis("storage_gb"))
    with pytest.raises(InputError, match="none: a sweep needs at least one value"):
        run_study(sweep_over("none", "no axes", (), BASE))
    with pytest.raises(InputError, match="mdp cannot be computed"):
        large = replace(BASE, catalog=drawn_catalog(1, models=17), policies=("mdp", "lru"))
        run_study(one_axis("storage_gb", 120.0, base=large))


def test_a_scenario_with_a_trace_is_refused() -> None:
    traced = Workload(slots=None, trace=TraceReference("log.csv", "0" * 64, 9))
    with pytest.raises(InputError, match="this scenario replays a trace"):
        run_study(one_axis("storage_gb", 120.0, base=replace(BASE, workload=traced)))


# ---------------------------------------------------------------------------- knobs and figures


@pytest.mark.parametrize("knob", KNOBS)
def test_a_knob_reads_what_it_turned_and_turns_nothing_else(knob: str) -> None:
    value = 0.25 if knob.endswith(("_probability", "_ratio", "static_power_kw")) else 7.0
    value = 1.0 if KNOBS[knob].texts else value
    turned = KNOBS[knob].turn(BASE, value)
    read = KNOBS[knob].read(turned)
    assert read is None if knob == "catalog_draw" else read == pytest.approx(value)
    assert turned != BASE
    assert (turned.seed, turned.policies, turned.replications) == (
        BASE.seed, BASE.policies, BASE.replications,
    )  # fmt: skip
    assert KNOBS[knob].turn(turned, value) == turned


def test_the_common_rate_is_every_model_s() -> None:
    rates = build(KNOBS["common_rate"].turn(BASE, 0.2)).rates
    assert rates == pytest.approx(np.full(len(rates), 0.2))


@pytest.mark.parametrize("name", PRESETS)
def test_the_paper_s_figures_can_be_run_on_every_preset(name: str) -> None:
    sweeps = figure_sweeps(PRESETS[name])
    assert list(sweeps) == ["fig3a", "fig3b", "fig4a", "fig4b"]
    for sweep in sweeps.values():
        assert len(StudyTable.empty(sweep).done) in (5, 7)


# -------------------------------------------------------------------------------- catalog draws


@pytest.mark.parametrize("models", [1, 10, 100])
def test_drawn_catalogs_lie_within_the_ranges(models: int) -> None:
    for seed in range(20):
        rows = drawn_catalog(seed, models)
        assert len(rows) == models
        assert len({row.name for row in rows}) == models
        for column, (low, high) in RANGES.items():
            values = [getattr(row, column) for row in rows]
            assert low <= min(values) <= max(values) <= high


def test_the_ranges_are_those_of_the_paper() -> None:
    assert RANGES == {
        "storage_gb": (2.0, 50.0),
        "gpu_memory_gb": (1.0, 6.0),
        "power_kw": (0.0025, 0.5),
        "io_delay_s": (0.3, 60.0),
        "inference_delay_s": (0.05, 30.0),
    }


def test_drawn_catalogs_fill_the_ranges_evenly_on_a_logarithmic_axis() -> None:
    rows = drawn_catalog(3, 1000)
    for column, (low, high) in RANGES.items():
        places = np.log([getattr(row, column) / low for row in rows]) / np.log(high / low)
        counts, _ = np.histogram(places, 4, (0, 1))
        assert counts.min() > 190, column


def test_a_seed_is_a_catalog() -> None:
    assert drawn_catalog(5) == drawn_catalog(5)
    assert len({drawn_catalog(seed) for seed in range(50)}) == 50
