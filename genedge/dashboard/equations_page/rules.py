"""The order of events and the policies, with the chosen decision's slot as the example."""

import streamlit as st

from genedge import equations as content
from genedge.dashboard.equations_page.layout import computed_in, heading, left_open, steps, table
from genedge.equations.events_live import others_here, slot_rows
from genedge.equations.moment import Moment
from genedge.registry.policies import POLICIES


def events(moment: Moment) -> None:
    """The order of events, and what happened in the decision's slot."""
    heading("Order of events", "events")
    st.markdown(content.EVENTS_INTRODUCTION)
    steps(content.EVENTS)
    with st.container(border=True, key="equations_slot"):
        words, rows = slot_rows(moment)
        st.markdown(f":material/calculate: {words}")
        if rows is not None:
            table(rows.header, rows.rows)
    for text in content.EVENT_DETAILS:
        st.markdown(text)
    left_open("count_order")
    computed_in(content.REPLAY_CODE)


def policies(moment: Moment) -> None:
    """Every policy, and what each would have evicted at this decision."""
    heading("Policies", "policies")
    st.markdown(content.POLICIES_INTRODUCTION)
    here = others_here(moment)
    for kind, (title, what) in content.KINDS.items():
        st.subheader(title, anchor=f"policies-{kind}")
        st.markdown(f"{title} {what}")
        for policy in POLICIES.values():
            if policy.kind == kind:
                with st.container(border=True, gap="xsmall"):
                    st.markdown(f"**{policy.label}** `{policy.name}` {policy.explanation}")
                    if policy.name in here:
                        st.markdown(f":material/calculate: {here[policy.name]}")
                    st.caption(f"Source: {policy.source}")
        for text, place in content.POLICY_NOTES[kind]:
            st.markdown(text)
            computed_in(place)
        if kind == "decision":
            algorithm()
        if content.POLICY_CHOICES[kind]:
            left_open(*content.POLICY_CHOICES[kind])


def algorithm() -> None:
    """Algorithm 1."""
    with st.expander("Algorithm 1, step by step", key="equations_algorithm"):
        steps(content.ALGORITHM)
        table(
            ("Parameter", "Default", "Command line"),
            ((one.words, one.default, f"`{one.flag}`") for one in content.GENETIC_SETTINGS),
        )
        computed_in(content.GENETIC_CODE)
