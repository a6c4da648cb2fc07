"""Algorithm 1, the genetic algorithm: its steps and its parameters with our defaults."""

from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from genedge.scenario.scenario import GeneticParameters


@dataclass(frozen=True)
class Setting:
    """One parameter of Algorithm 1 with our default."""

    words: str
    default: str
    flag: str


ALGORITHM: Final = (
    "**Candidates.** A candidate is a row of 0s and 1s, one for each model of the catalog. The "
    "requested model's is always 1. The first generation is random.",
    "**Survival.** The best candidates (elites) pass unchanged.",
    "**Selection.** Parents are found by tournament: draw some candidates, take the best.",
    "**Crossover.** With probability $p_c$ a pair of parents exchanges each gene with probability "
    "1/2.",
    "**Mutation.** Every gene flips with probability $p_m$.",
    "**Repair.** A candidate that does not fit gives up models until it does: first the one with "
    "the least keep value for the largest share of a capacity that it takes.",
    "**Evaluation.** Each candidate is weighed by $C(y)$. Candidates within $10^{-12}$ of each "
    "other are compared by fewer models.",
    "**Stop** after so many generations, or when the best has not improved for a while. What is "
    "applied is the best candidate's part within what is deployed or requested, so it always fits.",
)
"""Algorithm 1, one step each."""

GENETIC_CODE: Final = "genedge/engine/genetic.py: choose_genetic"

_SETTING_WORDS: Final = MappingProxyType(
    {
        "population": "Candidates in a generation",
        "generations": "Most generations",
        "tournament": "Candidates in a tournament",
        "crossover_probability": "Crossover probability $p_c$, per pair",
        "mutation_probability": "Mutation probability $p_m$, per gene",
        "patience": "Generations without a better best before it stops",
        "elites": "Elites",
        "repair": "Repair candidates that do not fit",
        "first_generation": "First generation",
    }
)


def _genetic_settings() -> tuple[Setting, ...]:
    defaults = GeneticParameters()
    shown = {True: "yes", False: "no"}
    return tuple(
        Setting(
            _SETTING_WORDS[field.name],
            shown[value] if isinstance(value, bool) else f"{value}",
            "--" + field.name.replace("_", "-"),
        )
        for field in fields(GeneticParameters)
        for value in (getattr(defaults, field.name),)
    )


GENETIC_SETTINGS: Final = _genetic_settings()
"""Parameters of Algorithm 1 as the program has them."""
