"""Scenario: everything that a person chose, immutable and hashable; presets; the arrays it means.

A scenario holds scalars, strings and tuples only. Its canonical JSON
(:mod:`genedge.scenario.codec`) is the key under which results are cached and, compressed, the link
that is shared. :meth:`Scenario.build` turns it into the arrays of a :class:`Problem`.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, get_args

import numpy as np

from genedge.engine import cost
from genedge.engine.arrays import Floats, Genetics, Models, Server, Weights
from genedge.engine.replay import ALIKE, HISTORY, KNOWN, NEXT_USE
from genedge.errors import InputError
from genedge.intake.catalog import CATALOG_PRESETS, Model, ModelCatalog
from genedge.intake.request_log import TraceFile
from genedge.intake.server import EdgeServer
from genedge.intake.workload import RequestTrace, Workload, arrival_rates, generate
from genedge.limits import MAX_QUANTITY, MAX_REPLICATIONS
from genedge.registry.policies import ALL_POLICIES, check_names

ResourceUnit = Literal["gb", "share"]
RESOURCE_UNITS: Final = get_args(ResourceUnit)
ActiveCycle = Literal["known", "history", "next-use"]
ACTIVE_CYCLES: Final = MappingProxyType({"known": KNOWN, "history": HISTORY, "next-use": NEXT_USE})
DecisionHorizon = Literal["slot", "next-request"]
DECISION_HORIZONS: Final = get_args(DecisionHorizon)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also false for NaN
        raise InputError(f"{name} must be between {low:g} and {high:g}, not {value}")


def _check_choice(name: str, value: str, choices: Any) -> None:
    if value not in choices:
        raise InputError(f"unknown {name} {value!r}; there are {', '.join(choices)}")


@dataclass(frozen=True)
class CostWeights:
    """The weights of Eq. 10 and 11.

    Attributes
    ----------
    delay: w_delay.
    resource: w_resource.
    gpu_memory: beta, the weight of a GB of GPU memory against a GB of storage.
    resource_unit: ``gb`` as the paper writes it, or ``share`` of the server's capacity.
    """

    delay: float = 1.0
    resource: float = 0.002
    gpu_memory: float = 10.0
    resource_unit: ResourceUnit = "gb"

    def __post_init__(self) -> None:
        _check("the delay weight", self.delay, 0, MAX_QUANTITY)
        _check("the resource weight", self.resource, 0, MAX_QUANTITY)
        _check("the GPU weight", self.gpu_memory, 0, MAX_QUANTITY)
        _check_choice("resource unit", self.resource_unit, RESOURCE_UNITS)


@dataclass(frozen=True)
class GeneticParameters:
    """Parameters of the paper's Algorithm 1; the defaults are our choices where it is silent.

    Attributes
    ----------
    population, generations: candidates per generation, and the most generations.
    tournament: candidates that compete to be a parent.
    crossover_probability: per pair; mutation_probability: per gene.
    patience: stop after so many generations without a better best.
    elites: candidates that survive unchanged.
    repair: evict from infeasible candidates by least keep value per largest share of a capacity.
    first_generation: ``random``, or ``deployment`` to include what is deployed.
    """

    population: int = 50
    generations: int = 100
    tournament: int = 2
    crossover_probability: float = 0.8
    mutation_probability: float = 0.02
    patience: int = 20
    elites: int = 1
    repair: bool = True
    first_generation: Literal["random", "deployment"] = "random"

    def __post_init__(self) -> None:
        _check("the GA's population", self.population, 2, 10_000)
        _check("the GA's generations", self.generations, 0, 100_000)
        _check("the GA's tournament", self.tournament, 1, 100)
        _check("the GA's crossover probability", self.crossover_probability, 0, 1)
        _check("the GA's mutation probability", self.mutation_probability, 0, 1)
        _check("the GA's patience", self.patience, 1, 100_000)
        _check("the GA's elites", self.elites, 0, self.population)
        _check_choice("first generation", self.first_generation, ("random", "deployment"))

    def arrays(self) -> Genetics:
        """The same parameters as the engine takes them."""
        return Genetics(
            self.population, self.generations, self.tournament, self.crossover_probability,
            self.mutation_probability, self.patience, self.elites, self.repair,
            self.first_generation == "deployment",
        )  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """One setting of the whole model.

    Attributes
    ----------
    catalog: a shipped catalog's name, or the rows of the user's own.
    active_cycle: the alpha that GA and exact decide with; the ledger always charges ``known``.
    decision_horizon: a decision weighs one slot of resource cost, or 1/Lambda of a slot.
    policies: names, or ("all",) for every policy that the catalog allows.
    max_models: k of ``lru-cap``.
    """

    catalog: str | tuple[Model, ...] = "table1"
    server: EdgeServer = field(default_factory=EdgeServer)
    workload: Workload = field(default_factory=Workload)
    weights: CostWeights = field(default_factory=CostWeights)
    active_cycle: ActiveCycle = "known"
    decision_horizon: DecisionHorizon = "slot"
    policies: tuple[str, ...] = ALL_POLICIES
    max_models: int = 1
    genetic: GeneticParameters = field(default_factory=GeneticParameters)
    seed: int = 1
    replications: int = 1

    def __post_init__(self) -> None:
        if isinstance(self.catalog, str):
            _check_choice("catalog", self.catalog, CATALOG_PRESETS)
        else:
            object.__setattr__(self, "catalog", ModelCatalog.from_rows(self.catalog).models)
        _check_choice("active cycle", self.active_cycle, ACTIVE_CYCLES)
        _check_choice("decision horizon", self.decision_horizon, DECISION_HORIZONS)
        object.__setattr__(self, "policies", check_names(self.policies))
        _check("max_models", self.max_models, 1, 1000)
        _check("the seed", self.seed, 0, 2**63 - 1)
        if not 1 <= self.replications <= MAX_REPLICATIONS:
            raise InputError(
                f"replications must be between 1 and {MAX_REPLICATIONS:,}, not {self.replications}"
            )

    @cached_property
    def model_catalog(self) -> ModelCatalog:
        """The catalog with its columns as arrays."""
        if isinstance(self.catalog, str):
            return ModelCatalog.preset(self.catalog)
        return ModelCatalog.from_rows(self.catalog, "your catalog")

    def build(self, trace: TraceFile | None = None) -> "Problem":
        """The arrays that this scenario means.

        Parameters
        ----------
        trace: the request log, when the scenario refers to one.

        Raises
        ------
        InputError: the log is missing or another one, or does not go with the catalog.
        """
        reference = self.workload.trace
        if reference is None:
            rates = arrival_rates(self.workload, self.model_catalog)
            if rates.sum() <= 0:
                raise InputError("at least one arrival rate must be above 0")
            return Problem(self, None, rates, None)
        if trace is None or trace.sha256 != reference.sha256:
            raise InputError(
                f"this scenario replays the trace {reference.name!r} of {reference.rows:,} rows, "
                "which is not here: open that very file"
            )
        requests = _from_file(self, trace, 0)
        counts = np.bincount(requests.model, minlength=len(self.model_catalog))
        return Problem(self, trace, counts / requests.slots, requests)


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


class View(NamedTuple):
    """What the decisions of GA and exact take into account; the ledger charges everything.

    Attributes
    ----------
    io_delay: the I/O delay (Eq. 5), or transmission and inference alone.
    active_cycle: how often each model is asked for, or alpha = M for all.
    resources: the resource cost (Eq. 10), or the switching cost alone; 1-3 hold all the same.
    """

    io_delay: bool = True
    active_cycle: bool = True
    resources: bool = True


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
            return generate(self.rates, self.slots, self.scenario.seed, replication)
        if replication == 0 or not self.reshuffled:
            assert self.first_requests is not None
            return self.first_requests
        return _from_file(self.scenario, self.trace, replication)

    @property
    def decided_with(self) -> int:
        """The engine's number of the active cycle that decisions weigh with."""
        return ACTIVE_CYCLES[self.scenario.active_cycle] if self.view.active_cycle else ALIKE

    @property
    def reshuffled(self) -> bool:
        """Whether replications meet different requests."""
        return self.trace is None or (
            self.scenario.workload.count_order == "shuffle" and bool(self.trace.from_count.any())
        )

    @cached_property
    def models(self) -> Models:
        """The catalog's columns and the prices of Eq. 4-7, ``[M]`` each."""
        catalog, server = self.scenario.model_catalog, self.scenario.server
        reload = self.delay_scale * catalog.reload_delay_s(server.bandwidth_gbps)
        seen = reload
        if not self.view.io_delay:
            fetched = catalog.transmission_delay_s(server.bandwidth_gbps)
            seen = self.delay_scale * (fetched + catalog.inference_delay_s)
        return Models(
            catalog.storage_gb.copy(),
            catalog.gpu_memory_gb.copy(),
            catalog.power_kw.copy(),
            reload,
            seen.copy(),
            catalog.inference_delay_s.copy(),
            # 1/alpha = lambda_m / Lambda, or n_m / n
            self.rates / (self.all_rates or self.rates.sum()),
        )

    @cached_property
    def server(self) -> Server:
        """Right-hand sides of constraints 1-3."""
        server = self.scenario.server
        return Server(server.storage_gb, server.gpu_memory_gb, server.dynamic_power_kw)

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
        )  # fmt: skip

    @cached_property
    def fits_alone(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Which models fit the empty server, ``[M]``; requests for the others are rejected."""
        catalog, server = self.scenario.model_catalog, self.server
        return np.array(
            [
                cost.within(model.storage_gb, server.storage_gb)
                and cost.within(model.gpu_memory_gb, server.gpu_memory_gb)
                and cost.within(model.power_kw, server.dynamic_power_kw)
                for model in catalog
            ]
        )


_PAPER: Final = Scenario(
    workload=Workload(zipf_exponent=1.8, popularity_order="smallest"),
    weights=CostWeights(resource=0.1),
)
PRESETS: Final = MappingProxyType(
    {
        "contended": Scenario(),
        "paper": _PAPER,
        "latency-first": replace(_PAPER, weights=CostWeights(resource=0.01)),
        "balanced": replace(
            _PAPER,
            workload=replace(_PAPER.workload, zipf_exponent=1.5, rate=1.0),
            weights=CostWeights(resource=0.3, gpu_memory=1.0),
        ),
    }
)
"""Scenarios to start from; ``contended`` is where the app opens."""

PRESET_TEXTS: Final = MappingProxyType(
    {
        "contended": "Resources are scarce: models crowd each other out in most decisions.",
        "paper": "The paper's figures: holding a model costs more than fetching it again.",
        "latency-first": "The paper's setting with waiting ten times as important.",
        "balanced": "Fewer requests, and GPU memory no dearer than storage.",
    }
)


def preset(name: str) -> Scenario:
    """One of :data:`PRESETS`.

    Raises
    ------
    InputError: no preset has that name.
    """
    _check_choice("preset", name, PRESETS)
    return PRESETS[name]


def preset_name(scenario: Scenario) -> str | None:
    """The preset that a scenario is, whatever its seed, replications and choice of policies."""
    for name, candidate in PRESETS.items():
        same = replace(
            candidate,
            seed=scenario.seed,
            replications=scenario.replications,
            policies=scenario.policies,
        )
        if same == scenario:
            return name
    return None
