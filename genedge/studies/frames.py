"""A study in brief, as tidy tables: means with intervals, and policies against one of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from genedge.studies.statistics import Estimate
from genedge.studies.table import StudyTable

if TYPE_CHECKING:
    import pandas as pd


def summary_frame(table: StudyTable, metrics: Sequence[str]) -> "pd.DataFrame":
    """One row an arm, policy and metric that is measured.

    Columns: the axes or the arm, policy, metric, mean, low, high, and, unless there are axes, the
    paired difference to the reference arm with difference_low and difference_high; replications.
    The ends of an interval are NaN where there is none.
    """
    import pandas as pd

    knobs = [axis.knob for axis in table.study.axes]
    rows = []
    for metric in metrics:
        for policy in table.policies:
            counts = (~np.isnan(table.over(policy, metric))).sum(axis=1)
            for place, arm in enumerate(table.arms):
                if not counts[place]:
                    continue
                row: dict[str, object] = dict(zip(knobs, arm.point, strict=True)) or {
                    "arm": arm.name
                }
                row |= {"policy": policy, "metric": metric}
                row |= _ends("", table.estimate(arm.name, policy, metric))
                if not knobs:
                    row |= _ends("difference", table.difference(arm.name, policy, metric))
                rows.append(row | {"replications": int(counts[place])})
    return pd.DataFrame(rows)


def versus_frame(table: StudyTable, arm: str, metric: str, rival: str = "ga") -> "pd.DataFrame":
    """Every policy of one arm: its own figures, and against ``rival``.

    Columns: policy, mean, std, low, high (95 % interval of the mean); difference to the rival with
    its paired interval, difference_low and difference_high; in how many samples the rival costs
    less (win), the same (tie) or more (loss). NaN where there is one sample only.
    """
    import pandas as pd

    rows = []
    for policy in table.policies if table.done[table.study.place(arm)].any() else ():
        gap = table.versus(arm, policy, metric, rival)
        sample = table.sample(arm, policy, metric)
        rows.append(
            {
                "policy": policy,
                **_ends("", table.estimate(arm, policy, metric)),
                "std": float(sample.std(ddof=1)) if sample.size > 1 else float("nan"),
                **_ends("difference", gap),
                "win": gap.losses, "tie": gap.ties, "loss": gap.wins,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _ends(name: str, value: Estimate) -> dict[str, float]:
    known = value.half_width is not None
    prefix = f"{name}_" if name else ""
    return {
        name or "mean": value.mean,
        f"{prefix}low": value.low if known else float("nan"),
        f"{prefix}high": value.high if known else float("nan"),
    }
