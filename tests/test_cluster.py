"""Sweeps on a real Dask cluster of two worker processes: the same bits, and no trouble for ever."""

from __future__ import annotations

import os
import pkgutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import (
    Executor,
    Future,
    ThreadPoolExecutor,
    as_completed,
)
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
from distributed import Client, LocalCluster

from genedge import PRESETS, GeneticParameters, InputError
from genedge.studies import cluster
from genedge.studies.cluster import executor_at
from genedge.studies.runner import run_study
from genedge.studies.study import Axis, Study
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable
from genedge.version import __version__

QUICK = GeneticParameters(population=10, generations=10)
SMALL = sweep_over(
    "small",
    "two sizes",
    (Axis("storage_gb", (60.0, 120.0)),),
    replace(PRESETS["frugal"], replications=12, genetic=QUICK),
)
LONG = replace(
    SMALL, base=replace(SMALL.base, policies=("ga", "lru"), genetic=GeneticParameters())
).with_replications(400)
PATIENCE_S = 120


@contextmanager
def local_cluster(workers: int) -> Iterator[Any]:
    with LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host="127.0.0.1",
        dashboard_address="127.0.0.1:0", silence_logs=50,
    ) as running:  # fmt: skip
        yield running


@pytest.fixture(scope="module")
def two() -> Iterator[Any]:
    with local_cluster(2) as running:
        yield running


@pytest.fixture(scope="module")
def nobody() -> Iterator[Any]:
    with local_cluster(0) as running:
        yield running


@pytest.fixture(autouse=True)
def no_hurry(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster that is there may take its time to answer: this machine may be busy."""
    if {"two", "nobody"} & set(request.fixturenames):
        monkeypatch.setattr(cluster, "PATIENCE_S", PATIENCE_S)
        monkeypatch.setattr(cluster, "ASKING_S", PATIENCE_S)


class InTime(Thread):
    """A sweep on a thread of its own, so that one that hangs fails the test instead."""

    def __init__(self, sweep: Study, executor: Executor) -> None:
        super().__init__(daemon=True)
        self.table = StudyTable.empty(sweep)
        self.begun = Event()
        self.work = partial(
            run_study, sweep, executor=executor, table=self.table, progress=self.progress
        )
        self.ended = False
        self.start()

    def progress(self, _table: StudyTable, _done: int, _tasks: int) -> None:
        self.begun.set()

    def run(self) -> None:
        self.work()
        self.ended = True

    def wait(self) -> StudyTable:
        self.join(PATIENCE_S)
        assert self.ended, "the sweep hangs"
        return self.table


def same(one: StudyTable, other: StudyTable) -> bool:
    return (
        one.policies == other.policies
        and np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.optimum, other.optimum, equal_nan=True)
    )


def says(address: str) -> str:
    """The refusal of an address."""
    with pytest.raises(InputError) as caught, executor_at(address):
        pass
    return str(caught.value)


# ------------------------------------------------------------------------------- the same bits


def test_two_processes_measure_what_this_machine_measures(two: Any) -> None:
    here = run_study(SMALL)
    assert here.done.all()
    assert here.missing == []
    with executor_at(two.scheduler_address) as executor:
        there = InTime(SMALL, executor).wait()
    assert there.missing == []
    assert same(here, there)
    with ThreadPoolExecutor(1) as one_thread:
        assert same(here, run_study(SMALL, executor=one_thread))


def test_both_workers_work(two: Any) -> None:
    with executor_at(two.scheduler_address) as executor:
        naps = [executor.submit(time.sleep, 0.1) for _ in range(8)]
        asked = [executor.submit(os.getpid) for _ in range(8)]
        assert all(isinstance(future, Future) for future in (*naps, *asked))
        pids = {future.result(PATIENCE_S) for future in as_completed(asked, PATIENCE_S)}
    assert pids == set(worker_pids(two))
    assert len(pids) == 2
    assert os.getpid() not in pids


def test_what_waits_can_be_cancelled(two: Any) -> None:
    with executor_at(two.scheduler_address) as executor:
        futures = [executor.submit(time.sleep, 0.3) for _ in range(12)]
        assert futures[-1].cancel()
        assert futures[-1] in set(as_completed(futures, PATIENCE_S))
        assert futures[-1].cancelled()
        assert all(future.exception() is None for future in futures[:-1])


def test_what_is_not_done_fails_when_the_block_ends(two: Any) -> None:
    with executor_at(two.scheduler_address) as executor:
        future = executor.submit(time.sleep, 5)
    assert isinstance(future.exception(PATIENCE_S), ConnectionError)


def test_an_error_of_the_body_goes_through(two: Any) -> None:
    with pytest.raises(KeyError), executor_at(two.scheduler_address):
        raise KeyError


def test_a_task_that_raises_raises_here(two: Any) -> None:
    with executor_at(two.scheduler_address.removeprefix("tcp://")) as executor:
        future = executor.submit(pkgutil.resolve_name, "no.such.module")
        assert isinstance(future.exception(PATIENCE_S), ModuleNotFoundError)


# ----------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "nonsense", "localhost", "tcp://localhost", "tcp://:8786", "localhost:port",
        "localhost:0", "localhost:70000", "http://localhost:8787", "inproc://1/2/3",
        "tcp://[::1:8786", "two words:8786", "tcp://me@localhost:8786", "localhost:8786/status",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    assert says(address) == (
        f"{address!r} is not the address of a Dask scheduler; one looks like tcp://192.168.0.5:8786"
    )


def test_an_address_where_nobody_listens_is_refused() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        assert says(address).startswith(f"no Dask scheduler answers at '{address}': ")


def test_an_address_where_something_else_listens_is_refused() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        assert says(address) == (
            f"no Dask scheduler answers at '{address}': "
            "what listens there is none, or does not respond"
        )


def test_a_scheduler_without_workers_is_refused(nobody: Any) -> None:
    address = nobody.scheduler_address
    assert says(address) == (
        f"no workers are connected to '{address}'; on each machine run: dask worker {address}"
    )


def test_workers_of_another_version_are_refused(two: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    here = __version__
    monkeypatch.setattr(cluster, "__version__", "99.1")
    assert says(two.scheduler_address) == (
        f"of 2 workers of '{two.scheduler_address}', 2 have genedge {here}; "
        "all of them need genedge 99.1, as it is here"
    )


def test_a_worker_without_genedge_is_refused(two: Any) -> None:
    poison = "import sys; sys.modules['genedge.version'] = None"
    with Client(two.scheduler_address, set_as_default=False) as client:
        one = list(client.nthreads())[:1]
        client.run(exec, poison, {}, workers=one)
        try:
            sentence = says(two.scheduler_address)
        finally:
            client.run(exec, "import sys; del sys.modules['genedge.version']", {}, workers=one)
    assert "of 2 workers" in sentence
    assert "1 have no genedge;" in sentence


def test_without_dask_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert says("127.0.0.1:8786").endswith("pip install 'genedge[dask]'")


# ------------------------------------------------------------------------------------ mishaps


def worker_pids(running: Any) -> list[int]:
    with Client(running.scheduler_address, set_as_default=False) as client:
        return list(client.run(os.getpid).values())


def test_a_worker_that_dies_does_not_end_a_sweep(two: Any) -> None:
    pids = worker_pids(two)
    with executor_at(two.scheduler_address) as executor:
        sweep = InTime(LONG.with_replications(200), executor)
        assert sweep.begun.wait(PATIENCE_S)
        os.kill(pids[0], signal.SIGKILL)
        assert not sweep.table.done.all()
        table = sweep.wait()
    assert table.done.all() or table.missing
    assert table.done.any()
    few = run_study(LONG.with_replications(10))
    assert np.array_equal(table.values[:, :10], few.values, equal_nan=True)


def test_points_are_missing_when_no_worker_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ALONE_S", 1.0)
    with local_cluster(1) as running, executor_at(running.scheduler_address) as executor:
        sweep = InTime(LONG, executor)
        assert sweep.begun.wait(PATIENCE_S)
        running.scale(0)
        table = sweep.wait()
    assert table.done.any()
    assert table.missing == [
        "Missing at storage, GB 60, 120: a worker was lost or failed (ConnectionError)."
    ]


def test_points_are_missing_when_the_scheduler_is_gone() -> None:
    with local_cluster(1) as running, executor_at(running.scheduler_address) as executor:
        sweep = InTime(LONG, executor)
        assert sweep.begun.wait(PATIENCE_S)
        running.close()
        table = sweep.wait()
        assert table.done.any()
        assert not table.done.all()
        assert len(table.missing) == 1
        assert table.missing[0].startswith("Missing at storage, GB 60, 120: a worker was lost")
        late = InTime(SMALL, executor).wait()  # and nothing more is waited for
        assert not late.done.any()
        assert late.missing
