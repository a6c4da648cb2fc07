"""A sweep's replications in brief: means with 95 % intervals, as arrays and as a tidy table."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from genedge.studies.statistics import half_width
from genedge.studies.sweeps import SweepTable, Values

if TYPE_CHECKING:
    import pandas as pd


class Brief(NamedTuple):
    """One metric of one policy over a sweep, ``[V]`` each; NaN where nothing is measured yet."""

    mean: Values
    half: Values
    """Half of the 95 % interval of the mean, 0 for one replication."""


def brief(table: SweepTable, policy: str, metric: str) -> Brief:
    """Mean and interval at every point, over the replications measured so far."""
    values = table.of(policy, metric)
    half = np.full(len(values), np.nan)
    for place, row in enumerate(values):
        seen = row[~np.isnan(row)]
        if seen.size:
            half[place] = half_width(seen) or 0.0
    return Brief(table.means(policy, metric), half)


def summary_frame(table: SweepTable, metric: str) -> "pd.DataFrame":
    """The knobs' values, policy, mean, both ends of its interval, replications."""
    import pandas as pd

    knobs = [axis.knob for axis in table.sweep.axes]
    rows = []
    for policy in table.policies:
        mean, half = brief(table, policy, metric)
        counts = (~np.isnan(table.of(policy, metric))).sum(axis=1)
        rows += [
            {
                **dict(zip(knobs, point, strict=True)),
                "policy": policy,
                "metric": metric,
                "mean": mean[place],
                "low": mean[place] - half[place],
                "high": mean[place] + half[place],
                "replications": int(counts[place]),
            }
            for place, point in enumerate(table.sweep.points)
            if counts[place]
        ]
    columns = [*knobs, "policy", "metric", "mean", "low", "high", "replications"]
    return pd.DataFrame(rows, columns=columns)
