"""One entry an equation: formula, words, symbols, code, choices, and what fills it with numbers.

Words are Markdown with ``$...$`` mathematics in the subset of TeX that KaTeX knows; a line of a
formula is kept short enough for a phone.
"""

from collections.abc import Callable
from dataclasses import dataclass

from genedge.equations.calculation import Line
from genedge.equations.example import Example
from genedge.equations.symbols import Symbol


@dataclass(frozen=True)
class Table:
    """A small table beside a formula; cells are Markdown; ``shown`` ones need no opening."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    shown: bool = False


@dataclass(frozen=True)
class Filled:
    """A formula with the numbers of an example.

    Attributes
    ----------
    words: whose numbers they are, before the lines (Markdown, names made safe).
    lines: the last one states the formula's value.
    remark: what to notice, after the lines.
    """

    words: str
    lines: tuple[Line, ...] = ()
    remark: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Equation:
    """One formula and how to read it.

    Attributes
    ----------
    key: unique, a word for anchors and widgets.
    number: the paper's, or None for a formula that the paper does not number.
    words: what it says, before the formula.
    where: the symbols in it.
    code: the functions that compute it.
    fill: puts an example's numbers in.
    choices: names of the choices that it rests on.
    """

    key: str
    number: int | None
    title: str
    latex: str
    words: str
    where: tuple[Symbol, ...]
    code: tuple[object, ...]
    fill: Callable[[Example], Filled]
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


def place(function: object) -> str:
    """Where a function, compiled or not, or a property stands: ``path: name``."""
    for inside in ("py_func", "fget", "func"):
        function = getattr(function, inside, function)
    module, name = str(function.__module__), getattr(function, "__qualname__", "")
    return f"{module.replace('.', '/')}.py: {name}"
