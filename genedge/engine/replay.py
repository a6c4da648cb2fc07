"""The event loop: requests in, decisions and both ledgers out. Read this file first.

Order of events: the edge starts empty; each request is handled at once, its model's count and
recency first. Deployed: a hit. Too big even for the empty server: rejected. Otherwise a miss and
a decision, always: baselines evict by rank while the model does not fit (``eviction``), choosers
set the whole deployment (``genetic``, ``exact``, or a plan made beforehand by ``planning``). The
decision's switching cost (Eq. 7) is charged at once, at the price that the ledger knows; at the
end of every slot the resource cost (Eq. 10) of what is deployed.
"""

import numpy as np

from genedge.engine.arrays import (
    GPU_MEMORY,
    MISS,
    N_BOUND,
    N_EVICTIONS,
    N_HELD,
    N_HITS,
    N_MISSES,
    N_REJECTED,
    POWER,
    REJECTED,
    S_DOWNLOADED,
    S_MISS_DELAY,
    S_RESOURCE,
    S_SWITCHING,
    STORAGE,
    Generations,
)
from genedge.engine.chance import request_key
from genedge.engine.compiled import compiled
from genedge.engine.cost import (
    decision_cost,
    gpu_memory_cost,
    keep_value,
    resource_cost,
    storage_cost,
    switching_price,
    within,
)
from genedge.engine.eviction import (
    EXACT,
    GENETIC,
    NOT_DEPLOYED,
    PLANNED,
    rank_when_deployed,
    rank_when_requested,
    victim_of,
)
from genedge.engine.exact import choose_exact
from genedge.engine.genetic import choose_genetic

KNOWN, HISTORY, NEXT_USE, ALIKE = range(4)
"""Codes of ``Rule.active_cycle``: the alpha that a policy decides with (``ALIKE``: M for all)."""

REFRESH = 256
"""Evictions after which running sums are added up afresh, so that rounding cannot build up."""


@compiled()
def _bound_by(models, server, used, m):
    """Constraints 1-3 that would not hold if model ``m`` joined what uses ``used [3]``."""
    bound = 0
    if not within(used[0] + models.storage_gb[m], server.storage_gb):
        bound |= STORAGE
    if not within(used[1] + models.gpu_memory_gb[m], server.gpu_memory_gb):
        bound |= GPU_MEMORY
    if not within(used[2] + models.power_kw[m], server.dynamic_power_kw):
        bound |= POWER
    return bound


@compiled()
def _add_up(models, deployed, used):
    """Eq. 8 and 9 and the power of what is deployed, into ``used [3]``."""
    storage, gpu, power = 0.0, 0.0, 0.0
    for row in range(deployed.size):
        if deployed[row]:
            storage = storage_cost(storage, models.storage_gb[row])
            gpu = gpu_memory_cost(gpu, models.gpu_memory_gb[row])
            power += models.power_kw[row]
    used[0], used[1], used[2] = storage, gpu, power


@compiled()
def _inverse_cycle(active_cycle, known, count, next_request, request, row):
    """1/alpha of model ``row`` as a policy sees it when it decides at ``request``."""
    inverse = known[row]
    if active_cycle == HISTORY:
        inverse = (count[row] + 1.0) / (request + 1.0 + count.size)
    elif active_cycle == NEXT_USE:
        inverse = 1.0 / (next_request[row] - request) if next_request[row] > request else 0.0
    elif active_cycle == ALIKE:
        inverse = 1.0 / count.size
    return inverse


@compiled()
def _following(model, models):
    """For each request the number of the next one for the same model, -1 if none; and the first
    request of each model."""
    following = np.empty(model.size, np.int64)
    nearest = np.full(models, -1, np.int64)
    for i in range(model.size - 1, -1, -1):
        following[i] = nearest[model[i]]
        nearest[model[i]] = i
    return following, nearest


@compiled()
def replay(
    models, server, weights, requests, rule, genetics, plan, given, outcome, slots, decisions,
    totals,
):  # fmt: skip
    """Replay one replication's requests under one policy.

    The arguments are the named tuples of :mod:`genedge.engine.arrays`; ``plan [N]`` holds the
    mask deployed after each request (planned policies only), ``given [K, W]`` what is deployed
    after each of the first K decisions, which are then not the policy's. Fills ``outcome [N]``,
    ``slots``, ``decisions`` (each only when it has room) and ``totals``. Returns the number of
    decisions.
    """
    m_count = models.storage_gb.size
    code = rule.code
    baseline = code < GENETIC
    planned = code == PLANNED
    record_outcome = outcome.size > 0
    record_slots = slots.held.size > 0
    record_decisions = decisions.request.size > 0
    chooses = code in (GENETIC, EXACT)
    priced = record_decisions or chooses

    deployed = np.zeros(m_count, np.uint8)
    words = np.zeros((m_count + 63) // 64, np.uint64)
    keep = np.zeros(m_count, np.uint8)
    rank = np.full(m_count, NOT_DEPLOYED, np.int64)
    count = np.zeros(m_count, np.int64)
    used = np.zeros(3)
    nothing = np.zeros(3)
    unrecorded = Generations(
        np.empty((0, 0, 0), np.uint64), np.empty((0, 0, 0), np.uint64), np.empty((0, 0))
    )
    value = np.zeros(m_count)
    saving = np.zeros(m_count)
    capacity = np.array([server.storage_gb, server.gpu_memory_gb, server.dynamic_power_kw])
    size = np.empty((m_count, 3))
    rent = np.empty(m_count)
    price = np.empty(m_count)
    too_big = np.zeros(m_count, np.uint8)
    for row in range(m_count):
        size[row, 0] = models.storage_gb[row]
        size[row, 1] = models.gpu_memory_gb[row]
        size[row, 2] = models.power_kw[row]
        rent[row] = resource_cost(
            size[row, 0], size[row, 1], weights.gpu_memory,
            weights.storage_scale, weights.gpu_scale,
        )  # fmt: skip
        price[row] = switching_price(models.reload_delay_s[row], models.inverse_active_cycle[row])
        too_big[row] = 1 if _bound_by(models, server, nothing, row) else 0
    if rule.active_cycle == NEXT_USE:
        following, next_request = _following(requests.model, m_count)
    else:
        following = np.empty(0, np.int64)
        next_request = np.empty(0, np.int64)

    held = np.int64(0)
    held_sum = np.int64(0)
    evictions, bound_count, taken, rejections = 0, 0, 0, 0
    total_switching, total_resource, total_delay, total_downloaded = 0.0, 0.0, 0.0, 0.0
    for slot in range(requests.slot_start.size - 1):
        slot_misses, slot_rejected = taken, rejections
        slot_evictions = evictions
        slot_switching, slot_delay, slot_downloaded = 0.0, 0.0, 0.0
        for i in range(requests.slot_start[slot], requests.slot_start[slot + 1]):
            m = np.int64(requests.model[i])
            count[m] += 1
            if rule.active_cycle == NEXT_USE:
                next_request[m] = following[i]
            if deployed[m]:
                totals.model_hits[m] += 1
                rank[m] = rank_when_requested(code, i, count[m], rank[m], m)
                continue
            if too_big[m]:
                rejections += 1
                if record_outcome:
                    outcome[i] = REJECTED
                continue

            if record_outcome:
                outcome[i] = MISS
            totals.model_misses[m] += 1
            slot_delay += models.reload_delay_s[m]
            slot_downloaded += models.storage_gb[m]
            bound = _bound_by(models, server, used, m)
            is_given = taken < given.shape[0]
            generations = np.int64(0)
            base, best_cost = 0.0, 0.0
            if priced:
                for row in range(m_count):
                    saved = 0.0
                    if deployed[row]:
                        saved = switching_price(
                            models.seen_delay_s[row],
                            _inverse_cycle(
                                rule.active_cycle, models.inverse_active_cycle, count,
                                next_request, i, row,
                            ),
                        )  # fmt: skip
                        base += weights.delay * saved
                    saving[row] = saved
                    value[row] = keep_value(
                        weights.delay, saved, weights.horizon, weights.resource, rent[row]
                    )
                exact_bound = choose_exact(keep, deployed, m, value, size, capacity)
                if chooses:
                    bound = exact_bound
                best_cost = base
                for row in range(m_count):
                    if keep[row]:
                        best_cost -= value[row]
            if is_given:
                for row in range(m_count):
                    keep[row] = (given[taken, row >> 6] >> np.uint64(row & 63)) & np.uint64(1)
            elif code == GENETIC:
                generations = choose_genetic(
                    keep, deployed, m, value, base, size, capacity, genetics,
                    request_key(rule.key, i), unrecorded,
                )  # fmt: skip
            elif planned:
                for row in range(m_count):
                    keep[row] = (plan[i] >> row) & 1

            switching = 0.0
            if baseline and not is_given:
                number = np.int64(0)
                while held >= rule.max_models or _bound_by(models, server, used, m):
                    # Whom the cap alone sends away, no constraint did.
                    capped = held >= rule.max_models
                    row = victim_of(code, rank, held, rule.key, i, number)
                    number += 1
                    switching += price[row]
                    deployed[row] = 0
                    rank[row] = NOT_DEPLOYED
                    words[row >> 6] ^= np.uint64(1) << np.uint64(row & 63)
                    totals.model_evictions[row] += 1
                    held -= 1
                    evictions += 1
                    used[0] -= models.storage_gb[row]
                    used[1] -= models.gpu_memory_gb[row]
                    used[2] -= models.power_kw[row]
                    if evictions % REFRESH == 0 or held == 0:
                        _add_up(models, deployed, used)
                    if capped:
                        bound = _bound_by(models, server, used, m)
            else:
                for row in range(m_count):
                    if deployed[row] and not keep[row]:
                        switching += price[row]
                        deployed[row] = 0
                        rank[row] = NOT_DEPLOYED
                        words[row >> 6] ^= np.uint64(1) << np.uint64(row & 63)
                        totals.model_evictions[row] += 1
                        held -= 1
                        evictions += 1
                _add_up(models, deployed, used)
            deployed[m] = 1
            rank[m] = rank_when_deployed(code, i, count[m], m)
            words[m >> 6] |= np.uint64(1) << np.uint64(m & 63)
            held += 1
            used[0] = storage_cost(used[0], models.storage_gb[m])
            used[1] = gpu_memory_cost(used[1], models.gpu_memory_gb[m])
            used[2] += models.power_kw[m]
            slot_switching += switching
            if bound:
                bound_count += 1
            if record_decisions:
                left = 0.0
                for row in range(m_count):
                    if not deployed[row]:
                        left += saving[row]
                decisions.request[taken] = i
                decisions.bound[taken] = bound
                decisions.switching_cost[taken] = switching
                decisions.cost[taken] = decision_cost(
                    weights.delay, left, weights.horizon, weights.resource,
                    resource_cost(
                        used[0], used[1], weights.gpu_memory,
                        weights.storage_scale, weights.gpu_scale,
                    ),
                )  # fmt: skip
                decisions.best_cost[taken] = best_cost
                decisions.generations[taken] = generations
                for w in range(words.size):
                    decisions.deployment[taken, w] = words[w]
            taken += 1

        total_switching += slot_switching
        total_delay += slot_delay
        total_downloaded += slot_downloaded
        total_resource += resource_cost(
            used[0], used[1], weights.gpu_memory, weights.storage_scale, weights.gpu_scale
        )
        held_sum += held
        if record_slots:
            arrived = requests.slot_start[slot + 1] - requests.slot_start[slot]
            slots.switching_cost[slot] = slot_switching
            slots.storage_cost[slot] = used[0]
            slots.gpu_memory_cost[slot] = used[1]
            slots.power_kw[slot] = used[2]
            slots.miss_delay_s[slot] = slot_delay
            slots.downloaded_gb[slot] = slot_downloaded
            slots.misses[slot] = taken - slot_misses
            slots.rejected[slot] = rejections - slot_rejected
            slots.hits[slot] = arrived - slots.misses[slot] - slots.rejected[slot]
            slots.evictions[slot] = evictions - slot_evictions
            slots.held[slot] = held
            for w in range(words.size):
                slots.deployment[slot, w] = words[w]

    totals.counts[N_HITS] = requests.model.size - taken - rejections
    totals.counts[N_MISSES] = taken
    totals.counts[N_REJECTED] = rejections
    totals.counts[N_EVICTIONS] = evictions
    totals.counts[N_BOUND] = bound_count
    totals.counts[N_HELD] = held_sum
    totals.sums[S_SWITCHING] = total_switching
    totals.sums[S_RESOURCE] = total_resource
    totals.sums[S_MISS_DELAY] = total_delay
    totals.sums[S_DOWNLOADED] = total_downloaded
    return taken
