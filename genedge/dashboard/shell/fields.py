"""The control of one field of a scenario, as :mod:`genedge.registry.fields` has it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from genedge.registry.fields import Field
from genedge.say import capital

BY_NAME: Final = "by name"
MOST_EXACT: Final = 2**53
"""Whole numbers up to this are themselves in a browser."""


def control(
    field: Field,
    value: Any,
    *,
    key: str,
    changed: Callable[[Field, str], None],
    choices: Sequence[str] = (),
    names: Sequence[str] = (),
) -> None:
    """Draw the control that shows ``value``.

    Parameters
    ----------
    changed: called with the field and ``key`` after a change.
    choices: of the field's choices those that are offered.
    names: of models, the order in which they are offered where a list of them is a value too.
    """
    same: dict[str, Any] = {
        "label": capital(field.title), "key": key, "help": field.help or None,
        "on_change": changed, "args": (field, key),
    }  # fmt: skip
    number: type[int] | type[float] = int if field.whole else float
    st.session_state[key] = number(value) if field.number else value
    if field.choices is not None:
        texts, named = field.choices, isinstance(value, tuple)
        offered = [*choices, *[BY_NAME] * field.names]
        st.session_state[key] = BY_NAME if named else value
        st.selectbox(**same, options=offered, format_func=lambda name: texts.get(name, name))
        if named:
            st.session_state[f"{key}_names"] = [name for name in value if name in names]
            st.multiselect(
                "In this order", names, key=f"{key}_names", on_change=changed,
                args=(field, f"{key}_names"), placeholder="Most popular first",
                help="Models left out follow in catalog order.",
            )  # fmt: skip
    elif field.switch:
        st.toggle(**same)
    elif field.steps:
        st.select_slider(
            **same, options=sorted({*field.steps, value}), format_func=lambda step: f"{step:g}"
        )
    elif field.slider is not None:
        low, high, step = map(number, field.slider)
        st.slider(
            **same, min_value=min(low, value), max_value=max(high, value), step=step,
            format="%d" if field.whole else "%.5g",
        )  # fmt: skip
    else:
        st.number_input(
            **same, min_value=number(field.low), step=number(field.step),
            max_value=number(field.high) if field.high < MOST_EXACT else None,
            format="%d" if field.whole else "%g",
        )  # fmt: skip
