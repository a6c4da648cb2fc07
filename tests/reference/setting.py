"""What every figure depends on, and sets of models as rows or as bit masks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal


@dataclass
class Setting:
    """Everything that a figure depends on; lists have one entry per model, in catalog order."""

    storage: list[float]  # s_m, GB
    gpu: list[float]  # g_m, GB
    power: list[float]  # e_m, kW
    io_delay: list[float]  # d_m^io, s
    inference_delay: list[float]  # d_m^inf, s
    S: float  # GB
    G: float  # GB
    E: float  # kW
    E0: float  # kW
    B: float  # Gbit/s
    w_delay: float
    w_resource: float
    beta: float
    resource_unit: Literal["gb", "share"] = "gb"
    active_cycle: Literal["known", "history", "next-use"] = "known"
    decision_horizon: Literal["slot", "next-request"] = "slot"
    switching_charged: Literal["slot", "decision"] = "decision"
    lfu_window: int = 0  # latest requests that LFU counts; 0: all since the beginning
    slots: list[list[int]] = field(default_factory=list)  # requested rows of each slot, in order
    rates: list[float] | None = None  # true requests per slot of a generated workload; None: trace


def mask_of(rows: Collection[int]) -> int:
    """Return the bit mask of a set of catalog rows (row j is bit j)."""
    return sum(1 << row for row in set(rows))


def rows_of(mask: int) -> set[int]:
    """Return the catalog rows of a bit mask."""
    return {row for row in range(mask.bit_length()) if mask >> row & 1}


def subsets(rows: Collection[int]) -> Iterator[set[int]]:
    """Yield every subset of ``rows``, the smallest first."""
    for size in range(len(rows) + 1):
        for chosen in combinations(sorted(rows), size):
            yield set(chosen)
