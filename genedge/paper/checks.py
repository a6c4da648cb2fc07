"""What verdicts are made of: one measured ratio, its interval, and the range that it should lie in.

Costs that are compared met the same replications, so a ratio of two means has a paired 95 %
interval (delta method, :func:`genedge.studies.statistics.ratio`). A check holds when the whole
interval lies in the range, fails when none of it does, and is open in between: it may be chance.
One replication has no interval and is judged by its value.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from genedge.paper.figures import TITLES
from genedge.registry.policies import POLICIES
from genedge.say import listed
from genedge.studies.knobs import KNOBS
from genedge.studies.statistics import Values, ratio
from genedge.studies.table import StudyTable

Outcome = Literal["holds", "holds in part", "does not hold", "may be chance", "not measured"]
Tables = Mapping[str, StudyTable]

ROUNDING: Final = 1e-9
"""Equal costs are equal, however they were added up."""


class NotMeasuredError(Exception):
    """A figure that a claim needs is missing."""


@dataclass(frozen=True)
class Check:
    """One ratio against its range; without an end the range is open, without an interval low is
    None."""

    what: str
    value: float
    low: float | None
    high: float | None
    least: float | None
    most: float | None

    @property
    def holds(self) -> bool | None:
        """Whether it lies in the range; None where that may be chance."""
        low, high = (self.value if end is None else end for end in (self.low, self.high))
        least = -np.inf if self.least is None else self.least - ROUNDING
        most = np.inf if self.most is None else self.most + ROUNDING
        if least <= low and high <= most:
            return True
        return False if high < least or low > most else None


def check(
    what: str,
    above: Values,
    below: Values,
    *,
    least: float | None = None,
    most: float | None = None,
) -> Check:
    """The ratio of two costs, replication by replication (``[R]`` each)."""
    found = ratio(above, below)
    assert found is not None  # costs of 0 are refused where they are read
    half = found.half_width
    low, high = (None, None) if half is None else (found.mean - half, found.mean + half)
    return Check(what, found.mean, low, high, least, most)


def every(checks: Iterable[bool | None]) -> bool | None:
    """Whether all hold: one that fails decides, else one that is open."""
    found = list(checks)
    return False if False in found else None if None in found else True


def outcome_of(parts: list[bool | None]) -> Outcome:
    """A verdict on a claim from its parts: what is open does not speak against it."""
    if False in parts:
        return "holds in part" if True in parts else "does not hold"
    return "holds" if True in parts else "may be chance"


def costs(tables: Tables, figure: str, policy: str, metric: str) -> Values:
    """Cost of a policy by point and replication, ``[V, R]``.

    Raises
    ------
    NotMeasuredError: not all of it is measured, or a cost is 0 and nothing can be compared with it.
    """
    table = tables.get(figure)
    if table is None or policy not in table.policies:
        raise NotMeasuredError(f"{TITLES[figure]} has not been measured")
    values = table.over(policy, metric)
    values = values[:, ~np.isnan(values).any(axis=0)]
    if values.shape[1] == 0:
        raise NotMeasuredError(f"{TITLES[figure]} has not been measured at every value")
    if (values.mean(axis=1) <= 0).any():
        raise NotMeasuredError(f"{TITLES[figure]}: where a cost is 0 there is nothing to compare")
    return values


def at(tables: Tables, figure: str, *places: int) -> str:
    """Values of a sweep in words, such as "60 and 80 GB of storage"."""
    axis = tables[figure].study.axes[0]
    name, _, unit = KNOBS[axis.knob].label.partition(", ")
    values = listed([f"{axis.values[place]:g}" for place in places])
    return f"{values} {unit} of {name}" if unit else f"{values} {name}"


def label(policy: str) -> str:
    """How people read a policy."""
    return POLICIES[policy].label
