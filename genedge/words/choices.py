"""What another answer to a question changes, in sentences and in rows of a table."""

from types import MappingProxyType
from typing import Final, NamedTuple

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.say import amount, capital, percent
from genedge.studies.choice_searches import Applied, Ranking
from genedge.studies.choices import QUESTIONS, SEARCH
from genedge.studies.table import StudyTable

TITLES: Final = MappingProxyType(
    {
        "average_cost": "Eq. 11, cost a slot",
        "realised_cost": "Realised cost a slot",
        "hit_ratio": "Hit ratio",
        "mean_service_delay_s": "Mean wait, s",
        "mean_deployed": "Models held",
        "downloaded_gb": "Fetched, GB",
        "best_choice_share": "As good as the exact decision",
        "generations": "Generations a decision",
    }
)
SHARES: Final = frozenset({"hit_ratio", "best_choice_share"})


def shown(figure: str, value: float) -> str:
    """A figure as tables show it."""
    return f"{100 * value:.2f} %" if figure in SHARES else f"{value:,.4g}"


class Row(NamedTuple):
    """One figure of policies that come to the very same figures."""

    policies: tuple[str, ...]
    figure: str
    present: str
    other: str
    difference: str


def _other(table: StudyTable) -> str:
    return table.others[0].name


def _figures(table: StudyTable, policy: str) -> tuple[str, ...]:
    """What the question compares of a policy: only the genetic algorithm searches."""
    figures = QUESTIONS[table.study.name].figures
    return figures if policy == "ga" else tuple(name for name in figures if name not in SEARCH)


def _means(table: StudyTable, policy: str, figure: str) -> tuple[float, float]:
    """Present answer's mean and the other's."""
    present, other = (table.mean(arm.name, policy, figure) for arm in table.arms)
    return present, other


def _same(table: StudyTable, policy: str, figure: str) -> bool:
    return table.same(_other(table), policy, figure)


def _compared(table: StudyTable) -> list[tuple[str, str]]:
    """Every policy with every figure that is compared."""
    return [(name, figure) for name in table.policies for figure in _figures(table, name)]


def rows(table: StudyTable) -> list[Row]:
    """One row a figure: present, other, difference with its 95 % interval."""
    found = []
    for first, names in _groups(table):
        for figure in _figures(table, first):
            present, other = _means(table, first, figure)
            found.append(
                Row(
                    tuple(names), figure, shown(figure, present), shown(figure, other),
                    _difference(table, first, figure),
                )
            )  # fmt: skip
    return found


def _difference(table: StudyTable, policy: str, figure: str) -> str:
    if _same(table, policy, figure):
        return "none"
    difference = table.difference(_other(table), policy, figure)
    unit = 100.0 if figure in SHARES else 1.0
    text = f"{unit * difference.mean:+.3g}".replace("-", "−")
    if difference.half_width is not None:
        text += f" ± {unit * difference.half_width:.2g}"
    return text + (" points" if figure in SHARES else "")


def sentences(table: StudyTable) -> list[str]:
    """What the table shows."""
    many = table.replications
    where = f"in all {many} replications" if many > 1 else "in the one replication"
    if all(_same(table, *key) for key in _compared(table)):
        return [f"Here it changes nothing: every figure agrees {where}."]
    if table.study.name == "resource_unit":
        return _unit(table, where)
    changed = [key for key in _compared(table) if key[1] not in SEARCH and not _same(table, *key)]
    if not changed:
        text = f"Here it changes no cost, no hit and no wait ({where}), only how long is searched."
        return [text, *_searched(table)]
    return [*_costs(table), *_searched(table)]


def _groups(table: StudyTable) -> list[tuple[str, list[str]]]:
    """Policies that come to the very same figures are spoken of together."""
    groups: list[tuple[str, list[str]]] = []
    for policy in table.policies:
        for first, names in groups:
            if all(
                np.array_equal(table.over(first, figure), table.over(policy, figure))
                for figure in _figures(table, policy)
                if figure not in SEARCH
            ):
                names.append(policy)
                break
        else:
            groups.append((policy, [policy]))
    return groups


def _costs(table: StudyTable) -> list[str]:
    found = []
    for policy, names in _groups(table):
        parts = [_change(table, policy, metric) for metric in LEDGERS]
        who = " and ".join(spoken(name) for name in names)
        verb = "cost" if len(names) > 1 else "costs"
        found.append(f"With “{table.arms[1].label}” {who} {verb} {parts[0]}, and {parts[1]}.")
    return found


def _change(table: StudyTable, policy: str, metric: str) -> str:
    """What one ledger says."""
    where = f"on {LEDGERS[metric].spoken}"
    if _same(table, policy, metric):
        return f"the same {where}"
    first, second = _means(table, policy, metric)
    difference = table.difference(_other(table), policy, metric)
    more = "more" if difference.mean > 0 else "less"
    figures = f"{amount(second)} instead of {amount(first)}"
    how = percent(difference.mean / first) if first > 0 else amount(abs(difference.mean))
    doubt = {None: "; there is no interval", False: ", which may be chance", True: ""}
    return f"{how} {more} {where} ({figures}{doubt[difference.sure]})"


def _searched(table: StudyTable) -> list[str]:
    """How the searches went."""
    if ("ga", "best_choice_share") not in _compared(table):
        return []
    right, turns = _means(table, "ga", "best_choice_share"), _means(table, "ga", "generations")
    return [
        f"{percent(right[1])} of its decisions are as good as the exact one ({percent(right[0])} "
        f"with “{table.arms[0].label}”), after {turns[1]:.1f} generations ({turns[0]:.1f})."
    ]


def _unit(table: StudyTable, where: str) -> list[str]:
    """Costs in different units cannot be compared; what is held can."""
    caveat = (
        "Costs are not comparable here: a resource cost of 1 means a gigabyte under one answer "
        "and a whole server under the other, so the resource weight would need another size."
    )
    alike = all(
        _same(table, policy, figure) for policy, figure in _compared(table) if figure not in LEDGERS
    )
    if alike:
        return [caveat, f"What is held, fetched and hit agrees {where}."]
    found = [caveat]
    for policy, names in _groups(table):
        held, hits = _means(table, policy, "mean_deployed"), _means(table, policy, "hit_ratio")
        who = capital(" and ".join(spoken(name) for name in names))
        verb = "hold" if len(names) > 1 else "holds"
        found.append(
            f"{who} {verb} {held[1]:.2f} models instead of {held[0]:.2f}; "
            f"{percent(hits[1])} of requests are hits instead of {percent(hits[0])}."
        )
    return found


def fitness_sentence(found: tuple[Ranking, ...]) -> str:
    """Whether every form ranks the candidates alike."""
    pairs = found[0].pairs
    if pairs == 0:
        return "This search met candidates of one cost only: there is nothing to rank."
    text = f"{pairs:,} pairs of candidates of different cost"
    if all(one.alike == pairs for one in found):
        return f"Of {text} every form ranks all as their costs do: the choice changes nothing here."
    short = [one for one in found if one.alike < pairs]
    parts = []
    for one in short:
        turned = one.pairs - one.alike - one.tied
        why = f"gives {one.tied:,} of them the same number, rounded"
        if turned:
            why += f", and turns {turned:,} round"
        parts.append(f"{one.form} {why}")
    return f"Of {text}: {'; '.join(parts)}. The others rank all of them as their costs do."


def applied_sentence(found: Applied) -> str:
    """What fetching whatever the best holds would have meant."""
    if found.searches == 0:
        return "This run has no decision, so there is no search to look at."
    which = f"all {found.searches:,} searches"
    if found.searches < found.decisions:
        which = f"{found.searches:,} searches, evenly spread over all {found.decisions:,},"
    if found.beyond == 0:
        return (
            f"In {which} the best candidate held nothing that nobody asked for: the "
            "choice changes nothing here."
        )
    return (
        f"In {found.beyond:,} of {which} the best candidate held models that nobody asked "
        f"for, {found.models:,} in all. Fetching them would have taken {amount(found.fetched_gb)} "
        f"GB more, and holding each to the end of one slot would have added "
        f"{amount(found.resource_cost)} to the resource cost."
    )
