"""What a sweep or a map shows, in sentences and short titles, computed from what is measured."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from genedge.paper.map import CLAIMED, Cells, cells
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES, rivals, spoken, trivial_rival
from genedge.registry.resources import listed_resources
from genedge.say import amount, capital, percent
from genedge.studies.knobs import KNOBS
from genedge.studies.statistics import NO_WORSE, Values
from genedge.studies.table import StudyTable

STAYS: Final = 0.05
"""A cost that changes by less than this share over a sweep stays."""
OFF_THE_SCALE: Final = 1.5
NOTHING_YET: Final = "Nothing is measured yet."
AGAINST: Final = {"best": "the best baseline", "worst": "the worst baseline"}


def quantity(table: StudyTable) -> tuple[str, str]:
    """Name and unit of the knob that varies; the unit is the name where it counts something."""
    name, _, unit = KNOBS[table.study.axes[0].knob].label.partition(", ")
    return name, unit or name


def at_value(table: StudyTable, value: float) -> str:
    """A value of the knob with its unit, such as "60 GB"."""
    unit = quantity(table)[1]
    return f"{value:g} {unit.replace('requests', 'request') if value == 1 else unit}"


def means(table: StudyTable, names: Iterable[str], metric: str) -> dict[str, Values]:
    """Mean cost at every value, ``[V]`` each, of those policies that are in the table."""
    return {name: table.means(name, metric) for name in names if name in table.policies}


def _rivals(table: StudyTable, metric: str) -> dict[str, Values]:
    return means(table, rivals(table.policies), metric)


def off_the_scale(table: StudyTable, metric: str) -> list[str]:
    """The trivial rival where it is so dear that it would press all other lines together."""
    costs = means(table, table.policies, metric)
    others = [np.nanmax(cost) for name, cost in costs.items()
              if not POLICIES[name].capped and not np.isnan(cost).all()]  # fmt: skip
    few = trivial_rival(costs)
    if few is None or not others or np.isnan(costs[few]).all():
        return []
    return [few] if np.nanmax(costs[few]) > OFF_THE_SCALE * max(others) else []


def reductions(table: StudyTable, metric: str) -> Values | None:
    """1 - cost of the GA / cost of the best baseline, where measured; None if there is none."""
    rivals = _rivals(table, metric)
    if "ga" not in table.policies or not rivals:
        return None
    genetic, least = table.means("ga", metric), np.min(list(rivals.values()), axis=0)
    measured = ~np.isnan(genetic) & (least > 0)
    found: Values = 1.0 - genetic[measured] / least[measured]
    return found if found.size else None


def _span(shares: Values, ends: tuple[str, str]) -> str:
    """Shares as a range, such as "12 to 48 %"; ``ends`` name positive and negative ones."""
    low, high = round(100 * float(shares.min())), round(100 * float(shares.max()))
    more, less = ends
    if low < 0 < high:
        return f"{high} % {more} to {-low} % {less}"
    near, far = sorted((abs(low), abs(high)))
    word = more if high > 0 else less
    return f"{far} % {word}" if near == far else f"{near} to {far} % {word}"


def sweep_title(table: StudyTable, metric: str) -> str:
    """What the lines show, in a few words."""
    found = reductions(table, metric)
    if found is None:
        return "Cost a slot"
    if np.abs(found).max() < 5e-3:
        return "The GA costs what the best baseline does"
    return f"GA {_span(found, ('below', 'above'))} the best baseline"


def _change(first: float, last: float) -> float:
    return last / first - 1.0 if first > 0 else 0.0


def _moves(first: float, last: float) -> str:
    change = _change(first, last)
    if abs(change) < STAYS:
        return f"stays at {amount(last)} a slot"
    if change >= 2:
        return f"rises {last / first:.0f}-fold to {amount(last)} a slot"
    return f"{'rises' if change > 0 else 'falls'} by {percent(change)} to {amount(last)} a slot"


def _cheaper_baselines(table: StudyTable, metric: str) -> str:
    """At which values a baseline undercuts the GA, or nothing."""
    rivals = np.min(list(_rivals(table, metric).values()), axis=0)
    genetic = table.means("ga", metric)
    values = table.study.axes[0].values
    below = [values[i] for i in np.flatnonzero(rivals < genetic * (1 - 5e-4))]
    if not below or len(below) == len(values) or below == [values[-1]]:
        return ""
    listed = " and ".join(", ".join(f"{value:g}" for value in below).rsplit(", ", 1))
    return f"; at {listed} a baseline is cheaper"


def _trivial(table: StudyTable, metric: str) -> str:
    """How the trivial rival does, where that is worth a clause."""
    few = trivial_rival(table.policies)
    if few is None:
        return ""
    name = POLICIES[few].called(table.study.base.max_models)
    rival, genetic = (table.means(policy, metric) for policy in (few, "ga"))
    if bool(np.all(rival <= genetic * (1 + NO_WORSE))):
        return f"; the trivial rival, {name}, does as well at every value"
    if off_the_scale(table, metric):
        return f"; {name} is off the scale: its name in the legend shows it"
    return ""


def sweep_sentence(table: StudyTable, metric: str) -> str:
    """How the GA and the baseline that moves most change over a sweep, and who ends cheapest."""
    if np.isnan(table.values[:, 0, 0, 0]).any():
        return NOTHING_YET if not table.done.any() else "The first replications are under way."
    values, (_, unit) = table.study.axes[0].values, quantity(table)
    rivals = _rivals(table, metric)
    if "ga" not in table.policies or not rivals:
        return "Neither the genetic algorithm nor a baseline is compared."
    genetic = table.means("ga", metric)
    movers = {name: _change(cost[0], cost[-1]) for name, cost in rivals.items()}
    mover = max(movers, key=lambda name: abs(movers[name]))
    ours = _moves(genetic[0], genetic[-1])
    theirs = _moves(rivals[mover][0], rivals[mover][-1])
    best = min(rivals, key=lambda name: float(rivals[name][-1]))
    end = f"at {at_value(table, values[-1])}"
    saving = -_change(float(rivals[best][-1]), float(genetic[-1]))
    if abs(saving) < 5e-4:
        result = f"{end} it costs as much as {spoken(best)}, the best baseline"
    else:
        side = "less" if saving > 0 else "more"
        result = f"{end} it costs {percent(saving)} {side} than {spoken(best)}, the best baseline"
    text = (
        f"From {values[0]:g} to {values[-1]:g} {unit} {spoken('ga')} {ours} while "
        f"{spoken(mover)} {theirs}; {result}"
    )
    return (
        f"{capital(LEDGERS[metric].spoken)}: {text[0].lower()}{text[1:]}"
        f"{_cheaper_baselines(table, metric)}{_trivial(table, metric)}."
    )


def spread_sentence(table: StudyTable, metric: str) -> str:
    """How far replications lie apart, for the GA and the baseline where they do most."""
    values = table.study.axes[0].values
    widest: tuple[float, str, float] | None = None
    for name in ("ga", *rivals(table.policies)):
        if name not in table.policies:
            continue
        for place, row in enumerate(table.over(name, metric)):
            seen = row[~np.isnan(row)]
            if seen.size > 1 and seen.mean() > 0:
                spread = float((seen.max() - seen.min()) / seen.mean())
                if widest is None or spread > widest[0]:
                    widest = (spread, name, values[place])
    if widest is None:
        return "One replication has no spread."
    spread, name, value = widest
    return (
        f"On {LEDGERS[metric].spoken} replications differ most under {spoken(name)} at "
        f"{at_value(table, value)}: "
        f"highest and lowest lie {percent(spread)} of their mean apart."
    )


def _planner(table: StudyTable) -> str | None:
    return next((name for name in ("exact", "ga") if name in table.policies), None)


def binding_title(table: StudyTable) -> str:
    """How often constraints bind, in a few words."""
    name = _planner(table)
    shares = table.means(name, "binding_share") if name else np.array([np.nan])
    shares = shares[~np.isnan(shares)]
    if not shares.size:
        return "Where constraints bind"
    if shares.max() == 0:
        return "No constraint ever binds"
    if percent(float(shares.min())) == percent(float(shares.max())):
        return f"Constraints bind in {percent(float(shares.max()))} of decisions"
    low = percent(float(shares.min())).removesuffix(" %") if shares.min() > 0 else "0"
    return f"Constraints bind in {low} to {percent(float(shares.max()))}"


def binding_sentence(table: StudyTable) -> str:
    """What it means how often constraints bind."""
    name = _planner(table)
    if name is None or not table.done.any():
        return NOTHING_YET
    shares = table.means(name, "binding_share")
    values = table.study.axes[0].values
    if np.nanmax(shares) == 0:
        return (
            f"{capital(listed_resources())} never change a decision: holding models costs more "
            "than fetching them again, whatever the server could hold."
        )
    most = int(np.nanargmax(shares))
    free = [value for value, share in zip(values, shares, strict=True) if share == 0]
    text = (
        f"A constraint changes {percent(float(shares[most]))} of the exact decisions at "
        f"{at_value(table, values[most])}"
    )
    if free:
        listed = " and ".join(", ".join(f"{value:g}" for value in free).rsplit(", ", 1))
        text += f" and none at {listed}"
    return text + "."


def map_title(found: Cells) -> str:
    """In how many cells the paper's reductions are found."""
    measured = int((~np.isnan(found.against_best)).sum())
    if not measured:
        return "Where the paper's reductions are found"
    inside = int(found.claimed.sum())
    if not inside:
        return f"The paper's range in none of {measured} cells"
    return f"The paper's range in {inside} of {measured} cells"


def map_sentence(table: StudyTable, metric: str, against: str) -> str:
    """Where the GA saves most and least, and where constraints bind."""
    found = cells(table, metric)
    shares = found.against_best if against == "best" else found.against_worst
    if np.isnan(shares).all():
        return NOTHING_YET
    labels = [KNOBS[axis.knob].label for axis in table.study.axes]

    def at(place: int) -> str:
        point = table.study.points[place]
        return ", ".join(f"{label} {value:g}" for label, value in zip(labels, point, strict=True))

    most, least = int(np.nanargmax(shares)), int(np.nanargmin(shares))
    low, high = (f"{100 * share:.2f}" for share in CLAIMED)
    bound = int((found.binding > 0).sum())
    top, bottom = float(shares.ravel()[most]), float(shares.ravel()[least])
    text = (
        f"On {LEDGERS[metric].spoken}, against {AGAINST[against]}, {spoken('ga')} saves most "
        f"({percent(top)}) at {at(most)} and "
        + (f"least ({percent(bottom)})" if bottom >= 0 else f"costs {percent(bottom)} more")
        + f" at {at(least)}. "
    )
    inside = int(found.claimed.sum())
    text += (
        f"Savings of at least {low} % against the best and at most {high} % against the worst "
        f"baseline, as the paper reports, are found in {inside} of {shares.size} cells; "
    )
    return text + (
        f"a constraint binds in {bound}." if bound else "no constraint binds in any of them."
    )


def draws_title(table: StudyTable, metric: str) -> str:
    """How the reduction varies with the catalog, in a few words."""
    shares = cells(table, metric).against_best
    shares = shares[~np.isnan(shares)]
    if not shares.size:
        return "One mark a catalog"
    return f"GA {_span(shares, ('below', 'above'))} the best"


def draws_sentence(table: StudyTable, metric: str) -> str:
    """Middle and extremes of the reduction over random catalogs, and how many lie in the range."""
    found = cells(table, metric)
    measured = ~np.isnan(found.against_best)
    if not measured.any():
        return NOTHING_YET
    best, worst = found.against_best[measured], found.against_worst[measured]
    count, inside = int(measured.sum()), int(found.claimed.sum())
    dearer = int((best < 0).sum())
    middle, top = float(np.median(best)), float(np.median(worst))
    text = (
        f"Over {count} random catalogs {spoken('ga')} in the middle one costs "
        f"{percent(middle)} {'less' if middle >= 0 else 'more'} than the best baseline and "
        f"{percent(top)} {'less' if top >= 0 else 'more'} than the worst "
        f"({LEDGERS[metric].spoken}); both lie within the paper's 56.06 to 76.73 % in {inside} of "
        f"{count}"
    )
    return text + (f", and in {dearer} a baseline is cheaper." if dearer else ".")
