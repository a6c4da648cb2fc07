"""The model in plain Python: slow, short and meant to be obviously right.

This module restates equations 1-12 and the order of events of the deployment model with sets,
dictionaries and floats. It shares no code with the compiled engine, which is the point: tests
compare the two. A set of deployed models appears as a set of catalog rows inside a computation
and as a bit mask (row j is bit j) wherever it is recorded or handed to a callback.

The bounds (clairvoyant optima, best online policies) are in ``reference_bounds``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np

TIE = 1e-12
"""Decision costs this close to the best one (absolute) are tied."""

SLACK = 1e-9
"""Equations 1-3 read "at most capacity * (1 + SLACK)"."""

Choose = Callable[[int, int, int], int]
"""(mask before, requested row, request index) -> mask after."""

Victims = Callable[[list[int], int, int], int]
"""(deployed rows in ascending order, request index, draw within the decision) -> row to evict."""


@dataclass
class Setting:
    """Everything that a figure depends on; lists have one entry per model, in catalog order."""

    storage: list[float]  # s_m, GB
    gpu: list[float]  # g_m, GB
    power: list[float]  # e_m, kW
    io_delay: list[float]  # d_m^io, s
    inference_delay: list[float]  # d_m^inf, s
    S: float  # GB
    G: float  # GB
    E: float  # kW
    E0: float  # kW
    B: float  # Gbit/s
    w_delay: float
    w_resource: float
    beta: float
    resource_unit: Literal["gb", "share"] = "gb"
    active_cycle: Literal["known", "history", "next-use"] = "known"
    decision_horizon: Literal["slot", "next-request"] = "slot"
    slots: list[list[int]] = field(default_factory=list)  # requested rows of each slot, in order
    rates: list[float] | None = None  # true requests per slot of a generated workload; None: trace


@dataclass
class Decision:
    """One miss and what was done about it; the switching cost is Eq. 7, unweighted."""

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


def mask_of(rows: Collection[int]) -> int:
    """Return the bit mask of a set of catalog rows (row j is bit j)."""
    return sum(1 << row for row in set(rows))


def rows_of(mask: int) -> set[int]:
    """Return the catalog rows of a bit mask."""
    return {row for row in range(mask.bit_length()) if mask >> row & 1}


def subsets(rows: Collection[int]) -> Iterator[set[int]]:
    """Yield every subset of ``rows``, the smallest first."""
    for size in range(len(rows) + 1):
        for chosen in combinations(sorted(rows), size):
            yield set(chosen)


# ---------------------------------------------------------------------------- equations 1-12


def eq1_storage_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 1: the storage of the deployed models is at most S."""
    return sum(setting.storage[m] for m in rows) <= setting.S * (1 + SLACK)


def eq2_gpu_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 2: the GPU memory of the deployed models is at most G."""
    return sum(setting.gpu[m] for m in rows) <= setting.G * (1 + SLACK)


def eq3_power_fits(setting: Setting, rows: Collection[int]) -> bool:
    """Eq. 3: the power of the deployed models is at most E - E_0."""
    return sum(setting.power[m] for m in rows) <= (setting.E - setting.E0) * (1 + SLACK)


def fits(setting: Setting, rows: Collection[int]) -> bool:
    """Whether a deployment satisfies Eq. 1-3."""
    return (
        eq1_storage_fits(setting, rows)
        and eq2_gpu_fits(setting, rows)
        and eq3_power_fits(setting, rows)
    )


def eq4_transmission_delay(setting: Setting, m: int) -> float:
    """Eq. 4: seconds to bring model m in, 8 s_m / B (GB to Gbit)."""
    return 8 * setting.storage[m] / setting.B


def eq5_io_delay(setting: Setting, m: int) -> float:
    """Eq. 5: seconds to load model m."""
    return setting.io_delay[m]


def eq6_inference_delay(setting: Setting, m: int) -> float:
    """Eq. 6: seconds of one inference of model m."""
    return setting.inference_delay[m]


def delay(setting: Setting, m: int) -> float:
    """delay_m, the sum of Eq. 4-6: what a request for an absent model waits."""
    return (
        eq4_transmission_delay(setting, m)
        + eq5_io_delay(setting, m)
        + eq6_inference_delay(setting, m)
    )


def eq7_switching_cost(
    setting: Setting, evicted: Collection[int], inverse_cycle: list[float]
) -> float:
    """Eq. 7: sum of delay_m / alpha_m over the evicted models; ``inverse_cycle`` is 1/alpha."""
    return sum(delay(setting, m) * inverse_cycle[m] for m in evicted)


def eq8_storage_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 8: GB of storage held."""
    return sum(setting.storage[m] for m in rows)


def eq9_gpu_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 9: GB of GPU memory held."""
    return sum(setting.gpu[m] for m in rows)


def eq10_resource_cost(setting: Setting, rows: Collection[int]) -> float:
    """Eq. 10: (8) + beta * (9), or the same with each taken as a share of its capacity."""
    storage, gpu = eq8_storage_cost(setting, rows), eq9_gpu_cost(setting, rows)
    if setting.resource_unit == "share":
        return storage / setting.S + setting.beta * gpu / setting.G
    return storage + setting.beta * gpu


def eq11_average_cost(setting: Setting, switching: list[float], resource: list[float]) -> float:
    """Eq. 11: mean over slots of w_delay * switching cost + w_resource * resource cost."""
    return sum(
        setting.w_delay * sw + setting.w_resource * res
        for sw, res in zip(switching, resource, strict=True)
    ) / len(switching)


def eq12_decision_cost(
    setting: Setting, before: Collection[int], after: Collection[int], inverse_cycle: list[float]
) -> float:
    """C(y) of Eq. 12: the price of going from ``before`` to ``after``, with the horizon h."""
    evicted = set(before) - set(after)
    return setting.w_delay * eq7_switching_cost(setting, evicted, inverse_cycle) + decision_horizon(
        setting
    ) * setting.w_resource * eq10_resource_cost(setting, after)


def eq12_fitness(
    setting: Setting, before: Collection[int], after: Collection[int], inverse_cycle: list[float]
) -> float:
    """Eq. 12: F = 1 / (1 + C(y))."""
    return 1 / (1 + eq12_decision_cost(setting, before, after, inverse_cycle))


# ---------------------------------------------------------------- what is known about requests


def all_requests(setting: Setting) -> list[int]:
    """Return the requested rows in order, without slots; positions are the request indices."""
    return [m for requests in setting.slots for m in requests]


def arrival_rates(setting: Setting) -> list[float]:
    """lambda_m in requests per slot: the true rates, or for a trace n_m / T."""
    if setting.rates is not None:
        return list(setting.rates)
    requests = all_requests(setting)
    return [requests.count(m) / len(setting.slots) for m in range(len(setting.storage))]


def decision_horizon(setting: Setting) -> float:
    """h: one slot, or with ``next-request`` 1 / Lambda slots (trace: Lambda = requests / T)."""
    if setting.decision_horizon == "slot":
        return 1.0
    if setting.rates is not None:
        return 1 / sum(setting.rates)
    return len(setting.slots) / len(all_requests(setting))


def known_inverse_cycle(setting: Setting) -> list[float]:
    """1/alpha_m in the ``known`` reading, which every ledger charges.

    lambda_m / Lambda of a generated workload, n_m / n over all requests of a trace.
    """
    models = range(len(setting.storage))
    if setting.rates is not None:
        total = sum(setting.rates)
        return [setting.rates[m] / total if setting.rates[m] > 0 else 0.0 for m in models]
    requests = all_requests(setting)
    return [requests.count(m) / len(requests) if m in requests else 0.0 for m in models]


def deciding_inverse_cycle(setting: Setting, request_index: int) -> list[float]:
    """1/alpha_m as a policy sees it at the decision for request number ``request_index``."""
    requests = all_requests(setting)
    models = range(len(setting.storage))
    if setting.active_cycle == "known":
        return known_inverse_cycle(setting)
    if setting.active_cycle == "history":
        so_far = requests[: request_index + 1]
        return [(so_far.count(m) + 1) / (len(so_far) + len(models)) for m in models]
    later = requests[request_index + 1 :]
    return [1 / (later.index(m) + 1) if m in later else 0.0 for m in models]


# ------------------------------------------------------------------------------------ policies


def best_of(costs: dict[int, float]) -> int:
    """Mask of least cost: ties within ``TIE`` go to the fewest models, then the lowest mask."""
    least = min(costs.values())
    tied = [mask for mask, cost in costs.items() if cost <= least + TIE]
    return min(tied, key=lambda mask: (mask.bit_count(), mask))


def exact_decision(setting: Setting, deployed: set[int], m: int, request_index: int) -> set[int]:
    """Return the deployment of least C(y) (Eq. 12) among all that can follow a miss for m."""
    inverse_cycle = deciding_inverse_cycle(setting, request_index)
    costs = {
        mask_of(kept | {m}): eq12_decision_cost(setting, deployed, kept | {m}, inverse_cycle)
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
    counts = dict.fromkeys(range(len(setting.storage)), 0)  # requests since the beginning
    last_request: dict[int, int] = {}  # row -> index of its latest request
    deployed_since: dict[int, int] = {}  # row -> index of the request that deployed it
    deployed: set[int] = set()
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
            return min(rows, key=lambda row: counts[row])
        if victims is None:
            raise ValueError("random needs victims()")
        return victims(rows, index, draw)

    def evict_until_fits(m: int, index: int) -> set[int]:
        most_kept = max_models - 1 if policy == "lru-cap" else len(counts)
        kept, draw = set(deployed), 0
        while not fits(setting, kept | {m}) or len(kept) > most_kept:
            kept.remove(victim(sorted(kept), index, draw))
            draw += 1
        return kept | {m}

    def decide(m: int, index: int) -> set[int]:
        if policy == "exact":
            return exact_decision(setting, deployed, m, index)
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
            counts[m] += 1
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
            cost = eq7_switching_cost(setting, evicted, known)
            result.decisions.append(Decision(index, m, mask_of(deployed), mask_of(after), cost))
            evictions += len(evicted)
            switching += cost
            miss_delay += delay(setting, m)
            downloaded += setting.storage[m]
            result.service_delays_s.append(delay(setting, m))
            deployed_since[m] = index
            deployed = after
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
