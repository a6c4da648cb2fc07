"""One decision: its genetic search generation by generation, beside the exact optimum."""

from dataclasses import replace

import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import results
from genedge.dashboard.lab_page import tuning
from genedge.dashboard.shell import state, widgets
from genedge.decisions import GenerationTrace, trace_generations
from genedge.errors import InputError
from genedge.runs.run import Run
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.search_quality import hardest
from genedge.words import lab as sentences

_NUMBER = "lab_number"
_LAST = "lab_last_number"
_RUN = "lab_run"


@st.fragment(key="lab_decision")
def draw() -> None:
    """A decision to choose, a search to tune, and what it does."""
    try:
        run = results.run_of(state.current(), "ga")
        number = _choose(run)
        _search(trace_generations(run, number, tuning.own()))
    except InputError as error:
        st.warning(state.plain(_sentence(error)), icon=":material/warning:")


def _sentence(error: InputError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _go(number: int) -> None:
    st.session_state[_NUMBER] = st.session_state[_LAST] = number


def _choose(run: Run) -> int:
    """The decision to look at, 0-based; the hardest one at first."""
    most_difficult = hardest(run) + 1
    total = run.decisions.request.size
    asked = replace(state.current(), genetic=GeneticParameters(), replications=1)
    if st.session_state.get(_RUN) != asked:  # another scenario: begin with its own hardest
        st.session_state[_RUN] = asked
        st.session_state.pop(_LAST, None)
    number = min(st.session_state.get(_LAST, most_difficult), total)
    st.session_state[_NUMBER] = st.session_state[_LAST] = number
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = int(
            st.number_input(
                f"Decision, of {total:,} in this run", 1, total, key=_NUMBER, width=220,
                on_change=lambda: _go(int(st.session_state[_NUMBER])),
            )
        )  # fmt: skip
        st.button("Previous", icon=":material/chevron_left:", key="lab_previous",
                  disabled=chosen <= 1, on_click=_go, args=(chosen - 1,))  # fmt: skip
        st.button("Next", icon=":material/chevron_right:", key="lab_next",
                  disabled=chosen >= total, on_click=_go, args=(chosen + 1,))  # fmt: skip
        st.button(
            "Hardest", icon=":material/target:", key="lab_hardest", on_click=_go,
            args=(most_difficult,), disabled=chosen == most_difficult,
            help="The decision that the GA missed by most, or else searched longest for.",
        )  # fmt: skip
    return chosen - 1


def _search(trace: GenerationTrace) -> None:
    theme = state.theme()
    with st.container(border=True):
        st.markdown(state.plain(sentences.asked_sentence(trace)))
        st.markdown(f"**{state.plain(sentences.chosen_sentence(trace))}**")
    shown, tuned = st.columns([3, 1], gap="medium")
    with shown:
        widgets.chart(
            charts.search_fitness(trace, theme),
            key="lab_fitness",
            takeaway=sentences.fitness_sentence(trace),
            data=trace.frame,
            alt="Best, mean and worst fitness of every generation, and the exact optimum's",
        )
        widgets.chart(
            charts.search_diversity(trace, theme),
            key="lab_diversity",
            data=trace.frame,
            alt="How much the candidates of every generation differ",
        )
    with tuned:
        st.markdown("**The search**")
        tuning.draw()
    widgets.chart(
        charts.search_population(trace, theme),
        key="lab_population",
        takeaway=" ".join(
            filter(
                None,
                [
                    sentences.population_sentence(trace),
                    sentences.NEVER_APPLIED,
                    charts.left_out(trace),
                ],
            )
        ),
        data=lambda: charts.population_frame(trace),
        alt="Every gene of every candidate, generation by generation",
    )
