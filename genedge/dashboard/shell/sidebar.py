"""The sidebar on every page: the scenario's presets, sliders, link; the rest in an expander."""

from contextlib import suppress
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from genedge.dashboard.shell import state, traces
from genedge.dashboard.shell.fields import BY_NAME, control
from genedge.errors import InputError
from genedge.intake.workload import popularity_order
from genedge.registry.fields import FIELDS, GROUPS, Field, Group
from genedge.registry.policies import POLICIES
from genedge.say import count
from genedge.scenario.codec import to_json
from genedge.scenario.presets import PRESET_TEXTS, PRESETS, preset_name
from genedge.scenario.scenario import Scenario

CUSTOM: Final = "your own"
FIRST: Final[tuple[Group, ...]] = ("requests", "server", "costs")


MOST_NAMED: Final = 20
"""So many models are named at first where popularity goes by name: links stay short."""


def _apply(field: Field, key: str) -> None:
    value = st.session_state[key]
    state.change(lambda scenario: field.put(scenario, _meant(scenario, value)))


def _meant(scenario: Scenario, value: Any) -> Any:
    """What a control's value means: an order by name starts from the order in force."""
    if value == BY_NAME:
        catalog = scenario.model_catalog
        order = popularity_order(scenario.workload, catalog)[:MOST_NAMED]
        return tuple(catalog.names[row] for row in order)
    return tuple(value) if isinstance(value, list) else value


def _offered(scenario: Scenario, field: Field) -> list[str]:
    """The choices that this scenario allows."""
    offered = []
    for choice in field.choices or ():
        with suppress(InputError):
            field.put(scenario, choice)
            offered.append(choice)
    return offered


def _group(group: Group, place: str) -> None:
    """The controls of one group's fields that have an effect."""
    scenario = state.current()
    for field in FIELDS.values():
        value = field.of(scenario)
        shown = field.group == group and field.place == place and value is not None
        if shown and scenario.workload.source in field.sources:
            control(
                field, value, key=f"sidebar_{field.path}", changed=_apply,
                choices=_offered(scenario, field), names=scenario.model_catalog.names,
            )  # fmt: skip


def _apply_preset() -> None:
    name = st.session_state["sidebar_preset"]
    if name in PRESETS:
        now = state.current()
        state.change_all(
            lambda _: replace(PRESETS[name], seed=now.seed, replications=now.replications)
        )


def _drop_trace() -> None:
    state.change_all(traces.without_trace)


def _apply_policies() -> None:
    chosen = st.session_state["sidebar_policies"]
    every = len(chosen) == len(POLICIES)
    state.change(lambda scenario: replace(scenario, policies=("all",) if every else tuple(chosen)))


def draw() -> None:
    """Draw the sidebar."""
    with st.sidebar:
        scenario = state.current()
        name = preset_name(scenario) or CUSTOM
        st.session_state["sidebar_preset"] = name
        st.selectbox(
            "Scenario",
            [*PRESETS, *([CUSTOM] if name == CUSTOM else [])],
            key="sidebar_preset",
            on_change=_apply_preset,
            help="  \n".join(f"**{key}**: {text}" for key, text in PRESET_TEXTS.items()),
        )
        _take_along()
        for group in FIRST:
            st.caption(GROUPS[group].upper())
            if group == "requests":
                _log(scenario)
            _group(group, "first")
        st.caption(GROUPS["chance"].upper())
        with st.container(horizontal=True):
            _group("chance", "first")
        more = st.expander("More settings", key="sidebar_more", on_change="rerun")
        if more.open:  # widgets that nobody sees need not be made at every run
            with more:
                for group in FIRST:
                    _group(group, "more")
                _group("policies", "more")
                _policies(scenario)
                st.caption(GROUPS["genetic"].upper())
                _group("genetic", "more")


def _take_along() -> None:
    """The scenario as a link and as a file: on top, where an open panel has room below it."""
    code = state.link_code()
    if code is None:
        st.caption("This scenario is too long for a link; take it as a file instead.")
    with st.container(horizontal=True, gap="small"):
        if code is not None:
            with st.popover("Copy link", icon=":material/link:", width="content"):
                st.caption("Whoever opens this link sees the same scenario and the same numbers.")
                address = (st.context.url or "").split("?")[0]
                st.code(f"{address}?s={code}", language=None, wrap_lines=True)
        st.download_button(
            "File",
            lambda: to_json(state.current()) + "\n",
            "scenario.json",
            "application/json",
            key="sidebar_scenario_file",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            help="The scenario as a file, for the command line: genedge run --scenario.",
        )


def _log(scenario: Scenario) -> None:
    """The request log in force, and the way back from it."""
    trace = scenario.workload.trace
    if trace is not None:
        rows = count(trace.rows, "row")
        st.markdown(f":material/description: **{state.plain(trace.name)}**, {rows}")
        st.button("Back to generated requests", key="sidebar_no_trace", on_click=_drop_trace)


def _policies(scenario: Scenario) -> None:
    """Which policies are compared."""
    everything = scenario.policies == ("all",)
    st.session_state["sidebar_policies"] = list(POLICIES if everything else scenario.policies)
    st.multiselect(
        "Policies", list(POLICIES), key="sidebar_policies", on_change=_apply_policies,
        format_func=lambda policy: POLICIES[policy].label,
    )  # fmt: skip
