"""What the two studies of Algorithm 1 show, in computed sentences."""

from typing import Final

from genedge.say import amount, count, listed
from genedge.studies.search_studies import STUDIED, GrowthPoint, StudyPoint
from genedge.words.search import share_of

SPOKEN: Final = {
    "crossover_probability": "the crossover probability",
    "mutation_probability": "the mutation probability",
    "population": "the population",
    "tournament": "the tournament",
    "generations": "the number of generations",
}


def duration(ms: float) -> str:
    """A time with a unit that suits it: 0.0016 -> 1.60 µs."""
    if ms < 0.1:
        return f"{amount(1e3 * ms)} µs"
    return f"{amount(ms)} ms" if ms < 1e3 else f"{amount(ms / 1e3)} s"


def _by_name(points: list[StudyPoint]) -> dict[str, list[StudyPoint]]:
    found = {studied.name: [one for one in points if one.name == studied.name]
             for studied in STUDIED}  # fmt: skip
    return {name: row for name, row in found.items() if row}


def _reach(row: list[StudyPoint]) -> float:
    shares = [one.quality.share for one in row]
    return max(shares) - min(shares)


def study_title(points: list[StudyPoint]) -> str:
    """Which parameter matters most, in a few words."""
    rows = _by_name(points)
    most = max(rows, key=lambda name: _reach(rows[name]))
    if _reach(rows[most]) == 0:
        return "No parameter changes what is found"
    return f"What matters most: {SPOKEN[most]}"


def study_sentence(points: list[StudyPoint]) -> str:
    """What the most important parameter does, and what its best value costs."""
    rows = _by_name(points)
    total = points[0].quality.decisions
    most = max(rows, key=lambda name: _reach(rows[name]))
    if _reach(rows[most]) == 0:
        slow = max(points, key=lambda one: one.quality.ms)
        fast = min(points, key=lambda one: one.quality.ms)
        return (
            f"Whatever the parameters, the GA finds the optimum in "
            f"{share_of(points[0].quality.equal, total)}; only its time changes, from "
            f"{duration(fast.quality.ms)} to {duration(slow.quality.ms)} a decision."
        )
    row = rows[most]
    worst = min(row, key=lambda one: one.quality.share)
    best = min(
        (one for one in row if one.quality.share == max(each.quality.share for each in row)),
        key=lambda one: one.quality.ms,
    )
    still = [SPOKEN[name] for name in rows if name != most and _reach(rows[name]) == 0]
    low, high = (share_of(one.quality.equal, total) for one in (worst, best))
    text = (
        f"Over the values tried {SPOKEN[most]} matters most: at {worst.value:g} the GA finds the "
        f"optimum in {low} ({duration(worst.quality.ms)} each), at {best.value:g} in {high} "
        f"({duration(best.quality.ms)})."
    )
    if still and len(rows) == len(STUDIED):
        text += (
            f" {still[0].capitalize()}" if len(still) == 1 else (f" {listed(still).capitalize()}")
        )
        text += " changes nothing here." if len(still) == 1 else " change nothing here."
    return text


def growth_title(points: list[GrowthPoint]) -> str:
    """Who is fastest at the largest catalog, in a few words."""
    last = points[-1]
    times = last.quality.ms / last.exact_ms
    if times < 1:
        return f"GA faster than exact at {last.models} models"
    return f"GA {times:,.0f} × slower than exact at {last.models} models"


def growth_sentences(points: list[GrowthPoint]) -> list[str]:
    """What growing catalogs do to enumeration, to the exact optimum and to the search."""
    listed_ones = [point for point in points if point.enumeration_ms is not None]
    found = []
    if listed_ones:
        last = listed_ones[-1]
        assert last.enumeration_ms is not None
        found.append(
            f"Enumeration doubles with every model held: {last.models} models, "
            f"{last.held:.1f} of them held, take {duration(last.enumeration_ms)} a decision, the "
            f"exact optimum {duration(last.exact_ms)}, the GA {duration(last.quality.ms)}."
        )
        quick = [point.models for point in listed_ones
                 if (point.enumeration_ms or 0.0) < point.quality.ms]  # fmt: skip
        if quick:
            found.append(
                f"Up to {max(quick)} models, trying every set is faster than the genetic search."
            )
    left_out = [point for point in points if point.enumeration_ms is None]
    if left_out:
        worst = left_out[-1]
        found.append(
            f"Enumeration is left out at {listed([f'{point.models}' for point in left_out])} "
            f"models: of {worst.models} up to {worst.most_held} are held, which makes "
            f"{2**worst.most_held:,} sets for one decision."
        )
    missing = [point for point in points if point.quality.missed]
    if missing:
        worst = min(missing, key=lambda point: point.quality.share)
        found.append(
            f"The GA misses the optimum first at {missing[0].models} models; at {worst.models} it "
            f"finds it in {share_of(worst.quality.equal, worst.quality.decisions)} and pays "
            f"{amount(worst.quality.mean_gap)} more where it misses."
        )
    else:
        found.append(
            f"The GA finds the optimum in every decision, up to "
            f"{count(points[-1].models, 'model')}."
        )
    return found
