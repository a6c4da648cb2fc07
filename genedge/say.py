"""Numbers, lists and comparisons in words: the only place that knows how to say "5.6 % less"."""

from collections.abc import Sequence
from typing import Final

SAME: Final = 5e-4
"""Figures that differ by no more than this share read the same."""


def count(number: float, what: str) -> str:
    """A number and its noun: 1 model, 2 models, 1.5 requests."""
    return f"{number:,g} {what}" if number == 1 else f"{number:,g} {what}s"


def listed(names: Sequence[str]) -> str:
    """a; a and b; a, b and c; a, b, c and 2 more."""
    shown, more = list(names[:3]), len(names) - 3
    return enumerated([*shown, f"{more:,} more"] if more > 0 else shown)


def enumerated(names: Sequence[str]) -> str:
    """a; a and b; a, b and c; however many there are."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share as people write it: 0.4149 -> 41 %; never all or nothing by rounding alone."""
    value = abs(100 * share)
    if 0 < value < 0.05:
        return "less than 0.1 %"
    if 99.5 <= value < 100:
        return f"{min(value, 99.9):.1f} %"
    return f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"


def amount(value: float) -> str:
    """A cost or a time with three significant digits."""
    if value == 0 or abs(value) >= 99.95:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".")


def figure(value: float) -> str:
    """A given figure with at most four significant digits; a large one in full."""
    return f"{value:,.0f}" if value >= 999.5 else f"{value:.4g}"


def duration(seconds: float) -> str:
    """A time as people say it: 0.05 s, 130 s, 26.8 minutes, 11.6 days."""
    units = {"years": 31_557_600.0, "days": 86_400.0, "hours": 3600.0, "minutes": 60.0}
    for unit, length in units.items():
        if seconds >= max(2 * length, 600):
            return f"{figure(seconds / length)} {unit}"
    return f"{figure(seconds)} s"


def change(share: float) -> str:
    """A change by a share of what was before: 34 % more, 12 % less, 3.6 times as much, the same."""
    if abs(share) < SAME:
        return "the same"
    if share >= 1:
        times = f"{1 + share:,.0f}" if share >= 99 else f"{1 + share:.1f}"
        return f"{times} times as much" if share < 1e9 else "many times as much"
    return f"{percent(share)} {'more' if share > 0 else 'less'}"


def times(number: int) -> str:
    """never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def requests_ago(number: int) -> str:
    """1 request ago, 5 requests ago."""
    return f"{count(number, 'request')} ago"
