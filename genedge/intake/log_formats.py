"""Ways to write a request log; another one is another entry of FORMATS.

The trace part of the order of events: whatever a file calls its columns, what leaves this place is
times in seconds, models by name, and how many requests each row stands for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from genedge.intake.cells import Table
from genedge.intake.reading import header_of
from genedge.limits import MAX_REQUESTS, MAX_TIMESTAMP_S

Names: TypeAlias = tuple[NDArray[np.int32], tuple[str, ...]]
"""Codes `[R]` and the distinct names that they point into."""
Counts: TypeAlias = tuple[NDArray[np.int64], NDArray[np.bool_]]
"""Requests that each row stands for `[R]`, and whether the file says so `[R]`."""


class LogFormat(NamedTuple):
    """One way to write a request log.

    Attributes
    ----------
    required, optional: columns.
    numeric: those of them that are read as numbers.
    times: the table's rows in seconds, float64 `[R]`.
    models: their models.
    counts: their requests.

    The three functions raise `InputError` naming rows and columns.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    numeric: tuple[str, ...]
    times: Callable[[Table], NDArray[np.float64]]
    models: Callable[[Table], Names]
    counts: Callable[[Table], Counts]

    @property
    def label(self) -> str:
        """The columns in short: timestamp_s,model[,count]."""
        return ",".join(self.required) + "".join(f"[,{column}]" for column in self.optional)


def _seconds(table: Table) -> NDArray[np.float64]:
    return table.numbers("timestamp_s", minimum=-MAX_TIMESTAMP_S, maximum=MAX_TIMESTAMP_S)


def _names(table: Table) -> Names:
    return table.coded("model")


def _counts(table: Table) -> Counts:
    if "count" not in table:
        return np.ones(len(table), dtype=np.int64), np.zeros(len(table), dtype=bool)
    values = table.numbers("count", minimum=0, maximum=MAX_REQUESTS, whole=True, blank=1)
    return values.astype(np.int64), ~table.blank("count")


FORMATS: tuple[LogFormat, ...] = (
    LogFormat(
        ("timestamp_s", "model"), ("count",), ("timestamp_s", "count"), _seconds, _names, _counts
    ),
)
"""The first of those that find most of their columns in a file reads it."""


def format_of(data: bytes) -> LogFormat:
    """The format of a file, by its header."""
    columns = {column for one in FORMATS for column in (*one.required, *one.optional)}
    header = header_of(data, columns)
    return max(FORMATS, key=lambda one: len(header.intersection(one.required)))
