"""Home: what this is about, and a result at once."""

from dataclasses import replace

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, widgets
from genedge.registry.policies import POLICIES
from genedge.scenario.presets import PRESET_TEXTS, PRESETS, preset_name

scenario = state.current()
line = widgets.heading(
    "Which models should stay on the edge?",
    "An edge server cannot hold every generative model that people ask for. Each miss means "
    "fetching a model, loading it, and only then an answer; each model kept takes storage, GPU "
    "memory and power. See what the paper's genetic algorithm keeps, what simple rules keep, and "
    "how far both are from the optimum.",
)


def first_picture() -> None:
    """A baseline's, which is there before the rest can be computed."""
    st.caption("LRU decides here; the other policies follow once they are compiled.")
    widgets.picture(results.run_of(scenario, "lru", "unweighed"), key="home_first_edge")


results.while_compiling(first_picture)
report = widgets.comparison(line)
widgets.warnings(report)
widgets.key_figures(report)
st.markdown(f"**{state.plain(report.headline)}**")
if report.aside:
    st.markdown(state.plain(report.aside))
widgets.downloads(report.table, key="home_figures", title="All figures")

chosen = "ga" if "ga" in report.policies else report.policies[0]
policy = st.segmented_control(
    "Who decides",
    [name for name in report.policies if POLICIES[name].kind != "bound"] or [chosen],
    default=chosen,
    key="home_policy",
    format_func=lambda name: POLICIES[name].label,
)
run = results.run_of(scenario, policy or chosen)
widgets.picture(run)

st.subheader("Start from", anchor=False)
for place, name in zip(st.columns(4), list(PRESETS)[:4], strict=True):
    with place, st.container(border=True, height="stretch"):
        widgets.preset_card(
            name,
            PRESET_TEXTS[name],
            results.report_of(replace(PRESETS[name], replications=state.START.replications)),
            active=preset_name(scenario) == name,
        )

st.subheader("Where to go next", anchor=False)
widgets.next_pages()
