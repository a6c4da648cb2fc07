"""Sweeps in the background: measured once for all, a first look first, errors in words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from genedge import PRESETS
from genedge.dashboard.jobs.growing import measured, sweep_job
from genedge.dashboard.jobs.room import Job, Room
from genedge.errors import InputError
from genedge.studies.runner import run_study
from genedge.studies.study import Axis, Study
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable

PATIENCE = 300
STILL = float
"""A clock that always says 0, so that nothing is given up."""
BASE = replace(PRESETS["frugal"], policies=("ga", "lru"), replications=5)


def sweep(*values: float, replications: int = 5) -> Study:
    base = replace(BASE, replications=replications)
    return sweep_over("storage", "storage", (Axis("storage_gb", values),), base)


def test_a_job_measures_what_a_sweep_measures() -> None:
    job = sweep_job(sweep(60.0, 120.0), "ann", room=Room(clock=STILL))
    assert job.finished.wait(PATIENCE)
    assert job.error is None and job.complete and not job.missing
    assert job.done == job.total == 10
    table, whole = job.so_far(), run_study(sweep(60.0, 120.0))
    assert np.array_equal(table.values, whole.values, equal_nan=True)
    assert (table.optimum == whole.optimum).all()


def test_all_who_ask_for_the_same_share_one_job() -> None:
    room = Room(clock=STILL)
    first = sweep_job(sweep(60.0, 120.0), "ann", room=room)
    elsewhere = replace(BASE, server=replace(BASE.server, storage_gb=77.0))
    same = sweep_over("storage", "storage", (Axis("storage_gb", (60.0, 120.0)),), elsewhere)
    assert sweep_job(same, "bob", room=room) is first  # what is varied does not count
    for other in (sweep(60.0, 120.0, replications=3), sweep(60.0), sweep(60.0, 100.0)):
        assert sweep_job(other, "ann", room=room) is not first


def test_every_value_has_its_first_look_before_any_has_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: dict[Job[Any], list[tuple[int, int]]] = {}
    report = Job.report

    def told(job: Job[StudyTable], *how_far: Any) -> None:
        if how_far[1]:  # it has begun
            seen = job.so_far().done.sum(axis=1)
            looks.setdefault(job, []).append((int(seen.min()), int(seen.max())))
        report(job, *how_far)

    monkeypatch.setattr(Job, "report", told)
    room = Room(hands=1, clock=STILL)
    job = sweep_job(sweep(60.0, 90.0, 120.0, replications=12), "ann", room=room)
    assert job.finished.wait(PATIENCE)
    assert job.error is None
    assert looks[job][:3] == [(0, 3), (0, 3), (3, 3)]
    assert looks[job][-1] == (12, 12)


def test_a_cancelled_sweep_keeps_what_it_has() -> None:
    room = Room(clock=STILL)
    long = sweep(*(60.0 + step for step in range(60)), replications=60)
    job = sweep_job(long, "ann", room=room)
    assert job.ready.wait(PATIENCE)
    job.cancel("ann")
    assert job.finished.wait(PATIENCE)
    assert not job.complete
    assert (job.so_far().done.sum(axis=1) >= 3).all()


def test_only_replications_in_which_every_policy_is_measured_are_shown() -> None:
    table = StudyTable.empty(sweep(60.0, 120.0))
    assert measured(table) is None
    table.values[0, 1, 0] = 1.0
    assert measured(table) is None
    table.values[0, 1, 1] = 1.0
    found = measured(table)
    assert found is not None
    assert found.done.tolist() == [[False, True, False, False, False], [False] * 5]


def test_what_cannot_be_is_refused_before_it_is_begun() -> None:
    room = Room(clock=STILL)
    with pytest.raises(InputError, match="cannot be -1"):
        sweep_job(sweep(-1.0), "ann", room=room)
    assert room.jobs == []


def test_an_unreachable_cluster_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("GENEDGE_DASK", "tcp://127.0.0.1:9")
    room = Room(clock=STILL)
    job = sweep_job(sweep(60.0), "ann", cluster=True, room=room)
    assert job.finished.wait(PATIENCE)
    assert "127.0.0.1:9" in str(job.error)
    here = sweep_job(sweep(60.0), "ann", room=room)
    assert here.finished.wait(PATIENCE)
    assert here.complete  # here it can be measured all the same
