"""The two ledgers: what the paper charges, and what users wait for.

- ``average_cost``, Eq. 11: (1/T) of the weighted switching cost (Eq. 7), of every decision or
  between the ends of slots, plus the weighted resource cost (Eq. 10) at the end of every slot;
- ``realised_cost``: (1/T) of the weighted delay of every miss plus the same resource cost.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from genedge.engine.arrays import S_MISS_DELAY, S_SWITCHING


@dataclass(frozen=True)
class Ledger:
    """One way to add up what a run costs.

    Attributes
    ----------
    metric: the figure of a run that it comes to, per slot.
    label: what charts and tables call it.
    spoken: how a sentence calls it.
    term: what it charges beside the resource cost.
    events: what that is charged for.
    column, total: its seconds, in the engine's ``Slots`` and ``Totals.sums``.
    realised: whether misses are charged instead of evictions.
    online, clairvoyant: the policies that bound it, by name.
    file: its part of a file name.
    """

    metric: str
    label: str
    spoken: str
    term: str
    events: str
    column: str
    total: int
    realised: bool
    online: str
    clairvoyant: str
    file: str


_ALL: Final = (
    Ledger(
        "average_cost", "Eq. 11", "Eq. 11", "switching cost", "evictions",
        "switching_cost", S_SWITCHING,
        False, "mdp", "offline", "eq11",
    ),
    Ledger(
        "realised_cost", "Realised ledger", "the realised ledger", "waiting at misses", "misses",
        "miss_delay_s", S_MISS_DELAY,
        True, "mdp-realised", "offline-realised", "realised",
    ),
)  # fmt: skip

LEDGERS: Final = MappingProxyType({ledger.metric: ledger for ledger in _ALL})
"""By the metric that they come to, the paper's first."""

PAPER: Final = _ALL[0].metric
"""The ledger that every page begins with."""


def ledger_of(realised: bool) -> Ledger:
    """The ledger that a bound plans for."""
    return next(ledger for ledger in _ALL if ledger.realised == realised)
