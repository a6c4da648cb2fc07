"""The two studies on the screen: what the parameters do, and what growing catalogs do."""

from collections.abc import Iterator

import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import results
from genedge.dashboard.jobs.growing import study_job
from genedge.dashboard.jobs.watch import visitor, watch
from genedge.dashboard.shell import state, widgets
from genedge.studies.search_quality import DecisionBatch, run_quality
from genedge.studies.search_studies import (
    GROWTH_DECISIONS,
    GROWTH_MODELS,
    GrowthPoint,
    StudyPoint,
    growth_frame,
    growth_study,
    parameter_study,
    study_frame,
    study_size,
)
from genedge.words import lab as sentences


def parameters() -> None:
    """The search with one parameter changed at a time, on decisions of this scenario."""
    scenario = state.current()
    run = results.run_of(scenario, "ga")
    run_quality(run)  # refuses a run without decisions before anything is measured
    st.markdown(
        "The same decisions of this scenario, searched again with one parameter changed at a time; "
        "all others stay as they are in the scenario. Diamonds mark its own values."
    )

    def make() -> Iterator[StudyPoint]:
        return parameter_study(DecisionBatch.of_run(run), scenario.genetic)

    def show(parts: list[list[StudyPoint]]) -> None:
        (points,) = parts
        widgets.chart(
            charts.study_panels(points, scenario.genetic, state.theme()),
            key="lab_parameters",
            takeaway=sentences.study_sentence(points),
            data=lambda: study_frame(points),
            alt="Share of optimal decisions and time a decision against every parameter",
        )

    key = "parameters", results.key_alone(scenario)
    job = study_job(key, study_size(scenario.genetic), make, visitor())
    watch([job], show, key="lab_parameters")


def growth() -> None:
    """Three ways to the optimum on random catalogs that grow."""
    genetic = state.current().genetic
    st.markdown(
        "How long one decision takes, by three ways to the best one: the genetic search with the "
        "scenario's parameters, the exact optimum by branch and bound, and enumeration, which "
        f"tries every set that could stay. Random catalogs, {GROWTH_DECISIONS} decisions of each; "
        "the server holds 40 % of what they need, so constraints bind."
    )

    def show(parts: list[list[GrowthPoint]]) -> None:
        (points,) = parts
        first, *others = sentences.growth_sentences(points)
        widgets.chart(
            charts.growth_times(points, state.theme()),
            key="lab_growth",
            takeaway=first,
            data=lambda: growth_frame(points),
            alt="Time of a decision by GA, exact optimum and enumeration against the catalog",
        )
        for sentence in others:
            st.markdown(state.plain(sentence))
        st.caption("Measured on the machine that serves this page, on one core.")

    key = "growth", genetic
    job = study_job(key, len(GROWTH_MODELS), lambda: growth_study(genetic), visitor())
    watch([job], show, key="lab_growth")
