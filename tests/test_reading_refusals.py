"""What cannot be read is refused with the place of the fault: file, header, rows and cells."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import NAME_AND_SIZE, read, refusal

from genedge import limits
from genedge.errors import InputError
from genedge.intake.reading import read_bytes

# ---- the file ---------------------------------------------------------------------------------


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


# ---- the header -------------------------------------------------------------------------------


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


# ---- rows and cells ---------------------------------------------------------------------------


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
