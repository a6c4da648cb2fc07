"""The clairvoyant optimum where switching is charged by slot.

A slot is charged at its end for what was there at its start and is no longer (Eq. 7, ``slot``).
Let s be what is deployed at the start of slot t, c(s) = w sw(s), Q the models asked for in it (but
the rejected) and m_1 ... m_n its requests for them. If Q is within s nothing can change. Else

    V_t(s) = c(s) + min over x in A_t, x within s + Q, of
                                         [ w_resource res(x) + V_{t+1}(x) - c(x and s) ],

and A_t, the sets that the slot can end with, does not depend on s: x holds m_n, and for every k

    {j in x : j is not asked for after request k} + {m_k}

is feasible. All that is in x and not to be asked for again must be there after request k, and so
must m_k; deploying just that set at every miss ends the slot with x. The minimum is taken for all s
at once, bit by bit: a model of s that x keeps brings its price back, one that x has beside s must
be in Q. That is O(M 2^M) a slot, and one feasible set looked up for every k and x.
"""

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import Floats, Requests
from genedge.engine.bits import set_bits
from genedge.engine.checkpoints import MEMORY_BYTES, follow_recursion
from genedge.engine.compiled import compiled, lean
from genedge.engine.cost import TIE
from genedge.engine.planning import Family


@lean()
def _asked_later(low, high, model, admitted, later):
    """Fill ``later[k]`` with the models asked for after request k, up to ``high``; returns Q."""
    bits = np.int64(0)
    for k in range(high - 1, low - 1, -1):
        later[k - low] = bits
        if admitted[model[k]]:
            bits |= np.int64(1) << np.int64(model[k])
    return bits


@lean()
def _can_end_with(x, low, high, model, admitted, later, place):
    """Whether x is in A_t, for a slot with requests ``low ... high - 1`` after a first miss."""
    last = np.int64(1)  # until the last request is met
    before, seen = np.int64(-1), np.int64(0)
    for k in range(high - 1, low - 1, -1):
        if not admitted[model[k]]:
            continue
        bit = np.int64(1) << np.int64(model[k])
        if last and not x & bit:
            return False
        last = np.int64(0)
        if later[k - low] != before:
            before, seen = later[k - low], np.int64(0)
        if seen & bit:  # the same set as at a later request
            continue
        seen |= bit
        if place[(x & ~before) | bit] < 0:
            return False
    return True


@compiled()
def _slots_back(
    low, high, slot_start, model, value, tables, rent, price, leaving, mask, place, admitted
):
    """Slots high - 1 ... low backward: ``value [F]`` from V_high to V_low.

    With room in ``tables``, ``tables[t - low]`` keeps V_{t+1}.
    """
    least = np.empty(place.size)
    later = np.empty(np.diff(slot_start).max(), np.int64)
    for t in range(high - 1, low - 1, -1):
        if len(tables):
            for f in range(mask.size):
                tables[t - low, f] = value[f]
        for f in range(mask.size):
            value[f] += rent[f]
        start, stop = slot_start[t], slot_start[t + 1]
        asked = _asked_later(start, stop, model, admitted, later)
        if not asked:
            continue
        least[:] = np.inf
        for f in range(mask.size):
            if _can_end_with(mask[f], start, stop, model, admitted, later, place):
                least[mask[f]] = value[f]
        for row in range(price.size):
            bit = 1 << row
            if place[bit] < 0:  # in no deployment at all
                continue
            mine = np.inf if not (asked >> row) & 1 else 0.0
            for above in range(0, place.size, 2 * bit):
                for without in range(above, above + bit):
                    kept, left = least[without + bit], least[without]
                    least[without + bit] = min(left, kept - price[row])
                    least[without] = min(left, kept + mine)
        for f in range(mask.size):
            if asked & ~mask[f]:
                value[f] = leaving[f] + least[mask[f]]


@compiled()
def _slots_on(
    low,
    high,
    first,
    opened,
    slot_start,
    model,
    tables,
    x,
    plan,
    rent,
    leaving,
    mask,
    place,
    admitted,
):
    """Slots low ... high - 1 forward from mask ``x`` by the tables; fills ``plan``.

    ``opened`` is what was there at the start of the slot in which request ``first`` comes. Ties
    within 1e-12: fewest models, then the lowest mask. Returns (the last mask, the slots' cost).
    """
    later = np.empty(np.diff(slot_start).max(), np.int64)
    worth = np.empty(mask.size)
    cost = 0.0
    for t in range(low, high):
        start, stop = max(slot_start[t], first), slot_start[t + 1]
        s = opened if slot_start[t] < first else x
        asked = _asked_later(start, stop, model, admitted, later)
        end = x
        if asked & ~x:
            least = np.inf
            for f in range(mask.size):
                y = mask[f]
                worth[f] = np.inf
                if y & ~(x | asked):
                    continue
                here = rent[f] + tables[t - low, f] - leaving[place[y & s]]
                if here <= least + TIE and _can_end_with(
                    y, start, stop, model, admitted, later, place
                ):
                    worth[f] = here
                    least = min(least, here)
            fewest = np.uint64(64)
            for f in range(mask.size):
                size = set_bits(np.uint64(mask[f]))
                if worth[f] <= least + TIE and size < fewest:
                    fewest, end = size, mask[f]
        for i in range(start, stop):
            m = np.int64(model[i])
            if admitted[m] and not (x >> m) & 1:
                x = (end & ~later[i - start]) | (np.int64(1) << m)
            plan[i] = x
        cost += rent[place[x]] + leaving[place[s]] - leaving[place[s & x]]
    return x, cost


def clairvoyant_slot_plan(
    deployments: Family,
    requests: Requests,
    memory_bytes: int = MEMORY_BYTES,
    first: int = 0,
    deployed: int = 0,
    opened: int | None = None,
) -> tuple[NDArray[np.int64], float]:
    """The clairvoyant optimum for these requests, switching charged by slot.

    The plan may begin late: at request number ``first``, before which the mask ``deployed`` is
    there, and ``opened`` at the start of that request's slot (``deployed`` unless given).

    Returns:
        the mask deployed after each request ``[N]`` (0 before ``first``), and the least total cost
        of that slot and those after it.
    """
    d = deployments
    plan = np.zeros(requests.model.size, np.int64)
    starts, costs = requests.slot_start, [0.0]
    before = np.int64(deployed if opened is None else opened)
    slots = int(np.searchsorted(starts, first, side="right")) - 1, starts.size - 1

    def back(low: int, high: int, value: Floats, tables: Floats) -> None:
        _slots_back(
            low, high, starts, requests.model, value, tables,
            d.rent, d.price, d.leaving, d.mask, d.place, d.admitted,
        )  # fmt: skip

    def onward(low: int, high: int, tables: Floats, mask: int) -> int:
        mask, cost = _slots_on(
            low, high, first, before, starts, requests.model, tables, np.int64(mask), plan,
            d.rent, d.leaving, d.mask, d.place, d.admitted,
        )  # fmt: skip
        costs.append(cost)
        return int(mask)

    follow_recursion(slots, np.zeros(d.mask.size), deployed, memory_bytes, back, onward)
    return plan, sum(costs)
