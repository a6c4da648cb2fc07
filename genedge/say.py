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


def change(share: float, more: str = "more", less: str = "less", much: str = "as much") -> str:
    """A change by a share of what was before: 34 % more, 12 % less, 3.6 times as much, the same."""
    if abs(share) < SAME:
        return "the same"
    if share >= 1:
        times = f"{1 + share:,.0f}" if share >= 99 else f"{1 + share:.1f}"
        return f"{times} times {much}" if share < 1e9 else f"many times {much}"
    return f"{percent(share)} {more if share > 0 else less}"


def compared(
    ours: float, theirs: float, on: str, *, sure: bool | None, than: str = "", costs: bool = True
) -> str:
    """What one cost is against another: 34 % more on Eq. 11 than LRU (2.81 against 2.09 a slot).

    ``sure`` is what the paired interval says of the sign: False where it may be chance, None where
    there is no interval. ``costs`` False leaves both figures to the table beside the sentence.
    """
    share = ours / theirs - 1.0 if theirs > 0 else (float("inf") if ours > 0 else 0.0)
    if abs(share) < SAME:
        shown = f" ({amount(ours)} a slot)" if costs else ""
        return f"the same on {on}{f' as {than}' if than else ''}{shown}"
    if theirs <= 0:
        instead = f"where {than} costs" if than else "instead of"
        return f"{amount(ours)} a slot on {on} {instead} nothing"
    other = f" {'as' if share >= 1 else 'than'} {than}" if than else ""
    told = [f"{amount(ours)} against {amount(theirs)} a slot"] if costs else []
    told += {False: ["may be chance"], None: ["no interval"], True: []}[sure]
    beside = f" ({'; '.join(told)})" if told else ""
    return f"{change(share)} on {on}{other}{beside}"


def span(shares: Sequence[float], more: str, less: str) -> str:
    """Shares as a range in whole per cent: 12 to 48 % below; the words name the two signs."""
    low, high = round(100 * min(shares)), round(100 * max(shares))
    if low < 0 < high:
        return f"{high} % {more} to {-low} % {less}"
    near, far = sorted((abs(low), abs(high)))
    return f"{f'{near} to ' if near < far else ''}{far} % {more if high > 0 else less}"


def share_of(part: int, total: int, what: str) -> str:
    """all 40 decisions; none of 40 decisions; 12 % of 40 decisions."""
    if 0 < part < total:
        return f"{percent(part / total)} of {count(total, what)}"
    return f"{'all' if part else 'none of'} {count(total, what)}"


def times(number: int) -> str:
    """never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def requests_ago(number: int) -> str:
    """1 request ago, 5 requests ago."""
    return f"{count(number, 'request')} ago"
