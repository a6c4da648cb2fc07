"""Equations: every equation filled with live numbers, every choice with a switch."""

import streamlit as st

from genedge import equations as content
from genedge.dashboard.equations_page import choices, decision, formulas, rules
from genedge.dashboard.equations_page.layout import READING_WIDTH, heading, links
from genedge.dashboard.shell import state, widgets

widgets.heading("Equations", content.SUMMARY)
widgets.rejections(state.current())
with st.container(width=READING_WIDTH, key="equations_page"):
    moment, numbers = decision.choose()
    st.markdown(links(content.CONTENTS))
    heading("What is being decided", "decided")
    st.markdown(content.DECIDED)
    st.info(content.RECONSTRUCTION, icon=":material/info:")
    formulas.symbols(moment)
    for part in content.BEFORE_EVENTS:
        formulas.section(part, moment, numbers)
    rules.events(moment)
    rules.policies(moment)
    formulas.section(content.BOUNDS, moment, numbers)
    formulas.ledgers(moment, numbers)
    choices.draw(moment)
    heading("Source", "source")
    st.markdown(content.CITATION)
    st.markdown(content.SHORTLY)
