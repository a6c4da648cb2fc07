"""What Equations says of another answer to a question, in sentences and in rows of a table."""

from typing import Final, NamedTuple

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.say import amount, capital, count, enumerated, listed, percent
from genedge.studies.choice_searches import Applied, Ranking
from genedge.studies.choices import QUESTIONS, SEARCH
from genedge.studies.table import StudyTable
from genedge.words.costs import changed

SHARES: Final = frozenset({"hit_ratio", "best_choice_share"})


class Row(NamedTuple):
    """One figure of policies that come to the very same figures."""

    policies: tuple[str, ...]
    figure: str
    present: str
    other: str
    difference: str


def _figures(table: StudyTable, policy: str) -> tuple[str, ...]:
    """What the question compares of a policy: only the genetic algorithm searches."""
    figures = QUESTIONS[table.study.name].figures
    return figures if policy == "ga" else tuple(name for name in figures if name not in SEARCH)


def _moved(table: StudyTable) -> set[str]:
    """Figures that differ for some policy."""
    return {
        figure
        for policy in table.policies
        for figure in _figures(table, policy)
        if not table.same(table.others[0].name, policy, figure)
    }


def _shown(figure: str, value: float) -> str:
    return f"{100 * value:.2f} %" if figure in SHARES else f"{value:,.4g}"


def rows(table: StudyTable) -> list[Row]:
    """One row a figure: present, other, difference with its 95 % interval."""
    return [
        Row(
            names, figure, _shown(figure, table.mean(table.arms[0].name, names[0], figure)),
            _shown(figure, table.mean(table.arms[1].name, names[0], figure)),
            _difference(table, names[0], figure),
        )
        for names in _groups(table)
        for figure in _figures(table, names[0])
    ]  # fmt: skip


def _difference(table: StudyTable, policy: str, figure: str) -> str:
    if table.same(table.others[0].name, policy, figure):
        return "none"
    difference = table.difference(table.others[0].name, policy, figure)
    unit = 100.0 if figure in SHARES else 1.0
    text = f"{unit * difference.mean:+.3g}".replace("-", "−")
    if difference.half_width is not None:
        text += f" ± {unit * difference.half_width:.2g}"
    return text + (" points" if figure in SHARES else "")


def _groups(table: StudyTable) -> list[tuple[str, ...]]:
    """Policies that come to the very same figures are spoken of together."""
    groups: dict[bytes, tuple[str, ...]] = {}
    for policy in table.policies:
        figures = [name for name in _figures(table, policy) if name not in SEARCH]
        key = np.stack([table.over(policy, figure) for figure in figures]).tobytes()
        groups[key] = (*groups.get(key, ()), policy)
    return list(groups.values())


def sentences(table: StudyTable) -> list[str]:
    """What the table shows."""
    where = f"in all {count(table.replications, 'replication')}"
    moved = _moved(table)
    if not moved:
        return [f"Here it changes nothing: every figure agrees {where}."]
    if table.study.name == "resource_unit":
        caveat = (
            "Costs are not comparable here: 1 means a gigabyte under one answer, a whole server "
            "under the other."
        )
        if moved <= {*LEDGERS}:
            return [caveat, f"What is held, fetched and hit agrees {where}."]
        return [caveat, *_held(table)]
    if moved <= {*SEARCH}:
        return ["Here it changes no cost, no hit and no wait, only the search.", *_searched(table)]
    return [*_costs(table), *_searched(table)]


def _costs(table: StudyTable) -> list[str]:
    return [
        f"With “{table.arms[1].label}” {enumerated([spoken(name) for name in names])} "
        f"{'cost' if len(names) > 1 else 'costs'} "
        f"{changed(table, table.others[0].name, names[0])}."
        for names in _groups(table)
    ]


def _held(table: StudyTable) -> list[str]:
    found = []
    for names in _groups(table):
        present, other = (table.mean(arm.name, names[0], "mean_deployed") for arm in table.arms)
        who = capital(enumerated([spoken(name) for name in names]))
        verb = "hold" if len(names) > 1 else "holds"
        found.append(f"{who} {verb} {other:.2f} models instead of {present:.2f}.")
    return found


def _searched(table: StudyTable) -> list[str]:
    """How often the searches were right."""
    if "best_choice_share" not in _moved(table):
        return []
    present, other = (table.mean(arm.name, "ga", "best_choice_share") for arm in table.arms)
    return [
        f"{percent(other)} of its decisions are as good as the exact one, instead of "
        f"{percent(present)}."
    ]


def fitness_sentence(found: tuple[Ranking, ...]) -> str:
    """Whether every form ranks the candidates alike."""
    pairs = found[0].pairs
    if pairs == 0:
        return "This search met candidates of one cost only: there is nothing to rank."
    short = [one for one in found if one.alike < pairs]
    if not short:
        return "Every form ranks all candidates as their costs do: the choice changes nothing here."
    return f"{listed([_turned(one) for one in short])}."


def _turned(one: Ranking) -> str:
    turned = one.pairs - one.alike - one.tied
    text = f"{one.form} gives {count(one.tied, 'pair')} the same number"
    return f"{text} and turns {turned:,} round" if turned else text


def applied_sentence(found: Applied) -> str:
    """What fetching whatever the best holds would have meant."""
    if found.searches == 0:
        return "This run has no decision, so there is no search to look at."
    which = f"all {found.searches:,} searches"
    if found.searches < found.decisions:
        which = f"{found.searches:,} searches, evenly spread over all {found.decisions:,},"
    if found.beyond == 0:
        return (
            f"In {which} nothing was held that nobody asked for: the choice changes nothing here."
        )
    return (
        f"In {found.beyond:,} of {which} the best candidate held models that nobody asked for: "
        f"{amount(found.fetched_gb)} GB to fetch."
    )
