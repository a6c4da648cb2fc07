"""What an ablation shows, in sentences and short titles, computed from what was measured."""

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.registry.resources import listed_resources
from genedge.say import SAME, amount, capital, count, listed, percent
from genedge.studies.ablations import FULL, dear
from genedge.studies.study import Arm
from genedge.studies.table import StudyTable
from genedge.words.ablation_effects import (
    MOVED,
    RIVALS,
    SHORT,
    change,
    effect,
    intervals,
    number,
    on_both,
    planner,
    size,
)
from genedge.words.slices import partition_sentences


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
    ]
    return [sentence for sentence in found if sentence]


# ------------------------------------------------------------------------------ blind decisions


def blind_headline(table: StudyTable) -> str:
    """Which of the three is missed most."""
    name = planner(table)
    found = {arm: effect(table, arm.name, name, "average_cost") for arm in table.others}
    worst = max(found, key=lambda arm: found[arm].share if found[arm].seen else -1.0)
    if not found[worst].seen or found[worst].share <= 0:
        return f"Blind to none of the three does {spoken(name)} surely pay more on Eq. 11."
    once = ", in this one replication" if found[worst].sure is None else ""
    return (
        f"{capital(spoken(name))} suffers most when {worst.spoken}: it then pays "
        f"{change(found[worst].share)} on Eq. 11{once}."
    )


def blind_sentence(table: StudyTable, arm: Arm) -> str:
    """What the planner loses, or gains, when it is blind to one thing."""
    name = planner(table)
    if not table.unchanged(arm.name, name):
        return f"{capital(arm.spoken)} {spoken(name)} pays {on_both(table, arm.name, name)}."
    text = (
        f"{capital(arm.spoken)} nothing changes here: {spoken(name)} evicts "
        f"{number(table.mean(FULL, name, 'evictions'))} models a run and holds "
        f"{table.mean(FULL, name, 'mean_deployed'):.1f} of {count(size(table), 'model')} "
        "either way"
    )
    if arm.name == "resources" and dear(table.problem) == 0 and table.mean(FULL, name, "evictions"):
        text += (
            ". For every model that is asked for the resources that a decision weighs cost less "
            "than evicting it would, so room alone decides who stays"
        )
    return f"{text}."


def binding_sentence(table: StudyTable) -> str | None:
    """Where constraints bind, if they never do with everything in view."""
    name = planner(table)
    shares = {arm: table.mean(arm.name, name, "binding_share") for arm in table.arms}
    seeing = next(share for arm, share in shares.items() if arm.name == FULL)
    if seeing > 0 or not table.mean(FULL, name, "misses"):
        return None
    text = f"With everything in view {listed_resources()} never bind"
    cheap = dear(table.problem)
    if cheap:
        requested = int((table.problem.rates > 0).sum())
        text += (
            f": for {cheap:,} of {count(requested, 'model')} that are asked for "
            "evicting costs no more than the resources that a decision weighs"
        )
    others = [
        f"{arm.spoken} they bind in {percent(share)} of its decisions"
        for arm, share in shares.items()
        if share >= MOVED / 2
    ]
    return f"{text}; {listed(others)}." if others else f"{text}."


def shortsight_sentence(table: StudyTable) -> str | None:
    """That less knowledge is cheaper where it is: the exact decision is best for its moment."""
    gains = [
        arm.spoken
        for arm in table.others
        if (found := effect(table, arm.name, "exact", "average_cost")).seen and found.share < 0
    ]
    if not gains:
        return None
    return (
        f"That the exact decision pays less when {listed(gains)} is no slip: with everything in "
        "view it is the best for its moment, and that need not be the best for the whole run."
    )


def blind_title(table: StudyTable, metric: str) -> str:
    """The largest change on one ledger, in a few words."""
    name = planner(table)
    found = {arm: effect(table, arm.name, name, metric) for arm in table.others}
    arm = max(found, key=lambda arm: abs(found[arm].gap.mean) if found[arm].seen else -1.0)
    if not found[arm].seen:
        return "Blind or not: no sure difference"
    return f"{capital(arm.spoken)}: {change(found[arm].share)}"


def blind_caption(table: StudyTable, metric: str) -> str:
    """How to read the marks, and whether the search or the knowledge makes the difference."""
    text = (
        f"Cost a slot on {LEDGERS[metric].spoken} less what it is with everything in view: right "
        f"of the line is dearer{intervals(table)}."
    )
    if not {"ga", "exact"} <= set(table.policies):
        return text

    def apart(arm: Arm) -> float:
        ours, theirs = (effect(table, arm.name, name, metric) for name in ("ga", "exact"))
        return abs(ours.gap.mean - theirs.gap.mean) / max(ours.full, theirs.full, 1e-300)

    arm = max(table.others, key=apart)
    if all(table.unchanged(arm.name, name) for arm in table.others for name in ("ga", "exact")):
        return f"{text} Nothing changes here."
    if apart(arm) < 0.005:
        return (
            f"{text} The exact decision, blind alike, changes as much: what counts is what a "
            "decision knows, not how it is searched for."
        )
    ours, theirs = (effect(table, arm.name, name, metric).now for name in ("ga", "exact"))
    return (
        f"{text} The exact decision differs most when {arm.spoken}: it pays {amount(theirs)} a "
        f"slot where {spoken('ga')} pays {amount(ours)}."
    )


# ----------------------------------------------------------------------- slower or faster loading


def scale_sentences(table: StudyTable) -> list[str]:
    """How costs and what is held follow the time to load."""
    name = planner(table)
    first, last = table.arms[0], table.arms[-1]
    costs, models = (
        [table.mean(arm.name, name, figure) for arm in (first, last)]
        for figure in ("average_cost", "mean_deployed")
    )
    goes = [
        " to ".join(dict.fromkeys(texts))
        for texts in ([f"{value:.1f}" for value in models], [amount(value) for value in costs])
    ]
    found = [
        f"As the time to load a model goes from {first.label} to {last.label}, {spoken(name)} "
        f"holds {goes[0]} of {count(size(table), 'model')} and pays {goes[1]} a slot on Eq. 11."
    ]
    still = [one for one in RIVALS if _never_looks(table, one)]
    if still:
        names = " and ".join(spoken(one) for one in still)
        found.append(
            f"{names} evict{'s' * (len(still) == 1)} the same models whatever loading takes, so "
            "that switching cost and waiting for misses grow in proportion."
        )
    return found


def _never_looks(table: StudyTable, policy: str) -> bool:
    """Whether a policy evicts, and the same at every scale."""
    return table.mean(FULL, policy, "evictions") > 0 and all(
        np.array_equal(table.of(arm.name, policy, figure), table.of(FULL, policy, figure))
        for arm in table.arms
        for figure in ("evictions", "hits", "mean_deployed", "evicted_requests")
    )


def _rival(table: StudyTable, arm: Arm, metric: str) -> tuple[str, float]:
    """The cheaper of LRU and LFU, and the share of its cost that the planner saves."""
    rival = min(RIVALS, key=lambda name: table.mean(arm.name, name, metric))
    theirs = table.mean(arm.name, rival, metric)
    ours = table.mean(arm.name, planner(table), metric)
    return rival, 1.0 - ours / theirs if theirs > 0 else 0.0


def scale_caption(table: StudyTable, metric: str) -> str:
    """The planner against the better of LRU and LFU, and where it is dearer."""

    def against(arm: Arm) -> str:
        rival, saving = _rival(table, arm, metric)
        if abs(saving) < SAME:
            return f"the same at {arm.label}"
        side = "less" if saving > 0 else "more"
        return f"{percent(saving)} {side} at {arm.label} ({spoken(rival)})"

    middle = [arm for arm in table.arms if arm.name == FULL]
    at = [against(arm) for arm in (table.arms[0], *middle, table.arms[-1])]
    dearer = [arm.label for arm in table.arms if _rival(table, arm, metric)[1] < -SAME]
    text = (
        f"On {LEDGERS[metric].spoken} {spoken(planner(table))} costs, against the better of LRU "
        f"and LFU, {listed(at)}"
    )
    if dearer:
        text += f"; it is dearer at {' and '.join(', '.join(dearer).rsplit(', ', 1))}"
    return f"{text}{intervals(table)}."


def scale_title(table: StudyTable, metric: str) -> str:
    """How far below the better of LRU and LFU, in a few words."""
    shares = [100 * _rival(table, arm, metric)[1] for arm in table.arms]
    low, high = round(min(shares)), round(max(shares))
    who = capital(SHORT[planner(table)])
    if low == high == 0:
        return f"{who} costs what LRU or LFU does"
    if low < 0 < high:
        return f"{who}: {high} % below to {-low} % above LRU, LFU"
    near, far = sorted((abs(low), abs(high)))
    span = f"{far} %" if near == far else f"{near} to {far} %"
    return f"{who} {span} {'above' if low < 0 else 'below'} LRU and LFU"


def behaviour_title(figure: str) -> str:
    """What the second curve shows."""
    return {"mean_deployed": "Models held", "hit_ratio": "Requests that wait for a load"}[figure]


def behaviour_caption(table: StudyTable, figure: str) -> str:
    """What the planner holds, or how many requests miss, at both ends."""
    name = planner(table)
    first, last = table.arms[0], table.arms[-1]
    before, after = (table.mean(arm.name, name, figure) for arm in (first, last))
    if figure == "hit_ratio":
        return (
            f"Under {spoken(name)} {percent(1 - before)} of requests are no hits at {first.label} "
            f"and {percent(1 - after)} at {last.label}{intervals(table)}."
        )
    means = [table.mean(arm.name, name, figure) for arm in table.arms]
    # One step from loading that takes no time at all is no trend.
    grows = means == sorted(means) and after > (1 + MOVED) * max(before, means[1])
    why = ": the longer loading takes, the more it keeps" if grows else ""
    return (
        f"{capital(spoken(name))} holds {before:.1f} models at {first.label} and {after:.1f} at "
        f"{last.label}{why}{intervals(table)}."
    )
