"""The registry of policies: what each is called, how it decides, where it comes from.

Adding a policy touches three places: its rank or chooser in :mod:`genedge.engine`, its entry here,
its colour in :mod:`genedge.palette`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from genedge.engine.eviction import EXACT, FIFO, GENETIC, LFU, LRU, PLANNED, RANDOM
from genedge.errors import InputError

Kind = Literal["baseline", "decision", "bound"]
PAPER: Final = "Liang, Yang, He, Lyu, arXiv 2409.05303"


@dataclass(frozen=True)
class Policy:
    """One way to decide which models stay.

    Attributes
    ----------
    name: how scenarios and the command line call it.
    label: how people read it.
    spoken: how a sentence calls it.
    kind: a baseline evicts one model at a time while the requested one does not fit; a decision
        maker chooses the whole deployment; a bound knows more than any real policy can.
    code: the engine's number of its rule.
    explanation: one paragraph.
    source: where it comes from.
    capped: holds at most the scenario's ``max_models``.
    realised: plans for the realised ledger instead of Eq. 11.
    clairvoyant: knows the requests to come.
    """

    name: str
    label: str
    spoken: str
    kind: Kind
    code: int
    explanation: str
    source: str
    capped: bool = False
    realised: bool = False
    clairvoyant: bool = False

    @property
    def takes_chances(self) -> bool:
        """Whether the same requests may end otherwise in another replication."""
        return self.code in (RANDOM, GENETIC)

    @property
    def planned(self) -> bool:
        """Whether a plan over all deployments is made beforehand (small catalogs only)."""
        return self.code == PLANNED


_ALL: Final = (
    Policy(
        "ga", "Genetic algorithm", "the genetic algorithm",
        "decision", GENETIC,
        "At every miss a population of candidate deployments is bred for the least cost of this "
        "decision: what the evicted models are expected to cost when they are asked for again, "
        "plus the resources that the kept ones hold. It looks one decision ahead, not further.",
        f"Algorithm 1 of {PAPER}",
    ),
    Policy(
        "exact", "Exact decision", "the exact decision",
        "decision", EXACT,
        "The true optimum of the very problem that the genetic algorithm searches, one decision "
        "at a time, by branch and bound. Like it, it is short-sighted: over many decisions a "
        "policy with a plan can do better.",
        "Branch and bound with a Lagrangian bound (Fisher, Management Science 27, 1981)",
    ),
    Policy(
        "random", "Random", "random eviction",
        "baseline", RANDOM,
        "Evicts any deployed model, each with the same probability, until the requested one fits.",
        f"Baseline of {PAPER}",
    ),
    Policy(
        "fifo", "FIFO", "FIFO",
        "baseline", FIFO,
        "Evicts the model that was deployed longest ago until the requested one fits.",
        f"Baseline of {PAPER}",
    ),
    Policy(
        "lru", "LRU", "LRU",
        "baseline", LRU,
        "Evicts the model that was last requested longest ago until the requested one fits.",
        f"Baseline of {PAPER}",
    ),
    Policy(
        "lfu", "LFU", "LFU",
        "baseline", LFU,
        "Evicts the model with the fewest requests since the beginning until the requested one "
        "fits; counts survive eviction.",
        f"Baseline of {PAPER}",
    ),
    Policy(
        "lru-cap", "LRU, at most k", "LRU that holds at most k models",
        "baseline", LRU,
        "LRU that holds at most k models, whatever still fits. Many servers do just this; it is "
        "the trivial rival that any clever policy has to beat.",
        "Common practice, for example a server's limit on loaded models",
        capped=True,
    ),
    Policy(
        "mdp", "Best online", "the best online policy",
        "bound", PLANNED,
        "The policy of least long-run Eq. 11 cost for one that knows how popular each model is "
        "but not what comes next: average-cost value iteration over all deployments.",
        "Puterman, Markov Decision Processes, 1994, chapter 8",
    ),
    Policy(
        "mdp-realised", "Best online (realised)", "the best online policy for the realised ledger",
        "bound", PLANNED,
        "The same, planned for the realised ledger: the waiting that misses cause plus resources.",
        "Puterman, Markov Decision Processes, 1994, chapter 8",
        realised=True,
    ),
    Policy(
        "offline", "Clairvoyant", "the clairvoyant optimum",
        "bound", PLANNED,
        "The least Eq. 11 cost that any policy deciding at misses could have reached on these very "
        "requests, all of them known in advance: a backward dynamic programme.",
        "Bellman, Dynamic Programming, 1957; after Belady, IBM Systems Journal 5, 1966",
        clairvoyant=True,
    ),
    Policy(
        "offline-realised", "Clairvoyant (realised)",
        "the clairvoyant optimum of the realised ledger", "bound", PLANNED,
        "The same, planned for the realised ledger: the waiting that misses cause plus resources.",
        "Bellman, Dynamic Programming, 1957; after Belady, IBM Systems Journal 5, 1966",
        realised=True, clairvoyant=True,
    ),
)  # fmt: skip

POLICIES: Final = MappingProxyType({policy.name: policy for policy in _ALL})
"""All policies by name, in the order in which they are shown."""

ALL_POLICIES: Final = ("all",)
"""A scenario's ``policies`` when every policy is meant that its catalog allows."""


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """The same names, without repetition.

    Raises
    ------
    InputError: an unknown name, or none at all.
    """
    unique = tuple(dict.fromkeys(names))
    for name in unique:
        if name != "all" and name not in POLICIES:
            raise InputError(f"unknown policy {name!r}; there are {', '.join(POLICIES)} and all")
    if not unique:
        raise InputError("no policy was named")
    return ALL_POLICIES if "all" in unique else unique
