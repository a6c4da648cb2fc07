"""What a sweep can turn: one entry a knob, a function from a scenario and a value to a scenario."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from genedge.errors import InputError
from genedge.scenario.scenario import Scenario
from genedge.studies.catalog_draws import drawn_catalog


@dataclass(frozen=True)
class Knob:
    """One thing to vary.

    Attributes
    ----------
    name: how sweeps and tables call it.
    label: what an axis says, with the unit.
    turn: the scenario with this value.
    read: the value that a scenario has, None where it has none of its own.
    logarithmic: whether values are better drawn on a logarithmic axis.
    """

    name: str
    label: str
    turn: Callable[[Scenario, float], Scenario]
    read: Callable[[Scenario], float | None]
    logarithmic: bool = False


def _whole(value: float) -> int:
    if value != round(value):
        raise InputError("it must be a whole number")
    return round(value)


def _field(part: str, field: str, whole: bool = False) -> dict[str, Any]:
    def turn(scenario: Scenario, value: float) -> Scenario:
        number = _whole(value) if whole else float(value)
        return replace(scenario, **{part: replace(getattr(scenario, part), **{field: number})})

    def read(scenario: Scenario) -> float | None:
        value = getattr(getattr(scenario, part), field)
        return None if value is None else float(value)

    return {"turn": turn, "read": read}


def _common_rate(scenario: Scenario, value: float) -> Scenario:
    """Every model asked for at the same rate."""
    rate = value * len(scenario.model_catalog)
    load = replace(scenario.workload, popularity_order="equal", rate=rate)
    return replace(scenario, workload=load)


def _read_common_rate(scenario: Scenario) -> float | None:
    load = scenario.workload
    if load.popularity_order != "equal":
        return None
    return load.rate / len(scenario.model_catalog)


def _draw(scenario: Scenario, value: float) -> Scenario:
    """Another random catalog from the ranges of Table I."""
    seed = _whole(value)
    if seed < 0:
        raise InputError("a seed must be 0 or more")
    return replace(scenario, catalog=drawn_catalog(seed))


KNOBS: Final = MappingProxyType(
    {
        knob.name: knob
        for knob in (
            Knob("storage_gb", "storage, GB", **_field("server", "storage_gb")),
            Knob("gpu_memory_gb", "GPU memory, GB", **_field("server", "gpu_memory_gb")),
            Knob("slots", "slots", **_field("workload", "slots", whole=True), logarithmic=True),
            Knob("common_rate", "requests per model and slot", _common_rate, _read_common_rate,
                 logarithmic=True),
            Knob("rate", "requests per slot", **_field("workload", "rate"), logarithmic=True),
            Knob("zipf_exponent", "Zipf exponent", **_field("workload", "zipf_exponent")),
            Knob("resource_weight", "weight of resources", **_field("weights", "resource"),
                 logarithmic=True),
            Knob("gpu_weight", "weight of a GPU GB (β)", **_field("weights", "gpu_memory"),
                 logarithmic=True),
            Knob("catalog_draw", "catalog drawn with seed", _draw, lambda _: None),
        )
    }
)  # fmt: skip
"""By name."""
