"""How counts, names and time spans are said in a sentence, and what a chart leaves out."""

from collections.abc import Sequence
from typing import Final

ON_THE_SCREEN: Final = 40
"""Bars that one chart shows; of larger catalogs the first in its order."""

_WORDS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
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


def span_text(seconds: float) -> str:
    """A time span as people say it."""
    for length, unit in ((86400.0, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.3g} seconds"
