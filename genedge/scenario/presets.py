"""Scenarios to start from."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from genedge.errors import InputError, shown
from genedge.intake.workload import Workload
from genedge.scenario.scenario import CostWeights, Scenario

_PAPER: Final = Scenario(
    workload=Workload(zipf_exponent=1.8, popularity_order="smallest"),
    weights=CostWeights(resource=0.1),
)
PRESETS: Final = MappingProxyType(
    {
        "contended": Scenario(),
        "paper": _PAPER,
        "latency-first": replace(_PAPER, weights=CostWeights(resource=0.01)),
        "balanced": replace(
            _PAPER,
            workload=replace(_PAPER.workload, zipf_exponent=1.5, rate=1.0),
            weights=CostWeights(resource=0.3, gpu_memory=1.0),
        ),
    }
)
"""Scenarios to start from; ``contended`` is where the app opens."""

PRESET_TEXTS: Final = MappingProxyType(
    {
        "contended": "Resources are scarce: models crowd each other out in most decisions.",
        "paper": "The paper's figures: holding a model costs more than fetching it again.",
        "latency-first": "The paper's setting with waiting ten times as important.",
        "balanced": "Fewer requests, and GPU memory no dearer than storage.",
    }
)


def preset(name: str) -> Scenario:
    """One of :data:`PRESETS`.

    Raises
    ------
    InputError: no preset has that name.
    """
    if name not in PRESETS:
        raise InputError(f"unknown preset {shown(name)}; there are {', '.join(PRESETS)}")
    return PRESETS[name]


def preset_name(scenario: Scenario) -> str | None:
    """The preset that a scenario is, whatever its seed, replications and choice of policies."""
    for name, candidate in PRESETS.items():
        same = replace(
            candidate,
            seed=scenario.seed,
            replications=scenario.replications,
            policies=scenario.policies,
        )
        if same == scenario:
            return name
    return None
