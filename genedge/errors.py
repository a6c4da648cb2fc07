"""The one exception that users see: what is wrong, and where it stands in what they gave us.

No equation lives here. Everything that comes from outside (files, forms, links, flags) is checked
before it reaches the model, and every failed check raises `InputError`.
"""

from __future__ import annotations

import os

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
