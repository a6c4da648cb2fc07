"""What was typed is put in force as soon as it can be, and the parts are drawn in their order."""

from __future__ import annotations

from dataclasses import replace

from genedge import catalog_facts as facts
from genedge.dashboard.catalog_page import files, messages, presets, rates, sources, table
from genedge.dashboard.catalog_page.change import log_refuses
from genedge.dashboard.shell import state
from genedge.scenario.scenario import Scenario


def draw(scenario: Scenario) -> None:
    """Draw the choice of a starting table, the table itself, and what belongs to it."""
    presets.draw(scenario)
    if scenario.workload.trace is None:
        rates.draw(scenario)
    held = table.hold(scenario)
    typed = held.read()
    table.draw(held, on_change=_apply)
    error = typed.error
    if typed.models is not None:
        error = log_refuses(scenario, typed.models)
    messages.draw(error, typed.unfinished, in_force=len(scenario.model_catalog))
    files.draw(scenario)
    sources.draw(scenario.model_catalog)


def _apply() -> None:
    """Put what was typed in force, if it can be."""
    held = table.last_drawn()
    typed = held.read()
    messages.hush()
    models = typed.models
    if models is None or log_refuses(state.current(), models):
        return

    def make(scenario: Scenario) -> Scenario:
        if typed.rates is not None:
            load = replace(scenario.workload, arrival_rates=typed.rates)
        else:
            load = rates.carried(scenario, [model.name for model in models], edited=True)
        return replace(scenario, catalog=facts.catalog_value(models), workload=load)

    if state.change(make):
        held.in_force = models
