"""One decision on the page: what was done and why, every candidate, what the others would do."""

from typing import TYPE_CHECKING

import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import results
from genedge.dashboard.live_page.chosen import Chosen, costliest, gave_away, slot_of
from genedge.dashboard.shell import state, widgets
from genedge.decisions import Explanation
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES
from genedge.registry.resources import RESOURCES, listed_resources
from genedge.say import capital
from genedge.scenario.scenario import Scenario
from genedge.words import decision as sentences

if TYPE_CHECKING:
    import pandas as pd

NEVER = float("inf")


def ledger(scenario: Scenario, chosen: Chosen, metric: str) -> Explanation | None:
    """The chosen decision taken apart; None if the run took none."""
    run, number = chosen.run, chosen.number
    if number is None:
        st.info(
            f"{run.kind.label} decided nothing here: every request was a hit or was rejected.",
            icon=":material/info:",
        )
        return None
    e = results.explanation_of(scenario, run, number)
    words, picture = st.columns([2, 3], gap="large")
    with words:
        dearest = gave_away(run) and number == costliest(run)
        which = f"{run.kind.label}'s costliest decision. " if dearest else ""
        st.markdown(
            f":small[{which}Slot {slot_of(run, number) + 1:,}, request {e.state.request + 1:,}: "
            f"**{state.plain(e.requested.name)}** is asked for and is not deployed.]"
        )
        st.markdown(f"**{state.plain(sentences.reason(e))}**")
        told = (sentences.of_price(e), *sentences.of_slot(e), sentences.against_best(e))
        for sentence in (*told, sentences.bound(e)):
            if sentence:
                st.markdown(state.plain(sentence))
        if LEDGERS[metric].realised:
            st.caption("Decisions weigh Eq. 12, whichever ledger is in view.")
    with picture:
        widgets.chart(
            charts.leave_or_stay(e, state.theme()), key="live_prices",
            takeaway=sentences.of_prices(e), data=e.frame,
            alt="Cost of holding and of reloading each candidate",
        )  # fmt: skip
    return e


def details(e: Explanation) -> None:
    """Everything about every candidate, and what the other policies would have done."""
    widgets.chart(
        charts.capacity_shares(e, state.theme()), key="live_capacities",
        takeaway=sentences.of_capacities(e), data=e.frame,
        alt=f"Share of {listed_resources()} that each candidate takes",
    )  # fmt: skip
    st.markdown("**Every candidate**")
    _candidates(e)
    st.markdown("**What the others would have done in the same state**")
    _alternatives(e)


def _candidates(e: Explanation) -> None:
    number = st.column_config.NumberColumn
    frame = e.frame()
    frame["active_cycle"] = frame["active_cycle"].replace(NEVER, None)
    frame["best_keeps"] = _ticks(frame["best_keeps"])
    frame.loc[frame["part"] == "requested", ["switching_price", "charged_price"]] = None
    st.dataframe(
        frame, hide_index=True, key="live_candidates",
        height="content" if len(frame) <= 14 else 520,
        column_order=[
            "name", "part", "switching_price", "resource_price", "keep_value", "term", "best_keeps",
            "transmission_delay_s", "io_delay_s", "inference_delay_s", "reload_delay_s",
            "active_cycle", "requests_since_asked", "requests_since_fetched", "requests_so_far",
            "charged_price", *(one.share_column for one in RESOURCES),
        ],
        column_config={
            "name": st.column_config.TextColumn("Model", pinned=True),
            "part": st.column_config.TextColumn("Became"),
            "switching_price": number("Losing" if e.by_slot else "Reloading", format="%.3f",
                                      help="Switching price, w · delay/α (Eq. 7)"),
            "resource_price": number("Holding", format="%.3f",
                                     help="Resource price, h · w · res (Eq. 10)"),
            "keep_value": number("Keep value", format="%.3f", help="The first less the second"),
            "best_keeps": st.column_config.TextColumn(
                "Best keeps", help="The exact best keeps or deploys it"
            ),
            "transmission_delay_s": number("Link, s", format="%.1f", help="Eq. 4"),
            "io_delay_s": number("I/O, s", format="%.1f", help="Eq. 5"),
            "inference_delay_s": number("Inference, s", format="%.2f", help="Eq. 6"),
            "reload_delay_s": number("Delay, s", format="%.1f", help="Eq. 4 + 5 + 6"),
            "active_cycle": number("α, requests", format="%.1f",
                                   help="Requests until it is asked for again, as the decision "
                                        "sees it; empty: never"),
            "requests_since_asked": number("Last asked", help="Requests ago; LRU goes by this"),
            "requests_since_fetched": number("Fetched", help="Requests ago; FIFO goes by this"),
            "requests_so_far": number("Asked so far", help="Times; LFU goes by this"),
            "charged_price": number("Charged", format="%.3f",
                                    help="What the ledger charges if it is evicted, by its known "
                                         "active cycle"),
            **{one.share_column: number(capital(one.label), format="percent")
               for one in RESOURCES},
            "term": number("In C(y)", format="%.3f", help="Its part of the decision's cost"),
        },
    )  # fmt: skip
    st.caption(state.plain(sentences.of_ledger(e)))


def _ticks(flags: "pd.Series[bool]") -> "list[str]":
    return ["✓" if flag else "" for flag in flags]


def _alternatives(e: Explanation) -> None:
    number = st.column_config.NumberColumn
    frame = e.alternatives_frame()
    frame.insert(0, "label", [POLICIES[name].label for name in frame["policy"]])
    frame["evicted"] = frame["evicted"].replace("", "nothing")
    frame["same"] = _ticks(frame["same"])
    st.dataframe(
        frame, hide_index=True, key="live_alternatives", height="content",
        column_order=["label", "evicted", "decision_cost", "above_best",
                      "charged_switching_cost", "same"],
        column_config={
            "label": st.column_config.TextColumn("Policy", pinned=True),
            "evicted": st.column_config.TextColumn("Would evict", width="large"),
            "decision_cost": number("C(y)", format="%.3f", help="Eq. 12"),
            "above_best": number("Above the best", format="%.3f"),
            "charged_switching_cost": number(
                "At stake" if e.by_slot else "Charged at once", format="%.3f", help="Eq. 7"
            ),
            "same": st.column_config.TextColumn("As it was done"),
        },
    )  # fmt: skip
    st.caption(state.plain(sentences.others(e)))
    missing = results.why_not_asked(e)
    if missing:
        st.caption(state.plain(missing))
