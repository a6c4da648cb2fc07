"""Tables -> plotly figures. Colours, dashes and marks come from the palette alone."""

from genedge.charts.catalog import capacity_use, footprints, request_rates, service_delays
from genedge.charts.policies import (
    LEDGER_TITLES,
    SHORT_LABELS,
    cost_so_far,
    cost_split,
    delay_distribution,
    ledgers,
    thumbnail,
)
from genedge.charts.sweeps import binding_line, draw_spread, heat_map, sweep_boxes, sweep_lines

__all__ = [
    "LEDGER_TITLES",
    "SHORT_LABELS",
    "binding_line",
    "capacity_use",
    "cost_so_far",
    "cost_split",
    "delay_distribution",
    "draw_spread",
    "footprints",
    "heat_map",
    "ledgers",
    "request_rates",
    "service_delays",
    "sweep_boxes",
    "sweep_lines",
    "thumbnail",
]
