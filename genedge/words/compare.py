"""What Compare and Home say: who is cheaper on which ledger, why, and what no headline may hide."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.policies import POLICIES, decision_maker, rivals, spoken
from genedge.registry.policies import trivial_rival as trivial
from genedge.registry.resources import listed_resources
from genedge.runs.curves import Curve
from genedge.say import SAME, capital, change, count, listed, percent
from genedge.scenario.problem import Problem
from genedge.studies.comparison import Comparison, PolicyFigures, cheapest
from genedge.studies.statistics import NO_WORSE
from genedge.studies.table import StudyTable
from genedge.words.costs import against

Figures = dict[str, PolicyFigures]

MISSES: Final = 0.01
"""A search that misses the best choice in a larger share of decisions is told of."""
OFF_THE_SCALE: Final = 1.5
APART: Final = 0.1
"""Savings on the two ledgers that lie further apart are explained."""


@dataclass(frozen=True)
class Margin:
    """The decision maker against the best baseline on one ledger.

    Attributes
    ----------
    planner, rival: policy names.
    saving: share of the rival's cost that the planner saves; negative when it costs more.
    sure: whether the paired 95 % interval leaves no doubt about the sign (None: there is none).
    """

    planner: str
    rival: str
    saving: float
    sure: bool | None

    @property
    def tied(self) -> bool:
        """Whether both cost the same."""
        return abs(self.saving) < SAME


def margin(comparison: Comparison, figures: Figures, metric: str) -> Margin | None:
    """GA (or exact, when the GA is not compared) against the cheapest of its rivals."""
    planner = decision_maker(figures)
    rival = cheapest(figures, rivals(figures), metric)
    if planner is None or rival is None or figures[rival].mean(metric) <= 0:
        return None
    gap = comparison.table.versus("", planner, metric, rival)
    return Margin(planner, rival, -gap.mean / figures[rival].mean(metric), gap.sure)


def winner(comparison: Comparison, figures: Figures) -> list[str]:
    """Who is cheaper on each ledger, and whether the ledgers disagree."""
    found = {metric: margin(comparison, figures, metric) for metric in LEDGERS}
    told = []
    for metric, one in found.items():
        if one is not None:
            rival = spoken(one.rival) + (", the best baseline" if one.sure is not False else "")
            clause = against(
                comparison.table, "", one.planner, metric, one.rival, called=rival, costs=False
            )
            told.append(f"{capital(spoken(one.planner))} costs {clause}.")
    sides = {one.saving > NO_WORSE for one in found.values() if one and one.sure is not False}
    if len(sides) == 2:
        told.append(
            "The two ledgers disagree: Eq. 11 spreads a delay over requests to come, users wait "
            "for every miss in full."
        )
    return told


def waiting(comparison: Comparison, figures: Figures) -> str | None:
    """Whether users wait longer under the decision maker although a ledger calls it cheaper."""
    found = margin(comparison, figures, PAPER)
    if found is None or found.saving <= NO_WORSE:
        return None
    ours, theirs = (
        figures[name].mean("mean_service_delay_s") for name in (found.planner, found.rival)
    )
    if theirs <= 0 or ours < 1.2 * theirs:
        return None
    longer = change(ours / theirs - 1.0, "longer", "shorter", "as long")
    return f"But against {spoken(found.rival)} users wait {longer}."


def why(comparison: Comparison, figures: Figures) -> str | None:
    """What the decision maker holds otherwise than the best baseline."""
    found = margin(comparison, figures, PAPER)
    if found is None:
        return None
    models = count(len(comparison.problem.scenario.model_catalog), "model")
    held = [f"{figures[name].mean('mean_deployed'):.1f}" for name in (found.planner, found.rival)]
    if held[0] == held[1]:
        return None
    return (
        f"{capital(spoken(found.planner))} holds {held[0]} of {models}, {spoken(found.rival)} "
        f"{held[1]}."
    )


def free_misses(comparison: Comparison, figures: Figures) -> list[str]:
    """Where slots are charged: that misses inside one are free on Eq. 11, and, where the ledgers
    differ much for it, for how many misses of the decision maker and of its best rival."""
    if not comparison.problem.weights.by_slot:
        return []
    told = ["Eq. 11 compares the ends of slots: misses inside a slot are free on it."]
    found = {metric: margin(comparison, figures, metric) for metric in LEDGERS}
    eq11, realised = found.values()
    if eq11 is None or realised is None or eq11.saving - realised.saving < APART:
        return told
    ours, theirs = (
        f"{percent(_free_share(comparison, name))} of {spoken(name)}'s"
        for name in (eq11.planner, eq11.rival)
    )
    told.append(f"At least {ours} misses cost nothing there, {theirs}; users wait at each.")
    return told


def _free_share(comparison: Comparison, policy: str) -> float:
    """The least share of a policy's misses that no slot's end charges anything for: each loss is
    one miss's eviction, and a miss may make several."""
    runs = [run for run in comparison.runs[policy] if run.slots.held.size]
    misses = sum(int(run.totals.model_misses.sum()) for run in runs)
    lost = sum(int(run.charged.sum()) for run in runs)
    return max(0.0, 1.0 - lost / misses) if misses else 0.0


def gaps(figures: Figures) -> str | None:
    """How far the decision maker is from the bounds."""
    planner = decision_maker(figures)
    gap = figures[planner].gap if planner else None
    if planner is None or gap is None:
        return None
    if gap.mean < SAME:
        return f"{capital(spoken(planner))} reaches the clairvoyant optimum."
    text = f"{capital(spoken(planner))} stays {percent(gap.mean)} above the clairvoyant optimum"
    best = LEDGERS[PAPER].online
    online = figures[best].gap if best in figures else None
    if online is not None:
        text += f", the best online policy {percent(max(online.mean, 0.0))}"
    return f"{text}."


def constraints(figures: Figures) -> str | None:
    """How often constraints 1-3 bound, and what it means when they never do."""
    planner = next((name for name in ("exact", "ga") if name in figures), None)
    if planner is None or figures[planner].mean("misses") == 0:  # nothing was decided
        return None
    share = figures[planner].mean("binding_share")
    if share > 0:
        return f"{capital(listed_resources('or'))} binds in {percent(share)} of the decisions."
    if figures[planner].mean("rejected") > 0:
        return "No constraint binds among the models that fit the empty server."
    if figures[planner].mean("switching_cost") == 0:
        return "No constraint ever binds."
    return (
        "No constraint ever binds: holding costs more than fetching again, and a larger server "
        "would change nothing."
    )


def rival_ahead(comparison: Comparison, figures: Figures) -> str | None:
    """The sentence on the trivial rival where it does as well: no headline may hide that."""
    planner, rival = decision_maker(figures), trivial(figures)
    if planner is None or rival is None:
        return None
    ours, theirs = (figures[name].mean(PAPER) for name in (planner, rival))
    return trivial_rival(comparison, figures) if theirs <= ours * (1.0 + NO_WORSE) else None


def trivial_rival(comparison: Comparison, figures: Figures) -> str | None:
    """What LRU with at most k models costs against the decision maker."""
    planner, rival = decision_maker(figures), trivial(figures)
    if planner is None or rival is None:
        return None
    clause = against(comparison.table, "", rival, PAPER, planner, costs=False)
    called = POLICIES[rival].called(comparison.problem.scenario.max_models)
    return f"The trivial rival, {called}, costs {clause}."


def rejected(problem: Problem, requests: float) -> str | None:
    """Models that fit nowhere, and the requests turned away for them."""
    names = problem.scenario.model_catalog.names
    large = [name for name, fits in zip(names, problem.fits_alone, strict=True) if not fits]
    if not large:
        return None
    does, them = ("does", "it") if len(large) == 1 else ("do", "them")
    several = " a replication" if problem.scenario.replications > 1 else ""
    turned = f"{requests:,.0f} requests{several} were" if requests != 1 else "1 request was"
    return f"{listed(large)} {does} not fit even the empty server: {turned} rejected for {them}."


def missed_best(figures: Figures) -> str | None:
    """That the search fails, where it does: its costs are then no optimiser's."""
    for name, one in figures.items():
        share = one.best_choice_share
        if share is not None and share < 1.0 - MISSES:
            return (
                f"{capital(spoken(name))} finds the best choice in {percent(share)} of its "
                "decisions only: its costs are no optimiser's."
            )
    return None


def searches_missed(table: StudyTable) -> str | None:
    """The same of a study with several arms, where most."""
    if "ga" not in table.policies:
        return None
    shares = table.means("ga", "best_choice_share")
    if not (shares < 1.0 - MISSES).any():
        return None
    worst = int(np.nanargmin(shares))
    return (
        f"{capital(spoken('ga'))} misses: at {table.arms[worst].label} it finds the best choice in "
        f"{percent(float(shares[worst]))} of its decisions only."
    )


def takeaways(comparison: Comparison, figures: Figures) -> list[str]:
    """Everything worth saying about a comparison, most important first."""
    sentences: list[str | None] = [
        *winner(comparison, figures),
        waiting(comparison, figures),
        why(comparison, figures),
        *free_misses(comparison, figures),
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


# --------------------------------------------------------------------------------- under charts


def off_the_scale(costs: dict[str, float]) -> list[str]:
    """The trivial rival where it is so dear that charts would press all others together."""
    usual = [cost for name, cost in costs.items() if not POLICIES[name].capped]
    return [name for name, cost in costs.items() if usual and cost > OFF_THE_SCALE * max(usual)]


def hidden(names: Collection[str]) -> str:
    """Whom a chart does not draw, as one more sentence; empty where it draws everybody."""
    labels = [POLICIES[name].label for name in names]
    return f" Off the scale, shown by a click on its name: {listed(labels)}." if labels else ""


def so_far_sentence(curves: dict[str, Curve], metric: str) -> str:
    """Whether the running averages have settled by the end, and who is not drawn."""
    name = decision_maker(curves) or next(iter(curves))
    values = curves[name].cost[metric]
    half = float(values[len(values) // 2])
    drift = float(values[-1]) / half - 1.0 if half and len(values) >= 4 else 0.0
    settled = "has settled"
    if abs(drift) >= 0.05:
        settled = f"still {'rose' if drift > 0 else 'fell'} by {percent(drift)} in the second half"
    ends = {policy: float(curve.cost[metric][-1]) for policy, curve in curves.items()}
    return f"{capital(spoken(name))} {settled}.{hidden(off_the_scale(ends))}"


def disagreement(figures: Figures) -> str:
    """Whether both ledgers name the same winner."""
    real = [name for name in figures if POLICIES[name].kind != "bound"] or list(figures)
    costs = {metric: {name: figures[name].mean(metric) for name in real} for metric in LEDGERS}
    for metric, found in costs.items():
        most = max(found.values())
        if len(found) > 1 and most - min(found.values()) <= SAME * most:
            return f"On {LEDGERS[metric].spoken} all real policies cost the same."
    unseen = hidden({name for found in costs.values() for name in off_the_scale(found)})
    eq11, realised = (min(found, key=found.__getitem__) for found in costs.values())
    if eq11 == realised:
        return f"Both ledgers name {spoken(eq11)} the cheapest of the real policies.{unseen}"
    return (
        f"Eq. 11 names {spoken(eq11)} the cheapest real policy, the realised ledger "
        f"{spoken(realised)}.{unseen}"
    )
