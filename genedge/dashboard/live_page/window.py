"""The window of slots that the player shows of a long run."""

import streamlit as st

from genedge.dashboard.canvas.player import window_slots
from genedge.dashboard.live_page.chosen import slot_of
from genedge.runs.run import Run

_WINDOW = "live_window"
_MOVED = "live_window_moved"


def window_choice(runs: list[Run], move: dict[str, int] | None) -> int:
    """First slot shown (0-based): as the visitor chose, or where the chosen decision is."""
    window, slots = window_slots(runs[0]), runs[0].requests.slots
    if slots <= window:
        return 0
    step = window // 2 or 1
    if move is not None and st.session_state.get(_MOVED) != move["nonce"]:
        st.session_state[_MOVED] = move["nonce"]
        slot = slot_of(runs[move["run"]], move["decision"])
        if not 0 <= slot - (st.session_state.get(_WINDOW, 1) - 1) < window:
            st.session_state[_WINDOW] = 1 + step * (min(slot, slots - window) // step)
    first = st.slider("Shown from slot", 1, slots - window + 1, step=step, key=_WINDOW)
    return int(first) - 1
