"""Where the figures of the table come from: by kind, and source by source."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard.shell import state, widgets
from genedge.intake.catalog import ModelCatalog

_BADGES: Final[dict[str, Any]] = {
    "measured": "green",
    "published": "blue",
    "derived": "violet",
    facts.ILLUSTRATIVE: "gray",
    facts.YOURS: "orange",
}


def draw(catalog: ModelCatalog) -> None:
    """Draw the panel; closed, it computes nothing."""
    panel = st.expander(
        "Where the figures come from", icon=":material/fact_check:", key="catalog_sources",
        on_change="rerun",
    )  # fmt: skip
    if not panel.open:
        return
    with panel:
        st.markdown(state.plain(facts.source_sentence(catalog)))
        names = list(catalog.names)
        if st.session_state.get("catalog_source_model") not in names:
            st.session_state["catalog_source_model"] = names[0]
        left, right = st.columns(2, gap="large")
        with left:
            kinds = facts.kind_frame(catalog)
            st.dataframe(
                kinds, hide_index=True, height=min(38 + 35 * len(kinds), 400),
                key=f"catalog_kinds_{hash(catalog.models)}", selection_mode="single-row",
                on_select=lambda: _pick(catalog),
                column_config={"Model": st.column_config.TextColumn(pinned=True)},
            )  # fmt: skip
            st.caption("Select a row, or a model at the side, to read its sources.")
        with right:
            chosen = st.selectbox("Sources of", names, key="catalog_source_model")
            for found in facts.sources(catalog, [catalog.models[names.index(chosen)]]):
                figure = found.figure
                with st.container(horizontal=True, vertical_alignment="center"):
                    value = f"**{figure.title}** {found.value:g} {figure.unit}"
                    st.markdown(value, width="content")
                    st.badge(found.kind, color=_BADGES[found.kind], width="content")
                    if found.confidence:
                        st.badge(f"{found.confidence} confidence", color="gray", width="content")
                st.caption(state.plain(found.source))
        widgets.downloads(
            lambda: facts.source_frame(catalog), key="catalog_source_table", title="All sources"
        )


def _pick(catalog: ModelCatalog) -> None:
    """Show the sources of the model whose row was selected."""
    chosen = st.session_state[f"catalog_kinds_{hash(catalog.models)}"]["selection"]["rows"]
    if chosen and chosen[0] < len(catalog):
        st.session_state["catalog_source_model"] = catalog.names[chosen[0]]
