"""Two choices that recorded genetic searches answer: the form of F, and what of a best is applied.

Any fitness that falls as the cost rises ranks candidates alike; :func:`rankings` counts how many
pairs of one search it really does, for computed numbers may be rounded to the same. What is applied
is the best candidate's part within deployed and requested; :func:`applied_parts` counts what more
the best candidates held.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from genedge.decisions import GenerationTrace, trace_generations
from genedge.engine.arrays import STORAGE, Floats
from genedge.engine.cost import TIE, fitness
from genedge.runs.run import Run

FORMS: Final = MappingProxyType[str, Callable[[Floats], Floats]](
    {
        "1 / (1 + C)": fitness.py_func,
        "−C": lambda cost: -cost,
        "exp(−C)": lambda cost: np.exp(-cost),
    }
)
"""Functions that fall as the cost rises; the first is ours."""
MOST_COSTS: Final = 1200
"""Different costs that are compared with each other, pair by pair."""
MOST_SEARCHES: Final = 100
MOST_GENES: Final = 60_000_000
"""Genes of all candidates that are looked at while somebody waits."""


@dataclass(frozen=True)
class Ranking:
    """How one form of the fitness ranks the candidates of a search.

    Attributes
    ----------
    best, worst: fitness of the cheapest and of the dearest candidate.
    pairs: pairs of candidates of different cost. alike: those that it ranks as their costs do.
    tied: those to which it gives the same number, rounded. The rest it ranks the other way round.
    """

    form: str
    best: float
    worst: float
    pairs: int
    alike: int
    tied: int

    @property
    def share(self) -> float:
        """Pairs that are ranked as their costs are, 1 where there is no pair."""
        return self.alike / self.pairs if self.pairs else 1.0


def rankings(trace: GenerationTrace) -> tuple[Ranking, ...]:
    """Every form of :data:`FORMS` over the different costs of a search."""
    costs = np.unique(trace.cost[np.isfinite(trace.cost)])
    if costs.size:  # to a search, candidates within 1e-12 cost the same
        costs = costs[np.concatenate([[True], np.diff(costs) > TIE])]
    if costs.size > MOST_COSTS:
        costs = costs[np.linspace(0, costs.size - 1, MOST_COSTS).astype(np.int64)]
    return tuple(_ranking(form, function(costs)) for form, function in FORMS.items())


def _ranking(form: str, values: Floats) -> Ranking:
    """``values [K]`` are of rising costs, so each should be above all that follow."""
    if values.size == 0:
        return Ranking(form, 0.0, 0.0, 0, 0, 0)
    above = np.triu(np.ones((values.size, values.size), np.bool_), 1)
    gap = values[:, None] - values[None, :]
    return Ranking(
        form,
        float(values[0]),
        float(values[-1]),
        int(above.sum()),
        int((above & (gap > 0)).sum()),
        int((above & (gap == 0)).sum()),
    )


@dataclass(frozen=True)
class Applied:
    """What the best candidates of recorded searches held beyond deployed and requested.

    Attributes
    ----------
    searches: looked at, of ``decisions`` that the run took.
    beyond: searches whose best held a model that nobody asked for; ``models`` of them in all.
    fetched_gb: what fetching these would have taken.
    resource_cost: what holding each to the end of one slot would have added, weighted.
    """

    decisions: int
    searches: int
    beyond: int
    models: int
    fetched_gb: float
    resource_cost: float


def applied_parts(run: Run) -> Applied:
    """Look at the searches behind a run's decisions, or at an even sample of them.

    Raises
    ------
    InputError: a search too large to be recorded.
    """
    taken, problem = run.decisions.request.size, run.problem
    genetic = problem.scenario.genetic
    genes = (genetic.generations + 1) * genetic.population * problem.rates.size
    count = max(1, min(taken, MOST_SEARCHES, MOST_GENES // max(genes, 1)))
    sample = np.linspace(0, taken - 1, count).astype(np.int64) if taken else np.zeros(0, np.int64)
    chosen = np.unique(sample).tolist()
    beyond = models = 0
    fetched = resources = 0.0
    for number in chosen:
        trace = trace_generations(run, number)
        extra = best_candidate(trace) & ~trace.state.allowed
        beyond += bool(extra.any())
        models += int(extra.sum())
        fetched += float(problem.models.size[extra, STORAGE].sum())
        resources += problem.weights.resource * float(trace.state.rent[extra].sum())
    return Applied(taken, len(chosen), beyond, models, fetched, resources)


def best_candidate(trace: GenerationTrace) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """The best candidate that a search met, ``[M]``: by cost to 1e-12, then by fewer models."""
    genes = trace.genes.reshape(-1, trace.genes.shape[2])
    cost = trace.cost.ravel()
    if not np.isfinite(cost).any():
        return np.zeros(genes.shape[1], np.bool_)
    tied = np.flatnonzero(cost <= cost.min() + TIE)
    best: np.ndarray[tuple[int], np.dtype[np.bool_]] = genes[tied[genes[tied].sum(axis=1).argmin()]]
    return best
