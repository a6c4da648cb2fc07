"""What a variant of an ablation does to a policy's costs, how sure that is, and what moved along.

A cause is named only where a figure bears it out: how much is evicted, what is evicted, how much
is held; and only where it moved in the direction of the cost.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.say import SAME, amount, count, percent
from genedge.studies.ablations import FULL
from genedge.studies.statistics import Estimate
from genedge.studies.table import StudyTable

MOVED: Final = 0.02
"""Figures that differ by a smaller share are not named as a cause."""

SHORT: Final = {"ga": "GA", "exact": "exact decision"}
RIVALS: Final = ("lru", "lfu")


class Effect(NamedTuple):
    """What a variant does to one policy's cost on one ledger.

    ``same`` says whether the cost is the same to the last bit in every replication.
    """

    full: float
    now: float
    gap: Estimate
    same: bool

    @property
    def share(self) -> float:
        """Change as a share of the full cost; infinite where that is nothing."""
        if self.full > 0:
            return self.gap.mean / self.full
        return math.copysign(math.inf, self.gap.mean) if self.gap.mean else 0.0

    @property
    def small(self) -> bool:
        """Whether it cannot be seen in the figures shown."""
        return self.same or abs(self.share) < SAME

    @property
    def sure(self) -> bool | None:
        """Whether the interval leaves no doubt about the sign; None where there is none."""
        return self.gap.sure

    @property
    def seen(self) -> bool:
        """Whether there is a difference that is not put down to chance."""
        return not self.small and self.sure is not False


def effect(table: StudyTable, variant: str, policy: str, metric: str) -> Effect:
    """Variant against reference."""
    full, now = (table.of(name, policy, metric) for name in (FULL, variant))
    gap = table.difference(variant, policy, metric)
    before, after = (table.mean(name, policy, metric) for name in (FULL, variant))
    return Effect(before, after, gap, bool(np.array_equal(full, now)))


def planner(table: StudyTable) -> str:
    """The GA, or the exact decision where the GA is left out."""
    return "ga" if "ga" in table.policies else "exact"


def change(share: float) -> str:
    """A change of cost in a few words: 34 % more, 12 % less, 3.6 times as much."""
    if share >= 1:
        times = f"{1 + share:,.0f}" if share >= 99 else f"{1 + share:.1f}"
        return f"{times} times as much" if share < 1e9 else "many times as much"
    return f"{percent(share)} {'more' if share > 0 else 'less'}"


def with_interval(gap: Estimate) -> str:
    """A difference with its sign and half its interval: +0.72 ± 0.11."""
    text = f"{'+' if gap.mean > 0 else '−'}{amount(abs(gap.mean))}"
    return text if gap.half_width is None else f"{text} ± {_half(gap.half_width)}"


def _half(value: float) -> str:
    return amount(value) if value == 0 or value >= 99.5 else f"{value:#.2g}".rstrip(".")


def on_ledger(found: Effect, metric: str) -> str:
    """Such as: 34 % more on Eq. 11 (2.81 against 2.09 a slot, difference +0.72 ± 0.11)."""
    ledger = LEDGERS[metric].spoken
    if found.small:
        return f"the same on {ledger} ({amount(found.now)} a slot)"
    if found.full <= 0:
        return f"{amount(found.now)} a slot on {ledger} instead of nothing"
    costs = (
        f"{amount(found.now)} against {amount(found.full)} a slot, "
        f"difference {with_interval(found.gap)}"
    )
    doubt = "; may be chance" if found.sure is False else ""
    return f"{change(found.share)} on {ledger} ({costs}{doubt})"


def on_both(table: StudyTable, variant: str, policy: str) -> str:
    """The change on both ledgers and, where there is one on Eq. 11, its cause."""
    found = {metric: effect(table, variant, policy, metric) for metric in LEDGERS}
    text = " and ".join(on_ledger(one, metric) for metric, one in found.items())
    why = cause(table, variant, policy) if found["average_cost"].seen else ""
    return f"{text}: {why}" if why else text


def cause(table: StudyTable, variant: str, policy: str) -> str:
    """What moved together with the Eq. 11 cost, in figures; empty where nothing stands out."""
    switching, resource = (
        table.difference(variant, policy, name).mean for name in ("switching_cost", "resource_cost")
    )
    if abs(resource) > abs(switching):
        candidates = _held(table, variant, policy)
        up = resource > 0
    else:
        candidates = _evicted(table, variant, policy)
        up = switching > 0
    found = [one for one in candidates if abs(one.move) >= MOVED and (one.move > 0) == up]
    found = sorted(found, key=lambda one: -abs(one.move))[:2]
    parts: dict[str, list[str]] = {}
    for one in found:
        parts.setdefault(one.subject, []).append(one.text)
    return ", and ".join(f"{subject} {' and '.join(texts)}" for subject, texts in parts.items())


class Candidate(NamedTuple):
    """Something that may have moved: in the reference, in the variant, and how to say it."""

    before: float
    after: float
    subject: str
    text: str

    @property
    def move(self) -> float:
        """Logarithm of the change; 0 where there is nothing to compare."""
        compared = self.before > 0 and self.after > 0
        return math.log(self.after / self.before) if compared else 0.0


def _held(table: StudyTable, variant: str, policy: str) -> list[Candidate]:
    before, after = (table.mean(name, policy, "mean_deployed") for name in (FULL, variant))
    if f"{before:.1f}" == f"{after:.1f}":
        return []
    models = count(size(table), "model")
    text = f"holds {after:.1f} of {models} on average instead of {before:.1f}"
    return [Candidate(before, after, "it", text)]


def _evicted(table: StudyTable, variant: str, policy: str) -> list[Candidate]:
    def both(figure: str) -> tuple[float, float]:
        return (
            _per_eviction(table, FULL, policy, figure),
            _per_eviction(table, variant, policy, figure),
        )

    before, after = (table.mean(name, policy, "evictions") for name in (FULL, variant))
    asked, delay = both("evicted_requests"), both("evicted_delay_s")
    which = "a model that it evicts"
    return [
        Candidate(
            before, after, "it",
            f"evicts {number(after)} models a run instead of {number(before)}",
        ),
        Candidate(
            *asked, which,
            f"is asked for by {percent(asked[1])} of requests on average instead of "
            f"{percent(asked[0])}",
        ),
        Candidate(
            *delay, which,
            f"takes {amount(delay[1])} s to load again instead of {amount(delay[0])} s",
        ),
    ]  # fmt: skip


def _per_eviction(table: StudyTable, variant: str, policy: str, figure: str) -> float:
    """Mean over all evictions of a sum over them; 0 where nothing was evicted."""
    evictions = table.mean(variant, policy, "evictions")
    return table.mean(variant, policy, figure) / evictions if evictions else 0.0


def size(table: StudyTable) -> int:
    """M."""
    return len(table.problem.scenario.model_catalog)


def number(value: float) -> str:
    """A mean of whole numbers: 66.4, 3, 1,234."""
    return f"{value:,.0f}" if value >= 99.95 else f"{value:.1f}".removesuffix(".0")


def intervals(table: StudyTable) -> str:
    """What the whiskers of a chart are, as the end of a sentence."""
    if table.one_log:
        blocks = table.blocks.shape[2]
        if not blocks:
            return "; there are no intervals"
        return f"; whiskers are 95 % intervals over the log's {blocks} blocks"
    if table.replications < 2:
        return "; one replication has no interval"
    return f"; whiskers are 95 % intervals over {table.replications} replications"
