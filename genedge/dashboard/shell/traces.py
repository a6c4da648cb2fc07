"""Request logs in the browser: uploading one, and asking for the one that a link means."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state
from genedge.errors import InputError
from genedge.intake.log_formats import FORMATS
from genedge.intake.request_log import TraceFile, read_trace
from genedge.intake.workload import TraceReference
from genedge.limits import MAX_TRACE_BYTES, MEGABYTE
from genedge.say import count
from genedge.scenario.problem import build
from genedge.scenario.scenario import Scenario


def at_hand() -> bool:
    """Whether the scenario's trace is on this server; asks for it where it is not."""
    reference = state.current().workload.trace
    if reference is None or results.trace_of(state.current()) is not None:
        return True
    st.info(
        f"This link replays the request log **{state.plain(reference.name)}** "
        f"({count(reference.rows, 'row')}), which links do not carry. Upload that very "
        "file to see the same numbers.",
        icon=":material/upload_file:",
    )
    uploaded = upload(key="traces_missing")
    if uploaded is not None and uploaded.sha256 == reference.sha256:
        st.rerun()
    if uploaded is not None:
        st.warning(f"{state.plain(uploaded.name)} is another file than the link means.")
    if st.button("Go on without it", key="traces_without"):
        state.change_all(without_trace)
        st.rerun()
    return False


def refused(head: str, faults: Sequence[str] = ()) -> None:
    """Say what cannot be, and why: each fault in a line of its own."""
    lines = "".join(f"\n- {state.plain(fault)}" for fault in faults)
    st.error(f"{state.plain(head)}{':' * bool(faults)}{lines}", icon=":material/error:")


def upload(*, key: str) -> TraceFile | None:
    """An uploader for a request log; what it read is kept on the server."""
    file = st.file_uploader(
        f"Replay a request log (CSV: {' or '.join(one.label for one in FORMATS)})",
        type=["csv", "txt"],
        key=key,
        max_upload_size=MAX_TRACE_BYTES // MEGABYTE,
    )
    if file is None:
        return None
    try:
        with st.spinner("Reading the request log…"):
            trace = read_trace(file.getvalue(), file.name)
    except InputError as error:
        refused("Cannot be read", error.lines())
        return None
    return results.keep_trace(trace)


def with_trace(scenario: Scenario, trace: TraceFile, slot_seconds: float) -> Scenario:
    """The scenario replaying ``trace``, all of it.

    Raises
    ------
    InputError: the trace asks for models that the catalog lacks, or has too many slots.
    """
    reference = TraceReference(trace.name, trace.sha256, trace.rows)
    changed = replace(
        scenario,
        workload=replace(scenario.workload, trace=reference, slots=None, slot_seconds=slot_seconds),
    )
    build(changed, trace)
    return changed


def without_trace(scenario: Scenario) -> Scenario:
    """The scenario with generated requests again."""
    return replace(
        scenario, workload=replace(scenario.workload, trace=None, slots=100, slot_seconds=60.0)
    )
