"""The edge server of constraints 1 to 3, and boxes and links to start from.

Storage S, GPU memory G, power E of which E_0 is drawn whatever is deployed (so that models share
E - E_0, equation 3), and the bandwidth B of the link that models are fetched over (equation 4).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files

from genedge.errors import InputError
from genedge.intake.cells import Table
from genedge.intake.reading import read_table
from genedge.limits import MAX_CATALOG_BYTES, MAX_MODELS
from genedge.registry.fields import check_part


@dataclass(frozen=True)
class EdgeServer:
    """One edge server; the defaults are the middle of the paper's Table I.

    Attributes
    ----------
    storage_gb: S, GB.
    gpu_memory_gb: G, GB.
    power_kw: E, kW, all that the server may draw.
    static_power_kw: E_0, kW, what it draws with nothing deployed.
    bandwidth_gbps: B, Gbit/s.

    Raises `InputError` naming the field that is no number or out of range
    (:mod:`genedge.registry.fields`), and if the static power exceeds the power.
    """

    storage_gb: float = 120.0
    gpu_memory_gb: float = 12.0
    power_kw: float = 1.0
    static_power_kw: float = 0.3
    bandwidth_gbps: float = 10.0

    def __post_init__(self) -> None:
        check_part("server", self)
        for field in fields(self):
            number = float(getattr(self, field.name)) + 0.0  # -0.0 becomes 0.0
            object.__setattr__(self, field.name, number)
        if self.static_power_kw > self.power_kw:
            raise InputError(
                f"server.static_power_kw ({self.static_power_kw:g}) is more than "
                f"server.power_kw ({self.power_kw:g})"
            )

    @property
    def dynamic_power_kw(self) -> float:
        """E - E_0, kW: what the deployed models may draw together (equation 3)."""
        return self.power_kw - self.static_power_kw


@dataclass(frozen=True)
class EdgePreset:
    """One row of the shipped list of edge servers; None where the list has no value.

    Sizes in GB, powers in kW, `disk_read_gb_s` in GB/s.
    """

    name: str
    gpu: str | None
    gpu_memory_gb: float
    storage_gb: float
    power_kw: float
    static_power_kw: float
    disk_read_gb_s: float | None
    note: str | None
    source: str | None

    def server(self, bandwidth_gbps: float = EdgeServer.bandwidth_gbps) -> EdgeServer:
        """Return the box as a server behind a link of `bandwidth_gbps` (Gbit/s)."""
        return EdgeServer(
            storage_gb=self.storage_gb,
            gpu_memory_gb=self.gpu_memory_gb,
            power_kw=self.power_kw,
            static_power_kw=self.static_power_kw,
            bandwidth_gbps=bandwidth_gbps,
        )


@dataclass(frozen=True)
class LinkPreset:
    """One row of the shipped list of links; None where the list has no value.

    `gbps` in Gbit/s; `seconds_to_fetch_5_48_gb` is what a model of 5.48 GB takes over it.
    """

    name: str
    gbps: float
    seconds_to_fetch_5_48_gb: float
    confidence: str | None
    source: str | None


def _shipped(file: str, columns: tuple[str, ...]) -> Table:
    data = files("genedge").joinpath("data", file).read_bytes()
    return read_table(
        data, name=file, required=columns, max_bytes=MAX_CATALOG_BYTES, max_rows=MAX_MODELS
    )


def _texts(table: Table, column: str) -> list[str | None]:
    return [None if cell in ("", "-") else str(cell) for cell in table.columns[column]]


@cache
def edge_presets() -> tuple[EdgePreset, ...]:
    """Return the shipped edge servers, the paper's first."""
    table = _shipped("edges.csv", tuple(field.name for field in fields(EdgePreset)))
    disk = table.numbers("disk_read_gb_s", minimum=0, blank=math.nan).tolist()
    columns = zip(
        table.texts("name"),
        _texts(table, "gpu"),
        table.numbers("gpu_memory_gb", minimum=0).tolist(),
        table.numbers("storage_gb", minimum=0).tolist(),
        table.numbers("power_kw", minimum=0).tolist(),
        table.numbers("static_power_kw", minimum=0).tolist(),
        [None if math.isnan(speed) else speed for speed in disk],
        _texts(table, "note"),
        _texts(table, "source"),
        strict=True,
    )
    return tuple(EdgePreset(*column) for column in columns)


@cache
def link_presets() -> tuple[LinkPreset, ...]:
    """Return the shipped links."""
    table = _shipped("links.csv", tuple(field.name for field in fields(LinkPreset)))
    columns = zip(
        table.texts("name"),
        table.numbers("gbps", minimum=0, allow_zero=False).tolist(),
        table.numbers("seconds_to_fetch_5_48_gb", minimum=0).tolist(),
        _texts(table, "confidence"),
        _texts(table, "source"),
        strict=True,
    )
    return tuple(LinkPreset(*column) for column in columns)
