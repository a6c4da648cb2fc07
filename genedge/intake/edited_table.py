"""What is typed into the table of models becomes a catalog, or sentences that say why not.

No equation lives here. Cells are text, so that nothing typed is lost before it is read. Rows are
counted as the table shows them: the first one is row 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from genedge.errors import InputError, noting
from genedge.intake.catalog import CATALOG_PRESETS, NUMBER_FIELDS, Model, ModelCatalog, cell_of
from genedge.intake.cells import Table
from genedge.intake.quantities import QUANTITIES
from genedge.limits import MAX_REQUESTS
from genedge.say import enumerated

Record = dict[str, Any]
"""One row of the table that is being edited, by column; blank cells are None or missing."""

RATE_FIELD: Final = "arrival_rate"
HEADINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "Model",
        "service": "Service",
        **{field: quantity.heading for field, quantity in QUANTITIES.items()},
        RATE_FIELD: "Requests per slot",
    }
)


@dataclass(frozen=True)
class Edited:
    """What the rows of an edited table come to.

    Attributes
    ----------
    models: the catalog that they mean, None while it cannot be one.
    rates: requests per slot of each of these models, None where no rates were asked for.
    faults: what is wrong, a sentence a cell with its row and column; empty if nothing is.
    unfinished: sentences about new rows that do not count yet.
    """

    models: tuple[Model, ...] | None
    rates: tuple[float, ...] | None = None
    faults: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()


def records_of(catalog: ModelCatalog, rates: Sequence[float] | None = None) -> list[Record]:
    """The rows of a catalog that is in force, to be edited."""
    records = [{**model._asdict(), "in_force": True} for model in catalog]
    for record, rate in zip(records, rates or (), strict=bool(rates)):
        record[RATE_FIELD] = float(rate)
    return records


def cell_text(record: Record, field: str) -> str:
    """A cell as the table shows it; what was typed is shown as it was typed."""
    value = record.get(field)
    if isinstance(value, float) and cell_of(field, value):
        return f"{value:.4g}" if field == RATE_FIELD else f"{value:.12g}"
    return "" if value is None else str(value)


def apply_edits(base: Sequence[Record], edits: Mapping[str, Any]) -> list[Record]:
    """The rows that stand on the screen: those sent to the browser, with what was done there.

    ``edits`` is what Streamlit's table editor keeps: edited_rows, deleted_rows and added_rows. A
    cell whose text is the one that was sent keeps all the digits of its number.
    """
    records = [dict(record) for record in base]
    for row, cells in edits.get("edited_rows", {}).items():
        if int(row) < len(records):
            record = records[int(row)]
            record.update({f: v for f, v in cells.items() if v != cell_text(record, f)})
    gone = set(edits.get("deleted_rows", ()))
    records = [record for row, record in enumerate(records) if row not in gone]
    for cells in edits.get("added_rows", ()):
        records.append({key: value for key, value in cells.items() if key in HEADINGS})
    return records


def read_edited(records: Sequence[Record], *, with_rates: bool = False) -> Edited:
    """Check what was typed; new rows that lack a name or a figure are set aside, not refused."""
    whole: dict[int, Record] = {}
    unfinished = []
    for row, record in enumerate(records, start=1):
        blank = {field for field in HEADINGS if not cell_of(field, record.get(field))}
        lacking = ["a name"] * ("name" in blank)
        lacking += [QUANTITIES[field].label for field in NUMBER_FIELDS if field in blank]
        if record.get("in_force") or not lacking:
            whole[row] = record
        elif len(blank) < len(HEADINGS):
            unfinished.append(f"{_row(row, record)} is not in force yet: it needs "
                              f"{enumerated(lacking)}")  # fmt: skip
    aside = tuple(unfinished)
    if not whole:
        return Edited(None, faults=("A catalog needs at least one model",), unfinished=aside)
    faults: list[InputError] = []
    rates: tuple[float, ...] | None = None
    with noting(faults):
        models = ModelCatalog.from_rows(whole.values(), numbers=list(whole)).models
    with noting(faults):
        if with_rates:
            rates = _rates(whole)
    if not faults:
        return Edited(models, rates, unfinished=aside)
    refusal = InputError.gathered(faults)
    sentences = [_sentence(fault, whole) for fault in (refusal, *refusal.others)]
    if refusal.more:
        sentences.append(f"and {refusal.more:,} more")
    return Edited(None, faults=tuple(sentences), unfinished=aside)


def _rates(whole: Mapping[int, Record]) -> tuple[float, ...]:
    cells = [cell_of(RATE_FIELD, record.get(RATE_FIELD)) for record in whole.values()]
    table = Table("", {RATE_FIELD: np.array(cells, dtype=object)}, np.array(list(whole)))
    rates = table.numbers(RATE_FIELD, minimum=0, maximum=MAX_REQUESTS, blank=0)
    if not rates.any():
        raise InputError("at least one model needs more than 0", column=RATE_FIELD)
    return tuple(rates.tolist())


def _row(row: int, record: Record) -> str:
    name = str(record.get("name") or "").strip()
    return f"Row {row}" + (f" ({name[:40]})" if name else "")


def _sentence(fault: InputError, whole: Mapping[int, Record]) -> str:
    place = [] if fault.row is None else [_row(fault.row, whole[fault.row])]
    if fault.column:
        place.append(HEADINGS[fault.column])
    return f"{', '.join(place) or 'The table'}: {fault.sentence}"


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
