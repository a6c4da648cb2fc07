"""One room for all work behind the pages: what is asked for is done once, shared and kept.

A job is work with a key. Whoever asks for the key starts it or joins it; it runs on a thread of its
own, tells how far it is, may show what it has so far, and is stopped once nobody waits for it any
more. Work that can be cut hands its pieces to the room's threads (:mod:`.hands`).
"""

import logging
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import nullcontext
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final, Generic, NamedTuple, TypeVar

from genedge.dashboard.jobs.hands import Hands, Lane
from genedge.errors import InputError

Value = TypeVar("Value")
Clock = Callable[[], float]

ERROR_SECONDS: Final = 10.0
"""After so long what failed is tried again for whoever asks."""
MOST_RUNNING: Final = 100
"""Jobs under way at once, beyond which new ones are refused."""
LOOK_SECONDS: Final = 0.3


class StoppedError(Exception):
    """Nobody waits for this job any more."""


class Kind(NamedTuple):
    """Jobs that are alike.

    Attributes
    ----------
    most: results kept, the most recently used.
    patience_s: a job at which nobody has looked for so long is given up.
    alone: one at a time, because they measure time and would measure each other.
    """

    name: str
    most: int
    patience_s: float = 3.0
    alone: bool = False


@dataclass(eq=False)
class Job(Generic[Value]):
    """Work that is being done, or was.

    Attributes
    ----------
    done, total, what: how far it is, such as 3 of 20 replications; ``total`` is 0 at first.
    so_far: a copy of what there is of the result now, or None.
    ready: set once a first look is worth while.
    missing: why part of the result is missing, a sentence each.
    result: there once the job is ``complete``.
    error: why there is none.
    left: those who cancelled it.
    """

    kind: Kind
    key: Hashable
    lane: Lane
    clock: Clock
    left: set[Hashable] = field(default_factory=set)
    done: float = 0
    total: float = 0
    what: str = ""
    so_far: Callable[[], Any] = lambda: None
    missing: list[str] = field(default_factory=list)
    result: Value | None = None
    complete: bool = False
    error: BaseException | None = None
    ended: float = inf
    ready: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)
    finished: threading.Event = field(default_factory=threading.Event)
    _looks: dict[Hashable, float] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return not self.finished.is_set()

    @property
    def wanted(self) -> bool:
        """Whether anybody waits for it."""
        last = max(list(self._looks.values()), default=-inf)
        return self.clock() - last <= self.kind.patience_s

    def look(self, visitor: Hashable) -> None:
        """Note that this visitor waits, unless it is one who cancelled."""
        if visitor not in self.left:
            self._looks[visitor] = self.clock()

    def cancel(self, visitor: Hashable) -> None:
        """Go on without this visitor; without any, stop."""
        self.left.add(visitor)
        self._looks.pop(visitor, None)
        if not self.wanted:
            self.stopped.set()

    def report(self, done: float, total: float = 1.0, what: str = "") -> None:
        """Tell how far the work is.

        Raises
        ------
        StoppedError: it need not go on.
        """
        self.done, self.total, self.what = done, total, what
        if not self.wanted:
            self.stopped.set()
        if self.stopped.is_set():
            raise StoppedError

    def over(self, visitor: Hashable) -> bool:
        """Whether this visitor needs it begun anew."""
        if self.complete:
            return False
        if self.error is not None:
            return self.clock() - self.ended > ERROR_SECONDS
        return self.stopped.is_set() and visitor not in self.left


Work = Callable[[Job[Value]], Value]


class Room:
    """The jobs of one server.

    Parameters
    ----------
    hands: threads for pieces.
    clock: seconds; tests bring their own.
    """

    def __init__(
        self, *, hands: int | None = None, clock: Clock = time.monotonic, most: int = MOST_RUNNING
    ) -> None:
        self._hands = Hands(hands or os.cpu_count() or 1)
        self._clock, self._most = clock, most
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._jobs: dict[Kind, OrderedDict[Hashable, Job[Any]]] = {}

    @property
    def jobs(self) -> list[Job[Any]]:
        """Every job that is under way or kept."""
        with self._lock:
            return [job for jobs in self._jobs.values() for job in jobs.values()]

    def peek(self, kind: Kind, key: Hashable) -> Job[Any] | None:
        """The job, if there is one."""
        with self._lock:
            return self._jobs.get(kind, OrderedDict()).get(key)

    def job(
        self, kind: Kind, key: Hashable, work: Work[Value], visitor: Hashable = None
    ) -> Job[Value]:
        """The job of that key, begun now unless somebody has.

        Raises
        ------
        InputError: too many are under way.
        """
        with self._lock:
            jobs = self._jobs.setdefault(kind, OrderedDict())
            job: Job[Value] | None = jobs.get(key)
            if job is None or job.over(visitor):
                self._make_place(kind)
                left = set() if job is None else job.left
                job = jobs[key] = Job(kind, key, Lane(self._hands), self._clock, left)
                job.look(visitor)
                threading.Thread(
                    target=self._do, args=(job, work), name=kind.name, daemon=True
                ).start()
            jobs.move_to_end(key)
        job.look(visitor)
        return job

    def result(
        self,
        kind: Kind,
        key: Hashable,
        work: Work[Value],
        waiting: Callable[[Job[Value]], None] = lambda _: None,
        *,
        first_look: bool = False,
    ) -> Value:
        """The result, waited for; ``waiting`` is called again and again meanwhile.

        With ``first_look`` only until the job is ``ready``; the result may be None then.

        Raises what the work raises, which is not kept.
        """
        waiter = object()
        while True:
            job = self.job(kind, key, work)
            job._looks[waiter] = inf
            try:
                while not (job.ready if first_look else job.finished).wait(LOOK_SECONDS):
                    waiting(job)
            finally:
                del job._looks[waiter]
                job.look(None)
            if job.error is not None:
                self.again(job)
                raise job.error
            if job.complete or (first_look and job.running):
                return job.result  # type: ignore[return-value]

    def again(self, job: Job[Any], visitor: Hashable = None) -> None:
        """Let this visitor's next question begin the job anew, or join it where it goes on."""
        job.left.discard(visitor)
        with self._lock:
            jobs = self._jobs[job.kind]
            if not job.running and jobs.get(job.key) is job:
                del jobs[job.key]

    def _make_place(self, kind: Kind) -> None:
        if sum(job.running for jobs in self._jobs.values() for job in jobs.values()) >= self._most:
            raise InputError("this server works for many visitors at once: try again in a minute")
        jobs = self._jobs[kind]
        ended = [key for key, job in jobs.items() if not job.running]
        for key in ended[: max(0, len(jobs) + 1 - kind.most)]:
            del jobs[key]

    def _do(self, job: Job[Value], work: Work[Value]) -> None:
        try:
            with self._turn if job.kind.alone else nullcontext():
                job.report(0, 0)  # it may have been given up while it waited for its turn
                job.result = work(job)
            job.complete = True
        except StoppedError:
            pass
        except BaseException as error:  # handed on to whoever asks for the result
            if not isinstance(error, InputError):
                logging.getLogger("genedge").exception("%s failed", job.kind.name)
            job.error = error
        finally:
            job.ended = job.clock()
            job.finished.set()
            job.ready.set()


ROOM: Final = Room()
"""The room of this server."""
