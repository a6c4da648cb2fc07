"""A whole run of the GA: how often it meets the optimum, by how much it misses, and how long."""

import pandas as pd
import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, widgets
from genedge.runs.run import Run
from genedge.studies.search_quality import gaps, run_quality
from genedge.words import lab as sentences


def draw() -> None:
    """Quality and effort over all decisions of the first replication."""
    scenario = state.current()
    run = results.run_of(scenario, "ga")
    quality = run_quality(run)
    with st.container(border=True):
        st.markdown(f"**{state.plain(sentences.quality_sentence(quality))}**")
        st.markdown(state.plain(sentences.binding_sentence(run)))
    theme = state.theme()
    left, right = st.columns(2, gap="medium")
    with left:
        widgets.chart(
            charts.decision_gaps(run, theme),
            key="lab_gaps",
            data=lambda: gap_frame(run),
            alt="What every decision of the run costs more than the exact optimum",
        )
    with right:
        widgets.chart(
            charts.generations_needed(run, theme),
            key="lab_generations",
            takeaway=sentences.effort_sentence(quality, scenario.genetic),
            data=lambda: gap_frame(run),
            alt="How many decisions took so many generations",
        )
    if scenario.replications > 1:
        st.caption(f"This is the first of {scenario.replications} replications.")


def gap_frame(run: Run) -> pd.DataFrame:
    """One row a decision."""
    done = run.decisions
    names = run.problem.scenario.model_catalog.names
    return pd.DataFrame(
        {
            "decision": range(1, done.request.size + 1),
            "slot": run.requests.slot[done.request] + 1,
            "requested": [names[row] for row in run.requests.model[done.request].tolist()],
            "decision_cost": done.cost,
            "best_decision_cost": done.best_cost,
            "above_best": gaps(done.cost, done.best_cost),
            "generations": done.generations,
        }
    )
