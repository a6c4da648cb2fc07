"""Where can the paper's result be reproduced? The GA's reduction over a grid of two knobs.

The paper's text leaves weights, popularity and the catalog open. Each cell of a map sets two of
them and measures by how much the GA undercuts the best and the worst of the paper's baselines.
"""

from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genedge.paper.figures import GPU_MEMORY_GB
from genedge.registry.policies import BASELINES
from genedge.scenario.scenario import Scenario
from genedge.studies.study import Axis, Study
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable

CLAIMED: Final = (0.5606, 0.7673)
"""The reductions that the paper reports, against its best and its worst baseline."""
WIDENED: Final = 0.01
"""Reductions this near to the range count as within it."""

RESOURCE_WEIGHTS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
ZIPF_EXPONENTS: Final = (0.0, 0.4, 0.8, 1.2, 1.6, 2.0, 2.4)
GPU_WEIGHTS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
POPULARITY_RATIOS: Final = (0.6, 0.7, 0.78, 0.84, 0.9, 1.0)
MANY_RATES: Final = (2.0, 5.0, 10.0, 17.0, 25.0, 40.0, 60.0)
LOW_WEIGHTS: Final = (0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02)
RATES: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
DRAWS: Final = tuple(float(seed) for seed in range(1, 9))

GRIDS: Final = MappingProxyType(
    {
        "rate-ratio": (
            "requests per slot × popularity ratio",
            Axis("popularity_ratio", POPULARITY_RATIOS),
            Axis("rate", MANY_RATES),
        ),
        "rate-weight": (
            "requests per slot × resource weight",
            Axis("resource_weight", LOW_WEIGHTS),
            Axis("rate", MANY_RATES),
        ),
        "charged-gpu": (
            "when evictions are charged × GPU memory",
            Axis("switching_charged", (0.0, 1.0)),
            Axis("gpu_memory_gb", GPU_MEMORY_GB),
        ),
        "weight-popularity": (
            "resource weight × Zipf exponent",
            Axis("zipf_exponent", ZIPF_EXPONENTS),
            Axis("resource_weight", RESOURCE_WEIGHTS),
        ),
        "beta-rate": (
            "β × arrival rate", Axis("rate", RATES), Axis("gpu_weight", GPU_WEIGHTS),
        ),
        "catalog-weight": (
            "catalog draw × resource weight",
            Axis("catalog_draw", DRAWS),
            Axis("resource_weight", RESOURCE_WEIGHTS),
        ),
    }
)  # fmt: skip
"""By name: title, the upright axis, the level axis."""


def grid(name: str, scenario: Scenario) -> Study:
    """One of :data:`GRIDS` around a scenario; only the GA, exact and the baselines are run."""
    title, upright, level = GRIDS[name]
    base = replace(scenario, policies=("ga", "exact", *BASELINES))
    return sweep_over(name, title, (upright, level), base)


class Cells(NamedTuple):
    """A map, ``[upright, level]`` each; NaN where nothing is measured yet."""

    against_best: NDArray[np.float64]
    """1 - cost of the GA / cost of the best baseline."""
    against_worst: NDArray[np.float64]
    binding: NDArray[np.float64]
    """Share of exact decisions that constraints 1-3 change."""

    @property
    def claimed(self) -> NDArray[np.bool_]:
        """Where both reductions lie within the paper's 56.06 to 76.73 %, as claim 1 has it."""
        low, high = CLAIMED[0] - WIDENED, CLAIMED[1] + WIDENED
        inside: NDArray[np.bool_] = (self.against_best >= low) & (self.against_worst <= high)
        return inside


def cells(table: StudyTable, metric: str = "average_cost") -> Cells:
    """The map of one ledger, from means over the replications measured so far."""
    shape = tuple(len(axis.values) for axis in table.study.axes)

    costs = np.stack([table.means(name, metric) for name in BASELINES])
    genetic = table.means("ga", metric)
    with np.errstate(invalid="ignore", divide="ignore"):
        best = 1.0 - genetic / costs.min(axis=0)
        worst = 1.0 - genetic / costs.max(axis=0)
    binding = table.means("exact", "binding_share")
    return Cells(best.reshape(shape), worst.reshape(shape), binding.reshape(shape))
