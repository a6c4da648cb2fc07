"""What the page shows of each ablation: what it takes away, what that does, charts, figures."""

from collections.abc import Callable
from typing import Final

import pandas as pd
import streamlit as st

from genedge import charts
from genedge.dashboard.shell import state, widgets
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import FIGURES
from genedge.registry.policies import POLICIES
from genedge.registry.resources import RESOURCES
from genedge.say import capital
from genedge.studies.ablations import ABLATIONS, FULL
from genedge.studies.frames import summary_frame
from genedge.studies.partition import slices_of
from genedge.studies.table import StudyTable
from genedge.words import ablations as sentences
from genedge.words.compare import searches_missed

BEHAVIOUR: Final = {"mean_deployed": "models held", "hit_ratio": "requests that wait"}


def choose() -> str:
    """Which ablation."""
    name: str = st.segmented_control(
        "Taken away", list(ABLATIONS), default=next(iter(ABLATIONS)), required=True,
        key="ablations_name", format_func=lambda name: ABLATIONS[name].title,
        persist_state="session", wrap=True,
    )  # fmt: skip
    st.markdown(state.plain(ABLATIONS[name].explanation))
    st.caption(
        "Two bills are kept of the same run. Eq. 11 is the paper's: a model that is evicted is "
        "charged the time to load it again, over how many requests pass until it is asked for. "
        "The realised ledger charges what users wait at every miss. Both add the resources held."
    )
    return name


def draw(table: StudyTable) -> None:
    """What was measured."""
    _takeaways(table)
    PARTS[table.study.name](table)


def _takeaways(table: StudyTable) -> None:
    with st.container(border=True):
        for place, sentence in enumerate(sentences.sentences(table)):
            text = state.plain(sentence)
            st.markdown(f"**{text}**" if place == 0 else text)
        notes = [*table.notes, *filter(None, [searches_missed(table)])]
        if notes:
            st.caption(state.plain(" ".join(notes)))


def _on_both_ledgers(draw_one: Callable[[str], None]) -> None:
    for place, metric in zip(st.columns(2), LEDGERS, strict=True):
        with place:
            draw_one(metric)


def _blindness(table: StudyTable) -> None:
    def one(metric: str) -> None:
        widgets.chart(
            charts.blind_differences(table, metric, state.theme()),
            key=f"ablations_blind_{metric}",
            takeaway=sentences.blind_caption(table),
            data=lambda: summary_frame(table, tuple(FIGURES)),
            alt=f"What each blindness adds to {LEDGERS[metric].label}, with intervals",
        )

    _on_both_ledgers(one)
    _figures(table)


def _partitions(table: StudyTable) -> None:
    cut = slices_of(table.problem)
    if cut.trivial:
        return

    def one(metric: str) -> None:
        widgets.chart(
            charts.partition_bars(table, metric, state.theme()),
            key=f"ablations_partition_{metric}",
            takeaway=sentences.partition_caption(table, metric),
            data=lambda: summary_frame(table, tuple(FIGURES)),
            alt=f"{LEDGERS[metric].label} of every policy in one pool and in fixed slices",
        )

    _on_both_ledgers(one)
    st.subheader("The slices", anchor=False)
    number = st.column_config.NumberColumn
    st.dataframe(
        cut.frame(), hide_index=True, height="content" if len(cut.rows) <= 12 else 460,
        column_order=["services", *(kind.column for kind in RESOURCES), "requests", "models"],
        column_config={
            "services": st.column_config.TextColumn("Services", pinned=True, width="medium"),
            "models": st.column_config.TextColumn("Models", width="large"),
            **{kind.column: number(capital(kind.title), format="%.4g") for kind in RESOURCES},
            "requests": number("Requests", format="percent", help="Share of all requests"),
        },
    )  # fmt: skip
    st.caption(
        "A slice gets what its largest model needs; what is left over is shared out by how often "
        "its models are asked for times how large they are. Where needs exceed the server, those "
        "slices become one whose merging saves most."
    )
    widgets.downloads(cut.frame, key="ablations_slices")
    _figures(table)


def _scales(table: StudyTable) -> None:
    left, right = st.columns(2)
    with left:
        metric = widgets.ledger_choice(key="ablations_ledger")
        widgets.chart(
            charts.scale_lines(table, metric, state.theme()),
            key="ablations_scale",
            takeaway=sentences.scale_caption(table, metric),
            data=lambda: summary_frame(table, tuple(FIGURES)),
            alt=f"{LEDGERS[metric].label} of every policy against the time to load a model",
        )
    with right:
        figure = st.segmented_control(
            "Shown", list(BEHAVIOUR), default="mean_deployed", required=True,
            key="ablations_behaviour", format_func=lambda name: BEHAVIOUR[name],
        )  # fmt: skip
        widgets.chart(
            charts.behaviour_lines(table, figure, state.theme()),
            key="ablations_held",
            data=lambda: summary_frame(table, tuple(FIGURES)),
            alt=f"{BEHAVIOUR[figure]} under every policy against the time to load a model",
        )
    _figures(table)


def _figures(table: StudyTable) -> None:
    """Every variant and policy: both ledgers with their differences, and what users see."""
    st.subheader("All figures", anchor=False)
    number = st.column_config.NumberColumn
    frame = figures_frame(table)
    st.dataframe(
        frame, hide_index=True, height="content" if len(frame) <= 12 else 460,
        column_config={
            "variant": st.column_config.TextColumn("Variant", pinned=True),
            "policy": st.column_config.TextColumn("Policy"),
            "average_cost": number("Eq. 11", format="%.3f", help="Cost a slot"),
            "average_cost_more": number("more", format="%+.3f",
                                        help="Than the reference, on the same requests"),
            "average_cost_half": number("± 95 %", format="%.3f", help="Of the difference"),
            "realised_cost": number("Realised", format="%.2f", help="Cost a slot"),
            "realised_cost_more": number("more", format="%+.2f",
                                         help="Than the reference, on the same requests"),
            "realised_cost_half": number("± 95 %", format="%.2f", help="Of the difference"),
            "hit_ratio": number("Hits", format="percent", help="Hit ratio"),
            "mean_service_delay_s": number("Wait, s", format="%.2f", help="Mean service delay"),
            "mean_deployed": number("Held", format="%.2f", help="Models, mean over slots"),
            "evictions": number("Evicted", format="%.1f", help="Models a run"),
        },
    )  # fmt: skip
    widgets.downloads(lambda: summary_frame(table, tuple(FIGURES)), key="ablations_figures")


def figures_frame(table: StudyTable) -> pd.DataFrame:
    """One row a variant and policy; differences are to the reference, with half their intervals.

    Without any interval there is no column for it.
    """
    rows = []
    for arm in table.arms:
        for name in table.policies:
            variant = f"{arm.spoken} (reference)" if arm.name == FULL else arm.spoken
            row: dict[str, object] = {"variant": variant, "policy": POLICIES[name].label}
            for metric in LEDGERS:
                gap = table.difference(arm.name, name, metric)
                row[metric] = table.mean(arm.name, name, metric)
                row[f"{metric}_more"] = gap.mean
                row[f"{metric}_half"] = gap.half_width
            for figure in ("hit_ratio", "mean_service_delay_s", "mean_deployed", "evictions"):
                row[figure] = table.mean(arm.name, name, figure)
            rows.append(row)
    return pd.DataFrame(rows).dropna(axis=1, how="all")


PARTS: Final[dict[str, Callable[[StudyTable], None]]] = {
    "blindness": _blindness,
    "partitions": _partitions,
    "delay-scale": _scales,
}
"""What is drawn of each ablation."""
