"""Equations 1-12 of the model (arXiv 2409.05303), one compiled scalar each.

The event loop, the genetic algorithm, the exact decision and the plans call these very functions,
so that a test of an equation tests what runs. Units: GB, kW, seconds, Gbit/s.
"""

from genedge.engine.compiled import lean

TOLERANCE = 1e-9
"""Relative slack of constraints 1-3: "<= c" means <= c * (1 + 1e-9)."""

TIE = 1e-12
"""Objectives closer than this (absolute) are tied."""

SAME_COST = 1e-9
"""Decisions whose costs differ by no more than this share of 1 + |best| cost the same."""


@lean()
def within(total, capacity):
    """Eq. 1-3: a deployment's total storage, GPU memory or power against its capacity."""
    return total <= capacity * (1.0 + TOLERANCE)


@lean()
def transmission_delay(storage_gb, bandwidth_gbps):
    """Eq. 4: seconds to send a model over the link, 8 s_m / B."""
    return 8.0 * storage_gb / bandwidth_gbps


@lean()
def reload_delay(transmission_s, io_s, inference_s):
    """Eq. 4 + 5 + 6: delay_m, the seconds from a miss to its answer."""
    return transmission_s + io_s + inference_s


@lean()
def switching_price(reload_delay_s, inverse_active_cycle):
    """Eq. 7, one term: delay_m / alpha_m, charged when model m is evicted.

    Written with 1/alpha, which is 0 for a model that is never asked for again.
    """
    return reload_delay_s * inverse_active_cycle


@lean()
def used_with(used, size):
    """Eq. 8 and 9, one step of the sum: what a deployment uses of a resource with one model more.

    Constraint 3 sums power likewise.
    """
    return used + size


@lean()
def resource_cost(storage, gpu_memory, gpu_weight, storage_scale, gpu_scale):
    """Eq. 10: (8) + beta * (9).

    The scales are 1 under the resource unit ``gb`` and the capacities S, G under ``share``.
    """
    return storage / storage_scale + gpu_weight * gpu_memory / gpu_scale


@lean()
def slot_cost(delay_weight, switching, resource_weight, resource):
    """Eq. 11, one slot: weighted switching cost plus weighted resource cost at the slot's end."""
    return delay_weight * switching + resource_weight * resource


@lean()
def decision_cost(delay_weight, switching, horizon, resource_weight, resource):
    """C(y) of Eq. 12: what a decision costs, weighing ``horizon`` slots of resource cost."""
    return slot_cost(delay_weight, switching, horizon * resource_weight, resource)


@lean()
def fitness(cost):
    """Eq. 12: F = 1 / (1 + C)."""
    return 1.0 / (1.0 + cost)


@lean()
def keep_value(delay_weight, price, horizon, resource_weight, resource):
    """What C(y) saves when a deployed model stays: its switching price less its resource price."""
    return delay_weight * price - horizon * resource_weight * resource


@lean()
def cost_of(keep, value, base):
    """C(y) of Eq. 12 of the deployment ``keep [M]``: that of keeping none, less the keep values."""
    total = base
    for row in range(keep.size):
        if keep[row]:
            total -= value[row]
    return total
