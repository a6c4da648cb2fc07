"""A figure over many random catalogs: how much hangs on the ten models that were drawn."""

from dataclasses import replace
from typing import Final

import pandas as pd
import streamlit as st

from genedge import charts
from genedge.dashboard.figures_page.choices import Chosen, follow
from genedge.dashboard.shell import state, widgets
from genedge.paper.figures import STORAGE_GB
from genedge.paper.map import cells
from genedge.registry.policies import BASELINES
from genedge.studies.study import Axis
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable
from genedge.words import figures as sentences

NUMBERS: Final = (10, 30, 100)
MOST_REPLICATIONS: Final = 10


def draw(chosen: Chosen) -> None:
    """Fig. 3a at one value, a mark a catalog."""
    st.markdown(
        "The paper gives ranges for its ten models, not the models. Here are catalogs drawn from "
        "those ranges (its Table I), each with its own seed, on the same server and requests."
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        storage = st.selectbox(
            "Storage, GB", STORAGE_GB, index=STORAGE_GB.index(120.0), key="figures_draws_storage",
            format_func=lambda value: f"{value:g}", width=140, persist_state="session",
        )  # fmt: skip
        number = st.selectbox(
            "Catalogs", NUMBERS, index=1, key="figures_draws_number", width=140,
            persist_state="session",
        )  # fmt: skip
        metric = widgets.ledger_choice(key="figures_draws_ledger")
    replications = min(chosen.replications, MOST_REPLICATIONS)
    base = replace(
        chosen.figures["fig3a"].scenario((storage,)),
        policies=("ga", "exact", *BASELINES),
        replications=replications,
    )
    seeds = tuple(float(seed) for seed in range(1, number + 1))
    study = sweep_over("draws", "random catalogs", (Axis("catalog_draw", seeds),), base)

    def body(tables: list[StudyTable]) -> None:
        table = tables[0]
        widgets.chart(
            charts.draw_spread(table, metric, state.theme()),
            scenario=base,
            key="figures_draws",
            takeaway=sentences.draws_sentence(table, metric),
            data=lambda: reduction_frame(table, metric),
            alt="Reduction of the GA on every random catalog",
        )

    follow([study], body, key="figures_draws")


def reduction_frame(table: StudyTable, metric: str) -> pd.DataFrame:
    """One row a catalog: its seed, both reductions, how often a constraint binds."""
    found = cells(table, metric)
    return pd.DataFrame(
        {
            "seed": table.study.axes[0].values,
            "against_best": found.against_best,
            "against_worst": found.against_worst,
            "binding_share": found.binding,
        }
    ).dropna()
