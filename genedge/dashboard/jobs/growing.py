"""Jobs whose result grows while pages look at it: sweeps, and studies that measure time."""

import os
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, Final

from genedge.dashboard.jobs.room import ROOM, Job, Kind, Room
from genedge.scenario.codec import to_json
from genedge.studies.runner import run_study
from genedge.studies.study import Study
from genedge.studies.table import StudyTable

SWEEPS: Final = Kind("sweep", 60, patience_s=45.0)
STUDIES: Final = Kind("study", 40, patience_s=45.0, alone=True)
QUICK: Final = 3
"""Replications of the first look."""
ADDRESS: Final = "GENEDGE_DASK"
"""The environment variable with a cluster's address."""


def sweep_job(
    sweep: Study, visitor: Hashable, *, cluster: bool = False, room: Room = ROOM
) -> Job[StudyTable]:
    """The job of a sweep: a first look at every point, then all of it.

    Raises
    ------
    InputError: a value that cannot be, or too many jobs are under way.
    """

    def work(job: Job[StudyTable]) -> StudyTable:
        table = StudyTable.empty(sweep)
        job.so_far = lambda: measured(table)

        def progress(_part: StudyTable, _done: int, _tasks: int) -> None:
            what = "replications measured" + (" on the cluster" if cluster else "")
            job.report(int(table.done.sum()), table.done.size, what)

        few = min(QUICK, sweep.replications)
        first = replace(
            table,
            study=sweep.with_replications(few),
            values=table.values[:, :few],  # the same memory
            optimum=table.optimum[:, :few],
            missing=[],
        )
        with _executor(job, cluster) as executor:
            for part in (first, table):
                if not part.done.all():
                    run_study(part.study, executor=executor, progress=progress, table=part)
                job.ready.set()
        job.missing = table.missing
        return table

    return room.job(SWEEPS, key_of(sweep, cluster), work, visitor)


def sweep_at_hand(sweep: Study, *, cluster: bool) -> StudyTable | None:
    """What is measured of a sweep, without measuring anything; None where nothing is."""
    job = ROOM.peek(SWEEPS, key_of(sweep, cluster))
    return job.so_far() if job else None


def key_of(sweep: Study, cluster: bool) -> Hashable:
    """What a sweep measures: alike for bases that differ only in what is varied."""
    ends = [to_json(sweep.arms[place].scenario) for place in (0, -1)]
    return cluster, sweep.replications, sweep.axes, *ends


def measured(table: StudyTable) -> StudyTable | None:
    """A copy of what is measured; None where nothing is."""
    return table.copy() if table.done.any() else None


def _executor(job: Job[Any], cluster: bool) -> AbstractContextManager[Any]:
    """Where a job's tasks run."""
    if not cluster:
        return nullcontext(job.lane)
    from genedge.studies.cluster import executor_at

    return executor_at(os.environ[ADDRESS])


def study_job(
    key: Hashable, total: int, make: Callable[[], Iterator[Any]], visitor: Hashable
) -> Job[list[Any]]:
    """The job of a study whose points come one by one, so many in all."""

    def work(job: Job[list[Any]]) -> list[Any]:
        points: list[Any] = []
        job.so_far = lambda: list(points) or None
        for point in make():
            points.append(point)
            job.report(len(points), total, "measured")
        return points

    return ROOM.job(STUDIES, key, work, visitor)
