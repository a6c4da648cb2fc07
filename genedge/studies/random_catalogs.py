"""Random catalogs of any size on a server that cannot hold half of them: constraints 1-3 bind."""

from typing import Any, Final

import numpy as np

from genedge.intake.catalog import Model
from genedge.intake.server import EdgeServer
from genedge.intake.workload import Workload
from genedge.scenario.scenario import CostWeights, Scenario

REQUESTS_PER_SLOT: Final = 10


def contended_scenario(models: int, **changes: Any) -> Scenario:
    """``models`` random models (seed 0) on a server with 40 % of the room they need together.

    Storage is log-uniform over 2-50 GB, GPU memory over 1-6 GB, power over 0.0025-0.5 kW.
    """
    chance = np.random.default_rng(0)

    def log_uniform(low: float, high: float) -> list[float]:
        logs = chance.uniform(np.log(low), np.log(high), models)
        return [float(value) for value in np.exp(logs)]

    storage, gpu, power = log_uniform(2, 50), log_uniform(1, 6), log_uniform(0.0025, 0.5)
    io, inference = log_uniform(0.3, 60), log_uniform(0.05, 30)
    rows = zip(storage, gpu, power, io, inference, strict=True)
    return Scenario(
        catalog=tuple(Model(f"model {row}", "", *cells) for row, cells in enumerate(rows, start=1)),
        server=EdgeServer(
            storage_gb=0.4 * sum(storage),
            gpu_memory_gb=0.4 * sum(gpu),
            power_kw=0.4 * sum(power),
            static_power_kw=0.0,
        ),
        workload=Workload(zipf_exponent=0.8, rate=REQUESTS_PER_SLOT, slots=100),
        weights=CostWeights(resource=1e-4),
        **changes,
    )
