"""The shell that every page runs in: navigation, sidebar, address, and errors in plain words."""

import logging
from pathlib import Path

import streamlit as st

from genedge.dashboard.shell import sidebar, state, traces
from genedge.errors import InputError

ASSETS = Path(__file__).parents[3] / "assets"

st.set_page_config(page_title="genedge", page_icon=str(ASSETS / "icon.svg"), layout="wide")
st.logo(str(ASSETS / "logo.svg"), icon_image=str(ASSETS / "icon.svg"), size="large")

page = st.navigation(
    {
        "Explore": [
            st.Page("../../../pages/home.py", title="Home", icon=":material/home:", default=True),
            st.Page("../../../pages/live.py", title="Live run", icon=":material/play_circle:",
                    url_path="live"),
            st.Page("../../../pages/compare.py", title="Compare", icon=":material/bar_chart:",
                    url_path="compare"),
        ],
        "Paper": [
            st.Page("../../../pages/figures.py", title="Figures & claims",
                    icon=":material/monitoring:", url_path="figures"),
            st.Page("../../../pages/ablations.py", title="Ablations", icon=":material/science:",
                    url_path="ablations"),
            st.Page("../../../pages/lab.py", title="GA lab", icon=":material/genetics:",
                    url_path="lab"),
            st.Page("../../../pages/equations.py", title="Equations", icon=":material/function:",
                    url_path="equations"),
        ],
        "Yours": [
            st.Page("../../../pages/catalog.py", title="Catalog & server", icon=":material/table:",
                    url_path="catalog"),
        ],
    },
    position="top",
)  # fmt: skip
state.load()
sidebar.draw()
state.mirror_in_address()
state.show_notices()
try:
    if traces.at_hand():
        page.run()
except InputError as error:
    st.error(state.plain(str(error)), icon=":material/error:")
except Exception:
    logging.getLogger("genedge").exception("page %s failed", page.title)
    st.error(
        "This page could not be drawn. Nothing you entered is lost: the address still holds your "
        "scenario. The server's log says more.",
        icon=":material/error:",
    )
