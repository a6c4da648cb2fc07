"""What each of our choices changes: the same requests under another answer to the same question.

An :class:`Answer` is one way to read the paper where its words leave it open: a setting of the
scenario, or a variation that no scenario can say. A :class:`Question` makes a study of two of them.

>>> from genedge import PRESETS
>>> from genedge.studies.choices import QUESTIONS
>>> from genedge.studies.runner import run_study
>>> study = QUESTIONS["lfu_counts"].study(PRESETS["contended"], "since-deployed")
>>> run_study(study.with_replications(3)).same("since-deployed", "lfu", "average_cost")
False
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from genedge.scenario.scenario import GeneticParameters, Scenario
from genedge.studies.study import AS_IT_IS, Arm, Study, Variation

FIGURES: Final = ("average_cost", "realised_cost", "hit_ratio", "mean_service_delay_s")
HELD: Final = ("mean_deployed", "downloaded_gb")
SEARCH: Final = ("best_choice_share", "generations")
"""Figures of a genetic search, from recorded decisions."""
SECONDS: Final = 4.0
"""Work of one comparison, about, while somebody waits."""


@dataclass(frozen=True)
class Answer:
    """One way to read the paper.

    Attributes
    ----------
    name: unique within its question, and what tables call it.
    label: what the switch says.
    setting: the scenario with it; None where no scenario can say it, but ``variation`` does.
    holds: whether it is in force in a scenario.
    """

    name: str
    label: str
    setting: Callable[[Scenario], Scenario] | None
    holds: Callable[[Scenario], bool]
    variation: Variation = AS_IT_IS

    def arm(self, scenario: Scenario) -> Arm:
        """The scenario under this answer."""
        made = scenario if self.setting is None else self.setting(scenario)
        return Arm(self.name, self.label, f"with “{self.label}”", made, self.variation)


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

    def present(self, scenario: Scenario) -> Answer | None:
        """The answer in force; None where the scenario has one of its own."""
        return next((answer for answer in self.answers if answer.holds(scenario)), None)

    def others(self, scenario: Scenario) -> tuple[Answer, ...]:
        """The answers that are not."""
        return tuple(answer for answer in self.answers if not answer.holds(scenario))

    def study(self, scenario: Scenario, other: str) -> Study:
        """The answer in force against another one, by its name, on the same requests.

        Raises
        ------
        InputError: the scenario cannot have that answer.
        """
        present = self.present(scenario)
        arms = (
            present.arm(scenario) if present else Arm("yours", "yours", "as it is", scenario),
            next(answer for answer in self.answers if answer.name == other).arm(scenario),
        )
        return Study(
            self.name, self.name, scenario, arms, self.policies, scenario.replications,
            bounded=False, seconds=SECONDS, refuse=True,
        )  # fmt: skip


def _weights(unit: str) -> Answer:
    label = {"gb": "in GB", "share": "as shares"}[unit]
    return Answer(
        unit, label,
        lambda s: replace(s, weights=replace(s.weights, resource_unit=unit)),  # type: ignore[arg-type]
        lambda s: s.weights.resource_unit == unit,
    )  # fmt: skip


def _field(field: str, value: str | int, label: str) -> Answer:
    return Answer(
        str(value), label, lambda s: replace(s, **{field: value}),  # type: ignore[arg-type]
        lambda s: getattr(s, field) == value,
    )  # fmt: skip


def _order(value: str, label: str) -> Answer:
    return Answer(
        value, label,
        lambda s: replace(s, workload=replace(s.workload, count_order=value)),  # type: ignore[arg-type]
        lambda s: s.workload.count_order == value,
    )  # fmt: skip


def _genetic(
    name: str, label: str, change: Callable[[GeneticParameters], GeneticParameters]
) -> Answer:
    return Answer(
        name, label, lambda s: replace(s, genetic=change(s.genetic)),
        lambda s: change(s.genetic) == s.genetic,
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
                "switching_charged",
                (
                    _field("switching_charged", "decision", "at once"),
                    _field("switching_charged", "slot", "at the slot's end"),
                ),
                ("ga", "exact", "fifo", "lru", "lfu"),
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
                    Answer("since-beginning", "whatever was evicted", None, lambda _: True),
                    Answer("since-deployed", "since it was deployed", None, lambda _: False,
                           Variation(lfu_forgets=True)),
                ),
                ("lfu",),
            ),
            Question(
                "lfu_window",
                (
                    _field("lfu_window", 0, "since the beginning"),
                    _field("lfu_window", 50, "the last 50"),
                    _field("lfu_window", 500, "the last 500"),
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
