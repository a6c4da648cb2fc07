"""A scenario as arrays: the right-hand sides of constraints 1-3, the prices of Eq. 4-10, requests.

The active cycle of Eq. 7 is 1/alpha = lambda_m / Lambda of a generated workload, n_m / n of a log.
"""

from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import numpy as np

from genedge.engine import cost
from genedge.engine.arrays import Floats, Models, Prices, Server, Weights
from genedge.engine.weighing import ALIKE, HISTORY, KNOWN, NEXT_USE
from genedge.errors import InputError
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import RequestTrace, arrival_rates, generate
from genedge.registry.resources import RESOURCES
from genedge.scenario.scenario import Scenario

_CYCLES: Final = MappingProxyType({"known": KNOWN, "history": HISTORY, "next-use": NEXT_USE})
"""The engine's numbers of the active cycles."""


class View(NamedTuple):
    """What the decisions of GA and exact take into account; the ledger charges everything.

    Attributes
    ----------
    io_delay: the I/O delay (Eq. 5), or transmission and inference alone.
    active_cycle: how often each model is asked for, or alpha = M for all.
    resources: the resource cost (Eq. 10), or the switching cost alone; 1-3 hold all the same.
    never_kept: catalog row of a model that seems to cost nothing to load; None for no such model.
    """

    io_delay: bool = True
    active_cycle: bool = True
    resources: bool = True
    never_kept: int | None = None


SEES_ALL: Final = View()


@dataclass(frozen=True, eq=False)
class Problem:
    """A scenario as arrays: what the engine replays.

    Attributes
    ----------
    rates: requests per slot of each model, ``[M]``; of a trace n_m / T.
    view: what decisions take into account.
    delay_scale: factor of delay_m, the sum of Eq. 4-6, wherever a model is loaded.
    all_rates: Lambda where the models here are only some of those that are asked for.
    lfu_forgets: LFU counts requests since a model was deployed, not since the beginning.
    """

    scenario: Scenario
    trace: TraceFile | None
    rates: Floats
    first_requests: RequestTrace | None
    view: View = SEES_ALL
    delay_scale: float = 1.0
    all_rates: float | None = None
    lfu_forgets: bool = False

    @property
    def slots(self) -> int:
        """T."""
        if self.first_requests is not None:
            return self.first_requests.slots
        slots = self.scenario.workload.slots
        assert slots is not None  # held by Workload for generated requests
        return slots

    def requests(self, replication: int = 0) -> RequestTrace:
        """The requests of one replication, the same for every policy."""
        if self.trace is None:
            return generate(
                self.rates, self.slots, self.scenario.seed, replication,
                self.scenario.workload.slot_seconds,
            )  # fmt: skip
        if replication == 0 or not self.reshuffled:
            assert self.first_requests is not None
            return self.first_requests
        return _from_file(self.scenario, self.trace, replication)

    @property
    def decided_with(self) -> int:
        """The engine's number of the active cycle that decisions weigh with."""
        return _CYCLES[self.scenario.active_cycle] if self.view.active_cycle else ALIKE

    @property
    def reshuffled(self) -> bool:
        """Whether replications meet different requests."""
        return self.trace is None or (
            self.scenario.workload.count_order == "shuffle" and bool(self.trace.from_count.any())
        )

    @cached_property
    def models(self) -> Models:
        """The catalog's sizes, ``[M, K]``, and the prices of Eq. 4-7, ``[M]`` each."""
        catalog, server = self.scenario.model_catalog, self.scenario.server
        reload = self.delay_scale * catalog.reload_delay_s(server.bandwidth_gbps)
        seen = reload
        if not self.view.io_delay:
            fetched = catalog.transmission_delay_s(server.bandwidth_gbps)
            seen = self.delay_scale * (fetched + catalog.inference_delay_s)
        seen = seen.copy()
        seen[[] if self.view.never_kept is None else self.view.never_kept] = 0.0
        return Models(
            np.column_stack([getattr(catalog, one.column) for one in RESOURCES]),
            reload,
            seen,
            catalog.inference_delay_s.copy(),
            # 1/alpha = lambda_m / Lambda, or n_m / n
            self.rates / (self.all_rates or self.rates.sum()),
        )

    @cached_property
    def server(self) -> Server:
        """Right-hand sides of constraints 1-3."""
        server = self.scenario.server
        return Server(np.array([getattr(server, one.capacity) for one in RESOURCES]))

    @cached_property
    def weights(self) -> Weights:
        """Weights of Eq. 10-12."""
        weights, server = self.scenario.weights, self.scenario.server
        share = weights.resource_unit == "share"
        horizon = 1.0
        if self.scenario.decision_horizon == "next-request":
            horizon = 1.0 / float(self.rates.sum())
        if not self.view.resources:
            horizon = 0.0
        return Weights(
            float(weights.delay), float(weights.resource), float(weights.gpu_memory),
            # A server without storage or GPU memory holds only models that need none.
            (server.storage_gb or 1.0) if share else 1.0,
            (server.gpu_memory_gb or 1.0) if share else 1.0,
            horizon,
            self.scenario.switching_charged == "slot",
        )  # fmt: skip

    @cached_property
    def rent(self) -> Floats:
        """res({m}) of Eq. 10, what holding each model alone costs a slot, unweighted, ``[M]``."""
        weights, (storage, gpu_memory) = self.weights, self.models.size.T[:2]
        rent: Floats = cost.resource_cost.py_func(
            storage, gpu_memory, weights.gpu_memory, weights.storage_scale, weights.gpu_scale
        )
        return rent

    @cached_property
    def prices(self) -> Prices:
        """Eq. 7 and 10 of each model, and whether it fits at all, ``[M]``."""
        models = self.models
        return Prices(
            cost.switching_price.py_func(models.reload_delay_s, models.inverse_active_cycle),
            self.rent,
            (~self.fits_alone).astype(np.uint8),
        )

    @cached_property
    def fits_alone(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which models fit the empty server, ``[M]``; requests for the others are rejected."""
        fits: np.ndarray[Any, np.dtype[np.bool_]] = cost.within.py_func(
            self.models.size, self.server.capacity
        ).all(axis=1)
        return fits


def build(scenario: Scenario, trace: TraceFile | None = None) -> Problem:
    """The arrays that a scenario means.

    Parameters
    ----------
    trace: the request log, when the scenario refers to one.

    Raises
    ------
    InputError: the log is missing or another one, or does not go with the catalog.
    """
    reference = scenario.workload.trace
    if reference is None:
        rates = arrival_rates(scenario.workload, scenario.model_catalog)
        if rates.sum() <= 0:
            raise InputError("at least one arrival rate must be above 0")
        return Problem(scenario, None, rates, None)
    if trace is None or trace.sha256 != reference.sha256:
        raise InputError(
            f"this scenario replays the trace {reference.name!r} of {reference.rows:,} rows, "
            "which is not here: open that very file"
        )
    requests = _from_file(scenario, trace, 0)
    counts = np.bincount(requests.model, minlength=len(scenario.model_catalog))
    return Problem(scenario, trace, counts / requests.slots, requests)


def _from_file(scenario: Scenario, trace: TraceFile, replication: int) -> RequestTrace:
    load = scenario.workload
    return RequestTrace(
        *trace.requests(
            scenario.model_catalog.names,
            slot_seconds=load.slot_seconds,
            slots=load.slots,
            count_order=load.count_order,
            seed=scenario.seed,
            replication=replication,
        )
    )
