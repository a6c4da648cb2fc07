"""What Figures & claims says of a sweep, a map and random catalogs."""

from typing import Final

import numpy as np

from genedge.paper.map import CLAIMED, Cells, cells
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES, rivals, spoken, trivial_rival
from genedge.say import capital, change, enumerated, percent, share_of, span
from genedge.studies.knobs import KNOBS
from genedge.studies.statistics import NO_WORSE, Values
from genedge.studies.table import StudyTable
from genedge.words import compare
from genedge.words.costs import against, dearer

NOTHING_YET: Final = "Nothing is measured yet."


def _at(table: StudyTable, *places: int) -> str:
    """Values of the knob with its unit, such as "60 and 80 GB"."""
    name, _, unit = KNOBS[table.study.axes[0].knob].label.partition(", ")
    values = [table.study.axes[0].values[place] for place in places]
    unit = (unit or name).replace("requests", "request") if values == [1] else unit or name
    return f"{enumerated([f'{value:g}' for value in values])} {unit}"


def _least_baseline(table: StudyTable, metric: str) -> Values:
    """Mean cost of the cheapest baseline at every value, ``[V]``."""
    costs = [table.means(name, metric) for name in rivals(table.policies)]
    least: Values = np.min(costs, axis=0)
    return least


def _contested(table: StudyTable) -> bool:
    """Whether the GA and a baseline are in the table."""
    return "ga" in table.policies and bool(rivals(table.policies))


def off_the_scale(table: StudyTable, metric: str) -> list[str]:
    """The trivial rival where it is so dear that it would press all other lines together."""
    means = {name: table.means(name, metric) for name in table.policies}
    return compare.off_the_scale(
        {name: float(np.nanmax(cost)) for name, cost in means.items() if not np.isnan(cost).all()}
    )


def sweep_title(table: StudyTable, metric: str) -> str | None:
    """How far below the best baseline the GA is; None while nothing is measured."""
    if not _contested(table):
        return None
    genetic, least = table.means("ga", metric), _least_baseline(table, metric)
    measured = ~np.isnan(genetic) & (least > 0)
    if not measured.any():
        return None
    shares = 1.0 - genetic[measured] / least[measured]
    if np.abs(shares).max() < 5e-3:
        return "The GA costs what the best baseline does"
    return f"GA {span(shares.tolist(), 'below', 'above')} the best baseline"


def sweep_sentence(table: StudyTable, metric: str) -> str:
    """The GA against the best baseline at the last value, where it is dearer, who is not drawn."""
    if np.isnan(table.values[:, 0, 0, 0]).any():
        return NOTHING_YET if not table.done.any() else "The first replications are under way."
    if not _contested(table):
        return "Neither the genetic algorithm nor a baseline is compared."
    last = len(table.arms) - 1
    costs = {name: table.means(name, metric)[last] for name in rivals(table.policies)}
    best = min(costs, key=costs.__getitem__)
    clause = against(table, table.arms[last].name, "ga", metric, best)
    text = f"At {_at(table, last)} {spoken('ga')} costs {clause}."
    lost = dearer(table, "ga", metric, costs)
    if lost not in ([], [last]):
        text += f" A baseline is cheaper at {_at(table, *lost)}."
    return text + _trivial(table, metric)


def _trivial(table: StudyTable, metric: str) -> str:
    """How the trivial rival does, where that is worth a sentence."""
    few = trivial_rival(table.policies)
    if few is None:
        return ""
    rival, genetic = (table.means(policy, metric) for policy in (few, "ga"))
    if bool(np.all(rival <= genetic * (1 + NO_WORSE))):
        name = POLICIES[few].called(table.study.base.max_models)
        return f" The trivial rival, {name}, does as well at every value."
    return compare.hidden(off_the_scale(table, metric))


def binding_sentence(table: StudyTable) -> str:
    """Where constraints bind most, and where never."""
    name = next((name for name in ("exact", "ga") if name in table.policies), None)
    if name is None or not table.done.any():
        return NOTHING_YET
    shares = table.means(name, "binding_share")
    if np.nanmax(shares) == 0:
        return "No constraint ever binds: holding costs more than fetching again."
    most, free = int(np.nanargmax(shares)), np.flatnonzero(shares == 0).tolist()
    never = f", none at {_at(table, *free)}" if free else ""
    return (
        f"A constraint changes {percent(float(shares[most]))} of the exact decisions at "
        f"{_at(table, most)}{never}."
    )


def map_title(found: Cells) -> str | None:
    """In how many cells the paper's reductions are found; None while nothing is measured."""
    measured = int((~np.isnan(found.against_best)).sum())
    inside = share_of(int(found.claimed.sum()), measured, "cell")
    return f"The paper's range in {inside}" if measured else None


def map_sentence(table: StudyTable, metric: str, against_whom: str) -> str:
    """Where the GA does best, and whether constraints bind anywhere."""
    found = cells(table, metric)
    shares = found.against_best if against_whom == "best" else found.against_worst
    if np.isnan(shares).all():
        return NOTHING_YET
    most = int(np.nanargmax(shares))
    at = ", ".join(
        f"{KNOBS[axis.knob].label} {KNOBS[axis.knob].tick(value)}"
        for axis, value in zip(table.study.axes, table.study.points[most], strict=True)
    )
    bound = "" if (found.binding > 0).any() else "; no constraint binds anywhere"
    return (
        f"{capital(spoken('ga'))} does best where {at}: {change(-float(shares.ravel()[most]))} on "
        f"{LEDGERS[metric].spoken}{bound}."
    )


def draws_sentence(table: StudyTable, metric: str) -> str:
    """The middle reduction over random catalogs, and how many lie in the paper's range."""
    found = cells(table, metric)
    best = found.against_best[~np.isnan(found.against_best)]
    if not best.size:
        return NOTHING_YET
    inside = share_of(int(found.claimed.sum()), best.size, "catalog")
    low, high = (f"{100 * share:.2f}" for share in CLAIMED)
    return (
        f"Against the best baseline the middle one costs {change(-float(np.median(best)))}; "
        f"{inside} lie within the paper's {low} to {high} %."
    )
