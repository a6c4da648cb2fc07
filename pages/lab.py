"""GA lab: one genetic search gene by gene, a whole run of them, and what their parameters do."""

import streamlit as st

from genedge.dashboard.lab_page import decision, measured, whole_run
from genedge.dashboard.shell import state, widgets
from genedge.errors import InputError

widgets.heading(
    "GA lab",
    "How does a genetic algorithm find a decision, how often is it the best one, and what does "
    "that cost?",
)
widgets.rejections(state.current())
PARTS = {
    "One decision": decision.draw,
    "Whole run": whole_run.draw,
    "Parameters": measured.parameters,
    "Growing catalogs": measured.growth,
}
tabs = st.tabs(list(PARTS), key="lab_tab", on_change="rerun")
for tab, draw in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            try:
                draw()
            except InputError as error:
                text = str(error)
                st.warning(state.plain(text[:1].upper() + text[1:]), icon=":material/warning:")
