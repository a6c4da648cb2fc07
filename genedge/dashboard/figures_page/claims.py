"""The claims of the paper, judged by what the four figures measured, on three readings at once."""

from dataclasses import asdict
from typing import Final

import pandas as pd
import streamlit as st

from genedge.dashboard.figures_page.choices import Chosen, follow, on_cluster, repeated
from genedge.dashboard.jobs.growing import key_of, sweep_at_hand
from genedge.dashboard.shell import state, widgets
from genedge.paper.bundle import MARKS
from genedge.paper.claims import Verdict, judge
from genedge.paper.figures import FITTED, FOUND, READINGS, TITLES
from genedge.paper.shortsighted import shortsighted, where_it_rises
from genedge.registry.ledgers import PAPER
from genedge.say import capital
from genedge.studies.table import StudyTable
from genedge.words import claims as sentences

COLOURS: Final = {
    "holds": "green",
    "holds in part": "orange",
    "does not hold": "red",
    "may be chance": "gray",
    "not measured": "gray",
}
DENSE: Final = """<style>
[class*="st-key-figures_fitted"], [class*="st-key-figures_judged"] {
  & table, & p {font-size: .875rem;}
  & table {width: 100%;}
  & td, & th {padding: .2rem .5rem !important;}
}
@media (max-width: 640px) {
  [class*="st-key-figures_judged"] table {font-size: .75rem;}
  [class*="st-key-figures_judged"] :is(td, th) {padding: .2rem .25rem !important;}
}
</style>"""
"""Eight claims with what was measured of them in one screen."""
_LEDGER: Final = "figures_claims_ledger"
Tables = dict[str, StudyTable]


def draw(chosen: Chosen) -> None:
    """Every claim with its verdicts; all that they need is measured at once."""
    st.html(DENSE)
    with st.container(key="figures_fitted"):
        st.markdown(FOUND)
        st.markdown(_table(list(FITTED), [list(FITTED.values())]))
    metric = st.session_state.get(_LEDGER) or PAPER
    cluster = on_cluster()
    sweeps = {name: repeated(name).figures for name in dict.fromkeys((*READINGS, chosen.name))}

    def body(parts: list[StudyTable]) -> None:
        measured = {key_of(table.study, cluster): table for table in parts}
        _judged(
            {
                name: {
                    figure: table
                    for figure, sweep in figures.items()
                    if (table := measured.get(key_of(sweep, cluster))) is not None
                }
                for name, figures in sweeps.items()
            },
            chosen,
            metric,
        )

    follow([one for all_ in sweeps.values() for one in all_.values()], body, key="figures_claims")
    rising = sweep_at_hand(sweeps[chosen.name]["fig3b"], cluster=cluster)
    ends = where_it_rises(rising) if rising is not None and rising.done.all() else None
    if ends is not None and metric == PAPER:
        follow([shortsighted(*ends)], _why, key="figures_claims_why")
    widgets.ledger_choice(key=_LEDGER)


def _judged(found: dict[str, Tables], chosen: Chosen, metric: str) -> None:
    """One row a claim, one column a reading."""
    verdicts = {name: judge(tables, metric) for name, tables in found.items()}
    done = {name: _done(tables) for name, tables in found.items()}
    sure = {name: done[name] >= chosen.replications for name in found}
    text = sentences.how_many_hold(
        {name: verdicts[name] for name in found if done[name]}, so_far=not all(sure.values())
    )
    st.markdown(f"**{text}**")
    heads = [
        state.plain(name) + ("" if sure[name] else f" ({done[name]} of {chosen.replications})")
        for name in found
    ]
    ours = verdicts[chosen.name]
    rows = [
        ["ours" if one.ours else str(one.number), one.short, state.plain(one.figure),
         *(_mark(verdicts[name][place], sure[name]) for name in found)]
        for place, one in enumerate(ours)
    ]  # fmt: skip
    with st.container(key="figures_judged"):
        st.markdown(_table(["", "claim", f"on {state.plain(chosen.name)}", *heads], rows))
    seen = {one.outcome for column in verdicts.values() for one in column}
    st.caption(" · ".join(f"{MARKS[outcome]} {outcome}" for outcome in COLOURS if outcome in seen))
    charged = sentences.what_is_charged(found[chosen.name])
    if charged is not None:
        st.caption(state.plain(charged))
    with st.container(horizontal=True):
        details = st.popover("Why", key="figures_claims_details", on_change="rerun")
        widgets.downloads(lambda: claims_frame(ours), key="figures_claims", scenario=chosen.base)
    if details.open:
        with details:
            for one in ours:
                st.markdown(f"**{one.number}. {state.plain(one.claim)}** {one.outcome}")
                st.caption(state.plain(one.sentence))


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _done(tables: Tables) -> int:
    """Replications of which every figure of the paper is measured."""
    counts = [int(table.done.sum(axis=1).min()) for table in tables.values()]
    return min(counts) if len(counts) == len(TITLES) else 0


def _mark(verdict: Verdict, sure: bool) -> str:
    """A verdict; in brackets and grey while more is to be measured."""
    mark = MARKS[verdict.outcome]
    return f":{COLOURS[verdict.outcome]}[**{mark}**]" if sure else f":gray[({mark})]"


def _why(tables: list[StudyTable]) -> None:
    sentence = sentences.why_it_rises(tables[0])
    if sentence is not None:
        st.caption(state.plain(capital(sentence)))


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
