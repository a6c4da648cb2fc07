"""Ablations measured once per scenario and kept for all visitors; progress where it takes long."""

import time
from dataclasses import replace
from typing import Final

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.registry.policies import ALL_POLICIES
from genedge.scenario.codec import to_json
from genedge.scenario.scenario import Scenario
from genedge.studies.ablation_table import AblationTable
from genedge.studies.ablations import ABLATIONS, run_ablation

SHOW_AFTER_SECONDS: Final = 0.5


@st.cache_resource
def _tables() -> results.Kept[AblationTable]:
    return results.Kept(100)


def measured(scenario: Scenario, name: str, replications: int) -> AblationTable:
    """One ablation of a scenario, whatever policies and replications that one has itself.

    Raises
    ------
    InputError: the scenario cannot be built.
    """
    key = to_json(replace(scenario, policies=ALL_POLICIES, replications=1)), name, replications
    made = _tables().peek(key)
    if made is not None:
        return made
    with st.spinner("Compiling the engine, once for this machine: about a quarter minute…"):
        results.compile_engine()
    place, begun = st.empty(), time.monotonic()

    def show(share: float, what: str) -> None:
        if time.monotonic() - begun > SHOW_AFTER_SECONDS:
            place.progress(share, text=f"{ABLATIONS[name].title}: {what}")

    try:
        return _tables().get(
            key,
            lambda: run_ablation(
                scenario, ABLATIONS[name], replications, show, trace=results.trace_of(scenario)
            ),
        )
    finally:
        place.empty()
