"""Jobs on the screen: what is measured so far, how far it is, and what can be done about it."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from genedge.dashboard.figures_page.choices import QUICK
from genedge.dashboard.jobs.sweeps import ADDRESS, Job, jobs
from genedge.dashboard.shell import state
from genedge.errors import InputError
from genedge.scenario.codec import to_dict, to_json
from genedge.scenario.scenario import Scenario
from genedge.studies import export
from genedge.studies.sweeps import Sweep, SweepTable

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

POLL_SECONDS: Final = 0.7
FIRST_LOOK_SECONDS: Final = 1.2
"""So long a page waits for its first numbers before it is shown without them."""
CONFIG: Final = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d"],
}
_HERE = "figures_run_here"


def on_cluster() -> bool:
    """Whether this visitor's sweeps go to the cluster that the server was told of."""
    return bool(os.environ.get(ADDRESS)) and not st.session_state.get(_HERE, False)


class Watched:
    """One sweep as the page sees it: a quick job, and a full one where more is wanted."""

    def __init__(self, sweep: Sweep) -> None:
        cluster = on_cluster()
        quick = sweep.with_replications(min(QUICK, sweep.base.replications))
        self.quick = jobs().start(quick, cluster=cluster)
        self.full = (
            self.quick if sweep.base.replications <= QUICK else jobs().start(sweep, cluster=cluster)
        )

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return self.full.running or self.quick.running

    def table(self) -> SweepTable:
        """What is measured so far."""
        return merged(self.full, self.quick)

    @property
    def jobs(self) -> list[Job]:
        """Both jobs, or the one."""
        return [self.full] if self.full is self.quick else [self.full, self.quick]


def merged(full: Job, quick: Job | None) -> SweepTable:
    """The full table, with the first look where nothing more is measured yet.

    Both met the same requests: a replication's depend on the seed and its own number alone.
    """
    table = full.look()
    if quick is None or quick is full:
        return table
    first = quick.look()
    few = first.done.shape[1]
    gaps = ~table.done[:, :few] & first.done
    table.metrics[:, :few][gaps] = first.metrics[gaps]
    table.optimum[:, :few][gaps] = first.optimum[gaps]
    return table


def wait_for(watched: Sequence[Watched]) -> None:
    """Give first looks a moment, so that a page opens with its numbers."""
    for one in watched:
        one.quick.finished.wait(FIRST_LOOK_SECONDS)


def follow(sweeps: Sequence[Sweep], draw: Callable[[list[SweepTable]], None], *, key: str) -> None:
    """Measure sweeps and draw what there is of them, again and again until all is there."""
    try:
        watched = [Watched(sweep) for sweep in sweeps]
    except InputError as error:
        st.warning(state.plain(_sentence(error)), icon=":material/warning:")
        return
    if len(watched) == 1:
        wait_for(watched)
    running = any(one.running for one in watched)

    @st.fragment(run_every=POLL_SECONDS if running else None, key=f"{key}_follow")
    def body() -> None:
        if running and not any(one.running for one in watched):
            st.rerun()
        _status(watched, key)
        tables = [one.table() for one in watched]
        if any(table.done.any() for table in tables):
            draw(tables)

    body()


def _sentence(error: InputError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _status(watched: Sequence[Watched], key: str) -> None:
    """Progress and Cancel while measuring; what went wrong; how to go on."""
    errors = list(dict.fromkeys(job.error for one in watched for job in one.jobs if job.error))
    for error in errors:
        st.warning(state.plain(error), icon=":material/warning:")
    if errors and on_cluster():
        if st.button("Measure on this machine", key=f"{key}_here"):
            st.session_state[_HERE] = True
            st.rerun()
    elif errors:
        return
    running = [job for one in watched for job in one.jobs if job.running]
    if running:
        _progress(watched, key)
    else:
        missing = list(dict.fromkeys(text for one in watched for text in one.full.table.missing))
        partial = [one for one in watched if not one.full.complete]
        with st.container(horizontal=True, vertical_alignment="center"):
            for text in missing:
                st.caption(f":material/info: {state.plain(text)}", width="content")
            if partial and st.button("Measure all of it", key=f"{key}_again"):
                for one in partial:
                    jobs().start(one.full.sweep, cluster=one.full.cluster, again=True)
                st.rerun()


def _progress(watched: Sequence[Watched], key: str) -> None:
    full = [one.full for one in watched]
    done = sum(int(one.table().done.sum()) for one in watched)
    total = sum(job.table.done.size for job in full)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            min(1.0, done / total),
            text=f"{done:,} of {total:,} replications measured"
            + (" on the cluster" if on_cluster() else ""),
        )
        if st.button("Cancel", icon=":material/stop_circle:", key=f"{key}_cancel"):
            for job in full:
                job.cancel()


def take_data(
    data: "Callable[[], pd.DataFrame]", scenario: Scenario, *, key: str, title: str = "Data"
) -> None:
    """A table as CSV and JSON, with version, seed and the scenario that was repeated."""
    popover = st.popover(
        title, icon=":material/table_view:", key=f"{key}_popover", on_change="rerun"
    )
    if not popover.open:
        return
    with popover:
        st.dataframe(data().head(1000), hide_index=True, height=240)
        with st.container(horizontal=True):
            st.download_button(
                "CSV",
                lambda: export.frame_as_csv(data(), to_json(scenario), scenario.seed),
                f"{key}.csv", "text/csv", key=f"{key}_csv", on_click="ignore",
            )  # fmt: skip
            st.download_button(
                "JSON",
                lambda: export.frame_as_json(data(), to_dict(scenario), scenario.seed),
                f"{key}.json", "application/json", key=f"{key}_json", on_click="ignore",
            )  # fmt: skip


def chart(
    figure: "go.Figure",
    scenario: Scenario,
    *,
    key: str,
    takeaway: str,
    data: "Callable[[], pd.DataFrame]",
    alt: str,
) -> None:
    """A chart, the sentence that it shows, and its data one click away."""
    st.plotly_chart(figure, key=key, theme="streamlit", width="stretch", alt=alt, config=CONFIG)
    st.caption(state.plain(takeaway))
    take_data(data, scenario, key=key)
