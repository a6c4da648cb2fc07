"""What there is to know of each kind of policy beyond what the policies say of themselves."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

POLICIES_INTRODUCTION: Final = (
    "A policy is a rule for the decision at a miss. All of them meet the same requests."
)

KINDS: Final = MappingProxyType(
    {
        "baseline": (
            "Baselines",
            "evict one model at a time, and only while the requested one does not fit. Ties go to "
            "the lowest catalog row.",
        ),
        "decision": (
            "Decision makers",
            "choose the whole new deployment, and may give up a model although there is room.",
        ),
        "bound": (
            "Bounds",
            "know more than a real server can, and show how much better it could be.",
        ),
    }
)
"""By kind of policy: its title, and what all of that kind do."""

POLICY_NOTES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "baseline": (
            (
                "“LRU, at most k” is not in the paper. It is there to keep us honest: where "
                "holding models costs more than fetching them again, holding just the last one "
                "can do as well as any clever policy on equation 11. $k$ is `--max-models`, 1 "
                "unless you change it.",
                "genedge/engine/eviction.py: victim_of",
            ),
        ),
        "decision": (
            (
                "The **exact decision** solves the same problem as the genetic algorithm, without "
                "chance. Because $C(y)$ is a sum over models and evicting only frees room, it is a "
                "small knapsack with three capacities: keep the deployed models of positive keep "
                "value, and where they do not all fit, give up those whose keep values add up to "
                "least. Decisions within $10^{-12}$ of the best are tied; fewer models win, then "
                "the lowest mask (catalog row $j$ stands for bit $j$).",
                "genedge/engine/exact.py: choose_exact",
            ),
        ),
        "bound": (),
    }
)
"""By kind of policy: what else to know, and where it is computed."""

POLICY_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "baseline": ("lfu_counts",),
        "decision": (
            "ga_applied_part",
            "ga_parameters",
            "ga_repair",
            "ga_first_generation",
            "ga_patience",
        ),
        "bound": (),
    }
)
"""By kind of policy: names of the choices that it rests on."""
