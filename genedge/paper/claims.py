"""The paper's claims, each a function of what the sweeps of Fig. 3 and 4 measured.

Seven are the paper's; the eighth is ours: does the trivial rival do as well? A verdict is measured,
never written down: it holds, holds in part, or does not hold, with the figures it was read from
and where it stops holding.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

import numpy as np

from genedge.paper.figures import TITLES
from genedge.paper.map import CLAIMED
from genedge.registry.policies import BASELINES, POLICIES
from genedge.say import amount, percent
from genedge.studies.knobs import KNOBS
from genedge.studies.sweeps import SweepTable, Values

Outcome = Literal["holds", "holds in part", "does not hold", "not measured"]
Tables = Mapping[str, SweepTable]

FLAT: Final = 0.05
"""A cost that rises by no more than this share over a sweep has stayed flat."""
ESCALATES: Final = 0.10
"""A cost that rises by at least this share over a sweep escalates."""
STABLE: Final = 0.25
"""A cost whose highest value lies within this share of its lowest is stable."""
AS_WELL: Final = 0.01
"""A rival that costs no more than this share above does as well."""
MIDDLE_GB: Final = 120.0
CAPACITIES: Final = MappingProxyType({"fig3a": "storage", "fig3b": "GPU memory"})
"""The figures over capacities, and what varies in each."""


@dataclass(frozen=True)
class Verdict:
    """What was found of one claim.

    Attributes
    ----------
    number: 1 to 8.
    claim: what is claimed.
    outcome: what the measurement says of it.
    figures: what it was read from, by name.
    sentence: why, and where it stops holding.
    """

    number: int
    claim: str
    outcome: Outcome
    figures: dict[str, float]
    sentence: str


class NotMeasuredError(Exception):
    """A figure that a claim needs is missing."""


Finding = tuple[Outcome, dict[str, float], str]


def _means(tables: Tables, figure: str, policy: str, metric: str) -> Values:
    """Mean cost at every point, ``[V]``."""
    table = tables.get(figure)
    if table is None or policy not in table.policies:
        raise NotMeasuredError(f"{TITLES[figure]} has not been measured")
    means = table.means(policy, metric)
    if np.isnan(means).any():
        raise NotMeasuredError(f"{TITLES[figure]} has not been measured at every value")
    if (means <= 0).any():
        raise NotMeasuredError(f"{TITLES[figure]}: where a cost is 0 there is nothing to compare")
    return means


def _values(tables: Tables, figure: str) -> tuple[float, ...]:
    return tables[figure].sweep.axes[0].values


def _rise(means: Values) -> float:
    """Last over first, less 1."""
    return float(means[-1] / means[0]) - 1.0


def _label(policy: str) -> str:
    return POLICIES[policy].label


def _outcome(parts: list[bool]) -> Outcome:
    return "holds" if all(parts) else "holds in part" if any(parts) else "does not hold"


def _at(tables: Tables, figure: str, place: int) -> str:
    """A value of a sweep in words, such as "60 GB"."""
    name, _, unit = KNOBS[tables[figure].sweep.axes[0].knob].label.partition(", ")
    value = f"{_values(tables, figure)[place]:g}"
    return f"{value} {unit} of {name}" if unit else f"{value} {name}"


def _reduction(tables: Tables, metric: str) -> Finding:
    values = _values(tables, "fig3a") if "fig3a" in tables else ()
    if MIDDLE_GB not in values:
        raise NotMeasuredError(f"{TITLES['fig3a']} has not been measured at 120 GB")
    place = values.index(MIDDLE_GB)
    genetic = _means(tables, "fig3a", "ga", metric)[place]
    costs = {policy: _means(tables, "fig3a", policy, metric)[place] for policy in BASELINES}
    cuts = {policy: 1.0 - float(genetic / cost) for policy, cost in costs.items()}
    low, high = CLAIMED
    inside = [low <= cut <= high for cut in cuts.values()]
    least, most = min(cuts, key=cuts.__getitem__), max(cuts, key=cuts.__getitem__)
    where = "within" if all(inside) else "in part within" if any(inside) else "outside"
    sentence = (
        f"The reduction runs from {percent(cuts[least])} (against {_label(least)}) to "
        f"{percent(cuts[most])} (against {_label(most)}), {where} the paper's 56.06 to 76.73 %."
    )
    return _outcome(inside), {f"against {policy}": cut for policy, cut in cuts.items()}, sentence


def _trend(
    tables: Tables, metric: str, policies: tuple[str, ...], fits: Callable[[float], bool]
) -> tuple[list[bool], dict[str, float], str]:
    """Rise of some policies over both capacities, and whether each is as claimed."""
    parts, figures, texts = [], {}, []
    for figure, what in CAPACITIES.items():
        for policy in policies:
            rise = _rise(_means(tables, figure, policy, metric))
            parts.append(fits(rise))
            figures[f"{policy}, {what}"] = rise
        moves = []
        for policy in policies:
            means = _means(tables, figure, policy, metric)
            name = f"{_label(policy)} " if len(policies) > 1 else ""
            rise = figures[f"{policy}, {what}"]
            moves.append(f"{name}{amount(means[0])} to {amount(means[-1])} ({rise:+.0%})")
        texts.append(f"with {what} {', '.join(moves)}")
    sentence = "; ".join(texts) + "."
    return parts, figures, sentence[0].upper() + sentence[1:]


def _settles(tables: Tables, metric: str, policy: str) -> Finding:
    falls, figures, text = _trend(tables, metric, (policy,), lambda rise: rise <= FLAT)
    moving = []
    for figure, what in CAPACITIES.items():
        means = _means(tables, figure, policy, metric)
        last = float(means[-1] / means[-2]) - 1.0
        figures[f"last step of {what}"] = last
        if abs(last) > FLAT:
            moving.append(what)
    if moving:
        text += f" It still moves at the last step of {' and '.join(moving)}."
    else:
        text += " It has settled by the last step of both."
    outcome = _outcome(falls)
    return ("holds in part" if outcome == "holds" and moving else outcome), figures, text


def _escalate(tables: Tables, metric: str) -> Finding:
    parts, figures, text = _trend(
        tables, metric, ("random", "fifo", "lru"), lambda rise: rise >= ESCALATES
    )
    return _outcome(parts), figures, text


def _at_the_end(tables: Tables, metric: str) -> Finding:
    parts, figures, texts = [], {}, []
    for figure in ("fig3a", "fig3b"):
        genetic = float(_means(tables, figure, "ga", metric)[-1])
        costs = {name: float(_means(tables, figure, name, metric)[-1]) for name in BASELINES}
        dearer = [name for name, cost in costs.items() if genetic < cost]
        parts.append(len(dearer) >= len(BASELINES) - 1)
        figures[f"{figure}, baselines above"] = float(len(dearer))
        figures[f"{figure}, cost"] = genetic
        texts.append(
            f"at {_at(tables, figure, -1)} it costs {amount(genetic)}, below {len(dearer)} of "
            f"{len(BASELINES)} baselines (the cheapest: {amount(min(costs.values()))})"
        )
    sentence = " and ".join(texts) + "."
    return _outcome(parts), figures, sentence[0].upper() + sentence[1:]


def _lowest(tables: Tables, figure: str, metric: str) -> tuple[list[bool], dict[str, float]]:
    """At which values of a figure the GA is below every baseline, and its margins."""
    genetic = _means(tables, figure, "ga", metric)
    rivals = np.min([_means(tables, figure, name, metric) for name in BASELINES], axis=0)
    margins = 1.0 - genetic / rivals
    figures = {
        f"{value:g}": float(margin)
        for value, margin in zip(_values(tables, figure), margins, strict=True)
    }
    return [bool(margin > 0) for margin in margins], figures


def _slots(tables: Tables, metric: str) -> Finding:
    lowest, figures = _lowest(tables, "fig4a", metric)
    means = _means(tables, "fig4a", "ga", metric)
    spread = float(means.max() / means.min()) - 1.0
    figures["spread"] = spread
    parts = [*lowest, spread <= STABLE]
    fails = [_at(tables, "fig4a", place) for place, low in enumerate(lowest) if not low]
    where = f"not the cheapest at {', '.join(fails)}" if fails else "the cheapest at every number"
    sentence = (
        f"It is {where}; its highest cost is {percent(spread)} above its lowest "
        f"({amount(float(means.min()))} to {amount(float(means.max()))})."
    )
    return _outcome(parts), figures, sentence


def _arrival(tables: Tables, metric: str) -> Finding:
    lowest, figures = _lowest(tables, "fig4b", metric)
    values = _values(tables, "fig4b")
    fails = [value for value, low in zip(values, lowest, strict=True) if not low]
    rate = "requests per model and slot"
    if not fails:
        sentence = f"It is the cheapest at every rate from {values[0]:g} to {values[-1]:g} {rate}."
    elif len(fails) == len(values):
        sentence = (
            f"A baseline is cheaper at every rate from {values[0]:g} to {values[-1]:g} {rate}."
        )
    else:
        genetic = _means(tables, "fig4b", "ga", metric)
        rivals = np.min([_means(tables, "fig4b", name, metric) for name in BASELINES], axis=0)
        listed = " and ".join(", ".join(f"{value:g}" for value in fails).rsplit(", ", 1))
        sentence = (
            f"At {listed} {rate} a baseline costs less (by up to "
            f"{percent(float((1.0 - rivals / genetic).max()))}); at the other rates it is the "
            "cheapest."
        )
    return _outcome(lowest), figures, sentence


def _rival(tables: Tables, metric: str) -> Finding:
    parts, figures, worse = [], {}, []
    for figure in ("fig3a", "fig3b", "fig4a"):
        rival, genetic = (_means(tables, figure, name, metric) for name in ("lru-cap", "ga"))
        ratio = rival / genetic
        parts += [bool(value <= 1.0 + AS_WELL) for value in ratio]
        figures[f"{figure}, rival over GA, most"] = float(ratio.max())
        figures[f"{figure}, rival over GA, least"] = float(ratio.min())
        worse += [_at(tables, figure, i) for i in range(len(ratio)) if ratio[i] > 1.0 + AS_WELL]
    k = tables["fig3a"].sweep.base.max_models
    held = f"LRU that holds at most {k} model{'s' if k > 1 else ''}"
    if not worse:
        top = max(value for name, value in figures.items() if name.endswith("most"))
        sentence = (
            f"{held} does as well everywhere: at most {top:.2f} times the genetic algorithm's cost."
        )
    elif any(parts):
        sentence = f"{held} does as well, but not at {', '.join(worse)}."
    else:
        low = min(value for name, value in figures.items() if name.endswith("least"))
        sentence = f"{held} never does as well: at least {low:.2f} times its cost."
    return _outcome(parts), figures, sentence


CLAIMS: Final = MappingProxyType(
    {
        1: ("At 120 GB and 12 GB GPU memory the algorithm cuts the average cost by 56.06 to "
            "76.73 % against the baselines.", _reduction),
        2: ("Its cost falls or stays flat, and converges, as storage or GPU memory grows.",
            lambda tables, metric: _settles(tables, metric, "ga")),
        3: ("LFU's cost also falls and converges.",
            lambda tables, metric: _settles(tables, metric, "lfu")),
        4: ("The costs of random, FIFO and LRU escalate as resources grow.", _escalate),
        5: ("At 180 GB or 18 GB GPU memory its cost is below almost every baseline.",
            _at_the_end),
        6: ("Its cost is lowest and stable as the number of slots varies.", _slots),
        7: ("Its cost is lowest for every arrival rate when all models share one.", _arrival),
        8: ("The trivial rival, LRU that holds very few models, does as well (ours).", _rival),
    }
)  # fmt: skip
"""By number: the claim and the function that judges it."""


def judge(tables: Tables, metric: str = "average_cost") -> list[Verdict]:
    """A verdict on each claim from the figures measured so far, on one ledger."""
    verdicts = []
    for number, (claim, look) in CLAIMS.items():
        try:
            outcome, figures, sentence = look(tables, metric)
        except NotMeasuredError as missing:
            outcome, figures, sentence = "not measured", {}, f"{missing}."
        verdicts.append(Verdict(number, claim, outcome, figures, sentence))
    return verdicts
