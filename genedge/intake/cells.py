"""A table of text cells that knows where each cell stood, and turns them into numbers and names.

No equation of the model lives here. A number is written with ASCII digits and a decimal point; a
name is any printable text ("NA", "null" and "None" are ordinary names). Every fault becomes an
`InputError` with file, spreadsheet row and column. Text cells leave through `plain_cell`, which
keeps spreadsheets from running them as formulas, and come back unchanged.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from genedge.errors import MAX_FAULTS, InputError, shown
from genedge.limits import MAX_NAME_CHARACTERS

#: Distinct cells of one column that are remembered; past it, sharing them does not pay.
MAX_SHARED_CELLS = 65_536

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def plain_cell(text: str) -> str:
    """Return `text` as a cell that no spreadsheet takes for a formula.

    Text that begins with ``= + - @``, a tab or a carriage return gets a leading apostrophe; so does
    text that already begins with apostrophes before one of these, so that `original_cell` is an
    exact inverse.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def original_cell(text: str) -> str:
    """Undo `plain_cell`: drop the one apostrophe that stands before what looks like a formula."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


class _Codes(dict[str, int]):
    """Numbers distinct cells 0, 1, ... in the order of their first appearance."""

    def __missing__(self, cell: str) -> int:
        code = self[cell] = len(self)
        return code


class TextParser:
    """Strips cells chunk by chunk, and keeps equal ones once."""

    def __init__(self) -> None:
        self._known = _Stripped()
        self._cells: list[str] = []

    def add(self, cells: Sequence[str]) -> None:
        """Append cells."""
        if len(self._known) <= MAX_SHARED_CELLS:
            self._cells += map(self._known.__getitem__, cells)
        else:
            self._cells += map(str.strip, cells)

    def finish(self) -> NDArray[np.object_]:
        """Return all that was added, stripped, an object array `[R]` of str."""
        return np.array(self._cells, dtype=object)


class _Stripped(dict[str, str]):
    """Cells stripped before: a trace repeats few names many times."""

    def __missing__(self, cell: str) -> str:
        stripped = self[cell] = cell.strip()
        return stripped


@dataclass(frozen=True, eq=False)
class Numbers:
    """A column of cells as numbers: what could be read, and the first cells that could not.

    Attributes
    ----------
    values: float64 `[R]`, NaN where the cell is blank or no finite number.
    unreadable: by index, the text of the first ten cells that are neither.
    unreadable_count: how many cells are neither blank nor a finite number.
    """

    values: NDArray[np.float64]
    unreadable: dict[int, str]
    unreadable_count: int


class NumberParser:
    """Turns cells into numbers chunk by chunk, so that their text need not be kept."""

    def __init__(self) -> None:
        self._known = _Parsed()
        self._parts: list[NDArray[np.float64]] = []
        self._count = 0
        self._unreadable: dict[int, str] = {}
        self._unreadable_count = 0

    def add(self, cells: Sequence[str]) -> None:
        """Append cells; they need not be stripped."""
        if len(self._known) <= MAX_SHARED_CELLS:
            values = _floats(map(self._known.__getitem__, cells), len(cells))
        else:
            values = _parsed(cells)
        for i in np.flatnonzero(np.isnan(values)).tolist():
            if cell := cells[i].strip():
                self._unreadable_count += 1
                if self._unreadable_count <= MAX_FAULTS:
                    self._unreadable[self._count + i] = cell
        self._parts.append(values)
        self._count += len(cells)

    def finish(self) -> Numbers:
        """Return all that was added."""
        values = np.concatenate([np.empty(0), *self._parts])
        return Numbers(values, self._unreadable, self._unreadable_count)


class _Parsed(dict[str, float]):
    """Cells parsed before: counts and sizes repeat."""

    def __missing__(self, cell: str) -> float:
        number = self[cell] = _parsed_cell(cell)
        return number


def _parsed_cell(cell: str) -> float:
    stripped = cell.strip()
    # float() alone would also take 1_000 and digits of other scripts, which nobody means in a CSV.
    number = float(stripped) if _NUMBER.fullmatch(stripped) else math.nan
    return number if math.isfinite(number) else math.nan


def _parsed(cells: Sequence[str]) -> NDArray[np.float64]:
    joined = "".join(cells)
    if joined.isascii() and "_" not in joined:
        try:
            values = _floats(map(float, cells), len(cells))
        except ValueError:
            pass
        else:
            if np.isfinite(values).all():
                return values
    return _floats(map(_parsed_cell, cells), len(cells))


def _floats(values: Iterable[float], count: int) -> NDArray[np.float64]:
    return np.fromiter(values, dtype=np.float64, count=count)


@dataclass(frozen=True, eq=False)
class Table:
    """A table of R rows that remembers where each of them stood.

    Attributes
    ----------
    name: file name for messages.
    columns: stripped cells by column name, each an object array `[R]` of str.
    rows: spreadsheet row numbers `[R]`, int64.
    numeric: columns that were turned into numbers while reading, which are not in `columns`.
    """

    name: str
    columns: dict[str, NDArray[np.object_]]
    rows: NDArray[np.int64]
    numeric: dict[str, Numbers] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def __contains__(self, column: str) -> bool:
        return column in self.columns or column in self.numeric

    def error(self, sentence: str, position: int, column: str | None = None) -> InputError:
        """Return (not raise) an `InputError` about the table's row at index `position`."""
        return InputError(sentence, file=self.name, row=int(self.rows[position]), column=column)

    def blank(self, column: str) -> NDArray[np.bool_]:
        """Return bool `[R]`: whether the cell is blank (in a numeric column: or no number)."""
        if column in self.numeric:
            return np.isnan(self.numeric[column].values)
        return np.array(self.columns[column] == "", dtype=bool)

    def numbers(
        self,
        column: str,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        allow_zero: bool = True,
        whole: bool = False,
        blank: float | None = None,
    ) -> NDArray[np.float64]:
        """Return a column as finite float64 `[R]`; blank cells become `blank` if it is given.

        Raises `InputError` with all cells that are blank (if `blank` is None), no finite number,
        below `minimum`, above `maximum`, zero although zero is not allowed, or not `whole`.
        """
        if column in self.numeric:
            parsed = self.numeric[column]
        else:
            parser = NumberParser()
            parser.add(self.columns[column].tolist())
            parsed = parser.finish()
        values = parsed.values + 0.0  # -0.0 becomes 0.0
        unreadable = parsed.unreadable
        faults = [(i, _why_no_number(cell)) for i, cell in unreadable.items()]
        count = parsed.unreadable_count
        if blank is None:
            gaps = np.flatnonzero(np.isnan(values))
            missing = [i for i in gaps[:MAX_FAULTS].tolist() if i not in unreadable]
            faults += [(i, "is blank; a number is needed") for i in missing]
            count = len(gaps)
        checks: list[tuple[NDArray[np.bool_], str]] = []
        if minimum is not None:
            below = "is negative" if minimum == 0 else f"is less than {minimum:,.15g}"
            checks.append((values < minimum, below))
        if not allow_zero:
            checks.append((values == 0, "is zero; it must be above zero"))
        if maximum is not None:
            checks.append((values > maximum, f"is more than {maximum:,.15g}"))
        if whole:
            checks.append((values != np.floor(values), "is not a whole number"))
        told = np.isnan(values)
        for wrong, why in checks:
            places = np.flatnonzero(wrong & ~told)
            told |= wrong
            faults += [(int(i), f"{values[i]:.15g} {why}") for i in places[:MAX_FAULTS]]
            count += len(places)
        if faults:
            raise self._refusal(faults, count, column)
        return values if blank is None else np.where(np.isnan(values), blank, values)

    def _refusal(self, faults: list[tuple[int, str]], count: int, column: str) -> InputError:
        """The first of so many faults of a column, each with the index of its row."""
        kept = [self.error(why, place, column) for place, why in sorted(faults)[:MAX_FAULTS]]
        return InputError.gathered(kept, count - len(kept))

    def coded(
        self, column: str, *, allow_blank: bool = False
    ) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return a column of names as codes int32 `[R]` and the distinct names they point into.

        Names stand in the order of their first appearance; a leading apostrophe that `plain_cell`
        put there is taken away. Raises `InputError` with all names that are blank (unless
        allowed), longer than 200 characters or contain control characters.
        """
        raw = _Codes()
        cells = self.columns[column].tolist()
        codes = np.fromiter(map(raw.__getitem__, cells), dtype=np.int32, count=len(cells))
        names = _Codes()
        merged = np.empty(len(raw), dtype=np.int32)
        wrong = np.zeros(len(raw), dtype=bool)
        for cell, code in raw.items():
            name = original_cell(cell)
            wrong[code] = _why_no_name(name, allow_blank) is not None
            merged[code] = names[name]
        if wrong.any():
            places = np.flatnonzero(wrong[codes])
            first = [(i, original_cell(cells[i])) for i in places[:MAX_FAULTS].tolist()]
            faults = [(i, _why_no_name(name, allow_blank) or "") for i, name in first]
            raise self._refusal(faults, len(places), column)
        return (codes if len(names) == len(raw) else merged[codes]), tuple(names)

    def texts(self, column: str, *, allow_blank: bool = False) -> list[str]:
        """Return a column of names as a list of R strings, checked as by `coded`."""
        codes, names = self.coded(column, allow_blank=allow_blank)
        return [names[code] for code in codes]


def _why_no_number(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return f"{shown(cell)} is too large"
    if cell.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return f"{shown(cell)} is not a finite number"
    if _NUMBER.fullmatch(cell.replace(",", "")):
        return (
            f"{shown(cell)} is not a number: write decimals with a point "
            "and thousands without a separator"
        )
    return f"{shown(cell)} is not a number"


_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the writing direction of all that follows."""


def _why_no_name(name: str, allow_blank: bool) -> str | None:
    if not name and not allow_blank:
        return "is blank; a name is needed"
    if len(name) > MAX_NAME_CHARACTERS:
        return f"{shown(name)} has {len(name):,} characters; at most {MAX_NAME_CHARACTERS} fit"
    for character in name:
        odd = unicodedata.category(character) in ("Cc", "Cs") and character not in "\t\n\r"
        if odd or character in _TURNING:
            return f"{shown(name)} contains a control character"
    return None
