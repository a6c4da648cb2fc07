"""The decision whose numbers fill the page: chosen on top, shared with the Live run page."""

from dataclasses import replace
from typing import Final

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.dashboard.jobs.room import Job, Kind
from genedge.dashboard.live_page import decision_in_view
from genedge.dashboard.shell import state
from genedge.equations.equation import Filled
from genedge.equations.example import Example, nothing_decided, telling
from genedge.equations.sections import filled
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.scenario.codec import to_json
from genedge.scenario.scenario import Scenario

MOST_SEARCHED: Final = 60_000
"""Requests that the genetic algorithm decides about in a second."""
FILLED: Final = Kind("filled formulas", 12)
_POLICY_WIDGET: Final = "equations_policy"
_NUMBER_WIDGET: Final = "equations_decision"


def chosen_policy(scenario: Scenario, names: tuple[str, ...]) -> str:
    """Whose run supplies the numbers; a genetic search for every miss of a long log takes long."""
    name = decision_in_view.policy()
    return name if name in names else ("exact" if is_long(scenario) else "ga")


def is_long(scenario: Scenario) -> bool:
    """Whether replaying it under the genetic algorithm keeps a visitor waiting."""
    return results.expected_steps(replace(scenario, replications=1)) > MOST_SEARCHED


def chosen_number(scenario: Scenario, run: Run) -> int | None:
    """Which decision supplies the numbers, 0-based; None where the run has none."""
    number = decision_in_view.number(scenario, run)
    return telling(run) if number is None else number


def example_of(
    scenario: Scenario, run: Run, number: int | None
) -> tuple[Example, dict[str, Filled]]:
    """The decision taken apart and every formula filled in, kept for a while."""

    def compute(_job: Job[tuple[Example, dict[str, Filled]]]) -> tuple[Example, dict[str, Filled]]:
        example = Example.of(run, number, results.plans_of(scenario))
        return example, filled(example)

    key = to_json(scenario), run.policy, number
    return results.result_of(FILLED, key, compute, "Filling in the formulas")


def _take_policy() -> None:
    scenario = state.current()
    run = results.run_of(scenario, st.session_state[_POLICY_WIDGET])
    decision_in_view.show(scenario, run, None)


def _take_number(run: Run) -> None:
    _choose(run, st.session_state[_NUMBER_WIDGET] - 1)


def _choose(run: Run, number: int) -> None:
    decision_in_view.show(state.current(), run, number)


def choose() -> tuple[Example, dict[str, Filled]]:
    """Draw the bar and return the decision with its filled formulas."""
    scenario = state.current()
    names = results.possible_policies(scenario)
    policy = chosen_policy(scenario, names)
    run = results.run_of(scenario, policy)
    number = chosen_number(scenario, run)
    with st.container(border=True, key="equations_bar"):
        st.subheader("One decision", anchor="decision")
        st.markdown(
            "It fills every formula below with its numbers. Choose another one, and all follow."
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.session_state[_POLICY_WIDGET] = policy
            st.selectbox(
                "Policy", names, key=_POLICY_WIDGET, on_change=_take_policy, width=220,
                format_func=lambda name: POLICIES[name].label, persist_state="session",
            )  # fmt: skip
            if number is not None:
                _number(run, number)
        if number is None:
            st.info(nothing_decided(run), icon=":material/info:")
        example, formulas = example_of(scenario, run, number)
        if number is not None:
            st.markdown(example.happened)
        if scenario.replications > 1:
            st.caption(f"Of the first of {scenario.replications:,} replications.")
    return example, formulas


def _number(run: Run, number: int) -> None:
    total = run.decisions.request.size
    st.session_state[_NUMBER_WIDGET] = number + 1
    st.button(
        "Previous", key="equations_previous", icon=":material/chevron_left:",
        disabled=number == 0, on_click=_choose, args=(run, number - 1),
    )  # fmt: skip
    st.number_input(
        f"Decision, 1 to {total:,}", 1, max(total, 1), key=_NUMBER_WIDGET, step=1,
        on_change=_take_number, args=(run,), width=150, persist_state="session",
    )  # fmt: skip
    st.button(
        "Next", key="equations_next", icon=":material/chevron_right:", icon_position="right",
        disabled=number + 1 >= total, on_click=_choose, args=(run, number + 1),
    )  # fmt: skip
