"""Equations: every equation filled with live numbers, every choice with a switch."""

import streamlit as st

from genedge.dashboard.equations_page import choices, decision, formulas, rules
from genedge.dashboard.equations_page.layout import READING_WIDTH, heading, links
from genedge.dashboard.shell import state, widgets
from genedge.equations import sections

widgets.heading("Equations", sections.SUMMARY)
widgets.rejections(state.current())
with st.container(width=READING_WIDTH, key="equations_page"):
    example, numbers = decision.choose()
    st.markdown(links(sections.CONTENTS))
    st.info(sections.RECONSTRUCTION, icon=":material/info:")
    formulas.symbols(example)
    for part in sections.BEFORE_EVENTS:
        formulas.section(part, example, numbers)
    rules.events(example)
    rules.policies(example)
    for part in sections.AFTER_EVENTS:
        formulas.section(part, example, numbers)
    choices.draw(example)
    heading("Source", "source")
    st.markdown(sections.CITATION)
