"""The event loop: requests in, decisions and both ledgers out. Read this file first.

Order of events: the edge starts empty; each request is handled at once, its model's count and
recency first. Deployed: a hit. Too big even for the empty server: rejected. Otherwise a miss and
a decision, always: baselines evict by rank while the model does not fit (``eviction``), choosers
set the whole deployment (``genetic``, ``exact``, or a plan made beforehand by ``planning``). The
switching cost (Eq. 7) is charged at the price that the ledger knows: at once for what a decision
evicts, or, ``by_slot``, at the end of a slot for what was deployed at the end of the slot before
and is no longer. At the end of every slot follows the resource cost (Eq. 10) of what is deployed.

:func:`replay` reads so: ``arrive``; at a miss ``weigh``, ``choose``, ``leave`` and ``join``; at
last ``end_slot``.
"""

import numpy as np

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
    NOT_DEPLOYED,
    REJECTED,
    RESOURCES,
    S_DOWNLOADED,
    S_MISS_DELAY,
    S_RESOURCE,
    S_SWITCHING,
    STORAGE,
    SUMS,
)
from genedge.engine.chance import request_key
from genedge.engine.compiled import compiled, lean, step
from genedge.engine.cost import (
    SAME_COST,
    cost_of,
    used_with,
    within,
)
from genedge.engine.eviction import (
    GENETIC,
    LFU,
    PLANNED,
    clock_after,
    rank_of,
    ranked,
    victim_of,
)
from genedge.engine.exact import choose_exact
from genedge.engine.genetic import choose_genetic
from genedge.engine.weighing import cost_decided, held_cost, weigh

REFRESH = 256
"""Evictions after which running sums are added up afresh, so that rounding cannot build up."""


@lean()
def replay(
    models, server, weights, prices, requests, next_use, rule, genetics, plan, given, edge, scales,
    outcome, slots, decisions, totals,
):  # fmt: skip
    """Replay one replication's requests under one policy.

    The arguments are the named tuples of :mod:`genedge.engine.arrays`; ``next_use [N]`` is what
    :func:`next_uses` makes of the requests, empty unless decisions ask; ``plan [N]`` holds the
    mask deployed after each request (planned policies only), ``given [G, W]`` what is deployed
    after each of the first G decisions, which are then not the policy's; ``edge`` and ``scales``
    are empty. Fills ``outcome [N]``, ``slots``, ``decisions`` (each only when it has room) and
    ``totals``.

    ``genetics`` is None where no decision is weighed by Eq. 12: the loop is then compiled without
    the solvers, in a fraction of the time, and what it records has no C(y).
    """
    size, capacity, used = models.size, server.capacity, edge.used
    keep, value, counts, sums = scales.keep, scales.value, totals.counts, totals.slot_sums
    for slot in range(requests.slot_start.size - 1):
        for s in range(SUMS):
            sums[s] = 0.0
        before = counts[N_MISSES], counts[N_REJECTED], counts[N_EVICTIONS]
        for i in range(requests.slot_start[slot], requests.slot_start[slot + 1]):
            m = np.int64(requests.model[i])
            if next_use.size:
                scales.next_request[m] = next_use[i]
            arrived = arrive(edge, scales, prices.too_big, requests.model, rule, i, m)
            if arrived == HIT:
                totals.model_hits[m] += 1
                remember(edge, scales.recent, models, server, requests, prices, rule, i, m)
                continue
            if outcome.size:  # of zeros, which are hits
                outcome[i] = arrived
            if arrived == REJECTED:
                counts[N_REJECTED] += 1
                continue

            number = counts[N_MISSES]
            counts[N_MISSES] += 1
            totals.model_misses[m] += 1
            sums[S_MISS_DELAY] += models.reload_delay_s[m]
            sums[S_DOWNLOADED] += size[m, STORAGE]
            bound = bound_by(size, capacity, used, m)
            base, gone, cost, best_cost = 0.0, 0.0, np.nan, np.nan
            if genetics is not None:
                base, gone = weigh(edge, scales, models, weights, prices.rent, rule, i, m)
                freely = choose_exact(keep, edge.deployed, m, value, size, capacity)
                best_cost = cost_of(keep, value, base)
                bound = freely if rule.code < PLANNED else bound
            generations = np.int64(0)
            if number < len(given):
                keep_given(keep, given, number)
            elif rule.code == PLANNED:
                keep_planned(keep, plan[i])
            elif genetics is not None and rule.code == GENETIC:
                as_words(scales.best, keep)
                generations = choose_genetic(
                    keep, edge.deployed, m, value, base, size, capacity, genetics,
                    request_key(rule.key, i), scales.best, None,
                )  # fmt: skip
            if rule.code > PLANNED and number >= len(given):
                switching, bound = make_room(
                    edge, size, capacity, prices.switching, rule, totals.model_evictions, counts,
                    bound, i, m,
                )  # fmt: skip
            else:
                switching = move_to(
                    edge, size, prices.switching, rule, totals.model_evictions, counts, keep
                )
            join(edge, size, m)
            remember(edge, scales.recent, models, server, requests, prices, rule, i, m)
            switching = 0.0 if weights.by_slot else switching
            sums[S_SWITCHING] += switching
            counts[N_BOUND] += bound != 0
            if genetics is not None:
                cost = cost_decided(edge.deployed, used, scales.saving, gone, weights)
                counts[N_BEST] += cost <= best_cost + SAME_COST * (1.0 + abs(best_cost))
                counts[N_GENERATIONS] += generations
            if decisions.request.size:
                note(
                    decisions, number, edge.words, i, bound, switching, cost, best_cost, generations
                )
        if weights.by_slot:
            sums[S_SWITCHING] = switched(edge, prices.switching)
        end_slot(edge, weights, requests.slot_start, slot, before, slots, totals)


@step()
def arrive(edge, scales, too_big, model, rule, i, m):
    """Model ``m`` is asked for: count it; a hit, a miss, or rejected."""
    scales.asked[m] += 1
    scales.recent[m] += 1
    if 0 < rule.window <= i:
        old = np.int64(model[i - rule.window])
        scales.recent[old] -= 1
        if rule.code == LFU:  # whether it is deployed nobody can predict: no branch
            edge.rank[old] -= ranked(edge.deployed[old], 0)
    outcome = HIT
    if not edge.deployed[m]:
        outcome = REJECTED if too_big[m] else MISS
    return outcome


@step()
def remember(edge, recent, models, server, requests, prices, rule, i, m):
    """What request ``i`` means for the rank of model ``m``, which is deployed now."""
    edge.rank[m] = rank_of(
        rule.code, edge.rank[m], m, recent[m], i, requests.time_s[i], prices.switching[m],
        edge.clock[0], models, server,
    )  # fmt: skip


@step()
def keep_given(keep, given, number):
    """What is to stay after decision ``number`` is given."""
    for row in range(keep.size):
        keep[row] = (given[number, row >> 6] >> np.uint64(row & 63)) & np.uint64(1)


@step()
def as_words(words, keep):
    """``keep [M]`` as a bit set."""
    for w in range(words.size):
        words[w] = 0
    for row in range(keep.size):
        words[row >> 6] |= np.uint64(keep[row]) << np.uint64(row & 63)


@step()
def keep_planned(keep, mask):
    """What is to stay is planned."""
    for row in range(keep.size):
        keep[row] = (mask >> row) & 1


@step()
def make_room(edge, size, capacity, price, rule, evictions, counts, bound, i, m):
    """Evict by rank while model ``m`` does not fit.

    Returns the switching cost, and which constraints bound: whom a cap alone sends away, no
    constraint did.
    """
    switching = 0.0
    number = np.int64(0)
    while edge.held[0] >= rule.max_models or bound_by(size, capacity, edge.used, m):
        capped = edge.held[0] >= rule.max_models
        row = victim_of(rule.code, edge.rank, edge.held[0], rule.key, i, number)
        number += 1
        switching += price[row]
        leave(edge, size, rule, evictions, counts, row)
        if counts[N_EVICTIONS] % REFRESH == 0 or edge.held[0] == 0:
            add_up(edge.deployed, edge.used, size)
        if capped:
            bound = bound_by(size, capacity, edge.used, m)
    return switching, bound


@step()
def move_to(edge, size, price, rule, evictions, counts, keep):
    """Evict what is not in ``keep``; returns the switching cost."""
    switching = 0.0
    for row in range(keep.size):
        if edge.deployed[row] and not keep[row]:
            switching += price[row]
            leave(edge, size, rule, evictions, counts, row)
    add_up(edge.deployed, edge.used, size)
    return switching


@step()
def leave(edge, size, rule, evictions, counts, row):
    """Model ``row`` is evicted."""
    deployed, rank, words, _, used, held, clock = edge
    clock[0] = clock_after(rule.code, rank[row], clock[0])
    deployed[row] = 0
    rank[row] = NOT_DEPLOYED
    words[row >> 6] ^= np.uint64(1) << np.uint64(row & 63)
    held[0] -= 1
    for k in range(RESOURCES):
        used[k] -= size[row, k]
    evictions[row] += 1
    counts[N_EVICTIONS] += 1


@step()
def join(edge, size, m):
    """Model ``m`` is deployed."""
    edge.deployed[m] = 1
    edge.words[m >> 6] |= np.uint64(1) << np.uint64(m & 63)
    edge.held[0] += 1
    for k in range(RESOURCES):
        edge.used[k] = used_with(edge.used[k], size[m, k])


@step()
def note(decisions, number, words, i, bound, switching, cost, best_cost, generations):
    """Enter decision ``number`` in its ledger."""
    decisions.request[number] = i
    decisions.bound[number] = bound
    decisions.switching_cost[number] = switching
    decisions.cost[number] = cost
    decisions.best_cost[number] = best_cost
    decisions.generations[number] = generations
    for w in range(words.size):
        decisions.deployment[number, w] = words[w]


@step()
def switched(edge, price):
    """Eq. 7 between the ends of two slots: what was deployed and is no longer. The next begins."""
    switching = 0.0
    for w in range(edge.words.size):
        lost = edge.before[w] & ~edge.words[w]
        row = np.int64(w << 6)
        while lost:
            if lost & np.uint64(1):
                switching += price[row]
            lost >>= np.uint64(1)
            row += 1
        edge.before[w] = edge.words[w]
    return switching


@step()
def end_slot(edge, weights, slot_start, slot, before, slots, totals):
    """Charge the resource cost of what is deployed, and enter the slot in its ledger.

    ``before`` are the misses, rejections and evictions when it began.
    """
    words, used, held, sums, counts = (
        edge.words, edge.used, edge.held[0], totals.slot_sums, totals.counts,
    )  # fmt: skip
    sums[S_RESOURCE] = held_cost(used, weights)
    for s in range(SUMS):
        totals.sums[s] += sums[s]
    misses = counts[N_MISSES] - before[0]
    rejected = counts[N_REJECTED] - before[1]
    hits = slot_start[slot + 1] - slot_start[slot] - misses - rejected
    counts[N_HITS] += hits
    counts[N_HELD] += held
    if slots.held.size:
        slots.switching_cost[slot] = sums[S_SWITCHING]
        slots.storage_cost[slot] = used[0]
        slots.gpu_memory_cost[slot] = used[1]
        slots.power_kw[slot] = used[2]
        slots.miss_delay_s[slot] = sums[S_MISS_DELAY]
        slots.downloaded_gb[slot] = sums[S_DOWNLOADED]
        slots.hits[slot] = hits
        slots.misses[slot] = misses
        slots.rejected[slot] = rejected
        slots.evictions[slot] = counts[N_EVICTIONS] - before[2]
        slots.held[slot] = held
        for w in range(words.size):
            slots.deployment[slot, w] = words[w]


@step()
def bound_by(size, capacity, used, m):
    """Constraints 1-3 that would not hold if model ``m`` joined what uses ``used [K]``, as bits."""
    bound = 0
    for k in range(RESOURCES):
        if not within(used[k] + size[m, k], capacity[k]):
            bound |= 1 << k
    return bound


@step()
def add_up(deployed, used, size):
    """What is deployed uses this much: Eq. 8 and 9, and its power, afresh."""
    for k in range(RESOURCES):
        used[k] = 0.0
    for row in range(deployed.size):
        if deployed[row]:
            for k in range(RESOURCES):
                used[k] = used_with(used[k], size[row, k])


@compiled()
def next_uses(model, models):
    """For each of the requests ``model [N]`` the number of the next one for the same model.

    -1 if there is none.
    """
    following = np.empty(model.size, np.int64)
    nearest = np.full(models, -1, np.int64)
    for i in range(model.size - 1, -1, -1):
        following[i] = nearest[model[i]]
        nearest[model[i]] = i
    return following
