"""What is said under the table: faults, unfinished rows, and what became of whole tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

import streamlit as st

from genedge import catalog_facts as facts
from genedge.dashboard.shell import state

_SAID: Final = "catalog_said"


def say(sentence: str, *, wrong: bool = False) -> None:
    """Say under the table what has become of it."""
    st.session_state[_SAID] = ("error" if wrong else "success", sentence)


def hush() -> None:
    """Say it no longer."""
    st.session_state.pop(_SAID, None)


def draw(error: str | None, unfinished: Sequence[str], in_force: int) -> None:
    """What is wrong with the table, what is unfinished, what an upload came to."""
    if error is not None:
        st.error(
            f"{state.plain(error)}. What you typed stays in the table; until it is put right, the "
            f"last valid catalog ({facts.count_of(in_force, 'model')}) stays in force.",
            icon=":material/error:",
        )
    for sentence in unfinished[:3]:
        st.info(f"{state.plain(sentence)}.", icon=":material/edit:")
    if len(unfinished) > 3:
        more = len(unfinished) - 3
        rows = "row is" if more == 1 else "rows are"
        st.info(f"{more:,} more {rows} unfinished.", icon=":material/edit:")
    said: tuple[Literal["error", "success"], str] | None = st.session_state.get(_SAID)
    if said is not None and said[0] == "error":
        st.error(state.plain(said[1]), icon=":material/error:")
    elif said is not None:
        st.success(state.plain(said[1]), icon=":material/check:")
    st.caption(
        "Click a cell to change it; the last, empty row adds a model; tick rows at the left and "
        "press the bin to cut them. Changes are in force at once, on every page."
    )
