"""Small tables read from text, and the message with which a table is refused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from genedge.errors import InputError
from genedge.intake.cells import Table
from genedge.intake.reading import read_table

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
