"""Live run: two policies on the same requests, slot by slot, and why each model left."""

import streamlit as st

from genedge.dashboard import live_page as decision_ledger
from genedge.dashboard.canvas.player import player, player_data
from genedge.dashboard.jobs import best_online, results
from genedge.dashboard.shell import state, widgets
from genedge.registry.policies import POLICIES
from genedge.words import live

widgets.heading(
    "Live run",
    "Two policies on the same requests: who holds what, who waits, who leaves, and why.",
)
scenario = state.current()
widgets.rejections(scenario)
best_online.search_under_way(scenario)
names = results.possible_policies(scenario)

left, middle, right = st.columns([2, 2, 2], vertical_alignment="bottom")
with left:
    one = widgets.policy_choice("First", names, "ga", key="live_first")
with middle:
    two = widgets.policy_choice("against", names, "lru", key="live_second")
with right:
    metric = widgets.ledger_choice(key="live_ledger")


def first_run() -> None:
    """The baseline's run, which is there before the other can be computed."""
    baseline = two if POLICIES[two].kind == "baseline" else "lru"
    run = results.run_of(scenario, baseline, "unweighed")
    player(player_data([run], metric, 0), key="live_first_player")


results.while_compiling(first_run)
runs = [results.run_of(scenario, name) for name in dict.fromkeys([one, two])]
move = decision_ledger.move_for(scenario, runs)
first = decision_ledger.window_choice(runs, move)
seen = player({**player_data(runs, metric, first), "goto": move}, key="live_player")
slot = min(first + seen.slot, runs[0].requests.slots - 1)
st.caption(state.plain(live.sentence(runs, metric)))
if scenario.replications > 1:
    st.caption(f"This is the first of {scenario.replications} replications.")

chosen = decision_ledger.choose(scenario, runs, seen, slot)
if len(runs) > 1:
    st.subheader("Why one costs more", anchor="why")
    decision_ledger.contrast(runs, metric)
st.subheader("One decision", anchor="decision")
decision_ledger.controls(scenario, runs, chosen)
explanation = decision_ledger.ledger(scenario, chosen, metric)
if explanation is not None:
    st.subheader("What if?", anchor="what-if")
    decision_ledger.what_if(scenario, explanation, metric)
    st.subheader("The decision in full", anchor="decision-in-full")
    decision_ledger.details(explanation)
st.subheader("Ledgers of the run", anchor="ledgers")
tabs = st.tabs([POLICIES[run.policy].label for run in runs], key="live_tabs", on_change="rerun")
for tab, run in zip(tabs, runs, strict=True):
    if tab.open:
        with tab:
            widgets.ledger_tables(run, chosen.slot)
