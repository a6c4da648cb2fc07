"""The decision that the pages speak of: which policy's, and its number (0-based) in that run.

Live run and Equations share it. It survives a change of the scenario as the decision for the very
same request, if there still is one.
"""

from typing import Final

import streamlit as st

from genedge.dashboard.jobs import results
from genedge.runs.run import Run
from genedge.scenario.scenario import Scenario

_POLICY: Final = "decision_policy"
_NUMBER: Final = "decision_number"
_SCENARIO: Final = "decision_scenario"
_ASKED: Final = "decision_request"


def policy() -> str | None:
    """Whose decision is in view."""
    name: str | None = st.session_state.get(_POLICY)
    return name


def show(scenario: Scenario, run: Run, number: int | None) -> None:
    """Put a decision of a run in view; None leaves the choice of one to the page."""
    session = st.session_state
    session[_POLICY], session[_NUMBER] = run.policy, number
    session[_SCENARIO] = results.key_alone(scenario)
    session[_ASKED] = None if number is None else _asked(run, number)


def number(scenario: Scenario, run: Run) -> int | None:
    """The decision in view as one of this run's, None if it has no such decision."""
    session = st.session_state
    known: int | None = session.get(_NUMBER)
    if known is None or session.get(_POLICY) != run.policy:
        return None
    taken = run.decisions.request.size
    if session.get(_SCENARIO) == results.key_alone(scenario):
        return known if known < taken else None
    asked = session.get(_ASKED)
    if asked is None:
        return None
    place = int(run.decisions.request.searchsorted(asked[0]))
    return place if place < taken and _asked(run, place) == asked else None


def _asked(run: Run, number: int) -> tuple[int, str]:
    """Number of the request that a decision answered, and the model that it was for."""
    request = int(run.decisions.request[number])
    return request, run.problem.scenario.model_catalog.names[run.requests.model[request]]
