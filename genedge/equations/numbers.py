"""Formulas with numbers in them that a pocket calculator confirms.

An expression knows its exact value, how it is printed with so many digits, and what the printed
digits come to. :func:`equate` takes as many digits as are needed for the printed result to be the
printed expression rounded: with ``=`` where it is that very number, with ``≈`` where it is rounded.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final, Protocol

SHORT: Final = 6
"""A number of no more digits is printed as it is."""
DIGITS: Final = 4
MOST_DIGITS: Final = 12
WIDTH: Final = 27
"""Characters of a formula that a telephone shows in a line."""
MOST_TERMS: Final = 8
"""Longer sums are cut in the middle, with the sum of what is not shown."""


class Expression(Protocol):
    """A formula of numbers."""

    @property
    def exact(self) -> float:
        """What it comes to."""
        ...

    def printed(self, digits: int) -> Fraction:
        """What it comes to as it is printed."""
        ...

    def tex(self, digits: int) -> str:
        """How it is printed."""
        ...


def _decimal(value: float) -> Decimal:
    """The number without the noise of binary fractions."""
    return Decimal(f"{value:.12g}")


def _is_short(number: Decimal, digits: int = SHORT) -> bool:
    figures = "".join(map(str, number.as_tuple().digits)).strip("0")
    exponent = number.normalize().as_tuple().exponent
    return len(figures) <= digits and (not isinstance(exponent, int) or exponent >= -SHORT)


def places(value: float, digits: int) -> int:
    """Decimals that show ``value`` with so many digits."""
    if value == 0 or not math.isfinite(value):
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value))))


def at(value: float, decimals: int) -> Decimal:
    """``value`` rounded, half away from zero."""
    return _decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def short(value: float, digits: int = DIGITS) -> Decimal:
    """``value`` as it is where that is short, else rounded to so many digits."""
    number = _decimal(value)
    return number.normalize() if _is_short(number) else at(value, places(value, digits))


def tex_of(number: Decimal) -> str:
    """A decimal number in TeX."""
    if number and not Decimal("1e-6") <= abs(number) < Decimal("1e12"):
        mantissa, exponent = f"{number:E}".split("E")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}"
    return f"{number:f}"


@dataclass(frozen=True)
class Number:
    """A number as it is known; infinite ones stand below fraction bars only."""

    value: float

    @property
    def exact(self) -> float:
        """The number."""
        return self.value

    def printed(self, digits: int) -> Fraction:
        """The number with so many digits."""
        return Fraction(short(self.value, digits))

    def tex(self, digits: int) -> str:
        """The number with so many digits."""
        return r"\infty" if math.isinf(self.value) else tex_of(short(self.value, digits))


@dataclass(frozen=True)
class Sum:
    """a + b + ...; numbers among the terms share their last decimal."""

    terms: tuple[Expression, ...]

    @property
    def exact(self) -> float:
        """The sum."""
        return math.fsum(term.exact for term in self.terms)

    def _decimals(self, digits: int) -> int:
        largest = max((abs(term.exact) for term in self.terms), default=0.0)
        return places(max(largest, abs(self.exact)), digits)

    def _number(self, value: float, digits: int) -> Decimal:
        number, decimals = _decimal(value), self._decimals(digits)
        if _is_short(number):
            return number.normalize()
        return at(value, decimals)

    def _shown(self) -> list[tuple[float | None, Expression, int]]:
        """(value if a plain number, term, how many terms it stands for)."""
        if len(self.terms) <= MOST_TERMS:
            return [(_plain(term), term, 1) for term in self.terms]
        middle = self.terms[4:-2]
        hidden = Number(math.fsum(term.exact for term in middle))
        return [
            *((_plain(term), term, 1) for term in self.terms[:4]),
            (hidden.value, hidden, len(middle)),
            *((_plain(term), term, 1) for term in self.terms[-2:]),
        ]

    def printed(self, digits: int) -> Fraction:
        """The sum of what is printed."""
        return sum(
            (
                term.printed(digits) if value is None else Fraction(self._number(value, digits))
                for value, term, _ in self._shown()
            ),
            Fraction(0),
        )

    def parts(self, digits: int) -> list[str]:
        """The terms with their signs."""
        texts: list[str] = []
        for value, term, many in self._shown():
            text = term.tex(digits) if value is None else tex_of(self._number(value, digits))
            negative = text.startswith("-")
            text = text.removeprefix("-")
            if many > 1:
                text = rf"\underbrace{{{text}}}_{{\text{{{many:,} more}}}}"
            sign = "-" if negative else "+" if texts else ""
            texts.append(f"{sign} {text}".strip() if texts else f"{sign}{text}")
        return texts or ["0"]

    def tex(self, digits: int) -> str:
        """The terms in one line."""
        return " ".join(self.parts(digits))


def _plain(term: Expression) -> float | None:
    if isinstance(term, Number):
        return term.value
    if isinstance(term, Minus) and isinstance(term.inside, Number):
        return -term.inside.value
    return None


@dataclass(frozen=True)
class Minus:
    """A term that is taken away."""

    inside: Expression

    @property
    def exact(self) -> float:
        """What is taken away, below zero."""
        return -self.inside.exact

    def printed(self, digits: int) -> Fraction:
        """The same of what is printed."""
        return -self.inside.printed(digits)

    def tex(self, digits: int) -> str:
        """With its sign; a sum gets brackets."""
        text = self.inside.tex(digits)
        return f"-({text})" if isinstance(self.inside, Sum) else f"-{text}"


@dataclass(frozen=True)
class Product:
    """a · b · ..."""

    factors: tuple[Expression, ...]

    @property
    def exact(self) -> float:
        """The product."""
        return math.prod(factor.exact for factor in self.factors)

    def printed(self, digits: int) -> Fraction:
        """The product of what is printed."""
        return math.prod((factor.printed(digits) for factor in self.factors), start=Fraction(1))

    def tex(self, digits: int) -> str:
        """The factors; sums among them in brackets."""
        return r" \cdot ".join(_bracketed(factor, digits) for factor in self.factors)


@dataclass(frozen=True)
class Quotient:
    """a / b as a fraction; over an infinite number it is 0."""

    above: Expression
    below: Expression

    @property
    def exact(self) -> float:
        """The quotient."""
        return 0.0 if math.isinf(self.below.exact) else self.above.exact / self.below.exact

    def printed(self, digits: int) -> Fraction:
        """The quotient of what is printed."""
        if math.isinf(self.below.exact):
            return Fraction(0)
        below = self.below.printed(digits)
        return self.above.printed(digits) / below if below else Fraction(0)

    def tex(self, digits: int) -> str:
        """A fraction."""
        return rf"\frac{{{self.above.tex(digits)}}}{{{self.below.tex(digits)}}}"


@dataclass(frozen=True)
class Power:
    """base to the power of exponent."""

    base: Expression
    exponent: Expression

    @property
    def exact(self) -> float:
        """The power."""
        return float(self.base.exact**self.exponent.exact)

    def printed(self, digits: int) -> Fraction:
        """The power of what is printed."""
        return Fraction(float(self.base.printed(digits)) ** float(self.exponent.printed(digits)))

    def tex(self, digits: int) -> str:
        """With its exponent above."""
        return f"{self.base.tex(digits)}^{{{self.exponent.tex(digits)}}}"


def _bracketed(factor: Expression, digits: int) -> str:
    text = factor.tex(digits)
    several = isinstance(factor, (Sum, Minus)) or text.startswith("-")
    return rf"\left( {text} \right)" if several else text


def numbers(values: Sequence[float]) -> Sum:
    """A sum of plain numbers."""
    return Sum(tuple(Number(float(value)) for value in values))


@dataclass(frozen=True)
class Line:
    """A formula with numbers in it, and what it comes to.

    Attributes
    ----------
    expression, relation, result: in TeX; the expression is empty where the number is known as is.
    value: the result, not rounded.
    left: what is computed, with its own relation sign; right: a unit, or what it is held against.
    label: whose number it is, at the end of the line.
    parts: the expression where lines may be broken.
    """

    expression: str
    relation: str
    result: str
    value: float
    left: str = ""
    right: str = ""
    label: str = ""
    parts: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The whole line, broken where it is too long for a telephone."""
        tail = self.result + (f" {self.right}" if self.right else "")
        label = rf" \quad {self.label}" if self.label else ""
        if not self.expression:
            return (f"{self.left} {tail}{label}".strip(),)
        whole = f"{self.left} {self.expression} {self.relation} {tail}"
        if _width(whole) <= WIDTH:
            return ((whole + label).strip(),)
        rows = [row for row in (self.left, *_rows(self.parts or (self.expression,))) if row]
        if len(rows) > 1 and self.left and _width(rows[0] + rows[1]) <= WIDTH:
            rows[:2] = [rows[0] + " " + rows[1]]
        end = f"{self.relation} {tail}"
        if _width(rows[-1] + end) <= WIDTH:
            rows[-1] += f" {end}"
        else:
            rows.append(end)
        rows[-1] += label
        return (rows[0], *(rf"\quad {row}" for row in rows[1:]))


def block(lines: Sequence[Line]) -> str:
    """Lines one below the other, in TeX."""
    texts = [r" \\ ".join(f"& {_tall(row)}" for row in line.rows) for line in lines]
    body = r" \\[6pt] ".join(texts)
    return rf"\begin{{aligned}} {body} \end{{aligned}}"


def _tall(row: str) -> str:
    """A row with room above its fractions, whose tops browsers cut off otherwise."""
    return rf"\rule{{0pt}}{{1.6em}} {row}" if r"\frac" in row else row


def _rows(parts: Sequence[str]) -> list[str]:
    """Parts gathered into lines that are short enough."""
    rows: list[str] = []
    for part in parts:
        if rows and _width(f"{rows[-1]} {part}") <= WIDTH:
            rows[-1] += f" {part}"
        else:
            rows.append(part)
    return rows


def _width(tex: str) -> int:
    """About how many characters wide a formula is."""
    text = re.sub(
        r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}",
        lambda found: max(found.group(1), found.group(2), key=len),
        tex,
    )
    text = re.sub(r"\\(text|mathrm|left|right|big|Big|begin|end|underbrace|texttt)", "", text)
    text = re.sub(r"\\[a-zA-Z]+", "x", text)
    return len(re.sub(r"[{}_^&\\;,! ]", "", text)) + text.count("+") + text.count("=")


def equate(
    expression: Expression, left: str = "", right: str = "", label: str = "", digits: int = DIGITS
) -> Line:
    """A line whose printed result is its printed expression, rounded if need be.

    Where nearly equal numbers are taken from each other, the result has fewer digits.
    """
    value, around = expression.exact, (left, right, label)
    for shown in range(digits, MOST_DIGITS + 1):
        for result in (short(value, digits), at(value, places(value, digits))):
            line = _line(expression, shown, result, around)
            if line is not None:
                return line
    for decimals in range(MOST_DIGITS, -1, -1):
        line = _line(expression, MOST_DIGITS, at(value, decimals), around)
        if line is not None:
            return line
    return Line(expression.tex(MOST_DIGITS), r"\approx", tex_of(short(value)), value, *around)


def _line(
    expression: Expression, shown: int, result: Decimal, around: tuple[str, str, str]
) -> Line | None:
    """The line with so many digits, if the printed expression comes to the printed result."""
    printed = expression.printed(shown)
    exponent = result.as_tuple().exponent
    decimals = max(0, -exponent) if isinstance(exponent, int) else 0
    if _rounded(printed, decimals) != Fraction(result):
        return None
    text, end = expression.tex(shown), tex_of(result)
    if text == end:  # nothing to add up
        return Line("", "=", end, expression.exact, *around)
    relation = "=" if printed == Fraction(result) else r"\approx"
    parts = tuple(expression.parts(shown)) if isinstance(expression, Sum) else ()
    return Line(text, relation, end, expression.exact, *around, parts)


def _rounded(value: Fraction, decimals: int) -> Fraction:
    """Rounded half away from zero, as printed results are."""
    scaled = abs(value) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**decimals)


def known(value: float, left: str = "", right: str = "", label: str = "") -> Line:
    """A line that only says what a number is."""
    return Line("", "=", tex_of(short(value)), value, left, right, label)
