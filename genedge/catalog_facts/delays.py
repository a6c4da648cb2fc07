"""How long a first request waits (equations 4 to 6), beside what a model takes to hold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from genedge.catalog_facts.wording import figure_text, wait_text
from genedge.engine.arrays import Floats
from genedge.intake.catalog import ModelCatalog
from genedge.say import percent

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


def _times_as_long(catalog: ModelCatalog, bandwidth_gbps: float) -> Floats:
    """First service delay in later ones, ``[M]``; infinite where only the first request waits."""
    first, later = catalog.reload_delay_s(bandwidth_gbps), catalog.inference_delay_s
    return np.divide(first, later, out=np.where(first > 0, np.inf, 1.0), where=later > 0)


def delay_title(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """How much longer the first request to the median model waits than later ones, in short."""
    if not catalog.reload_delay_s(bandwidth_gbps).sum():
        return "No request waits"
    median = float(np.median(_times_as_long(catalog, bandwidth_gbps)))
    if math.isinf(median):
        return "Only first requests wait"
    factor = figure_text(median, 2)
    if factor == "1":
        return "First requests wait as long as later ones"
    return f"First requests wait {factor} times as long{' (median)' * (len(catalog) > 1)}"


def delay_sentence(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """How much longer a first request waits than later ones, where most, and why."""
    first, later = catalog.reload_delay_s(bandwidth_gbps), catalog.inference_delay_s
    if not first.sum():
        return "No model makes anybody wait: every delay is 0."
    times = _times_as_long(catalog, bandwidth_gbps)
    most = int(times.argmax())
    text = "For the median model" if len(catalog) > 1 else "Here"
    median = float(np.median(times))
    factor = figure_text(median, 2) if math.isfinite(median) else ""
    many = "as long" if factor == "1" else f"{factor} times as long"
    text += (
        f" a first request waits {many} as later ones"
        if factor
        else " only the first request waits"
    )
    if len(catalog) > 1:
        text += (
            f"; for {catalog.names[most]}, the extreme, {wait_text(first[most])} "
            f"against {wait_text(later[most])}"
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
    slowest = int(delay.argmax())
    wait = wait_text(delay[slowest])
    if len(catalog) == 1:
        return (
            f"{catalog.names[0]}: {figure_text(storage[0], 4)} GB of storage, "
            f"{figure_text(memory[0], 4)} GB of GPU memory; a miss takes {wait}."
        )
    largest = {
        what: int(demand.argmax())
        for what, demand in (("storage", storage), ("GPU memory", memory))
        if demand.max() > demand.min()
    }
    text = f"{_sizes(storage, memory)}; "
    alike = bool(delay.max() == delay.min())
    if len(largest) == 2 and len(set(largest.values())) == 1:
        row = largest["storage"]
        text += f"{catalog.names[row]} is largest in both"
        if row == slowest and not alike:
            return f"{text} and slowest ({wait} a miss)."
    else:
        verbs = ("takes the most", "the most")
        text += ", ".join(
            f"{catalog.names[row]} {verb} {what}"
            for verb, (what, row) in zip(verbs, largest.items(), strict=False)
        )
    text += ", and " if largest else ""
    if alike:
        return f"{text}every miss takes {wait}."
    return f"{text}{catalog.names[slowest]} is the slowest to come back ({wait} a miss)."


def _sizes(storage: Floats, memory: Floats) -> str:
    if not storage.any() and not memory.any():
        return "Storage and GPU memory are 0 for every model"
    one, two = _span(storage), _span(memory)
    if one.startswith("spans"):
        two = two.removeprefix("spans ")
    return f"Storage {one}, GPU memory {two}"


def _span(demand: Floats) -> str:
    low, high = float(demand.min()), float(demand.max())
    if low == high:
        return f"is {figure_text(high, 4)} GB for every model"
    return f"spans {figure_text(low, 4)} to {figure_text(high, 4)} GB"
