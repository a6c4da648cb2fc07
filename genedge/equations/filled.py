"""Every formula of the page with the numbers of one run and one of its decisions put in."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from genedge.equations.filled_bounds import clairvoyant, gain, recursion, transform, value_iteration
from genedge.equations.filled_costs import (
    delay,
    gpu_memory,
    gpu_memory_cost,
    inference,
    io,
    power,
    resource_cost,
    storage,
    storage_cost,
    switching,
    transmission,
)
from genedge.equations.filled_cycle import history, known_rates, next_use, zipf
from genedge.equations.filled_decision import decision_cost, fitness, horizon, keep_value
from genedge.equations.filled_parts import Filled
from genedge.equations.filled_run import objective, realised
from genedge.equations.moment import Moment

FILLS: Final = MappingProxyType[str, Callable[[Moment], Filled]](
    {
        "storage": storage,
        "gpu_memory": gpu_memory,
        "power": power,
        "transmission": transmission,
        "io": io,
        "inference": inference,
        "delay": delay,
        "switching": switching,
        "storage_cost": storage_cost,
        "gpu_memory_cost": gpu_memory_cost,
        "resource_cost": resource_cost,
        "objective": objective,
        "fitness": fitness,
        "decision_cost": decision_cost,
        "horizon": horizon,
        "keep_value": keep_value,
        "known": known_rates,
        "history": history,
        "next_use": next_use,
        "zipf": zipf,
        "recursion": recursion,
        "transform": transform,
        "clairvoyant": clairvoyant,
        "value_iteration": value_iteration,
        "gain": gain,
        "realised": realised,
    }
)
"""By an equation's key, what fills it."""


def filled(moment: Moment) -> dict[str, Filled]:
    """Every formula filled in, by the equation's key."""
    return {key: fill(moment) for key, fill in FILLS.items()}
