"""Jobs on a page: waited for or watched while they grow, how far they are, Cancel and Again."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, TypeVar

import streamlit as st

from genedge.dashboard.jobs.room import ROOM, Job, Kind, Work
from genedge.dashboard.shell import state
from genedge.errors import InputError
from genedge.say import capital

Value = TypeVar("Value")

POLL_SECONDS: Final = 0.7
FIRST_LOOK_SECONDS: Final = 1.2
"""So long a page waits for its first numbers before it is shown without them."""
CANCELLED: Final = "Cancelled: what was measured by then is kept."


def visitor() -> Hashable:
    """Whoever looks at this page: one tab of a browser."""
    me: Hashable = st.session_state.setdefault("visitor", object())
    return me


def awaited(
    kind: Kind, key: Hashable, work: Work[Value], text: str, *, first_look: bool = False
) -> Value:
    """A result without which the page cannot go on; says how far it is where it takes long.

    With ``first_look`` it is enough that the job is ready.

    Raises what the work raises.
    """
    places: list[Any] = []

    def show(job: Job[Value]) -> None:
        place = places[0] if places else st.empty()
        places[:] = [place]
        if job.total:
            place.progress(min(1.0, job.done / job.total), text=f"{text}: {job.what}")
        else:
            place.info(f"{text}…", icon="spinner")

    try:
        return ROOM.result(kind, key, work, show, first_look=first_look)
    finally:
        for place in places:
            place.empty()


def watch(jobs: Sequence[Job[Any]], draw: Callable[[list[Any]], None], *, key: str) -> None:
    """Draw what there is of some jobs, again and again until they have ended."""
    me = visitor()
    if len(jobs) == 1:
        jobs[0].ready.wait(FIRST_LOOK_SECONDS)

    def under_way() -> list[Job[Any]]:
        return [job for job in jobs if job.running and me not in job.left]

    following = bool(under_way())

    @st.fragment(run_every=POLL_SECONDS if following else None, key=f"{key}_follow")
    def body() -> None:
        running = under_way()
        if following and not running:
            st.rerun()
        for job in jobs:
            job.look(me)
        for text in dict.fromkeys(_sentence(job.error) for job in jobs if job.error):
            st.warning(state.plain(text), icon=":material/warning:")
        with st.container(horizontal=True, vertical_alignment="center"):
            if running:
                _progress(jobs, running, key)
            else:
                _ended(jobs, key)
        parts = [part for job in jobs if (part := job.so_far()) is not None]
        if parts:
            draw(parts)

    body()


def _progress(jobs: Sequence[Job[Any]], running: list[Job[Any]], key: str) -> None:
    done, total = sum(job.done for job in jobs), sum(job.total for job in jobs)
    text = f"{done:,} of {total:,} {running[0].what}" if done else "Getting ready"
    st.progress(min(1.0, done / max(total, 1)), text=text)
    if st.button("Cancel", icon=":material/stop_circle:", key=f"{key}_cancel"):
        for job in running:
            job.cancel(visitor())
        st.rerun()


def _ended(jobs: Sequence[Job[Any]], key: str) -> None:
    cancelled = [job for job in jobs if not (job.complete or job.error)]
    notes = [*(text for job in jobs for text in job.missing), *([CANCELLED] if cancelled else [])]
    for text in dict.fromkeys(notes):
        st.caption(f":material/info: {state.plain(text)}", width="content")
    partial = [*cancelled, *(job for job in jobs if job.missing)]
    timed = [job for job in jobs if job.complete and job.kind.alone]
    if (partial or timed) and st.button(
        "Measure all of it" if partial else "Measure again",
        icon=":material/refresh:", key=f"{key}_again",
    ):  # fmt: skip
        for job in partial or timed:
            ROOM.again(job, visitor())
        st.rerun()


def _sentence(error: BaseException) -> str:
    if not isinstance(error, InputError):
        return "This could not be measured; the server's log says more."
    return f"{capital(str(error)).removesuffix('.')}."
