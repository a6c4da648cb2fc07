"""What to start from: a shipped table, or one of the user's own that is in force or was."""

from __future__ import annotations

from typing import Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard.catalog_page.change import take
from genedge.dashboard.shell import state
from genedge.intake.catalog import CATALOG_PRESETS, ModelCatalog
from genedge.scenario.scenario import Scenario

PRESET_TITLES: Final = {
    "table1": "Table I (illustrative)",
    "measured": "Measured",
    "2026": "Open models, 2026",
}


def draw(scenario: Scenario) -> None:
    """The shipped tables, and those of the user's own that are in force or were."""
    titles = dict(PRESET_TITLES)
    own = scenario.catalog
    if not isinstance(own, str):
        titles["own"] = f"Your own ({facts.count_of(len(own), 'model')})"
    earlier = state.own_catalogs()
    for place, before in enumerate(earlier):
        if before.catalog != own:
            count = facts.count_of(len(before.catalog), "model")
            titles[f"own {place}"] = f"Your own, earlier ({count})"
    chosen = own if isinstance(own, str) else "own"
    st.session_state["catalog_start"] = chosen
    st.segmented_control(
        "Start from",
        list(titles),
        key="catalog_start",
        format_func=lambda name: titles.get(name, name),
        on_change=_choose,
    )
    if chosen in CATALOG_PRESETS:
        st.caption(f"{CATALOG_PRESETS[chosen]}. Change any cell and it becomes your own.")
    else:
        origin = facts.origin(scenario.model_catalog)
        st.caption(
            f"Your own table; the nearest shipped one is {PRESET_TITLES[origin]}. Starting from "
            "another one keeps yours within reach here."
        )


def _choose() -> None:
    name = st.session_state["catalog_start"]
    if name in CATALOG_PRESETS:
        take(ModelCatalog.preset(name).models)
    elif name is not None and name.startswith("own "):
        before = state.own_catalogs()[int(name.removeprefix("own "))]
        custom = before.workload.popularity_order == "custom" and before.workload.trace is None
        take(before.model_catalog.models, before.workload.arrival_rates if custom else None)
