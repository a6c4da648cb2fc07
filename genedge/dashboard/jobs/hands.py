"""The threads that do the pieces of all jobs, each job's first pieces first.

A piece waits for those of which fewer of their own job went before: a small job is not kept
waiting by a large one, and every job's first look comes before the rest of any.
"""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import PriorityQueue
from typing import Any


class Hands:
    """Threads that end with the server: unlike those of a standard pool they are not waited for."""

    def __init__(self, number: int) -> None:
        self._pieces: PriorityQueue[tuple[int, int, Future[Any], Callable[[], Any]]] = (
            PriorityQueue()
        )
        self._numbers = itertools.count()
        for index in range(number):
            threading.Thread(target=self._work, name=f"hand-{index}", daemon=True).start()

    def _work(self) -> None:
        while True:
            _, _, future, piece = self._pieces.get()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(piece())
            except BaseException as error:  # handed on to whoever asks for the result
                future.set_exception(error)

    def take(self, before: int, piece: Callable[[], Any]) -> Future[Any]:
        """Take a piece, ``before`` others of whose job were taken already."""
        future: Future[Any] = Future()
        self._pieces.put((before, next(self._numbers), future, piece))
        return future


class Lane(Executor):
    """The hands as one job sees them."""

    def __init__(self, hands: Hands) -> None:
        self._hands, self._before = hands, itertools.count()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Have a piece done."""
        return self._hands.take(next(self._before), partial(fn, *args, **kwargs))
