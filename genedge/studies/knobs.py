"""What a sweep can turn: every number of :mod:`genedge.registry.fields`, and two derived values."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from genedge.errors import InputError
from genedge.registry.fields import FIELDS, Field
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


def _of(field: Field) -> Knob:
    def turn(scenario: Scenario, value: float) -> Scenario:
        turned: Scenario = field.put(scenario, _whole(value) if field.whole else float(value))
        return turned

    def read(scenario: Scenario) -> float | None:
        value = field.of(scenario)
        return None if value is None else float(value)

    return Knob(field.name, field.title, turn, read, field.logarithmic)


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
    """Another random catalog from the ranges of Table I; in an order by names it has none of the
    names, and any order of it is as random as its own."""
    seed = _whole(value)
    if seed < 0:
        raise InputError("a seed must be 0 or more")
    load = scenario.workload
    if isinstance(load.popularity_order, tuple):
        load = replace(load, popularity_order="catalog")
    return replace(scenario, catalog=drawn_catalog(seed), workload=load)


_DERIVED: Final = (
    Knob("common_rate", "requests per model and slot", _common_rate, _read_common_rate, True),
    Knob("catalog_draw", "catalog drawn with seed", _draw, lambda _: None),
)
KNOBS: Final = MappingProxyType(
    {
        knob.name: knob
        for knob in (*(_of(field) for field in FIELDS.values() if field.swept), *_DERIVED)
    }
)
"""By name: every field that can be swept, and what is derived from several."""
