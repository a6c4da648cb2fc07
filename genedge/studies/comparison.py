"""A comparison: every policy of a scenario on the same requests; a study of one arm, with its runs.

The runs give what a table of figures cannot: per-slot ledgers for curves, and every delay, so that
the 95th percentile is taken from the delays of all replications together.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from genedge.engine.planning import OnlinePlan
from genedge.intake.request_log import TraceFile
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.runs.simulate import Record, why_left_out
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import Scenario
from genedge.studies.runner import Ready, run_study
from genedge.studies.statistics import Estimate, Paired, pooled_quantile, ratio
from genedge.studies.study import Arm, Study
from genedge.studies.table import StudyTable

MOST_RECORDED_SLOTS: Final = 200_000
"""A comparison keeps per-slot ledgers of every replication up to this many slots in all."""

Progress = Callable[[float, str], None]
"""Called with the share done and what was done last."""
SoFar = Callable[[], "Comparison | None"]
"""Gives the comparison of the replications measured so far, None before the first."""


@dataclass(frozen=True)
class PolicyFigures:
    """One policy of a comparison.

    Attributes
    ----------
    metrics: every one of :data:`genedge.registry.metrics.METRICS`.
    gap, realised_gap: cost over the clairvoyant optimum less 1, on Eq. 11 and on the realised
        ledger; None where there is no bound.
    versus: by ledger, the cost less that of the reference policy; empty for that policy itself.
    best_choice_share: share of recorded decisions that cost what the best one does; None where
        none are recorded.
    """

    policy: str
    metrics: dict[str, Estimate]
    gap: Estimate | None
    realised_gap: Estimate | None
    versus: dict[str, Paired]
    best_choice_share: float | None

    def mean(self, metric: str) -> float:
        """Mean of one metric."""
        return self.metrics[metric].mean


@dataclass(frozen=True, eq=False)
class Comparison:
    """Every policy of a scenario on the same requests, over all replications.

    Attributes
    ----------
    table: the figures, ``[1, R, P, K]``, and the least cost that any policy could have reached.
    runs: by policy, one run per replication; only the first has per-slot ledgers when there are
        too many slots to keep them all.
    gains: long-run cost per slot of the best online policies, by policy name.
    left_out: why the bounds are missing, or None.
    """

    problem: Problem
    table: StudyTable
    runs: dict[str, list[Run]]
    gains: dict[str, OnlinePlan]
    left_out: str | None

    @property
    def policies(self) -> tuple[str, ...]:
        """Compared policies in the order in which they are shown."""
        return self.table.policies

    @property
    def reference(self) -> str:
        """Whom the others are compared with: the GA, else the exact decision, else the first."""
        return next((name for name in ("ga", "exact") if name in self.policies), self.policies[0])

    def optimum(self, metric: str) -> Estimate | None:
        """Least cost per slot on one ledger that any policy could have reached."""
        values = self.table.best("", metric)
        if np.isnan(values).any():
            return None
        return self._over_requests(ratio(values, np.ones_like(values)))

    def _over_requests(self, found: Estimate | None) -> Estimate | None:
        """Without its interval where replications replay one request log."""
        if found is None or not self.table.one_log:
            return found
        return Estimate(found.mean, None)

    def _gap(self, policy: str, metric: str) -> Estimate | None:
        best = self.table.best("", metric)
        if np.isnan(best).any():
            return None
        share = self._over_requests(ratio(self.table.of("", policy, metric), best))
        return None if share is None else Estimate(share.mean - 1.0, share.half_width)

    def _metric(self, policy: str, metric: str) -> Estimate:
        if not METRICS[metric].pooled:
            return self.table.estimate("", policy, metric)
        models, runs = self.problem.models, self.runs[policy]
        delays = np.concatenate([models.inference_delay_s, models.reload_delay_s])
        served = [
            np.concatenate([run.totals.model_hits, run.totals.model_misses])
            for run in (runs[:1] if self.table.one_log else runs)
        ]
        return pooled_quantile(delays, np.array(served), 0.95)

    @cached_property
    def figures(self) -> dict[str, PolicyFigures]:
        """Means, intervals and paired differences of every policy, by name."""
        found = {}
        for policy in self.policies:
            share = self.table.mean("", policy, "best_choice_share")
            found[policy] = PolicyFigures(
                policy,
                {metric: self._metric(policy, metric) for metric in METRICS},
                self._gap(policy, "average_cost"),
                self._gap(policy, "realised_cost"),
                {
                    metric: self.table.versus("", policy, metric, self.reference)
                    for metric in LEDGERS
                    if policy != self.reference
                },
                None if np.isnan(share) else share,
            )
        return found


def cheapest(figures: dict[str, PolicyFigures], names: Iterable[str], metric: str) -> str | None:
    """Which of ``names`` has the lowest mean; None where none of them was compared."""
    present = [name for name in names if name in figures]
    return min(present, key=lambda name: figures[name].mean(metric), default=None)


def comparison_study(scenario: Scenario) -> Study:
    """Every policy of a scenario, in one arm."""
    arm = Arm("scenario", "the scenario", "in the scenario", scenario)
    return Study(
        "comparison", "Comparison", scenario, (arm,), scenario.policies, scenario.replications
    )


def compare(
    scenario: Scenario,
    *,
    trace: TraceFile | None = None,
    record: Record = "slots",
    executor: Executor | None = None,
    progress: Progress | None = None,
    watched: Callable[[SoFar], None] | None = None,
) -> Comparison:
    """Replay every policy of a scenario, all on the same requests.

    ``watched`` is called once, before the first replication, with what gives the comparison of
    those measured so far.

    Raises
    ------
    InputError: a bound named for too large a catalog, or a trace that does not fit the scenario.
    """
    study = comparison_study(scenario)
    table = StudyTable.empty(study, trace)
    problem = build(scenario, trace)
    few = problem.slots * table.replications <= MOST_RECORDED_SLOTS
    ready = Ready(
        problem, record=lambda replication: record if few or not replication else "summary"
    )

    def tell(_: StudyTable, done: int, total: int) -> None:
        if progress is not None:
            progress(done / total, f"replication {done} of {total}")

    def of(replications: int) -> Comparison:
        """The comparison of the first so many replications."""
        kept = [ready.runs[replication] for replication in range(replications)]
        part = table.first(replications)
        names = enumerate(table.policies)
        runs = {name: [runs[place] for runs in kept] for place, name in names}
        online = [name for name in table.policies if POLICIES[name].online]
        gains = {name: ready.plans.online(POLICIES[name].realised) for name in online}
        return Comparison(problem, part, runs, gains, why_left_out(problem, table.policies))

    def so_far() -> Comparison | None:
        measured = int(np.append(table.done[0], False).argmin())
        return of(measured) if measured else None

    if watched is not None:
        watched(so_far)
    run_study(study, table=table, ready=[ready], executor=executor, progress=tell)
    return of(table.replications)
