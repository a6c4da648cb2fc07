"""What all parts of the page share: the scenario that is repeated, how often, and its sweeps."""

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

import streamlit as st

from genedge.dashboard.jobs.growing import ADDRESS, sweep_job
from genedge.dashboard.jobs.watch import visitor, watch
from genedge.dashboard.shell import state
from genedge.paper.figures import READINGS, figure_sweeps
from genedge.registry.policies import ALL_POLICIES
from genedge.scenario.presets import PRESETS
from genedge.scenario.scenario import Scenario
from genedge.studies.study import Study
from genedge.studies.table import StudyTable

IN_FORCE: Final = "in force"
BASES: Final = {
    **{name: name for name in (*READINGS, "contended")},
    IN_FORCE: "the scenario in force",
}
_HERE: Final = "figures_run_here"

Option = TypeVar("Option")


class Chosen(NamedTuple):
    """The scenario to repeat, as often as it says, and which of :data:`BASES` it is."""

    base: Scenario
    name: str = IN_FORCE

    @property
    def replications(self) -> int:
        """R."""
        return self.base.replications

    @property
    def figures(self) -> dict[str, Study]:
        """The paper's four sweeps, by name."""
        return figure_sweeps(self.base)


def one_of(label: str, options: dict[Option, str], *, key: str, **more: Any) -> Option:
    """One of a few, shown side by side; it survives a visit to another page."""
    chosen: Option = st.segmented_control(
        label, list(options), default=next(iter(options)), required=True, key=key,
        format_func=lambda option: options[option], persist_state="session",
        wrap=True, **more,
    )  # fmt: skip
    return chosen


def heading(title: str) -> None:
    """The page's title, small: the claims and what is fitted fit the first screen."""
    st.html(
        "<style>[data-testid=stMainBlockContainer] {padding-top: 4.25rem;"
        " & h1 {font-size: 1.75rem; padding: 0 0 .6rem;}}</style>"
    )
    st.title(title, anchor=False)


def choose() -> Chosen:
    """The choice at the top of the page."""
    return repeated(one_of("Repeated on", BASES, key="figures_base", label_visibility="collapsed"))


def repeated(name: str) -> Chosen:
    """One of :data:`BASES`; the visitor's own number of replications counts."""
    now = state.current()
    base = now if name == IN_FORCE else replace(PRESETS[name], replications=now.replications)
    return Chosen(replace(base, policies=ALL_POLICIES), name)


def on_cluster() -> bool:
    """Whether this visitor's sweeps go to the cluster that the server was told of."""
    return bool(os.environ.get(ADDRESS)) and not st.session_state.get(_HERE, False)


def follow(sweeps: Sequence[Study], draw: Callable[[list[StudyTable]], None], *, key: str) -> None:
    """Measure sweeps and draw what there is of them, again and again until all is there.

    Raises
    ------
    InputError: a value that cannot be, or too much is under way.
    """
    jobs = [sweep_job(sweep, visitor(), cluster=on_cluster()) for sweep in sweeps]
    watch(jobs, draw, key=key)
    failed = on_cluster() and any(job.error for job in jobs)
    if failed and st.button("Measure on this machine", key=f"{key}_here"):
        st.session_state[_HERE] = True
        st.rerun()
