"""Compare: who is cheapest on which ledger, why, and how far from the optimum."""

import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import best_online
from genedge.dashboard.shell import state, widgets
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES
from genedge.words import compare as captions

line = widgets.heading(
    "Compare",
    "Every policy meets the same requests. Who is cheapest, why, and how far from the optimum?",
)
report = widgets.comparison(line)
theme = state.theme()
widgets.warnings(report)
widgets.takeaways(report)
best_online.search_under_way(state.current())

left, right = st.columns(2)
for place, metric in zip((left, right), LEDGERS, strict=True):
    with place:
        widgets.chart(
            charts.cost_split(report, metric, theme),
            key=f"compare_{metric}",
            data=report.table,
            alt=f"Cost of every policy, {metric}, by term",
        )

st.subheader("All figures", anchor=False)
widgets.results_table(report)

left, right = st.columns(2)
with left:
    with st.container(horizontal=True):
        metric = widgets.ledger_choice(key="compare_ledger")
        cumulative = widgets.sum_choice(key="compare_sum")
    widgets.chart(
        charts.cost_so_far(report, metric, cumulative, theme),
        key="compare_so_far",
        takeaway=captions.so_far_sentence(report.curves, metric),
        data=report.curve_table,
        alt="Average cost so far of every policy against the slot",
    )
with right:
    widgets.chart(
        charts.delay_distribution(report, theme),
        key="compare_delays",
        data=report.delay_table,
        alt="Distribution of the service delay under every policy",
    )

widgets.chart(
    charts.ledgers(report, theme),
    key="compare_ledgers",
    takeaway=captions.disagreement(report.figures),
    data=report.table,
    alt="Eq. 11 cost against realised cost, one mark a policy",
)
with st.expander("What each policy does", icon=":material/help:"):
    for name in report.policies:
        entry = POLICIES[name]
        st.markdown(f"**{entry.label}** ({entry.kind}). {entry.explanation}")
        st.caption(entry.source)
