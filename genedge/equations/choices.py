"""Every question that the paper's words leave open, our answer, and how to choose otherwise."""

from dataclasses import dataclass, fields
from typing import Final

from genedge.equations.policies import flag_of
from genedge.scenario.scenario import GeneticParameters

SIDEBAR_GROUP: Final = "More settings"
"""The sidebar's expander that holds every switch named here."""

INTRODUCTION: Final = (
    "Where the paper's words allow more than one reading: pick another answer, and both are "
    "replayed on the same requests."
)


@dataclass(frozen=True)
class Choice:
    """A question that the paper's words leave open, and our answer.

    Attributes
    ----------
    left_open, answer: the question; what we chose, and instead of what.
    sidebar: labels of the sidebar's widgets that switch it; empty when it is fixed.
    flags: command-line flags that do.
    """

    name: str
    title: str
    left_open: str
    answer: str
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
            return "Fixed: no scenario can switch it."
        labels = ", ".join(f"“{label}”" for label in self.sidebar)
        flags = ", ".join(f"`{flag}`" for flag in self.flags)
        return f"Sidebar, {SIDEBAR_GROUP}: {labels}. Command line: {flags}."


CHOICES: Final = (
    Choice(
        "resource_unit", "Unit of the resource cost (10)",
        "Are gigabytes added as they are, or as shares of what the server has?",
        "`gb`, as the equation is written. `share` counts "
        "$\\sum_m x_m (s_m / S + \\beta\\, g_m / G)$; the resource weight then needs another size.",
        ("Resources counted",), ("--resource-unit",),
    ),
    Choice(
        "switching_charged", "When switching is charged (7)",
        "Between which two moments is a model “currently selected not to be deployed”?",
        "`decision`: before and after each decision, charged at once. `slot`: the ends of two "
        "slots, the more literal reading; what comes and goes within a slot costs nothing.",
        ("An eviction is charged",), ("--switching-charged",),
    ),
    Choice(
        "fitness", "Form of the fitness (12)", "The exact form of the function.",
        "$F = 1 / (1 + C)$. Parents are chosen by rank, so any other that falls as the cost rises "
        "gives the same results.",
    ),
    Choice(
        "decision_horizon", "Horizon of a decision (12)",
        "For how long does a decision hold the resources that it is charged for?",
        "`slot`: $h = 1$. With many requests in a slot that gives models up too soon; "
        "`next-request` has $h = 1/\\Lambda$.",
        ("A decision weighs",), ("--decision-horizon",),
    ),
    Choice(
        "history", "Active cycle from history",
        "When does a model come back that was seldom or never seen?",
        "`history`: $(n + M) / (n_m + 1)$, as if every model had been asked for once before. The "
        "default is `known`, the true rates or the counts of a trace; `next-use` knows the future.",
        ("Active cycle",), ("--active-cycle",),
    ),
    Choice(
        "count_order", "Order of counted requests",
        "Request logs often say only how many requests came in a minute. In what order?",
        "`shuffle`: interleaved by a seeded shuffle. `file` takes runs of one model after the "
        "other, which flatters every policy that keeps models.",
        ("Requests of one time",), ("--count-order",),
    ),
    Choice(
        "lfu_counts", "What LFU counts", "Does a model's count start again when it is evicted?",
        "No: counts survive eviction.",
    ),
    Choice(
        "lfu_window", "How far back LFU counts", "Does LFU count all requests or the last ones?",
        "All since the beginning (0), or the last $N$, the current request included.",
        ("LFU looks back, requests",), ("--lfu-window",),
    ),
    Choice(
        "ga_applied_part", "GA: what is applied",
        "Are models of the best candidate fetched that are neither deployed nor requested?",
        "No: nobody asked for them, and equation 7 charges nothing for fetching.",
    ),
    Choice(
        "ga_parameters", "GA: size and chances",
        "How many candidates, and how parents are found, crossed and mutated.",
        "Tournament of two, uniform crossover, bit-flip mutation, one elite. More candidates and "
        "generations cost time and leave less to chance.",
        ("Population", "Generations", "Tournament", "Crossover probability",
         "Mutation probability", "Elites"),
        tuple(flag_of(field.name) for field in fields(GeneticParameters)
              if field.name not in ("repair", "first_generation", "patience")),
    ),
    Choice(
        "ga_repair", "GA: what does not fit", "How does the search keep to constraints 1 to 3?",
        "Repair: the least keep value per largest share of a capacity leaves first. Without it, a "
        "candidate that does not fit is infinitely dear.",
        ("Repair",), ("--repair", "--no-repair"),
    ),
    Choice(
        "ga_first_generation", "GA: first generation", "What does the first generation hold?",
        "`random` genes. With `deployment` one candidate is what is deployed now.",
        ("First generation",), ("--first-generation",),
    ),
    Choice(
        "ga_patience", "GA: when it stops", "Are all generations run?",
        f"It stops early after {GeneticParameters().patience} generations without a better best.",
        ("Patience",), ("--patience",),
    ),
)  # fmt: skip
"""Every question that the paper's words leave open."""


def choice(name: str) -> Choice:
    """One of :data:`CHOICES` by its name."""
    return next(one for one in CHOICES if one.name == name)
