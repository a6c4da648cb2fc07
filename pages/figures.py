"""Figures & claims: the paper's figures measured anew, its claims judged, and where they hold."""

import streamlit as st

from genedge.dashboard.figures_page import (
    choices,
    claims,
    draws,
    figures,
    reproduction_map,
    take_home,
)
from genedge.dashboard.shell import state, widgets
from genedge.errors import InputError
from genedge.say import capital

choices.heading("Figures & claims")
chosen = choices.choose()
PARTS = {
    "Claims": claims.draw,
    "Figures": figures.draw,
    "Map": reproduction_map.draw,
    "Catalog draws": draws.draw,
    "Take home": take_home.draw,
}
tabs = st.tabs(list(PARTS), key="figures_tab", on_change="rerun")
for tab, draw in zip(tabs, PARTS.values(), strict=True):
    if tab.open:
        with tab:
            if draw is not claims.draw:
                st.caption(state.plain(widgets.scenario_line(chosen.base)))
            try:
                draw(chosen)
            except InputError as error:
                st.warning(state.plain(capital(str(error))), icon=":material/warning:")
