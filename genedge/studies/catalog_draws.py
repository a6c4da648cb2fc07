"""Random catalogs from the ranges of the paper's Table I, by seed.

Storage 2-50 GB, GPU memory 1-6 GB and power 0.0025-0.5 kW, I/O delay 0.3-60 s and inference delay
0.05-30 s, each log-uniform: the ranges span one to three powers of ten, and most models are small.
"""

from typing import Final

import numpy as np

from genedge.intake.catalog import Model

RANGES: Final = {
    "storage_gb": (2.0, 50.0),
    "gpu_memory_gb": (1.0, 6.0),
    "power_kw": (0.0025, 0.5),
    "io_delay_s": (0.3, 60.0),
    "inference_delay_s": (0.05, 30.0),
}
"""Table I of the paper, by column of a catalog."""


def drawn_catalog(seed: int, models: int = 10) -> tuple[Model, ...]:
    """A catalog of ``models`` rows; the same seed gives the same rows on every machine."""
    chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, models])))
    columns = {
        name: np.exp(chance.uniform(np.log(low), np.log(high), models)).round(6).tolist()
        for name, (low, high) in RANGES.items()
    }
    return tuple(
        Model(f"model {row + 1}", "", **{name: column[row] for name, column in columns.items()})
        for row in range(models)
    )
