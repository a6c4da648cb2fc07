"""Formulas with numbers in them: a pocket calculator comes to what is printed."""

import math
import re
from fractions import Fraction

import pytest

from genedge.equations.calculation import Line, add, equate, known


def braced(text: str, start: int) -> tuple[str, int]:
    """What stands between the braces that open at ``start``, and where they end."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], place + 1
    raise AssertionError(text)


def python_of(tex: str) -> str:
    """A formula of numbers as a pocket calculator's user reads it."""
    text, place = "", 0
    while place < len(tex):
        rest = tex[place:]
        if rest.startswith(r"\frac"):
            above, after = braced(tex, place + 5)
            below, place = braced(tex, after)
            never = below == r"\infty"
            text += "0" if never else f"(({python_of(above)})/({python_of(below)}))"
        elif rest.startswith(r"\underbrace"):
            inside, after = braced(tex, place + 11)
            _, place = braced(tex, after + 1)
            text += python_of(inside)
        elif rest.startswith("^"):
            inside, place = braced(tex, place + 1)
            text += f"**({python_of(inside)})"
        elif found := re.match(r"\\(cdot|left|right)", rest):
            text += {"cdot": "*", "left": "", "right": ""}[found.group(1)]
            place += found.end()
        elif found := re.match(r"\d+(\.\d+)?", rest):
            text += f"Fraction('{found.group()}')"
            place += found.end()
        else:
            assert rest[0] in " +-()", rest
            text += rest[0]
            place += 1
    return text


def calculated(tex: str) -> Fraction:
    value = eval(python_of(tex), {"Fraction": Fraction})
    return Fraction(value)


def decimals(tex: str) -> int:
    number, _, power = tex.partition(r" \cdot 10^{")
    after = len(number.partition(".")[2])
    return after - int(power.rstrip("}")) if power else after


def assert_adds_up(line: Line) -> None:
    """The printed terms come to the printed result within its last digit, and so does the value."""
    result, places = calculated(line.result), decimals(line.result)
    unit = Fraction(10) ** -places
    if line.expression:
        found = calculated(line.expression)
        assert abs(found - result) <= unit * Fraction(1001, 2000), line
        assert (line.relation == "=") == (abs(found - result) < unit / 10**6), line
    assert abs(Fraction(line.value) - result) <= unit / 2 + abs(result) / 10**9, line


def test_a_long_sum_is_cut_and_still_adds_up() -> None:
    line = add([0.1 + i / 7 for i in range(40)])
    assert r"\text{34 more}" in line.expression
    assert_adds_up(line)
    assert line.value == pytest.approx(4 + 780 / 7)


def ratio(above: float, below: float) -> float:
    return above / below


@pytest.mark.parametrize(
    ("line", "relation", "result"),
    [
        (add([14, 44, 2]), "=", "60"),
        (equate(r"\frac{%s}{%s}", ratio, 352, 10), "=", "35.2"),
        (equate(r"\frac{%s}{%s}", ratio, 20.5, 2.9289682539682538), r"\approx", "6.999"),
        (equate(r"\frac{%s}{%s}", ratio, 20.5, math.inf), "=", "0"),
        (add([1.0, -3.25]), "=", "-2.25"),
        (equate(r"%s \cdot (1 + %s)", lambda a, b: a * (1 + b), 2, 1 / 3), r"\approx", "2.667"),
        (add([2e-9, 3e-9]), "=", r"5 \cdot 10^{-9}"),
        (add([1e9, 1.0]), "=", "1000000001"),
        (add([1 / 3 + 1000, -1000.333]), "=", "0.0003333"),
    ],
)
def test_numbers_are_printed_with_as_many_digits_as_are_needed(
    line: Line, relation: str, result: str
) -> None:
    assert (line.relation, line.result) == (relation, result)
    assert_adds_up(line)


def test_a_number_alone_is_not_equated_with_itself() -> None:
    assert add([2.0], right=r"\text{ GB}").expression == ""
    assert known(2.5, left="h =").expression == ""
