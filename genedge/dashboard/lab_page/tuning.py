"""The parameters of the lab's own search: they begin as the scenario's and change nothing else."""

from dataclasses import asdict, replace
from typing import Any, Final

import streamlit as st

from genedge.dashboard.shell import state
from genedge.dashboard.shell.fields import control
from genedge.registry.fields import FIELDS, Field
from genedge.scenario.scenario import GeneticParameters

MOST: Final = 500
"""Candidates of a generation, and generations, of a search that is drawn gene by gene."""
_OWN = "lab_own"
_FROM = "lab_from"


def _start(genetic: GeneticParameters) -> dict[str, Any]:
    """The scenario's parameters, cut to what can be drawn."""
    population = min(genetic.population, MOST)
    return asdict(
        replace(
            genetic,
            population=population,
            generations=min(genetic.generations, MOST),
            elites=min(genetic.elites, population),
        )
    )


def _values() -> dict[str, Any]:
    """What the visitor has set; anew when the scenario's parameters have changed."""
    genetic = state.current().genetic
    if st.session_state.get(_FROM) != genetic:
        st.session_state[_FROM], st.session_state[_OWN] = genetic, _start(genetic)
    own: dict[str, Any] = st.session_state[_OWN]
    return own


def own() -> GeneticParameters:
    """The parameters of the lab's search."""
    return GeneticParameters(**_values())


def _key(name: str) -> str:
    return f"lab_tuning_{name}"


def _take(field: Field, key: str) -> None:
    values = _values()
    values[field.name] = st.session_state[key]
    values["elites"] = min(values["elites"], values["population"])


def draw() -> None:
    """Every parameter of the search, and the ways to and from the scenario's."""
    values = _values()
    for field in FIELDS.values():
        if field.group == "genetic":
            control(
                field, values[field.name], key=_key(field.name), changed=_take,
                choices=tuple(field.choices or ()),
            )  # fmt: skip
    genetic = state.current().genetic
    if values == asdict(genetic):
        st.caption("These are the scenario's parameters.")
        return
    start = _start(genetic)
    if start != asdict(genetic) and values == start:
        st.caption(f"The scenario's search is larger; at most {MOST} x {MOST} is drawn here.")
    if st.button("Use these in the scenario", key="lab_use", width="stretch"):
        chosen = own()
        state.change(lambda scenario: replace(scenario, genetic=chosen))
        st.rerun()
    if values != start:
        st.button("Back to the scenario's", key="lab_back", on_click=_back, width="stretch")


def _back() -> None:
    st.session_state.pop(_FROM, None)
