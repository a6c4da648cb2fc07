"""The one exception that users see: what is wrong, and where it stands in what they gave us.

No equation lives here. Everything that comes from outside (files, forms, links, flags) is checked
before it reaches the model, and every failed check raises `InputError`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

MAX_FAULTS = 10
MAX_SENTENCE_CHARACTERS = 600
MAX_PLACE_CHARACTERS = 80


def one_line(text: str, limit: int = MAX_SENTENCE_CHARACTERS) -> str:
    """Return `text` as one printable line of at most `limit` characters.

    Characters that cannot be printed (line breaks, control characters, lone surrogates, marks that
    turn the writing direction) are escaped; what is cut off is replaced by an ellipsis.
    """
    # Cut before escaping: a cell may hold megabytes, and an escape must not be cut in half.
    short = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in short)


def shown(value: object, limit: int = 40) -> str:
    """Return `value` between quotes, escaped and shortened, fit to stand in a sentence."""
    text = value if isinstance(value, str) else str(value)
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


class InputError(ValueError):
    """Something given from outside cannot be used.

    `str()` is always one printable line, for example
    ``my.csv, row 3, column gpu_memory_gb: 'abc' is not a number``.

    Attributes
    ----------
    sentence: what is wrong, without the place.
    file: name of the file, or None.
    row: row as a spreadsheet numbers it (the header is row 1), or None.
    column: name of the column, or None.
    others: further faults of the same file, in its order.
    more: how many faults there are besides these.
    """

    def __init__(
        self,
        sentence: str,
        *,
        file: str | os.PathLike[str] | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.file = None if file is None else os.fspath(file)
        self.row = None if row is None else int(row)
        self.column = column
        self.others: tuple[InputError, ...] = ()
        self.more = 0

    @classmethod
    def gathered(cls, faults: Iterable[InputError], more: int = 0) -> InputError:
        """Return the first of these faults in the order of rows, with all that follow it.

        At most ten are kept; the rest, and ``more`` that nobody wrote down, are counted.
        """
        every = [single for fault in faults for single in (fault, *fault.others)]
        more += sum(fault.more for fault in every)
        every.sort(key=lambda fault: fault.row or 0)
        kept = [cls(f.sentence, file=f.file, row=f.row, column=f.column) for f in every]
        first, first.others = kept[0], tuple(kept[1:MAX_FAULTS])
        first.more = more + len(kept[MAX_FAULTS:])
        return first

    def lines(self) -> list[str]:
        """Return every fault in a line of its own, and how many more there are."""
        counted = [f"and {self.more:,} more"] if self.more else []
        return [*map(str, (self, *self.others)), *counted]

    def __str__(self) -> str:
        place = []
        if self.file is not None:
            place.append(one_line(self.file, MAX_PLACE_CHARACTERS))
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {one_line(self.column, MAX_PLACE_CHARACTERS)}")
        sentence = one_line(self.sentence)
        return f"{', '.join(place)}: {sentence}" if place else sentence


@contextmanager
def noting(faults: list[InputError]) -> Iterator[None]:
    """Put an `InputError` raised inside among ``faults`` and go on behind the block."""
    try:
        yield
    except InputError as error:
        faults.append(error)
