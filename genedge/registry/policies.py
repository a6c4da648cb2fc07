"""The register of policies: what each is called, how it decides, how it is drawn, whence it comes.

Adding a baseline touches two places: its rank in :mod:`genedge.engine.eviction` and its entry here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from genedge.engine.eviction import EXACT, FIFO, GENETIC, LFU, LRU, PLANNED, RANDOM
from genedge.errors import InputError
from genedge.registry.looks import Look
from genedge.say import count, requests_ago, times

Kind = Literal["baseline", "decision", "bound"]
Role = Literal["ga", "baseline", "optimum"]
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
    look: how it is drawn.
    paper: one of the paper's baselines.
    short: a label where there is little room; the label itself unless given.
    goes_by, overlooks: what a baseline looks at, and what it never does, a clause each.
    rule: why a baseline lets a model go, in a few words.
    measure: the figure of an evicted model (a :class:`genedge.decisions.Candidate`) that the rule
        went by, in words; None where there is none.
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
    look: Look
    paper: bool = False
    goes_by: str = ""
    overlooks: str = ""
    rule: str = ""
    measure: Callable[[Any], str] | None = None
    capped: bool = False
    realised: bool = False
    clairvoyant: bool = False
    short: str = ""

    @property
    def takes_chances(self) -> bool:
        """Whether the same requests may end otherwise in another replication."""
        return self.code in (RANDOM, GENETIC)

    @property
    def planned(self) -> bool:
        """Whether a plan over all deployments is made beforehand (small catalogs only)."""
        return self.code == PLANNED

    @property
    def rival(self) -> bool:
        """Whether decision makers are compared with it: the trivial, capped one is judged apart."""
        return self.kind == "baseline" and not self.capped

    @property
    def online(self) -> bool:
        """Whether it is a best online policy, with a cost in the long run."""
        return self.planned and not self.clairvoyant

    @property
    def role(self) -> Role:
        """The part that it plays in a picture."""
        roles: dict[Kind, Role] = {"baseline": "baseline", "decision": "ga", "bound": "optimum"}
        return roles[self.kind]

    def called(self, max_models: int) -> str:
        """Its name in a sentence, with the number of models that a capped one may hold."""
        return (
            f"LRU that holds at most {count(max_models, 'model')}" if self.capped else self.spoken
        )


_ALL: Final = (
    Policy(
        "ga", "Genetic algorithm", "the genetic algorithm",
        "decision", GENETIC,
        "At every miss a population of candidate deployments is bred for the least cost of this "
        "decision: what the evicted models are expected to cost when they are asked for again, "
        "plus the resources that the kept ones hold. It looks one decision ahead, not further.",
        f"Algorithm 1 of {PAPER}",
        Look("#D55E00", "#F0883E", "solid", "circle", 3.0),
        short="GA",
    ),
    Policy(
        "exact", "Exact decision", "the exact decision",
        "decision", EXACT,
        "The true optimum of the very problem that the genetic algorithm searches, one decision "
        "at a time, by branch and bound. Like it, it is short-sighted: over many decisions a "
        "policy with a plan can do better.",
        "Branch and bound with a Lagrangian bound (Fisher, Management Science 27, 1981)",
        Look("#9A4A0B", "#D9A066", "dot", "circle-open"),
    ),
    Policy(
        "random", "Random", "random eviction",
        "baseline", RANDOM,
        "Evicts any deployed model, each with the same probability, until the requested one fits.",
        f"Baseline of {PAPER}",
        Look("#A3A29B", "#74787C", "dot", "x"),
        paper=True, goes_by="lots", overlooks="what reloading a model costs",
        rule="drawn by lot",
    ),
    Policy(
        "fifo", "FIFO", "FIFO",
        "baseline", FIFO,
        "Evicts the model that was deployed longest ago until the requested one fits.",
        f"Baseline of {PAPER}",
        Look("#8A8D8F", "#8B9095", "dash", "square"),
        paper=True, goes_by="the order of arrival", overlooks="what reloading a model costs",
        rule="deployed longest ago",
        measure=lambda model: requests_ago(model.requests_since_fetched or 0),
    ),
    Policy(
        "lru", "LRU", "LRU",
        "baseline", LRU,
        "Evicts the model that was last requested longest ago until the requested one fits.",
        f"Baseline of {PAPER}",
        Look("#6C7378", "#A7ADB2", "longdash", "triangle-up"),
        paper=True, goes_by="when a model was last asked for", overlooks="what reloading it costs",
        rule="longest without a request",
        measure=lambda model: requests_ago(model.requests_since_asked or 0),
    ),
    Policy(
        "lfu", "LFU", "LFU",
        "baseline", LFU,
        "Evicts the model with the fewest requests since the beginning until the requested one "
        "fits; counts survive eviction.",
        f"Baseline of {PAPER}",
        Look("#474E54", "#CBD0D4", "dashdot", "triangle-down"),
        paper=True,
        goes_by="how often a model was asked for", overlooks="how long reloading it takes",
        rule="least asked for so far", measure=lambda model: times(model.requests_so_far),
    ),
    Policy(
        "lru-cap", "LRU, at most k", "LRU that holds at most k models",
        "baseline", LRU,
        "LRU that holds at most k models, whatever still fits. Many servers do just this; it is "
        "the trivial rival that any clever policy has to beat.",
        "Common practice, for example a server's limit on loaded models",
        Look("#8F6A9E", "#B99AC6", "longdashdot", "cross", 1.2),
        goes_by="when a model was last asked for", overlooks="what still fits",
        rule="longest without a request",
        measure=lambda model: requests_ago(model.requests_since_asked or 0),
        capped=True,
    ),
    Policy(
        "mdp", "Best online", "the best online policy",
        "bound", PLANNED,
        "The policy of least long-run Eq. 11 cost for one that knows how popular each model is "
        "but not what comes next: average-cost value iteration over all deployments.",
        "Puterman, Markov Decision Processes, 1994, chapter 8",
        Look("#2F9E7E", "#4CC9A4", "dash", "diamond-open", 1.2),
    ),
    Policy(
        "mdp-realised", "Best online (realised)", "the best online policy for the realised ledger",
        "bound", PLANNED,
        "The same, planned for the realised ledger: the waiting that misses cause plus resources.",
        "Puterman, Markov Decision Processes, 1994, chapter 8",
        Look("#4A90C2", "#7DB8E8", "dash", "star-diamond-open", 1.2),
        realised=True,
    ),
    Policy(
        "offline", "Clairvoyant", "the clairvoyant optimum",
        "bound", PLANNED,
        "The least Eq. 11 cost that any policy deciding at misses could have reached on these very "
        "requests, all of them known in advance: a backward dynamic programme.",
        "Bellman, Dynamic Programming, 1957; after Belady, IBM Systems Journal 5, 1966",
        Look("#00735A", "#22A884", "solid", "diamond", 1.2),
        clairvoyant=True, short="optimum",
    ),
    Policy(
        "offline-realised", "Clairvoyant (realised)",
        "the clairvoyant optimum of the realised ledger", "bound", PLANNED,
        "The same, planned for the realised ledger: the waiting that misses cause plus resources.",
        "Bellman, Dynamic Programming, 1957; after Belady, IBM Systems Journal 5, 1966",
        Look("#1F5F99", "#4C93D0", "solid", "star-diamond", 1.2),
        realised=True, clairvoyant=True,
    ),
)  # fmt: skip

_REGISTER: Final = {policy.name: policy for policy in _ALL}
POLICIES: Final = MappingProxyType(_REGISTER)
"""All policies by name, in the order in which they are shown."""

BASELINES: Final = tuple(policy.name for policy in _ALL if policy.paper)
"""The paper's baselines."""

ALL_POLICIES: Final = ("all",)
"""A scenario's ``policies`` when every policy is meant that its catalog allows."""


def spoken(policy: str) -> str:
    """How a policy is called in the middle of a sentence."""
    return POLICIES[policy].spoken


def rivals(names: Iterable[str]) -> list[str]:
    """Those of ``names`` that decision makers are compared with."""
    return [name for name in names if POLICIES[name].rival]


def trivial_rival(names: Iterable[str]) -> str | None:
    """The first of ``names`` that merely holds few models."""
    return next((name for name in names if POLICIES[name].capped), None)


def decision_maker(names: Iterable[str]) -> str | None:
    """The GA, or the first decision maker after it in the register, among ``names``."""
    among = set(names)
    return next(
        (name for name, one in POLICIES.items() if one.kind == "decision" and name in among), None
    )


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
