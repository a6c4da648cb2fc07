"""What the content is made of: symbols, formulas, and sections of formulas.

Words are Markdown with ``$...$`` mathematics in the subset of TeX that KaTeX knows; a line of a
formula is kept short enough for a phone.
"""

from dataclasses import dataclass
from typing import Final

COST: Final = "genedge/engine/cost.py: "
REPLAY: Final = "genedge/engine/replay.py: "
PLANNING: Final = "genedge/engine/planning.py: "
"""Beginnings of :attr:`Equation.code`: the files that compute most of the formulas."""


@dataclass(frozen=True)
class Symbol:
    """One symbol of the paper or of ours.

    Attributes
    ----------
    code_name: ``Class.field`` where the program keeps it; empty where it is only computed.
    paper_range: the values of the paper's Table I; empty where it gives none.
    """

    latex: str
    words: str
    code_name: str = ""
    unit: str = ""
    paper_range: str = ""


@dataclass(frozen=True)
class SymbolGroup:
    """Symbols that belong together."""

    title: str
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Equation:
    """One formula and how to read it.

    Attributes
    ----------
    key: unique, a word for anchors and widgets.
    number: the paper's, or None for a formula that the paper does not number.
    in_words: one or two sentences that come before the formula.
    where: the symbols in it.
    code: where it is computed, as ``path: function`` or ``path: Class.method``.
    choices: names of the choices that it rests on.
    """

    key: str
    number: int | None
    title: str
    latex: str
    in_words: str
    where: tuple[Symbol, ...]
    code: tuple[str, ...]
    choices: tuple[str, ...] = ()

    @property
    def tagged(self) -> str:
        """The formula with its number at the right margin."""
        return self.latex if self.number is None else rf"{self.latex} \tag{{{self.number}}}"


@dataclass(frozen=True)
class Section:
    """A heading, what to know before reading, formulas, and what to take away."""

    key: str
    title: str
    introduction: str
    equations: tuple[Equation, ...]
    remark: str = ""
