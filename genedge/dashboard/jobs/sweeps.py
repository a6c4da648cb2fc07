"""Sweeps measured in the background: one job per sweep, shared by all visitors.

A job's thread fills a table that pages look at while it grows; it never touches a page. The work
of all jobs goes through a few hands, small jobs first, so that a first look at a figure does not
wait behind somebody's hundred replications. What nobody looks at any more is given up.
"""

import itertools
import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from queue import PriorityQueue
from typing import Any, Final

import numpy as np
import streamlit as st

from genedge.errors import InputError
from genedge.scenario.codec import to_json
from genedge.studies.sweeps import Sweep, SweepTable, run_sweep

MOST_JOBS: Final = 60
GIVEN_UP_SECONDS: Final = 45.0
"""A running job at which nobody has looked for so long is given up."""
ERROR_SECONDS: Final = 10.0
"""After so long what could not be run is tried again for whoever asks."""
ADDRESS: Final = "GENEDGE_DASK"
"""The environment variable with a cluster's address."""

_Piece = tuple[int, int, Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class Hands:
    """Threads that do the pieces of all jobs, those of small jobs first.

    They end with the server: unlike those of a standard pool they are not waited for.
    """

    def __init__(self, number: int) -> None:
        self._pieces: PriorityQueue[_Piece] = PriorityQueue()
        self._numbers = itertools.count()
        for index in range(number):
            threading.Thread(target=self._work, name=f"sweep-{index}", daemon=True).start()

    def _work(self) -> None:
        while True:
            _, _, future, function, args, kwargs = self._pieces.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(function(*args, **kwargs))
            except BaseException as error:  # handed on to whoever asks for the result
                future.set_exception(error)

    def put(
        self, size: int, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Future[Any]:
        """Take a piece of a job of so many replays."""
        future: Future[Any] = Future()
        self._pieces.put((size, next(self._numbers), future, function, args, kwargs))
        return future


class Lane(Executor):
    """The hands as one job sees them."""

    def __init__(self, hands: Hands, size: int) -> None:
        self._hands, self._size = hands, size

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a piece done."""
        return self._hands.put(self._size, fn, args, kwargs)


@dataclass(eq=False)
class Job:
    """A sweep that is being measured, or was.

    Attributes
    ----------
    table: what is measured so far; it grows.
    done, total: tasks.
    error: why it could not be run, a sentence.
    cluster: whether it was to run on a cluster.
    given_up: whether it was cancelled because nobody looked.
    watched: when somebody last looked at it.
    ended: when it was finished.
    """

    sweep: Sweep
    table: SweepTable
    cluster: bool
    done: int = 0
    total: int = 0
    error: str | None = None
    given_up: bool = False
    ended: float = 0.0
    cancelled: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    watched: float = field(default_factory=time.monotonic)

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return not self.finished.is_set()

    @property
    def complete(self) -> bool:
        """Whether all of it is measured."""
        return bool(self.table.done.all())

    @property
    def stale(self) -> bool:
        """Whether it should be begun anew for whoever asks."""
        failed = self.error is not None and time.monotonic() - self.ended > ERROR_SECONDS
        return self.given_up or (failed and not self.running)

    def cancel(self) -> None:
        """Stop; what is measured is kept."""
        self.cancelled.set()

    def look(self) -> SweepTable:
        """A copy of the table as it is now: replications in which every policy is measured."""
        self.watched = time.monotonic()
        metrics, optimum = self.table.metrics.copy(), self.table.optimum.copy()
        metrics[np.isnan(metrics[..., 0]).any(axis=2)] = np.nan
        return replace(
            self.table, metrics=metrics, optimum=optimum, missing=list(self.table.missing)
        )

    def progress(self, _table: SweepTable, done: int, total: int) -> None:
        """Count, and give up what nobody waits for."""
        self.done, self.total = done, total
        if time.monotonic() - self.watched > GIVEN_UP_SECONDS:
            self.given_up = True
            self.cancelled.set()


def _place(job: Job, hands: Hands) -> AbstractContextManager[Executor]:
    """Where a job's tasks run."""
    if job.cluster:
        from genedge.studies.cluster import executor_at

        place: AbstractContextManager[Executor] = executor_at(os.environ[ADDRESS])
        return place
    return nullcontext(Lane(hands, job.table.done.size))


class Jobs:
    """The jobs of this server, at most ``most``; the oldest that are finished go first."""

    def __init__(self, most: int = MOST_JOBS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._hands = Hands(os.cpu_count() or 1)

    def peek(self, sweep: Sweep, *, cluster: bool = False) -> Job | None:
        """The job of a sweep, if there is one."""
        with self._lock:
            return self._jobs.get(key_of(sweep, cluster))

    def start(self, sweep: Sweep, *, cluster: bool = False, again: bool = False) -> Job:
        """The job of a sweep, begun now if nobody has; ``again`` begins an unfinished one anew.

        Raises
        ------
        InputError: the sweep cannot be run, or too many are under way.
        """
        key = key_of(sweep, cluster)
        with self._lock:
            job = self._jobs.get(key)
            if job is not None:
                self._jobs.move_to_end(key)
                if not job.stale and not (again and not job.running and not job.complete):
                    job.watched = time.monotonic()
                    return job
        fresh = Job(sweep, SweepTable.empty(sweep), cluster)
        with self._lock:
            if self._jobs.get(key) is not job:  # another visitor was quicker
                return self._jobs[key]
            self._make_room()
            self._jobs[key] = fresh
            self._jobs.move_to_end(key)
        threading.Thread(target=self._run, args=(fresh,), name=sweep.name, daemon=True).start()
        return fresh

    def _make_room(self) -> None:
        while len(self._jobs) >= self._most:
            idle = next((key for key, job in self._jobs.items() if not job.running), None)
            if idle is None:
                raise InputError(
                    "this server is measuring for many visitors at once: try again in a minute"
                )
            del self._jobs[idle]

    def _run(self, job: Job) -> None:
        try:
            with _place(job, self._hands) as executor:
                run_sweep(
                    job.sweep,
                    executor=executor,
                    progress=job.progress,
                    cancelled=job.cancelled,
                    table=job.table,
                )
        except InputError as error:
            job.error = str(error)
        except Exception:
            logging.getLogger("genedge").exception("sweep %s failed", job.sweep.name)
            job.error = "This sweep could not be measured; the server's log says more."
        finally:
            job.ended = time.monotonic()
            job.finished.set()


def key_of(sweep: Sweep, cluster: bool) -> str:
    """What a sweep measures, as text: alike for bases that differ only in what is varied."""
    axes = [[axis.knob, *axis.values] for axis in sweep.axes]
    return f"{cluster} {axes} {to_json(sweep.scenario(sweep.points[0]))}"


@st.cache_resource
def jobs() -> Jobs:
    """The jobs of this server."""
    return Jobs()
