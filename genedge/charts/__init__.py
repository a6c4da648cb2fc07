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

__all__ = [
    "LEDGER_TITLES",
    "SHORT_LABELS",
    "capacity_use",
    "cost_so_far",
    "cost_split",
    "delay_distribution",
    "footprints",
    "ledgers",
    "request_rates",
    "service_delays",
    "thumbnail",
]
