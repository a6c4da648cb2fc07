"""Means over replications and how sure they are: 95 % intervals by Student's t.

Replications are paired: every policy meets the same requests in each, so a difference between two
policies is taken replication by replication. The gap to a bound is a ratio of two means; its
interval is the delta method's (Cochran, Sampling Techniques, 1977, ch. 6).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genedge.registry.metrics import METRICS
from genedge.runs.simulate import Comparison

Values = NDArray[np.float64]

NO_WORSE: Final = 0.01
"""Costs within 1 % of each other count as equally good."""


@dataclass(frozen=True)
class Estimate:
    """A mean over replications; ``half_width`` of its 95 % interval, None for one replication."""

    mean: float
    half_width: float | None

    @property
    def low(self) -> float:
        """Lower end of the interval."""
        return self.mean - (self.half_width or 0.0)

    @property
    def high(self) -> float:
        """Upper end of the interval."""
        return self.mean + (self.half_width or 0.0)


def half_width(values: Values) -> float | None:
    """Half of the 95 % interval of the mean of ``values [R]``; None where R = 1."""
    if values.size < 2:
        return None
    return float(values.std(ddof=1) / np.sqrt(values.size)) * _student(values.size)


@cache
def _student(replications: int) -> float:
    """The 97.5 % point of Student's t for so many replications."""
    from scipy.special import stdtrit

    return float(stdtrit(replications - 1, 0.975))


def estimate(values: Values) -> Estimate:
    """Mean of ``values [R]`` and its interval."""
    return Estimate(float(values.mean()), half_width(values))


def estimates(values: Values) -> list[Estimate]:
    """Mean and interval of every column of ``values [R, K]``."""
    count = len(values)
    means = values.mean(axis=0).tolist()
    if count < 2:
        return [Estimate(mean, None) for mean in means]
    halves = values.std(axis=0, ddof=1) / count**0.5 * _student(count)
    return [Estimate(mean, half) for mean, half in zip(means, halves.tolist(), strict=True)]


def ratio(above: Values, below: Values) -> Estimate | None:
    """mean(above) / mean(below) over paired replications ``[R]``; None where the latter is 0."""
    base = float(below.mean())
    if base <= 0.0:
        return None
    share = float(above.mean()) / base
    return Estimate(share, half_width((above - share * below) / base))


@dataclass(frozen=True)
class PolicyFigures:
    """One policy of a comparison.

    Attributes
    ----------
    metrics: every metric of :data:`genedge.runs.run.METRICS`.
    gap: cost over the clairvoyant optimum less 1, on Eq. 11; None where there is no bound.
    realised_gap: the same on the realised ledger.
    """

    policy: str
    metrics: dict[str, Estimate]
    gap: Estimate | None
    realised_gap: Estimate | None

    def mean(self, metric: str) -> float:
        """Mean of one metric."""
        return self.metrics[metric].mean


def _gap(comparison: Comparison, policy: str, metric: str) -> Estimate | None:
    if metric not in comparison.optimum:
        return None
    share = ratio(comparison.figures[policy][metric], comparison.optimum[metric])
    return None if share is None else Estimate(share.mean - 1.0, share.half_width)


def summarise(comparison: Comparison) -> dict[str, PolicyFigures]:
    """Means and intervals of every policy, by name."""
    table = np.array(
        [
            [[run.summary[metric] for metric in METRICS] for run in comparison.runs[policy]]
            for policy in comparison.policies
        ]
    )
    return {
        policy: PolicyFigures(
            policy,
            dict(zip(METRICS, estimates(values), strict=True)),
            _gap(comparison, policy, "average_cost"),
            _gap(comparison, policy, "realised_cost"),
        )
        for policy, values in zip(comparison.policies, table, strict=True)
    }


def cheapest(figures: dict[str, PolicyFigures], names: Iterable[str], metric: str) -> str | None:
    """Which of ``names`` has the lowest mean; None where none of them was compared."""
    present = [name for name in names if name in figures]
    return min(present, key=lambda name: figures[name].mean(metric), default=None)
