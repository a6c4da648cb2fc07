"""Studies measured in the background, shared by all visitors, one at a time.

Two that ran at once would measure each other. A thread fills a list that pages look at while it
grows; what nobody looks at any more is given up.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from genedge.dashboard.shell import state
from genedge.errors import InputError

MOST_STUDIES: Final = 40
GIVEN_UP_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.5
FIRST_LOOK_SECONDS: Final = 0.8
"""So long a page waits for a study, so that a short one is there at once."""

Make = Callable[[], Iterator[Any]]


@dataclass(eq=False)
class Study:
    """Results that come one by one.

    Attributes
    ----------
    points: measured so far; it grows.
    total: how many there will be.
    error: why it could not be measured, a sentence.
    """

    total: int
    points: list[Any] = field(default_factory=list)
    error: str | None = None
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
        return len(self.points) == self.total

    @property
    def abandoned(self) -> bool:
        """Whether it should stop."""
        return self.cancelled.is_set() or time.monotonic() - self.watched > GIVEN_UP_SECONDS

    @property
    def stale(self) -> bool:
        """Whether it was given up and should be begun anew for whoever asks."""
        ended = not (self.running or self.complete)
        return ended and self.error is None and not self.cancelled.is_set()


class Studies:
    """The studies of this server, at most ``most``; the oldest go first."""

    def __init__(self, most: int = MOST_STUDIES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._studies: OrderedDict[Hashable, Study] = OrderedDict()

    def start(self, key: Hashable, total: int, make: Make, *, again: bool = False) -> Study:
        """The study of that key, begun now if nobody has, or if it has to be measured again."""
        with self._lock:
            study = self._studies.get(key)
            if study is not None and (study.running or not (again or study.stale)):
                study.watched = time.monotonic()
                self._studies.move_to_end(key)
                return study
            study = self._studies[key] = Study(total)
            while len(self._studies) > self._most:
                _, oldest = self._studies.popitem(last=False)
                oldest.cancelled.set()
        threading.Thread(target=self._run, args=(study, make), name="study", daemon=True).start()
        return study

    def _run(self, study: Study, make: Make) -> None:
        try:
            with self._turn:
                for point in () if study.abandoned else make():
                    study.points.append(point)
                    if study.abandoned:
                        break
        except InputError as error:
            study.error = str(error)
        except Exception:
            logging.getLogger("genedge").exception("a study failed")
            study.error = "This study could not be measured; the server's log says more."
        finally:
            study.finished.set()


@st.cache_resource
def studies() -> Studies:
    """The studies of this server."""
    return Studies()


def follow(
    identity: Hashable, total: int, make: Make, draw: Callable[[list[Any]], None], *, key: str
) -> None:
    """Measure a study and draw what there is of it, again and again until all is there."""
    study = studies().start(identity, total, make)
    study.finished.wait(FIRST_LOOK_SECONDS)
    running = study.running

    @st.fragment(run_every=POLL_SECONDS if running else None, key=f"{key}_follow")
    def body() -> None:
        if running and not study.running:
            st.rerun()
        study.watched = time.monotonic()
        points = list(study.points)
        if study.error:
            text = study.error[:1].upper() + study.error[1:]
            st.warning(state.plain(text.removesuffix(".") + "."), icon=":material/warning:")
        elif running:
            _progress(study, len(points), key)
        if points:
            draw(points)
        if not running and st.button(
            "Measure again" if study.complete else "Measure all of it",
            icon=":material/refresh:", key=f"{key}_again",
        ):  # fmt: skip
            studies().start(identity, total, make, again=True)
            st.rerun()

    body()


def _progress(study: Study, done: int, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        text = f"{done} of {study.total} measured" if done else "Getting ready"
        st.progress(min(1.0, done / study.total), text=text)
        if st.button("Cancel", icon=":material/stop_circle:", key=f"{key}_cancel"):
            study.cancelled.set()
