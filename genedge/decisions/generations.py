"""The genetic search behind one decision, generation by generation (Algorithm 1, Eq. 12).

The search is run once more on the very state of the decision, with the chances that the run's own
search met, and every candidate is kept: as it was bred, and as it was evaluated after repair.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from genedge.decisions.explanation import exact_choice
from genedge.decisions.state import Rows, State, state_of
from genedge.engine.arrays import Floats, Words, empty_generations, unpack, words_for
from genedge.engine.cost import TOLERANCE, fitness
from genedge.engine.genetic import choose_genetic
from genedge.errors import InputError
from genedge.runs.run import Run
from genedge.scenario.scenario import GeneticParameters

if TYPE_CHECKING:
    import pandas as pd

MOST_RECORDED_GENES = 200_000_000
"""Genes of all candidates of a search that is recorded: beyond this memory runs short."""

Table = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class GenerationTrace:
    """Every candidate of one search: G generations after the first, P candidates, M genes.

    Attributes
    ----------
    parameters: of the search.
    born: candidates as they were bred, ``[G + 1, P, M]``.
    genes: the same after repair, as they were evaluated, ``[G + 1, P, M]``.
    cost: C(y), ``[G + 1, P]``; infinite for one that does not fit and was not repaired.
    chosen: what is applied, ``[M]``: the best candidate's part within deployed and requested.
    best: the exact best decision, ``[M]``.
    """

    state: State
    parameters: GeneticParameters
    born: Table
    genes: Table
    cost: Floats
    chosen: Rows
    best: Rows

    @property
    def generations(self) -> int:
        """G, the generations run after the first."""
        return len(self.cost) - 1

    @cached_property
    def fitness(self) -> Floats:
        """F = 1 / (1 + C) of every candidate, ``[G + 1, P]``; 0 for one that does not fit."""
        values: Floats = fitness.py_func(self.cost)
        return values

    @cached_property
    def infeasible(self) -> Table:
        """Candidates that broke one of constraints 1-3 as they were bred, ``[G + 1, P]``."""
        used = self.born @ self.state.size
        over = used > self.state.capacity * (1.0 + TOLERANCE)
        return np.asarray(over.any(axis=2), np.bool_)

    @cached_property
    def repaired(self) -> Table:
        """Genes that repair cleared, ``[G + 1, P, M]``."""
        return self.born & ~self.genes

    @property
    def applied_cost(self) -> float:
        """C of what is applied."""
        return self.state.cost_of(self.chosen)

    @property
    def exact_cost(self) -> float:
        """C of the exact best decision."""
        return self.state.cost_of(self.best)

    @cached_property
    def diversity(self) -> Floats:
        """Share of genes in which two candidates of a generation differ on average, ``[G + 1]``."""
        people = self.genes.shape[1]
        share = self.genes.mean(axis=1)
        differing = 2.0 * share * (1.0 - share) * people / max(people - 1, 1)
        found: Floats = differing.mean(axis=1)
        return found

    @cached_property
    def distinct(self) -> NDArray[np.int64]:
        """Different candidates in each generation, ``[G + 1]``."""
        packed = np.packbits(self.genes, axis=2)
        return np.array([len(np.unique(one, axis=0)) for one in packed], np.int64)

    def frame(self) -> "pd.DataFrame":
        """One row a generation."""
        import pandas as pd

        return pd.DataFrame(
            {
                "generation": np.arange(self.generations + 1),
                "best_fitness": self.fitness.max(axis=1),
                "mean_fitness": self.fitness.mean(axis=1),
                "worst_fitness": self.fitness.min(axis=1),
                "best_cost": self.cost.min(axis=1),
                "exact_fitness": float(fitness(self.exact_cost)),
                "infeasible": self.infeasible.sum(axis=1),
                "genes_repaired": self.repaired.sum(axis=(1, 2)),
                "diversity": self.diversity,
                "distinct": self.distinct,
            }
        )


def trace_generations(
    run: Run, number: int, genetic: GeneticParameters | None = None
) -> GenerationTrace:
    """Record the genetic search in the state of decision ``number`` (0-based) of any run.

    Parameters
    ----------
    genetic: parameters of the search; the scenario's unless given. With these, on a run of the
        genetic algorithm, it is the very search that the run made.

    Raises
    ------
    InputError: no such decision, or a search too large to be kept.
    """
    state = state_of(run, number)
    parameters = genetic or run.problem.scenario.genetic
    models = state.deployed.size
    candidates = (parameters.generations + 1) * parameters.population
    if candidates * models > MOST_RECORDED_GENES:
        raise InputError(
            f"{parameters.generations + 1:,} generations of {parameters.population:,} candidates "
            f"over {models:,} models are too many to record: fewer generations or a smaller "
            "population can be"
        )
    recorded = empty_generations(
        parameters.generations + 1, parameters.population, words_for(models)
    )
    keep = np.zeros(models, np.uint8)
    ran = choose_genetic(
        keep, state.deployed.astype(np.uint8), np.int64(state.requested), state.keep_value,
        state.leaving_all, state.size, state.capacity, parameters.arrays(), state.chance_key,
        np.zeros(words_for(models), np.uint64), recorded,
    )  # fmt: skip
    kept = slice(0, int(ran) + 1)

    def table(sets: Words) -> Table:
        shape = (int(ran) + 1, parameters.population, models)
        return unpack(sets[kept].reshape(-1, sets.shape[2]), models).reshape(shape)

    return GenerationTrace(
        state=state,
        parameters=parameters,
        born=table(recorded.born),
        genes=table(recorded.genes),
        cost=recorded.cost[kept].copy(),
        chosen=keep.astype(np.bool_),
        best=exact_choice(state),
    )
