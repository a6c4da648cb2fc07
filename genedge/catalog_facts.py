"""What a catalog, a server and a request log mean for each other, in tables and sentences.

Everything that the catalog page says is computed here: what is typed into its table becomes a
catalog (:func:`read_typed`), totals meet capacities (equations 1 to 3), a first service delay
(equations 4 to 6) meets later ones, rates become shares, and every figure gets its source.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genedge.catalog import CATALOG_PRESETS, NUMBER_FIELDS, Model, ModelCatalog, provenance
from genedge.engine.arrays import Floats
from genedge.engine.cost import TOLERANCE
from genedge.errors import InputError
from genedge.findings import amount, percent
from genedge.limits import MAX_REQUESTS, MAX_SLOTS
from genedge.scenario import Scenario
from genedge.server import EdgeServer
from genedge.trace_file import TraceFile

if TYPE_CHECKING:
    import pandas as pd


class Figure(NamedTuple):
    """How one column of a catalog is called: in words, its unit, the paper's symbol and range."""

    title: str
    unit: str
    symbol: str
    paper_range: str
    meaning: str

    @property
    def label(self) -> str:
        """Title and unit, as a column is headed."""
        return f"{self.title}, {self.unit}"

    @property
    def help(self) -> str:
        """One line for whoever wants to know more."""
        return f"{self.symbol}: {self.meaning}, in {self.unit}. In the paper {self.paper_range}."


FIGURES: Final = MappingProxyType(
    {
        "storage_gb": Figure("Storage", "GB", "s_m", "2 to 50", "size on disk"),
        "gpu_memory_gb": Figure("GPU memory", "GB", "g_m", "1 to 6", "held while deployed"),
        "power_kw": Figure("Power", "kW", "e_m", "0.0025 to 0.5", "drawn while deployed"),
        "io_delay_s": Figure("I/O delay", "s", "d_m^io", "0.3 to 60", "from disk to GPU"),
        "inference_delay_s": Figure(
            "Inference delay", "s", "d_m^inf", "0.05 to 30", "answering one request"
        ),
    }
)
"""By column of the catalog."""
RATE_FIELD: Final = "arrival_rate"
RATE_LABEL: Final = "Requests per slot"
LABELS: Final = MappingProxyType(
    {
        "name": "Model",
        "service": "Service",
        **{field: figure.label for field, figure in FIGURES.items()},
        RATE_FIELD: RATE_LABEL,
    }
)
ON_THE_SCREEN: Final = 40
"""Bars that one chart shows; of larger catalogs the first in its order."""
YOURS: Final = "yours"
ILLUSTRATIVE: Final = "illustrative"

_WORDS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip


def count_of(number: int, noun: str) -> str:
    """A number of things as people write it: "one model", "ten models", "1,000 models"."""
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return f"{word} {noun}" if number == 1 else f"{word} {noun}s"


def _listed(names: Sequence[str], most: int = 3) -> str:
    """Some names and how many more."""
    if len(names) <= most:
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def left_out(models: int, which: str) -> str:
    """What a chart of a large catalog does not show, to be put behind its sentence."""
    if models <= ON_THE_SCREEN:
        return ""
    return f" Shown are the {ON_THE_SCREEN} {which} of {models:,} models."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


# ---- what was typed ---------------------------------------------------------------------------

Record = dict[str, Any]
"""One row of the table that is being edited, by column; blank cells are None or missing."""


@dataclass(frozen=True)
class Typed:
    """What the rows of an edited table come to.

    Attributes
    ----------
    models: the catalog that they mean, None while it cannot be one.
    rates: requests per slot of each of these models, None where no rates were asked for.
    error: a sentence that names row and column, None if nothing is wrong.
    unfinished: sentences about new rows that do not count yet.
    """

    models: tuple[Model, ...] | None
    rates: tuple[float, ...] | None = None
    error: str | None = None
    unfinished: tuple[str, ...] = ()


def records_of(catalog: ModelCatalog, rates: Sequence[float] | None = None) -> list[Record]:
    """The rows of a catalog that is in force, to be edited."""
    records = [{**model._asdict(), "in_force": True} for model in catalog]
    for record, rate in zip(records, rates or (), strict=bool(rates)):
        record[RATE_FIELD] = float(rate)
    return records


def apply_edits(base: Sequence[Record], edits: Mapping[str, Any]) -> list[Record]:
    """The rows that stand on the screen: those sent to the browser, with what was done there.

    ``edits`` is what Streamlit's table editor keeps: edited_rows, deleted_rows and added_rows.
    """
    records = [dict(record) for record in base]
    for row, cells in edits.get("edited_rows", {}).items():
        if int(row) < len(records):
            records[int(row)].update(cells)
    gone = set(edits.get("deleted_rows", ()))
    records = [record for row, record in enumerate(records) if row not in gone]
    for cells in edits.get("added_rows", ()):
        records.append({key: value for key, value in cells.items() if key in LABELS})
    return records


def read_typed(records: Sequence[Record], *, with_rates: bool = False) -> Typed:
    """Check what was typed; new rows that lack a name or a figure are set aside, not refused."""
    whole: list[tuple[int, Record]] = []
    unfinished = []
    for row, record in enumerate(records, start=1):
        lacking = [field for field in ("name", *NUMBER_FIELDS) if _blank(record.get(field))]
        if record.get("in_force") or not lacking:
            whole.append((row, record))
        elif lacking != ["name", *NUMBER_FIELDS] or not _blank(record.get("service")):
            what = _listed([FIGURES[f].title if f in FIGURES else "its name" for f in lacking], 6)
            unfinished.append(f"{_row(row, record)} is unfinished and not in force yet: "
                              f"{what} {'is' if len(lacking) == 1 else 'are'} missing")  # fmt: skip
    aside = tuple(unfinished)
    if not whole:
        return Typed(None, error="A catalog needs at least one model", unfinished=aside)
    seen: dict[str, int] = {}
    for row, record in whole:
        name = str(record.get("name") or "").strip()
        if name and name in seen:
            sentence = f"{_row(row, record)}, Model: row {seen[name]} has the same name"
            return Typed(None, error=sentence, unfinished=aside)
        seen[name] = row
    try:
        models = ModelCatalog.from_rows([record for _, record in whole]).models
    except InputError as error:
        return Typed(None, error=_place(error, whole), unfinished=aside)
    if not with_rates:
        return Typed(models, unfinished=aside)
    rates = []
    for row, record in whole:
        given = record.get(RATE_FIELD)
        rate = 0.0 if _blank(given) else _number(given)
        if not 0 <= rate <= MAX_REQUESTS:  # also true for NaN
            sentence = f"{given!s:.40} is not between 0 and {MAX_REQUESTS:,}"
            place = f"{_row(row, record)}, {RATE_LABEL}"
            return Typed(None, error=f"{place}: {sentence}", unfinished=aside)
        rates.append(rate)
    if sum(rates) <= 0:
        sentence = f"{RATE_LABEL}: at least one model needs more than 0"
        return Typed(None, error=sentence, unfinished=aside)
    return Typed(models, tuple(rates), unfinished=aside)


def _blank(value: object) -> bool:
    if value is None or type(value).__name__ == "NAType":
        return True
    if isinstance(value, float):
        return math.isnan(value)
    return isinstance(value, str) and not value.strip()


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _row(row: int, record: Record) -> str:
    name = str(record.get("name") or "").strip()
    return f"Row {row}" + (f" ({name[:40]})" if name else "")


def _place(error: InputError, whole: list[tuple[int, Record]]) -> str:
    """The error with the row as the table shows it: the first one is row 1."""
    if error.row is None or not 0 <= error.row - 2 < len(whole):
        return f"The table {error.sentence}"
    place = _row(*whole[error.row - 2])
    if error.column:
        place += f", {LABELS.get(error.column, error.column)}"
    return f"{place}: {error.sentence}"


def catalog_value(models: tuple[Model, ...]) -> str | tuple[Model, ...]:
    """What a scenario calls these models: a shipped catalog's name, or the rows themselves."""
    for name in CATALOG_PRESETS:
        if ModelCatalog.preset(name).models == models:
            return name
    return models


def aligned_rates(
    names: Sequence[str], rates: Sequence[float], new_names: Sequence[str]
) -> tuple[float, ...] | None:
    """Rates of one catalog for the models of another, None where they share no requested one."""
    known = dict(zip(names, rates, strict=True))
    aligned = tuple(known.get(name, 0.0) for name in new_names)
    return aligned if sum(aligned) > 0 else None


# ---- where figures come from ------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Where one figure of a catalog comes from.

    Attributes
    ----------
    kind: "measured", "published", "derived", "illustrative" (stretched to the ends of the paper's
        ranges), or "yours" for one that was typed or uploaded.
    confidence: "high", "medium" or "low"; empty where that is no question.
    """

    model: str
    figure: Figure
    value: float
    kind: str
    confidence: str
    source: str


def origin(catalog: ModelCatalog) -> str:
    """The shipped catalog that shares the most models and figures with this one."""
    models = set(catalog.models)
    names = set(catalog.names)

    def shared(preset: str) -> tuple[int, int]:
        other = ModelCatalog.preset(preset)
        return len(names & set(other.names)), len(models & set(other.models))

    return max(CATALOG_PRESETS, key=shared)


@cache
def _known(preset: str) -> Mapping[tuple[str, str], tuple[float, str, str, str]]:
    return {
        (row.model, row.field): (row.value, row.kind, row.confidence, row.source)
        for row in provenance(preset)
    }


def sources(catalog: ModelCatalog, models: Iterable[Model] | None = None) -> list[Source]:
    """Five sources a model; a figure that a shipped catalog does not have is the user's own."""
    known = _known(origin(catalog))
    found = []
    for model in catalog if models is None else models:
        for field, figure in FIGURES.items():
            value = getattr(model, field)
            shipped = known.get((model.name, field))
            if shipped is not None and shipped[0] == value:
                _, kind, confidence, text = shipped
                if kind == "stretched":
                    kind, confidence = ILLUSTRATIVE, ""
                found.append(Source(model.name, figure, value, kind, confidence, text))
            else:
                found.append(Source(model.name, figure, value, YOURS, "", "Typed or uploaded"))
    return found


def source_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """Every figure of the catalog with its source, one row each."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "model": found.model,
                "figure": found.figure.title,
                "value": found.value,
                "unit": found.figure.unit,
                "kind": found.kind,
                "confidence": found.confidence,
                "source": found.source,
            }
            for found in sources(catalog)
        ]
    )


def kind_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """One row a model: the kind of source of each of its figures."""
    import pandas as pd

    rows: dict[str, dict[str, str]] = {}
    for found in sources(catalog):
        row = rows.setdefault(found.model, {"Model": found.model})
        row[found.figure.title] = found.kind
    return pd.DataFrame(list(rows.values()))


_KINDS = MappingProxyType(
    {
        "measured": "measured",
        "published": "published",
        "derived": "derived from others",
        ILLUSTRATIVE: "illustrative (stretched to the ends of the paper's ranges)",
        YOURS: "yours",
    }
)


def source_sentence(catalog: ModelCatalog) -> str:
    """How many of the figures are measured, published, derived, illustrative, or typed."""
    kinds = [found.kind for found in sources(catalog)]
    present = [kind for kind in _KINDS if kind in kinds]
    if len(present) == 1:
        return f"All {len(kinds):,} figures are {_KINDS[present[0]]}."
    parts = [f"{kinds.count(kind):,} {_KINDS[kind]}" for kind in present]
    return f"Of {len(kinds):,} figures: {_listed(parts, len(parts))}."


# ---- what fits --------------------------------------------------------------------------------


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
    every = f"all {models}" if len(catalog) > 1 else "the one model"
    over = [item for item in found if item.total > item.capacity * (1.0 + TOLERANCE)]
    sentences = []
    if over:
        needs = " and ".join(filter(None, (", ".join(map(_times, over[:-1])), _times(over[-1]))))
        sentences.append(_capital(f"{every} together need{'s' * (len(catalog) == 1)} {needs}."))
    else:
        sentences.append(
            _capital(f"{every} fit{'s' * (len(catalog) == 1)} at once: nothing is ever evicted for "
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
                else f"{_capital(count_of(pairs, 'pair'))} never fit together, such as {both}."
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
        f"{_listed(names)} {does} even the empty server (for want of "
        f"{_listed(lacking)}): {their} requests are rejected."
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


# ---- delays and footprints --------------------------------------------------------------------


def transmission_s(catalog: ModelCatalog, bandwidth_gbps: float) -> Floats:
    """Eq. 4: seconds to fetch each model, 8 s_m / B, ``[M]``."""
    seconds: Floats = 8.0 * catalog.storage_gb / bandwidth_gbps
    return seconds


def first_delay_s(catalog: ModelCatalog, bandwidth_gbps: float) -> Floats:
    """Eq. 4 + 5 + 6: seconds from a miss to its answer, ``[M]``."""
    seconds: Floats = (
        transmission_s(catalog, bandwidth_gbps) + catalog.io_delay_s + catalog.inference_delay_s
    )
    return seconds


def delay_frame(catalog: ModelCatalog, bandwidth_gbps: float) -> pd.DataFrame:
    """First service delay by term, and later ones, slowest model first."""
    import pandas as pd

    frame = pd.DataFrame(
        {
            "model": catalog.names,
            "transmission_s": transmission_s(catalog, bandwidth_gbps),
            "io_s": catalog.io_delay_s,
            "inference_s": catalog.inference_delay_s,
            "first_s": first_delay_s(catalog, bandwidth_gbps),
            "later_s": catalog.inference_delay_s,
        }
    )
    return frame.sort_values("first_s", ascending=False, kind="stable", ignore_index=True)


def delay_sentence(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """How much longer a first request waits than later ones, where most, and why."""
    first, later = first_delay_s(catalog, bandwidth_gbps), catalog.inference_delay_s
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
        "fetching over the link": float(transmission_s(catalog, bandwidth_gbps).sum()),
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
            "miss_s": first_delay_s(catalog, bandwidth_gbps),
        }
    )


def footprint_sentence(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """Which models are the largest, and whether these are also the slowest to come back."""
    storage, memory = catalog.storage_gb, catalog.gpu_memory_gb
    delay = first_delay_s(catalog, bandwidth_gbps)
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


# ---- requests ---------------------------------------------------------------------------------


def request_frame(catalog: ModelCatalog, rates: Floats) -> pd.DataFrame:
    """Requests per slot and share of all requests, most popular model first."""
    import pandas as pd

    frame = pd.DataFrame(
        {"model": catalog.names, "requests_per_slot": rates, "share": rates / rates.sum()}
    )
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def request_sentence(catalog: ModelCatalog, rates: Floats, server: EdgeServer) -> str:
    """How uneven the requests are, and what share asks for models that fit nowhere."""
    share = np.sort(rates / rates.sum())[::-1]
    first = catalog.names[int(rates.argmax())]
    total = f"{rates.sum():,.4g}"
    if len(catalog) == 1 or share[0] >= 1.0 - 1e-12:
        text = f"All of the {total} requests per slot ask for {first}"
    elif share[0] - share[-1] < 1e-9:
        text = f"The {total} requests per slot are spread evenly over {len(catalog):,} models"
    else:
        text = f"Of {total} requests per slot {percent(float(share[0]))} ask for {first}"
        half = int(np.searchsorted(np.cumsum(share), 0.5 - 1e-12)) + 1
        if half > 1:
            text += f"; {count_of(half, 'model')} of {len(catalog):,} make up half"
    unasked = int((rates == 0).sum())
    if unasked and unasked < len(catalog) - 1:
        text += f"; nobody asks for {count_of(unasked, 'model')}"
    rejected = float(rates[~fits_alone(catalog, server)].sum() / rates.sum())
    if rejected > 0:
        whom = "All of them" if rejected > 1.0 - 1e-12 else percent(rejected)
        text += f". {whom} ask for models that do not fit and are rejected"
    return text + "."


def log_rates(trace: TraceFile, catalog: ModelCatalog, scenario: Scenario) -> Floats:
    """n_m / T of a log whose models the catalog has, cut as the scenario cuts it, ``[M]``."""
    load = scenario.workload
    slot = np.floor((trace.times - trace.times[0]) / load.slot_seconds)
    slots = int(slot[-1]) + 1 if load.slots is None else min(int(slot[-1]) + 1, load.slots)
    rows = {name: row for row, name in enumerate(catalog.names)}
    inside = slot < slots
    row = np.array([rows[name] for name in trace.model_names])[trace.model_index[inside]]
    rates: Floats = np.bincount(row, trace.counts[inside], len(catalog)) / slots
    return rates


def cycle_sentence(scenario: Scenario) -> str:
    """Which active cycle is in force: what the ledger charges and what decisions go by."""
    if scenario.workload.trace is not None:
        known = "counts over the whole log, n / n_m"
    else:
        known = "the true rates, Λ / λ_m"
    charged = f"The active cycle that every eviction is charged with comes from {known}"
    if scenario.active_cycle == "history":
        return f"{charged}; decisions go by what was counted so far instead."
    if scenario.active_cycle == "next-use":
        return f"{charged}; decisions look ahead to the next use instead (for study only)."
    return f"{charged}; decisions know it too."


def missing_models(trace: TraceFile, names: Collection[str]) -> tuple[str, ...]:
    """Models that the log asks for and the catalog lacks, the most requested first."""
    counts = np.bincount(trace.model_index, trace.counts, len(trace.model_names))
    order = np.argsort(-counts, kind="stable")
    known = set(names)
    return tuple(trace.model_names[i] for i in order if trace.model_names[i] not in known)


def guessed_models(catalog: ModelCatalog, names: Sequence[str]) -> tuple[Model, ...]:
    """Rows for unknown models: each figure the median over the catalog, to be edited."""
    medians = [float(np.median([getattr(model, f) for model in catalog])) for f in NUMBER_FIELDS]
    return tuple(Model(name, "guess: edit the figures", *medians) for name in names)


_SLOT_LENGTHS = (1.0, 10.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 21600.0, 86400.0)


def suggested_slot_s(trace: TraceFile) -> float:
    """A slot length to start from: the log's own bins; or at most 1,000 slots, none too empty."""
    gaps = np.diff(np.unique(trace.times))
    if trace.from_count.any() and gaps.size:
        bins = float(np.median(gaps))
        if trace.span_s / bins < 10_000:
            return bins
    least = trace.span_s / min(1000, trace.request_count)
    return next((length for length in _SLOT_LENGTHS if length >= least), _SLOT_LENGTHS[-1])


def log_slots(trace: TraceFile, slot_s: float) -> float:
    """Slots that the whole log comes to; a float, because it may be astronomically many."""
    return math.floor(trace.span_s / slot_s) + 1 if trace.span_s / slot_s < 1e15 else math.inf


def span_text(seconds: float) -> str:
    """A time span as people say it."""
    for length, unit in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} seconds"


def log_sentence(trace: TraceFile, slot_s: float) -> str:
    """What a log holds, and what slots of this length make of it."""
    slots = log_slots(trace, slot_s)
    rows = "row stands" if trace.rows == 1 else "rows stand"
    text = (
        f"{trace.name}: {trace.rows:,} {rows} for {trace.request_count:,} requests to "
        f"{count_of(len(trace.model_names), 'model')} over {span_text(trace.span_s)}"
    )
    if slots > MAX_SLOTS:
        return (
            f"{text}; slots of {slot_s:g} s are more than the {MAX_SLOTS:,} that can be replayed."
        )
    per_slot = amount(trace.request_count / slots)
    return (
        f"{text}; with slots of {slot_s:g} s that is {count_of(int(slots), 'slot')} "
        f"of {per_slot} requests on average."
    )
