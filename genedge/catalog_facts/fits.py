"""What the server can hold of a catalog: totals against capacities (equations 1 to 3)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genedge.catalog_facts.wording import count_of, listed
from genedge.engine.arrays import Floats
from genedge.engine.cost import TOLERANCE
from genedge.intake.catalog import ModelCatalog
from genedge.intake.server import EdgeServer
from genedge.say import capital

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Capacity:
    """One of the server's capacities against what the models ask of it (equations 1 to 3).

    Attributes
    ----------
    resource, unit: "storage" in "GB".
    capacity: what the server has for models.
    total, largest, largest_model: of all models together, and of the most demanding one.
    """

    resource: str
    unit: str
    capacity: float
    total: float
    largest: float
    largest_model: str

    def share(self, demand: float) -> float:
        """A demand in capacities; infinite for something of nothing."""
        if self.capacity > 0:
            return demand / self.capacity
        return math.inf if demand > 0 else 0.0


def _demands(catalog: ModelCatalog, server: EdgeServer) -> list[tuple[str, str, float, Floats]]:
    return [
        ("storage", "GB", server.storage_gb, catalog.storage_gb),
        ("GPU memory", "GB", server.gpu_memory_gb, catalog.gpu_memory_gb),
        ("power", "kW", server.dynamic_power_kw, catalog.power_kw),
    ]


def capacities(catalog: ModelCatalog, server: EdgeServer) -> list[Capacity]:
    """Storage, GPU memory and power: capacity, total and largest model."""
    return [
        Capacity(
            resource, unit, capacity, float(demand.sum()), float(demand.max()),
            catalog.names[int(demand.argmax())],
        )
        for resource, unit, capacity, demand in _demands(catalog, server)
    ]  # fmt: skip


def fits_alone(catalog: ModelCatalog, server: EdgeServer) -> NDArray[np.bool_]:
    """Which models fit the empty server, ``[M]``."""
    fits = np.ones(len(catalog), dtype=bool)
    for _, _, capacity, demand in _demands(catalog, server):
        fits &= demand <= capacity * (1.0 + TOLERANCE)
    return fits


def most_at_once(catalog: ModelCatalog, server: EdgeServer) -> int:
    """A number of models that no deployment exceeds: the least by any single resource."""
    return min(
        int((np.cumsum(np.sort(demand)) <= capacity * (1.0 + TOLERANCE)).sum())
        for _, _, capacity, demand in _demands(catalog, server)
    )


def never_together(catalog: ModelCatalog, server: EdgeServer) -> tuple[int, tuple[str, str] | None]:
    """How many pairs of models that fit alone do not fit together, and the most demanding one."""
    alone = np.flatnonzero(fits_alone(catalog, server))
    worst = np.zeros((alone.size, alone.size))
    for _, _, capacity, demand in _demands(catalog, server):
        if capacity > 0:
            pair = demand[alone][:, None] + demand[alone][None, :]
            np.maximum(worst, pair / capacity, out=worst)
    worst = np.triu(worst, 1)
    count = int((worst > 1.0 + TOLERANCE).sum())
    if not count:
        return 0, None
    one, two = divmod(int(worst.argmax()), alone.size)
    return count, (catalog.names[alone[one]], catalog.names[alone[two]])


@lru_cache(maxsize=64)
def fit_sentences(catalog: ModelCatalog, server: EdgeServer) -> tuple[str, ...]:
    """What the server can and cannot hold of the catalog."""
    found = capacities(catalog, server)
    models = count_of(len(catalog), "model")
    every = {1: "the one model", 2: "both models"}.get(len(catalog), f"all {models}")
    over = [item for item in found if item.total > item.capacity * (1.0 + TOLERANCE)]
    sentences = []
    if over:
        needs = " and ".join(filter(None, (", ".join(map(_times, over[:-1])), _times(over[-1]))))
        sentences.append(capital(f"{every} together need{'s' * (len(catalog) == 1)} {needs}."))
    else:
        sentences.append(
            capital(f"{every} fit{'s' * (len(catalog) == 1)} at once: nothing is ever evicted for "
                     "want of room, only to save what holding costs.")
        )  # fmt: skip
    alone = fits_alone(catalog, server)
    if over and alone.any():
        most = most_at_once(catalog, server)
        if most < len(catalog):
            sentences.append(f"At most {count_of(most, 'model')} can be held at a time.")
        pairs, example = never_together(catalog, server)
        if example is not None:
            both = f"{example[0]} and {example[1]}"
            sentences.append(
                f"{both} never fit together."
                if pairs == 1
                else f"{capital(count_of(pairs, 'pair'))} never fit together, such as {both}."
            )
    if not alone.all():
        sentences.append(_nowhere(catalog, server, alone))
    return tuple(sentences)


def _times(item: Capacity) -> str:
    share = item.share(item.total)
    if math.isinf(share):
        return f"{item.resource} of which there is none"
    factor = f"{share:,.0f}" if share >= 100 else f"{share:.1f}"
    if factor == "1.0":
        return f"slightly more {item.resource} than there is"
    return f"{factor} times the {item.resource}"


def _nowhere(catalog: ModelCatalog, server: EdgeServer, alone: NDArray[np.bool_]) -> str:
    names = [catalog.names[row] for row in np.flatnonzero(~alone)]
    lacking = [
        resource
        for resource, _, capacity, demand in _demands(catalog, server)
        if (demand > capacity * (1.0 + TOLERANCE)).any()
    ]
    does, their = ("does not fit", "its") if len(names) == 1 else ("do not fit", "their")
    return (
        f"{listed(names)} {does} even the empty server (for want of "
        f"{listed(lacking)}): {their} requests are rejected."
    )


def capacity_frame(catalog: ModelCatalog, server: EdgeServer) -> pd.DataFrame:
    """Capacity, total and largest model by resource."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "resource": item.resource,
                "unit": item.unit,
                "capacity": item.capacity,
                "all_models": item.total,
                "largest": item.largest,
                "largest_model": item.largest_model,
            }
            for item in capacities(catalog, server)
        ]
    )
