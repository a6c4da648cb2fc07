"""Policies against one of them, replication by replication: both met the same requests.

A paired difference takes out what the requests have in common, so its interval is much narrower
than the intervals of the two means (Student's t over replications).
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from genedge.studies.statistics import estimate
from genedge.studies.sweeps import SweepTable

if TYPE_CHECKING:
    import pandas as pd

TIE: Final = 1e-9
"""Costs that differ by no more than this share are a tie."""


def paired_table(
    table: SweepTable, point: int, metric: str, reference: str = "ga"
) -> "pd.DataFrame":
    """Every policy at one point of a sweep: its own figures, and against ``reference``.

    Columns: policy, mean, std, low, high (95 % interval of the mean); difference to the reference
    with its paired interval, difference_low and difference_high; and in how many replications the
    reference costs less (win), the same (tie) or more (loss). Intervals are NaN below two
    replications.
    """
    import pandas as pd

    base = table.of(reference, metric)[point]
    seen = ~np.isnan(base)
    base = base[seen]
    rows = []
    for policy in table.policies if base.size else ():
        values = table.of(policy, metric)[point][seen]
        gap = values - base
        mean, difference = estimate(values), estimate(gap)
        same = np.abs(gap) <= TIE * np.maximum(np.abs(base), np.abs(values))
        spread = float(values.std(ddof=1)) if values.size > 1 else float("nan")
        half = float("nan") if mean.half_width is None else mean.half_width
        gap_half = float("nan") if difference.half_width is None else difference.half_width
        rows.append(
            {
                "policy": policy,
                "mean": mean.mean,
                "std": spread,
                "low": mean.mean - half,
                "high": mean.mean + half,
                "difference": difference.mean,
                "difference_low": difference.mean - gap_half,
                "difference_high": difference.mean + gap_half,
                "win": int((~same & (gap > 0)).sum()),
                "tie": int(same.sum()),
                "loss": int((~same & (gap < 0)).sum()),
            }
        )
    return pd.DataFrame(rows)
