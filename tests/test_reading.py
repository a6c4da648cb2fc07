"""What arrives from outside is read as it was meant."""

from __future__ import annotations

import codecs
import csv
import io
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import NAME_AND_SIZE, read

from genedge.errors import InputError
from genedge.intake.cells import original_cell, plain_cell
from genedge.intake.reading import read_table


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


def test_reading_loads_no_pandas() -> None:
    code = (
        "import importlib.util, sys, types;"
        "package = types.ModuleType('genedge'); spec = importlib.util.find_spec('genedge');"
        "package.__path__ = list(spec.submodule_search_locations);"
        "sys.modules['genedge'] = package;"
        "import genedge.intake.reading; print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


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
