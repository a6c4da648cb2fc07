"""What the engine's tests share: random small problems, and engine <-> reference conversions.

A :class:`Case` is a scenario together with the requests of one replication, written out slot by
slot. The engine replays it through :func:`genedge.runs.simulate.replay_policy`; the plain reference
takes it as a :class:`reference.Setting`; :func:`ledgers` turns the engine's run into the
reference's own record, so that the two are compared field by field.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from reference import Choose, Decision, Result, Setting, mask_of

from genedge import (
    CostWeights,
    EdgeServer,
    GeneticParameters,
    Model,
    RequestTrace,
    Run,
    Scenario,
    TraceReference,
    Workload,
    read_trace,
)
from genedge.engine import cost
from genedge.engine.arrays import GPU_MEMORY as GPU
from genedge.engine.arrays import HIT, MISS, POWER, STORAGE, Genetics, Words, unpack
from genedge.runs.simulate import Record, replay_policy
from genedge.scenario.problem import Problem, build

BASELINES = ("random", "fifo", "lru", "lfu", "lru-cap")
ONLINE = ("ga", "exact", *BASELINES, "mdp", "mdp-realised")
EVERY = (*ONLINE, "offline", "offline-realised")
SLOT_SIZES = (5, 8, 3, 12, 1, 0)


def examples(number: int) -> settings:
    """The profile of conftest.py with another number of examples."""
    return settings(max_examples=number)


# ------------------------------------------------------------------------ engine and reference


def setting_of(problem: Problem, slots: list[list[int]]) -> Setting:
    """The reference's view of a problem, read off what the person chose, not off engine arrays."""
    scenario = problem.scenario
    server, weights = scenario.server, scenario.weights
    models = list(scenario.model_catalog)
    return Setting(
        storage=[model.storage_gb for model in models],
        gpu=[model.gpu_memory_gb for model in models],
        power=[model.power_kw for model in models],
        io_delay=[model.io_delay_s for model in models],
        inference_delay=[model.inference_delay_s for model in models],
        S=server.storage_gb,
        G=server.gpu_memory_gb,
        E=server.power_kw,
        E0=server.static_power_kw,
        B=server.bandwidth_gbps,
        w_delay=weights.delay,
        w_resource=weights.resource,
        beta=weights.gpu_memory,
        resource_unit=weights.resource_unit,
        active_cycle=scenario.active_cycle,
        decision_horizon=scenario.decision_horizon,
        switching_charged=scenario.switching_charged,
        lfu_window=scenario.lfu_window,
        slots=slots,
        rates=None if problem.trace is not None else problem.rates.tolist(),
    )


def sized(name: str, *cells: float) -> Model:
    """A model from its storage, GPU memory, power, I/O and inference delay."""
    storage, gpu, power, io, inference = map(float, cells)
    return Model(name, "", storage, gpu, power, io, inference)


def as_slots(requests: RequestTrace) -> list[list[int]]:
    """Requests as lists of catalog rows, one per slot."""
    model, start = requests.model.tolist(), requests.slot_start.tolist()
    return [model[low:high] for low, high in pairwise(start)]


def masks(sets: Words) -> list[int]:
    """Bit sets ``[K, W]`` as whole numbers, row j of the catalog being bit j."""
    return [sum(word << 64 * w for w, word in enumerate(row)) for row in sets.tolist()]


def ledgers(run: Run) -> Result:
    """An engine run (recorded with its decisions) as the reference would have written it down."""
    slots, weights, models = run.slots, run.problem.weights, run.problem.models
    after = masks(run.decisions.deployment)
    requested = run.requests.model[run.decisions.request].tolist()
    waits = np.where(
        run.outcome == HIT,
        models.inference_delay_s[run.requests.model],
        models.reload_delay_s[run.requests.model],
    )
    return Result(
        slot_deployed=masks(slots.deployment),
        slot_hits=slots.hits.tolist(),
        slot_misses=slots.misses.tolist(),
        slot_rejected=slots.rejected.tolist(),
        slot_evictions=slots.evictions.tolist(),
        slot_switching_cost=slots.switching_cost.tolist(),
        slot_storage_cost=slots.storage_cost.tolist(),
        slot_gpu_cost=slots.gpu_memory_cost.tolist(),
        slot_resource_cost=[
            cost.resource_cost(s, g, weights.gpu_memory, weights.storage_scale, weights.gpu_scale)
            for s, g in zip(slots.storage_cost, slots.gpu_memory_cost, strict=True)
        ],
        slot_miss_delay_s=slots.miss_delay_s.tolist(),
        slot_downloaded_gb=slots.downloaded_gb.tolist(),
        decisions=[
            Decision(*row)
            for row in zip(
                run.decisions.request.tolist(),
                requested,
                [0, *after[:-1]],
                after,
                run.decisions.switching_cost.tolist(),
                strict=False,
            )
        ],
        service_delays_s=waits[run.outcome <= MISS].tolist(),
        average_cost=run.summary["average_cost"],
        switching_cost=run.summary["switching_cost"],
        resource_cost=run.summary["resource_cost"],
        realised_cost=run.summary["realised_cost"],
        hit_ratio=run.summary["hit_ratio"],
        mean_service_delay_s=run.summary["mean_service_delay_s"],
        p95_service_delay_s=run.summary["p95_service_delay_s"],
        downloaded_gb=run.summary["downloaded_gb"],
        mean_deployed=run.summary["mean_deployed"],
    )


def assert_same(engine: Result, reference: Result) -> None:
    """Every column, every decision and every total agree to 1e-9."""
    for column in fields(Result):
        got, expected = getattr(engine, column.name), getattr(reference, column.name)
        if column.name == "decisions":
            assert [(d.request_index, d.model, d.before, d.after) for d in got] == [
                (d.request_index, d.model, d.before, d.after) for d in expected
            ]
            got = [d.switching_cost for d in got]
            expected = [d.switching_cost for d in expected]
        assert got == pytest.approx(expected, rel=1e-12, abs=1e-9), column.name


def played_back(run: Run) -> Choose:
    """The decisions that a run took, as the reference asks for them."""
    after = dict(zip(run.decisions.request.tolist(), masks(run.decisions.deployment), strict=True))
    return lambda _mask, _m, request_index: after[request_index]


# --------------------------------------------------------------------------- random problems


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario and the requests of one replication.

    Attributes
    ----------
    traced: the requests are a trace's, so that rates are counted instead of known.
    """

    scenario: Scenario
    slots: list[list[int]]
    traced: bool

    @cached_property
    def problem(self) -> Problem:
        """The arrays; of a traced case by way of a request log with these very requests."""
        if not self.traced:
            return build(self.scenario)
        names = self.scenario.model_catalog.names
        log = ["timestamp_s,model,count", f"0,{names[0]},0"]
        log += [f"{t},{names[m]}," for t, slot in enumerate(self.slots) for m in slot]
        log += [f"{len(self.slots) - 1},{names[0]},0"]
        trace = read_trace("\n".join(log).encode(), "case.csv")
        reference = TraceReference(trace.name, trace.sha256, trace.rows)
        load = Workload(slots=None, trace=reference, slot_seconds=1.0, count_order="file")
        problem = build(replace(self.scenario, workload=load), trace)
        assert as_slots(problem.requests()) == self.slots
        return problem

    @cached_property
    def requests(self) -> RequestTrace:
        """The requests as the engine takes them."""
        return RequestTrace.of_slots(self.slots)

    @cached_property
    def setting(self) -> Setting:
        """The same as the reference takes it."""
        return setting_of(self.problem, self.slots)

    def run(self, policy: str, record: Record = "decisions", replication: int = 0) -> Run:
        """Replay the requests with the engine."""
        return replay_policy(
            self.problem, policy, self.requests, record=record, replication=replication
        )

    def __repr__(self) -> str:
        return f"Case({self.scenario!r}, slots={self.slots!r}, traced={self.traced})"


def _several(draw: st.DrawFn, values: st.SearchStrategy[float], number: int) -> list[float]:
    """Exactly ``number`` values: lists of open length come out too short to be of use."""
    return draw(st.lists(values, min_size=number, max_size=number))


@st.composite
def _capacity(draw: st.DrawFn, sizes: list[float]) -> float:
    """Room for some models; now and then for nothing, for no large one, exactly, or for all."""
    kind = draw(st.integers(0, 11))
    total, largest = sum(sizes), max(sizes)
    if kind == 11:
        return draw(st.sampled_from([0.0, min(sizes), largest / 2, 0.3 * total]))
    if kind >= 9:  # some models meet the capacity exactly
        return sum(draw(st.permutations(sizes))[: draw(st.integers(1, len(sizes)))])
    if kind >= 6:
        return 3.0 * total + 1.0
    return max(largest, draw(st.sampled_from([0.5, 0.3, 0.6, 0.75])) * total)


@st.composite
def catalogs(draw: st.DrawFn, least: int = 2, most: int = 6) -> tuple[Model, ...]:
    """Catalogs on a coarse grid, so that sizes tie, capacities are met exactly, values repeat."""
    number = draw(st.sampled_from(range(most, least - 1, -1)))
    columns = (
        st.sampled_from([1.0, 2.0, 2.5, 3.0, 5.0, 8.0, 12.0, 0.0]),
        st.sampled_from([0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 0.0]),
        st.integers(0, 6).map(lambda n: n / 10),
        st.sampled_from([0.0, 0.3, 1.0, 2.5, 7.0, 60.0]),
        st.sampled_from([0.0, 0.05, 0.5, 1.0, 4.0]),
    )
    rows = zip(*(_several(draw, column, number) for column in columns), strict=True)
    return tuple(Model(f"m{j}", "", *values) for j, values in enumerate(rows))


@st.composite
def scenarios(draw: st.DrawFn, least: int = 2, most: int = 6) -> Scenario:
    """Scenarios of all kinds: tiny to ample servers, weights that may be 0, every choice."""
    catalog = draw(catalogs(least, most))
    unit: Literal["gb", "share"] = draw(st.sampled_from(["gb", "share"]))
    storage = draw(_capacity([model.storage_gb for model in catalog]))
    gpu = draw(_capacity([model.gpu_memory_gb for model in catalog]))
    power = draw(_capacity([model.power_kw for model in catalog]))
    if unit == "share":  # a share of nothing is not defined; there is a test of its own
        storage, gpu = storage or 1.0, gpu or 1.0
    static = draw(st.sampled_from([0.0, 0.3]))
    bandwidth = draw(st.sampled_from([10.0, 8.0, 4.0, 0.5]))
    rates = _several(draw, st.sampled_from([1.0, 0.5, 0.25, 0.1, 3.0, 0.0]), len(catalog))
    rates[0] = rates[0] or 2.0
    return Scenario(
        catalog=catalog,
        server=EdgeServer(storage, gpu, power + static, static, bandwidth),
        workload=Workload(popularity_order="custom", arrival_rates=tuple(rates)),
        weights=CostWeights(
            draw(st.sampled_from([1.0, 1.0, 3.0, 0.5, 0.0])),
            draw(st.sampled_from([0.02, 0.1, 0.5, 0.002, 0.0])),
            draw(st.sampled_from([1.0, 10.0, 0.0])),
            unit,
        ),
        active_cycle=draw(st.sampled_from(["known", "history", "next-use"])),
        decision_horizon=draw(st.sampled_from(["slot", "next-request"])),
        max_models=draw(st.integers(1, 3)),
        seed=draw(st.integers(0, 2**63 - 1)),
        genetic=GeneticParameters(population=12, generations=15),
    )


@st.composite
def cases(draw: st.DrawFn, least: int = 2, most: int = 6) -> Case:
    """Scenarios with the requests of up to six slots, empty ones among them."""
    scenario = draw(scenarios(least, most))
    traced = draw(st.booleans())
    rates = scenario.workload.arrival_rates or ()
    rows = st.sampled_from([row for row, rate in enumerate(rates) if traced or rate > 0])
    number = draw(st.sampled_from([4, 6, 3, 2, 1]))
    sizes = draw(st.lists(st.sampled_from(SLOT_SIZES), min_size=number, max_size=number))
    slots = [draw(st.lists(rows, min_size=size, max_size=size)) for size in sizes]
    if traced and not any(slots):
        slots[0].append(0)
    return Case(scenario, slots, traced)


# ----------------------------------------------------------------------- single decisions


@dataclass
class Choice:
    """One decision as :func:`choose_exact` and :func:`choose_genetic` take it.

    Attributes
    ----------
    deployed: ``[M]`` 0 or 1; requested: a row that is not deployed.
    value: ``[M]`` keep values; size ``[M, 3]``, capacity ``[3]``.
    """

    deployed: list[int]
    requested: int
    value: list[float]
    size: list[list[float]]
    capacity: list[float]

    @property
    def models(self) -> int:
        """M."""
        return len(self.deployed)

    def arrays(self) -> tuple[Any, ...]:
        """``deployed, requested, value, size, capacity`` with the engine's dtypes."""
        return (
            np.array(self.deployed, np.uint8),
            np.int64(self.requested),
            np.array(self.value, np.float64),
            np.array(self.size, np.float64).reshape(-1, 3),
            np.array(self.capacity, np.float64),
        )

    def fits(self, rows: set[int]) -> bool:
        """Whether these rows satisfy constraints 1-3."""
        return all(
            sum(self.size[j][k] for j in sorted(rows)) <= self.capacity[k] * (1 + 1e-9)
            for k in range(3)
        )


def genetics(**changes: Any) -> Genetics:
    """Parameters of Algorithm 1 as the engine takes them."""
    return GeneticParameters(**changes).arrays()


def held(keep: Any) -> set[int]:
    """Rows of a 0/1 vector."""
    return {int(row) for row in np.flatnonzero(keep)}


def overflow(setting: Setting, rows: set[int]) -> int:
    """Which of constraints 1-3 a deployment breaks, as the engine's bits."""
    broken = 0
    for bit, sizes, capacity in (
        (1 << STORAGE, setting.storage, setting.S),
        (1 << GPU, setting.gpu, setting.G),
        (1 << POWER, setting.power, setting.E - setting.E0),
    ):
        if sum(sizes[m] for m in rows) > capacity * (1 + 1e-9):
            broken |= bit
    return broken


__all__ = [
    "BASELINES", "EVERY", "ONLINE", "Case", "Choice", "as_slots", "assert_same", "cases",
    "catalogs", "examples", "genetics", "held", "ledgers", "mask_of", "masks", "overflow",
    "played_back", "scenarios", "setting_of", "unpack",
]  # fmt: skip
