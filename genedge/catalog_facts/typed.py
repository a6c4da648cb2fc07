"""What is typed into the table of models becomes a catalog, or a sentence that says why not.

Rows are counted as the table shows them: the first one is row 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from genedge.catalog_facts.figures import FIGURES, LABELS, RATE_FIELD, RATE_LABEL
from genedge.catalog_facts.wording import listed
from genedge.errors import InputError
from genedge.intake.catalog import CATALOG_PRESETS, NUMBER_FIELDS, Model, ModelCatalog
from genedge.limits import MAX_REQUESTS

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
        elif not all(_blank(record.get(field)) for field in LABELS):
            what = listed([FIGURES[f].title if f in FIGURES else "its name" for f in lacking], 6)
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
