"""What each of our choices changes: the same requests under another answer to the same question.

An :class:`Answer` is one way to read the paper where its words leave it open: a setting of the
scenario, or something fixed that a problem can still be told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import GeneticParameters, Scenario

FIGURES: Final = ("average_cost", "realised_cost", "hit_ratio", "mean_service_delay_s")
HELD: Final = ("mean_deployed", "downloaded_gb")
SEARCH: Final = ("exact_share", "generations")
"""Figures of a genetic search, from recorded decisions."""


@dataclass(frozen=True)
class Answer:
    """One way to read the paper.

    Attributes
    ----------
    name: unique within its question, and what tables call it.
    label: what the switch says.
    setting: the scenario with it; None where no scenario can say it.
    problem: the problem with it, where no scenario can.
    holds: whether it is in force in a problem.
    """

    name: str
    label: str
    setting: Callable[[Scenario], Scenario] | None
    holds: Callable[[Problem], bool]
    problem: Callable[[Problem], Problem] | None = None

    def applied(self, problem: Problem) -> Problem:
        """The problem under this answer."""
        if self.setting is None:
            return problem if self.problem is None else self.problem(problem)
        return build(self.setting(problem.scenario), problem.trace)


@dataclass(frozen=True)
class Question:
    """A question of :data:`genedge.equations.CHOICES` whose answers can be compared.

    Attributes
    ----------
    policies: those that an answer can change.
    figures: what is compared.
    """

    name: str
    answers: tuple[Answer, ...]
    policies: tuple[str, ...]
    figures: tuple[str, ...] = FIGURES

    def present(self, problem: Problem) -> Answer | None:
        """The answer in force; None where the scenario has one of its own."""
        return next((answer for answer in self.answers if answer.holds(problem)), None)

    def others(self, problem: Problem) -> tuple[Answer, ...]:
        """The answers that are not."""
        return tuple(answer for answer in self.answers if not answer.holds(problem))


def _weights(unit: str) -> Answer:
    label = {"gb": "in GB", "share": "as shares"}[unit]
    return Answer(
        unit, label,
        lambda s: replace(s, weights=replace(s.weights, resource_unit=unit)),  # type: ignore[arg-type]
        lambda p: p.scenario.weights.resource_unit == unit,
    )  # fmt: skip


def _field(field: str, value: str, label: str) -> Answer:
    return Answer(
        value, label, lambda s: replace(s, **{field: value}),  # type: ignore[arg-type]
        lambda p: getattr(p.scenario, field) == value,
    )  # fmt: skip


def _order(value: str, label: str) -> Answer:
    return Answer(
        value, label,
        lambda s: replace(s, workload=replace(s.workload, count_order=value)),  # type: ignore[arg-type]
        lambda p: p.scenario.workload.count_order == value,
    )  # fmt: skip


def _genetic(
    name: str, label: str, change: Callable[[GeneticParameters], GeneticParameters]
) -> Answer:
    return Answer(
        name, label, lambda s: replace(s, genetic=change(s.genetic)),
        lambda p: change(p.scenario.genetic) == p.scenario.genetic,
    )  # fmt: skip


_GENETIC: Final = (*FIGURES, *SEARCH)
_DECIDE: Final = ("ga", "exact")
_DEFAULT: Final = GeneticParameters()


def _sizes(genetic: GeneticParameters) -> GeneticParameters:
    """The default size and chances, with this search's other settings."""
    return replace(
        _DEFAULT, repair=genetic.repair, first_generation=genetic.first_generation,
        patience=genetic.patience,
    )  # fmt: skip


def _small(genetic: GeneticParameters) -> GeneticParameters:
    """Ten candidates; there cannot be more elites."""
    return replace(genetic, population=10, elites=min(genetic.elites, 10))


QUESTIONS: Final = MappingProxyType(
    {
        one.name: one
        for one in (
            Question(
                "resource_unit", (_weights("gb"), _weights("share")), _DECIDE,
                (*HELD, *FIGURES),
            ),
            Question(
                "decision_horizon",
                (
                    _field("decision_horizon", "slot", "one slot"),
                    _field("decision_horizon", "next-request", "until the next request"),
                ),
                _DECIDE,
            ),
            Question(
                "history",
                (
                    _field("active_cycle", "known", "known"),
                    _field("active_cycle", "history", "history"),
                    _field("active_cycle", "next-use", "next use"),
                ),
                _DECIDE,
            ),
            Question(
                "count_order",
                (_order("shuffle", "shuffled"), _order("file", "as in the file")),
                ("ga", "exact", "lru", "lfu"),
            ),
            Question(
                "lfu_counts",
                (
                    Answer("since-beginning", "since the beginning", None,
                           lambda p: not p.lfu_forgets,
                           lambda p: replace(p, lfu_forgets=False)),
                    Answer("since-deployed", "since it was deployed", None,
                           lambda p: p.lfu_forgets,
                           lambda p: replace(p, lfu_forgets=True)),
                ),
                ("lfu",),
            ),
            Question(
                "ga_parameters",
                (
                    _genetic("default", "default", _sizes),
                    _genetic("population-10", "10 candidates", _small),
                    _genetic("generations-20", "20 generations",
                             lambda g: replace(g, generations=20)),
                    _genetic("mutation-0.1", "mutation 0.1",
                             lambda g: replace(g, mutation_probability=0.1)),
                    _genetic("no-mutation", "no mutation",
                             lambda g: replace(g, mutation_probability=0.0)),
                    _genetic("no-crossover", "no crossover",
                             lambda g: replace(g, crossover_probability=0.0)),
                    _genetic("no-elites", "no elites", lambda g: replace(g, elites=0)),
                ),
                ("ga",), _GENETIC,
            ),
            Question(
                "ga_repair",
                (
                    _genetic("repair", "repaired", lambda g: replace(g, repair=True)),
                    _genetic("no-repair", "infinitely dear", lambda g: replace(g, repair=False)),
                ),
                ("ga",), _GENETIC,
            ),
            Question(
                "ga_first_generation",
                (
                    _genetic("random", "random",
                             lambda g: replace(g, first_generation="random")),
                    _genetic("deployment", "with what is deployed",
                             lambda g: replace(g, first_generation="deployment")),
                ),
                ("ga",), _GENETIC,
            ),
            Question(
                "ga_patience",
                (
                    _genetic("patience-20", f"after {_DEFAULT.patience} without a better one",
                             lambda g: replace(g, patience=_DEFAULT.patience)),
                    _genetic("patience-5", "after 5", lambda g: replace(g, patience=5)),
                    _genetic("never", "never early",
                             lambda g: replace(g, patience=max(g.generations, 1))),
                ),
                ("ga",), _GENETIC,
            ),
        )
    }
)  # fmt: skip
"""The questions whose answers are replayed, by the name of the choice."""
