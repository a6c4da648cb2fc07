"""What another answer to a question of the paper changes, measured on the same requests.

:func:`measure` replays the answer in force and another one under the same chances, replication by
replication, so that differences are paired (Student's t). (Ablations do the same for variants that
meet one and the same trace; an answer may also order the requests otherwise, and recorded decisions
say how good the searches were.)

>>> from genedge import PRESETS
>>> from genedge.scenario.problem import build
>>> from genedge.studies.choice_effects import measure
>>> from genedge.studies.choices import QUESTIONS
>>> question = QUESTIONS["lfu_counts"]
>>> effect = measure(build(PRESETS["contended"]), question, question.answers[1], 3)
>>> effect.policies, effect.unchanged
(('lfu',), False)
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from genedge.errors import InputError
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.runs.simulate import replay_policy, workers
from genedge.scenario.problem import Problem
from genedge.studies.choices import SEARCH, Answer, Question
from genedge.studies.statistics import Estimate, Values, estimate

SAME: Final = 1e-9
"""Figures that differ by no more than this share are the same."""
LEAST_REPLICATIONS: Final = 10
MOST_REPLICATIONS: Final = 30
MOST_MICROSECONDS: Final = 4e6
"""Work of one comparison; longer ones get fewer replications."""


@dataclass(frozen=True, eq=False)
class Effect:
    """What another answer changes.

    Attributes
    ----------
    present, other: what the two answers are called.
    values: by policy and figure, both answers' figures per replication, ``[2, R]``.
    varies: by policy, whether replications differ under either answer.
    """

    question: Question
    present: str
    other: str
    values: dict[tuple[str, str], Values]
    varies: dict[str, bool]

    @property
    def policies(self) -> tuple[str, ...]:
        """Policies that were replayed."""
        return tuple(dict.fromkeys(policy for policy, _ in self.values))

    def figures(self, policy: str) -> tuple[str, ...]:
        """Figures of one policy."""
        return tuple(figure for name, figure in self.values if name == policy)

    @property
    def replications(self) -> int:
        """R."""
        return int(next(iter(self.values.values())).shape[1])

    def mean(self, policy: str, figure: str) -> tuple[float, float]:
        """Present answer's mean and the other's."""
        first, second = self.values[policy, figure].mean(axis=1).tolist()
        return first, second

    def difference(self, policy: str, figure: str) -> Estimate:
        """Other less present on the same requests, mean and paired 95 % interval."""
        first, second = self.values[policy, figure]
        gap = second - first
        return estimate(gap if self.varies[policy] else gap[:1])

    def same(self, policy: str, figure: str) -> bool:
        """Whether the figure agrees in every replication."""
        first, second = self.values[policy, figure]
        return bool(np.allclose(first, second, rtol=SAME, atol=SAME))

    @cached_property
    def unchanged(self) -> bool:
        """Whether every figure of every policy agrees in every replication."""
        return all(self.same(policy, figure) for policy, figure in self.values)


def measure(
    problem: Problem, question: Question, other: Answer, replications: int | None = None
) -> Effect:
    """Replay the answer in force and another one on the same requests.

    ``replications`` is the scenario's number, but at least ten, unless given. Long logs get fewer.

    Raises
    ------
    InputError: the other answer cannot be had in this scenario, or takes too long to compare.
    """
    asked = problem.scenario.replications if replications is None else replications
    if replications is None:
        asked = min(max(asked, LEAST_REPLICATIONS), MOST_REPLICATIONS)
    present = question.present(problem)
    sides = (problem, other.applied(problem))
    policies, affordable = _affordable(problem, question)
    varies = {
        name: POLICIES[name].takes_chances or any(side.reshuffled for side in sides)
        for name in policies
    }
    count = max(1, min(asked, affordable)) if any(varies.values()) else 1
    places = [
        (side, policy, r)
        for r in range(count) for policy in policies for side in sides
        if r == 0 or varies[policy]
    ]  # fmt: skip

    def one(place: tuple[Problem, str, int]) -> dict[str, float]:
        return _figures(*place, question.figures)

    made = dict(zip(
        [(side is sides[1], policy, r) for side, policy, r in places],
        workers().map(one, places),
        strict=True,
    ))  # fmt: skip
    values = {
        (policy, figure): np.array(
            [
                [made[side, policy, r if varies[policy] else 0][figure] for r in range(count)]
                for side in (False, True)
            ]
        )
        for policy in policies
        for figure in made[False, policy, 0]
    }
    return Effect(question, present.label if present else "yours", other.label, values, varies)


def _affordable(problem: Problem, question: Question) -> tuple[tuple[str, ...], int]:
    """Policies and replications that are done while somebody waits.

    Raises
    ------
    InputError: not even one replication is.
    """
    requests = float(problem.rates.sum()) * problem.slots
    slow = {"ga": 10.0 + len(problem.scenario.model_catalog) / 2, "exact": 0.6}

    def count(policies: tuple[str, ...]) -> int:
        work = 2 * requests * sum(slow.get(name, 0.2) for name in policies)
        return int(MOST_MICROSECONDS / max(work, 1e-9))

    policies = question.policies
    if count(policies) == 0 and "exact" in policies:  # it solves the very same problem
        policies = tuple(name for name in policies if name != "ga")
    if count(policies) == 0:
        raise InputError(
            f"comparing both answers over {requests:,.0f} requests takes too long here: fewer "
            "slots show it"
        )
    return policies, count(policies)


def _figures(
    problem: Problem, policy: str, replication: int, figures: tuple[str, ...]
) -> dict[str, float]:
    searched = policy == "ga" and any(figure in SEARCH for figure in figures)
    run = replay_policy(
        problem, policy, problem.requests(replication), replication=replication,
        record="decisions" if searched else "summary",
    )  # fmt: skip
    found = {figure: run.summary[figure] for figure in figures if figure not in SEARCH}
    return {**found, **_searches(run)} if searched else found


def _searches(run: Run) -> dict[str, float]:
    """How good the searches of a run were, and how long; 1 and 0 where there was none."""
    done = run.decisions
    if done.request.size == 0:
        return {"exact_share": 1.0, "generations": 0.0}
    right = done.cost <= done.best_cost + SAME * (1.0 + np.abs(done.best_cost))
    return {"exact_share": float(right.mean()), "generations": float(done.generations.mean())}
