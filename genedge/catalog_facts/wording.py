"""How counts, names and time spans are said in a sentence, and what a chart leaves out."""

from collections.abc import Sequence
from typing import Final

ON_THE_SCREEN: Final = 40
"""Bars that one chart shows; of larger catalogs the first in its order."""

_WORDS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip

_SPANS: Final = (
    (31_557_600.0, "years"), (86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes"),
)  # fmt: skip


def count_of(number: int, noun: str) -> str:
    """A number of things as people write it: "one model", "ten models", "1,000 models"."""
    word = _WORDS[number] if number < len(_WORDS) else f"{number:,}"
    return f"{word} {noun}" if number == 1 else f"{word} {noun}s"


def listed(names: Sequence[str], most: int = 3) -> str:
    """Some names and how many more."""
    if len(names) <= most:
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:most])} and {len(names) - most:,} more"


def left_out(models: int, which: str) -> str:
    """What a chart of a large catalog does not show, to be put behind its sentence."""
    if models <= ON_THE_SCREEN:
        return ""
    return f" Shown are the {ON_THE_SCREEN} {which} of {models:,} models."


def figure_text(value: float, digits: int = 3) -> str:
    """A figure with so many significant digits; a large one in full, with thousands separators."""
    return f"{value:,.0f}" if value >= 10 ** min(digits, 3) - 0.5 else f"{value:.{digits}g}"


def span_text(seconds: float) -> str:
    """A time span as people say it."""
    for length, unit in _SPANS:
        if seconds >= 2 * length:
            return f"{figure_text(seconds / length)} {unit}"
    return "1 second" if seconds == 1 else f"{figure_text(seconds)} seconds"


def wait_text(seconds: float) -> str:
    """A delay in seconds, as the charts have it; one of many hours in a longer unit."""
    return f"{figure_text(seconds)} s" if seconds < 36_000 else span_text(seconds)
