"""GA lab: one genetic search gene by gene, a whole run of them, and what their parameters do."""

import streamlit as st

from genedge.dashboard.lab_page import decision, parameters_and_growth, whole_run
from genedge.dashboard.shell import state, widgets
from genedge.errors import InputError
from genedge.say import capital

widgets.heading(
    "GA lab",
    "How does a genetic algorithm find a decision, how often is it the best one, and what does "
    "that cost?",
)
widgets.rejections(state.current())
PARTS = {
    "One decision": decision.draw,
    "Whole run": whole_run.draw,
    "Parameters": parameters_and_growth.parameters,
    "Growing catalogs": parameters_and_growth.growth,
}
tabs = st.tabs(list(PARTS), key="lab_tab", on_change="rerun")
for tab, draw in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            try:
                draw()
            except InputError as error:
                st.warning(state.plain(capital(str(error))), icon=":material/warning:")
