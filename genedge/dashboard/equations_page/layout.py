"""Headings, tables and links as the whole page has them."""

from collections.abc import Iterable, Sequence
from typing import Final

import streamlit as st

from genedge.equations.choices import choice
from genedge.equations.equation import place

READING_WIDTH: Final = 800
"""Pixels: a line of text that the eye can follow back. Narrower screens take what they have."""


def heading(title: str, anchor: str) -> None:
    """A section's heading, where links lead."""
    st.header(title, anchor=anchor, divider="gray")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table whose cells may hold formulas; on a phone it scrolls within its frame."""
    columns = zip(*rows, strict=True)
    st.table(dict(zip(header, map(list, columns), strict=True)), hide_index=True)


def steps(texts: Sequence[str]) -> None:
    """A numbered list."""
    st.markdown("\n".join(f"{i}. {text}" for i, text in enumerate(texts, start=1)))


def computed_in(*functions: object) -> None:
    """Where the program computes it."""
    st.markdown(":small[Computed in " + ", ".join(f"`{place(one)}`" for one in functions) + "]")


def links(targets: Iterable[tuple[str, str]]) -> str:
    """Titles that lead to anchors."""
    return " · ".join(f"[{title}](#{anchor})" for title, anchor in targets)


def left_open(*names: str) -> None:
    """Choices that something rests on."""
    chosen = [choice(name) for name in names]
    st.markdown(
        ":small[Left open by the paper: " + links((one.title, one.anchor) for one in chosen) + "]"
    )
