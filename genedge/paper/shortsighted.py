"""Why the algorithm's cost can rise with GPU memory: it keeps a model that it had better let go.

More room never forces a dearer deployment, so a decision that cost more in the long run weighed one
slot alone. Each model in turn is made one that decisions never keep (its delay seems 0, so its keep
value in Eq. 12 is never positive) at two capacities; if the rise is gone without one model, that
model is why.
"""

from typing import Final, NamedTuple

import numpy as np

from genedge.paper.claims import FLAT
from genedge.scenario.problem import SEES_ALL
from genedge.scenario.scenario import Scenario
from genedge.studies.study import Arm, Study, Variation
from genedge.studies.table import StudyTable

NAME: Final = "shortsighted"
MOST_MODELS: Final = 16
"""Catalogs beyond are not searched: every model is an arm at both capacities."""


class Culprit(NamedTuple):
    """The model without which the cost rises least.

    ``rise`` is the cost at the larger capacity over that at the smaller one, ``kept`` as it is,
    ``without`` never keeping the model.
    """

    model: str
    kept: tuple[float, float]
    without: tuple[float, float]

    @property
    def explains(self) -> bool:
        """Whether the rise is gone without it."""
        return self.without[1] <= min((1.0 + FLAT) * self.without[0], self.kept[1])


def where_it_rises(sweep: StudyTable) -> tuple[Scenario, Scenario] | None:
    """The settings between which the GA's cost rises most over a sweep; None where it is flat."""
    means = sweep.means("ga", "average_cost")
    if not (means > 0).all():  # not measured everywhere, or nothing to compare
        return None
    lowest = np.minimum.accumulate(means)
    last = int((means / lowest).argmax())
    if means[last] <= (1.0 + FLAT) * lowest[last]:
        return None
    return sweep.arms[int(means[:last].argmin())].scenario, sweep.arms[last].scenario


def shortsighted(low: Scenario, high: Scenario) -> Study:
    """Exact decisions at two capacities, as they are and never keeping each model in turn.

    Decisions are exact: the GA finds nearly all of them, in more time.
    """
    names = low.model_catalog.names[:MOST_MODELS]
    arms = tuple(
        Arm(f"{end} {row}", f"{end} {row}", "", scenario,
            Variation(SEES_ALL._replace(never_kept=row)))
        for end, scenario in (("low", low), ("high", high))
        for row in (None, *range(len(names)))
    )  # fmt: skip
    return Study(
        NAME, "never keeping a model", low, arms, ("exact",), low.replications, bounded=False
    )


def culprit(table: StudyTable) -> Culprit:
    """Whom not to keep, from what :func:`shortsighted` measured."""

    def ends(row: int | None) -> tuple[float, float]:
        low, high = (table.mean(f"{end} {row}", "exact", "average_cost") for end in ("low", "high"))
        return low, high

    names = table.study.base.model_catalog.names[:MOST_MODELS]
    found = [Culprit(name, ends(None), ends(row)) for row, name in enumerate(names)]
    return min(found, key=lambda one: one.without[1])
