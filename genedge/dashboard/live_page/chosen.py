"""Which decision the page speaks of: the visitor's last pick, in the player or in the ledger.

The player reports where it rests; the ledger's buttons send it elsewhere. Either moves the other.
"""

import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import streamlit as st

from genedge.dashboard.canvas.player import Seen
from genedge.dashboard.live_page import decision_in_view
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.scenario.scenario import Scenario

_SLOT = "live_slot"
_SEEN = "live_seen"
_MOVE = "live_move"
_ASKED = "live_asked"
_NUMBER_INPUT = "live_decision"

ECHO_SECONDS: Final = 3.0
"""The player answers a move within this time."""


class Chosen(NamedTuple):
    """A run and one of its decisions, None when it took none; the slot that the page stands on."""

    run: Run
    number: int | None
    slot: int


def costliest(run: Run) -> int:
    """The decision that gave away most against the exact best; else the first that evicts."""
    if gave_away(run):
        return int((run.decisions.cost - run.decisions.best_cost).argmax())
    evicts = run.decision_evicted.any(axis=1)
    return int(evicts.argmax())


def gave_away(run: Run) -> bool:
    """Whether any decision cost more than the exact best in the same state."""
    over = run.decisions.cost - run.decisions.best_cost
    return bool((over > 1e-9 * (1.0 + np.abs(run.decisions.best_cost))).any())


def choose(scenario: Scenario, runs: Sequence[Run], seen: Seen, slot: int) -> Chosen:
    """The decision to speak of, after what the player reports: a pick, or only another slot."""
    session = st.session_state
    by_policy = {run.policy: run for run in runs}
    run = by_policy.get(decision_in_view.policy() or "", runs[-1])
    picked = seen.picked
    before, session[_SEEN] = session.get(_SEEN), (slot, picked)
    number = decision_in_view.number(scenario, run)
    if before is not None and before != (slot, picked):
        session[_SLOT] = slot
        if picked is None and before[0] != slot:
            number = _first_in(run, slot, number)
        elif picked is not None and not _is_echo((runs[picked["run"]].policy, picked["decision"])):
            run, number = runs[picked["run"]], picked["decision"]
    taken = run.decisions.request.size
    if taken == 0:
        return Chosen(run, None, slot)
    if number is None:
        number = costliest(run)
        session.pop(_SLOT, None)
    number = min(number, taken - 1)
    decision_in_view.show(scenario, run, number)
    return Chosen(run, number, session.get(_SLOT, slot_of(run, number)))


def _first_in(run: Run, slot: int, otherwise: int | None) -> int | None:
    """The slot's first decision, if it has one."""
    start = run.requests.slot_start
    first, last = np.searchsorted(run.decisions.request, [start[slot], start[slot + 1]])
    return int(first) if first < last else otherwise


def _go(scenario: Scenario, run: Run, number: int) -> None:
    """Speak of this decision, and have the player stand on it."""
    session = st.session_state
    number = min(max(number, 0), run.decisions.request.size - 1)
    decision_in_view.show(scenario, run, number)
    session[_MOVE] = session.get(_MOVE, 0) + 1
    session[_SLOT] = slot_of(run, number)
    now = time.monotonic()
    pending = [ask for ask in session.get(_ASKED, []) if now - ask[1] < ECHO_SECONDS]
    session[_ASKED] = [*pending, ((run.policy, number), now)]


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
    asked = st.session_state.get(_MOVE)
    places = {run.policy: place for place, run in enumerate(runs)}
    place = places.get(decision_in_view.policy() or "")
    if not asked or place is None:
        return None
    number = decision_in_view.number(scenario, runs[place])
    return None if number is None else {"nonce": asked, "run": place, "decision": number}


def slot_of(run: Run, number: int) -> int:
    """The slot (0-based) of a decision."""
    request = run.decisions.request[number]
    return int(np.searchsorted(run.requests.slot_start, request, side="right")) - 1


def controls(scenario: Scenario, runs: Sequence[Run], chosen: Chosen) -> None:
    """Choose a run, step through its decisions, jump to its costliest one."""
    run, number = chosen.run, chosen.number
    by_policy = {one.policy: one for one in runs}
    taken = run.decisions.request.size

    def switch() -> None:
        one = by_policy[st.session_state["live_decision_policy"] or run.policy]
        if one.decisions.request.size:
            _go(scenario, one, costliest(one))
        else:
            decision_in_view.show(scenario, one, None)

    def typed() -> None:
        _go(scenario, run, int(st.session_state[_NUMBER_INPUT]) - 1)

    with st.container(horizontal=True, vertical_alignment="bottom", key="live_decision_controls"):
        st.session_state["live_decision_policy"] = run.policy
        st.segmented_control(
            "Decision of", list(by_policy), key="live_decision_policy", on_change=switch,
            format_func=lambda name: POLICIES[name].label,
        )  # fmt: skip
        if number is None:
            return
        st.session_state[_NUMBER_INPUT] = number + 1
        st.number_input(
            f"Number, of {taken:,}", 1, taken, key=_NUMBER_INPUT, on_change=typed, width=130
        )
        st.button(
            "Previous", icon=":material/chevron_left:", key="live_decision_previous",
            disabled=number == 0, on_click=_go, args=(scenario, run, number - 1),
        )  # fmt: skip
        st.button(
            "Next", icon=":material/chevron_right:", key="live_decision_next",
            icon_position="right", disabled=number == taken - 1, on_click=_go,
            args=(scenario, run, number + 1),
        )  # fmt: skip
        dearest = costliest(run)
        st.button(
            "Costliest", icon=":material/trending_up:", key="live_decision_costliest",
            disabled=number == dearest or not gave_away(run), on_click=_go,
            args=(scenario, run, dearest),
            help="The decision that gave away most against the exact best in the same state; "
            "not there if none gave away anything",
        )  # fmt: skip
