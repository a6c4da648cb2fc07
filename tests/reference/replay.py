"""The order of events: requests, decisions and slot ends, and what they add up to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from reference.equations import (
    delay,
    eq6_inference_delay,
    eq7_switching_cost,
    eq8_storage_cost,
    eq9_gpu_cost,
    eq10_resource_cost,
    eq11_average_cost,
    eq12_decision_cost,
    fits,
)
from reference.requests import all_requests, deciding_inverse_cycle, known_inverse_cycle
from reference.setting import Setting, mask_of, rows_of, subsets

TIE = 1e-12
"""Decision costs this close to the best one (absolute) are tied."""

Choose = Callable[[int, int, int], int]
"""(mask before, requested row, request index) -> mask after."""

Victims = Callable[[list[int], int, int], int]
"""(deployed rows in ascending order, request index, draw within the decision) -> row to evict."""


@dataclass
class Decision:
    """One miss and what was done about it; the switching cost is Eq. 7, unweighted.

    Where switching is charged by slot a decision on its own costs nothing: 0.
    """

    request_index: int
    model: int
    before: int
    after: int
    switching_cost: float


@dataclass
class Result:
    """The ledgers of one replay: ``slot_*`` lists per slot, decisions, then totals.

    Per-slot costs are unweighted; the totals ``average_cost`` (Eq. 11), ``switching_cost``,
    ``resource_cost`` and ``realised_cost`` are weighted and per slot.
    """

    slot_deployed: list[int] = field(default_factory=list)  # mask at the end of the slot
    slot_hits: list[int] = field(default_factory=list)
    slot_misses: list[int] = field(default_factory=list)
    slot_rejected: list[int] = field(default_factory=list)
    slot_evictions: list[int] = field(default_factory=list)  # models evicted
    slot_switching_cost: list[float] = field(default_factory=list)  # Eq. 7
    slot_storage_cost: list[float] = field(default_factory=list)  # Eq. 8
    slot_gpu_cost: list[float] = field(default_factory=list)  # Eq. 9
    slot_resource_cost: list[float] = field(default_factory=list)  # Eq. 10
    slot_miss_delay_s: list[float] = field(default_factory=list)
    slot_downloaded_gb: list[float] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    service_delays_s: list[float] = field(default_factory=list)  # hits and misses, in order
    average_cost: float = 0.0
    switching_cost: float = 0.0
    resource_cost: float = 0.0
    realised_cost: float = 0.0
    hit_ratio: float = 0.0
    mean_service_delay_s: float = 0.0
    p95_service_delay_s: float = 0.0
    downloaded_gb: float = 0.0
    mean_deployed: float = 0.0


def best_of(costs: dict[int, float]) -> int:
    """Mask of least cost: ties within ``TIE`` go to the fewest models, then the lowest mask."""
    least = min(costs.values())
    tied = [mask for mask, cost in costs.items() if cost <= least + TIE]
    return min(tied, key=lambda mask: (mask.bit_count(), mask))


def exact_decision(
    setting: Setting,
    deployed: set[int],
    m: int,
    request_index: int,
    at_stake: set[int] | None = None,
) -> set[int]:
    """Return the deployment of least C(y) (Eq. 12) among all that can follow a miss for m.

    ``at_stake`` is what C(y) charges for losing: what is deployed, unless given.
    """
    inverse_cycle = deciding_inverse_cycle(setting, request_index)
    before = deployed if at_stake is None else at_stake
    costs = {
        mask_of(kept | {m}): eq12_decision_cost(setting, before, kept | {m}, inverse_cycle)
        for kept in subsets(deployed)
        if fits(setting, kept | {m})
    }
    return rows_of(best_of(costs))


def simulate(
    setting: Setting,
    policy: str,
    *,
    max_models: int = 1,
    choose: Choose | None = None,
    victims: Victims | None = None,
) -> Result:
    """Replay the requests under ``policy`` and keep both ledgers.

    ``fifo``, ``lru``, ``lfu``, ``lru-cap`` (at most ``max_models``) and ``exact`` decide by
    themselves. ``random`` asks ``victims`` for one row at a time, ``draw`` counting 0, 1, ...
    within a decision. Any other name asks ``choose`` for the whole deployment. A deployment that
    breaks a rule of the model raises ValueError.
    """
    known = known_inverse_cycle(setting)
    asked = all_requests(setting)
    by_slot = setting.switching_charged == "slot"
    models = len(setting.storage)
    last_request: dict[int, int] = {}  # row -> index of its latest request
    deployed_since: dict[int, int] = {}  # row -> index of the request that deployed it
    deployed: set[int] = set()
    slot_before: set[int] = set()  # deployed at the end of the slot before
    result = Result()

    if max_models < 1:
        raise ValueError("max_models is at least 1")

    def victim(rows: list[int], index: int, draw: int) -> int:
        # min() returns the first of equals, and rows ascend: ties go to the lowest catalog row
        if policy == "fifo":
            return min(rows, key=lambda row: deployed_since[row])
        if policy in ("lru", "lru-cap"):
            return min(rows, key=lambda row: last_request[row])
        if policy == "lfu":
            first = max(0, index + 1 - setting.lfu_window) if setting.lfu_window else 0
            return min(rows, key=asked[first : index + 1].count)
        if victims is None:
            raise ValueError("random needs victims()")
        return victims(rows, index, draw)

    def evict_until_fits(m: int, index: int) -> set[int]:
        most_kept = max_models - 1 if policy == "lru-cap" else models
        kept, draw = set(deployed), 0
        while not fits(setting, kept | {m}) or len(kept) > most_kept:
            kept.remove(victim(sorted(kept), index, draw))
            draw += 1
        return kept | {m}

    def decide(m: int, index: int) -> set[int]:
        if policy == "exact":
            return exact_decision(setting, deployed, m, index, slot_before if by_slot else None)
        if policy in ("fifo", "lru", "lru-cap", "lfu", "random"):
            return evict_until_fits(m, index)
        if choose is None:
            raise ValueError(f"{policy} needs choose()")
        return rows_of(choose(mask_of(deployed), m, index))

    index = -1
    for requests in setting.slots:
        hits = misses = rejected = evictions = 0
        switching = miss_delay = downloaded = 0.0
        for m in requests:
            index += 1
            last_request[m] = index
            if m in deployed:
                hits += 1
                result.service_delays_s.append(eq6_inference_delay(setting, m))
                continue
            if not fits(setting, {m}):
                rejected += 1
                continue
            misses += 1
            after = decide(m, index)
            if m not in after or not after <= deployed | {m} or not fits(setting, after):
                raise ValueError(f"request {index}: {sorted(deployed)} to {sorted(after)} for {m}")
            evicted = deployed - after
            cost = 0.0 if by_slot else eq7_switching_cost(setting, evicted, known)
            result.decisions.append(Decision(index, m, mask_of(deployed), mask_of(after), cost))
            evictions += len(evicted)
            switching += cost
            miss_delay += delay(setting, m)
            downloaded += setting.storage[m]
            result.service_delays_s.append(delay(setting, m))
            deployed_since[m] = index
            deployed = after
        if by_slot:
            switching = eq7_switching_cost(setting, slot_before - deployed, known)
        slot_before = deployed
        result.slot_deployed.append(mask_of(deployed))
        result.slot_hits.append(hits)
        result.slot_misses.append(misses)
        result.slot_rejected.append(rejected)
        result.slot_evictions.append(evictions)
        result.slot_switching_cost.append(switching)
        result.slot_storage_cost.append(eq8_storage_cost(setting, deployed))
        result.slot_gpu_cost.append(eq9_gpu_cost(setting, deployed))
        result.slot_resource_cost.append(eq10_resource_cost(setting, deployed))
        result.slot_miss_delay_s.append(miss_delay)
        result.slot_downloaded_gb.append(downloaded)
    _add_totals(setting, result)
    return result


def _add_totals(setting: Setting, result: Result) -> None:
    """Fill in the totals: Eq. 11, its two parts, the realised ledger, delays and volumes."""
    slots = len(setting.slots)
    asked = sum(result.slot_hits) + sum(result.slot_misses) + sum(result.slot_rejected)
    switching, resource = result.slot_switching_cost, result.slot_resource_cost
    result.average_cost = eq11_average_cost(setting, switching, resource)
    result.switching_cost = setting.w_delay * math.fsum(switching) / slots
    result.resource_cost = setting.w_resource * math.fsum(resource) / slots
    waited = math.fsum(result.slot_miss_delay_s)
    result.realised_cost = (
        setting.w_delay * waited + setting.w_resource * math.fsum(resource)
    ) / slots
    result.hit_ratio = sum(result.slot_hits) / asked if asked else 0.0
    if result.service_delays_s:
        result.mean_service_delay_s = float(np.mean(result.service_delays_s))
        result.p95_service_delay_s = float(np.percentile(result.service_delays_s, 95))
    result.downloaded_gb = math.fsum(result.slot_downloaded_gb)
    result.mean_deployed = sum(mask.bit_count() for mask in result.slot_deployed) / slots
