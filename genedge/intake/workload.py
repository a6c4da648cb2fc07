"""What is asked: popularity of models, Poisson arrivals, and the requests of one replication.

The model of rank r in the order of popularity is asked for in proportion to r ** -exponent (Zipf),
or to ratio ** r (geometric): each so many times as often as the one before.

lambda_m is the arrival rate of model m in requests per slot, Lambda their sum. A generated
workload draws Poisson counts per model and slot and shuffles each slot uniformly; a trace brings
its requests along (:mod:`genedge.intake.request_log`). The active cycle alpha_m that the ledger
charges is Lambda / lambda_m for the former and n / n_m, counted over the trace, for the latter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import Floats, Requests
from genedge.engine.shuffle import shuffle_slots
from genedge.errors import InputError, shown
from genedge.intake.catalog import ModelCatalog
from genedge.limits import MAX_REQUESTS
from genedge.registry.fields import Source, check_part

Popularity = Literal["zipf", "geometric"]
PopularityOrder = str | tuple[str, ...]
CountOrder = Literal["shuffle", "file"]

SLOT_SECONDS: Final = 60.0
"""Length of a slot where none is given."""

FOOTPRINT_STORAGE_GB: Final = 120.0
FOOTPRINT_GPU_MEMORY_GB: Final = 12.0
"""A model's footprint is s/120 + g/12, whatever the server in force: sweeps keep their order."""


@dataclass(frozen=True)
class TraceReference:
    """Which request log a scenario means: the log itself stays out of links."""

    name: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Workload:
    """What a person chose about requests.

    Attributes
    ----------
    slots: T; None takes all of a trace.
    rate: Lambda, requests per slot over all models (generated workloads only).
    popularity: ``zipf`` or ``geometric``.
    zipf_exponent: popularity of rank r is proportional to r ** -zipf_exponent.
    popularity_ratio: popularity of rank r is proportional to popularity_ratio ** r.
    popularity_order: which model has rank 1: the catalog's first row, the smallest or the largest
        footprint, or names, the most popular first, after which the others follow in the order of
        the catalog; ``equal`` gives every model the same rate, ``custom`` takes ``arrival_rates``.
    arrival_rates: lambda_m, requests per slot, one per catalog row (``custom`` only).
    trace: replaces the generator when given.
    slot_seconds: length of a slot.
    count_order: how requests of one time that come from counts are ordered.
    """

    slots: int | None = 100
    rate: float = 2.0
    popularity: Popularity = "zipf"
    zipf_exponent: float = 1.0
    popularity_ratio: float = 0.85
    popularity_order: PopularityOrder = "catalog"
    arrival_rates: tuple[float, ...] | None = None
    trace: TraceReference | None = None
    slot_seconds: float = SLOT_SECONDS
    count_order: CountOrder = "shuffle"

    def __post_init__(self) -> None:
        if self.slots is None and self.trace is None:
            raise InputError("the number of slots is missing")
        check_part("workload", self)
        if self.popularity_order == "custom" and self.arrival_rates is None:
            raise InputError("the popularity order custom needs arrival_rates, one per model")
        if self.arrival_rates is not None and sum(self.arrival_rates) <= 0:
            raise InputError("at least one arrival rate must be above 0")

    @property
    def source(self) -> Source:
        """Where the requests come from."""
        if self.trace is not None:
            return "trace"
        if self.popularity_order == "custom":
            return "custom"
        return "equal" if self.popularity_order == "equal" else self.popularity


def footprint(catalog: ModelCatalog) -> Floats:
    """Size of each model as a share of a middling server, s/120 + g/12, ``[M]``."""
    share: Floats = (
        catalog.storage_gb / FOOTPRINT_STORAGE_GB + catalog.gpu_memory_gb / FOOTPRINT_GPU_MEMORY_GB
    )
    return share


def arrival_rates(workload: Workload, catalog: ModelCatalog) -> Floats:
    """lambda_m, requests per slot of each model, ``[M]``.

    Raises
    ------
    InputError: custom rates that do not match the catalog's rows.
    """
    models = len(catalog)
    if workload.popularity_order == "custom":
        given = workload.arrival_rates or ()
        if len(given) != models:
            raise InputError(
                f"{len(given)} arrival rates were given for a catalog of {models} models"
            )
        return np.array(given, np.float64)
    if workload.popularity_order == "equal":
        return np.full(models, workload.rate / models)
    rank = np.arange(1, models + 1, dtype=np.float64)
    popularity = np.empty(models)
    popularity[popularity_order(workload, catalog)] = (
        rank**-workload.zipf_exponent
        if workload.popularity == "zipf"
        else workload.popularity_ratio**rank
    )
    total = popularity.sum()
    if total == 0:  # a ratio so small that even its first power is none
        raise InputError("workload.popularity_ratio is too small for this many models")
    rates: Floats = workload.rate * popularity / total
    return rates


def popularity_order(workload: Workload, catalog: ModelCatalog) -> NDArray[np.int64]:
    """Catalog rows from the most popular model to the least, ``[M]``.

    Raises
    ------
    InputError: a name that is not in the catalog, or twice in the order.
    """
    rows = np.arange(len(catalog))
    chosen = workload.popularity_order
    if isinstance(chosen, tuple):
        row_of = {name: row for row, name in enumerate(catalog.names)}
        for place, name in enumerate(chosen, start=1):
            if name not in row_of:
                raise InputError(
                    f"popularity order, number {place}: no model is called {shown(name)}"
                )
        named = [row_of[name] for name in chosen]
        if len(set(named)) < len(named):
            twice = next(name for name in chosen if chosen.count(name) > 1)
            raise InputError(f"the popularity order names {shown(twice)} twice")
        return np.concatenate([named, np.setdiff1d(rows, named)]).astype(np.int64)
    # Equal footprints: GPU memory is the scarcer resource, so the model with less of it counts as
    # the smaller one; then the lower row. (Rounded, because equal sums may differ in the last bit.)
    size = footprint(catalog).round(12)
    if chosen == "smallest":
        return np.lexsort((rows, catalog.gpu_memory_gb, size))
    if chosen == "largest":
        return np.lexsort((rows, -catalog.gpu_memory_gb, -size))
    return rows


def order_among(
    order: PopularityOrder, names: Sequence[str], renamed: Mapping[str, str] | None = None
) -> PopularityOrder:
    """An order of popularity for a catalog of other ``names``: the models that it lacks drop out.

    ``renamed`` gives new names by old ones. Where nobody is left the catalog's own order counts.
    """
    if isinstance(order, str):
        return order
    called = [(renamed or {}).get(name, name) for name in order]
    return tuple(name for name in called if name in names) or "catalog"


@dataclass(frozen=True, eq=False)
class RequestTrace:
    """One replication's requests, generated or read.

    Attributes
    ----------
    model: catalog row of each request in order of arrival, ``[N]`` int32.
    slot_start: slot t holds requests slot_start[t] ... slot_start[t + 1] - 1, ``[T + 1]`` int64.
    time_s: seconds since the first slot began, ``[N]``, never falling.
    """

    model: NDArray[np.int32]
    slot_start: NDArray[np.int64]
    time_s: Floats

    @property
    def slots(self) -> int:
        """T."""
        return self.slot_start.size - 1

    @property
    def slot(self) -> NDArray[np.int64]:
        """Slot of each request, ``[N]``."""
        return np.repeat(np.arange(self.slots), np.diff(self.slot_start))

    def arrays(self) -> Requests:
        """The same requests as the engine takes them."""
        return Requests(self.model, self.time_s, self.slot_start)

    @classmethod
    def of_slots(cls, slots: list[list[int]]) -> "RequestTrace":
        """Requests written out slot by slot, as lists of catalog rows; spaced evenly."""
        start = np.concatenate([[0], np.cumsum([len(slot) for slot in slots])]).astype(np.int64)
        model = np.array([row for slot in slots for row in slot], np.int32)
        return cls(model, start, times_within(start, np.ones(start[-1] + len(slots))))


def times_within(
    slot_start: NDArray[np.int64], gaps: Floats, slot_seconds: float = SLOT_SECONDS
) -> Floats:
    """Times of requests in seconds, ``[N]``: each slot is divided in proportion to its gaps.

    ``gaps [N + T]`` are slot by slot those before each request and after the last. Equal gaps
    space requests evenly; exponential ones give the times of Poisson arrivals (Devroye,
    "Non-Uniform Random Variate Generation", 1986, section V.2).
    """
    held = np.diff(slot_start)
    slot = np.repeat(np.arange(held.size), held)
    passed = np.cumsum(gaps)
    end = passed[slot_start[1:] + np.arange(held.size)]
    begin = np.append(0.0, end[:-1])
    into = passed[np.arange(slot.size) + slot] - begin[slot]
    times: Floats = slot_seconds * (slot + into / (end - begin)[slot])
    return times


COUNTS_AT_ONCE: Final = 4_000_000
"""Poisson counts drawn in one piece; pieces do not change what is drawn."""


def generate(
    rates: Floats, slots: int, seed: int, replication: int, slot_seconds: float = SLOT_SECONDS
) -> RequestTrace:
    """Poisson requests at ``rates [M]`` per slot over ``slots`` slots.

    The same seed and replication give the same requests on every machine.

    Raises
    ------
    InputError: more requests are to be expected than :data:`MAX_REQUESTS`.
    """
    if float(rates.sum()) * slots > MAX_REQUESTS:
        raise InputError(
            f"{rates.sum():g} requests per slot over {slots:,} slots are more than "
            f"{MAX_REQUESTS:,} requests"
        )
    chance = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, replication])))
    rows = np.arange(rates.size, dtype=np.int32)
    start = np.zeros(slots + 1, np.int64)
    parts = []
    step = max(1, COUNTS_AT_ONCE // rates.size)  # a table of all slots may not fit in memory
    for first in range(0, slots, step):
        counts = chance.poisson(rates, size=(min(step, slots - first), rates.size))
        parts.append(np.repeat(np.tile(rows, len(counts)), counts.ravel()))
        start[first + 1 : first + 1 + len(counts)] = counts.sum(axis=1)
    model = np.concatenate(parts)
    np.cumsum(start, out=start)
    shuffle_slots(model, start, chance.random(model.size))
    # The next numbers of the same stream: what is asked for does not depend on when.
    gaps = chance.standard_exponential(model.size + slots)
    return RequestTrace(model, start, times_within(start, gaps, slot_seconds))
