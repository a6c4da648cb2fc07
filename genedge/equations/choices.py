"""Every question that the paper's words leave open, our answer, and how to choose otherwise."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from genedge.equations.algorithm import GENETIC_SETTINGS, Setting
from genedge.scenario.scenario import GeneticParameters

SIDEBAR_GROUP: Final = "More settings"
"""The sidebar's expander that holds every switch named here."""

CHOICES_INTRODUCTION: Final = (
    "Where the paper's words allow more than one reading, this is what they leave open, what we "
    "chose, and what another answer would change: pick one, and both are replayed on the same "
    "requests. Choices that are part of the scenario can be taken over into it, so they travel "
    "with its link."
)


@dataclass(frozen=True)
class Choice:
    """A question that the paper's words leave open, and our answer.

    Attributes
    ----------
    flags: command-line flags that switch it; empty when it is fixed.
    sidebar: labels of the sidebar's widgets that do; empty when it is fixed.
    """

    name: str
    title: str
    what_the_paper_leaves_open: str
    what_we_chose: str
    alternatives: tuple[str, ...]
    sidebar: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the page shows it."""
        return "choice-" + self.name.replace("_", "-")

    @property
    def where_to_switch_it(self) -> str:
        """The sidebar's names and the command line's flags in a sentence."""
        if not self.flags:
            return "This one is fixed: here you see what it changes, but no scenario can switch it."
        labels = ", ".join(f"“{label}”" for label in self.sidebar)
        flags = ", ".join(f"`{flag}`" for flag in self.flags)
        return f"Sidebar, {SIDEBAR_GROUP}: {labels}. Command line: {flags}."


def _flags(settings: Iterable[Setting], *without: str) -> tuple[str, ...]:
    return tuple(setting.flag for setting in settings if setting.flag not in without)


CHOICES: Final = (
    Choice(
        "resource_unit",
        "Unit of the resource cost (10)",
        "Whether gigabytes are added as they are, or as shares of what the server has.",
        "`gb`: gigabytes, as the equation is written. What is deployed then costs the same on "
        "every server.",
        (
            "`share`: storage as a share of $S$ and GPU memory as a share of $G$, "
            "$\\sum_m x_m (s_m / S + \\beta\\, g_m / G)$. The resource weight then needs "
            "another size.",
        ),
        ("Resources counted",),
        ("--resource-unit",),
    ),
    Choice(
        "fitness",
        "Form of the fitness (12)",
        "The exact form of the fitness function.",
        "$F = 1 / (1 + C)$.",
        (
            "Any other function that falls as the cost rises. Parents are chosen by rank, so all "
            "of them select the same candidates, and the choice changes no result.",
        ),
    ),
    Choice(
        "decision_horizon",
        "Horizon of a decision (12)",
        "For how long a decision holds the resources that it is charged for.",
        "`slot`: $h = 1$, one whole slot.",
        (
            "`next-request`: $h = 1/\\Lambda$, the time until the next request is to be expected. "
            "On a trace $\\Lambda$ is requests / $T$. With many requests in a slot, weighing a "
            "whole slot makes the algorithm give models up too soon.",
        ),
        ("A decision weighs",),
        ("--decision-horizon",),
    ),
    Choice(
        "history",
        "Active cycle from history",
        "How to estimate when a model comes back before it has been seen often, or at all.",
        "`history`: $(n + M) / (n_m + 1)$, as if every model had been asked for once before the "
        "start. Nothing is ever divided by zero. It is in force only if you switch to it; the "
        "default is `known`.",
        (
            "`known`: the true rates, or the counts over a whole trace.",
            "`next-use`: the true next request. Clairvoyant, for study only.",
            "A window of recent requests, or counts that fade. Not built.",
        ),
        ("Active cycle",),
        ("--active-cycle",),
    ),
    Choice(
        "count_order",
        "Order of counted requests",
        "Request logs often say only how many requests came in a minute. In what order did they?",
        "`shuffle`: requests of one time that come from counts are interleaved by a seeded "
        "shuffle.",
        (
            "`file`: as runs of one model after the other. All but the first of a run are hits, "
            "which flatters every policy that keeps models.",
        ),
        ("Requests of one time",),
        ("--count-order",),
    ),
    Choice(
        "lfu_counts",
        "What LFU counts",
        "Whether a model's count starts again when it is evicted.",
        "All requests since the beginning; counts survive eviction.",
        ("Requests since it was deployed. A model that returns would then soon leave again.",),
    ),
    Choice(
        "ga_applied_part",
        "GA: what is applied",
        "The genes of models that are neither deployed nor requested are searched as well. Are "
        "such models then fetched?",
        "No. What is applied is the candidate's part within what is deployed or requested; nobody "
        "asked for the rest, and equation 7 charges nothing for fetching it.",
        ("Fetch whatever the best candidate holds.",),
    ),
    Choice(
        "ga_parameters",
        "GA: size and chances",
        "How many candidates and generations, how parents are found, how often genes are "
        "exchanged and flipped, how many of the best survive.",
        "Tournament selection of two, uniform crossover, bit-flip mutation, one elite; the numbers "
        "are in the table of parameters.",
        ("Any other values: more candidates and generations cost time and leave less to chance.",),
        (
            "Population", "Generations", "Tournament", "Crossover probability",
            "Mutation probability", "Elites",
        ),
        _flags(GENETIC_SETTINGS, "--repair", "--first-generation", "--patience"),
    ),
    Choice(
        "ga_repair",
        "GA: what does not fit",
        "How the search keeps to constraints 1 to 3.",
        "They are repaired: the model with the least keep value per largest share of a capacity "
        "leaves first.",
        (
            "No repair: a candidate that does not fit is infinitely dear, and selection removes "
            "it. Should no candidate fit at all, the best is repaired in the end, so what is "
            "applied always fits.",
        ),
        ("Repair",),
        ("--repair", "--no-repair"),
    ),
    Choice(
        "ga_first_generation",
        "GA: first generation",
        "What the first generation holds.",
        "`random`: every gene is 0 or 1 with the same probability, except the requested model's.",
        ("`deployment`: one of the candidates is what is deployed now, plus the requested model.",),
        ("First generation",),
        ("--first-generation",),
    ),
    Choice(
        "ga_patience",
        "GA: when it stops",
        "Whether all generations are run.",
        f"It stops early after {GeneticParameters().patience} generations without a better best.",
        ("Patience as large as the number of generations: it never stops early.",),
        ("Patience",),
        ("--patience",),
    ),
)  # fmt: skip
"""Every question that the paper's words leave open."""


def choice(name: str) -> Choice:
    """One of :data:`CHOICES` by its name."""
    return next(one for one in CHOICES if one.name == name)
