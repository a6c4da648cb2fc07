"""Other models in force: whether the request log goes with them, and which rates go along."""

from __future__ import annotations

from dataclasses import replace

from genedge import catalog_facts as facts
from genedge.dashboard.catalog_page import messages, table
from genedge.dashboard.catalog_page.rates import carried
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, traces
from genedge.errors import InputError
from genedge.intake.catalog import Model
from genedge.intake.request_log import TraceFile
from genedge.scenario.scenario import Scenario


def log_refuses(scenario: Scenario, models: tuple[Model, ...]) -> str | None:
    """Why the request log in force does not go with these models."""
    trace = results.trace_of(scenario)
    if trace is None:
        return None
    missing = facts.missing_models(trace, [model.name for model in models])
    if not missing:
        return None
    return (
        f"The request log {trace.name} asks for {', '.join(missing[:3])}"
        f"{' and others' if len(missing) > 3 else ''}: keep these names, or go back to generated "
        "requests first"
    )


def take(
    models: tuple[Model, ...],
    rates: tuple[float, ...] | None = None,
    log: tuple[TraceFile, float] | None = None,
) -> bool:
    """Put a whole table in force, with rates of its own if it has some.

    ``log`` is a request log and a slot length that take the place of the log in force.
    """

    def make(scenario: Scenario) -> Scenario:
        refusal = log_refuses(scenario, models) if log is None else None
        if refusal is not None:
            raise InputError(refusal)
        if rates is not None:
            load = replace(scenario.workload, popularity_order="custom", arrival_rates=rates)
        else:
            load = carried(scenario, [model.name for model in models], edited=False)
        changed = replace(scenario, catalog=facts.catalog_value(models), workload=load)
        return changed if log is None else traces.with_trace(changed, *log)

    messages.hush()
    done = state.change_all(make)
    if done:
        table.forget()
    return done
