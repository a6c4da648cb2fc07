"""A comparison boiled down to what the pages show: small, picklable, without the runs.

Curves are means over replications, thinned to what a screen can show; delays are a distribution
with one weight per distinct delay, so that millions of requests fit in a few numbers.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from genedge import findings
from genedge.engine.arrays import Floats
from genedge.policies import POLICIES
from genedge.run import METRICS, Run
from genedge.scenario_json import to_dict, to_json
from genedge.simulate import Comparison
from genedge.statistics import Estimate, PolicyFigures, estimate, summarise

if TYPE_CHECKING:
    import pandas as pd

CURVE_POINTS: Final = 400


@dataclass(frozen=True)
class Curve:
    """Average cost so far, after each of some slots: mean over replications."""

    slot: Floats
    average_cost: Floats
    realised_cost: Floats


@dataclass(frozen=True)
class Delays:
    """Share of answered requests that waited at most so long: steps of a distribution."""

    seconds: Floats
    share: Floats


@dataclass(frozen=True)
class Report:
    """Everything that the pages show of a comparison.

    Attributes
    ----------
    figures: means and intervals by policy.
    optimum: the clairvoyant optimum of each ledger, by metric.
    gains: bounds on the long-run cost per slot of the best online policies.
    takeaways, warnings: sentences.
    curves, delays: by policy.
    requests: mean number of requests per replication.
    unfit: models that fit nowhere.
    known_from: what the active cycle that the ledger charges is known from.
    """

    scenario_json: str
    seed: int
    replications: int
    slots: int
    requests: float
    models: int
    figures: dict[str, PolicyFigures]
    optimum: dict[str, Estimate]
    gains: dict[str, tuple[float, float]]
    takeaways: list[str]
    headline: str
    warnings: list[str]
    left_out: str | None
    curves: dict[str, Curve]
    delays: dict[str, Delays]
    unfit: tuple[str, ...]
    known_from: str

    @property
    def policies(self) -> tuple[str, ...]:
        """Compared policies in the order in which they are shown."""
        return tuple(self.figures)

    def table(self) -> "pd.DataFrame":
        """One row a policy: every metric, with half-widths of the 95 % intervals."""
        import pandas as pd

        rows = []
        for policy, figures in self.figures.items():
            row: dict[str, object] = {"policy": policy, "label": POLICIES[policy].label}
            for metric in METRICS:
                row[metric] = figures.metrics[metric].mean
                if self.replications > 1:
                    row[f"{metric}_ci95"] = figures.metrics[metric].half_width
            row["gap_to_offline"] = None if figures.gap is None else figures.gap.mean
            gap = figures.realised_gap
            row["gap_to_offline_realised"] = None if gap is None else gap.mean
            rows.append(row)
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
                        "average_cost_so_far": curve.average_cost,
                        "realised_cost_so_far": curve.realised_cost,
                        "cumulative_average_cost": curve.average_cost * curve.slot,
                        "cumulative_realised_cost": curve.realised_cost * curve.slot,
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


def _curve(runs: list[Run]) -> Curve:
    recorded = [run for run in runs if run.slots.held.size]
    slots = recorded[0].requests.slots
    index = np.unique(np.linspace(0, slots - 1, min(slots, CURVE_POINTS)).astype(np.int64))
    elapsed: Floats = index + np.float64(1.0)
    average, realised = np.zeros(index.size), np.zeros(index.size)
    for run in recorded:
        average += np.cumsum(run.slot_average_cost)[index] / len(recorded)
        realised += np.cumsum(run.slot_realised_cost)[index] / len(recorded)
    average /= elapsed
    realised /= elapsed
    return Curve(elapsed, average, realised)


def _delays(runs: list[Run]) -> Delays:
    models = runs[0].problem.models
    seconds = np.concatenate([models.inference_delay_s, models.reload_delay_s])
    served = np.sum(
        [np.concatenate([run.totals.model_hits, run.totals.model_misses]) for run in runs], axis=0
    )
    order = np.argsort(seconds, kind="stable")
    share = np.cumsum(served[order]) / max(int(served.sum()), 1)
    return Delays(seconds[order], share)


def report(comparison: Comparison) -> Report:
    """Boil a comparison down; its runs must have per-slot ledgers (at least the first)."""
    problem = comparison.problem
    scenario = problem.scenario
    figures = summarise(comparison)
    sentences = findings.takeaways(comparison, figures)
    first = comparison.runs[comparison.policies[0]]
    names = scenario.model_catalog.names
    return Report(
        scenario_json=to_json(scenario),
        seed=scenario.seed,
        replications=scenario.replications,
        slots=problem.slots,
        requests=float(np.mean([run.requests.model.size for run in first])),
        models=len(names),
        figures=figures,
        optimum={metric: estimate(values) for metric, values in comparison.optimum.items()},
        gains={name: (plan.gain_low, plan.gain_high) for name, plan in comparison.gains.items()},
        takeaways=sentences,
        headline=sentences[0] if sentences else "",
        warnings=findings.warnings(comparison),
        left_out=comparison.left_out,
        curves={policy: _curve(runs) for policy, runs in comparison.runs.items()},
        delays={policy: _delays(runs) for policy, runs in comparison.runs.items()},
        unfit=tuple(name for name, fits in zip(names, problem.fits_alone, strict=True) if not fits),
        known_from="its counts over the whole trace" if problem.trace else "its true rates",
    )


def scenario_dict(made: Report) -> dict[str, object]:
    """The scenario behind a report as plain values, for exports."""
    from genedge.scenario_json import from_json

    return to_dict(from_json(made.scenario_json))
