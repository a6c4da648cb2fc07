"""What can be deployed: the catalog of M models with the symbols s, g, e, d^io and d^inf.

Three catalogs ship with the package; others are read from CSV files or built from rows, under the
same checks. Row order matters: ties go by it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from itertools import islice
from numbers import Real
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genedge.engine import cost
from genedge.errors import InputError, noting, shown
from genedge.intake.cells import Table, original_cell, plain_cell
from genedge.intake.reading import Source, read_table
from genedge.limits import MAX_CATALOG_BYTES, MAX_MODELS, MAX_QUANTITY

#: The shipped catalogs: name and one line about each.
CATALOG_PRESETS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "table1": "Ten models that span the paper's Table I from end to end (illustrative)",
        "measured": "The same ten services with measured, published or derived figures",
        "2026": "Fourteen openly available models with measured, published or derived figures",
    }
)


class Model(NamedTuple):
    """One row of a catalog.

    Attributes
    ----------
    name: unique within its catalog.
    service: what it is for, such as "text to image"; may be empty.
    storage_gb: s_m, GB on disk.
    gpu_memory_gb: g_m, GB of GPU memory while deployed.
    power_kw: e_m, kW while deployed.
    io_delay_s: d_m^io, seconds from disk to GPU.
    inference_delay_s: d_m^inf, seconds a request.
    """

    name: str
    service: str
    storage_gb: float
    gpu_memory_gb: float
    power_kw: float
    io_delay_s: float
    inference_delay_s: float


Row: TypeAlias = Model | Mapping[str, Any] | Sequence[Any]

NUMBER_FIELDS: Final = Model._fields[2:]
DATA: Final = files("genedge").joinpath("data")
_REQUIRED = ("name", *NUMBER_FIELDS)


@dataclass(frozen=True)
class ModelCatalog:
    """An immutable, hashable catalog of M models, 1 <= M <= 1000.

    Attributes
    ----------
    models: the rows, in order.
    name: of the preset or file.

    Raises `InputError`, naming row and column as in a CSV file, for blank, repeated or over-long
    names, and for numbers that are missing, not finite, negative or above 1e9.
    """

    models: tuple[Model, ...]
    name: str = "catalog"

    def __post_init__(self) -> None:
        object.__setattr__(self, "models", _models(_table(self.models, self.name)))

    def __len__(self) -> int:
        return len(self.models)

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models)

    def __reduce__(self) -> tuple[type[ModelCatalog], tuple[tuple[Model, ...], str]]:
        # Without the cached arrays: a copy of one would be writable.
        return ModelCatalog, (self.models, self.name)

    @classmethod
    def preset(cls, name: str) -> ModelCatalog:
        """Return a shipped catalog; raises `InputError` for a name not in `CATALOG_PRESETS`."""
        return _preset(file_of(name), name)

    @classmethod
    def from_csv(cls, source: Source, name: str | None = None) -> ModelCatalog:
        """Read a catalog from a CSV file (a `str` is a path, `bytes` are its content).

        Columns: name, storage_gb, gpu_memory_gb, power_kw, io_delay_s, inference_delay_s, and
        optionally service; others are ignored. The catalog is called `name`, or after the file.
        Raises `InputError` with every fault of the file, its row and its column.
        """
        ragged: list[InputError] = []
        table = read_table(
            source,
            name=name,
            required=_REQUIRED,
            optional=("service",),
            max_bytes=MAX_CATALOG_BYTES,
            max_rows=MAX_MODELS,
            ragged=ragged,
        )
        return cls(_models(table, ragged), table.name)

    @classmethod
    def from_rows(
        cls, rows: Iterable[Row], name: str = "catalog", numbers: Sequence[int] | None = None
    ) -> ModelCatalog:
        """Build a catalog from models, mappings by column name, or sequences in column order.

        None and NaN count as blank cells. Raises `InputError` as `from_csv` does, with the row
        numbers that are given, or else those of a CSV file: the first is row 2.
        """
        table = _table(rows, name)
        if numbers is not None:
            table = replace(table, rows=np.array(numbers))
        return cls(_models(table), name)

    def guesses(self, names: Iterable[str]) -> tuple[Model, ...]:
        """Rows for unknown models: each figure the median over the catalog, to be edited."""
        medians = [float(np.median(self._column(field))) for field in NUMBER_FIELDS]
        return tuple(Model(name, "guess: edit the figures", *medians) for name in names)

    def to_csv(self) -> str:
        """Return the catalog as CSV text that `from_csv` reads back to equal models."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(Model._fields)
        for model in self.models:
            labels = (plain_cell(model.name), plain_cell(model.service))
            writer.writerow([*labels, *map(repr, model[2:])])
        return text.getvalue()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the models, in catalog order."""
        return tuple(model.name for model in self.models)

    @cached_property
    def storage_gb(self) -> NDArray[np.float64]:
        """s `[M]`, GB, read-only."""
        return self._column("storage_gb")

    @cached_property
    def gpu_memory_gb(self) -> NDArray[np.float64]:
        """g `[M]`, GB, read-only."""
        return self._column("gpu_memory_gb")

    @cached_property
    def power_kw(self) -> NDArray[np.float64]:
        """e `[M]`, kW, read-only."""
        return self._column("power_kw")

    @cached_property
    def io_delay_s(self) -> NDArray[np.float64]:
        """d^io `[M]`, seconds, read-only."""
        return self._column("io_delay_s")

    @cached_property
    def inference_delay_s(self) -> NDArray[np.float64]:
        """d^inf `[M]`, seconds, read-only."""
        return self._column("inference_delay_s")

    def transmission_delay_s(self, bandwidth_gbps: float) -> NDArray[np.float64]:
        """Eq. 4 for every model `[M]`: seconds to fetch it over a link of so many Gbit/s."""
        sizes = self.storage_gb.tolist()
        return np.array([cost.transmission_delay(size, bandwidth_gbps) for size in sizes])

    def reload_delay_s(self, bandwidth_gbps: float) -> NDArray[np.float64]:
        """Eq. 4 + 5 + 6 for every model `[M]`: seconds from a miss to its answer."""
        transmission = self.transmission_delay_s(bandwidth_gbps).tolist()
        return np.array(
            [
                cost.reload_delay(seconds, model.io_delay_s, model.inference_delay_s)
                for seconds, model in zip(transmission, self.models, strict=True)
            ]
        )

    def _column(self, field: str) -> NDArray[np.float64]:
        values = np.array([getattr(model, field) for model in self.models], dtype=np.float64)
        values.flags.writeable = False
        return values


def file_of(preset: str) -> str:
    """The file of a shipped catalog; raises `InputError` for a name not in `CATALOG_PRESETS`."""
    if preset not in CATALOG_PRESETS:
        known = ", ".join(CATALOG_PRESETS)
        raise InputError(f"there is no shipped catalog {shown(preset)}; choose one of {known}")
    return f"catalog_{preset}.csv"


@cache
def _preset(file: str, name: str) -> ModelCatalog:
    return ModelCatalog.from_csv(DATA.joinpath(file).read_bytes(), name=name)


def _models(table: Table, found: Sequence[InputError] = ()) -> tuple[Model, ...]:
    """Check a table and return its rows as models; the one place where catalogs are validated.

    Raises `InputError` with every fault of the table, and those found before.
    """
    faults = list(found)
    names = list(map(original_cell, table.columns["name"]))
    with noting(faults):
        table.texts("name")
    first: dict[str, int] = {}
    for position, name in enumerate(names):
        before = first.setdefault(name, position)
        if name and before != position:
            sentence = f"{shown(name)} stands in row {table.rows[before]} as well"
            faults.append(table.error(sentence, position, "name"))
    services = [""] * len(table)
    with noting(faults):
        if "service" in table:
            services = table.texts("service", allow_blank=True)
    numbers = []
    for field in NUMBER_FIELDS:
        with noting(faults):
            numbers.append(table.numbers(field, minimum=0, maximum=MAX_QUANTITY).tolist())
    if faults:
        raise InputError.gathered(faults)
    return tuple(map(Model, names, services, *numbers))


def _table(rows: Iterable[Row], name: str) -> Table:
    """Return rows as the table that a CSV file of them would be read into."""
    cells: dict[str, list[str]] = {field: [] for field in Model._fields}
    count = 0
    for row in islice(rows, MAX_MODELS + 1):
        count += 1
        for field, value in _by_field(row, count + 1, name).items():
            cells[field].append(cell_of(field, value))
    if not count:
        raise InputError("has no rows", file=name)
    if count > MAX_MODELS:
        raise InputError(f"has more than {MAX_MODELS:,} rows", file=name)
    columns = {field: np.array(column, dtype=object) for field, column in cells.items()}
    return Table(name, columns, np.arange(2, count + 2))


def _by_field(row: object, number: int, name: str) -> dict[str, object]:
    if isinstance(row, Mapping):
        given = {str(key).strip().casefold(): value for key, value in row.items()}
        missing = [field for field in _REQUIRED if field not in given]
        if missing:
            raise InputError("is missing", file=name, row=number, column=missing[0])
        return {field: given.get(field) for field in Model._fields}
    if isinstance(row, Sequence) and not isinstance(row, str) and len(row) == len(Model._fields):
        return dict(zip(Model._fields, row, strict=True))
    sentence = f"is no model: {len(Model._fields)} values are needed, not {shown(row)}"
    raise InputError(sentence, file=name, row=number)


def cell_of(field: str, value: object) -> str:
    """Return what stands in the cell of a CSV file; floats keep every bit."""
    # Tables edited in a browser hand blank cells over as None, as NaN or as pandas' NA.
    # (NA is known by its type's name, because pandas is not imported here.)
    if value is None or type(value).__name__ == "NAType":
        return ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if field in ("name", "service"):
        return plain_cell(str(value).strip())
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            return repr(float(value))
        except OverflowError:
            return "1e999"
    return str(value).strip()
