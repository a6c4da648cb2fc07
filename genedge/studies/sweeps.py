"""A sweep: one knob or two, several values of each, all policies on the same requests."""

from dataclasses import replace
from itertools import product
from math import isfinite

from genedge.errors import InputError
from genedge.scenario.scenario import Scenario
from genedge.studies.knobs import KNOBS
from genedge.studies.study import Arm, Axis, Study


def sweep_over(name: str, title: str, axes: tuple[Axis, ...], base: Scenario) -> Study:
    """A study with an arm at every combination of the axes' values, the last axis fastest.

    Everything else is taken from ``base``, policies and replications too.

    Raises
    ------
    InputError: an unknown knob, no values, a value that cannot be, or a scenario with a trace.
    """
    for axis in axes:
        if axis.knob not in KNOBS:
            raise InputError(f"unknown knob {axis.knob!r}; there are {', '.join(KNOBS)}")
    if not axes or not all(axis.values for axis in axes):
        raise InputError(f"{name}: a sweep needs at least one value")
    if base.workload.trace is not None:
        raise InputError("a sweep needs generated requests, this scenario replays a trace")
    arms = tuple(
        _arm(name, tuple(axis.knob for axis in axes), point, base)
        for point in product(*(axis.values for axis in axes))
    )
    return Study(name, title, base, arms, base.policies, base.replications, axes=axes)


def _arm(name: str, knobs: tuple[str, ...], point: tuple[float, ...], base: Scenario) -> Arm:
    scenario = base
    for knob, value in zip(knobs, point, strict=True):
        if not isfinite(value):
            raise InputError(f"{name}: {knob} cannot be {value:g}: it must be finite")
        try:
            scenario = KNOBS[knob].turn(scenario, value)
        except InputError as error:
            raise InputError(f"{name}: {knob} cannot be {value:g}: {error}") from None
    label = " × ".join(f"{value:g}" for value in point)
    return Arm(label, label, f"at {label}", scenario, point=point)


def point_of(study: Study, scenario: Scenario) -> tuple[float, ...] | None:
    """The point at which a sweep is the given scenario, whatever policies and replications.

    It need not be one of the arms'. None where it is a sweep of another scenario.
    """
    values = tuple(KNOBS[axis.knob].read(scenario) for axis in study.axes)
    point = tuple(value for value in values if value is not None)
    if len(point) < len(values):
        return None
    here = study.base
    for axis, value in zip(study.axes, point, strict=True):
        here = KNOBS[axis.knob].turn(here, value)
    alike = replace(here, policies=scenario.policies, replications=scenario.replications)
    return point if alike == scenario else None
