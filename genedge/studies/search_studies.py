"""Two studies of Algorithm 1: its parameters one at a time, and catalogs that grow.

Both are generators: a page shows each result as it comes, and stops when nobody looks any more.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from genedge.errors import InputError
from genedge.runs.simulate import simulate
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.random_catalogs import contended_scenario
from genedge.studies.search_quality import (
    ENUMERATION,
    EXACT,
    GA,
    MOST_ENUMERATED,
    DecisionBatch,
    SearchQuality,
    measure_search,
    quality_of,
)

if TYPE_CHECKING:
    import pandas as pd


class Studied(NamedTuple):
    """A parameter of the search, its unit, and the values that a study gives it."""

    name: str
    label: str
    unit: str
    values: tuple[float, ...]
    logarithmic: bool


STUDIED: Final = (
    Studied("crossover_probability", "crossover probability", "per pair of parents",
            (0.0, 0.25, 0.5, 0.8, 1.0), False),
    Studied("mutation_probability", "mutation probability", "per gene",
            (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), False),
    Studied("population", "population", "candidates", (4, 10, 20, 50, 100, 200), True),
    Studied("tournament", "selection: tournament of", "candidates", (1, 2, 3, 5, 10), False),
    Studied("generations", "generations, all of them run", "generations",
            (1, 3, 10, 30, 100, 300), True),
)  # fmt: skip
"""Selection is by tournament: one candidate is no selection at all."""

STUDY_DECISIONS: Final = 200
STUDY_CANDIDATES: Final = 40_000_000
"""Candidates that one measurement breeds at most: beyond that it takes fewer decisions."""
MOST_CANDIDATES: Final = 20_000_000
"""Candidates of one search beyond which a study would keep its readers waiting."""
CANDIDATES_AN_ELITE: Final = 30
"""So many looks at a cost take as long as breeding one candidate."""
GROWTH_MODELS: Final = (5, 10, 20, 30, 40, 50, 60)
GROWTH_DECISIONS: Final = 100
MOST_SETS: Final = 2**29
"""Sets that enumeration goes through at one catalog size, about two seconds' work."""


class StudyPoint(NamedTuple):
    """One value of one parameter, and how the search did with it."""

    name: str
    value: float
    quality: SearchQuality


def varied(parameters: GeneticParameters, name: str, value: float) -> GeneticParameters:
    """The parameters with one changed; more generations get the patience to be run."""
    whole = isinstance(getattr(parameters, name), int)
    changes = {name: int(value) if whole else value}
    if name == "generations":
        changes["patience"] = max(int(value), 1)
    if name == "population":
        changes["elites"] = min(parameters.elites, int(value))
    return replace(parameters, **changes)  # type: ignore[arg-type]


def values_of(studied: Studied, parameters: GeneticParameters) -> tuple[float, ...]:
    """The values that a study gives a parameter, the one in force among them."""
    return tuple(sorted({*studied.values, float(getattr(parameters, studied.name))}))


def study_size(parameters: GeneticParameters) -> int:
    """Measurements of a whole parameter study."""
    return sum(len(values_of(studied, parameters)) for studied in STUDIED)


def _candidates(parameters: GeneticParameters) -> float:
    """The work of one search in candidates; finding an elite looks through all of them."""
    bred = parameters.population * (parameters.generations + 1)
    return bred * (1.0 + parameters.elites / CANDIDATES_AN_ELITE)


def parameter_study(batch: DecisionBatch, parameters: GeneticParameters) -> Iterator[StudyPoint]:
    """Measure the search with one parameter changed at a time, on the same decisions and chances.

    Raises
    ------
    InputError: a single search is too long to be repeated so often.
    """
    every = [
        (studied.name, value, varied(parameters, studied.name, value))
        for studied in STUDIED
        for value in values_of(studied, parameters)
    ]
    candidates = max(_candidates(changed) for _, _, changed in every)
    if candidates > MOST_CANDIDATES:
        raise InputError(
            f"searches that work through {candidates:,.0f} candidates are too long to be repeated "
            "for every parameter: a smaller population, fewer generations or fewer elites can be "
            "studied"
        )
    few = batch.thinned(min(STUDY_DECISIONS, max(5, int(STUDY_CANDIDATES / candidates))))
    for name, value, changed in every:
        yield StudyPoint(name, value, measure_search(few, changed, repeats=3))


def study_frame(points: list[StudyPoint]) -> "pd.DataFrame":
    """One row a measurement."""
    import pandas as pd

    return pd.DataFrame(
        [
            {"parameter": point.name, "value": point.value, "share_equal": point.quality.share,
             **vars(point.quality)}
            for point in points
        ]
    )  # fmt: skip


@dataclass(frozen=True)
class GrowthPoint:
    """Catalogs of one size: the time of three solvers on the same decisions.

    Attributes
    ----------
    models: M; decisions: how many were timed.
    held, most_held: models deployed before a decision, on average and at most.
    quality: of the genetic search, timed.
    exact_ms, enumeration_ms: median milliseconds a decision; None where it would take too long.
    sets: sets that enumeration goes through, per decision on average.
    """

    models: int
    decisions: int
    held: float
    most_held: int
    quality: SearchQuality
    exact_ms: float
    enumeration_ms: float | None
    sets: float


def growth_study(
    parameters: GeneticParameters, models: tuple[int, ...] = GROWTH_MODELS
) -> Iterator[GrowthPoint]:
    """Random contended catalogs of growing size; decisions of an exact run's second half."""
    for size in models:
        run = simulate(contended_scenario(size), "exact", record="decisions")
        taken = run.decisions.request.size
        batch = DecisionBatch.of_run(run, GROWTH_DECISIONS, first=taken // 2)
        exact = batch.solve(EXACT)
        searched = batch.solve(GA, parameters)
        sets = float((2.0**batch.held).sum())
        possible = int(batch.held.max()) <= MOST_ENUMERATED and sets <= MOST_SETS
        yield GrowthPoint(
            models=size,
            decisions=len(batch),
            held=float(batch.held.mean()),
            most_held=int(batch.held.max()),
            quality=quality_of(searched.cost, exact.cost, searched.effort, searched.ms),
            exact_ms=exact.ms,
            enumeration_ms=batch.solve(ENUMERATION, repeats=3).ms if possible else None,
            sets=sets / len(batch),
        )


def growth_frame(points: list[GrowthPoint]) -> "pd.DataFrame":
    """One row a catalog size."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "models": point.models, "decisions": point.decisions, "held": point.held,
                "most_held": point.most_held, "ga_ms": point.quality.ms,
                "exact_ms": point.exact_ms, "enumeration_ms": point.enumeration_ms,
                "sets": point.sets, "ga_equal_share": point.quality.share,
                "ga_mean_gap": point.quality.mean_gap, "ga_worst_gap": point.quality.worst_gap,
            }
            for point in points
        ]
    )  # fmt: skip
