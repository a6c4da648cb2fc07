"""What is wrong is said in one printable line that names the place."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge.errors import InputError, one_line, shown


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
