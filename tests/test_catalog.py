"""Catalogs: what ships has its sources, what is read is checked, arrays are safe."""

from __future__ import annotations

import copy
import csv
import math
import pickle
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge import limits
from genedge.cli.main import main
from genedge.errors import InputError
from genedge.intake.catalog import (
    CATALOG_PRESETS,
    NUMBER_FIELDS,
    Model,
    ModelCatalog,
    Row,
)
from genedge.intake.provenance import provenance

HEADER = "name,service,storage_gb,gpu_memory_gb,power_kw,io_delay_s,inference_delay_s\n"
GPT2 = Model("GPT-2", "text generation", 14.0, 1.12, 0.016, 8.7, 0.6)
GOOD = "GPT-2,text generation,14,1.12,0.016,8.7,0.6\n"


def refusal(text: str) -> str:
    with pytest.raises(InputError) as caught:
        ModelCatalog.from_csv(text.encode(), name="my.csv")
    return str(caught.value)


# ---- what ships -------------------------------------------------------------------------------


def shipped_numbers(preset: str) -> dict[tuple[str, str], float]:
    """Read a shipped file with nothing but the standard library."""
    text = files("genedge").joinpath("data", f"catalog_{preset}.csv").read_text("utf-8")
    return {
        (row["name"], field): float(row[field])
        for row in csv.DictReader(text.splitlines())
        for field in NUMBER_FIELDS
    }


@pytest.mark.parametrize("preset", CATALOG_PRESETS)
def test_presets_hold_what_their_files_hold(preset: str) -> None:
    catalog = ModelCatalog.preset(preset)
    numbers = {
        (model.name, field): getattr(model, field) for model in catalog for field in NUMBER_FIELDS
    }
    assert numbers == shipped_numbers(preset)
    assert catalog.name == preset
    assert all(model.service for model in catalog)
    assert CATALOG_PRESETS[preset]


def test_table1_spans_the_ranges_of_the_paper_end_to_end() -> None:
    catalog = ModelCatalog.preset("table1")
    assert len(catalog) == 10
    for field, low, high in [
        ("storage_gb", 2, 50),
        ("gpu_memory_gb", 1, 6),
        ("power_kw", 0.0025, 0.5),
        ("io_delay_s", 0.3, 60),
        ("inference_delay_s", 0.05, 30),
    ]:
        values = getattr(catalog, field)
        assert (values.min(), values.max()) == (low, high)


@pytest.mark.parametrize("name", ["", "table2", "TABLE1", "../edges"])
def test_unknown_preset(name: str) -> None:
    for door in (ModelCatalog.preset, provenance):
        with pytest.raises(InputError, match="choose one of table1, measured, 2026"):
            door(name)


# ---- the container ----------------------------------------------------------------------------


def test_arrays_follow_the_rows_and_cannot_be_written() -> None:
    catalog = ModelCatalog.preset("table1")
    assert catalog.names[0] == "GPT-2"
    for field in NUMBER_FIELDS:
        values = getattr(catalog, field)
        assert values.dtype == np.float64
        assert values.flags.c_contiguous
        assert values.tolist() == [getattr(model, field) for model in catalog.models]
        assert getattr(catalog, field) is values
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda catalog: pickle.loads(pickle.dumps(catalog))]
)
def test_copies_are_equal_and_as_safe(again: Callable[[ModelCatalog], ModelCatalog]) -> None:
    catalog = ModelCatalog.from_rows([GPT2])
    assert catalog.storage_gb[0] == 14
    other = again(catalog)
    assert other == catalog
    assert hash(other) == hash(catalog)
    assert not other.storage_gb.flags.writeable


def test_equal_rows_make_equal_catalogs() -> None:
    catalog = ModelCatalog.from_rows([GPT2])
    assert catalog == ModelCatalog.from_csv((HEADER + GOOD).encode(), name="catalog")
    assert catalog != ModelCatalog.from_rows([GPT2._replace(storage_gb=15.0)])
    assert list(catalog) == [GPT2]


def test_catalogs_made_directly_are_checked_as_well() -> None:
    with pytest.raises(InputError, match="column power_kw: -1 is negative"):
        ModelCatalog((GPT2._replace(power_kw=-1.0),))
    with pytest.raises(InputError, match="stands in row 2 as well"):
        ModelCatalog((GPT2, GPT2))


# ---- to and from CSV --------------------------------------------------------------------------

names = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=60).map(str.strip)
awkward = st.sampled_from(
    ["=1+1", "'=x", "''@", "-", "+a", "a,b", 'a"b', "a\nb", "a\rb", "a\r\nb", "NA", "1"]
)
numbers = st.floats(min_value=0, max_value=limits.MAX_QUANTITY)
models = st.builds(
    Model, (names | awkward).filter(bool), names | awkward, *[numbers] * len(NUMBER_FIELDS)
)


@given(st.lists(models, min_size=1, max_size=8, unique_by=lambda model: model.name))
def test_csv_round_trip_keeps_every_bit(rows: list[Model]) -> None:
    catalog = ModelCatalog.from_rows(rows, name="round")
    assert catalog.models == tuple(rows)
    text = catalog.to_csv()
    assert ModelCatalog.from_csv(text.encode(), name="round") == catalog
    assert ModelCatalog.from_csv(text.encode(), name="round").to_csv() == text


def test_exported_names_are_no_formulas() -> None:
    text = ModelCatalog.from_rows([GPT2._replace(name="=cmd()", service="@x")]).to_csv()
    assert text.splitlines()[1].startswith("'=cmd(),'@x,14.0,")


def test_service_is_optional_and_other_columns_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(
        "checkpoint,name,storage_gb,gpu_memory_gb,power_kw,io_delay_s,inference_delay_s\n"
        "x,A,1,2,3,4,5\n"
    )
    catalog = ModelCatalog.from_csv(path)
    assert catalog.models == (Model("A", "", 1.0, 2.0, 3.0, 4.0, 5.0),)
    assert catalog.name == "mine.csv"
    assert ModelCatalog.from_csv(path, name="ours").name == "ours"


def test_zero_everywhere_is_a_model() -> None:
    assert ModelCatalog.from_csv((HEADER + "A,,0,0,0,0,0\n").encode()).models[0][2:] == (0,) * 5


@pytest.mark.parametrize("field", NUMBER_FIELDS)
@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("abc", "'abc' is not a number"),
        ("", "is blank; a number is needed"),
        ("nan", "'nan' is not a finite number"),
        ("inf", "'inf' is not a finite number"),
        ("1e999", "'1e999' is too large"),
        ("1e300", "1e+300 is more than 1,000,000,000"),
        ("-0.1", "-0.1 is negative"),
        ('"1,500"', "'1,500' is not a number: write"),
    ],
)
def test_bad_number_in_a_file(field: str, cell: str, sentence: str) -> None:
    cells = GOOD.strip().replace("GPT-2", "B").split(",")
    cells[Model._fields.index(field)] = cell
    message = refusal(HEADER + GOOD + ",".join(cells) + "\n")
    assert message.startswith(f"my.csv, row 3, column {field}: {sentence}")


def test_bad_names_in_a_file() -> None:
    assert refusal(HEADER + GOOD + "\n" + GOOD.replace("text", "other")) == (
        "my.csv, row 4, column name: 'GPT-2' stands in row 2 as well"
    )
    assert refusal(HEADER + GOOD + GOOD.replace("GPT-2", " ")).startswith(
        "my.csv, row 3, column name: is blank"
    )
    assert refusal(HEADER + GOOD.replace("GPT-2", "x" * 201)).startswith(
        "my.csv, row 2, column name: 'xxxx"
    )
    assert "row 2, column service: 'yyyy" in refusal(
        HEADER + GOOD.replace("text generation", "y" * 201)
    )


def test_every_fault_of_a_file_is_named_up_to_ten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    faulty = ["A,,-1,x,,1,1", ",,1,1,1,1,1", "B,,1,1,1,1", "A,,1e12,1,1,1,nan"]
    path = tmp_path / "my.csv"
    path.write_text(HEADER + GOOD + "\n".join(faulty) + "\n")
    assert main(["run", "--catalog", str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"genedge: error: my.csv, row {fault}"
        for fault in (
            "3, column storage_gb: -1 is negative",
            "3, column gpu_memory_gb: 'x' is not a number",
            "3, column power_kw: is blank; a number is needed",
            "4, column name: is blank; a name is needed",
            "5: has 6 cells where the header has 7",
            "6, column name: 'A' stands in row 3 as well",
            "6, column storage_gb: 1000000000000 is more than 1,000,000,000",
            "6, column inference_delay_s: 'nan' is not a finite number",
        )
    ]
    path.write_text(HEADER + GOOD + "C,,-1,-1,-1,-1,-1\n" * 3)
    with pytest.raises(InputError) as caught:
        ModelCatalog.from_csv(path)
    assert len(caught.value.lines()) == 11
    assert caught.value.lines()[-1] == "and 7 more"


@pytest.mark.parametrize("field", ["name", *NUMBER_FIELDS])
def test_missing_column_in_a_file(field: str) -> None:
    message = refusal(HEADER.replace(field, "other") + GOOD)
    assert message.startswith(f"my.csv, row 1, column {field}: is missing; the header has ")
    assert "'other'" in message


def test_limits_of_a_file() -> None:
    rows = "".join(GOOD.replace("GPT-2", f"m{i}") for i in range(limits.MAX_MODELS + 1))
    assert refusal(HEADER + rows) == "my.csv: has more than 1,000 data rows"
    most = rows[: rows.index(f"m{limits.MAX_MODELS},")]
    assert len(ModelCatalog.from_csv((HEADER + most).encode())) == limits.MAX_MODELS
    assert refusal(" " * (limits.MAX_CATALOG_BYTES + 1)) == "my.csv: is larger than 20 MB"


# ---- from rows --------------------------------------------------------------------------------


def test_rows_may_be_models_mappings_or_sequences() -> None:
    mapping = {**GPT2._asdict(), "name": "B", "checkpoint": "x/y"}
    padded = {f" {key.upper()} ": value for key, value in mapping.items()} | {" NAME ": " C "}
    sequence = ["D", *GPT2[1:]]
    rows: list[Row] = [GPT2, mapping, padded, sequence]
    catalog = ModelCatalog.from_rows(iter(rows))
    assert catalog.models == tuple(GPT2._replace(name=name) for name in ("GPT-2", "B", "C", "D"))


def test_rows_may_hold_any_kind_of_number_and_text() -> None:
    row = ("7", None, 1, np.float64(0.1), np.int64(2), "3.5", np.float32(0.5))
    assert ModelCatalog.from_rows([row]).models == (Model("7", "", 1.0, 0.1, 2.0, 3.5, 0.5),)
    assert ModelCatalog.from_rows([(7, *row[1:])]).names == ("7",)
    assert all(type(value) is float for value in ModelCatalog.from_rows([row]).models[0][2:])


def test_names_in_rows_are_taken_literally() -> None:
    assert ModelCatalog.from_rows([GPT2._replace(name="'=x")]).names == ("'=x",)


class NAType:
    """Stands for pandas' NA, which is neither equal nor unequal to anything."""

    def __ne__(self, other: object) -> bool:
        raise TypeError("boolean value of NA is ambiguous")

    __hash__ = None  # type: ignore[assignment]


@pytest.mark.parametrize("blank", [None, math.nan, NAType(), "", "  "])
def test_blank_cells_in_rows(blank: object) -> None:
    for field, sentence in [("name", "is blank; a name"), ("io_delay_s", "is blank; a number")]:
        with pytest.raises(InputError, match=rf"^tab, row 3, column {field}: {sentence}"):
            ModelCatalog.from_rows([GPT2, {**GPT2._asdict(), "name": "B", field: blank}], "tab")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (-1, "-1 is negative"),
        (math.inf, "'inf' is not a finite number"),
        (10**400, "'1e999' is too large"),
        (1e300, "1e+300 is more than"),
        (True, "'True' is not a number"),
        ("x", "'x' is not a number"),
        ([1], "'[1]' is not a number"),
    ],
)
def test_bad_number_in_rows(value: object, sentence: str) -> None:
    rows: list[Row] = [GPT2, {**GPT2._asdict(), "name": "B", "power_kw": value}]
    with pytest.raises(InputError) as caught:
        ModelCatalog.from_rows(rows, name="tab")
    assert str(caught.value).startswith(f"tab, row 3, column power_kw: {sentence}")


@pytest.mark.parametrize("name", ["a\0b", "a\x1b", "\ud800"])
def test_names_that_cannot_be_written_out(name: str) -> None:
    with pytest.raises(InputError, match=r"row 2, column name: .* contains a control character"):
        ModelCatalog.from_rows([GPT2._replace(name=name)])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "catalog: has no rows"),
        ([GPT2, GPT2], "catalog, row 3, column name: 'GPT-2' stands in row 2 as well"),
        ([GPT2, ("a", 1)], "catalog, row 3: is no model: 7 values are needed, not"),
        (["GPT-2 ab"], "catalog, row 2: is no model"),
        ([7], "catalog, row 2: is no model"),
        ([{"name": "A"}], "catalog, row 2, column storage_gb: is missing"),
        (
            (GPT2._replace(name=str(i)) for i in range(limits.MAX_MODELS + 1)),
            "catalog: has more than 1,000 rows",
        ),
    ],
)
def test_rows_that_are_no_catalog(rows: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ModelCatalog.from_rows(rows)
    assert str(caught.value).startswith(message)
