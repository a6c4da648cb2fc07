"""What a catalog, a server and its requests mean for each other, as numbers and tidy frames.

Totals meet capacities (equations 1 to 3), first service delays (equations 4 to 6) meet later ones,
rates become shares.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import Floats
from genedge.engine.cost import TOLERANCE
from genedge.intake.catalog import ModelCatalog
from genedge.intake.server import EdgeServer
from genedge.registry.resources import RESOURCES, Resource

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Capacity:
    """One of the server's capacities against what the models ask of it (equations 1 to 3).

    Attributes
    ----------
    resource: which one.
    capacity: what the server has for models.
    demand: what each model needs, ``[M]``.
    largest_model: the most demanding one.
    """

    resource: Resource
    capacity: float
    demand: Floats
    largest_model: str

    @property
    def total(self) -> float:
        """What all models need together."""
        return float(self.demand.sum())

    @property
    def largest(self) -> float:
        """What the most demanding model needs."""
        return float(self.demand.max())

    @property
    def most(self) -> float:
        """What models may take together, rounding allowed for."""
        return self.capacity * (1.0 + TOLERANCE)

    def share(self, demand: float) -> float:
        """A demand in capacities; infinite for something of nothing."""
        if self.capacity > 0:
            return demand / self.capacity
        return math.inf if demand > 0 else 0.0


def capacities(catalog: ModelCatalog, server: EdgeServer) -> list[Capacity]:
    """Every resource that models share."""
    found = []
    for resource in RESOURCES:
        demand = getattr(catalog, resource.column)
        largest = catalog.names[int(demand.argmax())]
        found.append(Capacity(resource, getattr(server, resource.capacity), demand, largest))
    return found


def fits_alone(catalog: ModelCatalog, server: EdgeServer) -> NDArray[np.bool_]:
    """Which models fit the empty server, ``[M]``."""
    fits = np.ones(len(catalog), dtype=bool)
    for one in capacities(catalog, server):
        fits &= one.demand <= one.most
    return fits


def most_at_once(catalog: ModelCatalog, server: EdgeServer) -> int:
    """A number of models that no deployment exceeds: the least by any single resource."""
    return min(
        int((np.cumsum(np.sort(one.demand)) <= one.most).sum())
        for one in capacities(catalog, server)
    )


def never_together(catalog: ModelCatalog, server: EdgeServer) -> tuple[int, tuple[str, str] | None]:
    """How many pairs of models that fit alone do not fit together, and the most demanding one."""
    alone = np.flatnonzero(fits_alone(catalog, server))
    worst = np.zeros((alone.size, alone.size))
    for one in capacities(catalog, server):
        if one.capacity > 0:
            pair = one.demand[alone][:, None] + one.demand[alone][None, :]
            np.maximum(worst, pair / one.capacity, out=worst)
    worst = np.triu(worst, 1)
    count = int((worst > 1.0 + TOLERANCE).sum())
    if not count:
        return 0, None
    first, second = divmod(int(worst.argmax()), alone.size)
    return count, (catalog.names[alone[first]], catalog.names[alone[second]])


def times_as_long(catalog: ModelCatalog, bandwidth_gbps: float) -> Floats:
    """First service delay in later ones, ``[M]``; infinite where only the first request waits."""
    first, later = catalog.reload_delay_s(bandwidth_gbps), catalog.inference_delay_s
    return np.divide(first, later, out=np.where(first > 0, np.inf, 1.0), where=later > 0)


def capacity_frame(catalog: ModelCatalog, server: EdgeServer) -> pd.DataFrame:
    """Capacity, total and largest model by resource."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "resource": one.resource.label,
                "unit": one.resource.unit,
                "capacity": one.capacity,
                "all_models": one.total,
                "largest": one.largest,
                "largest_model": one.largest_model,
            }
            for one in capacities(catalog, server)
        ]
    )


def delay_frame(catalog: ModelCatalog, bandwidth_gbps: float) -> pd.DataFrame:
    """First service delay by term, and later ones, slowest model first."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "model": catalog.names,
            "transmission_s": catalog.transmission_delay_s(bandwidth_gbps),
            "io_s": catalog.io_delay_s,
            "inference_s": catalog.inference_delay_s,
            "first_s": catalog.reload_delay_s(bandwidth_gbps),
            "later_s": catalog.inference_delay_s,
        }
    )
    return frame.sort_values("first_s", ascending=False, kind="stable", ignore_index=True)


def footprint_frame(catalog: ModelCatalog, bandwidth_gbps: float) -> pd.DataFrame:
    """What each model takes of every resource, and the delay of a miss."""
    import pandas as pd

    return pd.DataFrame(
        {
            "model": catalog.names,
            "service": [model.service for model in catalog],
            **{one.column: getattr(catalog, one.column) for one in RESOURCES},
            "miss_s": catalog.reload_delay_s(bandwidth_gbps),
        }
    )


def request_frame(catalog: ModelCatalog, rates: Floats) -> pd.DataFrame:
    """Requests per slot and share of all requests, most popular model first."""
    import pandas as pd

    frame = pd.DataFrame(
        {"model": catalog.names, "requests_per_slot": rates, "share": rates / rates.sum()}
    )
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)
