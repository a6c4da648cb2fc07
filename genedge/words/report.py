"""A comparison boiled down to what the pages show: small, picklable, without the runs."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.policies import POLICIES
from genedge.runs.curves import Curve, Delays, curve_of, delays_of
from genedge.scenario.codec import to_json
from genedge.studies import export
from genedge.studies.comparison import Comparison, PolicyFigures
from genedge.studies.statistics import Estimate
from genedge.words import compare as findings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Report:
    """Everything that the pages show of a comparison.

    Attributes
    ----------
    replications, measured: so many are asked for, and so many are in it.
    figures: means, intervals and paired differences by policy; the latter to ``reference``.
    optimum: the clairvoyant optimum of each ledger, by metric.
    takeaways, warnings: sentences; headline is the first one, aside what it must not hide.
    margin: the decision maker against the best baseline on Eq. 11.
    curves, delays: by policy.
    requests: mean number of requests per replication.
    unfit: models that fit nowhere.
    known_from: what the active cycle that the ledger charges is known from.
    """

    scenario_json: str
    seed: int
    replications: int
    measured: int
    slots: int
    requests: float
    models: int
    figures: dict[str, PolicyFigures]
    reference: str
    optimum: dict[str, Estimate]
    takeaways: list[str]
    headline: str
    aside: str | None
    margin: findings.Margin | None
    warnings: list[str]
    curves: dict[str, Curve]
    delays: dict[str, Delays]
    unfit: tuple[str, ...]
    known_from: str

    @property
    def provisional(self) -> bool:
        """Whether more replications are to come."""
        return self.measured < self.replications

    @property
    def policies(self) -> tuple[str, ...]:
        """Compared policies in the order in which they are shown."""
        return tuple(self.figures)

    def table(self) -> "pd.DataFrame":
        """One row a policy: every metric, with half-widths of the 95 % intervals."""
        import pandas as pd

        rows = []
        for policy, figures in self.figures.items():
            record = {"label": POLICIES[policy].label, **export.record(figures, self.reference)}
            gap = figures.realised_gap
            record["gap_to_offline_realised"] = None if gap is None else gap.mean
            rows.append(record)
        return pd.DataFrame(rows)

    def curve_table(self) -> "pd.DataFrame":
        """Cost so far, on average and in all, per policy and slot."""
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "policy": policy,
                        "slot": curve.slot.astype(np.int64),
                        **{f"{metric}_so_far": cost for metric, cost in curve.cost.items()},
                        **{
                            f"cumulative_{metric}": cost * curve.slot
                            for metric, cost in curve.cost.items()
                        },
                    }
                )
                for policy, curve in self.curves.items()
            ],
            ignore_index=True,
        )

    def delay_table(self) -> "pd.DataFrame":
        """Distribution of the service delay, per policy."""
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {"policy": policy, "seconds": delays.seconds, "share_at_most": delays.share}
                )
                for policy, delays in self.delays.items()
            ],
            ignore_index=True,
        )


def report(comparison: Comparison) -> Report:
    """Boil a comparison down; its runs must have per-slot ledgers (at least the first)."""
    problem = comparison.problem
    scenario = problem.scenario
    figures = comparison.figures
    sentences = findings.takeaways(comparison, figures)
    first = comparison.runs[comparison.policies[0]]
    names = scenario.model_catalog.names
    return Report(
        scenario_json=to_json(scenario),
        seed=scenario.seed,
        replications=comparison.table.study.replications,
        measured=comparison.table.replications,
        slots=problem.slots,
        requests=float(np.mean([run.requests.model.size for run in first])),
        models=len(names),
        figures=figures,
        reference=comparison.reference,
        optimum={
            metric: found for metric in LEDGERS if (found := comparison.optimum(metric)) is not None
        },
        takeaways=sentences,
        headline=sentences[0] if sentences else "",
        aside=findings.rival_ahead(comparison, figures),
        margin=findings.margin(comparison, figures, PAPER),
        warnings=findings.warnings(comparison),
        curves={policy: curve_of(runs) for policy, runs in comparison.runs.items()},
        delays={policy: delays_of(runs) for policy, runs in comparison.runs.items()},
        unfit=tuple(name for name, fits in zip(names, problem.fits_alone, strict=True) if not fits),
        known_from="its counts over the whole trace" if problem.trace else "its true rates",
    )
