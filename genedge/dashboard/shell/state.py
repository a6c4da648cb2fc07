"""The scenario in force: one per visitor, held in the session and mirrored in the address.

Widgets are views of it. A change that cannot be is refused with a sentence and changes nothing.
"""

from collections.abc import Callable
from typing import Final

import streamlit as st

from genedge.errors import InputError
from genedge.limits import MAX_LINK_CHARACTERS
from genedge.registry.looks import Theme
from genedge.scenario.codec import from_link, to_link
from genedge.scenario.presets import PRESETS
from genedge.scenario.scenario import Scenario

START: Final = PRESETS["contended"]
"""What the app opens on."""

_SCENARIO = "scenario"
_NOTICES = "notices"
_GENERATION = "generation"
_OWN = "own_catalogs"
_MOST_OWN: Final = 3


def load() -> None:
    """At a visitor's first run, take the scenario from the address."""
    if _SCENARIO in st.session_state:
        return
    st.session_state[_SCENARIO] = START
    st.session_state[_NOTICES] = []
    st.session_state[_GENERATION] = 0
    code = st.query_params.get("s")
    if code:
        try:
            st.session_state[_SCENARIO] = from_link(code)
        except InputError as error:
            text = error.sentence
            why = f", because the link {text}" if text.startswith(("is ", "was ")) else f": {text}"
            notice(f"The scenario of this link could not be opened{why}. "
                   "This is the scenario that the app opens on.")  # fmt: skip


def current() -> Scenario:
    """The scenario in force."""
    scenario: Scenario = st.session_state[_SCENARIO]
    return scenario


def change(make: Callable[[Scenario], Scenario]) -> bool:
    """Replace the scenario by ``make`` of it; an impossible one is refused with a notice."""
    try:
        st.session_state[_SCENARIO] = make(current())
    except InputError as error:
        notice(str(error))
        return False
    return True


def change_all(make: Callable[[Scenario], Scenario]) -> bool:
    """Like :func:`change`, and tables that are being edited start afresh from the result."""
    before = current()
    done = change(make)
    if done:
        st.session_state[_GENERATION] += 1
        if not isinstance(before.catalog, str) and before.catalog != current().catalog:
            others = [own for own in own_catalogs() if own.catalog != before.catalog]
            st.session_state[_OWN] = [before, *others][:_MOST_OWN]
    return done


def own_catalogs() -> list[Scenario]:
    """The last scenarios with a catalog of the user's own that another table replaced."""
    kept: list[Scenario] = st.session_state.get(_OWN, [])
    return kept


def generation() -> int:
    """Grows whenever tables must forget what was typed into them: part of their keys."""
    number: int = st.session_state[_GENERATION]
    return number


def notice(sentence: str) -> None:
    """Say something at the top of the page, once."""
    st.session_state[_NOTICES].append(sentence)


def show_notices() -> None:
    """Show what has to be said and forget it."""
    for sentence in st.session_state[_NOTICES]:
        st.warning(plain(sentence), icon=":material/info:")
    st.session_state[_NOTICES] = []


def plain(text: str) -> str:
    """User text that stays text inside Markdown."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>()#+-!|$:~^" else c for c in text)


def link_code() -> str | None:
    """The scenario for the address, None when it is too long for one."""
    code = to_link(current())
    return code if len(code) <= MAX_LINK_CHARACTERS else None


def mirror_in_address() -> None:
    """Keep the address a link to what is on the screen."""
    code = link_code()
    if code is None:
        st.query_params.pop("s", None)
    elif st.query_params.get("s") != code:
        st.query_params["s"] = code


def theme() -> Theme:
    """The visitor's theme."""
    return "dark" if st.context.theme.type == "dark" else "light"
