"""What one genetic search, a whole run of them, and the studies show, in computed sentences."""

from typing import Final

import numpy as np

from genedge.decisions import GenerationTrace
from genedge.decisions.state import Rows
from genedge.engine.cost import fitness
from genedge.registry.resources import constraint_names
from genedge.runs.run import Run
from genedge.say import amount, capital, count, listed, percent
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.search_quality import SAME, SearchQuality

NEVER_BINDS: Final = (
    "No constraint ever binds in this scenario: models leave because holding them costs more than "
    "fetching them again, and repair matters only to candidates that hold far too much."
)

NEVER_APPLIED: Final = (
    "Genes of models that are neither deployed nor asked for are searched all the same but never "
    "applied: their rows are pale. A star marks a candidate whose applied part is the optimum."
)


def share_of(equal: int, total: int, what: str = "decision") -> str:
    """So many of so many, never rounded up to all or down to none."""
    if equal == total:
        return f"all {total:,} {what}s" if total > 1 else f"the only {what}"
    if equal == 0:
        return f"none of {total:,} {what}s" if total > 1 else f"not in the only {what}"
    shown = min(max(100 * equal / total, 0.1), 99.9)
    return f"{shown:.1f} % of {total:,} {what}s"


def quality_sentence(quality: SearchQuality) -> str:
    """How often the search meets the optimum, and what a miss costs."""
    text = f"The GA finds the optimum in {share_of(quality.equal, quality.decisions)}"
    if quality.missed == 0:
        return f"{text}."
    if quality.missed == 1:
        text += f"; the one time it misses it pays {amount(quality.worst_gap)} more"
    else:
        text += (
            f"; when it misses it pays {amount(quality.mean_gap)} more on average "
            f"(at most {amount(quality.worst_gap)})"
        )
    if quality.worst_share is None:
        return f"{text}, in cost C(y)."
    cost = amount(quality.worst_gap / quality.worst_share) if quality.worst_share else "0"
    return f"{text}; the worst miss is of an optimum that costs {cost}."


def gaps_sentence(quality: SearchQuality) -> str:
    """What the marks of a run show."""
    if quality.missed == 0:
        return "Every mark lies on 0: the search gave nothing away against the exact optimum."
    return (
        f"{capital(count(quality.missed, 'decision'))} above 0, by {amount(quality.mean_gap)} on "
        f"average and {amount(quality.worst_gap)} at most; the other {quality.equal:,} lie on 0."
    )


def effort_sentence(quality: SearchQuality, parameters: GeneticParameters) -> str:
    """How long the searches ran, and how much of that was only to be sure."""
    text = f"A search runs {quality.generations:.1f} generations on average"
    waited = min(parameters.patience, quality.generations)
    if quality.generations >= parameters.generations:
        return f"{text}: all that it is given, without running out of patience."
    return f"{text}, the last {waited:.0f} of them only to be sure that nothing better comes."


def binding_sentence(run: Run) -> str:
    """How often constraints 1-3 made a difference to the decisions of a run."""
    bound = run.decisions.bound > 0
    if not bound.any():
        return NEVER_BINDS if run.evictions else "No constraint ever binds: everything fits."
    return f"A constraint binds in {share_of(int(bound.sum()), bound.size)} of this run."


def _names(trace: GenerationTrace, rows: Rows) -> str:
    names = trace.state.run.problem.scenario.model_catalog.names
    return listed([names[row] for row in np.flatnonzero(rows)])


def asked_sentence(trace: GenerationTrace) -> str:
    """Who was asked for, what is there, and which constraint stands in the way."""
    state = trace.state
    run, names = state.run, state.run.problem.scenario.model_catalog.names
    there = _names(trace, state.deployed) if state.deployed.any() else "nothing"
    held = int(state.deployed.sum())
    held_text = f" ({count(held, 'model')})" if held > 3 else ""
    text = (
        f"Slot {state.slot + 1}: {names[state.requested]} is asked for and not there. "
        f"Deployed {'are' if held > 1 else 'is'} {there}{held_text}."
    )
    code = int(run.decisions.bound[state.number])
    if code:
        bind = "bind" if code & (code - 1) else "binds"
        bound = listed(list(constraint_names(code)))
        return f"{text} Not all that is worth keeping fits: {bound} {bind}."
    if not state.deployed.any():
        return f"{text} There is nothing to decide: the new model goes to an empty server."
    if not (state.deployed & ~trace.best).any():
        return f"{text} No constraint binds: there is room for everything."
    return f"{text} No constraint binds: what leaves costs more to hold than to fetch again."


def chosen_sentence(trace: GenerationTrace) -> str:
    """What this search chooses, and how the exact optimum differs."""
    state = trace.state

    def leaves(rows: Rows) -> str:
        gone = state.deployed & ~rows
        return f"evicts {_names(trace, gone)}" if gone.any() else "evicts nothing"

    cost, best = trace.applied_cost, trace.exact_cost
    text = f"This search {leaves(trace.chosen)}, at a cost C(y) of {amount(cost)}"
    over = cost - best
    if over <= SAME * (1.0 + abs(best)):
        same = (trace.chosen == trace.best).all()
        return f"{text}. {'The exact optimum does the same' if same else 'It is an optimum'}."
    return f"{text}. The exact optimum {leaves(trace.best)}: {amount(best)}, {amount(over)} less."


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
    """What the fitness lines show, in a few words."""
    met = met_at(trace)
    if met is None:
        return "The optimum is not reached"
    return "The first generation holds the optimum" if met == 0 else (
        f"The optimum is found in generation {met}"
    )  # fmt: skip


def fitness_sentence(trace: GenerationTrace) -> str:
    """Where the search stands against the optimum, and what the elite is for."""
    last, met = trace.generations, met_at(trace)
    best, optimum = trace.fitness.max(axis=1), float(fitness.py_func(trace.exact_cost))
    mean = trace.fitness.mean(axis=1)
    if met is not None:
        text = f"The best candidate is as fit as the optimum ({optimum:.3f}) from generation {met}"
        text += " on" if met < last else ""
    else:
        text = f"The best candidate reaches a fitness of {best.max():.3f}, the optimum's is "
        text += f"{optimum:.3f}"
    text += f"; the mean goes from {mean[0]:.3f} to {mean[-1]:.3f} in {count(last, 'generation')}. "
    elites, worse = trace.parameters.elites, times_worse(trace)
    if elites:
        text += f"With {count(elites, 'elite')} the best never gets worse."
    elif worse:
        text += f"Without an elite the best was lost {count(worse, 'time')}."
    else:
        text += "There is no elite, yet the best was never lost."
    if np.isinf(trace.cost).any():
        text += " Candidates that do not fit are not repaired: their fitness is 0."
    return text


def population_sentence(trace: GenerationTrace) -> str:
    """What repair had to do."""
    infeasible, cleared = trace.infeasible.sum(axis=1), trace.repaired.sum(axis=(1, 2))
    people = trace.cost.shape[1]
    if not infeasible.any():
        return "Every candidate fitted as it was bred, so there was nothing to repair."
    first = f"{infeasible[0]:,} of {people:,} candidates of the first generation do not fit"
    if not trace.parameters.repair:
        return f"{first}; repair is off, so they are out. In the last one it is {infeasible[-1]:,}."
    return (
        f"{first} as they are sampled, so repair clears {count(int(cleared[0]), 'gene')}; in the "
        f"last one {infeasible[-1]:,} do not, and repair clears {int(cleared[-1]):,}."
    )


def diversity_sentence(trace: GenerationTrace) -> str:
    """How alike the candidates become."""
    first, last = float(trace.diversity[0]), float(trace.diversity[-1])
    people = trace.cost.shape[1]
    return (
        f"Two candidates differ in {percent(first)} of their genes at first and in "
        f"{percent(last)} at the end; of {people:,} candidates {trace.distinct[0]:,} are "
        f"different at first, {trace.distinct[-1]:,} at the end."
    )


def run_title(quality: SearchQuality) -> str:
    """What the gaps of a run show, in a few words."""
    if quality.missed == 0:
        return "Every decision is optimal"
    return capital(f"{count(quality.missed, 'decision')} of {quality.decisions:,} miss the optimum"
                   if quality.missed > 1 else f"1 decision of {quality.decisions:,} misses the "
                   "optimum")  # fmt: skip
