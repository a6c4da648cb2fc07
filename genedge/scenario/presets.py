"""Scenarios to start from."""

from dataclasses import replace
from types import MappingProxyType
from typing import Final

from genedge.errors import InputError, shown
from genedge.intake.workload import Workload
from genedge.scenario.scenario import CostWeights, Scenario

_FRUGAL: Final = Scenario(
    workload=Workload(zipf_exponent=1.8, popularity_order="smallest"),
    weights=CostWeights(resource=0.1),
)
_PAPER: Final = Scenario(
    workload=Workload(
        rate=25.0, popularity="geometric", popularity_ratio=0.84,
        popularity_order=(
            "MusicGen", "GPT-2", "MMS-ASR", "BERT", "BLIP", "SDEdit", "MMS-TTS", "Shap-E",
            "Stable Diffusion v1-4", "VideoFusion",
        ),
    ),
    weights=CostWeights(resource=0.0005, gpu_memory=1.0),
    switching_charged="slot",
    lfu_window=50,
)  # fmt: skip
_PAPER_BY_KIND: Final = replace(
    _PAPER,
    workload=replace(
        _PAPER.workload, rate=40.0, popularity_ratio=0.85,
        popularity_order=(
            "MusicGen", "MMS-TTS", "MMS-ASR", "BLIP", "BERT", "GPT-2", "SDEdit",
            "Stable Diffusion v1-4", "Shap-E", "VideoFusion",
        ),
    ),
    weights=CostWeights(resource=0.001, gpu_memory=1.0),
    lfu_window=0,
)  # fmt: skip
PRESETS: Final = MappingProxyType(
    {
        "contended": Scenario(),
        "paper": _PAPER,
        "paper-by-kind": _PAPER_BY_KIND,
        "frugal": _FRUGAL,
        "latency-first": replace(_FRUGAL, weights=CostWeights(resource=0.01)),
        "balanced": replace(
            _FRUGAL,
            workload=replace(_FRUGAL.workload, zipf_exponent=1.5, rate=1.0),
            weights=CostWeights(resource=0.3, gpu_memory=1.0),
        ),
    }
)
"""Scenarios to start from; ``contended`` is where the app opens."""

PRESET_TEXTS: Final = MappingProxyType(
    {
        "contended": "Resources are scarce: models crowd each other out in most decisions.",
        "paper": "The paper's percentages: its bill compares the ends of slots.",
        "paper-by-kind": "The same bill; popularity goes by kind: music, speech, text, images.",
        "frugal": "Holding a model costs more than fetching it again.",
        "latency-first": "The frugal setting with waiting ten times as important.",
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
