"""Other models in force: which rates go along, whether the request log does, and what is said.

A table that can be a catalog is in force at once; any other is kept on the screen, and the last
valid one stays in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

import streamlit as st

from genedge.dashboard.catalog_page import table
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, traces
from genedge.errors import InputError
from genedge.intake.catalog import Model
from genedge.intake.edited_table import Edited, aligned_rates, catalog_value
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import Workload, order_among
from genedge.limits import MAX_REQUESTS
from genedge.say import capital, listed
from genedge.scenario.scenario import Scenario
from genedge.words.catalog import left_order

_SAID: Final = "catalog_said"


class Said(NamedTuple):
    """What became of a whole table; it is said while the catalog is the one it was said about."""

    head: str
    wrong: Sequence[str]
    about: tuple[object, ...]


def _about(scenario: Scenario) -> tuple[object, ...]:
    return scenario.catalog, scenario.workload.arrival_rates


def say(head: str, wrong: Sequence[str] = ()) -> None:
    """Say under the table what has become of a whole one."""
    st.session_state[_SAID] = Said(head, wrong, _about(state.current()))


def said() -> Said | None:
    """What is to be said about the catalog in force; of another one it is said no longer."""
    found: Said | None = st.session_state.get(_SAID)
    if found is not None and found.about != _about(state.current()):
        hush()
        return None
    return found


def hush() -> None:
    """Say it no longer."""
    st.session_state.pop(_SAID, None)


def take(
    models: tuple[Model, ...],
    rates: tuple[float, ...] | None = None,
    log: tuple[TraceFile, float] | None = None,
) -> bool:
    """Put a whole table in force, with rates of its own if it has some; say why it cannot be.

    ``log`` is a request log and a slot length that take the place of the log in force.
    """
    before = state.current()
    try:
        if log is None:
            _keep_log(before, models)
        changed = replace(
            before,
            catalog=catalog_value(models),
            workload=_carried(before, models, edited=False)
            if rates is None
            else replace(before.workload, popularity_order="custom", arrival_rates=rates),
        )
        if log is not None:
            changed = traces.with_trace(changed, *log)
    except InputError as error:
        say("Nothing was changed", error.lines())
        return False
    hush()
    state.change_all(lambda _: changed)
    _tell_lost(before, changed)
    table.forget()
    return True


def _edited(scenario: Scenario, models: tuple[Model, ...], rows: Edited) -> Scenario:
    _keep_log(scenario, models)
    if rows.rates is not None:
        load = replace(scenario.workload, arrival_rates=rows.rates)
    else:
        load = _carried(scenario, models, edited=True)
    return replace(scenario, catalog=catalog_value(models), workload=load)


def faults(scenario: Scenario, rows: Edited) -> Sequence[str]:
    """Why what was typed cannot be in force; said beside the table for as long as it holds."""
    if rows.models is None:
        return rows.faults
    try:
        _edited(scenario, rows.models, rows)
    except InputError as error:
        return error.lines()
    return ()


def take_edits() -> None:
    """Put what was typed in force, if it can be."""
    held = table.last_drawn()
    before, rows = state.current(), held.read()
    wrong = faults(before, rows)
    if wrong:  # the table's other end may be out of sight
        st.toast(state.plain(wrong[0]), icon=":material/error:")
    elif rows.models is not None:
        changed = _edited(before, rows.models, rows)
        state.change(lambda _: changed)
        _tell_lost(before, changed)
        held.in_force = rows.models
        hush()


def _keep_log(scenario: Scenario, models: tuple[Model, ...]) -> None:
    trace = results.trace_of(scenario)
    missing = () if trace is None else trace.missing_from([model.name for model in models])
    if trace is not None and missing:
        raise InputError(
            f"the request log {trace.name} asks for {listed(missing)}: keep these names, or go "
            "back to generated requests first"
        )


def _carried(scenario: Scenario, models: tuple[Model, ...], *, edited: bool) -> Workload:
    """The workload for other models: rates and places in popularity of those that it shares go
    along, whatever they are called now."""
    old, names = scenario.model_catalog.names, [model.name for model in models]
    pairs = zip(old, names, strict=True) if edited and len(old) == len(names) else ()
    renamed = {name: new for name, new in pairs if name not in names and new not in old}
    order = order_among(scenario.workload.popularity_order, names, renamed)
    load = replace(scenario.workload, popularity_order=order)
    if load.arrival_rates is None:
        return load
    rates = None
    if len(old) == len(load.arrival_rates) and (edited or set(names) <= set(old)):
        rates = aligned_rates(old, load.arrival_rates, names)
    if rates is not None:
        return replace(load, arrival_rates=rates)
    if load.popularity_order != "custom":
        return replace(load, arrival_rates=None)
    total = min(sum(load.arrival_rates), float(MAX_REQUESTS))
    return replace(load, arrival_rates=None, popularity_order="catalog", rate=total)


def _tell_lost(before: Scenario, after: Scenario) -> None:
    old, new = before.workload.popularity_order, after.workload.popularity_order
    for sentence in left_order(old, new):
        state.notice(f"{capital(sentence)}.")
    if old == "custom" != new:
        state.notice(
            "The rates per model belonged to the other table; popularity follows catalog order now."
        )
