"""Every chart of the paper's figures on one scenario, by file name."""

from collections.abc import Mapping

import plotly.graph_objects as go
import plotly.io

from genedge.charts.catalog import service_delays
from genedge.charts.sweeps import binding_line, heat_map, sweep_boxes, sweep_lines
from genedge.registry.ledgers import LEDGERS
from genedge.registry.looks import Theme
from genedge.scenario.scenario import Scenario
from genedge.studies.sweeps import point_of
from genedge.studies.table import StudyTable


def paper_charts(
    tables: Mapping[str, StudyTable], scenario: Scenario, theme: Theme = "light"
) -> dict[str, go.Figure]:
    """Fig. 1; of every sweep both ledgers as lines and boxes, and what binds; maps as maps."""
    link = scenario.server.bandwidth_gbps
    made = {"fig1": service_delays(scenario.model_catalog, link, theme)}
    for name, table in tables.items():
        if not table.done.any():
            continue
        axes, here = table.study.axes, point_of(table.study, scenario)
        for metric, ledger in LEDGERS.items():
            if len(axes) == 2:
                made[f"{name}_{ledger.file}"] = heat_map(table, metric, "best", theme, here)
                made[f"{name}_{ledger.file}_worst"] = heat_map(table, metric, "worst", theme, here)
            else:
                made[f"{name}_{ledger.file}"] = sweep_lines(table, metric, theme, here)
                made[f"{name}_{ledger.file}_boxes"] = sweep_boxes(table, metric, theme)
        if len(axes) == 1:
            made[f"{name}_binding"] = binding_line(table, theme)
    template = plotly.io.templates["plotly_white" if theme == "light" else "plotly_dark"]
    for figure in made.values():  # outside the app no theme is laid over them
        figure.update_layout(template=template.to_plotly_json())
    return made
