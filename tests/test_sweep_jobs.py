"""Sweeps in the background: shared, small ones first, stopped and begun anew, errors in words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from genedge import PRESETS
from genedge.dashboard.jobs import sweeps as sweep_jobs
from genedge.dashboard.jobs.sweeps import Hands, Job, Jobs, Lane
from genedge.errors import InputError
from genedge.studies.sweeps import Axis, Sweep, run_sweep

BASE = replace(PRESETS["paper"], policies=("ga", "lru"), replications=2)


def sweep(*values: float, replications: int = 2) -> Sweep:
    base = replace(BASE, replications=replications)
    return Sweep("storage", "storage", (Axis("storage_gb", values),), base)


def finished(job: Job) -> Job:
    assert job.finished.wait(60)
    return job


def until(true: Callable[[], bool]) -> None:
    for _ in range(2400):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


def test_a_job_measures_what_a_sweep_measures() -> None:
    job = finished(Jobs().start(sweep(60.0, 120.0)))
    assert job.error is None
    assert job.complete
    assert job.done == job.total == 2
    assert (job.look().metrics == run_sweep(sweep(60.0, 120.0)).metrics).all()


def test_all_who_ask_for_the_same_share_one_job() -> None:
    jobs = Jobs()
    first = jobs.start(sweep(60.0, 120.0))
    elsewhere = replace(BASE, server=replace(BASE.server, storage_gb=77.0))
    same = Sweep("storage", "storage", (Axis("storage_gb", (60.0, 120.0)),), elsewhere)
    assert jobs.start(same) is first  # what is varied does not count
    assert jobs.start(sweep(60.0, 120.0, replications=3)) is not first
    assert jobs.start(sweep(60.0)) is not first
    assert jobs.peek(sweep(60.0, 120.0)) is first
    assert jobs.peek(sweep(60.0, 100.0)) is None


def test_a_cancelled_job_keeps_what_it_has_until_it_is_wanted_again() -> None:
    jobs = Jobs()
    long = sweep(*(60.0 + step for step in range(60)), replications=30)
    job = jobs.start(long)
    until(lambda: job.done > 0)
    job.cancel()
    finished(job)
    assert job.look().done.any()
    assert not job.complete
    assert any("Cancelled" in sentence for sentence in job.table.missing)
    assert jobs.start(long) is job
    again = jobs.start(long, again=True)
    assert again is not job
    again.cancel()
    finished(again)


def test_a_job_at_which_nobody_looks_is_given_up_and_begun_anew_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs = Jobs()
    monkeypatch.setattr(sweep_jobs, "GIVEN_UP_SECONDS", 0.0)
    values = tuple(60.0 + step for step in range(40))
    job = finished(jobs.start(sweep(*values)))
    assert job.given_up
    assert not job.complete
    monkeypatch.setattr(sweep_jobs, "GIVEN_UP_SECONDS", 60.0)
    assert finished(jobs.start(sweep(*values))).complete


def test_what_cannot_be_is_refused_before_it_is_begun() -> None:
    jobs = Jobs()
    with pytest.raises(InputError, match="cannot be -1"):
        jobs.start(sweep(-1.0))
    assert jobs.peek(sweep(60.0)) is None


def test_an_unreachable_cluster_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("GENEDGE_DASK", "tcp://127.0.0.1:9")
    jobs = Jobs()
    job = finished(jobs.start(sweep(60.0), cluster=True))
    assert job.error is not None
    assert "127.0.0.1:9" in job.error
    assert finished(jobs.start(sweep(60.0))).complete  # here it can be measured all the same
    assert jobs.start(sweep(60.0), cluster=True) is job
    job.ended -= 60.0
    assert jobs.start(sweep(60.0), cluster=True) is not job  # the cluster may be there by now


def test_old_jobs_make_room_and_too_many_at_once_are_refused() -> None:
    jobs = Jobs(most=2)
    first = finished(jobs.start(sweep(60.0)))
    finished(jobs.start(sweep(70.0)))
    finished(jobs.start(sweep(80.0)))
    assert jobs.peek(sweep(60.0)) is None
    assert first.complete
    hold = threading.Event()
    stuck = Jobs(most=1)
    for _ in range(64):
        stuck._hands.put(0, hold.wait, (), {})
    stuck.start(sweep(60.0))
    with pytest.raises(InputError, match="many visitors"):
        stuck.start(sweep(70.0))
    hold.set()


def test_small_jobs_go_first_and_errors_are_handed_on() -> None:
    hands = Hands(1)
    hold = threading.Event()
    order: list[str] = []
    Lane(hands, 0).submit(hold.wait)
    large = [Lane(hands, 100).submit(order.append, "large") for _ in range(2)]
    small = Lane(hands, 3).submit(order.append, "small")
    dropped = Lane(hands, 3).submit(order.append, "dropped")
    assert dropped.cancel()
    wrong = Lane(hands, 3).submit(lambda: 1 // 0)
    hold.set()
    for future in (*large, small):
        future.result(60)
    assert order == ["small", "large", "large"]
    with pytest.raises(ZeroDivisionError):
        wrong.result(60)
