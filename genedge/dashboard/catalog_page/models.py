"""The models: a table to start from, its cells, what is wrong with them, files, and sources."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from genedge.dashboard.catalog_page import change, table
from genedge.dashboard.shell import state, traces, widgets
from genedge.errors import InputError
from genedge.intake.catalog import CATALOG_PRESETS, ModelCatalog
from genedge.intake.edited_table import Edited
from genedge.intake.provenance import kind_frame, origin, source_frame, sources
from genedge.intake.quantities import QUANTITIES
from genedge.intake.workload import PopularityOrder, arrival_rates, order_among
from genedge.limits import MAX_CATALOG_BYTES, MAX_MODELS, MEGABYTE
from genedge.say import count
from genedge.scenario.scenario import Scenario
from genedge.words.catalog import where_from

PRESET_TITLES: Final = {
    "table1": "Table I (illustrative)",
    "measured": "Measured",
    "2026": "Open models, 2026",
}
_LEFT: Final = "catalog_rates_left"
_UPLOADS: Final = "catalog_uploads"
_BADGES: Final[dict[str, Any]] = {
    "measured": "green", "published": "blue", "derived": "violet", "illustrative": "gray",
    "yours": "orange",
}  # fmt: skip


def draw(scenario: Scenario) -> None:
    """Draw the choice of a starting table, the table itself, and what belongs to it."""
    if "catalog_reset" not in st.session_state:  # another page was looked at meanwhile
        change.hush()
    _starts(scenario)
    if scenario.workload.trace is None:
        _rates_switch(scenario)
    held = table.hold(scenario)
    rows = held.read()
    _messages(scenario, rows)
    table.draw(held, on_change=change.take_edits)
    _files(scenario, rows)
    _sources(scenario.model_catalog)


# ---- what to start from -----------------------------------------------------------------------


def _starts(scenario: Scenario) -> None:
    """The shipped tables, and those of the user's own that are in force or were."""
    titles = dict(PRESET_TITLES)
    own = scenario.catalog
    if not isinstance(own, str):
        titles["own"] = f"Your own ({count(len(own), 'model')})"
    for place, before in enumerate(state.own_catalogs()):
        if before.catalog != own:
            models = count(len(before.catalog), "model")
            titles[f"own {place}"] = f"Your own, earlier ({models})"
    st.session_state["catalog_start"] = own if isinstance(own, str) else "own"
    st.segmented_control(
        "Start from",
        list(titles),
        key="catalog_start",
        format_func=lambda name: titles.get(name, name),
        on_change=_start,
        help="  \n".join(
            f"{title}: {CATALOG_PRESETS[name]}." for name, title in PRESET_TITLES.items()
        ),
    )


def _start() -> None:
    name = st.session_state["catalog_start"]
    if name in CATALOG_PRESETS:
        change.take(ModelCatalog.preset(name).models)
    elif name is not None and name.startswith("own "):
        before = state.own_catalogs()[int(name.removeprefix("own "))]
        custom = before.workload.popularity_order == "custom" and before.workload.trace is None
        change.take(before.model_catalog.models, before.workload.arrival_rates if custom else None)


def _rates_switch(scenario: Scenario) -> None:
    """The switch between a popularity law and a rate for every model."""
    st.session_state["catalog_rates"] = scenario.workload.popularity_order == "custom"
    st.toggle(
        "A rate per model",
        key="catalog_rates",
        on_change=_switch_rates,
        help="Adds a column with the requests per slot of every model, starting from the rates in "
        "force.",
    )


def _switch_rates() -> None:
    wanted = bool(st.session_state["catalog_rates"])

    def make(scenario: Scenario) -> Scenario:
        load = scenario.workload
        if not wanted:
            left: PopularityOrder = st.session_state.get(_LEFT, "catalog")
            order = order_among(left, scenario.model_catalog.names)
            after = replace(load, popularity_order=order)
            st.session_state[f"{_LEFT}_load"] = after
            return replace(scenario, workload=after)
        st.session_state[_LEFT] = load.popularity_order
        rates = load.arrival_rates
        # What was typed before comes back, unless the popularity has been changed meanwhile.
        if rates is None or load != st.session_state.get(f"{_LEFT}_load"):
            rates = tuple(arrival_rates(load, scenario.model_catalog).tolist())
        return replace(
            scenario, workload=replace(load, popularity_order="custom", arrival_rates=rates)
        )

    state.change(make)


# ---- what is said about the table -------------------------------------------------------------


def _messages(scenario: Scenario, rows: Edited) -> None:
    """What is wrong with the table, or how to change it, and what is unfinished."""
    faults = change.faults(scenario, rows)
    if faults:
        models = count(len(scenario.model_catalog), "model")
        traces.refused(f"Not in force yet; the last valid catalog ({models}) still is", faults)
    else:
        st.caption("Click a cell to change it, the last row to add a model; tick rows to cut them.")
    for sentence in rows.unfinished[:3]:
        st.info(f"{state.plain(sentence)}.", icon=":material/edit:")
    if len(rows.unfinished) > 3:
        st.info(f"and {len(rows.unfinished) - 3:,} more", icon=":material/edit:")


# ---- whole tables as files --------------------------------------------------------------------


def _files(scenario: Scenario, rows: Edited) -> None:
    """The way in and out, the way back to the nearest shipped table, and what came of it."""
    catalog = scenario.model_catalog
    nearest = origin(catalog)
    untouched = rows.models == catalog.models and not rows.unfinished
    with st.container(horizontal=True):
        with st.popover("Upload CSV", icon=":material/upload_file:"):
            st.file_uploader(
                f"Columns: name, {', '.join(QUANTITIES)} and, if you like, service",
                type=["csv", "txt"],
                key=_upload_key(),
                on_change=_upload,
                max_upload_size=MAX_CATALOG_BYTES // MEGABYTE,
                help=f"At most {MAX_MODELS:,} models. A download of this page is an example.",
            )
        st.download_button(
            "Download CSV", catalog.to_csv, "catalog.csv", "text/csv", key="catalog_download",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.button(
            f"Back to {PRESET_TITLES[nearest]}",
            key="catalog_reset",
            icon=":material/restart_alt:",
            disabled=scenario.catalog == nearest and untouched,
            on_click=_reset,
            args=(nearest,),
        )

    said = change.said()
    if said is not None and said.wrong:
        traces.refused(said.head, said.wrong)
    elif said is not None:
        st.success(state.plain(said.head), icon=":material/check:")


def _reset(preset: str) -> None:
    change.take(ModelCatalog.preset(preset).models)


def _upload_key() -> str:
    return f"catalog_upload_{st.session_state.get(_UPLOADS, 0)}"


def _upload() -> None:
    """Read an uploaded table; a bad one changes nothing."""
    file = st.session_state.get(_upload_key())
    if file is None:
        return
    st.session_state[_UPLOADS] = st.session_state.get(_UPLOADS, 0) + 1
    try:
        catalog = ModelCatalog.from_csv(file.getvalue(), file.name)
    except InputError as error:
        places = [line.removeprefix(f"{file.name}, ") for line in error.lines()]
        change.say(f"{file.name} cannot be used; nothing was changed", places)
        return
    if change.take(catalog.models):
        change.say(f"{catalog.name}: {count(len(catalog), 'model')} read and in force")


# ---- where figures come from ------------------------------------------------------------------


def _sources(catalog: ModelCatalog) -> None:
    """The panel of sources; closed, it computes nothing."""
    panel = st.expander(
        "Where the figures come from", icon=":material/fact_check:", key="catalog_sources",
        on_change="rerun",
    )  # fmt: skip
    if not panel.open:
        return
    with panel:
        st.markdown(state.plain(where_from(catalog)))
        names = list(catalog.names)
        if st.session_state.get("catalog_source_model") not in names:
            st.session_state["catalog_source_model"] = names[0]
        left, right = st.columns(2, gap="large")
        with left:
            kinds = kind_frame(catalog)
            st.dataframe(
                kinds, hide_index=True, height=min(38 + 35 * len(kinds), 400),
                key=f"catalog_kinds_{hash(catalog.models)}", selection_mode="single-row",
                on_select=lambda: _pick(catalog),
                column_config={"Model": st.column_config.TextColumn(pinned=True)},
            )  # fmt: skip
        with right:
            chosen = st.selectbox("Sources of", names, key="catalog_source_model")
            for found in sources(catalog, [catalog.models[names.index(chosen)]]):
                quantity = QUANTITIES[found.field]
                with st.container(horizontal=True, vertical_alignment="center"):
                    value = f"**{quantity.label}** {found.value:g} {quantity.unit}"
                    st.markdown(value, width="content")
                    st.badge(found.kind, color=_BADGES[found.kind], width="content")
                    if found.confidence:
                        st.badge(f"{found.confidence} confidence", color="gray", width="content")
                st.caption(state.plain(found.source))
        widgets.downloads(
            lambda: source_frame(catalog), key="catalog_source_table", title="All sources"
        )


def _pick(catalog: ModelCatalog) -> None:
    """Show the sources of the model whose row was selected."""
    chosen = st.session_state[f"catalog_kinds_{hash(catalog.models)}"]["selection"]["rows"]
    if chosen and chosen[0] < len(catalog):
        st.session_state["catalog_source_model"] = catalog.names[chosen[0]]
