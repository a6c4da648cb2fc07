"""The room: work done once and shared, watched, cancelled, given up, kept; small jobs first.

Nothing here depends on speed: work waits until a test lets it go on, and the clock is the test's.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from streamlit.testing.v1 import AppTest

from genedge.dashboard.jobs.hands import Hands, Lane
from genedge.dashboard.jobs.room import ERROR_SECONDS, ROOM, Job, Kind, Room
from genedge.errors import InputError

LONG = Kind("long", 9, patience_s=45.0)
TIMED = Kind("timed", 9, patience_s=45.0, alone=True)
PATIENCE = 300


class Clock:
    """A clock that stands still unless it is put forward."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Steps:
    """Work of many steps, each of which waits until it may be done."""

    def __init__(self, steps: int = 1000) -> None:
        self.steps = steps
        self.begun = self.ended = 0
        self._may, self._did = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, job: Job[int]) -> int:
        self.begun += 1
        try:
            for step in range(self.steps):
                assert self._may.acquire(timeout=PATIENCE)
                job.so_far = partial(int, step + 1)
                try:
                    job.report(step + 1, self.steps, "steps")
                finally:
                    self._did.release()
            return self.steps
        finally:
            self.ended += 1

    def go(self, steps: int = 1) -> None:
        """Let it do so many steps more; returns when they are done."""
        for _ in range(steps):
            self._may.release()
            assert self._did.acquire(timeout=PATIENCE)


def ended(job: Job[int]) -> Job[int]:
    assert job.finished.wait(PATIENCE)
    return job


# ---------------------------------------------------------------------------- watched and stopped


def test_one_visitors_cancel_leaves_the_job_to_the_other() -> None:
    room, work = Room(clock=Clock()), Steps(5)
    job = room.job(LONG, "k", work, "ann")
    assert room.job(LONG, "k", work, "bob") is job
    work.go(2)
    job.cancel("ann")
    job.look("ann")  # her page may still be drawn: she does not count
    work.go()
    assert job.running and not job.stopped.is_set()
    assert room.job(LONG, "k", work, "ann") is job  # and joins when she asks again
    work.go(2)
    assert ended(job).complete and job.result == 5
    assert work.begun == 1


def test_the_last_to_cancel_stops_it_and_what_there_is_stays() -> None:
    room, work = Room(clock=Clock()), Steps()
    job = room.job(LONG, "k", work, "ann")
    room.job(LONG, "k", work, "bob")
    work.go(3)
    job.cancel("ann")
    assert not job.stopped.is_set()
    job.cancel("bob")
    work.go()
    assert not ended(job).complete and job.error is None
    assert job.so_far() == 4 and (job.done, job.total, job.what) == (4, 1000, "steps")
    for who in ("ann", "bob"):
        assert room.job(LONG, "k", work, who) is job  # not begun anew behind their backs
    fresh = room.job(LONG, "k", work, "cy")  # who cancelled nothing
    assert fresh is not job
    assert room.job(LONG, "k", work, "ann") is fresh and "ann" in fresh.left
    fresh.cancel("cy")
    work.go()
    ended(fresh)


def test_who_cancelled_may_come_back() -> None:
    room, work = Room(clock=Clock()), Steps()
    job = room.job(LONG, "k", work, "ann")
    room.job(LONG, "k", work, "bob")
    job.cancel("ann")
    room.again(job, "ann")
    assert room.job(LONG, "k", work, "ann") is job  # it went on for bob
    job.cancel("bob")
    assert not job.stopped.is_set()
    job.cancel("ann")
    work.go()
    ended(job)
    room.again(job, "ann")
    fresh = room.job(LONG, "k", lambda _: 7, "ann")
    assert fresh is not job and ended(fresh).result == 7


def test_a_job_at_which_nobody_looks_is_given_up_and_begun_anew_for_the_next() -> None:
    clock, work = Clock(), Steps()
    room = Room(clock=clock)
    job = room.job(LONG, "k", work, "ann")
    clock.now += 40
    job.look("ann")
    clock.now += 44
    work.go()
    assert job.running
    clock.now += 2
    work.go()
    assert not ended(job).complete and job.error is None
    assert ended(room.job(LONG, "k", lambda _: 7, "ann")).result == 7


def test_who_left_long_ago_does_not_keep_a_cancelled_job_going() -> None:
    clock, work = Clock(), Steps()
    room = Room(clock=clock)
    job = room.job(LONG, "k", work, "ann")
    clock.now += 46
    room.job(LONG, "k", work, "bob")
    job.cancel("bob")
    assert job.stopped.is_set()
    work.go()
    ended(job)


def test_a_job_that_is_being_stopped_is_not_joined() -> None:
    room, work = Room(clock=Clock()), Steps(1)
    dying = room.job(LONG, "k", work, "ann")
    dying.cancel("ann")
    assert dying.running
    assert room.job(LONG, "k", lambda _: 7, "bob") is not dying
    assert room.result(LONG, "k", lambda _: 8) == 7
    work.go()
    ended(dying)


# ------------------------------------------------------------------------------ results and errors


def test_all_who_ask_at_once_wait_for_one_computation() -> None:
    room, work = Room(clock=Clock()), Steps(1)
    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(room.result, LONG, "k", work) for _ in range(8)]
        work.go()
        assert [future.result(PATIENCE) for future in asked] == [1] * 8
    assert work.begun == 1
    assert room.result(LONG, "k", work) == 1


def test_who_waits_is_never_given_up() -> None:
    clock, work = Clock(), Steps(2)
    room = Room(clock=clock)
    waiting = threading.Event()
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(room.result, LONG, "k", work, lambda _: waiting.set())
        assert waiting.wait(PATIENCE)
        clock.now += 1000
        work.go(2)
        assert asked.result(PATIENCE) == 2
    assert work.begun == 1


def test_a_first_look_does_not_wait_for_the_end() -> None:
    room, go_on = Room(), threading.Event()

    def work(job: Job[int]) -> int:
        job.ready.set()
        assert go_on.wait(PATIENCE)
        return 7

    try:
        assert room.result(LONG, "a", work, first_look=True) is None
        assert room.job(LONG, "a", work).running
    finally:
        go_on.set()
    assert room.result(LONG, "a", work) == 7
    assert room.result(LONG, "a", work, first_look=True) == 7


def test_who_stops_waiting_lets_the_job_be_given_up() -> None:
    clock, work = Clock(), Steps()
    room = Room(clock=clock)

    def leave(_job: Job[int]) -> None:
        raise KeyError("the page is drawn anew")

    with pytest.raises(KeyError):
        room.result(LONG, "k", work, leave)
    (job,) = room.jobs
    work.go()
    assert job.running
    clock.now += 46
    work.go()
    assert not ended(job).complete


def test_an_error_is_raised_to_whoever_waits_and_not_kept() -> None:
    room = Room(clock=Clock())

    def wrong(_job: Job[int]) -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        room.result(LONG, "k", wrong)
    assert room.jobs == []
    assert room.result(LONG, "k", lambda _: 7) == 7


def test_an_error_that_is_watched_stays_a_while() -> None:
    clock = Clock()
    room = Room(clock=clock)

    def wrong(_job: Job[int]) -> int:
        raise InputError("this cannot be")

    job = ended(room.job(LONG, "k", wrong, "ann"))
    assert str(job.error) == "this cannot be" and not job.complete
    assert room.job(LONG, "k", wrong, "ann") is job
    clock.now += ERROR_SECONDS + 1
    assert ended(room.job(LONG, "k", lambda _: 7, "ann")).result == 7


def test_the_least_recently_used_go_and_what_runs_stays() -> None:
    room, work = Room(clock=Clock()), Steps(1)
    few = Kind("few", 3)
    running = room.job(few, "runs", work, "ann")
    for key in "abc":
        room.result(few, key, lambda _: 1)
    room.result(few, "b", lambda _: 2)
    room.result(few, "d", lambda _: 1)
    room.result(LONG, "other kinds", lambda _: 1)
    assert {job.key for job in room.jobs} == {"runs", "b", "d", "other kinds"}
    assert room.peek(few, "a") is None
    work.go()
    ended(running)


def test_too_many_at_once_are_refused() -> None:
    room, work = Room(clock=Clock(), most=1), Steps(1)
    job = room.job(LONG, "k", work, "ann")
    with pytest.raises(InputError, match="many visitors"):
        room.job(LONG, "other", work, "bob")
    assert room.job(LONG, "k", work, "bob") is job
    work.go()
    ended(job)
    assert room.result(LONG, "other", lambda _: 7) == 7


def test_what_measures_time_takes_turns_and_skips_what_nobody_wants_any_more() -> None:
    room, works = Room(clock=Clock()), [Steps(2) for _ in range(3)]
    jobs = [room.job(TIMED, key, work, "ann") for key, work in enumerate(works)]
    works[0].go()
    assert [work.begun for work in works] == [1, 0, 0]
    jobs[1].cancel("ann")
    works[0].go()
    works[2].go(2)
    assert [ended(job).complete for job in jobs] == [True, False, True]
    assert [work.begun for work in works] == [1, 0, 1]


# ------------------------------------------------------------------------------------------ hands


def test_first_pieces_go_first_and_errors_are_handed_on() -> None:
    hands = Hands(1)
    hold, held = threading.Event(), threading.Event()
    order: list[str] = []

    def wait() -> None:
        held.set()
        hold.wait(PATIENCE)

    Lane(hands).submit(wait)
    assert held.wait(PATIENCE)
    large, small = Lane(hands), Lane(hands)
    pieces = [large.submit(order.append, f"large {piece}") for piece in range(4)]
    pieces += [small.submit(order.append, f"small {piece}") for piece in range(2)]
    dropped = small.submit(order.append, "dropped")
    assert dropped.cancel()
    wrong = small.submit(lambda: 1 // 0)
    hold.set()
    for future in pieces:
        future.result(PATIENCE)
    assert order == ["large 0", "small 0", "large 1", "small 1", "large 2", "large 3"]
    with pytest.raises(ZeroDivisionError):
        wrong.result(PATIENCE)


# ----------------------------------------------------------------------------------- on the screen


PAGE = """
import streamlit as st
from genedge.dashboard.jobs.room import ROOM, Kind
from genedge.dashboard.jobs.watch import visitor, watch

job = ROOM.job(Kind("long", 9, 45.0), "watched", lambda _: 0, visitor())
watch([job], lambda parts: st.metric("So far", parts[0]), key="page")
"""


def test_two_visitors_watch_and_one_cancels() -> None:
    work = Steps(4)
    job = ROOM.job(LONG, "watched", work, "nobody")
    job.ready.set()
    work.go()
    ann, bob = AppTest.from_string(PAGE).run(), AppTest.from_string(PAGE).run()
    assert [page.metric[0].value for page in (ann, bob)] == ["1", "1"]
    job.cancel("nobody")
    ann.button(key="page_cancel").click().run()
    assert "Cancelled" in ann.caption[0].value
    work.go()
    bob.run()
    assert bob.button(key="page_cancel") and bob.metric[0].value == "2"
    ann.button(key="page_again").click().run()
    assert ann.button(key="page_cancel") and not ann.caption
    bob.button(key="page_cancel").click().run()
    work.go(2)
    ended(job)
    for page in (ann, bob):
        page.run()
        assert page.metric[0].value == "4" and not page.button and not page.caption
    assert work.begun == 1
