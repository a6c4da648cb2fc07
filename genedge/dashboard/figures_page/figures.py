"""The figures of the paper, measured while the visitor looks."""

from typing import Final

import streamlit as st

from genedge import charts
from genedge.catalog_facts import delay_frame
from genedge.dashboard.figures_page.choices import Chosen, follow, one_of
from genedge.dashboard.shell import state, widgets
from genedge.paper.figures import TITLES
from genedge.registry.policies import POLICIES
from genedge.say import count
from genedge.scenario.scenario import Scenario
from genedge.studies.frames import summary_frame, versus_frame
from genedge.studies.knobs import KNOBS
from genedge.studies.sweeps import point_of
from genedge.studies.table import StudyTable
from genedge.words import figures as sentences
from genedge.words.catalog import left_out, what_takes_longest
from genedge.words.compare import searches_missed

FIRST: Final = "fig3a"
CHOICES: Final = {
    FIRST: "3a storage",
    "fig3b": "3b GPU memory",
    "fig4a": "4a slots",
    "fig4b": "4b arrival rate",
    "fig1": "1 service delay",
}
KINDS: Final = {"lines": "lines", "boxes": "boxes"}


def draw(chosen: Chosen) -> None:
    """The figure that is chosen."""
    with st.container(horizontal=True):
        name = one_of("Figure", CHOICES, key="figures_figure")
        if name != "fig1":
            metric = widgets.ledger_choice(key="figures_ledger")
            kind = one_of("Shown as", KINDS, key="figures_kind")
    if name == "fig1":
        _delays(chosen.base)
        return
    sweep = chosen.figures[name]

    def body(tables: list[StudyTable]) -> None:
        _sweep(tables[0], metric, kind)

    follow([sweep], body, key="figures")


def _sweep(table: StudyTable, metric: str, kind: str) -> None:
    theme, base, name = state.theme(), table.study.base, table.study.name
    counts = table.done.sum(axis=1)
    low, high = int(counts.min()), int(counts.max())
    times = f"{low} to " * (low < high) + count(high, "replication")
    st.markdown(f"**{TITLES[name]}**, {times} of every value")
    if kind == "lines":
        here = point_of(table.study, state.current())
        figure = charts.sweep_lines(table, metric, theme, here)
    else:
        figure = charts.sweep_boxes(table, metric, theme)
    widgets.chart(
        figure,
        scenario=base,
        key="figures_sweep",
        takeaway=sentences.sweep_sentence(table, metric),
        data=table.frame if kind == "boxes" else lambda: summary_frame(table, [metric]),
        alt=f"{TITLES[name]}: cost of every policy against {KNOBS[table.study.axes[0].knob].label}",
    )
    if missed := searches_missed(table):
        st.caption(state.plain(missed))
    left, right = st.columns([1, 2], gap="medium")
    with left:
        widgets.chart(
            charts.binding_line(table, theme),
            scenario=base,
            key="figures_binding",
            takeaway=sentences.binding_sentence(table),
            data=lambda: summary_frame(table, ["binding_share"]),
            alt="Share of the exact decisions that a constraint changes",
        )
    with right:
        _paired(table, metric)


def _paired(table: StudyTable, metric: str) -> None:
    """Every policy against the GA at one value, on the same requests."""
    values = table.study.axes[0].values
    point = st.selectbox(
        f"Policies against the genetic algorithm, at {KNOBS[table.study.axes[0].knob].label}",
        range(len(values)), index=len(values) // 2, format_func=lambda i: f"{values[i]:g}",
        key=f"figures_point_{table.study.name}", persist_state="session",
    )  # fmt: skip
    arm = table.arms[point].name
    found = versus_frame(table, arm, metric)
    if found.empty:
        st.caption("Not measured yet at this value.")
        return
    number = st.column_config.NumberColumn
    st.dataframe(
        found.assign(policy=[POLICIES[name].label for name in found["policy"]]),
        hide_index=True,
        height="content",
        column_order=["policy", "mean", "std", "difference", "difference_low", "difference_high",
                      "win", "tie", "loss"],
        column_config={
            "policy": st.column_config.TextColumn("Policy", pinned=True),
            "mean": number("Cost", format="%.3f", help="Mean cost a slot"),
            "std": number("± std", format="%.3f", help="Standard deviation over replications"),
            "difference": number("Over GA", format="%.3f",
                                 help="Paired difference: both met the same requests"),
            "difference_low": number("from", format="%.3f", help="95 % interval, paired"),
            "difference_high": number("to", format="%.3f", help="95 % interval, paired"),
            "win": number("GA wins", help="Replications in which the GA costs less"),
            "tie": number("ties"),
            "loss": number("loses", help="Replications in which the GA costs more"),
        },
    )  # fmt: skip
    widgets.downloads(
        lambda: versus_frame(table, arm, metric), key="figures_paired", scenario=table.study.base
    )


def _delays(base: Scenario) -> None:
    """Fig. 1 of the catalog and the link of the scenario."""
    catalog, link = base.model_catalog, base.server.bandwidth_gbps
    delays = delay_frame(catalog, link)
    widgets.chart(
        charts.service_delays(catalog, link, state.theme()),
        scenario=base,
        key="figures_delays",
        takeaway=what_takes_longest(catalog, link) + left_out(len(delays), "slowest"),
        data=lambda: delays,
        alt="First service delay of every model by term, against later ones",
    )
