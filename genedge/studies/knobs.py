"""What a sweep can turn: every number of :mod:`genedge.registry.fields`, and what is derived."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from genedge.errors import InputError
from genedge.registry.fields import FIELDS, Field, put
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
    texts: what its values 0, 1, … are called, where they are no numbers.
    """

    name: str
    label: str
    turn: Callable[[Scenario, float], Scenario]
    read: Callable[[Scenario], float | None]
    logarithmic: bool = False
    texts: tuple[str, ...] = ()

    def tick(self, value: float) -> str:
        """A value as an axis says it."""
        return self.texts[int(value)] if self.texts else f"{value:g}"


def _whole(value: float) -> int:
    if value != round(value):
        raise InputError("it must be a whole number")
    return round(value)


def _of(field: Field) -> Knob:
    # A law's own parameter brings the law along.
    law = field.sources[0] if len(field.sources) == 1 else None

    def turn(scenario: Scenario, value: float) -> Scenario:
        values = {field.path: _whole(value) if field.whole else float(value)}
        turned: Scenario = put(scenario, values | ({"workload.popularity": law} if law else {}))
        return turned

    def read(scenario: Scenario) -> float | None:
        value = field.of(scenario)
        foreign = law not in (None, scenario.workload.popularity)
        return None if value is None or foreign else float(value)

    return Knob(field.name, field.title, turn, read, field.logarithmic)


def _chosen(field: Field) -> Knob:
    """One of a field's choices, by its place among them."""
    choices = list(field.choices or ())

    def turn(scenario: Scenario, value: float) -> Scenario:
        if value not in range(len(choices)):
            raise InputError(f"there are {len(choices)} choices")
        turned: Scenario = field.put(scenario, choices[int(value)])
        return turned

    return Knob(
        field.name, field.title, turn, lambda scenario: choices.index(field.of(scenario)),
        texts=tuple(text.partition(",")[0] for text in (field.choices or {}).values()),
    )  # fmt: skip


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
    _chosen(FIELDS["switching_charged"]),
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
