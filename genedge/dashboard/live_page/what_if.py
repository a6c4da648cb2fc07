"""Another choice at a decision: tick models on and off, and see the run from there on."""

import hashlib

import streamlit as st

from genedge import charts
from genedge.dashboard.jobs import results
from genedge.dashboard.shell import state, widgets
from genedge.decisions import Explanation, check_choice, chosen_rows
from genedge.registry.ledgers import LEDGERS
from genedge.registry.resources import RESOURCES
from genedge.runs.run import Run
from genedge.say import capital, count, percent
from genedge.scenario.scenario import Scenario
from genedge.words import what_if as sentences


@st.fragment
def what_if(scenario: Scenario, e: Explanation, metric: str) -> None:
    """Choose what stays; feasibility at once, and where it would have led."""
    names = {one.row: one.name for one in e.candidates if one.part != "requested"}
    asked = state.plain(e.requested.name)
    if not names:
        st.markdown(f"Nothing but {asked} was there: there was nothing to choose.")
        return
    st.markdown(
        f"Choose what stays beside **{asked}** at this decision; the same requests and chances "
        f"follow, and {e.run.kind.called(scenario.max_models)} decides again from there on."
    )
    digest = hashlib.sha256(results.key_alone(scenario).encode()).hexdigest()[:12]
    key = f"live_what_if_{e.run.policy}_{e.state.number}_{digest}"
    kept = [row for row in names if e.state.chosen[row]]
    st.session_state.setdefault(key, kept)
    picked = st.pills(
        "Stays", list(names), selection_mode="multi", key=key,
        format_func=lambda row: names[row], persist_state="session", wrap=True,
    )  # fmt: skip
    best = [row for row in names if e.best[row]]

    def take_best() -> None:
        st.session_state[key] = best

    st.button(
        "Take the exact best", key="live_what_if_best", icon=":material/target:",
        on_click=take_best, disabled=sorted(picked) == sorted(best),
    )  # fmt: skip
    choice = [e.requested.name, *(names[row] for row in picked)]
    rows = chosen_rows(e.state, choice)
    used = e.state.used(rows)
    refused = check_choice(e.state, rows)
    st.markdown(":small[" + _room(used.tolist(), e.state.capacity.tolist()) + "]")
    if refused:
        st.warning(state.plain(refused), icon=":material/block:")
        return
    if (rows == e.state.chosen).all():
        st.caption("This is what was done. Tick a model on or off to see what would have followed.")
        return
    other = results.forced_run_of(scenario, e, tuple(sorted(choice)))
    _result(e, other, metric)


def _room(used: list[float], capacity: list[float]) -> str:
    """How full the server would be."""
    parts = []
    for one, amount, room in zip(RESOURCES, used, capacity, strict=True):
        share = f" ({percent(amount / room)})" if room > 0 else ""
        parts.append(f"{capital(one.label)} {amount:.4g} of {room:.4g} {one.unit}{share}")
    return " · ".join(parts)


def _result(e: Explanation, other: Run, metric: str) -> None:
    run = e.run
    text = sentences.of_what_if(run, other, e.state)
    st.markdown(f"**{state.plain(text[0])}**")
    for sentence in text[1:-1]:
        st.markdown(state.plain(sentence))
    places = iter(st.columns(4))
    slots = run.requests.slots
    for title, name, scale, shape in (
        *((f"{one.label}, in all", one.metric, slots, "{:,.4g}") for one in LEDGERS.values()),
        ("Misses", "misses", 1, "{:,.0f}"),
        ("Mean wait, s", "mean_service_delay_s", 1, "{:,.3g}"),
    ):
        before, after = run.summary[name] * scale, other.summary[name] * scale
        change = after - before
        next(places).metric(
            title, shape.format(after),
            f"{change:+,.3g}" if abs(change) > 1e-9 else "the same",
            delta_color="inverse" if abs(change) > 1e-9 else "off",
            delta_arrow="auto" if abs(change) > 1e-9 else "off", border=True,
            help=f"It was {shape.format(before)}",
        )  # fmt: skip
    widgets.chart(
        charts.another_choice(run, other, e.state.slot, metric, state.theme()),
        key="live_what_if_chart", takeaway=text[-1],
        data=other.slot_frame, alt="Cost since the decision, as it was and with another choice",
    )  # fmt: skip
    st.caption(
        f"As it was: {count(run.evictions, 'eviction')}; with your choice: "
        f"{count(other.evictions, 'eviction')}."
    )
