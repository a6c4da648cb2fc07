"""Tables -> plotly figures. Colours, dashes and marks come from the palette alone."""

from genedge.charts.ablations import behaviour_lines, blind_differences, partition_bars, scale_lines
from genedge.charts.catalog import capacity_use, footprints, request_rates, service_delays
from genedge.charts.decisions import (
    another_choice,
    capacity_shares,
    difference_by_model,
    leave_or_stay,
)
from genedge.charts.genetics import search_diversity, search_fitness
from genedge.charts.genetics_population import left_out, population_frame, search_population
from genedge.charts.genetics_quality import (
    decision_gaps,
    generations_needed,
    growth_times,
    study_panels,
)
from genedge.charts.policies import (
    cost_so_far,
    cost_split,
    delay_distribution,
    ledgers,
    thumbnail,
)
from genedge.charts.sweeps import binding_line, draw_spread, heat_map, sweep_boxes, sweep_lines

__all__ = [
    "another_choice",
    "behaviour_lines",
    "binding_line",
    "blind_differences",
    "capacity_shares",
    "capacity_use",
    "cost_so_far",
    "cost_split",
    "decision_gaps",
    "delay_distribution",
    "difference_by_model",
    "draw_spread",
    "footprints",
    "generations_needed",
    "growth_times",
    "heat_map",
    "leave_or_stay",
    "ledgers",
    "left_out",
    "partition_bars",
    "population_frame",
    "request_rates",
    "scale_lines",
    "search_diversity",
    "search_fitness",
    "search_population",
    "service_delays",
    "study_panels",
    "sweep_boxes",
    "sweep_lines",
    "thumbnail",
]
