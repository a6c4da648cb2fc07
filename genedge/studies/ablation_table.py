"""What ablations are made of: their variants, and the table of what they measured."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genedge.registry.metrics import METRICS
from genedge.runs.run import Run
from genedge.scenario.problem import Problem
from genedge.studies.partition import Partition, Slices
from genedge.studies.statistics import Estimate, estimate

if TYPE_CHECKING:
    import pandas as pd

Values = NDArray[np.float64]

SUMS: Final = ("evictions", "evicted_requests", "evicted_delay_s")
"""Sums over the evictions of a run: their number; the share of all requests that ask for the
evicted model, lambda_m / Lambda; the seconds to load it again, delay_m (Eq. 4-6)."""
FIGURES: Final = (*METRICS, *SUMS)
FULL: Final = "full"


class Arm(NamedTuple):
    """What a variant is called.

    Attributes
    ----------
    name: in tables; the reference is called ``full``.
    label: in charts.
    spoken: in sentences, such as "blind to I/O delay".
    scale: its factor of delay_m.
    """

    name: str
    label: str
    spoken: str
    scale: float = 1.0


@dataclass(frozen=True, eq=False)
class Variant:
    """One way to have the problem: what is replayed, and in which slices, if it is cut."""

    arm: Arm
    problem: Problem
    cut: Partition | None = None


@dataclass(frozen=True)
class Ablation:
    """A comparison as data.

    Attributes
    ----------
    name, title: for tables and for people.
    explanation: one sentence for those who never read the paper.
    policies: who is replayed; bounds are left out where they cannot be computed.
    variants: of a problem, the reference among them.
    """

    name: str
    title: str
    explanation: str
    policies: tuple[str, ...]
    variants: Callable[[Problem], tuple[Variant, ...]]


@dataclass(frozen=True, eq=False)
class AblationTable:
    """What an ablation measured; it keeps figures only, no requests.

    Attributes
    ----------
    arms: V, the reference (``full``) among them.
    policies: P names.
    values: ``[V, P, R, K]`` by variant, policy, replication and :data:`FIGURES`.
    asked: replications that were asked for; R may be less.
    varies: by policy, whether replications differ at all: a log that is the same every time
        leaves chance only to those who take it.
    notes: what was left out or lowered, a sentence each.
    models: M, of which ``requested`` are asked for at all.
    dear: how many of those cost no more to evict than to hold for as long as a decision looks
        ahead (Eq. 12); None where that depends on the moment.
    slices: how the server was cut, if it was.
    """

    ablation: Ablation
    arms: tuple[Arm, ...]
    policies: tuple[str, ...]
    values: Values
    asked: int
    varies: dict[str, bool]
    notes: tuple[str, ...]
    models: int
    requested: int
    dear: int | None
    slices: Slices | None

    @property
    def replications(self) -> int:
        """R."""
        return int(self.values.shape[2])

    @property
    def others(self) -> tuple[Arm, ...]:
        """Every variant but the reference."""
        return tuple(arm for arm in self.arms if arm.name != FULL)

    def _place(self, variant: str) -> int:
        return [arm.name for arm in self.arms].index(variant)

    def of(self, variant: str, policy: str, figure: str) -> Values:
        """One figure per replication, ``[R]``."""
        place = self._place(variant), self.policies.index(policy)
        values: Values = self.values[(*place, slice(None), FIGURES.index(figure))]
        return values

    def mean(self, variant: str, policy: str, figure: str) -> float:
        """Mean over replications."""
        return float(self.of(variant, policy, figure).mean())

    def per_eviction(self, variant: str, policy: str, figure: str) -> float | None:
        """Mean over all evictions of one of :data:`SUMS`; None where nothing was evicted."""
        evictions = float(self.of(variant, policy, "evictions").sum())
        return float(self.of(variant, policy, figure).sum()) / evictions if evictions else None

    def estimate(self, variant: str, policy: str, figure: str) -> Estimate:
        """Mean and 95 % interval, none where replications do not differ."""
        return self._estimate(policy, self.of(variant, policy, figure))

    def difference(self, variant: str, policy: str, figure: str) -> Estimate:
        """Variant less reference on the same requests, mean and paired 95 % interval."""
        gap = self.of(variant, policy, figure) - self.of(FULL, policy, figure)
        return self._estimate(policy, gap)

    def _estimate(self, policy: str, values: Values) -> Estimate:
        return estimate(values if self.varies[policy] else values[:1])

    def frame(self) -> "pd.DataFrame":
        """One row a variant, policy and figure: mean, its interval, the paired difference.

        Columns: variant, policy, figure, mean, low, high, difference, difference_low,
        difference_high, replications; the ends of an interval are NaN where there is none.
        """
        import pandas as pd

        rows = []
        for arm in self.arms:
            for policy in self.policies:
                for figure in FIGURES:
                    mean = self.estimate(arm.name, policy, figure)
                    gap = self.difference(arm.name, policy, figure)
                    rows.append(
                        {
                            "variant": arm.name, "policy": policy, "figure": figure,
                            "mean": mean.mean, **_ends("", mean),
                            "difference": gap.mean, **_ends("difference_", gap),
                            "replications": self.replications,
                        }
                    )  # fmt: skip
        return pd.DataFrame(rows)


def _ends(name: str, value: Estimate) -> dict[str, float]:
    known = value.half_width is not None
    return {
        f"{name}low": value.low if known else float("nan"),
        f"{name}high": value.high if known else float("nan"),
    }


def figures_of(run: Run) -> list[float]:
    """Every one of :data:`FIGURES` of a run."""
    models, evicted = run.problem.models, run.totals.model_evictions
    sums = (
        float(run.evictions),
        float(models.inverse_active_cycle @ evicted),
        float(models.reload_delay_s @ evicted),
    )
    return [*(run.summary[metric] for metric in METRICS), *sums]
