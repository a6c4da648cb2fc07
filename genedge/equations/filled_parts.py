"""What a filled formula is made of."""

from dataclasses import dataclass

from genedge.equations.numbers import Line


@dataclass(frozen=True)
class Rows:
    """A small table beside a formula; cells are Markdown; ``shown`` ones need no opening."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Filled:
    """A formula with numbers put in.

    Attributes
    ----------
    words: whose numbers they are, before the lines (Markdown, names made safe).
    lines: the last one states the formula's value, unless ``main`` says which.
    remark: what to notice, after the lines.
    """

    words: str
    lines: tuple[Line, ...] = ()
    remark: str = ""
    table: Rows | None = None
    main: int = -1

    @property
    def value(self) -> float | None:
        """What the formula comes to; None where it could not be computed."""
        return self.lines[self.main].value if self.lines else None
