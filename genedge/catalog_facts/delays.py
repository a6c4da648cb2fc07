"""How long a first request waits (equations 4 to 6), beside what a model takes to hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genedge.catalog import ModelCatalog
from genedge.findings import percent

if TYPE_CHECKING:
    import pandas as pd


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


def delay_sentence(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """How much longer a first request waits than later ones, where most, and why."""
    first, later = catalog.reload_delay_s(bandwidth_gbps), catalog.inference_delay_s
    if not first.sum():
        return "No model makes anybody wait: every delay is 0."
    times = np.divide(first, later, out=np.full(len(catalog), np.inf), where=later > 0)
    most = int(times.argmax())
    middle = float(np.median(times))
    text = "In the middle model" if len(catalog) > 1 else "Here"
    text += (
        f" a first request waits {middle:,.3g} times as long as later ones"
        if math.isfinite(middle)
        else " only the first request waits"
    )
    if len(catalog) > 1:
        text += (
            f"; for {catalog.names[most]}, the extreme, {first[most]:.3g} s "
            f"against {later[most]:.3g} s"
        )
    terms = {
        "fetching over the link": float(catalog.transmission_delay_s(bandwidth_gbps).sum()),
        "loading from disk": float(catalog.io_delay_s.sum()),
        "inference": float(later.sum()),
    }
    dominant = max(terms, key=lambda term: terms[term])
    share = terms[dominant] / sum(terms.values())
    return f"{text}. Over all models {dominant} is {percent(share)} of the first wait."


def footprint_frame(catalog: ModelCatalog, bandwidth_gbps: float) -> pd.DataFrame:
    """Storage, GPU memory, power and the delay of a miss, one row a model."""
    import pandas as pd

    return pd.DataFrame(
        {
            "model": catalog.names,
            "service": [model.service for model in catalog],
            "storage_gb": catalog.storage_gb,
            "gpu_memory_gb": catalog.gpu_memory_gb,
            "power_kw": catalog.power_kw,
            "miss_s": catalog.reload_delay_s(bandwidth_gbps),
        }
    )


def footprint_sentence(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """Which models are the largest, and whether these are also the slowest to come back."""
    storage, memory = catalog.storage_gb, catalog.gpu_memory_gb
    delay = catalog.reload_delay_s(bandwidth_gbps)
    rows = {int(storage.argmax()), int(memory.argmax()), int(delay.argmax())}
    if len(catalog) == 1:
        return (
            f"{catalog.names[0]}: {storage[0]:.4g} GB of storage, {memory[0]:.4g} GB of GPU "
            f"memory; a miss takes {delay[0]:.3g} s."
        )
    sizes = (
        f"Storage spans {storage.min():.4g} to {storage.max():.4g} GB, "
        f"GPU memory {memory.min():.4g} to {memory.max():.4g} GB"
    )
    slowest = int(delay.argmax())
    miss = f"({delay[slowest]:.3g} s a miss)"
    if len(rows) == 1:
        return f"{sizes}; {catalog.names[slowest]} is largest in both and slowest {miss}."
    return (
        f"{sizes}; {catalog.names[int(storage.argmax())]} takes the most storage, "
        f"{catalog.names[int(memory.argmax())]} the most GPU memory, and "
        f"{catalog.names[slowest]} is the slowest to come back {miss}."
    )
