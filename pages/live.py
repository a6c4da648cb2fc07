"""Live run: two policies on the same requests, slot by slot."""

import streamlit as st

from genedge.dashboard import live, player, results, state, widgets
from genedge.policies import POLICIES

widgets.heading(
    "Live run",
    "Two policies on the same requests, slot by slot: who holds what, who waits, who leaves.",
)
scenario = state.current()
names = results.possible_policies(scenario)

left, middle, right = st.columns([2, 2, 2], vertical_alignment="bottom")
with left:
    one = widgets.policy_choice("First", names, "ga", key="live_first")
with middle:
    two = widgets.policy_choice("against", names, "lru", key="live_second")
with right:
    metric = widgets.ledger_choice(key="live_ledger")

runs = [results.run_of(scenario, name) for name in dict.fromkeys([one, two])]
window = live.window_slots(runs[0])
slots = runs[0].requests.slots
first = 0
if slots > window:
    first = (
        st.slider(
            "Shown from slot", 1, slots - window + 1, step=window // 2 or 1, key="live_window"
        )
        - 1
    )
seen = player.player(live.player_data(runs, metric, first), key="live_player")
slot = first + min(seen.slot, slots - first - 1)
st.caption(state.plain(live.sentence(runs, metric)))

if scenario.replications > 1:
    st.caption(f"This is the first of {scenario.replications} replications.")
tabs = st.tabs([POLICIES[run.policy].label for run in runs], key="live_tabs", on_change="rerun")
for tab, run in zip(tabs, runs, strict=True):
    if tab.open:
        with tab:
            widgets.ledger_tables(run, slot)
