"""What is typed into the table of models: a catalog, or sentences that say why not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge.intake.catalog import NUMBER_FIELDS, Model, ModelCatalog
from genedge.intake.edited_table import (
    Edited,
    aligned_rates,
    apply_edits,
    catalog_value,
    cell_text,
    read_edited,
    records_of,
)
from genedge.scenario.scenario import Scenario

TABLE1 = ModelCatalog.preset("table1")


def edited(edits: dict[str, Any], *, rates: Sequence[float] | None = None) -> Edited:
    records = apply_edits(records_of(TABLE1, rates), edits)
    return read_edited(records, with_rates=rates is not None)


def test_an_untouched_table_is_the_catalog_itself() -> None:
    assert edited({}) == Edited(TABLE1.models)
    assert catalog_value(TABLE1.models) == "table1"


def test_edits_cuts_and_new_rows_in_the_order_of_the_browser() -> None:
    new = dict.fromkeys(NUMBER_FIELDS, 2) | {"name": " New ", "_index": 7}
    typed = edited(
        {"edited_rows": {"1": {"storage_gb": 9}}, "deleted_rows": [0, 2], "added_rows": [new]}
    )
    assert typed.models is not None
    names = [row.name for row in typed.models]
    assert names == ["Stable Diffusion v1-4", *TABLE1.names[3:], "New"]
    assert typed.models[0].storage_gb == 9.0
    assert typed.models[-1] == Model("New", "", 2.0, 2.0, 2.0, 2.0, 2.0)


def test_editing_back_gives_the_shipped_catalog_again() -> None:
    typed = edited({"edited_rows": {0: {"storage_gb": 14}}})
    assert typed.models is not None and catalog_value(typed.models) == "table1"


def test_a_cell_typed_back_keeps_the_digits_that_are_not_shown() -> None:
    rates = [1 / 3] * 10
    assert cell_text(records_of(TABLE1, rates)[0], "arrival_rate") == "0.3333"
    back = edited({"edited_rows": {"0": {"arrival_rate": "0.3333"}}}, rates=rates)
    assert back.rates == tuple(rates)
    assert edited({"edited_rows": {"0": {"arrival_rate": "0.33"}}}, rates=rates).rates != back.rates


def test_edits_leave_the_base_alone() -> None:
    base = records_of(TABLE1)
    apply_edits(base, {"edited_rows": {0: {"storage_gb": 99}}})
    assert base == records_of(TABLE1)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"storage_gb": -4}, "Row 2 (Stable Diffusion v1-4), Storage, GB: -4 is negative"),
        ({"power_kw": None}, "Row 2 (Stable Diffusion v1-4), Power, kW: is blank; a number is"),
        ({"io_delay_s": 1e10}, "Row 2 (Stable Diffusion v1-4), I/O delay, s: 10000000000 is more"),
        ({"storage_gb": "-5"}, "Row 2 (Stable Diffusion v1-4), Storage, GB: -5 is negative"),
        ({"storage_gb": "abc"}, "Row 2 (Stable Diffusion v1-4), Storage, GB: 'abc' is not a"),
        ({"storage_gb": "1e12"}, "Row 2 (Stable Diffusion v1-4), Storage, GB: 1000000000000 is m"),
        ({"name": "GPT-2"}, "Row 2 (GPT-2), Model: 'GPT-2' stands in row 1 as well"),
        ({"name": " "}, "Row 2, Model: is blank; a name is needed"),
    ],
)
def test_a_fault_names_row_and_column_as_the_table_shows_them(
    cells: dict[str, object], sentence: str
) -> None:
    typed = edited({"edited_rows": {"1": cells}})
    assert typed.models is None
    assert typed.faults[0].startswith(sentence)


def test_every_fault_is_named_up_to_ten() -> None:
    cells = {str(row): {"storage_gb": "-1", "power_kw": "x"} for row in range(6)}
    typed = edited({"edited_rows": cells | {"9": {"name": "GPT-2", "arrival_rate": "many"}}},
                   rates=[1.0] * 10)  # fmt: skip
    assert len(typed.faults) == 11
    assert typed.faults[:2] == (
        "Row 1 (GPT-2), Storage, GB: -1 is negative",
        "Row 1 (GPT-2), Power, kW: 'x' is not a number",
    )
    assert typed.faults[-1] == "and 4 more"


def test_half_typed_new_rows_do_not_count_and_are_no_fault() -> None:
    rows = [{"name": "New"}, {"storage_gb": 3}, {}, {"name": None, "service": ""}]
    typed = edited({"added_rows": rows})
    assert typed.models == TABLE1.models and not typed.faults
    first, second = typed.unfinished
    assert first.startswith("Row 11 (New) is not in force yet: it needs Storage, GPU memory,")
    assert second.startswith("Row 12 is not in force yet: it needs a name, GPU memory, Power,")


def test_a_new_row_of_figures_alone_is_said_to_lack_its_name() -> None:
    typed = edited({"added_rows": [dict.fromkeys(NUMBER_FIELDS, 1)]})
    assert typed.models == TABLE1.models
    assert typed.unfinished == ("Row 11 is not in force yet: it needs a name",)
    rate = edited({"added_rows": [{"arrival_rate": 2}]}, rates=[1.0] * 10)
    assert len(rate.unfinished) == 1


def test_rows_are_counted_on_the_screen_even_after_unfinished_ones() -> None:
    whole = dict.fromkeys(NUMBER_FIELDS, 1) | {"name": "Whole"}
    typed = edited({"added_rows": [{"name": "Half"}, whole | {"power_kw": -1}]})
    assert typed.faults == ("Row 12 (Whole), Power, kW: -1 is negative",)
    assert len(typed.unfinished) == 1


def test_an_empty_table_is_refused() -> None:
    typed = edited({"deleted_rows": list(range(10))})
    assert typed.models is None and typed.faults == ("A catalog needs at least one model",)


def test_rates_go_with_their_rows() -> None:
    rates = [float(i) for i in range(10)]
    new = dict.fromkeys(NUMBER_FIELDS, 1) | {"name": "New"}
    typed = edited({"deleted_rows": [4], "added_rows": [new]}, rates=rates)
    assert typed.rates == (0, 1, 2, 3, 5, 6, 7, 8, 9, 0)
    for bad in (-1, math.inf, "x", 1e7):
        wrong = edited({"edited_rows": {"3": {"arrival_rate": bad}}}, rates=rates)
        assert wrong.models is None
        assert wrong.faults[0].startswith("Row 4 (BLIP), Requests per slot: ")
    nobody = edited({"edited_rows": {"9": {"arrival_rate": None}}}, rates=[0.0] * 9 + [1.0])
    assert nobody.faults == ("Requests per slot: at least one model needs more than 0",)


@given(
    st.dictionaries(
        st.integers(0, 11),
        st.dictionaries(
            st.sampled_from(["name", "service", *NUMBER_FIELDS, "arrival_rate"]),
            st.none() | st.text(max_size=5) | st.floats() | st.integers(-9, 9),
        ),
        max_size=3,
    ),
    st.lists(st.integers(0, 11), max_size=4),
    st.booleans(),
)
def test_whatever_is_typed_is_a_catalog_or_a_sentence(
    cells: dict[int, dict[str, object]], cut: list[int], with_rates: bool
) -> None:
    records = apply_edits(
        records_of(TABLE1), {"edited_rows": cells, "deleted_rows": cut, "added_rows": [{}]}
    )
    typed = read_edited(records, with_rates=with_rates)
    assert (typed.models is None) == bool(typed.faults)
    if typed.models is not None:
        assert Scenario(catalog=typed.models).model_catalog.models == typed.models
        assert typed.rates is None or len(typed.rates) == len(typed.models)


def test_rates_are_aligned_by_name() -> None:
    assert aligned_rates(["a", "b"], [1.0, 2.0], ["b", "c"]) == (2.0, 0.0)
    assert aligned_rates(["a", "b"], [1.0, 2.0], ["c"]) is None
