"""Where the difference between the two runs comes from, model by model."""

import streamlit as st

from genedge import charts
from genedge.dashboard.shell import state, widgets
from genedge.decisions import difference
from genedge.runs.run import Run
from genedge.words import difference as sentences


def contrast(runs: list[Run], metric: str) -> None:
    """The dearer run against the cheaper one."""
    dear, cheap = sorted(runs, key=lambda run: -run.summary[metric])
    found = difference(dear, cheap, metric)
    text = sentences.of_difference(found)
    words, picture = st.columns([2, 3], gap="large")
    with words:
        st.markdown(f"**{state.plain(text[0])}**")
        for sentence in text[1:]:
            st.markdown(state.plain(sentence))
    if len(text) == 1:
        return
    with picture:
        widgets.chart(
            charts.difference_by_model(found, state.theme()), key="live_difference",
            takeaway=sentences.of_shares(found), data=found.frame,
            alt="What each model adds to the difference between the two runs",
        )  # fmt: skip
