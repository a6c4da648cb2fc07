"""What the numbers say, in sentences: who wins, by how much, on which ledger, and why.

Every sentence is computed from a comparison; none is written down beforehand.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.policies import POLICIES, decision_maker, rivals, spoken
from genedge.registry.policies import trivial_rival as trivial
from genedge.registry.resources import listed_resources
from genedge.say import SAME, amount, capital, count, listed, percent
from genedge.scenario.problem import Problem
from genedge.studies.comparison import Comparison, PolicyFigures, cheapest
from genedge.studies.statistics import NO_WORSE
from genedge.studies.table import StudyTable


@dataclass(frozen=True)
class Margin:
    """The decision maker against the best baseline on one ledger.

    Attributes
    ----------
    planner, rival: policy names.
    saving: share of the rival's cost that the planner saves; negative when it costs more.
    alone: whether there is one replication only.
    sure: whether the paired 95 % interval leaves no doubt about the sign (None: there is none).
    """

    planner: str
    rival: str
    saving: float
    sure: bool | None
    alone: bool

    @property
    def tied(self) -> bool:
        """Whether both cost the same."""
        return abs(self.saving) < SAME


def margin(comparison: Comparison, figures: dict[str, PolicyFigures], metric: str) -> Margin | None:
    """GA (or exact, when the GA is not compared) against the cheapest of its rivals."""
    planner = decision_maker(figures)
    rival = cheapest(figures, rivals(figures), metric)
    if planner is None or rival is None:
        return None
    theirs = figures[rival].mean(metric)
    if theirs <= 0:
        return None
    gap = comparison.table.versus("", planner, metric, rival)
    alone = comparison.table.replications == 1
    return Margin(planner, rival, -gap.mean / theirs, gap.sure, alone)


def _versus(found: Margin, metric: str, figures: dict[str, PolicyFigures]) -> str:
    planner, rival = (figures[name].mean(metric) for name in (found.planner, found.rival))
    costs = f"{amount(planner)} against {amount(rival)} a slot"
    names = spoken(found.planner), f"{spoken(found.rival)}, the best baseline"
    ledger = LEDGERS[metric].spoken
    if found.tied:
        return f"On {ledger} {names[0]} costs the same as {names[1]}: {amount(planner)} a slot."
    if found.saving > 0:
        text = f"On {ledger} {names[0]} is {percent(found.saving)} cheaper than {names[1]} "
        text += f"({costs})"
    else:
        more = planner / rival - 1.0
        text = f"On {ledger} {names[0]} costs {percent(more)} more than {names[1]} ({costs})"
    if found.sure is False:
        text += "; over these replications that may be chance"
    elif found.sure is None:
        text += ", in this one replication" if found.alone else "; there is no interval"
    return text + "."


def winner(comparison: Comparison, figures: dict[str, PolicyFigures]) -> list[str]:
    """Who is cheaper on each ledger, and whether the ledgers disagree."""
    margins = {metric: margin(comparison, figures, metric) for metric in LEDGERS}
    sentences = [_versus(found, metric, figures) for metric, found in margins.items() if found]
    eq11, realised = margins.values()
    surely = eq11 and realised and eq11.sure is not False and realised.sure is not False
    if surely and eq11 and realised and (eq11.saving > NO_WORSE) != (realised.saving > NO_WORSE):
        sentences.append(
            "The two ledgers disagree: Eq. 11 divides a delay by the requests that pass until the "
            "model is asked for again, while users wait for every miss in full."
        )
    return sentences


def waiting(comparison: Comparison, figures: dict[str, PolicyFigures]) -> str | None:
    """Whether users wait longer under the decision maker although a ledger calls it cheaper."""
    found = margin(comparison, figures, PAPER)
    if found is None or found.saving <= NO_WORSE:
        return None
    ours, theirs = (
        figures[name].mean("mean_service_delay_s") for name in (found.planner, found.rival)
    )
    if theirs <= 0 or ours < 1.2 * theirs:
        return None
    return (
        f"But users wait {ours / theirs:.1f} times as long: {amount(ours)} s on average under "
        f"{spoken(found.planner)}, {amount(theirs)} s under {spoken(found.rival)}."
    )


def why(comparison: Comparison, figures: dict[str, PolicyFigures]) -> str | None:
    """What the decision maker does otherwise than the best baseline."""
    found = margin(comparison, figures, PAPER)
    if found is None:
        return None
    models = count(len(comparison.problem.scenario.model_catalog), "model")
    ours, theirs = figures[found.planner], figures[found.rival]
    held = [f"{one.mean('mean_deployed'):.1f}" for one in (ours, theirs)]
    waits = [percent(one.mean("misses") / max(one.mean("requests"), 1.0)) for one in (ours, theirs)]
    if held[0] == held[1] and waits[0] == waits[1]:
        both = f"Both hold {held[0]} of {models} and {waits[0]} of requests wait for a load"
        if found.tied:
            return f"{both}."
        terms = [(one.mean("switching_cost"), one.mean("resource_cost")) for one in (ours, theirs)]
        place = 0 if abs(terms[0][0] - terms[1][0]) >= abs(terms[0][1] - terms[1][1]) else 1
        return (
            f"{both}; what differs is the {('switching', 'resource')[place]} cost, "
            f"{amount(terms[0][place])} against {amount(terms[1][place])} a slot."
        )
    return (
        f"{capital(spoken(found.planner))} holds {held[0]} of {models} and {waits[0]} of requests "
        f"wait for a load; {spoken(found.rival)} holds {held[1]} and {waits[1]} wait."
    )


def gaps(figures: dict[str, PolicyFigures]) -> str | None:
    """How far the decision maker is from the bounds."""
    planner = decision_maker(figures)
    if planner is None or figures[planner].gap is None:
        return None
    gap = figures[planner].gap
    assert gap is not None
    optimum = (
        "the clairvoyant optimum, the least Eq. 11 cost that knowing every request beforehand "
        "allows"
    )
    if gap.mean < SAME:
        return f"{capital(spoken(planner))} reaches {optimum}."
    text = f"{capital(spoken(planner))} stays {percent(gap.mean)} above {optimum}"
    best = LEDGERS[PAPER].online
    online = figures[best].gap if best in figures else None
    if online is not None:
        stays = "reaches it" if online.mean < SAME else f"stays {percent(online.mean)} above it"
        text += f"; the best online policy {stays}"
    return text + "."


def constraints(figures: dict[str, PolicyFigures]) -> str | None:
    """How often constraints 1-3 bound, and what it means when they never do."""
    planner = next((name for name in ("exact", "ga") if name in figures), None)
    if planner is None:
        return None
    share = figures[planner].mean("binding_share")
    if figures[planner].mean("misses") == 0:
        return None  # nothing was decided
    if share == 0 and figures[planner].mean("rejected") > 0:
        return "No constraint binds among the models that fit the empty server."
    if share == 0 and figures[planner].mean("switching_cost") == 0:
        return "No constraint ever binds."
    if share == 0:
        return (
            "No constraint ever binds: the decision maker gives models up because holding them "
            "costs more than fetching them again, and a larger server would change nothing for it."
        )
    return f"{capital(listed_resources('or'))} binds in {percent(share)} of the decisions."


def rival_ahead(comparison: Comparison, figures: dict[str, PolicyFigures]) -> str | None:
    """The sentence on the trivial rival where it does as well: no headline may hide that."""
    planner, rival = decision_maker(figures), trivial(figures)
    if planner is None or rival is None:
        return None
    ours, theirs = (figures[name].mean(PAPER) for name in (planner, rival))
    return trivial_rival(comparison, figures) if theirs <= ours * (1.0 + NO_WORSE) else None


def trivial_rival(comparison: Comparison, figures: dict[str, PolicyFigures]) -> str | None:
    """Whether LRU with at most k models does as well as the decision maker."""
    planner, few = decision_maker(figures), trivial(figures)
    if planner is None or few is None:
        return None
    rival = POLICIES[few].called(comparison.problem.scenario.max_models)
    ours, theirs = (figures[name].mean(PAPER) for name in (planner, few))
    if theirs <= ours * (1.0 + NO_WORSE):
        saved = 1.0 - theirs / ours if ours > 0 else 0.0
        does = (
            f"does better still, {percent(saved)} cheaper" if saved > NO_WORSE else "does as well"
        )
        return f"The trivial rival, {rival}, {does} on Eq. 11."
    if ours <= 0:
        return (
            f"The trivial rival, {rival}, costs {amount(theirs)} a slot on Eq. 11, where "
            f"{spoken(planner)} costs nothing."
        )
    times = theirs / ours
    more = f"{percent(times - 1)} more"
    if times >= 2:
        more = f"{times:,.0f} times as much" if times >= 100 else f"{times:.1f} times as much"
    return f"The trivial rival, {rival}, costs {more} on Eq. 11."


def rejected(problem: Problem, requests: float) -> str | None:
    """Models that fit nowhere, and the requests turned away for them."""
    names = problem.scenario.model_catalog.names
    large = [name for name, fits in zip(names, problem.fits_alone, strict=True) if not fits]
    if not large:
        return None
    does, them = ("does not fit", "it") if len(large) == 1 else ("do not fit", "them")
    text = f"{listed(large)} {does} even the empty server: "
    if requests == 1:
        return f"{text}1 request was rejected for {them}."
    several = " a replication" if problem.scenario.replications > 1 else ""
    return f"{text}{requests:,.0f} requests{several} were rejected for {them}."


MISSES: Final = 0.01
"""A search that misses the best choice in a larger share of decisions is told of."""


def missed_best(figures: dict[str, PolicyFigures]) -> str | None:
    """That the search fails, where it does: its costs are then no optimiser's."""
    for name, one in figures.items():
        share = one.best_choice_share
        if share is not None and share < 1.0 - MISSES:
            return (
                f"{capital(spoken(name))} finds the best choice in {percent(share)} of its "
                "decisions only: its costs are those of a search that misses, and where it holds "
                "less for that they can even look lower than the exact decision's."
            )
    return None


def searches_missed(table: StudyTable) -> str | None:
    """The same of a study with several arms: in how many of them, and where most."""
    if "ga" not in table.policies:
        return None
    shares = table.means("ga", "best_choice_share")
    poor = np.flatnonzero(shares < 1.0 - MISSES)
    if not poor.size:
        return None
    worst = int(np.nanargmin(shares))
    return (
        f"In {poor.size} of {count(len(table.arms), 'setting')} {spoken('ga')} misses the best "
        f"choice in more than {percent(MISSES)} of its decisions; at {table.arms[worst].label} it "
        f"finds it in {percent(float(shares[worst]))}."
    )


def takeaways(comparison: Comparison, figures: dict[str, PolicyFigures]) -> list[str]:
    """Everything worth saying about a comparison, most important first."""
    sentences: list[str | None] = [
        *winner(comparison, figures),
        waiting(comparison, figures),
        why(comparison, figures),
        gaps(figures),
        constraints(figures),
        trivial_rival(comparison, figures),
        missed_best(figures),
        *comparison.table.notes,
        comparison.left_out,
    ]
    return [sentence for sentence in sentences if sentence]


def warnings(comparison: Comparison) -> list[str]:
    """What a user should know about the input itself."""
    problem = comparison.problem
    found = list(problem.trace.warnings) if problem.trace else []
    first = next(iter(comparison.runs.values()))
    large = rejected(problem, sum(run.summary["rejected"] for run in first) / len(first))
    return [*found, large] if large else found
