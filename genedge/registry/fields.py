"""The register of fields: everything that a scenario can be set to, each once.

Range checks and their messages, command-line flags, the sidebar, the lab and sweeps are made from
it. A field's default stands in the dataclass that holds it. Adding a field touches that dataclass,
this register, and what uses it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from types import MappingProxyType
from typing import Any, Final, Literal

from genedge.errors import InputError, shown
from genedge.limits import (
    MAX_QUANTITY,
    MAX_REPLICATIONS,
    MAX_REQUESTS,
    MAX_SLOTS,
    MIN_BANDWIDTH_GBPS,
    MIN_SLOT_SECONDS,
)

Group = Literal["requests", "server", "costs", "policies", "chance", "genetic"]
GROUPS: Final[Mapping[Group, str]] = MappingProxyType(
    {
        "requests": "requests",
        "server": "server",
        "costs": "what costs",
        "policies": "policies",
        "chance": "chance",
        "genetic": "genetic algorithm",
    }
)
"""What the command line and the sidebar call each group, in their order."""

Source = Literal["zipf", "geometric", "equal", "custom", "trace"]
SOURCES: Final[Mapping[Source, str]] = MappingProxyType(
    {
        "zipf": "requests are generated",
        "geometric": "each model is asked for so many times as often as the one before",
        "equal": "all models are asked for alike",
        "custom": "every model has its own rate",
        "trace": "the requests come from a trace",
    }
)
"""Where requests come from, in words."""

ALWAYS: Final = tuple(SOURCES)
RANKED: Final[tuple[Source, ...]] = ("zipf", "geometric")
GENERATED: Final[tuple[Source, ...]] = (*RANKED, "equal", "custom")


@dataclass(frozen=True)
class Field:
    """One value that a scenario holds.

    Attributes
    ----------
    path: its place in a scenario.
    label: how people read it, without the unit, as in the middle of a sentence.
    group: what it belongs to.
    unit: of its values; empty for a plain number.
    low, high: what it may be, both included.
    above: ``low`` itself is excluded.
    whole: whole numbers only.
    optional: None is a value too.
    each: a tuple with one number per model.
    choices: the texts of its values, where these are names.
    names: a list of models' names is a value too.
    switch: true or false.
    slider: least and greatest value and step of a slider, which stretches to the value in force.
    steps: uneven steps of a slider instead.
    step: of a box for numbers instead.
    help: a sentence.
    sources: for which sources of requests it has an effect.
    place: in the sidebar at once, under its further settings, or not at all.
    logarithmic: better drawn so on an axis.
    short: its name in sweeps and flags, where that is not the last part of the path.
    """

    path: str
    label: str
    group: Group
    unit: str = ""
    low: float = 0.0
    high: float = MAX_QUANTITY
    above: bool = False
    whole: bool = False
    optional: bool = False
    each: bool = False
    choices: Mapping[str, str] | None = None
    names: bool = False
    switch: bool = False
    slider: tuple[float, float, float] | None = None
    steps: tuple[float, ...] = ()
    step: float = 1.0
    help: str = ""
    sources: tuple[Source, ...] = ALWAYS
    place: Literal["first", "more", "none"] = "more"
    logarithmic: bool = False
    short: str = ""

    @property
    def name(self) -> str:
        """How sweeps and flags call it."""
        return self.short or self.path.rpartition(".")[2]

    @property
    def flag(self) -> str:
        """Its option on the command line."""
        return f"--{self.name.replace('_', '-')}"

    @property
    def title(self) -> str:
        """The label with the unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def number(self) -> bool:
        """Whether it is one number."""
        return not (self.choices or self.switch or self.each)

    @property
    def swept(self) -> bool:
        """Whether a sweep, which generates its requests, can turn it."""
        return self.number and self.group != "chance" and bool({*self.sources} & {*RANKED})

    def of(self, scenario: Any) -> Any:
        """Its value in a scenario."""
        for part in self.path.split("."):
            scenario = getattr(scenario, part)
        return scenario

    def put(self, scenario: Any, value: Any) -> Any:
        """The scenario with another value.

        Raises
        ------
        InputError: the value cannot be.
        """
        return put(scenario, {self.path: value})

    def check(self, value: object, *, high: float | None = None, subject: str = "") -> None:
        """Refuse a value that cannot be.

        Parameters
        ----------
        high: a lower bound than the register's, where another field sets it.
        subject: what the sentence calls it; the path unless given.

        Raises
        ------
        InputError: naming the field.
        """
        subject = subject or self.path
        if self.names and isinstance(value, tuple):
            return
        if self.choices is not None:
            if value not in self.choices:
                name = self.name.replace("_", " ")
                raise InputError(
                    f"unknown {name} {shown(value)}; there are {', '.join(self.choices)}"
                )
            return
        if self.switch or (self.optional and value is None):
            return
        if isinstance(value, bool) or not isinstance(value, Real):
            raise InputError(f"{subject} must be a number, not {shown(value)}")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if self.whole and number != math.inf and number != round(number):
            raise InputError(f"{subject} must be a whole number, not {number:g}")
        top = self.high if high is None else high
        exact: Any = value  # the largest seed is no binary64
        inside = self.low < exact <= top if self.above else self.low <= exact <= top  # not NaN
        if not inside:
            seen = f"{number:g}" if isinstance(value, float) or number == math.inf else value
            low, unit = _written(self.low), f" {self.unit}" if self.unit else ""
            span = f"above {low} and at most" if self.above else f"between {low} and"
            raise InputError(f"{subject} must be {span} {_written(top)}{unit}, not {seen}")


def _written(bound: float) -> str:
    return f"{bound:g}" if bound != round(bound) else f"{round(bound):,}"


_WEIGHTS: Final = (
    0.0, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0,
)  # fmt: skip
_RATES: Final = (0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0)

_ALL: Final = (
    Field(
        "workload.slot_seconds", "slot length", "requests", "s", MIN_SLOT_SECONDS, step=10.0,
        help="A log is cut into slots of this length; resource costs are charged once a slot.",
        sources=("trace",), place="first",
    ),
    Field(
        "workload.rate", "requests per slot", "requests", high=MAX_REQUESTS, above=True,
        steps=_RATES, help="Over all models together.", sources=(*RANKED, "equal"), place="first",
        logarithmic=True,
    ),
    Field(
        "workload.popularity", "popularity falls", "requests",
        choices={"zipf": "by a power of the rank (Zipf)", "geometric": "by a ratio (geometric)"},
        help="How much less each model is asked for than the one before it.",
        sources=RANKED, place="first",
    ),
    Field(
        "workload.zipf_exponent", "Zipf exponent", "requests", high=20, slider=(0.0, 3.0, 0.05),
        help="How unequal popularity is: 0 is all alike, at 2 one model takes most requests.",
        sources=("zipf",), place="first",
    ),
    Field(
        "workload.popularity_ratio", "popularity ratio", "requests", high=1, above=True,
        slider=(0.3, 1.0, 0.01),
        help="Each model is asked for so many times as often as the one before; at 1 all alike.",
        sources=("geometric",), place="first",
    ),
    Field(
        "workload.popularity_order", "most popular", "requests", names=True,
        choices={
            "catalog": "catalog order",
            "smallest": "smallest model first",
            "largest": "largest model first",
            "equal": "all alike",
            "custom": "a rate per model",
        },
        sources=GENERATED, place="first",
    ),
    Field(
        "workload.arrival_rates", "arrival rates", "requests", high=MAX_REQUESTS, each=True,
        help="Requests per slot of each model.", sources=("custom",), place="none",
    ),
    Field(
        "workload.slots", "slots", "requests", low=1, high=MAX_SLOTS, whole=True, optional=True,
        step=10, help="How long the run is; fewer than a log has cut it.", logarithmic=True,
    ),
    Field(
        "workload.count_order", "requests of one time", "requests",
        choices={"shuffle": "shuffled", "file": "as in the file"}, sources=("trace",),
    ),
    Field("server.storage_gb", "storage", "server", "GB", slider=(0.0, 240.0, 5.0), place="first"),
    Field(
        "server.gpu_memory_gb", "GPU memory", "server", "GB", slider=(0.0, 24.0, 0.5),
        place="first",
    ),
    Field("server.power_kw", "power", "server", "kW", slider=(0.0, 3.0, 0.05)),
    Field(
        "server.static_power_kw", "static power", "server", "kW", slider=(0.0, 1.0, 0.05),
        help="Drawn with nothing deployed; part of the power.",
    ),
    Field("server.bandwidth_gbps", "link", "server", "Gbit/s", MIN_BANDWIDTH_GBPS),
    Field(
        "weights.delay", "weight of delay", "costs", steps=_WEIGHTS, short="delay_weight",
        help="What a second of switching delay costs, against the resources that models hold.",
        place="first", logarithmic=True,
    ),
    Field(
        "weights.resource", "weight of resources", "costs", steps=_WEIGHTS,
        short="resource_weight",
        help="What holding storage and GPU memory costs in every slot: the larger, the fewer "
        "models are worth keeping.",
        place="first", logarithmic=True,
    ),
    Field(
        "weights.gpu_memory", "weight of a GPU GB (β)", "costs", short="gpu_weight",
        help="What a GB of GPU memory costs in GB of storage.", logarithmic=True,
    ),
    Field(
        "weights.resource_unit", "resources counted", "costs",
        choices={"gb": "in GB", "share": "as shares"},
    ),
    Field(
        "active_cycle", "active cycle", "costs",
        choices={
            "known": "known rates",
            "history": "counted so far",
            "next-use": "next use (clairvoyant)",
        },
        help="Requests between two for the same model: how decisions come to know it. An evicted "
        "model's delay is divided by it.",
    ),
    Field(
        "decision_horizon", "a decision weighs", "costs",
        choices={"slot": "one slot of resources", "next-request": "until the next request"},
        help="For how long a decision counts the resources of what it keeps.",
    ),
    Field(
        "switching_charged", "an eviction is charged", "costs",
        choices={"decision": "at once", "slot": "at the slot's end, if still gone"},
        help="At a slot's end the models that were there at the end of the slot before are "
        "compared with those there now: what comes and goes in between costs nothing.",
    ),
    Field(
        "lfu_window", "LFU looks back, requests", "policies", high=MAX_REQUESTS, whole=True,
        step=10, help="LFU counts requests among so many last ones; 0: since the beginning.",
    ),
    Field(
        "max_models", "k of LRU, at most k", "policies", low=1, high=1000, whole=True,
        help="The most models that lru-cap holds.",
    ),
    Field("seed", "seed", "chance", high=2**63 - 1, whole=True, place="first"),
    Field(
        "replications", "replications", "chance", low=1, high=MAX_REPLICATIONS, whole=True,
        help="How often the scenario is repeated with other requests.", place="first",
    ),
    Field(
        "genetic.population", "population", "genetic", low=2, high=10_000, whole=True,
        slider=(2, 200, 1), help="Candidates of a generation.",
    ),
    Field(
        "genetic.generations", "generations", "genetic", high=100_000, whole=True,
        slider=(0, 200, 1), help="At most so many.",
    ),
    Field(
        "genetic.mutation_probability", "mutation probability", "genetic", high=1,
        slider=(0.0, 0.5, 0.01), help="Per gene.",
    ),
    Field(
        "genetic.crossover_probability", "crossover probability", "genetic", high=1,
        slider=(0.0, 1.0, 0.05), help="Per pair.",
    ),
    Field(
        "genetic.tournament", "tournament", "genetic", low=1, high=100, whole=True,
        slider=(1, 10, 1), help="So many candidates are drawn; the best becomes a parent.",
    ),
    Field(
        "genetic.elites", "elites", "genetic", high=10_000, whole=True, slider=(0, 10, 1),
        help="So many of the best go on to the next generation unchanged.",
    ),
    Field(
        "genetic.patience", "patience", "genetic", low=1, high=100_000, whole=True,
        slider=(1, 200, 1),
        help="The search ends after so many generations without a better one.",
    ),
    Field(
        "genetic.repair", "repair", "genetic", switch=True,
        help="Candidates that do not fit give up models until they do; otherwise they are out.",
    ),
    Field(
        "genetic.first_generation", "first generation", "genetic",
        choices={"random": "random", "deployment": "with what is deployed"},
    ),
)  # fmt: skip

_REGISTER: Final = {field.path: field for field in _ALL}
FIELDS: Final = MappingProxyType(_REGISTER)
"""By path, in the order in which people are asked for them."""


def put(scenario: Any, values: Mapping[str, Any]) -> Any:
    """The scenario with other values, by path, changed together.

    Raises
    ------
    InputError: a value cannot be.
    """
    parts: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        part, _, name = path.rpartition(".")
        parts.setdefault(part, {})[name] = value
    own = parts.pop("", {})
    own |= {part: replace(getattr(scenario, part), **new) for part, new in parts.items()}
    return replace(scenario, **own)


def check_part(part: str, values: object) -> None:
    """Check every field of one part of a scenario ("" for its own ones).

    Raises
    ------
    InputError: naming the first field that cannot be.
    """
    for field in FIELDS.values():
        place, _, name = field.path.rpartition(".")
        if place != part:
            continue
        value = getattr(values, name)
        if not field.each:
            field.check(value)
            continue
        for row, item in enumerate(value or (), start=1):
            field.check(item, subject=f"{field.path}, number {row},")
