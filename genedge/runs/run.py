"""Run: what happened in one replay, per slot, per decision and in all, on both ledgers
(:mod:`genedge.registry.ledgers`)."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import (
    HIT,
    MISS,
    N_BEST,
    N_BOUND,
    N_EVICTIONS,
    N_GENERATIONS,
    N_HELD,
    N_HITS,
    N_MISSES,
    N_REJECTED,
    S_DOWNLOADED,
    S_RESOURCE,
    Decisions,
    Floats,
    Slots,
    Totals,
    empty_slots,
    first_decisions,
    unpack,
)
from genedge.engine.cost import resource_cost, slot_cost
from genedge.intake.workload import RequestTrace
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES, Policy
from genedge.registry.resources import constraint_names
from genedge.scenario.problem import Problem

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES: Final = ("hit", "miss", "rejected")


def quantile(values: Floats, weights: NDArray[np.int64], share: float) -> float:
    """Quantile of ``weights[i]`` copies of ``values[i]``, linear between order statistics."""
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[order])
    total = int(ends[-1]) if ends.size else 0
    if total == 0:
        return 0.0
    place = share * (total - 1)
    low = int(np.floor(place))
    around = np.searchsorted(ends, (low, min(low + 1, total - 1)), side="right")
    lower, upper = values[order[around]].tolist()
    return float(lower + (place - low) * (upper - lower))


@dataclass(frozen=True, eq=False)
class Run:
    """One policy's replay of one replication.

    Attributes
    ----------
    outcome: per request 0 hit, 1 miss, 2 rejected, ``[N]``; empty in a summary.
    slots: per-slot ledger, ``[T]`` each; empty in a summary.
    decisions: per-decision ledger, ``[D]`` each; empty unless recorded.
    totals: sums over the run.
    """

    problem: Problem
    policy: str
    replication: int
    requests: RequestTrace
    outcome: NDArray[np.uint8]
    slots: Slots
    decisions: Decisions
    totals: Totals

    @property
    def kind(self) -> Policy:
        """The policy's entry in the registry."""
        return POLICIES[self.policy]

    def summed_up(self) -> "Run":
        """The run as a summary, without what happened when."""
        return replace(
            self,
            outcome=self.outcome[:0],
            slots=empty_slots(0, self.slots.deployment.shape[1]),
            decisions=first_decisions(self.decisions, 0),
        )

    @cached_property
    def summary(self) -> dict[str, float]:
        """Every figure of :data:`genedge.registry.metrics.METRICS`."""
        weights = self.problem.weights
        counts, sums = self.totals.counts.tolist(), self.totals.sums.tolist()
        hits, misses, slots = counts[N_HITS], counts[N_MISSES], self.requests.slots
        requests = hits + misses + counts[N_REJECTED]
        models = self.problem.models
        delays = np.concatenate([models.inference_delay_s, models.reload_delay_s])
        served = np.concatenate([self.totals.model_hits, self.totals.model_misses])
        resource = slot_cost.py_func(0.0, 0.0, weights.resource, sums[S_RESOURCE]) / slots
        charged = {
            metric: slot_cost.py_func(weights.delay, sums[ledger.total], 0.0, 0.0) / slots
            for metric, ledger in LEDGERS.items()
        }
        found = {
            **{metric: cost + resource for metric, cost in charged.items()},
            "switching_cost": charged[PAPER],
            "resource_cost": resource,
            "requests": requests,
            "hits": hits,
            "misses": misses,
            "rejected": counts[N_REJECTED],
            "hit_ratio": hits / requests if requests else 0.0,
            "mean_service_delay_s": float(delays @ served) / max(hits + misses, 1),
            "p95_service_delay_s": quantile(delays, served, 0.95),
            "downloaded_gb": sums[S_DOWNLOADED],
            "binding_share": counts[N_BOUND] / misses if misses else 0.0,
            "mean_deployed": counts[N_HELD] / slots,
        }
        return {metric: found[metric] for metric in METRICS}

    @cached_property
    def figures(self) -> dict[str, float]:
        """Every figure of :data:`genedge.registry.metrics.FIGURES`; NaN where not known."""
        models, evicted = self.problem.models, self.totals.model_evictions
        share, generations = self._searches()
        return {
            **self.summary,
            "evictions": float(self.evictions),
            "evicted_requests": float(models.inverse_active_cycle @ evicted),
            "evicted_delay_s": float(models.reload_delay_s @ evicted),
            "best_choice_share": share,
            "generations": generations,
        }

    def _searches(self) -> tuple[float, float]:
        """Share of decisions that cost what the best one costs, and generations a decision."""
        if self.kind.kind != "decision" and np.isnan(self.decisions.cost).all():
            return np.nan, np.nan
        counts = self.totals.counts.tolist()
        misses = counts[N_MISSES]
        return (counts[N_BEST] / misses if misses else 1.0), counts[N_GENERATIONS] / max(misses, 1)

    @property
    def evictions(self) -> int:
        """Models evicted over the whole run."""
        return int(self.totals.counts[N_EVICTIONS])

    @cached_property
    def deployed(self) -> NDArray[np.bool_]:
        """Deployment at each slot's end, ``[T, M]``."""
        return unpack(self.slots.deployment, len(self.problem.scenario.model_catalog))

    @cached_property
    def deployed_before(self) -> NDArray[np.bool_]:
        """Deployment at the end of the slot before each, ``[T, M]``."""
        before = np.zeros_like(self.deployed)
        before[1:] = self.deployed[:-1]
        return before

    @cached_property
    def slot_lost(self) -> NDArray[np.bool_]:
        """What was deployed at the end of the slot before and is not at each one's, ``[T, M]``."""
        return self.deployed_before & ~self.deployed

    @property
    def charged(self) -> NDArray[np.int64]:
        """How often the ledger charged each model's switching price (Eq. 7), ``[M]``."""
        if self.problem.weights.by_slot:
            return np.asarray(self.slot_lost.sum(axis=0), np.int64)
        return self.totals.model_evictions

    def slot_cost(self, metric: str) -> Floats:
        """Cost charged in each slot on one ledger, ``[T]``."""
        charged: Floats = getattr(self.slots, LEDGERS[metric].column)
        return self.problem.weights.delay * charged + self.slot_resource_cost

    @cached_property
    def slot_resource_cost(self) -> Floats:
        """Weighted resource cost at each slot's end, ``[T]``."""
        weights, slots = self.problem.weights, self.slots
        held: Floats = resource_cost.py_func(
            slots.storage_cost, slots.gpu_memory_cost, weights.gpu_memory,
            weights.storage_scale, weights.gpu_scale,
        )  # fmt: skip
        return weights.resource * held

    @cached_property
    def decision_deployed(self) -> NDArray[np.bool_]:
        """Deployment after each decision, ``[D, M]``."""
        return unpack(self.decisions.deployment, len(self.problem.scenario.model_catalog))

    @cached_property
    def decision_evicted(self) -> NDArray[np.bool_]:
        """Models evicted by each decision, ``[D, M]``."""
        after = self.decision_deployed
        before = np.zeros_like(after)
        before[1:] = after[:-1]
        return before & ~after

    @cached_property
    def decision_at_stake(self) -> Floats:
        """Weighted switching price (Eq. 7) of what each decision evicts, ``[D]``: charged at once,
        or, by slot, at the slot's end for what was there when it began and is not back by then."""
        evicted = self.decision_evicted
        if self.problem.weights.by_slot:
            evicted = evicted & self.deployed_before[self.requests.slot[self.decisions.request]]
        stake: Floats = self.problem.weights.delay * (evicted @ self.problem.prices.switching)
        return stake

    def _named(self, chosen: NDArray[np.bool_]) -> list[str]:
        """For each slot the models of its chosen requests (``[N]``), joined by plus signs."""
        names = self.problem.scenario.model_catalog.names
        start = self.requests.slot_start.tolist()
        rows, keep = self.requests.model.tolist(), chosen.tolist()
        return [
            " + ".join(names[rows[i]] for i in range(first, last) if keep[i])
            for first, last in pairwise(start)
        ]

    @cached_property
    def slot_evicted(self) -> NDArray[np.bool_]:
        """Models evicted at some time in each slot, ``[T, M]`` (needs recorded decisions)."""
        evicted = np.zeros_like(self.deployed)
        slot = self.requests.slot[self.decisions.request]
        decision, row = np.nonzero(self.decision_evicted)
        evicted[slot[decision], row] = True
        return evicted

    def slot_frame(self) -> "pd.DataFrame":
        """Per slot: what happened and both ledgers term by term."""
        import pandas as pd

        slots, weights = self.slots, self.problem.weights
        names = np.array(self.problem.scenario.model_catalog.names, dtype=object)
        evicted = {}
        if self.decisions.request.size == slots.misses.sum():  # decisions were recorded
            evicted = {"evicted": [" + ".join(names[row]) for row in self.slot_evicted]}
        if weights.by_slot:
            evicted["lost"] = [" + ".join(names[row]) for row in self.slot_lost]
        return pd.DataFrame(
            {
                "slot": np.arange(self.requests.slots),
                "policy": self.policy,
                "replication": self.replication,
                "requests": np.diff(self.requests.slot_start),
                "requested": self._named(np.ones(self.outcome.size, np.bool_)),
                "hit": self._named(self.outcome == HIT),
                "missed": self._named(self.outcome == MISS),
                "hits": slots.hits,
                "misses": slots.misses,
                "rejected": slots.rejected,
                "evictions": slots.evictions,
                **evicted,
                "deployed": [" + ".join(names[row]) for row in self.deployed],
                "models_deployed": slots.held,
                "storage_gb": slots.storage_cost,
                "gpu_memory_gb": slots.gpu_memory_cost,
                "power_kw": slots.power_kw,
                "switching_cost": weights.delay * slots.switching_cost,
                "resource_cost": self.slot_resource_cost,
                "miss_delay_s": slots.miss_delay_s,
                **{metric: self.slot_cost(metric) for metric in LEDGERS},
                "downloaded_gb": slots.downloaded_gb,
            }
        )

    def decision_frame(self) -> "pd.DataFrame":
        """Per decision: who asked, who left, and at what price."""
        import pandas as pd

        weights, done = self.problem.weights, self.decisions
        names = np.array(self.problem.scenario.model_catalog.names, dtype=object)
        return pd.DataFrame(
            {
                "decision": np.arange(done.request.size),
                "policy": self.policy,
                "replication": self.replication,
                "request": done.request,
                "slot": self.requests.slot[done.request],
                "requested": names[self.requests.model[done.request]],
                "evicted": [" + ".join(names[row]) for row in self.decision_evicted],
                "deployed": [" + ".join(names[row]) for row in self.decision_deployed],
                "switching_cost": weights.delay * done.switching_cost,
                **({"at_stake": self.decision_at_stake} if weights.by_slot else {}),
                "decision_cost": done.cost,
                "best_decision_cost": done.best_cost,
                "bound_by": [" + ".join(constraint_names(code)) for code in done.bound.tolist()],
            }
        )
