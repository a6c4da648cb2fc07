"""The server and the requests on the catalog page: boxes, links, and request logs."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard import catalog_page as catalog_editor
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, traces
from genedge.engine.arrays import Floats
from genedge.errors import InputError
from genedge.intake.request_log import TraceFile
from genedge.intake.server import EdgePreset, LinkPreset, edge_presets, link_presets
from genedge.intake.workload import arrival_rates
from genedge.limits import MAX_MODELS, MAX_QUANTITY, MAX_SLOTS, MIN_SLOT_SECONDS
from genedge.say import capital
from genedge.scenario.scenario import Scenario

AS_SET: Final = "as set in the sidebar"
_LOGS: Final = "catalog_logs"


def draw(scenario: Scenario) -> None:
    """Draw the choice of a box and of a link."""
    left, right = st.columns(2)
    with left:
        _box(scenario)
    with right:
        _link(scenario)


def _box_in_force(scenario: Scenario) -> EdgePreset | None:
    bandwidth = scenario.server.bandwidth_gbps
    chosen = st.session_state.get("catalog_box")
    boxes = sorted(edge_presets(), key=lambda box: box.name != chosen)
    return next((box for box in boxes if box.server(bandwidth) == scenario.server), None)


def _box(scenario: Scenario) -> None:
    box, server = _box_in_force(scenario), scenario.server
    names = [preset.name for preset in edge_presets()]
    st.session_state["catalog_box"] = AS_SET if box is None else box.name
    st.selectbox(
        "Box",
        names if box is not None else [AS_SET, *names],
        key="catalog_box",
        on_change=_take_box,
        help="Sets storage, GPU memory and power; the sliders in the sidebar change them one by "
        "one.",
    )
    st.markdown(
        f"{facts.figure_text(server.storage_gb, 4)} GB storage · "
        f"{facts.figure_text(server.gpu_memory_gb, 4)} GB GPU memory · "
        f"{server.power_kw:g} kW, of which {server.static_power_kw:g} kW with nothing deployed"
    )
    if box is not None:
        notes = [text for text in (box.note, box.source) if text]
        st.caption(state.plain(" · ".join(notes)))


def _take_box() -> None:
    chosen = st.session_state["catalog_box"]
    box = next((box for box in edge_presets() if box.name == chosen), None)
    if box is not None:
        state.change_all(
            lambda scenario: replace(scenario, server=box.server(scenario.server.bandwidth_gbps))
        )


def _link_in_force(scenario: Scenario) -> LinkPreset | None:
    chosen = st.session_state.get("catalog_link")
    links = sorted(link_presets(), key=lambda link: link.name != chosen)
    return next((link for link in links if link.gbps == scenario.server.bandwidth_gbps), None)


def _link(scenario: Scenario) -> None:
    link, gbps = _link_in_force(scenario), scenario.server.bandwidth_gbps
    names = [preset.name for preset in link_presets()]
    st.session_state["catalog_link"] = AS_SET if link is None else link.name
    st.selectbox(
        "Link",
        names if link is not None else [AS_SET, *names],
        key="catalog_link",
        on_change=_take_link,
        help="What models are fetched over; only the bandwidth counts (equation 4).",
    )
    catalog = scenario.model_catalog
    row = int(catalog.storage_gb.argmax())
    largest, seconds = catalog.models[row], float(catalog.transmission_delay_s(gbps)[row])
    held = facts.figure_text(largest.storage_gb, 4)
    st.markdown(
        f"{gbps:g} Gbit/s: fetching {state.plain(largest.name)} ({held} GB) takes "
        f"{facts.span_text(seconds)}"
    )
    if link is not None:
        notes = [text for text in (link.confidence, link.source) if text]
        st.caption(state.plain(" · ".join(notes)))


def _take_link() -> None:
    chosen = st.session_state["catalog_link"]
    link = next((link for link in link_presets() if link.name == chosen), None)
    if link is not None:
        state.change_all(
            lambda scenario: replace(
                scenario, server=replace(scenario.server, bandwidth_gbps=link.gbps)
            )
        )


# ---- requests ---------------------------------------------------------------------------------


def rates_in_force(scenario: Scenario) -> Floats:
    """Requests per slot of each model: chosen, or counted in the log."""
    trace = results.trace_of(scenario)
    if trace is not None:
        return facts.log_rates(trace, scenario.model_catalog, scenario)
    return arrival_rates(scenario.workload, scenario.model_catalog)


def requests(scenario: Scenario) -> None:
    """Draw the request log in force and the way to replay another one."""
    trace = results.trace_of(scenario)
    if trace is not None:
        with st.container(border=True):
            load = scenario.workload
            st.markdown(f"**{state.plain(facts.log_sentence(trace, load.slot_seconds))}**")
            if load.slots is not None:
                st.markdown(f"Only the first {load.slots:,} slots are replayed.")
            _warnings(trace)
            st.button(
                "Back to generated requests",
                key="catalog_no_log",
                icon=":material/undo:",
                on_click=_generate,
            )
    st.markdown(state.plain(facts.cycle_sentence(scenario)))
    st.markdown("**Replay a request log of your own**" if trace is None else "**Another log**")
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
    slot_s = st.number_input(
        "Slot length, s",
        min_value=MIN_SLOT_SECONDS,
        max_value=MAX_QUANTITY,
        value=facts.suggested_slot_s(trace),
        step=60.0,
        format="%g",
        key=f"catalog_slot_{trace.sha256[:16]}",
        help="The log is cut into slots of this length; resource costs are charged once a slot.",
    )
    st.markdown(state.plain(facts.log_sentence(trace, slot_s)))
    _warnings(trace)
    missing = facts.missing_models(trace, scenario.model_catalog.names)
    if missing:
        _lacking(scenario, trace, slot_s, missing)
    st.button(
        "Replay this log",
        key="catalog_replay",
        type="primary",
        icon=":material/play_arrow:",
        disabled=bool(missing) or facts.log_slots(trace, slot_s) > MAX_SLOTS,
        on_click=_replay,
        args=(trace, slot_s),
    )


def _lacking(scenario: Scenario, trace: TraceFile, slot_s: float, missing: tuple[str, ...]) -> None:
    """Name the models that the catalog lacks, and offer rows for them."""
    try:
        trace.requests(scenario.model_catalog.names, slot_seconds=max(trace.span_s, 1.0))
    except InputError as error:
        st.error(f"{state.plain(str(error))}.", icon=":material/error:")
    named = ", ".join(missing[:8]) + ("" if len(missing) <= 8 else ", …")
    st.markdown(
        f"The log asks for {facts.count_of(len(missing), 'model')} that the table lacks: "
        f"{state.plain(named)}. A log says nothing about sizes and delays: add these names to the "
        "table above with their figures, or let them be added with the median figures of the "
        "catalog in force and edit those."
    )
    room = len(scenario.model_catalog) + len(missing) <= MAX_MODELS
    st.button(
        f"Add {facts.count_of(len(missing), 'model')} with guessed figures",
        key="catalog_guess",
        icon=":material/playlist_add:",
        disabled=not room,
        on_click=_guess,
        args=(missing, False),
    )
    # The log in force may ask for models that are no longer kept: it has to go at the same time.
    instead = scenario.workload.trace is not None
    too_long = instead and facts.log_slots(trace, slot_s) > MAX_SLOTS
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
    new = facts.guessed_models(catalog, [name for name in names if name not in known])
    if only:
        every = known | {model.name: model for model in new}
        models = tuple(every[name] for name in names)
    else:
        models = (*catalog.models, *new)
    rates = None
    load = state.current().workload
    if load.popularity_order == "custom" and load.trace is None and load.arrival_rates is not None:
        rates = facts.aligned_rates(
            catalog.names, load.arrival_rates, [model.name for model in models]
        )
    if catalog_editor.take(models, rates, log):
        if log is not None:
            _forget_upload()
        count = capital(facts.count_of(len(new), "model"))
        catalog_editor.say(f"{count} added with guessed figures: edit them in the table")


def _replay(trace: TraceFile, slot_s: float) -> None:
    if state.change_all(lambda scenario: traces.with_trace(scenario, trace, slot_s)):
        _forget_upload()


def _forget_upload() -> None:
    """Give the next log an empty uploader."""
    st.session_state[_LOGS] = st.session_state.get(_LOGS, 0) + 1
