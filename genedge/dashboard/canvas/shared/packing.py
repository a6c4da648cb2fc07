"""How a run travels to a component in the browser: its catalog, packed bits and packed codes."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any

import numpy as np

from genedge.registry.resources import by_column, capacities, sizes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from genedge.scenario.scenario import Scenario


def catalog_data(scenario: Scenario) -> dict[str, Any]:
    """The M catalog rows and the capacities that they share; power is above static power.

    ``models`` is ``[{name, service, each resource by column, transmission_s, io_s, inference_s}]``,
    ``capacities`` each resource by column.
    """
    catalog, server = scenario.model_catalog, scenario.server
    transmission = catalog.transmission_delay_s(server.bandwidth_gbps).tolist()
    return {
        "models": [
            {
                "name": model.name,
                "service": model.service,
                **by_column(sizes(model)),
                "transmission_s": seconds,
                "io_s": model.io_delay_s,
                "inference_s": model.inference_delay_s,
            }
            for model, seconds in zip(catalog, transmission, strict=True)
        ],
        "capacities": by_column(capacities(server)),
    }


def pack_bits(table: ArrayLike) -> str:
    """Pack a truth table ``[T, M]`` as ``deployed`` and ``evicted`` travel: base64 of bit rows."""
    rows = np.atleast_2d(np.asarray(table, dtype=bool))
    return b64encode(np.packbits(rows, axis=1, bitorder="little").tobytes()).decode("ascii")


def pack_bytes(codes: ArrayLike) -> str:
    """Pack the codes ``[N]`` of ``outcome`` (0 hit, 1 miss, 2 rejected) as base64 of uint8."""
    return b64encode(np.asarray(codes, dtype=np.uint8).tobytes()).decode("ascii")
