"""The claims of the paper, judged by what the four figures measured."""

from dataclasses import asdict
from typing import Final

import pandas as pd
import streamlit as st

from genedge.dashboard.figures_page.choices import Chosen, follow, on_cluster
from genedge.dashboard.jobs.growing import sweep_at_hand
from genedge.dashboard.shell import state, widgets
from genedge.paper.claims import Verdict, judge, score
from genedge.registry.ledgers import LEDGERS
from genedge.studies.table import StudyTable

MARKS: Final = {
    "holds": "green-badge[:material/check_circle: holds]",
    "holds in part": "orange-badge[:material/contrast: holds in part]",
    "does not hold": "red-badge[:material/cancel: does not hold]",
    "may be chance": "gray-badge[:material/help: may be chance]",
    "not measured": "gray-badge[:material/hourglass_empty: not measured]",
}
_WANTED = "figures_claims_wanted"


def draw(chosen: Chosen) -> None:
    """Every claim with its verdict, once the four figures are measured."""
    metric = widgets.ledger_choice(key="figures_claims_ledger")
    sweeps = list(chosen.figures.values())
    if not (_measured(chosen) or st.session_state.get(_WANTED)):
        st.markdown(
            "A verdict is read off all four figures: "
            f"{sum(len(sweep.points) for sweep in sweeps)} settings, "
            f"{chosen.replications} replications each, every policy."
        )
        if not st.button("Measure and judge", key="figures_claims_measure", type="primary"):
            return
        st.session_state[_WANTED] = True

    def body(tables: list[StudyTable]) -> None:
        named = {table.study.name: table for table in tables}
        verdicts = judge(named, metric)
        st.markdown(f"**{LEDGERS[metric].label}: {score(verdicts)}**")
        for verdict in verdicts:
            _row(verdict)
        widgets.downloads(
            lambda: claims_frame(verdicts), key="figures_claims", scenario=sweeps[0].base
        )

    follow(sweeps, body, key="figures_claims")


def _measured(chosen: Chosen) -> bool:
    """Whether all four figures are there without measuring anything."""
    found = [sweep_at_hand(sweep, cluster=on_cluster()) for sweep in chosen.figures.values()]
    return all(table is not None and table.done.all() for table in found)


def _row(verdict: Verdict) -> None:
    with st.container(border=True, key=f"figures_claim_{verdict.number}", gap="small"):
        text, mark = st.columns([4, 1], vertical_alignment="center")
        text.markdown(f"**{verdict.number}. {state.plain(verdict.claim)}**")
        mark.markdown(f":{MARKS[verdict.outcome]}")
        st.markdown(state.plain(verdict.sentence))


def claims_frame(verdicts: list[Verdict]) -> pd.DataFrame:
    """One row a check behind a verdict: the ratio, its interval, the range it should lie in."""
    return pd.DataFrame(
        [
            {
                "number": verdict.number,
                "claim": verdict.claim,
                "outcome": verdict.outcome,
                "sentence": verdict.sentence,
                **asdict(one),
                "holds": one.holds,
            }
            for verdict in verdicts
            for one in verdict.checks
        ]
    )
