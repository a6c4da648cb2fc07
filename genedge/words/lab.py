"""What the GA lab says of one genetic search, of a whole run of them, and of the two studies."""

from typing import Final

import numpy as np

from genedge.decisions import GenerationTrace
from genedge.decisions.state import Rows
from genedge.registry.resources import constraint_names
from genedge.runs.run import Run
from genedge.say import amount, capital, count, listed, percent, share_of
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.search_quality import SAME, SearchQuality
from genedge.studies.search_studies import STUDIED, GrowthPoint, StudyPoint

HELD_DEARER: Final = "what leaves costs more to hold than to fetch again"
NEVER_APPLIED: Final = (
    "Pale genes are searched but never applied; a star marks a candidate whose applied part is "
    "the optimum."
)


# ------------------------------------------------------------------------------- one decision


def _names(trace: GenerationTrace, rows: Rows) -> str:
    names = trace.state.run.problem.scenario.model_catalog.names
    return listed([names[row] for row in np.flatnonzero(rows)])


def asked_sentence(trace: GenerationTrace) -> str:
    """Who was asked for, what is there, and which constraint stands in the way."""
    state = trace.state
    run, names = state.run, state.run.problem.scenario.model_catalog.names
    there = _names(trace, state.deployed) if state.deployed.any() else "nothing"
    are = "are" if state.deployed.sum() > 1 else "is"
    code = int(run.decisions.bound[state.number])
    if code:
        bound = constraint_names(code)
        why = f"{capital(listed(list(bound)))} {'bind' if len(bound) > 1 else 'binds'}"
    elif not state.deployed.any():
        why = "There is nothing to decide"
    elif not (state.deployed & ~trace.best).any():
        why = "No constraint binds: there is room for everything"
    else:
        why = f"No constraint binds: {HELD_DEARER}"
    return (
        f"Slot {state.slot + 1}: {names[state.requested]} is asked for; {there} {are} there. {why}."
    )


def chosen_sentence(trace: GenerationTrace) -> str:
    """What this search chooses, and how the exact optimum differs."""
    deployed = trace.state.deployed

    def leaves(rows: Rows) -> str:
        gone = deployed & ~rows
        return f"evicts {_names(trace, gone)}" if gone.any() else "evicts nothing"

    text = f"This search {leaves(trace.chosen)}"
    over = trace.applied_cost - trace.exact_cost
    if over > SAME * (1.0 + abs(trace.exact_cost)):
        return f"{text}. The exact optimum {leaves(trace.best)}, {amount(over)} less."
    if (trace.chosen == trace.best).all():
        return f"{text}. The exact optimum does the same."
    return f"{text}. It is an optimum."


def met_at(trace: GenerationTrace) -> int | None:
    """The first generation whose best candidate is as fit as the exact optimum; None if never."""
    met = trace.cost.min(axis=1) <= trace.exact_cost + SAME * (1.0 + abs(trace.exact_cost))
    return int(met.argmax()) if met.any() else None


def times_worse(trace: GenerationTrace) -> int:
    """Generations whose best candidate costs more than that of the one before."""
    best = trace.cost.min(axis=1)
    finite = np.where(np.isfinite(best), best, np.finfo(float).max)
    return int((np.diff(finite) > SAME * (1.0 + np.abs(finite[:-1]))).sum())


def fitness_title(trace: GenerationTrace) -> str:
    """When the search meets the optimum, in a few words."""
    met = met_at(trace)
    if met is None:
        return "The optimum is not reached"
    return f"The optimum is found in generation {met}"


def fitness_sentence(trace: GenerationTrace) -> str:
    """What the elite is for, and why a fitness can be 0."""
    elites, worse = trace.parameters.elites, times_worse(trace)
    if elites:
        text = f"With {count(elites, 'elite')} the best never gets worse."
    elif worse:
        text = f"Without an elite the best was lost {count(worse, 'time')}."
    else:
        text = "There is no elite, yet the best was never lost."
    if np.isinf(trace.cost).any():
        text += " Candidates that do not fit are not repaired: their fitness is 0."
    return text


def population_sentence(trace: GenerationTrace) -> str:
    """What repair had to do."""
    infeasible, people = trace.infeasible.sum(axis=1), trace.cost.shape[1]
    if not infeasible.any():
        return "Every candidate fitted as it was bred: there was nothing to repair."
    repair = "repair is off, so they are out"
    if trace.parameters.repair:
        repair = f"repair clears {count(int(trace.repaired[0].sum()), 'gene')}"
    return (
        f"{capital(share_of(int(infeasible[0]), people, 'candidate'))} of the first generation "
        f"do not fit: {repair}."
    )


# ---------------------------------------------------------------------------------- whole run


def quality_sentence(quality: SearchQuality) -> str:
    """How often the search meets the optimum, and what a miss costs."""
    text = f"The GA finds the optimum in {share_of(quality.equal, quality.decisions, 'decision')}"
    if quality.missed == 0:
        return f"{text}."
    return f"{text}; when it misses it pays {amount(quality.mean_gap)} more on average."


def effort_sentence(quality: SearchQuality, parameters: GeneticParameters) -> str:
    """How long the searches ran, and how much of that was only to be sure."""
    text = f"A search runs {quality.generations:.1f} generations on average"
    if quality.generations >= parameters.generations:
        return f"{text}: all that it is given."
    waited = min(parameters.patience, quality.generations)
    return f"{text}, the last {waited:.0f} of them only to be sure."


def binding_sentence(run: Run) -> str:
    """How often constraints 1-3 made a difference to the decisions of a run."""
    bound = run.decisions.bound > 0
    if bound.any():
        share = share_of(int(bound.sum()), bound.size, "decision")
        return f"A constraint binds in {share} of this run."
    return f"No constraint ever binds: {HELD_DEARER if run.evictions else 'everything fits'}."


# -------------------------------------------------------------------------------- the studies


def _deciding(points: list[StudyPoint]) -> list[StudyPoint]:
    """The points of the parameter that moves the share of optima most; empty where none does."""

    def reach(row: list[StudyPoint]) -> float:
        shares = [one.quality.share for one in row]
        return max(shares) - min(shares)

    rows = [[one for one in points if one.name == studied.name] for studied in STUDIED]
    most = max((row for row in rows if row), key=reach)
    return most if reach(most) > 0 else []


def study_sentence(points: list[StudyPoint]) -> str:
    """What the most important parameter does, and what its best value costs."""
    most = _deciding(points)
    if not most:
        return "Whatever the parameters, the same optima are found: only the time changes."
    worst = min(most, key=lambda one: one.quality.share)
    best = min(most, key=lambda one: (-one.quality.share, one.quality.ms))
    name = most[0].name.replace("_", " ")
    return (
        f"The {name} matters most: at {worst.value:g} the GA finds the optimum in "
        f"{percent(worst.quality.share)} of decisions, at {best.value:g} in "
        f"{percent(best.quality.share)}."
    )


def growth_sentences(points: list[GrowthPoint]) -> list[str]:
    """Up to where the search is right, and what growing catalogs do to enumeration."""
    missing = [point for point in points if point.quality.missed]
    found = ["The GA finds the optimum in every decision."]
    if missing:
        worst = min(missing, key=lambda point: point.quality.share)
        found = [
            f"The GA misses the optimum first at {count(missing[0].models, 'model')}; at "
            f"{worst.models} it finds it in {percent(worst.quality.share)} of decisions."
        ]
    quick = [
        point.models
        for point in points
        if point.enumeration_ms is not None and point.enumeration_ms < point.quality.ms
    ]
    if quick:
        found.append(
            f"Up to {count(max(quick), 'model')} trying every set is faster than the search."
        )
    left_out = [point for point in points if point.enumeration_ms is None]
    if left_out:
        found.append(
            f"Enumeration is left out at {listed([f'{point.models}' for point in left_out])} "
            f"models: one decision would take {2 ** left_out[-1].most_held:,} sets."
        )
    return found
