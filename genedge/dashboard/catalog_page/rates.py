"""A rate per model: the column in the table, and what becomes of rates when the table changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard.shell import state
from genedge.intake.workload import PopularityOrder, Workload, arrival_rates
from genedge.limits import MAX_REQUESTS
from genedge.scenario.scenario import Scenario

_LEFT: Final = "catalog_rates_left"


def draw(scenario: Scenario) -> None:
    """Draw the switch between a popularity law and a rate for every model."""
    st.session_state["catalog_rates"] = scenario.workload.popularity_order == "custom"
    st.toggle(
        "A rate per model",
        key="catalog_rates",
        on_change=_toggle,
        help="Adds a column with the requests per slot of every model, starting from the rates in "
        "force.",
    )


def _toggle() -> None:
    wanted = bool(st.session_state["catalog_rates"])

    def make(scenario: Scenario) -> Scenario:
        load = scenario.workload
        if not wanted:
            order: PopularityOrder = st.session_state.get(_LEFT, "catalog")
            after = replace(load, popularity_order=order)
            st.session_state[f"{_LEFT}_load"] = after
            return replace(scenario, workload=after)
        st.session_state[_LEFT] = load.popularity_order
        rates = load.arrival_rates
        # What was typed before comes back, unless the popularity has been changed meanwhile.
        if rates is None or load != st.session_state.get(f"{_LEFT}_load"):
            rates = tuple(arrival_rates(load, scenario.model_catalog).tolist())
        return replace(
            scenario, workload=replace(load, popularity_order="custom", arrival_rates=rates)
        )

    state.change(make)


def carried(scenario: Scenario, names: list[str], *, edited: bool) -> Workload:
    """The workload for another catalog: rates of models that it shares go along."""
    load = scenario.workload
    if load.arrival_rates is None:
        return load
    old = scenario.model_catalog.names
    rates = None
    if len(old) == len(load.arrival_rates) and (edited or set(names) <= set(old)):
        rates = facts.aligned_rates(old, load.arrival_rates, names)
    if rates is not None:
        return replace(load, arrival_rates=rates)
    if load.popularity_order != "custom":
        return replace(load, arrival_rates=None)
    state.notice(
        "The rates per model belonged to the other table; popularity follows catalog order now."
    )
    total = min(sum(load.arrival_rates), float(MAX_REQUESTS))
    return replace(load, arrival_rates=None, popularity_order="catalog", rate=total)
