"""The table of a study: every figure of every arm, policy and replication, and what they show.

Means have 95 % intervals over independent samples: the replications, or, where they all replay one
request log, its blocks of slots (:mod:`genedge.runs.blocks`). Differences are paired.
"""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genedge.intake.request_log import TraceFile
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import FIGURES, METRICS
from genedge.runs.blocks import block_edges
from genedge.runs.simulate import chosen_policies
from genedge.scenario.problem import Problem
from genedge.studies.budget import affordable
from genedge.studies.statistics import TIE, Estimate, Paired, Values, half_width, paired
from genedge.studies.study import Arm, Study

if TYPE_CHECKING:
    import pandas as pd

PLACES: Final = {name: place for place, name in enumerate(FIGURES)}


@dataclass(eq=False)
class StudyTable:
    """What a study has measured so far: figures only, no requests.

    Attributes
    ----------
    policies: P names, those that every arm allows and the budget affords.
    values: ``[A, R, P, K]`` by arm, replication, policy and :data:`FIGURES`; NaN where nothing is
        measured yet, or never.
    optimum: ``[A, R, 2]`` least cost on these requests by ledger; NaN where unknown.
    blocks: of one request log, the first replication's figures by block of slots,
        ``[A, P, B, K]``; B = 0 where replications are the samples or the log is too short.
    block_slots: slots of a block, on average; None without blocks.
    problem: the reference arm's, without its requests.
    one_log: the samples are no replications, because all replay one request log.
    notes: what was left out or lowered; missing: why something is not measured; a sentence each.
    """

    study: Study
    policies: tuple[str, ...]
    values: Values
    optimum: Values
    blocks: Values
    block_slots: float | None
    problem: Problem
    one_log: bool
    notes: tuple[str, ...] = ()
    missing: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls, study: Study, trace: TraceFile | None = None) -> "StudyTable":
        """A table to be filled in.

        Raises
        ------
        InputError: the study cannot be run.
        """
        problems = [arm.problem(trace) for arm in study.arms]
        reference = problems[study.place("")]
        count = study.replications
        notes: list[str] = []
        if study.seconds is None:
            allowed = [chosen_policies(problem, study.policies) for problem in problems]
            policies = tuple(name for name in allowed[0] if all(name in row for row in allowed))
        else:
            policies, count, notes = affordable(
                reference, study.policies, len(problems), count, study.seconds, study.refuse
            )
        if trace is None:
            edges = None
        else:
            edges = block_edges(reference)
            notes.append(_same_log(edges))
        blocks = 0 if edges is None else edges.size - 1
        shape = len(problems), count, len(policies), len(FIGURES)
        return cls(
            study, policies, np.full(shape, np.nan), np.full((*shape[:2], len(LEDGERS)), np.nan),
            np.full((shape[0], len(policies), blocks, len(FIGURES)), np.nan),
            reference.slots / blocks if blocks else None,
            replace(reference, trace=None, first_requests=None), trace is not None, tuple(notes),
        )  # fmt: skip

    # ------------------------------------------------------------------------ what is measured

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The study's arms."""
        return self.study.arms

    @property
    def others(self) -> tuple[Arm, ...]:
        """Every arm but the reference."""
        reference = self.study.place("")
        return tuple(arm for place, arm in enumerate(self.arms) if place != reference)

    @property
    def replications(self) -> int:
        """R."""
        return int(self.values.shape[1])

    @property
    def done(self) -> NDArray[np.bool_]:
        """Which replications of which arm are measured, ``[A, R]``."""
        measured: NDArray[np.bool_] = ~np.any(np.isnan(self.values[:, :, :, 0]), axis=2)
        return measured

    def over(self, policy: str, metric: str) -> Values:
        """One figure of one policy, ``[A, R]``."""
        found: Values = self.values[:, :, self.policies.index(policy), PLACES[metric]]
        return found

    def of(self, arm: str, policy: str, metric: str) -> Values:
        """One figure of one policy in one arm, by replication, ``[R]``."""
        found: Values = self.over(policy, metric)[self.study.place(arm)]
        return found

    def best(self, arm: str, metric: str) -> Values:
        """The least cost on one ledger that any policy could have reached, ``[R]``."""
        found: Values = self.optimum[self.study.place(arm), :, list(LEDGERS).index(metric)]
        return found

    def unchanged(self, arm: str, policy: str) -> bool:
        """Whether an arm leaves every one of :data:`METRICS` as it is in the reference."""
        values = self.values[:, :, self.policies.index(policy), : len(METRICS)]
        ours, theirs = self.study.place(arm), self.study.place("")
        return np.array_equal(values[ours], values[theirs], equal_nan=True)

    def same(self, arm: str, policy: str, metric: str) -> bool:
        """Whether a figure agrees with the reference, to 1e-9, in every replication."""
        ours, theirs = self.of(arm, policy, metric), self.of("", policy, metric)
        return bool(np.allclose(ours, theirs, rtol=TIE, atol=TIE, equal_nan=True))

    # ----------------------------------------------------------------------------- statistics

    def means(self, policy: str, metric: str) -> Values:
        """Mean over the replications measured so far, ``[A]``; NaN where there are none."""
        values = self.over(policy, metric)
        seen = ~np.isnan(values)
        count = seen.sum(axis=1)
        found: Values = np.divide(
            np.where(seen, values, 0.0).sum(axis=1), count,
            out=np.full(len(values), np.nan), where=count > 0,
        )  # fmt: skip
        return found

    def halves(self, policy: str, metric: str) -> Values:
        """Half of the 95 % interval of each mean, ``[A]``; NaN where there is none."""
        halves = [self.estimate(arm.name, policy, metric).half_width for arm in self.arms]
        return np.array([np.nan if half is None else half for half in halves])

    def mean(self, arm: str, policy: str, metric: str) -> float:
        """Mean over the replications measured so far."""
        return float(self.means(policy, metric)[self.study.place(arm)])

    def sample(self, arm: str, policy: str, metric: str) -> Values:
        """The independent samples behind a mean, ``[S]``.

        Replications; of one request log its blocks, or the mean alone where it has none.
        """
        if not self.one_log:
            values = self.of(arm, policy, metric)
            found: Values = values[~np.isnan(values)]
            return found
        place = self.study.place(arm), self.policies.index(policy), slice(None), PLACES[metric]
        blocks: Values = self.blocks[place]
        known = blocks.size > 0 and not np.isnan(blocks).any()
        return blocks if known else np.array([self.mean(arm, policy, metric)])

    def estimate(self, arm: str, policy: str, metric: str) -> Estimate:
        """Mean and 95 % interval; a metric that is pooled has none here."""
        pooled = FIGURES[metric].pooled
        sample = np.zeros(1) if pooled else self.sample(arm, policy, metric)
        return Estimate(self.mean(arm, policy, metric), half_width(sample))

    def difference(self, arm: str, policy: str, metric: str, than: str = "") -> Paired:
        """One arm less another (the reference) under one policy, paired."""
        return self._paired(metric, (arm, policy), (than, policy))

    def versus(self, arm: str, policy: str, metric: str, rival: str) -> Paired:
        """One policy less another in one arm, paired."""
        return self._paired(metric, (arm, policy), (arm, rival))

    def _paired(self, metric: str, ours: tuple[str, str], theirs: tuple[str, str]) -> Paired:
        first, second = self.of(*ours, metric), self.of(*theirs, metric)
        both = ~np.isnan(first) & ~np.isnan(second)
        mean = float((first[both] - second[both]).mean()) if both.any() else float("nan")
        if self.one_log:
            return paired(self.sample(*ours, metric), self.sample(*theirs, metric), mean)
        return paired(first[both], second[both], mean)

    # ---------------------------------------------------------------------------- tidy tables

    def frame(self) -> "pd.DataFrame":
        """The tidy table: each axis or the arm, replication, policy, metric, value."""
        import pandas as pd

        arms: list[object] = [arm.name for arm in self.arms]
        names = ["arm"]
        if self.study.axes:
            names = [axis.knob for axis in self.study.axes]
            arms = [point if len(names) > 1 else point[0] for point in self.study.points]
        index = pd.MultiIndex.from_product(
            [range(len(arms)), range(self.replications), self.policies, METRICS],
            names=["place", "replication", "policy", "metric"],
        )
        values = self.values[..., : len(METRICS)]
        frame = pd.DataFrame({"value": values.ravel()}, index=index).reset_index()
        frame = frame.dropna(subset="value").reset_index(drop=True)
        told = pd.DataFrame(arms, columns=names).iloc[frame.pop("place")].reset_index(drop=True)
        return pd.concat([told, frame], axis=1)

    def copy(self) -> "StudyTable":
        """The table as it is now, for those who watch it grow."""
        return replace(self.first(self.replications), missing=list(self.missing))

    def first(self, replications: int) -> "StudyTable":
        """The table of the first so many replications, as it is now."""
        return replace(
            self, values=self.values[:, :replications].copy(),
            optimum=self.optimum[:, :replications].copy(), blocks=self.blocks.copy(),
        )  # fmt: skip


def _same_log(edges: NDArray[np.int64] | None) -> str:
    text = "Every replication replays the same request log, which is one sample"
    if edges is None:
        return f"{text}: it is too short for intervals."
    length = (edges[-1] - edges[0]) / (edges.size - 1)
    return f"{text}: intervals are over its {edges.size - 1} blocks of {length:,.4g} slots."
