"""Formulas with numbers in them, printed so that a pocket calculator agrees.

A formula is its TeX with ``%s`` for each number, the numbers, and the function that it states.
Its numbers get as few digits as make the printed ones come to the printed result.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

DIGITS: Final = 4
SHORT: Final = 6
"""A number of no more digits is printed as it is."""
MOST_DIGITS: Final = 12
MOST_TERMS: Final = 8
"""Longer sums are cut in the middle, with the sum of what is not shown."""
FIRST, LAST = 4, 2
"""Terms of a cut sum on either side."""


def printed(value: float, digits: int = DIGITS) -> str:
    """``value`` as it is where that is short, else with so many digits, those before the point
    all there."""
    if math.isclose(float(f"{value:.{SHORT}g}"), value, rel_tol=1e-12):
        return f"{value:.{MOST_DIGITS}g}"
    whole = len(f"{abs(value):.0f}")
    return f"{value:#.{min(max(digits, whole), MOST_DIGITS)}g}".rstrip(".")


def tex(text: str) -> str:
    """A printed number in TeX."""
    mantissa, _, power = text.replace("inf", r"\infty").partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if power else mantissa


def number(value: float, digits: int = DIGITS) -> str:
    """A number in a sentence or in a cell of a table, Markdown."""
    text = tex(printed(value, digits))
    return f"${text}$" if text.startswith("-") or "\\" in text else text


@dataclass(frozen=True)
class Line:
    """A formula with numbers in it, and what it comes to.

    Attributes
    ----------
    expression, relation, result: in TeX; the expression is empty where the number is known as is.
    value: the result, not rounded.
    left: what is computed, with its own relation sign; right: a unit, or what it is held against.
    label: whose number it is, Markdown.
    """

    expression: str
    relation: str
    result: str
    value: float
    left: str = ""
    right: str = ""
    label: str = ""

    @property
    def markdown(self) -> str:
        """The whole line; as running text, so that a telephone breaks it after an operator."""
        computed = f"{self.expression} {self.relation} " if self.expression else ""
        formula = f"{self.left} {computed}{self.result}{self.right}".strip()
        return (f"{self.label}: " if self.label else "") + rf"$\displaystyle {formula}$"


def known(value: float, **around: str) -> Line:
    """A line that only says what a number is; ``around`` as in :class:`Line`."""
    return Line("", "=", tex(printed(value)), value, **around)


def equate(
    form: str, compute: Callable[..., float], *values: float, digits: int = DIGITS, **around: str
) -> Line:
    """A line that states ``compute(*values)``, its numbers put into ``form``.

    Where nearly equal numbers are taken from each other, the result is what the printed ones give.
    """
    value = compute(*values)
    result = printed(value, digits)
    for shown in range(digits, MOST_DIGITS + 1):
        texts = [printed(one, shown) for one in values]
        found = compute(*map(float, texts))
        if abs(found - float(result)) <= _unit(result) / 2:
            break
    else:
        result = printed(found, digits)
    expression, end = form % tuple(map(_slot, texts)), tex(result)
    exact = abs(found - float(result)) <= 1e-6 * _unit(result)
    if expression == end:  # nothing to add up
        expression = ""
    return Line(expression, "=" if exact else r"\approx", end, value, **around)


def add(values: Sequence[float], digits: int = DIGITS, **around: str) -> Line:
    """The line of a sum; terms below zero are taken away."""
    terms, hidden = list(values), len(values) - FIRST - LAST
    blanks = ["%s"] * len(terms)
    if len(terms) > MOST_TERMS:
        terms[FIRST:-LAST] = [math.fsum(terms[FIRST:-LAST])]
        blanks[FIRST:-LAST] = [rf"\underbrace{{%s}}_{{\text{{{hidden:,} more}}}}"]
    signs = [-1.0 if term < 0 else 1.0 for term in terms]
    signed = [f"{'-' if sign < 0 else '+'} {one}" for sign, one in zip(signs, blanks, strict=True)]
    return equate(
        " ".join(signed).removeprefix("+ ") or "0",
        lambda *found: math.fsum(s * one for s, one in zip(signs, found, strict=True)),
        *map(abs, terms), digits=digits, **around,
    )  # fmt: skip


def _unit(text: str) -> float:
    """What one more in the last printed digit is."""
    mantissa, _, power = text.partition("e")
    return float(10.0 ** (int(power or 0) - len(mantissa.partition(".")[2])))


def _slot(text: str) -> str:
    """A number within a formula; one below zero in brackets."""
    return f"({tex(text)})" if text.startswith("-") else tex(text)
