"""How a study is run: tasks of a few replications of one arm, wherever there are hands.

On this machine's threads every arm is made ready once (the compiled loops release the interpreter).
Any other executor of the standard interface, such as the processes of a Dask cluster
(:mod:`genedge.studies.cluster`), gets a scenario's text and a few numbers for each task, and gives
arrays back. What a task computes depends on nothing else: results are the same to the bit.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from threading import Event, Lock
from typing import Final, NamedTuple

import numpy as np

from genedge.errors import InputError
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import RequestTrace
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import FIGURES
from genedge.registry.policies import POLICIES
from genedge.runs.blocks import block_edges, block_figures
from genedge.runs.run import Run, figures_of
from genedge.runs.simulate import (
    Plan,
    Plans,
    Record,
    replay_policy,
    why_no_bounds,
    workers,
)
from genedge.scenario.codec import from_json, to_json
from genedge.scenario.problem import Problem
from genedge.studies.knobs import KNOBS
from genedge.studies.partition import partition, replay_partition
from genedge.studies.statistics import Values
from genedge.studies.study import Arm, Study, Variation
from genedge.studies.table import StudyTable

CHUNK: Final = 10
"""Replications of one task that goes elsewhere; here every replication is a task."""

Progress = Callable[[StudyTable, int, int], None]
"""Called with the table so far, tasks done and tasks in all."""


class Wanted(NamedTuple):
    """What is measured in every replication: see :class:`Study`."""

    policies: tuple[str, ...]
    bounded: bool


class Measured(NamedTuple):
    """One replication: figures ``[P, K]``, optimum ``[2]``, blocks ``[P, B, K]``."""

    values: Values
    optimum: Values
    blocks: Values


class Ready:
    """An arm made ready to be replayed: its problem, plans and slices.

    With ``record``, what the runs of a replication record, it keeps them: ``runs`` by replication,
    policy by policy.
    """

    def __init__(
        self,
        problem: Problem,
        partitioned: bool = False,
        record: Callable[[int], Record] | None = None,
    ) -> None:
        self.problem = problem
        self.runs: dict[int, list[Run]] = {}
        self._record = record
        self.plans = Plans(problem)
        self.cut = partition(problem) if partitioned else None
        self._edges = block_edges(problem)
        self._first: Measured | None = None
        self._lock = Lock()

    def prepare(self, wanted: Wanted, pool: Executor) -> None:
        """Make the plans, so that threads only read them."""
        planned = [POLICIES[name] for name in wanted.policies if POLICIES[name].planned]
        bounded = wanted.bounded and why_no_bounds(self.problem) is None
        for realised in {True, False} if bounded else {one.realised for one in planned}:
            self.plans.deployments(realised)
        list(pool.map(self.plans.online, {one.realised for one in planned if one.online}))

    def measure(self, wanted: Wanted, replication: int) -> Measured:
        """Replay every policy on one replication's requests.

        A log that is the same every time is replayed again only for those who take chances.
        """
        if self.problem.reshuffled:
            return self._replayed(wanted, replication)
        with self._lock:
            first = self._first = self._first or self._replayed(wanted, 0)
        if replication == 0:
            return first
        again = tuple(name for name in wanted.policies if POLICIES[name].takes_chances)
        made = self._replayed(wanted._replace(policies=again, bounded=False), replication)
        values = first.values.copy()
        values[[wanted.policies.index(name) for name in again]] = made.values
        if self._record is not None:
            others = {run.policy: run for run in self.runs[replication]}
            self.runs[replication] = [others.get(run.policy, run) for run in self.runs[0]]
        return first._replace(values=values)

    def _replayed(self, wanted: Wanted, replication: int) -> Measured:
        requests = self.problem.requests(replication)
        optimum, plans = self._optimum(wanted, requests)
        edges = self._edges if replication == 0 else None
        blocks = 0 if edges is None else edges.size - 1
        found = np.empty((len(wanted.policies), blocks, len(FIGURES)))
        kept: Record = "summary" if self._record is None else self._record(replication)
        runs = []
        for place, name in enumerate(wanted.policies):
            record: Record = "slots" if edges is not None and kept == "summary" else kept
            run = self._run(name, requests, replication, record, plans.get(name, None))
            if edges is not None:
                found[place] = block_figures(run, edges)
            runs.append(run if kept == record else run.summed_up())
        if self._record is not None:
            self.runs[replication] = runs
        values = figures_of(runs) if runs else np.empty((0, len(FIGURES)))
        return Measured(values, optimum, found)

    def _run(
        self, name: str, requests: RequestTrace, replication: int, record: Record, plan: Plan | None
    ) -> Run:
        if self.cut is not None:
            return replay_partition(self.cut, name, requests, replication, record)
        return replay_policy(
            self.problem, name, requests, replication=replication, record=record, plan=plan,
            plans=self.plans,
        )  # fmt: skip

    def _optimum(self, wanted: Wanted, requests: RequestTrace) -> tuple[Values, dict[str, Plan]]:
        """Least cost per slot by ledger, and the plans of the clairvoyant policies."""
        least, plans = np.full(len(LEDGERS), np.nan), {}
        if wanted.bounded and why_no_bounds(self.problem) is None:
            for place, ledger in enumerate(LEDGERS.values()):
                plan, total = self.plans.clairvoyant(ledger.realised, requests)
                least[place] = total / self.problem.slots
                plans[ledger.clairvoyant] = plan
        return least, plans


@dataclass(frozen=True)
class Task:
    """Some replications of one arm, as text and numbers."""

    scenario_json: str
    variation: Variation
    policies: tuple[str, ...]
    bounded: bool
    first: int
    count: int


def measure(task: Task) -> list[Measured]:
    """Replay one task, wherever it is."""
    scenario = from_json(task.scenario_json)
    arm = Arm("", "", "", scenario, task.variation)
    ready = Ready(arm.problem(), task.variation.partitioned)
    wanted = Wanted(task.policies, task.bounded)
    return [ready.measure(wanted, task.first + row) for row in range(task.count)]


def tasks_of(table: StudyTable) -> Iterator[tuple[int, Task]]:
    """Place of the arm and the task, first replications of every arm first."""
    study, replications = table.study, table.replications
    texts = [to_json(arm.scenario) for arm in study.arms]
    for first in range(0, replications, CHUNK):
        for place, text in enumerate(texts):
            yield place, Task(
                text, study.arms[place].variation, table.policies, study.bounded,
                first, min(CHUNK, replications - first),
            )  # fmt: skip


class Piece(NamedTuple):
    """Some replications of one arm, and the call that measures them."""

    place: int
    first: int
    call: Callable[..., list[Measured]]
    arguments: tuple[object, ...]


def _here(
    table: StudyTable,
    pool: Executor,
    trace: TraceFile | None,
    ready: Sequence[Ready] | None,
) -> list[Piece]:
    """Every replication as a piece for this machine's threads, which share what is made ready."""
    study = table.study
    wanted = Wanted(table.policies, study.bounded)
    every = ready or list(
        pool.map(lambda arm: Ready(arm.problem(trace), arm.variation.partitioned), study.arms)
    )
    for made in every:
        made.prepare(wanted, pool)

    def one(place: int, replication: int) -> list[Measured]:
        return [every[place].measure(wanted, replication)]

    return [
        Piece(place, replication, one, (place, replication))
        for replication in range(table.replications)
        for place in range(len(every))
    ]


def run_study(
    study: Study,
    *,
    trace: TraceFile | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    cancelled: Event | None = None,
    table: StudyTable | None = None,
    ready: Sequence[Ready] | None = None,
) -> StudyTable:
    """Measure a study; results are filled in as they arrive.

    Parameters
    ----------
    trace: the request log, if the arms replay one: on this machine alone.
    executor: where tasks run; this machine's threads unless given.
    cancelled: set it to stop; what is measured by then is kept.
    table: an empty table to fill, for those who watch it.
    ready: the arms, where they are made ready already, to keep their runs: on threads alone.

    Raises
    ------
    InputError: the study cannot be run.
    """
    table = StudyTable.empty(study, trace) if table is None else table
    pool = workers() if executor is None else executor
    here = isinstance(pool, ThreadPoolExecutor)
    pieces = (
        _here(table, pool, trace, ready)
        if here
        else [Piece(place, task.first, measure, (task,)) for place, task in tasks_of(table)]
    )
    futures: dict[Future[list[Measured]], Piece] = {}
    lost: dict[int, str] = {}
    try:
        for piece in pieces:
            try:
                futures[pool.submit(piece.call, *piece.arguments)] = piece
            except Exception as error:  # the pool broke under the tasks before
                lost[piece.place] = _why(error)
        for number, future in enumerate(as_completed(futures), start=1):
            piece = futures.pop(future)  # and with it what it holds
            try:
                done = future.result()
            except Exception as error:  # a worker died or its code failed: others still count
                if here:
                    raise
                lost[piece.place] = _why(error)
            else:
                _fill(table, piece, done)
                if progress is not None:
                    progress(table, number, len(pieces))
            if cancelled is not None and cancelled.is_set():
                table.missing.append("Cancelled: what was measured by then is kept.")
                break
    finally:  # also when those who watch have enough
        for waiting in futures:
            waiting.cancel()
    table.missing += _lost(study, lost)
    return table


def _fill(table: StudyTable, piece: Piece, done: list[Measured]) -> None:
    for row, made in enumerate(done, start=piece.first):
        table.optimum[piece.place, row] = made.optimum
        if row == 0 and table.blocks.size:
            table.blocks[piece.place] = made.blocks
        table.values[piece.place, row] = made.values


def _lost(study: Study, lost: dict[int, str]) -> Iterator[str]:
    """What is missing and why, a sentence for every reason."""
    labels = " × ".join(KNOBS[axis.knob].label for axis in study.axes)
    for why in dict.fromkeys(lost[place] for place in sorted(lost)):
        arms = ", ".join(study.arms[place].label for place in sorted(lost) if lost[place] == why)
        yield f"Missing at {labels} {arms}: {why}.".replace("  ", " ")


def _why(error: Exception) -> str:
    """What became of a task, for a person."""
    if isinstance(error, InputError):
        return str(error)
    return f"a worker was lost or failed ({type(error).__name__})"
