"""What arrives from outside is read as it was meant, or refused with the place of the fault."""

from __future__ import annotations

import codecs
import copy
import csv
import io
import math
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge import limits
from genedge.errors import InputError, one_line, shown
from genedge.reading import Table, original_cell, plain_cell, read_bytes, read_table

NAME_AND_SIZE = "name,size\n"


def read(
    content: str | bytes,
    *,
    required: Sequence[str] = ("name", "size"),
    optional: Sequence[str] = ("note",),
    max_rows: int = 1000,
    **kwargs: Any,
) -> Table:
    data = content.encode() if isinstance(content, str) else content
    kwargs.setdefault("max_bytes", 1_000_000)
    return read_table(
        data, name="my.csv", required=required, optional=optional, max_rows=max_rows, **kwargs
    )


def refusal(content: str | bytes, **kwargs: Any) -> str:
    """Return the message with which a file is refused, which is always one printable line."""
    with pytest.raises(InputError) as caught:
        table = read(content, **kwargs)
        table.texts("name")
        table.numbers("size", minimum=0, maximum=1e9)
    message = str(caught.value)
    assert message.isprintable()
    return message


# ---- the exception ----------------------------------------------------------------------------


def test_message_names_file_row_column_and_sentence() -> None:
    error = InputError("'abc' is not a number", file=Path("my.csv"), row=3, column="gpu_memory_gb")
    assert str(error) == "my.csv, row 3, column gpu_memory_gb: 'abc' is not a number"
    assert (error.file, error.row, error.column) == ("my.csv", 3, "gpu_memory_gb")
    assert isinstance(error, ValueError)


def test_message_without_a_place_is_the_sentence() -> None:
    assert str(InputError("nothing to do")) == "nothing to do"
    assert str(InputError("is empty", file="a.csv")) == "a.csv: is empty"
    assert str(InputError("is odd", row=7)) == "row 7: is odd"


@pytest.mark.parametrize("again", [copy.copy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_survive_copies_and_processes(again: Callable[[InputError], InputError]) -> None:
    error = InputError("is odd", file="a.csv", row=2, column="size")
    assert str(again(error)) == "a.csv, row 2, column size: is odd"


@given(st.text(), st.text(), st.text())
def test_message_is_one_printable_line_whatever_it_quotes(
    sentence: str, file: str, column: str
) -> None:
    message = str(InputError(sentence + shown(column), file=file, row=1, column=column))
    assert message.isprintable()


def test_long_values_are_shortened() -> None:
    assert len(shown("x" * 10_000)) < 50
    assert shown("x" * 10_000).endswith("…'")
    assert len(str(InputError("y" * 10_000, file="z" * 10_000, column="c" * 10_000))) < 1000
    assert one_line("a\nb\x1b[31m\u202e") == r"a\nb\x1b[31m\u202e"


# ---- what is read -----------------------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_found_out_from_the_header(separator: str) -> None:
    table = read(f"name{separator}size\na{separator}1.5\nb{separator}2\n")
    assert table.texts("name") == ["a", "b"]
    assert table.numbers("size").tolist() == [1.5, 2.0]


def test_a_comma_in_a_semicolon_file_is_part_of_the_name() -> None:
    assert read("name;size;x,y,z\na,b;1;\n").texts("name") == ["a,b"]


@pytest.mark.parametrize(
    "data",
    [
        "name,size\nGrüße,1\n".encode("utf-8-sig"),
        "name,size\nGrüße,1\n".encode(),
        "name,size\nGrüße,1\n".encode("utf-16"),
        codecs.BOM_UTF16_BE + "name,size\nGrüße,1\n".encode("utf-16-be"),
    ],
)
def test_encodings_with_a_mark_and_plain_utf8_are_read(data: bytes) -> None:
    assert read(data).texts("name") == ["Grüße"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(end: str) -> None:
    table = read(end.join(["name,size", "a,1", "", "b,2"]))
    assert table.texts("name") == ["a", "b"]
    assert table.rows.tolist() == [2, 4]


def test_blank_rows_are_skipped_and_row_numbers_stay_right() -> None:
    table = read("\n\nname,size\n\na,1\n,\n  ,\t\n   \nb,2\n\n")
    assert table.texts("name") == ["a", "b"]
    assert table.rows.tolist() == [5, 9]


def test_quoted_cells_hold_commas_quotes_and_line_breaks() -> None:
    table = read('name,size,note\n"a, ""b""",1,"one\ntwo"\nc, "2" ,\n'.replace(' "2" ', ' "2"'))
    assert table.texts("name") == ['a, "b"', "c"]
    assert table.columns["note"].tolist() == ["one\ntwo", ""]
    assert table.rows.tolist() == [2, 3]  # as a spreadsheet counts, not as lines
    assert table.numbers("size").tolist() == [1, 2]


def test_header_matches_whatever_its_case_and_padding() -> None:
    assert read(" NAME , Size\n a , 1 \n").texts("name") == ["a"]


def test_unknown_columns_are_ignored_even_nameless_and_repeated_ones() -> None:
    table = read("x,name,,x,size,\n1,a,,2,3,\n")
    assert set(table.columns) == {"name", "size"}
    assert table.numbers("size").tolist() == [3]


def test_absent_optional_column_is_absent() -> None:
    table = read("name,size\na,1\n")
    assert "note" not in table
    assert "name" in table


@pytest.mark.parametrize("name", ["NA", "null", "None", "nan", "007", "1e3", "TRUE", "-"])
def test_names_that_look_like_something_else_are_names(name: str) -> None:
    assert read(f"name,size\n{name},1\n").texts("name") == [name]


def test_codes_follow_first_appearance_and_merge_exported_spellings() -> None:
    codes, names = read("name,size\nb,1\na,1\nb,1\n=x,1\n'=x,1\n").coded("name")
    assert names == ("b", "a", "=x")
    assert codes.tolist() == [0, 1, 0, 2, 2]
    assert codes.dtype == np.int32


def test_blank_cells_take_the_given_number() -> None:
    table = read("name,size\na,\nb,2\n")
    assert table.numbers("size", blank=1, minimum=2).tolist() == [1, 2]
    assert table.blank("size").tolist() == [True, False]


def test_a_blank_cell_does_not_hide_where_the_fault_stands() -> None:
    with pytest.raises(InputError, match=r"row 3, column size: 2 is less than 5"):
        read("name,size\na,\nb,2\nc,1\n").numbers("size", blank=1, minimum=5)


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1, read("name,size\na,-0\n").numbers("size")[0]) == 1


@pytest.mark.parametrize("numeric", [(), ("size",)])
@given(values=st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_are_read_bit_by_bit(numeric: tuple[str, ...], values: list[float]) -> None:
    table = read(
        "name,size\n" + "".join(f"m,{value!r}\n" for value in values),
        numeric=numeric,
    )
    assert table.numbers("size").tolist() == values
    assert ("size" in table.columns) is not bool(numeric)


@pytest.mark.parametrize("text", ["1", "+1", "1.", ".5", "1e3", "1E-3", "00012", " 7 "])
def test_ways_to_write_a_number(text: str) -> None:
    assert read(f"name,size\na,{text}\n").numbers("size").tolist() == [float(text)]


def test_many_distinct_cells_are_read_like_few() -> None:
    count = 70_000  # more than are remembered
    table = read(
        "name,size,note\n" + "".join(f"model {i}, {i}.5 ,\n" for i in range(count)),
        numeric=("size",),
        max_rows=count,
        max_bytes=10_000_000,
    )
    assert np.array_equal(table.numbers("size"), np.arange(count) + 0.5)
    assert table.texts("name")[-1] == f"model {count - 1}"
    assert table.rows[-1] == count + 1


def test_a_late_fault_among_many_distinct_numbers_is_found() -> None:
    body = "".join(f"m,{i}.5\n" for i in range(70_000)) + "m,1_0\n"
    with pytest.raises(InputError, match=r"row 70002, column size: '1_0' is not a number"):
        read(
            NAME_AND_SIZE + body, numeric=("size",), max_rows=100_000, max_bytes=10_000_000
        ).numbers("size")


@given(
    st.lists(
        st.tuples(st.text(alphabet='ab,;"\n\r\t =', min_size=1), st.sampled_from(["", "x", "é;"])),
        min_size=1,
    )
)
def test_what_the_standard_writer_writes_is_read_back(rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["name", "note"])
    writer.writerows(rows)
    kept = [(i, row) for i, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    if not kept:
        return
    table = read(text.getvalue(), required=("name", "note"), optional=())
    assert table.columns["name"].tolist() == [name.strip() for _, (name, _) in kept]
    assert table.columns["note"].tolist() == [note.strip() for _, (_, note) in kept]
    assert table.rows.tolist() == [i for i, _ in kept]


def test_paths_name_the_file(tmp_path: Path) -> None:
    path = tmp_path / "sizes.csv"
    path.write_text("name,size\na,1\n")
    for source in (path, str(path)):
        table = read_table(source, required=("name",), max_bytes=100, max_rows=10)
        assert table.name == "sizes.csv"


# ---- what is refused: the file ----------------------------------------------------------------


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^none\.csv: there is no file '.*none\.csv'"):
        read_bytes(tmp_path / "none.csv", max_bytes=10)


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_bytes(tmp_path, max_bytes=10)


@pytest.mark.parametrize("path", ["a\0b.csv", "x" * 5000])
def test_impossible_path(path: str) -> None:
    with pytest.raises(InputError, match=r"cannot be read|there is no file") as caught:
        read_bytes(path, max_bytes=10)
    assert str(caught.value).isprintable()


def test_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.write_text("name\n")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"^secret\.csv: cannot be read: Permission denied$"):
        read_bytes(path, max_bytes=10)


@pytest.mark.parametrize("as_path", [True, False])
def test_size_limit_is_exact(tmp_path: Path, as_path: bool) -> None:
    path = tmp_path / "big.csv"
    path.write_bytes(b"x" * limits.MEGABYTE)
    source: bytes | Path = path if as_path else path.read_bytes()
    assert len(read_bytes(source, max_bytes=limits.MEGABYTE)[1]) == limits.MEGABYTE
    path.write_bytes(b"x" * (2 * limits.MEGABYTE + 1))
    source = path if as_path else path.read_bytes()
    with pytest.raises(InputError, match="is larger than 2 MB"):
        read_bytes(source, max_bytes=2 * limits.MEGABYTE)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \r\n", codecs.BOM_UTF8, codecs.BOM_UTF16_LE])
def test_empty_file(content: bytes) -> None:
    assert refusal(content) == "my.csv: is empty"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04\x14\0", "looks like a spreadsheet; export it as CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "looks like a spreadsheet; export it as CSV"),
        (b"\x1f\x8b\x08\0", "looks like a compressed file; unpack it first"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "contains binary data"),
        (b"name,size\na,1\0\n", "contains binary data"),
        (codecs.BOM_UTF16_LE + "name,size\na\0,1\n".encode("utf-16-le"), "contains binary data"),
        ("name,size\na,1\n".encode("utf-16-le"), "looks like UTF-16 without a byte-order mark"),
        ("name,size\na,1\n".encode("utf-16-be"), "looks like UTF-16 without a byte-order mark"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8\x00", "is marked as UTF-16 but is not readable text"),
    ],
)
def test_no_text(content: bytes, sentence: str) -> None:
    assert refusal(content).startswith(f"my.csv: {sentence}")


def test_latin1_names_the_cell_and_the_cure() -> None:
    content = "name,size,note\na,1,\n\nb,2,x\nGrüße,3,\n".encode("latin-1")
    message = refusal(content)
    assert message.startswith("my.csv, row 5, column name: byte 0xFC is not UTF-8 text; save")
    assert "UTF-8" in message


def test_undecodable_header_quoted_cell_and_far_away_row() -> None:
    assert refusal(b"n\xe9,size\na,1\n").startswith("my.csv, row 1: byte 0xE9")
    quoted = refusal(b'name,note,size\na,"x\ny\xe9",1\n')
    assert quoted.startswith("my.csv, row 2, column note: byte 0xE9")
    far = refusal(NAME_AND_SIZE.encode() + b"a,1\n" * 900 + b"a,\xff\n")
    assert far.startswith("my.csv, row 902, column size: byte 0xFF")
    cut = refusal("name,size\na,1é".encode()[:-1])
    assert cut.startswith("my.csv, row 2, column size: byte 0xC3")


# ---- what is refused: the header --------------------------------------------------------------


def test_missing_column_lists_what_was_found() -> None:
    message = refusal("name,storage\na,1\n")
    assert message == "my.csv, row 1, column size: is missing; the header has 'name', 'storage'"


def test_every_missing_column_is_named() -> None:
    message = refusal("\nx\n1\n", required=("name", "size", "weight"))
    assert message.startswith("my.csv, row 2, column name: is missing (and so are size, weight);")


def test_long_headers_are_shortened() -> None:
    message = refusal(",".join(f"column {i} {'x' * 100}" for i in range(200)) + "\n")
    assert len(message) < 600
    assert message.endswith("…")


def test_duplicated_column() -> None:
    message = refusal("name,size,Size \na,1,2\n")
    assert message == "my.csv, row 1, column size: stands twice in the header"


def test_duplicated_optional_column() -> None:
    assert "column note: stands twice" in refusal("name,size,note,note\na,1,,\n")


def test_too_many_columns() -> None:
    message = refusal("name,size" + ",x" * limits.MAX_COLUMNS + "\n")
    assert message == "my.csv, row 1: has more than 2,000 columns"


# ---- what is refused: rows and cells ----------------------------------------------------------


def test_no_data_rows() -> None:
    assert refusal("name,size\n") == "my.csv: has a header but no data rows"
    assert refusal("name,size\n\n,\n") == "my.csv: has a header but no data rows"


def test_row_limit_is_exact() -> None:
    assert len(read(NAME_AND_SIZE + "a,1\n" * 300 + "\n\n", max_rows=300)) == 300
    assert refusal(NAME_AND_SIZE + "a,1\n" * 301, max_rows=300) == (
        "my.csv: has more than 300 data rows"
    )


@pytest.mark.parametrize(
    ("row", "cells"), [("a", 1), ("a,1,2", 3), ("a,1,", 3), ("a,1,500", 3), ('"a,1"', 1)]
)
@pytest.mark.parametrize("before", [0, 1, 255, 256, 600])
def test_ragged_row(row: str, cells: int, before: int) -> None:
    message = refusal(NAME_AND_SIZE + "a,1\n" * before + row + "\na,1\n")
    assert message == f"my.csv, row {before + 2}: has {cells} cells where the header has 2"


@pytest.mark.parametrize(
    ("content", "place", "sentence"),
    [
        ('name,size\na,1\n\nb,"2\nc,3\n', "row 4", "a quotation mark is opened and never closed"),
        ('name,size\na,1\n"b"x,2\n', "row 3", "a closing quotation mark is not followed by"),
        ("name,size\na,1\nb," + "2" * 140_000 + "\n", "row 3", "is longer than 131,072 characters"),
        ("name,size\n" + "a," * 140_000, "row 2", "is longer than 131,072 characters"),
        ('name,size\na,"' + "x\n" * 140_000, "row 2", "is longer than 131,072 characters"),
        ("n" * 140_000, "row 1", "is longer than 131,072 characters"),
    ],
)
def test_malformed_rows(content: str, place: str, sentence: str) -> None:
    assert refusal(content).startswith(f"my.csv, {place}: {sentence}")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("abc", "'abc' is not a number"),
        ("1.2.3", "'1.2.3' is not a number"),
        ("0x10", "'0x10' is not a number"),
        ("1_000", "'1_000' is not a number"),
        ("1 000", "'1 000' is not a number"),
        ("١٢", "'١٢' is not a number"),
        ("'5", '"\'5" is not a number'),
        ("", "is blank; a number is needed"),
        ("NaN", "'NaN' is not a finite number"),
        ("inf", "'inf' is not a finite number"),
        ("-Infinity", "'-Infinity' is not a finite number"),
        ("1e999", "'1e999' is too large"),
        ("-1e999", "'-1e999' is too large"),
        ('"1,500"', "'1,500' is not a number: write decimals with a point and thousands without"),
        ('"a,b"', "'a,b' is not a number"),
        ("-3", "-3 is negative"),
        ("1e300", "1e+300 is more than 1,000,000,000"),
        ("x\x1b[2J", r"'x\x1b[2J' is not a number"),
    ],
)
@pytest.mark.parametrize("numeric", [(), ("size",)])
def test_bad_number(cell: str, sentence: str, numeric: tuple[str, ...]) -> None:
    later = "c,-5\nd,2e300\n" if sentence.startswith(("-3", "1e+300")) else "c,oops\nd,\n"
    message = refusal(f"name,size\na,1\n\nb,{cell}\n{later}", numeric=numeric)
    assert message.startswith(f"my.csv, row 4, column size: {sentence}")


def test_decimal_comma_in_a_semicolon_file() -> None:
    message = refusal("name;size\na;3,5\n")
    assert message.startswith("my.csv, row 2, column size: '3,5' is not a number: write decimals")


def test_zero_where_it_is_not_allowed() -> None:
    with pytest.raises(InputError, match=r"^my\.csv, row 3, column size: 0 is zero"):
        read("name,size\na,1\nb,0\n").numbers("size", allow_zero=False)


def test_below_a_minimum_other_than_zero() -> None:
    with pytest.raises(InputError, match=r"^my\.csv, row 2, column size: 4 is less than 5$"):
        read("name,size\na,4\n").numbers("size", minimum=5)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("", "is blank; a name is needed"),
        ("  ", "is blank; a name is needed"),
        ("x" * 201, f"'{'x' * 39}…' has 201 characters; at most 200 fit"),
        ("a\x07", r"'a\x07' contains a control character"),
    ],
)
def test_bad_name(cell: str, sentence: str) -> None:
    message = refusal(f"name,size\na,1\n{cell},2\n{cell},3\n")
    assert message == f"my.csv, row 3, column name: {sentence}"


def test_blank_name_where_it_is_allowed() -> None:
    assert read("name,size\n,1\n").texts("name", allow_blank=True) == [""]


@given(
    st.binary()
    | st.lists(
        st.sampled_from(
            [b"name", b"size", b",", b";", b"\n", b"\r", b'"', b"1", b"-", b"e9", b" ", b"\xe9"]
        )
    ).map(lambda parts: b"name,size\n" + b"".join(parts))
)
def test_any_bytes_are_a_table_or_an_input_error(data: bytes) -> None:
    try:
        table = read(data)
        assert len(table.texts("name")) == len(table.numbers("size")) == len(table) > 0
    except InputError as error:
        assert str(error).startswith("my.csv")
        assert str(error).isprintable()


# ---- cells for spreadsheets -------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x"])
def test_formulas_are_disarmed(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert original_cell(plain_cell(text)) == text


@pytest.mark.parametrize("text", ["", "x", "a=b", "'x", "'", "GPT-2"])
def test_other_text_is_left_alone(text: str) -> None:
    assert plain_cell(text) == text == original_cell(text)


@given(st.text(alphabet="'=+-@\t\r x"))
def test_plain_cells_are_safe_and_come_back(text: str) -> None:
    assert not plain_cell(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert original_cell(plain_cell(text)) == text


def test_reading_loads_no_pandas() -> None:
    code = (
        "import importlib.util, sys, types;"
        "package = types.ModuleType('genedge'); spec = importlib.util.find_spec('genedge');"
        "package.__path__ = list(spec.submodule_search_locations);"
        "sys.modules['genedge'] = package;"
        "import genedge.reading; print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
