"""What the page of ablations says: blind decisions, fixed slices, slower or faster loading."""

import math
from typing import Final

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.registry.resources import RESOURCES
from genedge.say import SAME, capital, count, enumerated, listed, percent, span
from genedge.studies.ablations import FULL
from genedge.studies.partition import Slices, slices_of
from genedge.studies.study import Arm
from genedge.studies.table import StudyTable
from genedge.words.costs import changed, dearer

OFTEN: Final = 0.01
"""Constraints that bind in a smaller share of decisions are not told of."""
ALIKE: Final = 0.005
"""Changes that lie apart by a smaller share of the cost are alike."""
RIVALS: Final = ("lru", "lfu")


def share(table: StudyTable, variant: str, policy: str, metric: str) -> float:
    """Change of a cost as a share of the full one: 0 where none is seen, infinite over nothing."""
    full, gap = table.mean(FULL, policy, metric), table.difference(variant, policy, metric).mean
    if full > 0:
        return gap / full if abs(gap) >= SAME * full else 0.0
    return math.copysign(math.inf, gap) if gap else 0.0


def _seen(table: StudyTable, variant: str, policy: str, metric: str) -> float:
    """The same share, but 0 where it may be chance."""
    sure = table.difference(variant, policy, metric).sure
    return 0.0 if sure is False else share(table, variant, policy, metric)


def planner(table: StudyTable) -> str:
    """The GA, or the exact decision where the GA is left out."""
    return "ga" if "ga" in table.policies else "exact"


def sentences(table: StudyTable) -> list[str]:
    """Everything worth saying, most important first."""
    if table.study.name == "partitions":
        return partition_sentences(table)
    if table.study.name == "delay-scale":
        return scale_sentences(table)
    name = planner(table)
    if all(table.unchanged(arm.name, name) for arm in table.others) and not table.mean(
        FULL, name, "evictions"
    ):
        return [f"{capital(spoken(name))} never evicts a model here, whatever it sees."]
    found = [
        blind_headline(table),
        *(blind_sentence(table, arm) for arm in table.others),
        binding_sentence(table),
        shortsight_sentence(table),
        _knowledge(table),
    ]
    return [sentence for sentence in found if sentence]


# ------------------------------------------------------------------------------ blind decisions


def blind_headline(table: StudyTable) -> str:
    """Which of the three is missed most."""
    name = planner(table)
    worst = max(table.others, key=lambda arm: _seen(table, arm.name, name, "average_cost"))
    if _seen(table, worst.name, name, "average_cost") <= 0:
        return f"Blind to none of the three does {spoken(name)} surely pay more on Eq. 11."
    return f"{capital(worst.spoken)} {spoken(name)} pays most on Eq. 11."


def blind_sentence(table: StudyTable, arm: Arm) -> str:
    """What the planner loses, or gains, when it is blind to one thing."""
    name = planner(table)
    if table.unchanged(arm.name, name):
        return f"{capital(arm.spoken)} nothing changes here."
    return f"{capital(arm.spoken)} {spoken(name)} pays {changed(table, arm.name, name)}."


def binding_sentence(table: StudyTable) -> str | None:
    """Where constraints bind, if they never do with everything in view."""
    name = planner(table)
    shares = {arm: table.mean(arm.name, name, "binding_share") for arm in table.arms}
    if table.mean(FULL, name, "binding_share") > 0 or not table.mean(FULL, name, "misses"):
        return None
    others = [
        f"{arm.spoken} one binds in {percent(often)} of decisions"
        for arm, often in shares.items()
        if often >= OFTEN
    ]
    also = f"; {listed(others)}" if others else ""
    return f"With everything in view constraints never bind{also}."


def shortsight_sentence(table: StudyTable) -> str | None:
    """That less knowledge is cheaper where it is: the exact decision is best for its moment."""
    gains = [
        arm.spoken for arm in table.others if _seen(table, arm.name, "exact", "average_cost") < 0
    ]
    if not gains:
        return None
    return (
        f"The exact decision pays less when {listed(gains)}: the best for its moment need not be "
        "the best for the run."
    )


def _knowledge(table: StudyTable) -> str | None:
    """That the search makes no difference, where the exact decision changes as much as the GA."""
    if not {"ga", "exact"} <= set(table.policies):
        return None
    for arm in table.others:
        ours, theirs = (
            table.difference(arm.name, name, "average_cost").mean for name in ("ga", "exact")
        )
        if abs(ours - theirs) >= ALIKE * table.mean(FULL, "exact", "average_cost"):
            return None
    return "The exact decision, blind alike, changes as much: knowledge counts, not the search."


def blind_caption(table: StudyTable) -> str:
    """How to read the marks and their whiskers."""
    samples, what = table.replications, "replication"
    if table.one_log:
        samples, what = table.blocks.shape[2], "block"
    whiskers = f"whiskers are 95 % intervals over {count(samples, what)}"
    return f"Right of the line is dearer; {whiskers if samples > 1 else 'there is no interval'}."


# ----------------------------------------------------------------------- slower or faster loading


def scale_sentences(table: StudyTable) -> list[str]:
    """What is held as the time to load grows, and who never looks at it."""
    name, first, last = planner(table), table.arms[0], table.arms[-1]
    held = [f"{table.mean(arm.name, name, 'mean_deployed'):.1f}" for arm in (first, last)]
    models = count(len(table.problem.scenario.model_catalog), "model")
    found = [
        f"At {first.label} to {last.label} loading time {spoken(name)} holds "
        f"{' to '.join(dict.fromkeys(held))} of {models}."
    ]
    still = [spoken(one) for one in RIVALS if _never_looks(table, one)]
    if still:
        verb = "evicts" if len(still) == 1 else "evict"
        found.append(f"{enumerated(still)} {verb} the same models whatever loading takes.")
    return found


def _never_looks(table: StudyTable, policy: str) -> bool:
    """Whether a policy evicts, and the same at every scale."""
    return table.mean(FULL, policy, "evictions") > 0 and all(
        np.array_equal(table.of(arm.name, policy, figure), table.of(FULL, policy, figure))
        for arm in table.arms
        for figure in ("evictions", "hits", "mean_deployed", "evicted_requests")
    )


def _saving(table: StudyTable, arm: Arm, metric: str) -> float:
    """The share of the cost of the cheaper of LRU and LFU that the planner saves."""
    theirs = min(table.mean(arm.name, name, metric) for name in RIVALS)
    return 1.0 - table.mean(arm.name, planner(table), metric) / theirs if theirs > 0 else 0.0


def scale_caption(table: StudyTable, metric: str) -> str:
    """At which scales the planner is dearer than LRU or LFU, not by chance."""
    lost = [table.arms[place].label for place in dearer(table, planner(table), metric, RIVALS)]
    where = f"dearer at {enumerated(lost)}" if lost else "never surely dearer"
    return f"On {LEDGERS[metric].spoken} {spoken(planner(table))} is {where}."


def scale_title(table: StudyTable, metric: str) -> str:
    """How far below the better of LRU and LFU, in a few words."""
    who = {"ga": "GA", "exact": "Exact decision"}[planner(table)]
    shares = [_saving(table, arm, metric) for arm in table.arms]
    return f"{who} {span(shares, 'below', 'above')} LRU and LFU"


# --------------------------------------------------------------------------------- fixed slices


def partition_sentences(table: StudyTable) -> list[str]:
    """What slices do to the planner, what is left to decide in them, and why there are so many."""
    cut, name = slices_of(table.problem), planner(table)
    if cut.trivial:
        return [slices_sentence(table)]
    single = sum(len(row.models) == 1 for row in cut.rows)
    found = [
        f"In {len(cut.rows)} fixed slices {spoken(name)} pays "
        f"{changed(table, 'partitioned', name)}."
    ]
    if single > 1:
        found.append(
            f"{single} of {len(cut.rows)} slices hold a single model: nothing is left to decide."
        )
    return [*found, slices_sentence(table)]


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
        return (
            f"{_services(cut, served)} share the server: {_short(cut)}. Not even two slices are "
            "possible: nothing to partition."
        )
    return f"{_services(cut, served)} share {len(cut.rows)} slices: {_short(cut)}."


def _services(cut: Slices, served: int) -> str:
    """Who is to have a slice, as the subject of a sentence."""
    text = f"{served} services"
    if served < cut.services:
        text = f"{served} of {cut.services} services, those with models that fit and are asked for,"
    if not cut.unnamed:
        return text
    counts = "counts as a service of its own" if cut.unnamed == 1 else "count as one each"
    return f"{text} ({count(cut.unnamed, 'model')} without a service {counts})"


def _short(cut: Slices) -> str:
    """What one slice a service would take of the resource that is scarcest."""
    needed, there, one = max(
        zip(cut.needed, cut.capacity, RESOURCES, strict=True),
        key=lambda row: row[0] / row[1] if row[1] else float(row[0] > 0),
    )
    return (
        f"one each would take {needed:,.4g} {one.unit} of {one.label} where there are {there:,.4g}"
    )


def partition_caption(table: StudyTable, metric: str) -> str:
    """Who pays more in slices and who less, on one ledger."""
    groups: dict[str, list[str]] = {"dearer": [], "cheaper": [], "no sure difference": []}
    for name in table.policies:
        found = _seen(table, "partitioned", name, metric)
        way = "dearer" if found > 0 else "cheaper" if found else "no sure difference"
        groups[way].append(spoken(name))
    told = [f"{way} for {enumerated(names)}" for way, names in groups.items() if names]
    return f"Slices on {LEDGERS[metric].spoken}: {'; '.join(told)}."
