"""Scenario: everything that a person chose, immutable and hashable.

A scenario holds scalars, strings and tuples only. Its canonical JSON
(:mod:`genedge.scenario.codec`) is the key under which results are cached and, compressed, the link
that is shared. :mod:`genedge.scenario.problem` turns it into arrays. What each field may be stands
in :mod:`genedge.registry.fields`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from genedge.engine.arrays import Genetics
from genedge.errors import InputError, shown
from genedge.intake.catalog import CATALOG_PRESETS, Model, ModelCatalog
from genedge.intake.server import EdgeServer
from genedge.intake.workload import Workload
from genedge.registry.fields import FIELDS, check_part
from genedge.registry.policies import ALL_POLICIES, check_names

ResourceUnit = Literal["gb", "share"]
ActiveCycle = Literal["known", "history", "next-use"]
DecisionHorizon = Literal["slot", "next-request"]
SwitchingCharged = Literal["decision", "slot"]


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
        check_part("weights", self)


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
        check_part("genetic", self)
        FIELDS["genetic.elites"].check(self.elites, high=self.population)

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
    switching_charged: Eq. 7 charges each ``decision`` for what it evicts, or each ``slot`` for what
        was deployed at the end of the slot before and is not at its own.
    policies: names, or ("all",) for every policy that the catalog allows.
    max_models: k of ``lru-cap``.
    lfu_window: LFU counts among so many last requests; 0 since the beginning.
    """

    catalog: str | tuple[Model, ...] = "table1"
    server: EdgeServer = field(default_factory=EdgeServer)
    workload: Workload = field(default_factory=Workload)
    weights: CostWeights = field(default_factory=CostWeights)
    active_cycle: ActiveCycle = "known"
    decision_horizon: DecisionHorizon = "slot"
    switching_charged: SwitchingCharged = "decision"
    policies: tuple[str, ...] = ALL_POLICIES
    max_models: int = 1
    lfu_window: int = 0
    genetic: GeneticParameters = field(default_factory=GeneticParameters)
    seed: int = 1
    replications: int = 30

    def __post_init__(self) -> None:
        if not isinstance(self.catalog, str):
            object.__setattr__(self, "catalog", ModelCatalog.from_rows(self.catalog).models)
        elif self.catalog not in CATALOG_PRESETS:
            raise InputError(
                f"unknown catalog {shown(self.catalog)}; there are {', '.join(CATALOG_PRESETS)}"
            )
        object.__setattr__(self, "policies", check_names(self.policies))
        check_part("", self)

    @cached_property
    def model_catalog(self) -> ModelCatalog:
        """The catalog with its columns as arrays."""
        if isinstance(self.catalog, str):
            return ModelCatalog.preset(self.catalog)
        return ModelCatalog.from_rows(self.catalog, "your catalog")
