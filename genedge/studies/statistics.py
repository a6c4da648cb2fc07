"""Means over independent samples and how sure they are: 95 % intervals by Student's t.

A sample is one replication, or one block of a request log's slots. Samples are paired: every
policy meets the same requests in each, so a difference is taken sample by sample; that takes out
what the requests have in common. The gap to a bound is a ratio of two means; its interval is the
delta method's (Cochran, Sampling Techniques, 1977, ch. 6). The interval of a quantile inverts the
test of the distribution function at each value (Woodruff, JASA 47, 1952), with replications as
clusters: unlike the mean of single replications' quantiles it covers where few values are possible.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genedge.runs.run import quantiles

Values = NDArray[np.float64]

NO_WORSE: Final = 0.01
"""Costs within 1 % of each other count as equally good."""
TIE: Final = 1e-9
"""Figures that differ by no more than this share are the same."""


@dataclass(frozen=True)
class Estimate:
    """A mean; ``half_width`` of its 95 % interval, None where there is none."""

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

    @property
    def sure(self) -> bool | None:
        """Whether the interval leaves no doubt about the sign; None where there is none."""
        return None if self.half_width is None else abs(self.mean) > self.half_width


@dataclass(frozen=True)
class Paired(Estimate):
    """A difference to something on the same requests.

    ``wins``, ``ties`` and ``losses`` are the samples in which the figure is lower, the same and
    higher than what it is compared with.
    """

    wins: int
    ties: int
    losses: int


def half_width(values: Values) -> float | None:
    """Half of the 95 % interval of the mean of ``values [S]``; None where S = 1."""
    if values.size < 2:
        return None
    return float(values.std(ddof=1) / np.sqrt(values.size)) * _student(values.size)


@cache
def _student(samples: int) -> float:
    """The 97.5 % point of Student's t for so many samples."""
    from scipy.special import stdtrit

    return float(stdtrit(samples - 1, 0.975))


def estimate(values: Values) -> Estimate:
    """Mean of ``values [S]`` and its interval."""
    return Estimate(float(values.mean()), half_width(values))


def paired(ours: Values, theirs: Values, mean: float | None = None) -> Paired:
    """``ours [S]`` less ``theirs [S]``, sample by sample; ``mean`` where it is known better."""
    gap = ours - theirs
    same = np.abs(gap) <= TIE * np.maximum(np.abs(ours), np.abs(theirs))
    return Paired(
        float(gap.mean()) if mean is None else mean,
        half_width(gap),
        int((~same & (gap < 0)).sum()),
        int(same.sum()),
        int((~same & (gap > 0)).sum()),
    )


def ratio(above: Values, below: Values) -> Estimate | None:
    """mean(above) / mean(below) over paired samples ``[S]``; None where the latter is 0."""
    base = float(below.mean())
    if base <= 0.0:
        return None
    share = float(above.mean()) / base
    return Estimate(share, half_width((above - share * below) / base))


def pooled_quantile(values: Values, weights: NDArray[np.int64], share: float) -> Estimate:
    """Quantile of all replications' values together.

    ``weights [R, V]`` say how often each of ``values [V]`` was met in each replication. The
    interval is that of Woodruff with replications as clusters, its larger half given; none below
    two replications.
    """
    middle = float(quantiles(values, weights.sum(axis=0)[None], share)[0])
    met = weights.sum(axis=1)
    if len(weights) < 2 or not met.all():
        return Estimate(middle, None)
    order = np.argsort(values, kind="stable")
    order = order[weights.sum(axis=0)[order] > 0]
    at_most = np.cumsum(weights[:, order], axis=1)
    reached = at_most.sum(axis=0) / met.sum()
    spread = (at_most - reached * met[:, None]).std(axis=0, ddof=1) / met.mean()
    half = _student(len(weights)) * spread / np.sqrt(len(weights))
    ordered = values[order]
    low = ordered[np.argmax(reached + half >= share)]
    below = np.concatenate([[0.0], (reached - half)[:-1]])
    high = ordered[np.flatnonzero(below <= share)[-1]]
    return Estimate(middle, float(max(middle - low, high - middle, 0.0)))
