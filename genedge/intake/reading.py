"""Bytes from outside become a checked table; catalog and trace are both read here.

No equation of the model lives here. What can be read: comma-, semicolon- or tab-separated text
(found out from the header, so that no setting is needed), in UTF-8 with or without a byte-order
mark or in UTF-16 with one; quoted cells may hold separators and line breaks. Header names match
whatever their case; unknown columns are ignored; rows without any content are skipped. Numbers are
written with a decimal point and without thousands separators; a decimal comma, usual in
semicolon-separated files, is an error that says so. Whatever else arrives is an `InputError` that
names file, row and column, where rows count as in a spreadsheet (the header is row 1).

The standard library's parser is used rather than pandas': pandas is silent on ragged rows,
duplicated columns and semicolon files, takes a model named NA for a missing value, and would need
a second pass of this kind to say where a fault stands.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

import numpy as np

from genedge.errors import MAX_FAULTS, InputError, shown
from genedge.intake.cells import NumberParser, Table, TextParser
from genedge.limits import MAX_COLUMNS, MAX_LINE_CHARACTERS, MEGABYTE

Source: TypeAlias = bytes | str | os.PathLike[str]

_SEPARATORS = (",", ";", "\t")
# Small chunks keep the parser's short-lived rows out of the garbage collector's older generations
# (several times faster than 16,384) and bound what hostile rows of many cells can occupy.
_CHUNK_ROWS = 256
_MAGIC = {
    b"PK\x03\x04": "looks like a spreadsheet; export it as CSV",
    b"\xd0\xcf\x11\xe0": "looks like a spreadsheet; export it as CSV",
    b"\x1f\x8b": "looks like a compressed file; unpack it first",
    b"PAR1": "looks like a Parquet file; export it as CSV",
}
_NOT_UTF8 = "save the file as UTF-8 (in a spreadsheet program: CSV UTF-8)"


def read_bytes(source: Source, *, name: str | None = None, max_bytes: int) -> tuple[str, bytes]:
    """Return the name for messages and the content of a file (a `str` is a path) or of `bytes`.

    Raises `InputError` if the file cannot be read or is larger than `max_bytes`.
    """
    too_large = f"is larger than {max_bytes / MEGABYTE:,.3g} MB"
    if isinstance(source, bytes):
        name = name or "upload"
        data = source
    else:
        path = Path(source)
        name = name or path.name or str(path)
        try:
            if path.is_dir():
                raise InputError("is a folder, not a file", file=name)
            with path.open("rb") as handle:
                if os.fstat(handle.fileno()).st_size > max_bytes:
                    raise InputError(too_large, file=name)
                data = handle.read(max_bytes + 1)
        except InputError:
            raise
        except FileNotFoundError:
            raise InputError(f"there is no file {shown(path, 200)}", file=name) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise InputError(f"cannot be read: {reason}", file=name) from None
    if len(data) > max_bytes:
        raise InputError(too_large, file=name)
    return name, data


def read_table(
    source: Source,
    *,
    name: str | None = None,
    required: Sequence[str],
    optional: Sequence[str] = (),
    numeric: Sequence[str] = (),
    max_bytes: int,
    max_rows: int,
    ragged: list[InputError] | None = None,
) -> Table:
    """Read a CSV file (a `str` is a path, `bytes` are its content) into a `Table` of R >= 1 rows.

    The table has every required column and those optional ones that the file has. Columns named
    in `numeric` are turned into numbers on the way, which saves the memory of their text. Rows of
    too many or too few cells are left out and put in `ragged`, where a list is given for them.
    Raises `InputError` for anything else that is no such file; the module's docstring says what
    can be read.
    """
    name, data = read_bytes(source, name=name, max_bytes=max_bytes)
    data = _as_utf8(data, name)
    separator = _separator(data, {*required, *optional})
    try:
        records = _records(data, separator)
        rows = enumerate(records, start=1)
        header_row, header = next((row for row in rows if any(map(str.strip, row[1]))), (1, []))
        places = _places(header, header_row, required, optional, name)
        faults = [] if ragged is None else ragged
        table = _body(records, header_row, len(header), places, numeric, name, max_rows, faults)
        if faults and (ragged is None or not len(table)):
            raise InputError.gathered(faults)
        return table
    except csv.Error:
        raise _malformed(data, separator, name) from None
    except UnicodeDecodeError:
        raise _undecodable(data, separator, name) from None


def _as_utf8(data: bytes, name: str) -> bytes:
    """Return the file as UTF-8 (not yet validated, maybe with its mark), or say what it is."""
    for magic, sentence in _MAGIC.items():
        if data.startswith(magic):
            raise InputError(sentence, file=name)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            data = data.decode("utf-16").encode("utf-8")
        except UnicodeError:
            sentence = f"is marked as UTF-16 but is not readable text; {_NOT_UTF8}"
            raise InputError(sentence, file=name) from None
    if b"\0" in data:
        start = data[:1000]
        if max(start[0::2].count(0), start[1::2].count(0)) > len(start) // 4:
            sentence = f"looks like UTF-16 without a byte-order mark; {_NOT_UTF8}"
            raise InputError(sentence, file=name)
        raise InputError("contains binary data; a CSV text file is needed", file=name)
    if not data.removeprefix(codecs.BOM_UTF8).strip():
        raise InputError("is empty", file=name)
    return data


def header_of(data: bytes, columns: set[str]) -> set[str]:
    """Return which of these columns the file's first row with content names."""
    try:
        return _named(_as_utf8(data, ""), _separator(data, columns), columns)
    except (csv.Error, InputError):
        return set()


def _separator(data: bytes, columns: set[str]) -> str:
    """Return the separator under which the first row with content names the most columns."""
    try:
        return max(_SEPARATORS, key=lambda separator: len(_named(data, separator, columns)))
    except csv.Error:
        return _SEPARATORS[0]


def _named(data: bytes, separator: str, columns: set[str]) -> set[str]:
    start = data[: 4 * MAX_LINE_CHARACTERS]
    for record in _records(start, separator, strict=False, errors="replace"):
        names = {cell.strip().casefold() for cell in record}
        if names != {""} and names:
            return {column for column in columns if column.casefold() in names}
    return set()


def _records(
    data: bytes, separator: str, *, strict: bool = True, errors: str = "strict"
) -> Iterator[list[str]]:
    """Yield every record of the file, blank ones as well, as its cells."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", errors=errors, newline="")
    return csv.reader(_lines(text), delimiter=separator, strict=strict, skipinitialspace=True)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    for line in text:
        if len(line) > MAX_LINE_CHARACTERS:
            raise csv.Error("line too long")
        yield line


def _places(
    header: list[str], row: int, required: Sequence[str], optional: Sequence[str], name: str
) -> dict[str, int]:
    """Return the position of every wanted column in the header, checked."""
    if len(header) > MAX_COLUMNS:
        raise InputError(f"has more than {MAX_COLUMNS:,} columns", file=name, row=row)
    names = [cell.strip().casefold() for cell in header]
    places: dict[str, int] = {}
    for column in (*required, *optional):
        key = column.casefold()
        if names.count(key) > 1:
            raise InputError("stands twice in the header", file=name, row=row, column=column)
        if key in names:
            places[column] = names.index(key)
    missing = [column for column in required if column not in places]
    if missing:
        listed = ", ".join(shown(cell.strip(), 24) for cell in header[:12])
        listed += ", …" if len(header) > 12 else ""
        others = f" (and so are {', '.join(missing[1:])})" if len(missing) > 1 else ""
        sentence = f"is missing{others}; the header has {listed}"
        raise InputError(sentence, file=name, row=row, column=missing[0])
    return places


def _body(
    records: Iterator[list[str]],
    header_row: int,
    width: int,
    places: dict[str, int],
    numeric: Sequence[str],
    name: str,
    max_rows: int,
    ragged: list[InputError],
) -> Table:
    texts = {column: TextParser() for column in places if column not in numeric}
    numbers = {column: NumberParser() for column in places if column in numeric}
    sinks: list[tuple[int, TextParser | NumberParser]] = [
        *((places[column], parser) for column, parser in texts.items()),
        *((places[column], parser) for column, parser in numbers.items()),
    ]
    key = itemgetter(next(iter(places.values())))  # one column suffices to notice blank rows
    skipped: list[int] = []
    row, count = header_row, 0
    while chunk := list(islice(records, _CHUNK_ROWS)):
        first, row = row + 1, row + len(chunk)
        if set(map(len, chunk)) != {width} or not all(map(str.strip, map(key, chunk))):
            chunk = _whole(chunk, first, width, name, skipped, ragged)
        by_place = list(zip(*chunk, strict=True))
        for place, parser in sinks if chunk else ():
            parser.add(by_place[place])
        count += len(chunk)
        if count > max_rows:
            raise InputError(f"has more than {max_rows:,} data rows", file=name)
    if not count and not ragged:
        raise InputError("has a header but no data rows", file=name)
    rows = np.delete(np.arange(header_row + 1, row + 1), np.array(skipped, int) - header_row - 1)
    return Table(
        name,
        {column: parser.finish() for column, parser in texts.items()},
        rows,
        {column: parser.finish() for column, parser in numbers.items()},
    )


def _whole(
    chunk: list[list[str]],
    first_row: int,
    width: int,
    name: str,
    skipped: list[int],
    ragged: list[InputError],
) -> list[list[str]]:
    """Return the records that are neither blank nor ragged, noting the others."""
    kept = []
    for row, record in enumerate(chunk, start=first_row):
        blank = not any(map(str.strip, record))
        if not blank and len(record) == width:
            kept.append(record)
            continue
        skipped.append(row)
        if not blank:
            sentence = f"has {len(record)} cells where the header has {width}"
            if len(ragged) < MAX_FAULTS:
                ragged.append(InputError(sentence, file=name, row=row))
            else:  # a hostile file may hold millions
                ragged[-1].more += 1
    return kept


def _malformed(data: bytes, separator: str, name: str) -> InputError:
    """Say where and why the parser stopped; read again, because it does not count records."""
    row, reason = 1, ""
    try:
        for _ in _records(data, separator):
            row += 1
    except csv.Error as error:
        reason = str(error)
    if "expected after" in reason:
        sentence = "a closing quotation mark is not followed by a separator"
    elif "too long" in reason or "field limit" in reason:
        sentence = f"is longer than {MAX_LINE_CHARACTERS:,} characters, or a quotation mark is open"
    else:
        sentence = "a quotation mark is opened and never closed"
    return InputError(sentence, file=name, row=row)


def _undecodable(data: bytes, separator: str, name: str) -> InputError:
    """Say where the first byte stands that is not UTF-8."""
    start = 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start
    sentence = f"byte 0x{data[start]:02X} is not UTF-8 text; {_NOT_UTF8}"
    header: list[str] = []
    row, place = 0, 0
    try:
        for record in _records(data[:start] + b"x", separator, strict=False):
            row, place = row + 1, len(record) - 1
            header = header if any(map(str.strip, header)) else record
    except csv.Error:
        return InputError(sentence, file=name)
    inside = header is not record and place < len(header)
    return InputError(
        sentence, file=name, row=row, column=header[place].strip() if inside else None
    )
