"""The order of events and the policies, with the chosen decision's slot as the example."""

import streamlit as st

from genedge.dashboard.equations_page.layout import computed_in, heading, left_open, steps, table
from genedge.equations.events import CODE, DETAILS, EVENTS, slot_table
from genedge.equations.example import Example
from genedge.equations.policies import (
    ALGORITHM,
    ALGORITHM_CODE,
    KINDS,
    others_here,
    parameters,
)
from genedge.registry.policies import POLICIES


def events(example: Example) -> None:
    """The order of events, and what happened in the decision's slot."""
    heading("Order of events", "events")
    steps(EVENTS)
    with st.container(border=True, key="equations_slot"):
        words, rows = slot_table(example)
        st.markdown(f":material/calculate: {words}")
        if rows is not None:
            table(rows.header, rows.rows)
    for text in DETAILS:
        st.markdown(text)
    left_open("switching_charged", "count_order")
    computed_in(CODE)


def policies(example: Example) -> None:
    """Every policy, and what each would have evicted at this decision."""
    heading("Policies", "policies")
    here = others_here(example)
    for kind, one in KINDS.items():
        st.subheader(one.title, anchor=f"policies-{kind}")
        st.markdown(one.words)
        for policy in POLICIES.values():
            if policy.kind == kind:
                with st.container(border=True, gap="xsmall"):
                    st.markdown(f"**{policy.label}** `{policy.name}` {policy.explanation}")
                    if policy.name in here:
                        st.markdown(f":material/calculate: {here[policy.name]}")
                    st.caption(f"Source: {policy.source}")
        if one.code:
            computed_in(*one.code)
        if kind == "decision":
            algorithm()
        if one.choices:
            left_open(*one.choices)


def algorithm() -> None:
    """Algorithm 1."""
    with st.expander("Algorithm 1, step by step", key="equations_algorithm"):
        steps(ALGORITHM)
        rows = ((words, default, f"`{flag}`") for words, default, flag in parameters())
        table(("Parameter", "Default", "Command line"), rows)
        computed_in(ALGORITHM_CODE)
