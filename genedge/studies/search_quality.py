"""How good and how fast Algorithm 1 is: many recorded decisions given to the genetic search again.

A :class:`DecisionBatch` holds decisions of one run as the compiled solvers take them (Eq. 12: keep
values, sizes, capacities), so the search, the exact optimum and plain enumeration answer the very
same questions. Times are measured now, on this machine, around one compiled loop over the batch.
"""

import statistics
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from genedge.decisions import state_of
from genedge.engine.arrays import Floats
from genedge.engine.decision_batch import ENUMERATION, EXACT, GA, MOST_ENUMERATED, decide_all
from genedge.errors import InputError
from genedge.runs.run import Run
from genedge.scenario.scenario import GeneticParameters

Whole = NDArray[np.int64]

MOST_DECISIONS: Final = 400
LEAST_DECISIONS: Final = 25
REQUESTS_LOOKED_THROUGH: Final = 20_000_000
"""The state of a decision is counted from the first request on: long runs give fewer decisions."""
SAME: Final = 1e-9
"""Costs within this share of 1 + |best| are the same."""
REPEATS: Final = 5
PATIENT_SECONDS: Final = 0.6
"""A measurement that has taken so long is not repeated any more."""
SHORT_SECONDS: Final = 0.03
"""One that has taken less so far is repeated more often: other work on the machine blurs it."""


@dataclass(frozen=True, eq=False)
class Solved:
    """What one solver did with a batch.

    Attributes
    ----------
    cost: C(y) of what is applied, ``[D]``; NaN where enumeration would take too long.
    effort: generations of the search or sets enumerated, ``[D]``.
    ms: median milliseconds a decision.
    """

    cost: Floats
    effort: Whole
    ms: float


@dataclass(frozen=True, eq=False)
class DecisionBatch:
    """D decisions over M models, taken from one run.

    Attributes
    ----------
    numbers: of the decisions in their run, ``[D]``.
    deployed: what is there before, ``[D, M]``; requested: the row asked for, ``[D]``.
    value: keep values, ``[D, M]``; base: cost of keeping none, ``[D]``.
    size: ``[M, 3]``; capacity: ``[3]``, as in constraints 1-3.
    keys: of the chances at these requests, ``[D]``.
    """

    numbers: Whole
    deployed: NDArray[np.uint8]
    requested: Whole
    value: Floats
    base: Floats
    size: Floats
    capacity: Floats
    keys: NDArray[np.uint64]

    @classmethod
    def of_run(cls, run: Run, most: int = MOST_DECISIONS, first: int = 0) -> "DecisionBatch":
        """At most ``most`` decisions of a run from number ``first`` on, evenly spread.

        Raises
        ------
        InputError: the run took no decisions.
        """
        taken = run.decisions.request.size
        if taken <= first:
            raise InputError("this run has no decisions: every request was a hit or was rejected")
        affordable = REQUESTS_LOOKED_THROUGH // max(run.outcome.size, 1)
        number = min(most, max(affordable, LEAST_DECISIONS), taken - first)
        numbers = first + np.arange(number) * (taken - first) // number
        states = [state_of(run, one) for one in numbers.tolist()]
        return cls(
            numbers=numbers.astype(np.int64),
            deployed=np.array([state.deployed for state in states]).astype(np.uint8),
            requested=np.array([state.requested for state in states], np.int64),
            value=np.array([state.keep_value for state in states]),
            base=np.array([state.leaving_all for state in states]),
            size=states[0].size,
            capacity=states[0].capacity,
            keys=np.array([state.chance_key for state in states], np.uint64),
        )

    def thinned(self, most: int) -> "DecisionBatch":
        """At most ``most`` of these decisions, evenly spread."""
        kept = np.unique(np.linspace(0, len(self) - 1, min(most, len(self))).round().astype(int))
        return DecisionBatch(
            self.numbers[kept], self.deployed[kept], self.requested[kept], self.value[kept],
            self.base[kept], self.size, self.capacity, self.keys[kept],
        )  # fmt: skip

    def __len__(self) -> int:
        return self.numbers.size

    @cached_property
    def held(self) -> Whole:
        """Models deployed before each decision, ``[D]``."""
        count: Whole = self.deployed.sum(axis=1, dtype=np.int64)
        return count

    @cached_property
    def best(self) -> Floats:
        """C(y) of the exact best decision, ``[D]``."""
        return self.solve(EXACT, repeats=0).cost

    def solve(
        self,
        solver: int,
        parameters: GeneticParameters | None = None,
        *,
        repeats: int = REPEATS,
        most: int = MOST_ENUMERATED,
    ) -> Solved:
        """Let one solver take all decisions; timed after one run to warm up, or not at all."""
        cost, effort = np.empty(len(self)), np.empty(len(self), np.int64)
        genetics = (parameters or GeneticParameters()).arrays()

        def decide() -> float:
            start = time.perf_counter()
            decide_all(
                np.int64(solver), self.deployed, self.requested, self.value, self.base, self.size,
                self.capacity, self.keys, genetics, np.int64(most), cost, effort,
            )  # fmt: skip
            return time.perf_counter() - start

        decide()
        seconds: list[float] = []
        while repeats and sum(seconds) < (
            PATIENT_SECONDS if len(seconds) < repeats else SHORT_SECONDS
        ):
            seconds.append(decide())
        ms = 1e3 * statistics.median(seconds) / len(self) if seconds else float("nan")
        return Solved(cost, effort, ms)


@dataclass(frozen=True)
class SearchQuality:
    """How the search did on a batch of decisions, against the exact optimum of each.

    Attributes
    ----------
    equal: decisions that cost what the optimum costs; decisions: all of them.
    mean_gap, worst_gap: cost above the optimum where it was missed, 0 if it never was.
    worst_share: the worst gap relative to that decision's optimum; None where that is about 0.
    generations: run on average; ms: median milliseconds a decision, NaN if not timed.
    """

    decisions: int
    equal: int
    mean_gap: float
    worst_gap: float
    worst_share: float | None
    generations: float
    ms: float

    @property
    def share(self) -> float:
        """Share of the decisions that cost what the optimum costs."""
        return self.equal / self.decisions

    @property
    def missed(self) -> int:
        """Decisions that cost more than the optimum."""
        return self.decisions - self.equal


def gaps(cost: Floats, best: Floats) -> Floats:
    """Cost above the optimum of every decision, 0 within rounding, ``[D]``."""
    above = cost - best
    found: Floats = np.where(above <= SAME * (1.0 + np.abs(best)), 0.0, above)
    return found


def quality_of(cost: Floats, best: Floats, generations: Whole, ms: float) -> SearchQuality:
    """Sum up the costs ``[D]`` that a search came to, against the best ``[D]``."""
    above = gaps(cost, best)
    missed = above > 0
    worst = int(above.argmax())
    small = abs(best[worst]) <= SAME * (1.0 + above[worst])
    return SearchQuality(
        decisions=above.size,
        equal=int((~missed).sum()),
        mean_gap=float(above[missed].mean()) if missed.any() else 0.0,
        worst_gap=float(above[worst]),
        worst_share=None if small else float(above[worst] / abs(best[worst])),
        generations=float(generations.mean()),
        ms=ms,
    )


def run_quality(run: Run) -> SearchQuality:
    """How the search did in all decisions of a run of the genetic algorithm.

    Raises
    ------
    InputError: the run took no decisions.
    """
    done = run.decisions
    if done.request.size == 0:
        raise InputError("this run has no decisions: every request was a hit or was rejected")
    return quality_of(done.cost, done.best_cost, done.generations.astype(np.int64), float("nan"))


def measure_search(
    batch: DecisionBatch, parameters: GeneticParameters, *, repeats: int = REPEATS
) -> SearchQuality:
    """Quality and time of the genetic search with these parameters on a batch."""
    solved = batch.solve(GA, parameters, repeats=repeats)
    return quality_of(solved.cost, batch.best, solved.effort, solved.ms)


def hardest(run: Run) -> int:
    """The decision that the search missed by most, or else searched longest (0-based).

    The first decision of all, onto an empty server, counts only where there is no other.

    Raises
    ------
    InputError: the run took no decisions.
    """
    done = run.decisions
    if done.request.size == 0:
        raise InputError("this run has no decisions: every request was a hit or was rejected")
    first = min(1, done.request.size - 1)
    above = gaps(done.cost, done.best_cost)[first:]
    return first + int((above if above.any() else done.generations[first:]).argmax())


__all__ = [
    "ENUMERATION", "EXACT", "GA", "MOST_ENUMERATED", "DecisionBatch", "SearchQuality", "Solved",
    "gaps", "hardest", "measure_search", "quality_of", "run_quality",
]  # fmt: skip
