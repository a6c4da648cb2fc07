"""Sweeps on a Dask cluster: an executor of the standard interface, within a ``with`` block.

Whatever is wrong with the cluster is said in one sentence within ten seconds. Once tasks run, those
of a worker that dies are done again by others, and those that nobody is left to do fail instead of
waiting for ever, so that a sweep always ends.
"""

import pkgutil
import re
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures import wait as wait_for
from contextlib import contextmanager, suppress
from functools import partial
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

from genedge.errors import InputError, shown
from genedge.version import __version__

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")

PATIENCE_S: Final = 2.5
"""To reach the address, and again to meet the scheduler."""
ASKING_S: Final = 4.0
"""For the workers to say their version; they may have to load it first."""
ALONE_S: Final = 20.0
"""So long may a cluster be without workers, or silent, before its tasks fail."""
LOOK_EVERY_S: Final = 0.5

SCHEMES: Final = ("tcp", "tls", "ws", "wss")
HOST: Final = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.%]+\]")
EXAMPLE: Final = "tcp://192.168.0.5:8786"


@contextmanager
def executor_at(address: str) -> Iterator[Executor]:
    """Connect to the Dask scheduler at ``address``; its workers are the executor.

    Raises
    ------
    InputError: Dask is not installed here, the address is none, nobody answers there, no workers
        are connected, or they lack this version of genedge.
    """
    client = _connected(address)
    executor: _ClusterExecutor | None = None
    try:
        _ask_workers(client, address)
        executor = _ClusterExecutor(client)
        yield executor
    finally:
        if executor is not None:
            executor.shutdown(wait=False)
        with suppress(Exception):  # the scheduler may be gone, and the client closed already
            client.close(timeout=PATIENCE_S)


class _ClusterExecutor(Executor):
    """Dask's own executor, except that tasks which nobody is left to do fail.

    Each task has a future of Dask's executor and one of ours. Ours is settled by whoever comes
    first: Dask's, or the thread that watches the cluster.
    """

    def __init__(self, client: "Client") -> None:
        self._client = client
        self._inner = client.get_executor(pure=False)
        self._waiting: set[Future[Any]] = set()
        self._lock = Lock()
        self._closed = Event()
        Thread(target=self._watch, name="genedge-cluster", daemon=True).start()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have ``fn`` called by a worker."""
        inner: Future[T] = self._inner.submit(fn, *args, **kwargs)
        future: Future[T] = Future()
        with self._lock:
            self._waiting.add(future)
        future.add_done_callback(lambda ours: inner.cancel() if ours.cancelled() else None)
        inner.add_done_callback(partial(self._arrived, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let go of the cluster, at once or when all is done; what is not done then fails."""
        if wait and not cancel_futures:
            wait_for(list(self._waiting))
        self._closed.set()
        self._give_up("the connection to the cluster is closed")

    def _arrived(self, future: Future[T], inner: Future[T]) -> None:
        if not self._claim(future):
            return
        error = CancelledError() if inner.cancelled() else inner.exception()
        if error is None:
            future.set_result(inner.result())
        else:
            future.set_exception(error)

    def _claim(self, future: Future[Any]) -> bool:
        """Whether it falls to the caller, who is the first, to settle this future."""
        with self._lock:
            mine = future in self._waiting
            self._waiting.discard(future)
        return mine and future.set_running_or_notify_cancel()

    def _give_up(self, why: str) -> None:
        for future in list(self._waiting):
            if self._claim(future):
                future.set_exception(ConnectionError(why))

    def _watch(self) -> None:
        """Give up once the cluster is closed, or for :data:`ALONE_S` without a worker."""
        seen = monotonic()
        while not self._closed.wait(LOOK_EVERY_S):
            if not self._waiting or self._has_workers():
                seen = monotonic()
            elif self._client.status == "closed" or monotonic() - seen > ALONE_S:
                self._give_up("the cluster has no workers left")

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.sync(self._client.scheduler.ncores, callback_timeout=ALONE_S))
        except Exception:  # gone, being closed, or silent
            return False


def _connected(address: str) -> "Client":
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "Dask is not installed on this machine: pip install 'genedge[dask]'"
        ) from None
    host, port, whole = _parts(address)
    nobody = f"no Dask scheduler answers at {shown(address, 80)}"
    try:
        _within(PATIENCE_S, _reach, host, port)
    except OSError as error:
        raise InputError(f"{nobody}: {error.strerror or 'no answer in time'}") from None
    try:
        meet = partial(Client, whole, timeout=PATIENCE_S, set_as_default=False)
        return _within(PATIENCE_S, meet)
    except Exception:  # what listens there may be anything, and say anything
        raise InputError(f"{nobody}: what listens there is none, or does not respond") from None


def _parts(address: str) -> tuple[str, int, str]:
    """Host, port and the address as Dask wants it."""
    text = address.strip()
    port = None
    with suppress(ValueError):  # a port that is no number, half a bracket
        parts = urlsplit(text if "://" in text else f"tcp://{text}")
        host, port = parts.netloc.rpartition(":")[0], parts.port
    if (
        not port
        or parts.scheme not in SCHEMES
        or HOST.fullmatch(host) is None
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise InputError(
            f"{shown(address, 80)} is not the address of a Dask scheduler; one looks like {EXAMPLE}"
        )
    return host.strip("[]"), port, f"{parts.scheme}://{host}:{port}"


def _reach(host: str, port: int) -> None:
    socket.create_connection((host, port), timeout=PATIENCE_S).close()


def _ask_workers(client: "Client", address: str) -> None:
    """Refuse workers that cannot do the work, or would do another version's.

    What is asked is the standard library's, so that workers without genedge understand it.
    """
    ask = partial(
        client.run, pkgutil.resolve_name, "genedge.version:__version__", on_error="return"
    )
    try:
        answers = _within(ASKING_S, ask)
    except Exception:
        raise InputError(f"the workers of {shown(address, 80)} do not answer") from None
    if not answers:
        raise InputError(
            f"no workers are connected to {shown(address, 80)}; "
            f"on each machine run: dask worker {address.strip()}"
        )
    other = Counter(
        f"have genedge {answer}"
        if isinstance(answer, str)
        else "have no genedge"
        if isinstance(answer, ImportError | AttributeError)
        else "do not answer"
        for answer in answers.values()
        if answer != __version__
    )
    if other:
        found = ", ".join(f"{count} {what}" for what, count in sorted(other.items()))
        raise InputError(
            f"of {len(answers)} workers of {shown(address, 80)}, {found}; "
            f"all of them need genedge {__version__}, as it is here"
        )


def _within(seconds: float, work: Callable[..., T], *args: Any) -> T:
    """What ``work`` returns or raises; TimeoutError, and the work left behind, after that time."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work(*args))
        except BaseException as error:
            outcome.set_exception(error)

    Thread(target=run, name="genedge-cluster-patience", daemon=True).start()
    return outcome.result(seconds)
