"""Everything that is measured, as one file."""

import streamlit as st

from genedge.charts.paper import paper_charts
from genedge.dashboard.figures_page import reproduction_map
from genedge.dashboard.figures_page.choices import Chosen, on_cluster
from genedge.dashboard.jobs.growing import sweep_at_hand
from genedge.paper.bundle import as_zip
from genedge.paper.figures import TITLES
from genedge.paper.map import GRIDS
from genedge.studies.table import StudyTable


def measured(chosen: Chosen) -> dict[str, StudyTable]:
    """Figures and maps of this scenario as far as they are measured."""
    maps = {f"map-{name}": reproduction_map.sweep_of(name, chosen) for name in GRIDS}
    found = {}
    for name, sweep in {**chosen.figures, **maps}.items():
        table = sweep_at_hand(sweep, cluster=on_cluster())
        if table is not None and table.done.any(axis=1).all():
            found[name] = table
    return found


def draw(chosen: Chosen) -> None:
    """What is in the file, and the file."""
    tables = measured(chosen)
    if not tables:
        st.markdown("Nothing is measured yet on this scenario: open **Figures** or **Claims**.")
        return
    rows = [
        f"- {TITLES.get(name) or f'Map: {table.study.title}'}, "
        f"{int(table.done.sum(axis=1).min())} replications"
        for name, table in tables.items()
    ]
    st.markdown("Measured so far:\n" + "\n".join(rows))
    left = [TITLES[name] for name in chosen.figures if name not in tables]
    if left:
        st.caption(f"Not measured: {'; '.join(left)}. **Claims** measures all four.")

    pictures = st.toggle(
        "PNG and SVG of every figure too", key="figures_pictures", persist_state="session",
        help="Drawn by a browser on the server, where one is installed: about half a minute. The "
        "camera in a chart's own toolbar saves that one at once.",
    )  # fmt: skip

    def make() -> bytes:
        return as_zip(tables, chosen.base, paper_charts(tables, chosen.base), images=pictures)

    st.download_button(
        "Take it home", make, "genedge-figures.zip", "application/zip", key="figures_zip",
        icon=":material/download:", type="primary", on_click="ignore",
    )  # fmt: skip
    st.caption(
        "One zip: the data as CSV and Parquet, every figure to open in a browser, the claims, the "
        "scenario with its seed, and the command that computes all of it again."
    )
