"""What there is to know of each kind of policy, Algorithm 1, and what each would have done here."""

from dataclasses import asdict, dataclass
from typing import Final

from genedge.decisions import alternatives
from genedge.engine import eviction, exact, genetic
from genedge.equations.calculation import number
from genedge.equations.example import Example
from genedge.registry.policies import POLICIES
from genedge.scenario.scenario import GeneticParameters

MOST_REQUESTS: Final = 20_000
"""Requests up to the decision that every policy's rank is rebuilt from while somebody waits."""


@dataclass(frozen=True)
class Kind:
    """What all policies of a kind have in common, where it is computed, what it rests on."""

    title: str
    words: str
    code: tuple[object, ...] = ()
    choices: tuple[str, ...] = ()


KINDS: Final = {
    "baseline": Kind(
        "Baselines",
        "Evict one model at a time, only while the requested one does not fit; ties go to the "
        "lowest catalog row. “LRU, at most k” is not in the paper: $k$ is `--max-models`.",
        (eviction.victim_of,),
        ("lfu_counts", "lfu_window"),
    ),
    "decision": Kind(
        "Decision makers",
        "Choose the whole new deployment, and may give up a model although there is room. "
        "$C(y)$ is a sum over models and evicting only frees room, so the exact decision is a "
        "small knapsack: keep the models of positive keep value, and where they do not all fit, "
        "give up those whose keep values add up to least.",
        (exact.choose_exact,),
        ("ga_applied_part", "ga_parameters", "ga_repair", "ga_first_generation", "ga_patience"),
    ),
    "bound": Kind(
        "Bounds", "Know more than a real server can, and show how much better it could be."
    ),
}
"""By kind of policy."""

ALGORITHM: Final = (
    "**Candidates.** One 0 or 1 for each model of the catalog; the requested model's is always 1. "
    "The first generation is random.",
    "**Survival.** The best candidates (elites) pass unchanged.",
    "**Selection.** Parents are found by tournament: draw some candidates, take the best.",
    "**Crossover.** With probability $p_c$ a pair exchanges each gene with probability 1/2.",
    "**Mutation.** Every gene flips with probability $p_m$.",
    "**Repair.** A candidate that does not fit gives up models until it does: first the least keep "
    "value for the largest share of a capacity.",
    "**Evaluation** by $C(y)$; within $10^{-12}$ fewer models win.",
    "**Stop** after so many generations, or when the best has not improved for a while. Applied is "
    "the best candidate's part within what is deployed or requested.",
)
"""Algorithm 1, one step each."""
ALGORITHM_CODE: Final = genetic.choose_genetic


def flag_of(parameter: str) -> str:
    """The command line's flag of a parameter."""
    return "--" + parameter.replace("_", "-")


def parameters() -> list[tuple[str, str, str]]:
    """Algorithm 1's parameters: name, our default, flag."""
    values = asdict(GeneticParameters())
    shown = {True: "yes", False: "no"}
    return [
        (name.replace("_", " "), shown[one] if isinstance(one, bool) else str(one), flag_of(name))
        for name, one in values.items()
    ]


def others_here(example: Example) -> dict[str, str]:
    """By policy, a sentence on what it would have done in this very state."""
    if example.explanation is None or example.request > MOST_REQUESTS:
        return {}
    names = [name for name in POLICIES if not (POLICIES[name].planned and example.why_no_bounds)]
    found = {}
    for one in alternatives(example.explanation.state, names, plans=example.plans):
        what = f"evicts {example.names(one.evicted)}"
        same = " (what was done)" if one.policy == example.run.policy else ""
        found[one.policy] = f"Here it {what}{same}: $C(y)$ = {number(one.cost)}."
    return found
