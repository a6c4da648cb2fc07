"""A server cut into fixed slices, one per service, each of them a server of its own.

A slice holds only its own services' models, decides only at its own misses and has its share of
storage, GPU memory and dynamic power; the costs of all slices add up. How the server is cut:

1. A model without a service is a service of its own.
2. A slice needs, of each resource, what its largest model takes: with less it would turn requests
   away and look cheap for it. Models that fit not even the whole server, and models that nobody
   asks for, need nothing; the former stay rejected, as they are without slices.
3. While the needs exceed the server, two slices become one: those whose merging saves most, summed
   over the resources, the smaller of the two needs over the capacity; ties go to the pair that
   serves fewer services, so that slices stay alike, then to the one asked for less, so that
   popular models do not evict each other, then to earlier ones.
4. What is left over is shared out, resource by resource, in proportion to lambda_m times the size,
   summed over the slice's models: to popular services with large models most.
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genedge.engine import cost
from genedge.engine.arrays import (
    Floats,
    Models,
    Totals,
    Weights,
    empty_slots,
    empty_totals,
    first_decisions,
    words_for,
)
from genedge.engine.weighing import KNOWN
from genedge.intake.catalog import Model
from genedge.intake.server import EdgeServer
from genedge.intake.workload import RequestTrace
from genedge.runs.run import Run
from genedge.runs.simulate import Record, replay_policy
from genedge.scenario.problem import Problem
from genedge.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Rows = NDArray[np.int64]
GUESSED: Final = "guess:"
"""So begins what stands for the service of models that were guessed from a request log."""


@dataclass(frozen=True, eq=False)
class Slice(Problem):
    """One slice: the problem of its own models and requests, at the prices of the whole.

    Attributes
    ----------
    whole: the problem that was cut.
    rows: its models' rows in the whole catalog, ascending, ``[m]``.
    """

    whole: Problem = field(kw_only=True)
    rows: Rows = field(kw_only=True)

    def requests(self, replication: int = 0) -> RequestTrace:
        """The requests of one replication that are for this slice."""
        return restricted(self.whole.requests(replication), self.rows, self.whole.rates.size)

    @cached_property
    def models(self) -> Models:
        """Prices of Eq. 4-7, ``[m]`` each; 1/alpha counts the requests of the whole server.

        Decisions that count for themselves see only this slice's requests, Lambda_slice / Lambda
        of all, so what they weigh is converted by that share.
        """
        models = super().models
        if self.decided_with == KNOWN:
            return models
        share = float(self.rates.sum()) / float(self.whole.rates.sum())
        return models._replace(seen_delay_s=share * models.seen_delay_s)

    @cached_property
    def weights(self) -> Weights:
        """Weights of Eq. 10-12; shares of a capacity stay those of the whole server."""
        whole = self.whole.weights
        return super().weights._replace(
            storage_scale=whole.storage_scale, gpu_scale=whole.gpu_scale
        )


class SliceRow(NamedTuple):
    """One slice in figures: GB, kW, and its share of all requests.

    ``services`` and ``models`` are those that fit the whole server and are asked for.
    """

    services: tuple[str, ...]
    models: tuple[str, ...]
    storage_gb: float
    gpu_memory_gb: float
    power_kw: float
    requests: float


@dataclass(frozen=True)
class Slices:
    """A partition in figures.

    Attributes
    ----------
    rows: the slices.
    services: how many services there are; ``unnamed`` models of them count as one each.
    needed, capacity: what one slice a service would need at least, and what the server has:
        storage and GPU memory in GB, dynamic power in kW.
    """

    rows: tuple[SliceRow, ...]
    services: int
    unnamed: int
    needed: tuple[float, float, float]
    capacity: tuple[float, float, float]

    @property
    def trivial(self) -> bool:
        """Whether there is nothing to partition."""
        return len(self.rows) < 2

    def frame(self) -> "pd.DataFrame":
        """One row a slice: number, services, models, capacities, share of all requests."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "slice": number,
                    **row._asdict(),
                    "services": ", ".join(row.services),
                    "models": ", ".join(row.models),
                }
                for number, row in enumerate(self.rows, start=1)
            ]
        )


@dataclass(frozen=True, eq=False)
class Partition:
    """A problem's server cut into slices, in the order of their first services.

    ``summary`` says how, in figures.
    """

    whole: Problem
    slices: tuple[Slice, ...]
    summary: Slices


@lru_cache(8)
def slices_of(problem: Problem) -> Slices:
    """How a problem's server is cut, in figures."""
    return partition(problem).summary


def restricted(requests: RequestTrace, rows: Rows, models: int) -> RequestTrace:
    """The requests for the models in ``rows [m]`` of ``models``, renumbered 0 ... m - 1."""
    place = np.full(models, -1, np.int32)
    place[rows] = np.arange(rows.size, dtype=np.int32)
    renumbered = place[requests.model]
    ours = renumbered >= 0
    before = np.concatenate([[0], np.cumsum(ours)]).astype(np.int64)
    return RequestTrace(renumbered[ours], before[requests.slot_start], requests.time_s[ours])


Group = tuple[list[str], list[int]]
"""Services and catalog rows of a slice."""


def service_of(model: Model) -> str:
    """The service that a model belongs to; empty where none, or a mere guess, is noted."""
    service = model.service.strip()
    return "" if service.startswith(GUESSED) else service


def services(scenario: Scenario) -> list[Group]:
    """Every service with its catalog rows, in catalog order; a model without one is its own."""
    found: dict[tuple[str, bool], Group] = {}
    for row, model in enumerate(scenario.model_catalog):
        service = service_of(model)
        name = service or model.name
        found.setdefault((name, bool(service)), ([name], []))[1].append(row)
    return list(found.values())


def partition(problem: Problem) -> Partition:
    """Cut a problem's server into one slice per service, or fewer where they do not all fit."""
    catalog = problem.scenario.model_catalog
    capacity = problem.server.capacity
    counted = problem.fits_alone & (problem.rates > 0)
    size = problem.models.size * counted[:, None]
    every = services(problem.scenario)
    serving = [group for group in every if counted[group[1]].any()]
    groups = merged(serving, size, capacity, problem.rates) or [([], [])]
    # Rows that need nothing still belong somewhere, so that their requests are turned away.
    groups[0][1].extend(row for _, rows in every if not counted[rows].any() for row in rows)
    shares = _capacities(groups, size, problem.rates, capacity)
    slices = tuple(
        _slice(problem, np.array(sorted(rows), np.int64), share)
        for (_, rows), share in zip(groups, shares, strict=True)
    )
    asked = float(problem.rates.sum())
    rows = tuple(
        SliceRow._make((
            tuple(names),
            tuple(catalog.names[row] for row in one.rows if counted[row]),
            *one.server.capacity.tolist(),
            float(one.rates.sum()) / asked,
        ))
        for (names, _), one in zip(groups, slices, strict=True)
    )  # fmt: skip
    needed = _needs(serving, size).sum(axis=0).tolist()
    unnamed = sum(not service_of(model) for model in catalog)
    summary = Slices(rows, len(every), unnamed, (*needed,), (*capacity.tolist(),))
    return Partition(problem, slices, summary)


def merged(groups: list[Group], size: Floats, capacity: Floats, rates: Floats) -> list[Group]:
    """Merge slices until what they need, of ``size [M, 3]``, fits ``capacity [3]``.

    ``rates [M]`` are the requests per slot.
    """
    groups = [(list(names), list(rows)) for names, rows in groups]
    while len(groups) > 1:
        need = _needs(groups, size)
        if all(map(cost.within, need.sum(axis=0).tolist(), capacity.tolist())):
            break
        first, second = max(
            combinations(range(len(groups)), 2),
            key=lambda pair: _merit(need[list(pair)], [groups[k] for k in pair], capacity, rates),
        )
        names, rows = groups.pop(second)
        groups[first][0].extend(names)
        groups[first][1].extend(rows)
    return groups


def _merit(
    need: Floats, pair: list[Group], capacity: Floats, rates: Floats
) -> tuple[float, int, float]:
    """What merging a pair saves (of the capacities), then few services, then few requests.

    ``need [2, 3]``. Sums are rounded, because equal ones may differ in the last bit.
    """
    usable = capacity > 0
    saved = float((need.min(axis=0)[usable] / capacity[usable]).sum())
    asked = sum(float(rates[rows].sum()) for _, rows in pair)
    return round(saved, 12), -sum(len(names) for names, _ in pair), -round(asked, 12)


def _needs(groups: list[Group], size: Floats) -> Floats:
    """Largest model of every slice by resource, ``[slices, 3]``."""
    return np.array([size[rows].max(axis=0, initial=0.0) for _, rows in groups]).reshape(-1, 3)


def _capacities(groups: list[Group], size: Floats, rates: Floats, capacity: Floats) -> Floats:
    """What every slice gets of every resource, ``[slices, 3]``."""
    if len(groups) == 1:
        return capacity[None, :]
    need = _needs(groups, size)
    wanted = np.array([rates[rows] @ size[rows] for _, rows in groups])
    total = wanted.sum(axis=0)
    share = np.where(total > 0, wanted / np.where(total > 0, total, 1.0), 1.0 / len(groups))
    spare = np.maximum(capacity - need.sum(axis=0), 0.0)
    capacities: Floats = need + spare * share
    return capacities


def _slice(whole: Problem, rows: Rows, capacity: Floats) -> Slice:
    scenario = whole.scenario
    models = scenario.model_catalog.models
    storage, gpu_memory, power = capacity.tolist()
    server = EdgeServer(storage, gpu_memory, power, 0.0, scenario.server.bandwidth_gbps)
    own = Scenario(
        catalog=tuple(models[row] for row in rows),
        server=server,
        workload=scenario.workload,
        weights=scenario.weights,
        active_cycle=scenario.active_cycle,
        decision_horizon=scenario.decision_horizon,
        switching_charged=scenario.switching_charged,
        max_models=scenario.max_models,
        lfu_window=scenario.lfu_window,
        genetic=scenario.genetic,
        seed=scenario.seed,
    )
    first = whole.first_requests
    return Slice(
        own,
        whole.trace,
        whole.rates[rows],
        None if first is None else restricted(first, rows, len(models)),
        whole.view,
        whole.delay_scale,
        whole.all_rates or float(whole.rates.sum()),
        whole=whole,
        rows=rows,
    )


def replay_partition(
    cut: Partition,
    policy: str,
    requests: RequestTrace,
    replication: int = 0,
    record: Record = "summary",
) -> Run:
    """Replay ``requests`` of the whole under one policy in every slice; the totals add up.

    So do the per-slot ledgers, but for the deployment; outcomes and decisions are not kept.
    """
    whole = cut.whole
    models = len(whole.scenario.model_catalog)
    totals = empty_totals(models)
    slots = empty_slots(0 if record == "summary" else requests.slots, words_for(models))
    for one in cut.slices:
        ours = restricted(requests, one.rows, models)
        run = replay_policy(one, policy, ours, replication=replication, record=record)
        _add(totals, run.totals, one.rows)
        for name in slots._fields:
            if name != "deployment":
                getattr(slots, name)[:] += getattr(run.slots, name)
    nothing = run.outcome[:0], first_decisions(run.decisions, 0)
    return Run(whole, policy, replication, requests, nothing[0], slots, nothing[1], totals)


def _add(totals: Totals, part: Totals, rows: Rows) -> None:
    totals.model_hits[rows] += part.model_hits
    totals.model_misses[rows] += part.model_misses
    totals.model_evictions[rows] += part.model_evictions
    totals.counts[:] += part.counts
    totals.sums[:] += part.sums
