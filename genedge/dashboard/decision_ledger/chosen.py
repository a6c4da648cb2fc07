"""Which decision the page speaks of: the visitor's last pick, in the player or in the ledger.

It is kept as the policy's name and the decision's number in its run, under the two keys below, so
that other pages can speak of the same decision.
"""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from genedge.dashboard.player import Seen
from genedge.policies import POLICIES
from genedge.run import Run
from genedge.scenario import Scenario
from genedge.scenario_json import to_json

POLICY: Final = "decision_policy"
NUMBER: Final = "decision_number"
_SCENARIO = "decision_scenario"
_SEEN = "decision_seen"
_MOVE = "decision_move"
_ASKED = "decision_asked"
_NUMBER_INPUT = "live_decision"


ECHO_SECONDS: Final = 3.0
"""The player answers a move within this time."""


class Chosen(NamedTuple):
    """A run and one of its decisions, None when it took none."""

    run: Run
    number: int | None


def costliest(run: Run) -> int:
    """The decision that gave away most against the exact best; else the first that evicts."""
    over = run.decisions.cost - run.decisions.best_cost
    if float(over.max()) > 1e-9 * (1.0 + float(np.abs(run.decisions.best_cost).max())):
        return int(over.argmax())
    evicts = run.decision_evicted.any(axis=1)
    return int(evicts.argmax())


def choose(scenario: Scenario, runs: Sequence[Run], seen: Seen, slot: int) -> Chosen:
    """The decision to speak of, after what the player reports: a pick, or only another slot."""
    session = st.session_state
    policies = [run.policy for run in runs]
    if session.get(_SCENARIO) != to_json(scenario) or session.get(POLICY) not in policies:
        session[_SCENARIO] = to_json(scenario)
        session[POLICY] = policies[-1]
        session.pop(NUMBER, None)
    picked = seen.picked
    pick = (policies[picked["run"]], picked["decision"]) if picked else None
    report = (slot, pick)
    before, session[_SEEN] = session.get(_SEEN), report
    if before is not None and before != report:
        if pick is None:
            _follow(runs[policies.index(session[POLICY])], slot)
        elif not _is_echo(pick):
            session[POLICY], session[NUMBER] = pick
    run = runs[policies.index(session[POLICY])]
    taken = run.decisions.request.size
    if taken == 0:
        return Chosen(run, None)
    if session.get(NUMBER) is None:
        session[NUMBER] = costliest(run)
    session[NUMBER] = min(max(int(session[NUMBER]), 0), taken - 1)
    return Chosen(run, session[NUMBER])


def _follow(run: Run, slot: int) -> None:
    """Speak of the slot's first decision, if it has one."""
    start = run.requests.slot_start
    first, last = np.searchsorted(run.decisions.request, [start[slot], start[slot + 1]])
    if first < last:
        st.session_state[NUMBER] = int(first)


def _go(run: Run, number: int) -> None:
    """Speak of this decision, and have the player stand on it."""
    session = st.session_state
    session[POLICY] = run.policy
    session[NUMBER] = min(max(number, 0), run.decisions.request.size - 1)
    session[_MOVE] = session.get(_MOVE, 0) + 1
    now = time.monotonic()
    pending = [ask for ask in session.get(_ASKED, []) if now - ask[1] < ECHO_SECONDS]
    session[_ASKED] = [*pending, ((run.policy, session[NUMBER]), now)]


def _is_echo(pick: tuple[str, int]) -> bool:
    """Whether the player only says that it went where it was sent.

    Between the sending and the answer the visitor may have stepped on, which must not be undone.
    """
    asked = st.session_state.get(_ASKED, [])
    now = time.monotonic()
    for place, (decision, moment) in enumerate(asked):
        if decision == pick and now - moment < ECHO_SECONDS:
            st.session_state[_ASKED] = asked[place + 1 :]
            return True
    return False


def move_for(scenario: Scenario, runs: Sequence[Run]) -> dict[str, int] | None:
    """Where the ledger has sent the player, None as long as it has not."""
    session = st.session_state
    policies = [run.policy for run in runs]
    asked = session.get(_MOVE)
    if not asked or session.get(POLICY) not in policies or session.get(NUMBER) is None:
        return None
    if session.get(_SCENARIO) != to_json(scenario):
        return None
    place = policies.index(session[POLICY])
    if session[NUMBER] >= runs[place].decisions.request.size:
        return None
    return {"nonce": asked, "run": place, "decision": session[NUMBER]}


def slot_of(run: Run, number: int) -> int:
    """The slot (0-based) of a decision."""
    request = run.decisions.request[number]
    return int(np.searchsorted(run.requests.slot_start, request, side="right")) - 1


def controls(runs: Sequence[Run], chosen: Chosen) -> None:
    """Choose a run, step through its decisions, jump to its costliest one."""
    run, number = chosen
    by_policy = {one.policy: one for one in runs}
    taken = run.decisions.request.size

    def switch() -> None:
        policy = st.session_state["live_decision_policy"] or run.policy
        one = by_policy[policy]
        if one.decisions.request.size:
            _go(one, costliest(one))
        else:
            st.session_state[POLICY] = policy

    def typed() -> None:
        _go(run, int(st.session_state[_NUMBER_INPUT]) - 1)

    with st.container(horizontal=True, vertical_alignment="bottom", key="live_decision_controls"):
        st.session_state["live_decision_policy"] = run.policy
        st.segmented_control(
            "Decision of", list(by_policy), key="live_decision_policy", on_change=switch,
            format_func=lambda name: POLICIES[name].label,
        )  # fmt: skip
        if number is None:
            return
        st.button(
            "Previous", icon=":material/chevron_left:", key="live_decision_previous",
            disabled=number == 0, on_click=_go, args=(run, number - 1),
        )  # fmt: skip
        st.session_state[_NUMBER_INPUT] = number + 1
        st.number_input(
            f"Number, of {taken:,}", 1, taken, key=_NUMBER_INPUT, on_change=typed, width=130
        )
        st.button(
            "Next", icon=":material/chevron_right:", key="live_decision_next",
            icon_position="right", disabled=number == taken - 1, on_click=_go,
            args=(run, number + 1),
        )  # fmt: skip
        dearest = costliest(run)
        st.button(
            "Costliest", icon=":material/trending_up:", key="live_decision_costliest",
            disabled=number == dearest, on_click=_go, args=(run, dearest),
            help="The decision that gave away most against the exact best in the same state",
        )  # fmt: skip
