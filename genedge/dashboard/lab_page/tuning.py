"""The parameters of the lab's own search: they begin as the scenario's and change nothing else."""

from dataclasses import asdict, replace
from typing import Any, Final

import streamlit as st

from genedge.dashboard.shell import state
from genedge.scenario.scenario import GeneticParameters

MOST: Final = 500
"""Candidates of a generation, and generations, of a search that is drawn gene by gene."""
_OWN = "lab_own"
_FROM = "lab_from"
FIRST: Final = {"random": "sampled at random", "deployment": "with what is deployed"}


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


def _take(name: str) -> None:
    values = _values()
    values[name] = st.session_state[_key(name)]
    values["elites"] = min(values["elites"], values["population"])


def _slider(name: str, label: str, low: float, high: float, step: float, **more: Any) -> None:
    value = _values()[name]
    st.session_state[_key(name)] = value
    st.slider(
        label, min(low, value), max(high, value), step=step, key=_key(name), on_change=_take,
        args=(name,), format="%d" if isinstance(value, int) else "%.2f", **more,
    )  # fmt: skip


def draw() -> None:
    """Every parameter of the search, and the ways to and from the scenario's."""
    values = _values()
    _slider("population", "Population", 2, 200, 1)
    _slider("generations", "Generations at most", 0, 200, 1)
    _slider("mutation_probability", "Mutation probability, per gene", 0.0, 0.5, 0.01)
    _slider("crossover_probability", "Crossover probability, per pair", 0.0, 1.0, 0.05)
    _slider("tournament", "Tournament", 1, 10, 1,
            help="Selection: so many candidates are drawn; the best becomes a parent.")  # fmt: skip
    _slider("elites", "Elites", 0, min(10, values["population"]), 1,
            help="Survival: so many of the best pass on unchanged.")  # fmt: skip
    _slider("patience", "Patience", 1, 200, 1,
            help="The search ends after so many generations without a better one.")  # fmt: skip
    st.session_state[_key("repair")] = values["repair"]
    st.toggle(
        "Repair", key=_key("repair"), on_change=_take, args=("repair",),
        help="Candidates that do not fit give up models until they do; otherwise they are out.",
    )  # fmt: skip
    st.session_state[_key("first_generation")] = values["first_generation"]
    st.selectbox(
        "First generation", list(FIRST), key=_key("first_generation"), on_change=_take,
        args=("first_generation",), format_func=lambda name: FIRST[name],
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
