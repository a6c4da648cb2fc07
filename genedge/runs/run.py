"""Run: what happened in one replay, per slot, per decision and in all, on both ledgers
(:mod:`genedge.registry.ledgers`)."""

from collections.abc import Sequence
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
from genedge.registry.metrics import FIGURES, METRICS
from genedge.registry.policies import POLICIES, Policy
from genedge.registry.resources import constraint_names
from genedge.scenario.problem import Problem

if TYPE_CHECKING:
    import pandas as pd

OUTCOMES: Final = ("hit", "miss", "rejected")


def quantiles(values: Floats, weights: NDArray[np.int64], share: float) -> Floats:
    """Linear quantile of ``weights[k, i]`` copies of ``values[i]``, ``[K]``; 0 of nothing."""
    order = np.argsort(values, kind="stable")
    ends = np.cumsum(weights[:, order], axis=1)
    last = np.maximum(ends[:, -1] - 1, 0)
    place = share * last
    low = np.floor(place)
    around = (ends[:, :, None] <= np.minimum([low, low + 1], last).T[:, None]).sum(axis=1)
    lower, upper = values[order.take(around, mode="clip")].T
    found: Floats = np.where(ends[:, -1] > 0, lower + (place - low) * (upper - lower), 0.0)
    return found


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
            outcome=self.outcome[:0].copy(),
            slots=empty_slots(0, self.slots.deployment.shape[1]),
            decisions=first_decisions(self.decisions, 0),
        )

    @cached_property
    def figures(self) -> dict[str, float]:
        """Every figure of :data:`genedge.registry.metrics.FIGURES`; NaN where not known."""
        found = zip(FIGURES.values(), figures_of([self])[0].tolist(), strict=True)
        return {one.name: int(value) if one.whole else value for one, value in found}

    @cached_property
    def summary(self) -> dict[str, float]:
        """Every figure of :data:`genedge.registry.metrics.METRICS`."""
        return {metric: self.figures[metric] for metric in METRICS}

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
        """What each decision adds to the switching cost (Eq. 7, weighted), ``[D]``.

        Charged at once; or, by slot, at the slot's end: an eviction adds the price of what was
        there when the slot began, and what comes back takes its price off again.
        """
        added = self.decision_evicted.astype(np.float64)
        if self.problem.weights.by_slot:
            asked = self.requests.model[self.decisions.request]
            added[np.arange(asked.size), asked] = -1.0  # it was not deployed: no eviction
            added *= self.deployed_before[self.requests.slot[self.decisions.request]]
        stake: Floats = self.problem.weights.delay * (added @ self.problem.prices.switching)
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


def figures_of(runs: Sequence[Run]) -> Floats:
    """Every figure of :data:`genedge.registry.metrics.FIGURES` of runs of one problem, ``[K, F]``.

    The runs are as long as each other. NaN where a figure is not known.
    """
    models, weights, slots = runs[0].problem.models, runs[0].problem.weights, runs[0].requests.slots
    counts = np.array([run.totals.counts for run in runs]).T
    sums = np.array([run.totals.sums for run in runs]).T
    served = np.array([(run.totals.model_hits, run.totals.model_misses) for run in runs])
    served = served.reshape(len(runs), -1)
    evicted = np.array([run.totals.model_evictions for run in runs], np.float64)
    delays = np.concatenate([models.inference_delay_s, models.reload_delay_s])
    hits, misses = counts[N_HITS], counts[N_MISSES]
    requests, decisions = hits + misses + counts[N_REJECTED], np.maximum(misses, 1)
    weighed = [
        run.kind.kind == "decision" or not np.isnan(run.decisions.cost).all() for run in runs
    ]
    known = np.where(weighed, 1.0, np.nan)
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
        "hit_ratio": hits / np.maximum(requests, 1),
        "mean_service_delay_s": np.vecdot(delays, served) / np.maximum(hits + misses, 1),
        "p95_service_delay_s": quantiles(delays, served, 0.95),
        "downloaded_gb": sums[S_DOWNLOADED],
        "binding_share": counts[N_BOUND] / decisions,
        "mean_deployed": counts[N_HELD] / slots,
        "evictions": counts[N_EVICTIONS],
        "evicted_requests": np.vecdot(models.inverse_active_cycle, evicted),
        "evicted_delay_s": np.vecdot(models.reload_delay_s, evicted),
        "best_choice_share": known * np.where(misses, counts[N_BEST] / decisions, 1.0),
        "generations": known * (counts[N_GENERATIONS] / decisions),
    }
    return np.array([found[name] for name in FIGURES], np.float64).T
