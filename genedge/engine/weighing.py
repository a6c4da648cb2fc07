"""What a decision weighs: keep values and C(y) of Eq. 12, and the active cycle (alpha) of Eq. 7.

C(y) charges what Eq. 7 would charge for y: the price of every model that is deployed and not in y,
or, where slots are charged (``by_slot``), of every model that was deployed at the end of the slot
before and is not in y. A keep value therefore has its delay term only for a model that Eq. 7 would
charge; one that was there and has left since is lost whatever is decided.
"""

import numpy as np

from genedge.engine.arrays import GPU_MEMORY, STORAGE
from genedge.engine.compiled import step
from genedge.engine.cost import decision_cost, keep_value, resource_cost, switching_price

KNOWN, HISTORY, NEXT_USE, ALIKE = range(4)
"""Codes of ``Rule.active_cycle``: the alpha that a policy decides with (``ALIKE``: M for all)."""


@step()
def weigh(edge, scales, models, weights, rent, rule, i, m):
    """What the decision at request ``i`` for model ``m`` weighs: keep values of Eq. 12, ``[M]``.

    Returns C(y) of keeping nothing, before resources, and the switching cost in it of what has
    left in this slot and can no longer be kept.
    """
    base, gone = 0.0, 0.0
    asked, _, next_request, saving, value, _, _ = scales
    known, seen_delay_s = models.inverse_active_cycle, models.seen_delay_s
    for row in range(saving.size):
        saved = 0.0
        if charged(edge, weights.by_slot, row) and row != m:
            saved = switching_price(
                seen_delay_s[row],
                inverse_cycle(rule.active_cycle, known, asked, next_request, i, row),
            )
            base += weights.delay * saved
            if not edge.deployed[row]:
                gone += saved
                saved = 0.0
        saving[row] = saved
        value[row] = keep_value(weights.delay, saved, weights.horizon, weights.resource, rent[row])
    return base, gone


@step()
def charged(edge, by_slot, row):
    """Whether Eq. 7 charges for model ``row`` if it is not there after this decision."""
    was = edge.deployed[row] != 0
    if by_slot:
        was = (edge.before[row >> 6] >> np.uint64(row & 63)) & np.uint64(1) != 0
    return was


@step()
def inverse_cycle(active_cycle, known, count, next_request, request, row):
    """1/alpha of model ``row`` as a policy sees it when it decides at ``request``."""
    inverse = known[row]
    if active_cycle == HISTORY:
        inverse = (count[row] + 1.0) / (request + 1.0 + count.size)
    elif active_cycle == NEXT_USE:
        inverse = 1.0 / (next_request[row] - request) if next_request[row] > request else 0.0
    elif active_cycle == ALIKE:
        inverse = 1.0 / count.size
    return inverse


@step()
def cost_decided(deployed, used, saving, gone, weights):
    """C(y) of Eq. 12 of what is deployed after a decision; ``gone`` is lost already."""
    left = gone
    for row in range(saving.size):
        if not deployed[row]:
            left += saving[row]
    return decision_cost(
        weights.delay, left, weights.horizon, weights.resource, held_cost(used, weights)
    )


@step()
def held_cost(used, weights):
    """Eq. 10 of ``used [K]``."""
    return resource_cost(
        used[STORAGE], used[GPU_MEMORY], weights.gpu_memory,
        weights.storage_scale, weights.gpu_scale,
    )  # fmt: skip
