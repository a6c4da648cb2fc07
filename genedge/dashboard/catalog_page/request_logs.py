"""Request logs on the Catalog page: the one in force, and the way to replay another one."""

from __future__ import annotations

from typing import Final

import streamlit as st

from genedge.dashboard.catalog_page import change
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, traces
from genedge.engine.arrays import Floats
from genedge.errors import InputError
from genedge.intake.edited_table import aligned_rates
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import arrival_rates
from genedge.limits import MAX_MODELS, MAX_SLOTS
from genedge.registry.fields import FIELDS
from genedge.say import capital, count, listed
from genedge.scenario.scenario import Scenario
from genedge.words.catalog import request_log

_LOGS: Final = "catalog_logs"


def rates_in_force(scenario: Scenario) -> Floats:
    """Requests per slot of each model: chosen, or counted in the log."""
    trace, load = results.trace_of(scenario), scenario.workload
    if trace is not None:
        return trace.rates(scenario.model_catalog.names, load.slot_seconds, load.slots)
    return arrival_rates(load, scenario.model_catalog)


def draw(scenario: Scenario) -> None:
    """Draw the request log in force and the way to replay another one."""
    trace = results.trace_of(scenario)
    if trace is not None:
        with st.container(border=True):
            load = scenario.workload
            st.markdown(f"**{state.plain(request_log(trace, load.slot_seconds))}**")
            if load.slots is not None:
                st.markdown(f"Only the first {load.slots:,} slots are replayed.")
            _warnings(trace)
            st.button(
                "Back to generated requests",
                key="catalog_no_log",
                icon=":material/undo:",
                on_click=_generate,
            )
    uploaded = traces.upload(key=f"catalog_log_{st.session_state.get(_LOGS, 0)}")
    if uploaded is not None:
        with st.container(border=True):
            _offer(scenario, uploaded)


def _generate() -> None:
    state.change_all(traces.without_trace)


def _warnings(trace: TraceFile) -> None:
    for sentence in trace.warnings:
        st.warning(state.plain(sentence), icon=":material/sort:")


def _offer(scenario: Scenario, trace: TraceFile) -> None:
    """What an uploaded log holds, the slot length, what the catalog lacks, and the button."""
    field = FIELDS["workload.slot_seconds"]
    slot_s = st.number_input(
        capital(field.title),
        min_value=field.low,
        max_value=field.high,
        value=trace.suggested_slot_s,
        step=60.0,
        format="%g",
        key=f"catalog_slot_{trace.sha256[:16]}",
        help=field.help,
    )
    st.markdown(state.plain(request_log(trace, slot_s)))
    _warnings(trace)
    missing = trace.missing_from(scenario.model_catalog.names)
    if missing:
        _lacking(scenario, trace, slot_s, missing)
    st.button(
        "Replay this log",
        key="catalog_replay",
        type="primary",
        icon=":material/play_arrow:",
        disabled=bool(missing) or trace.slot_count(slot_s) > MAX_SLOTS,
        on_click=_replay,
        args=(trace, slot_s),
    )


def _lacking(scenario: Scenario, trace: TraceFile, slot_s: float, missing: tuple[str, ...]) -> None:
    """Name the models that the catalog lacks, and offer rows for them."""
    try:
        trace.rates(scenario.model_catalog.names, slot_s)
    except InputError as error:
        traces.refused(str(error))
    models = count(len(missing), "model")
    st.markdown(
        f"The table lacks {models} of this log: {state.plain(listed(missing))}. Add them there, or "
        "start from the median figures of the catalog and edit those."
    )
    st.button(
        f"Add {models} with guessed figures",
        key="catalog_guess",
        icon=":material/playlist_add:",
        disabled=len(scenario.model_catalog) + len(missing) > MAX_MODELS,
        on_click=_guess,
        args=(missing, False),
    )
    # The log in force may ask for models that are no longer kept: it has to go at the same time.
    instead = scenario.workload.trace is not None
    too_long = instead and trace.slot_count(slot_s) > MAX_SLOTS
    st.button(
        "Keep only the models of this log, and replay it"
        if instead
        else "Keep only the models of the log",
        key="catalog_guess_only",
        icon=":material/playlist_add_check:",
        disabled=len(trace.model_names) > MAX_MODELS or too_long,
        on_click=_guess,
        args=(trace.model_names, True, (trace, slot_s) if instead else None),
        help="Unknown ones get guessed figures as well. A table of your own that this replaces "
        "stays within reach under Start from.",
    )


def _guess(names: tuple[str, ...], only: bool, log: tuple[TraceFile, float] | None = None) -> None:
    catalog = state.current().model_catalog
    known = {model.name: model for model in catalog}
    new = catalog.guesses(name for name in names if name not in known)
    every = known | {model.name: model for model in new}
    models = tuple(every[name] for name in names) if only else (*catalog.models, *new)
    rates = None
    load = state.current().workload
    if load.popularity_order == "custom" and load.trace is None and load.arrival_rates is not None:
        rates = aligned_rates(catalog.names, load.arrival_rates, [model.name for model in models])
    if change.take(models, rates, log):
        if log is not None:
            _forget_upload()
        change.say(f"{count(len(new), 'model')} added with guessed figures: edit them in the table")


def _replay(trace: TraceFile, slot_s: float) -> None:
    if state.change_all(lambda scenario: traces.with_trace(scenario, trace, slot_s)):
        _forget_upload()


def _forget_upload() -> None:
    """Give the next log an empty uploader."""
    st.session_state[_LOGS] = st.session_state.get(_LOGS, 0) + 1
