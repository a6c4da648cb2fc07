"""The paper's claims, each a function of what the sweeps of Fig. 3 and 4 measured.

Seven are the paper's; the eighth is ours: does the trivial rival do as well? A verdict is measured,
never written down: it follows from paired checks (:mod:`genedge.paper.checks`) against the
thresholds below, which are ours, since the paper gives none.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from genedge.paper.checks import (
    Check,
    NotMeasuredError,
    Outcome,
    Tables,
    at,
    check,
    costs,
    every,
    label,
    outcome_of,
)
from genedge.paper.map import CLAIMED, WIDENED
from genedge.registry.policies import BASELINES
from genedge.say import amount, capital, change, count, listed, percent, span
from genedge.studies.statistics import NO_WORSE, Values

THRESHOLDS: Final = MappingProxyType({
    "reductions within the paper's range widened by": WIDENED,
    "flat: above the lowest cost so far by at most": 0.05,
    "escalates: over the whole sweep by at least": 0.10,
    "stable: highest over lowest by at most": 0.25,
    "does as well: dearer by at most": NO_WORSE,
})  # fmt: skip
"""Shares that decide; written into every export."""
_, FLAT, ESCALATES, STABLE, AS_WELL = THRESHOLDS.values()

MIDDLE_GB: Final = 120.0
CAPACITIES: Final = MappingProxyType({"fig3a": "storage", "fig3b": "GPU memory"})
"""The figures over capacities, and what varies in each."""
PAPERS: Final = 7
"""Claims of the paper; those after them are ours."""


@dataclass(frozen=True)
class Verdict:
    """What was found of one claim.

    Attributes
    ----------
    number: 1 to 8.
    claim: what is claimed; short: in a few words.
    outcome: what the measurement says of it.
    checks: what it follows from.
    figure: what was measured, in a few words.
    sentence: why, and where it stops holding.
    """

    number: int
    claim: str
    short: str
    outcome: Outcome
    checks: tuple[Check, ...]
    figure: str
    sentence: str

    @property
    def ours(self) -> bool:
        """Whether it is none of the paper's."""
        return self.number > PAPERS


SCORED: Final[dict[Outcome, tuple[str, str]]] = {
    "holds": ("holds", "hold"),
    "holds in part": ("holds in part", "hold in part"),
    "does not hold": ("does not hold", "do not hold"),
    "may be chance": ("may be chance", "may be chance"),
    "not measured": ("is not measured", "are not measured"),
}
"""One claim and several, in a count."""


class Finding(NamedTuple):
    """What a claim's function finds: see :class:`Verdict`."""

    outcome: Outcome
    checks: list[Check]
    figure: str
    sentence: str


def _reduction(tables: Tables, metric: str) -> Finding:
    """1 - GA / baseline at the paper's server."""
    genetic = costs(tables, "fig3a", "ga", metric)
    values = tables["fig3a"].study.axes[0].values
    if MIDDLE_GB not in values:
        raise NotMeasuredError("Fig. 3a has not been measured at 120 GB")
    place = values.index(MIDDLE_GB)
    low, high = CLAIMED
    checks = [
        check(
            f"GA over {name}", genetic[place], costs(tables, "fig3a", name, metric)[place],
            least=1.0 - high - WIDENED, most=1.0 - low + WIDENED,
        )
        for name in BASELINES
    ]  # fmt: skip
    cuts = {name: 1.0 - one.value for name, one in zip(BASELINES, checks, strict=True)}
    least, most = (end(cuts, key=cuts.__getitem__) for end in (min, max))
    ends = [
        f"{percent(cuts[name])} {'below' if cuts[name] >= 0 else 'above'} {label(name)}"
        for name in (least, most)
    ]
    figure = f"{100 * cuts[least]:.1f} to {100 * cuts[most]:.1f} %"
    sentence = f"It costs from {ends[0]} to {ends[1]}; the paper says 56.06 to 76.73 % below."
    return Finding(outcome_of([one.holds for one in checks]), checks, figure, sentence)


def _steps(tables: Tables, figure: str, policy: str, metric: str, *, up: bool) -> list[Check]:
    """Every cost against the lowest (``up``: the highest) before it, by more than which it may not
    rise (fall)."""
    values = costs(tables, figure, policy, metric)
    means = values.mean(axis=1)
    found = []
    for place in range(1, len(values)):
        before = int(means[:place].argmax() if up else means[:place].argmin())
        limit = {"least": 1.0 - FLAT} if up else {"most": 1.0 + FLAT}
        what = f"{policy} at {at(tables, figure, place)} over {at(tables, figure, before)}"
        found.append(check(what, values[place], values[before], **limit))
    return found


def _whole(values: Values) -> float:
    """Last mean over first."""
    return float(values[-1].mean() / values[0].mean())


def _ends(tables: Tables, figure: str, policy: str, metric: str) -> str:
    """Such as: 4.01 to 2.12 (47 % less)."""
    values = costs(tables, figure, policy, metric)
    first, last = (float(values[place].mean()) for place in (0, -1))
    return f"{amount(first)} to {amount(last)} ({change(_whole(values) - 1.0)})"


def _settles(tables: Tables, metric: str, policy: str) -> Finding:
    """Falls or stays flat at every step over both capacities, and has settled by the last."""
    checks, falls, settled, texts, figures = [], [], [], [], []
    for figure, what in CAPACITIES.items():
        steps = _steps(tables, figure, policy, metric, up=False)
        values = costs(tables, figure, policy, metric)
        last = check(
            f"{policy}, last step of {what}", values[-1], values[-2],
            least=1.0 - FLAT, most=1.0 + FLAT,
        )  # fmt: skip
        checks += [*steps, last]
        falls.append(every(one.holds for one in steps))
        settled.append(last.holds)
        text = f"with {what} {_ends(tables, figure, policy, metric)}"
        short = f"{what} {change(_whole(values) - 1.0)}"
        worst = max(steps, key=lambda one: one.value)
        if worst.holds is False and worst.value > _whole(values) + FLAT:
            text += f", rising by {percent(worst.value - 1.0)} on the way"
            short += f", up {percent(worst.value - 1.0)} on the way"
        if last.holds is False:
            text += ", still moving at the last step"
        texts.append(text)
        figures.append(short)
    outcome = outcome_of(falls)
    if outcome == "holds" and False in settled:
        outcome = "holds in part"
    return Finding(outcome, checks, "; ".join(figures), f"{capital('; '.join(texts))}.")


def _genetic_settles(tables: Tables, metric: str) -> Finding:
    """The GA's trend, and where a baseline is cheaper than it."""
    found = _settles(tables, metric, "ga")
    sentence = found.sentence
    dearer: dict[str, list[str]] = {}
    for figure in CAPACITIES:
        points = _against_baselines(tables, figure, metric)
        for name in BASELINES:
            lost = [place for place, point in enumerate(points) if point[name].holds is False]
            if lost:
                dearer.setdefault(name, []).append(at(tables, figure, *lost))
    for name, where in dearer.items():
        sentence += f" It is dearer than {label(name)} at {listed(where)}."
    return found._replace(sentence=sentence)


def _escalate(tables: Tables, metric: str) -> Finding:
    checks, parts, texts, rises = [], [], [], []
    for figure, what in CAPACITIES.items():
        moves = []
        for name in ("random", "fifo", "lru"):
            values = costs(tables, figure, name, metric)
            whole = check(
                f"{name} over all of {what}", values[-1], values[0], least=1.0 + ESCALATES
            )
            steps = _steps(tables, figure, name, metric, up=True)
            checks += [whole, *steps]
            parts.append(every(one.holds for one in (whole, *steps)))
            rises.append(whole.value - 1.0)
            moves.append(f"{label(name)} {_ends(tables, figure, name, metric)}")
        texts.append(f"with {what} {listed(moves)}")
    sentence = f"{capital('; '.join(texts))}."
    return Finding(outcome_of(parts), checks, span(rises, "more", "less"), sentence)


def _against_baselines(tables: Tables, figure: str, metric: str) -> list[dict[str, Check]]:
    """The GA over every baseline at every point; a check holds where the GA is not dearer."""
    genetic = costs(tables, figure, "ga", metric)
    rivals = {name: costs(tables, figure, name, metric) for name in BASELINES}
    return [
        {
            name: check(
                f"GA over {name} at {at(tables, figure, place)}", genetic[place], cost[place],
                most=1.0,
            )
            for name, cost in rivals.items()
        }
        for place in range(len(genetic))
    ]  # fmt: skip


def _at_the_end(tables: Tables, metric: str) -> Finding:
    checks: list[Check] = []
    parts: list[bool | None] = []
    texts, figures = [], []
    for figure, what in CAPACITIES.items():
        found = _against_baselines(tables, figure, metric)[-1]
        sure, open_ = ([one.holds for one in found.values()].count(way) for way in (True, None))
        needed = len(BASELINES) - 1
        parts.append(True if sure >= needed else None if sure + open_ >= needed else False)
        checks += found.values()
        above = [label(name) for name, one in found.items() if one.holds is not True]
        place = len(tables[figure].study.axes[0].values) - 1
        text = f"at {at(tables, figure, place)} it is below {sure} of {len(BASELINES)} baselines"
        texts.append(f"{text}, not surely below {listed(above)}" if above else text)
        figures.append(f"{what}: {sure} of {len(BASELINES)}")
    sentence = f"{capital('; '.join(texts))}."
    return Finding(outcome_of(parts), checks, "; ".join(figures), sentence)


def _lowest(tables: Tables, figure: str, metric: str) -> tuple[list[bool | None], list[Check], str]:
    """Whether the GA is below every baseline at each point of a figure, and where it is not."""
    found = _against_baselines(tables, figure, metric)
    parts = [every(one.holds for one in point.values()) for point in found]
    lost, unsure = (
        [place for place, part in enumerate(parts) if part is way] for way in (False, None)
    )
    text = "it is the cheapest at every value"
    if lost:
        worst = max(one.value for point in found for one in point.values())
        where = at(tables, figure, *lost)
        text = f"a baseline is cheaper at {where} (the GA pays up to {change(worst - 1.0)})"
    if unsure:
        text += f"; at {at(tables, figure, *unsure)} that may be chance"
    return parts, [one for point in found for one in point.values()], text


def _slots(tables: Tables, metric: str) -> Finding:
    parts, checks, text = _lowest(tables, "fig4a", metric)
    values = costs(tables, "fig4a", "ga", metric)
    means = values.mean(axis=1)
    spread = check(
        "GA, highest over lowest", values[means.argmax()], values[means.argmin()],
        most=1.0 + STABLE,
    )  # fmt: skip
    above = percent(spread.value - 1.0)
    sentence = f"{capital(text)}; its highest cost is {above} above its lowest."
    figure = f"{_cheapest(parts)}; varies by {above}"
    return Finding(outcome_of([*parts, spread.holds]), [*checks, spread], figure, sentence)


def _arrival(tables: Tables, metric: str) -> Finding:
    parts, checks, text = _lowest(tables, "fig4b", metric)
    return Finding(outcome_of(parts), checks, _cheapest(parts), f"{capital(text)}.")


def _cheapest(parts: list[bool | None]) -> str:
    return f"cheapest at {parts.count(True)} of {len(parts)}"


def _rival(tables: Tables, metric: str) -> Finding:
    """The capped LRU over the GA: a figure counts where it does as well at every point."""
    checks: list[Check] = []
    parts: list[bool | None] = []
    dearer: list[tuple[str, int, float]] = []
    for figure in ("fig3a", "fig3b", "fig4a", "fig4b"):
        rival, genetic = (costs(tables, figure, name, metric) for name in ("lru-cap", "ga"))
        for place in range(len(genetic)):
            one = check(
                f"lru-cap over GA at {at(tables, figure, place)}", rival[place], genetic[place],
                most=1.0 + AS_WELL,
            )  # fmt: skip
            checks.append(one)
            if one.holds is False:
                dearer.append((figure, place, one.value))
        parts.append(every(one.holds for one in checks[-len(genetic) :]))
    high = [one.value if one.high is None else one.high for one in checks]
    beats = sum(end < 1.0 - AS_WELL for end in high)
    total, k = len(checks), tables["fig3a"].study.base.max_models
    as_well = sum(one.holds is True for one in checks) - beats
    told = [
        text
        for number, text in (
            (beats, f"beats the GA at {beats} of {total} points"),
            (as_well, f"does as well at {as_well}"),
            (len(dearer), f"costs more at {len(dearer)}"),
        )
        if number
    ]
    if dearer:
        figure, place, most = max(dearer, key=lambda one: one[2])
        told[-1] += f", most at {at(tables, figure, place)} ({change(most - 1.0)})"
    name = f"LRU that holds at most {count(k, 'model')}"
    sentence = f"{name} {listed(told)}." if told else f"{name}: every difference may be chance."
    short = f"as cheap at {beats + as_well} of {total}"
    return Finding(outcome_of(parts), checks, short, sentence)


CLAIMS: Final = MappingProxyType(
    {
        1: ("cuts cost by 56.06 to 76.73 %",
            "At 120 GB and 12 GB GPU memory the algorithm cuts the average cost by 56.06 to "
            "76.73 % against the baselines.", _reduction),
        2: ("falls or stays flat with room",
            "Its cost falls or stays flat, and converges, as storage or GPU memory grows.",
            _genetic_settles),
        3: ("LFU falls too", "LFU's cost also falls and converges.",
            lambda tables, metric: _settles(tables, metric, "lfu")),
        4: ("random, FIFO and LRU rise",
            "The costs of random, FIFO and LRU escalate as resources grow.", _escalate),
        5: ("below almost all at most room",
            "At 180 GB or 18 GB GPU memory its cost is below almost every baseline.",
            _at_the_end),
        6: ("lowest, stable over slots",
            "Its cost is lowest and stable as the number of slots varies.", _slots),
        7: ("lowest at every arrival rate",
            "Its cost is lowest for every arrival rate when all models share one.", _arrival),
        8: ("holding few models does as well",
            "The trivial rival, LRU that holds very few models, does as well (ours).", _rival),
    }
)  # fmt: skip
"""By number: the claim in a few words, the claim, and the function that judges it."""


def judge(tables: Tables, metric: str = "average_cost") -> list[Verdict]:
    """A verdict on each claim from the figures measured so far, on one ledger."""
    verdicts = []
    for number, (short, claim, look) in CLAIMS.items():
        try:
            found = look(tables, metric)
        except NotMeasuredError as missing:
            found = Finding("not measured", [], "", f"{missing}.")
        verdicts.append(
            Verdict(
                number, claim, short, found.outcome, tuple(found.checks), found.figure,
                found.sentence,
            )
        )  # fmt: skip
    return verdicts


def held(verdicts: list[Verdict]) -> int:
    """How many of the paper's claims hold."""
    return sum(verdict.outcome == "holds" and not verdict.ours for verdict in verdicts)


def score(verdicts: list[Verdict]) -> str:
    """How many of the paper's claims hold; ours apart."""
    papers = [verdict.outcome for verdict in verdicts if not verdict.ours]
    parts = [
        f"{papers.count(outcome)} {one if papers.count(outcome) == 1 else many}"
        for outcome, (one, many) in SCORED.items()
        if outcome in papers
    ]
    ours = next(verdict.outcome for verdict in verdicts if verdict.ours)
    return f"Of the paper's {len(papers)} claims {listed(parts)}; ours: {ours}."
