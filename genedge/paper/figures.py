"""The paper's figures as sweeps: Fig. 3 (capacities) and Fig. 4 (slots, arrival rate)."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from genedge.intake.workload import Workload
from genedge.scenario.scenario import Scenario
from genedge.studies.study import Axis, Study
from genedge.studies.sweeps import sweep_over

READINGS: Final = ("paper", "paper-by-kind", "frugal")
"""Presets on which the claims are judged side by side."""
FOUND: Final = (
    "A search over 31,000 and 60,000 settings found paper and paper-by-kind. It fitted their "
    "numbers, not their mechanism."
)
FITTED: Final = MappingProxyType(
    {
        "fitted": "order and ratio of popularity, requests a slot, weights, LFU's window",
        "not fitted": "bills compare slots' ends: who churns loses more as room grows",
    }
)
"""How the readings were found: what the search chose, and what it did not."""
STORAGE_GB: Final = tuple(float(value) for value in range(60, 181, 20))
GPU_MEMORY_GB: Final = tuple(float(value) for value in range(6, 19, 2))
SLOTS: Final = (20.0, 50.0, 100.0, 200.0, 400.0)
RATES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 4.0)

TITLES: Final = MappingProxyType(
    {
        "fig3a": "Fig. 3a: storage",
        "fig3b": "Fig. 3b: GPU memory",
        "fig4a": "Fig. 4a: number of slots",
        "fig4b": "Fig. 4b: the same arrival rate for every model",
    }
)
"""By name, what varies."""


def figure_sweeps(scenario: Scenario) -> dict[str, Study]:
    """The four figures on a scenario: Fig. 3 at GPU 12 GB and storage 120 GB as in the paper."""
    at_paper = replace(scenario.server, storage_gb=120.0, gpu_memory_gb=12.0)
    middle = replace(scenario, server=at_paper)
    load = scenario.workload
    common = replace(
        scenario, workload=Workload(slots=load.slots or 100, rate=1.0, popularity_order="equal")
    )
    varied = {
        "fig3a": ("storage_gb", STORAGE_GB, middle),
        "fig3b": ("gpu_memory_gb", GPU_MEMORY_GB, middle),
        "fig4a": ("slots", SLOTS, scenario),
        "fig4b": ("common_rate", RATES, common),
    }
    return {
        name: sweep_over(name, TITLES[name], (Axis(knob, values),), base)
        for name, (knob, values, base) in varied.items()
    }
