"""A sweep: one knob or two, several values, all policies on the same requests, and how it is run.

The work is cut into tasks of a few replications at one point. A task is a scenario's text and two
numbers, its result an array, so that any executor of the standard interface can do it: threads
here (the compiled loops release the interpreter), or the processes of a Dask cluster elsewhere.
What a task computes depends on nothing else, so results are the same to the bit everywhere.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass, field, replace
from itertools import product
from math import isfinite
from threading import Event
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genedge.errors import InputError
from genedge.registry.metrics import METRICS
from genedge.runs.simulate import Plans, chosen_policies, replicate, workers
from genedge.scenario.codec import from_json, to_json
from genedge.scenario.problem import build
from genedge.scenario.scenario import Scenario
from genedge.studies.knobs import KNOBS

if TYPE_CHECKING:
    import pandas as pd

Values = NDArray[np.float64]
CHUNK: Final = 10
"""Replications of one task."""


class Axis(NamedTuple):
    """A knob and the values that it takes."""

    knob: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Sweep:
    """What to vary.

    Attributes
    ----------
    name: a short name, such as ``fig3a``.
    title: what a chart says.
    axes: one knob, or two for a map; the points are all combinations, the last axis fastest.
    base: the scenario that everything else is taken from, policies and replications too.
    """

    name: str
    title: str
    axes: tuple[Axis, ...]
    base: Scenario

    @property
    def points(self) -> list[tuple[float, ...]]:
        """One value an axis, V points in all."""
        return list(product(*(axis.values for axis in self.axes)))

    def scenario(self, point: tuple[float, ...]) -> Scenario:
        """The scenario at one point.

        Raises
        ------
        InputError: naming the value that cannot be.
        """
        scenario = self.base
        for axis, value in zip(self.axes, point, strict=True):
            if not isfinite(value):
                raise InputError(f"{self.name}: {axis.knob} cannot be {value:g}: it must be finite")
            try:
                scenario = KNOBS[axis.knob].turn(scenario, value)
            except InputError as error:
                raise InputError(f"{self.name}: {axis.knob} cannot be {value:g}: {error}") from None
        return scenario

    def point_of(self, scenario: Scenario) -> tuple[float, ...] | None:
        """The point at which the sweep is the given scenario, whatever policies and replications;
        None where it is a sweep of another one."""
        values = tuple(KNOBS[axis.knob].read(scenario) for axis in self.axes)
        point = tuple(value for value in values if value is not None)
        if len(point) < len(values):
            return None
        same = replace(
            self.scenario(point), policies=scenario.policies, replications=scenario.replications
        )
        return point if same == scenario else None

    def check(self) -> None:
        """Refuse what cannot be run, before anything is.

        Raises
        ------
        InputError: an unknown knob, no values, or a value that cannot be.
        """
        for axis in self.axes:
            if axis.knob not in KNOBS:
                raise InputError(f"unknown knob {axis.knob!r}; there are {', '.join(KNOBS)}")
        if not self.axes or not all(axis.values for axis in self.axes):
            raise InputError(f"{self.name}: a sweep needs at least one value")
        if self.base.workload.trace is not None:
            raise InputError("a sweep needs generated requests, this scenario replays a trace")

    def with_replications(self, replications: int) -> "Sweep":
        """The same sweep with another number of replications.

        Raises
        ------
        InputError: fewer than 1 or more than the limit.
        """
        return replace(self, base=replace(self.base, replications=replications))


@dataclass(frozen=True)
class Task:
    """Some replications of one scenario."""

    scenario_json: str
    policies: tuple[str, ...]
    first: int
    count: int


def measure(task: Task) -> tuple[Values, Values]:
    """Replay one task: metrics ``[r, P, K]`` and the optimum of both ledgers ``[r, 2]``."""
    problem = build(from_json(task.scenario_json))
    plans = Plans(problem)
    metrics = np.empty((task.count, len(task.policies), len(METRICS)))
    optimum = np.full((task.count, 2), np.nan)
    for row in range(task.count):
        done = replicate(plans, task.policies, task.first + row)
        for place, run in enumerate(done.runs):
            metrics[row, place] = [run.summary[metric] for metric in METRICS]
        if done.optimum:
            optimum[row] = [done.optimum["average_cost"], done.optimum["realised_cost"]]
    return metrics, optimum


@dataclass
class SweepTable:
    """What a sweep has measured so far.

    Attributes
    ----------
    policies: P names.
    metrics: ``[V, R, P, K]`` by point, replication, policy and :data:`METRICS`; NaN where
        nothing is measured yet.
    optimum: ``[V, R, 2]`` least cost on these requests, Eq. 11 and realised.
    missing: why points are missing, a sentence each.
    """

    sweep: Sweep
    policies: tuple[str, ...]
    metrics: Values
    optimum: Values
    missing: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls, sweep: Sweep) -> "SweepTable":
        """A table to be filled in, for the policies that every value allows.

        Raises
        ------
        InputError: the sweep cannot be run.
        """
        sweep.check()
        allowed = [chosen_policies(build(sweep.scenario(point))) for point in sweep.points]
        policies = tuple(name for name in allowed[0] if all(name in row for row in allowed))
        shape = (len(sweep.points), sweep.base.replications)
        return cls(
            sweep,
            policies,
            np.full((*shape, len(policies), len(METRICS)), np.nan),
            np.full((*shape, 2), np.nan),
        )

    @property
    def done(self) -> NDArray[np.bool_]:
        """Which replications of which point are measured, ``[V, R]``."""
        measured: NDArray[np.bool_] = ~np.isnan(self.metrics[:, :, 0, 0])
        return measured

    def of(self, policy: str, metric: str) -> Values:
        """One metric of one policy, ``[V, R]``."""
        values: Values = self.metrics[
            :, :, self.policies.index(policy), list(METRICS).index(metric)
        ]
        return values

    def means(self, policy: str, metric: str) -> Values:
        """Mean over the replications measured so far, ``[V]``; NaN where there are none."""
        values = self.of(policy, metric)
        seen = ~np.isnan(values)
        count = seen.sum(axis=1)
        found: Values = np.divide(
            np.where(seen, values, 0.0).sum(axis=1),
            count,
            out=np.full(len(values), np.nan),
            where=count > 0,
        )
        return found

    def frame(self) -> "pd.DataFrame":
        """The tidy table: each knob, replication, policy, metric, value."""
        import pandas as pd

        knobs = [axis.knob for axis in self.sweep.axes]
        index = pd.MultiIndex.from_product(
            [
                *(axis.values for axis in self.sweep.axes),
                range(self.sweep.base.replications),
                self.policies,
                METRICS,
            ],
            names=[*knobs, "replication", "policy", "metric"],
        )
        frame = pd.DataFrame({"value": self.metrics.ravel()}, index=index).reset_index()
        return frame.dropna(subset="value").reset_index(drop=True)


def tasks_of(table: SweepTable) -> Iterator[tuple[int, Task]]:
    """Index of the point and the task, first replications of every point first."""
    sweep = table.sweep
    texts = [to_json(sweep.scenario(point)) for point in sweep.points]
    replications = sweep.base.replications
    for first in range(0, replications, CHUNK):
        for place, text in enumerate(texts):
            yield place, Task(text, table.policies, first, min(CHUNK, replications - first))


Progress = Callable[[SweepTable, int, int], None]
"""Called with the table so far, tasks done and tasks in all."""


def run_sweep(
    sweep: Sweep,
    *,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Event | None = None,
    table: SweepTable | None = None,
) -> SweepTable:
    """Measure a sweep; results are filled in as they arrive.

    Parameters
    ----------
    executor: where tasks run; this machine's threads unless given.
    cancelled: set it to stop; what is measured by then is kept.
    table: an empty table to fill, for those who watch it.

    Raises
    ------
    InputError: the sweep cannot be run.
    """
    table = SweepTable.empty(sweep) if table is None else table
    pool = workers() if executor is None else executor
    futures: dict[Future[tuple[Values, Values]], tuple[int, Task]] = {}
    lost: dict[int, str] = {}
    try:
        for place, task in tasks_of(table):
            try:
                futures[pool.submit(measure, task)] = place, task
            except Exception as error:  # the pool broke under the tasks before
                lost[place] = _why(error)
        for number, future in enumerate(as_completed(futures), start=1):
            place, task = futures[future]
            rows = slice(task.first, task.first + task.count)
            try:
                table.metrics[place, rows], table.optimum[place, rows] = future.result()
            except Exception as error:  # a worker died or its code failed: others still count
                lost[place] = _why(error)
            else:
                if progress is not None:
                    progress(table, number, len(futures))
            if cancelled is not None and cancelled.is_set():
                table.missing.append("Cancelled: what was measured by then is kept.")
                break
    finally:  # also when those who watch have enough
        for waiting in futures:
            waiting.cancel()
    labels = " × ".join(KNOBS[axis.knob].label for axis in sweep.axes)
    for why in dict.fromkeys(lost[place] for place in sorted(lost)):
        points = ", ".join(
            " × ".join(f"{value:g}" for value in sweep.points[place])
            for place in sorted(lost)
            if lost[place] == why
        )
        table.missing.append(f"Missing at {labels} {points}: {why}.")
    return table


def _why(error: Exception) -> str:
    """What became of a task, for a person."""
    if isinstance(error, InputError):
        return str(error)
    return f"a worker was lost or failed ({type(error).__name__})"
