"""Where the paper's result can be reproduced: a map to look at and to travel by."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
import streamlit as st

from genedge import charts
from genedge.dashboard.figures_page.choices import Chosen, follow, one_of
from genedge.dashboard.shell import state, widgets
from genedge.paper.map import GRIDS, cells, grid
from genedge.studies.knobs import KNOBS
from genedge.studies.study import Study
from genedge.studies.sweeps import point_of
from genedge.studies.table import StudyTable
from genedge.words import figures as sentences

AGAINST: Final = {"best": "best baseline", "worst": "worst baseline"}
MOST_REPLICATIONS: Final = 10
"""A map has many points; intervals are not drawn in it."""
_TAKEN = "figures_map_taken"
_SAID = "figures_map_said"


def draw(chosen: Chosen) -> None:
    """One of the grids around the scenario."""
    with st.container(horizontal=True):
        name = one_of("Map", {key: entry[0] for key, entry in GRIDS.items()}, key="figures_map")
        against = one_of("Against the", AGAINST, key="figures_map_against")
        metric = widgets.ledger_choice(key="figures_map_ledger")
    if said := st.session_state.pop(_SAID, None):
        st.success(f"Now in force on every page: {state.plain(said)}.", icon=":material/check:")

    def body(tables: list[StudyTable]) -> None:
        _map(tables[0], metric, against)

    follow([sweep_of(name, chosen)], body, key="figures_map")


def sweep_of(name: str, chosen: Chosen) -> Study:
    """The grid that a map of the chosen scenario shows."""
    base = replace(chosen.base, replications=min(chosen.replications, MOST_REPLICATIONS))
    return grid(name, base)


def _map(table: StudyTable, metric: str, against: Any) -> None:
    here = point_of(table.study, state.current())
    key = f"figures_map_{table.study.name}_{against}_{metric}"
    event = st.plotly_chart(
        charts.heat_map(table, metric, against, state.theme(), here),
        key=key, theme="streamlit", width="stretch", config=widgets.CONFIG, on_select="rerun",
        selection_mode="points",
        alt=f"{table.study.title}: reduction of the GA against the {AGAINST[against]}",
    )  # fmt: skip
    st.caption(state.plain(sentences.map_sentence(table, metric, against)))
    st.caption(
        "Numbers are per cent: orange where the genetic algorithm is cheaper, blue where the "
        "baseline is. A click on a cell makes that point the scenario in force, on every page."
    )
    widgets.downloads(
        lambda: map_frame(table, metric), key="figures_map_data", scenario=table.study.base
    )
    point = clicked(event)
    if point is None:
        st.session_state.pop(_TAKEN, None)
    elif st.session_state.get(_TAKEN) != (key, point):
        st.session_state[_TAKEN] = (key, point)
        travel(table.study, point)
        st.rerun()


def clicked(event: Any) -> tuple[float, ...] | None:
    """The point that a selection names, or None."""
    points = event["selection"]["points"] if event else []
    for point in points:
        data = point.get("customdata")
        if isinstance(data, dict):  # the browser sends arrays as objects
            data = [data[key] for key in sorted(data)]
        if isinstance(data, Sequence) and len(data) == 2:
            return tuple(float(value) for value in data)
    return None


def travel(sweep: Study, point: tuple[float, ...]) -> bool:
    """Make a point of a map the scenario in force, with the visitor's replications and policies."""
    if point not in sweep.points:
        return False
    now = state.current()
    values = ", ".join(
        f"{KNOBS[axis.knob].label} {KNOBS[axis.knob].tick(value)}"
        for axis, value in zip(sweep.axes, point, strict=True)
    )
    done = state.change_all(
        lambda _: replace(
            sweep.scenario(point), replications=now.replications, policies=now.policies
        )
    )
    if done:
        st.session_state[_SAID] = values
    return done


def map_frame(table: StudyTable, metric: str) -> pd.DataFrame:
    """One row a cell: both knobs, both reductions, how often a constraint binds."""
    found = cells(table, metric)
    knobs = [axis.knob for axis in table.study.axes]
    frame = pd.DataFrame(table.study.points, columns=knobs)
    return frame.assign(
        against_best=found.against_best.ravel(),
        against_worst=found.against_worst.ravel(),
        claimed=found.claimed.ravel(),
        binding_share=found.binding.ravel(),
    )
