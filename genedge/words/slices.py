"""What fixed slices do, in sentences and short titles, and why there are so many."""

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.registry.resources import RESOURCES
from genedge.say import amount, capital, count, listed, percent
from genedge.studies.ablations import FULL
from genedge.studies.partition import Slices, slices_of
from genedge.studies.table import StudyTable
from genedge.words.ablation_effects import (
    RIVALS,
    SHORT,
    Effect,
    change,
    effect,
    intervals,
    on_both,
    planner,
)


def partition_sentences(table: StudyTable) -> list[str]:
    """What slices do to the planner, then to the others, and why there are so many."""
    cut, name = slices_of(table.problem), planner(table)
    if cut.trivial:
        return [slices_sentence(table)]
    found = {metric: effect(table, "partitioned", name, metric) for metric in LEDGERS}
    if any(one.seen for one in found.values()):
        text = " and ".join(f"{_brief(one)} on {LEDGERS[key].spoken}" for key, one in found.items())
    else:
        text = "no sure difference on either ledger"
    return [
        f"The same server cut into {len(cut.rows)} fixed slices: for {spoken(name)} {text}.",
        *(
            f"{capital(spoken(one))} in slices pays {on_both(table, 'partitioned', one)}."
            for one in (name, *RIVALS)
            if one in table.policies
        ),
        _left_to_decide(table),
        slices_sentence(table),
    ]


def _brief(found: Effect) -> str:
    return change(found.share) if found.seen else "no sure difference"


def _left_to_decide(table: StudyTable) -> str:
    """How far policies lie apart in slices, and what that means to those who wait."""
    cut, name = slices_of(table.problem), planner(table)
    single = sum(len(row.models) == 1 for row in cut.rows)
    both = (FULL, "partitioned")
    costs = [
        [table.mean(variant, one, "average_cost") for one in table.policies] for variant in both
    ]
    (low, high), (least, most) = ((min(row), max(row)) for row in costs)
    alone = f"{single} of {len(cut.rows)} slices hold a single model; " if single > 1 else ""
    text = f"{alone}policies cost {_span(least, most)} in slices, {_span(low, high)} in one pool"
    hits, waits = (
        [table.mean(variant, name, figure) for variant in both]
        for figure in ("hit_ratio", "mean_service_delay_s")
    )
    return (
        f"{capital(text)} (Eq. 11). Under {spoken(name)} {percent(hits[1])} of requests are hits "
        f"in slices and {percent(hits[0])} in one pool; users wait {amount(waits[1])} s and "
        f"{amount(waits[0])} s on average."
    )


def _span(low: float, high: float) -> str:
    ends = dict.fromkeys((amount(low), amount(high)))
    return f"between {' and '.join(ends)}" if len(ends) > 1 else f"{amount(low)} alike"


def slices_sentence(table: StudyTable) -> str:
    """Into how many slices the server is cut, and why services share them where they do."""
    cut = slices_of(table.problem)
    served = sum(len(row.services) for row in cut.rows)
    if served < 2:
        who = "Only one service has" if served else "No service has any"
        return f"{who} models that fit and are asked for: nothing to partition."
    if len(cut.rows) == served:
        return f"{_services(cut, served)} have {served} slices: one for each."
    if cut.trivial:
        end = "Not even two slices are possible: nothing to partition."
        return f"{_services(cut, served)} share the server: {_why_shared(cut, served)}. {end}"
    return f"{_services(cut, served)} share {len(cut.rows)} slices: {_why_shared(cut, served)}."


def _services(cut: Slices, served: int) -> str:
    """Who is to have a slice, as the subject of a sentence."""
    text = f"{served} services"
    if served < cut.services:
        text = f"{served} of {cut.services} services, those with models that fit and are asked for,"
    if not cut.unnamed:
        return text
    counts = "counts as a service of its own" if cut.unnamed == 1 else "count as one each"
    return f"{text} ({count(cut.unnamed, 'model')} without a service {counts})"


def _why_shared(cut: Slices, served: int) -> str:
    """What one slice a service would take, where the server has less."""
    short = [
        f"{needed:,.4g} {one.unit} of {one.label} where there are {there:,.4g}"
        for needed, there, one in zip(cut.needed, cut.capacity, RESOURCES, strict=True)
        if needed > there
    ]
    return (
        f"a slice of its own for each of {served} services, able to hold its largest model, takes "
        f"{listed(short)}"
    )


def partition_title(table: StudyTable, metric: str) -> str:
    """What slices cost the planner, in a few words."""
    name = planner(table)
    found = effect(table, "partitioned", name, metric)
    if not found.seen:
        return f"Slices: no sure change for the {SHORT[name]}"
    return f"Slices: the {SHORT[name]} pays {change(found.share)}"


def partition_caption(table: StudyTable, metric: str) -> str:
    """Who pays more in slices and who less, on one ledger."""
    groups: dict[str, list[str]] = {
        "dearer for": [],
        "cheaper for": [],
        "no sure difference for": [],
    }
    for name in table.policies:
        found = effect(table, "partitioned", name, metric)
        way = "dearer for" if found.share > 0 else "cheaper for"
        groups[way if found.seen else "no sure difference for"].append(spoken(name))
    parts = "; ".join(
        f"{way} {' and '.join(', '.join(names).rsplit(', ', 1))}"
        for way, names in groups.items()
        if names
    )
    return f"Slices on {LEDGERS[metric].spoken}: {parts}{intervals(table)}."
