"""Formulas: in words, in symbols, and with the chosen decision's numbers put in."""

from collections.abc import Sequence

import streamlit as st

from genedge.dashboard.equations_page.layout import computed_in, heading, left_open, table
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import GROUPS, Symbol


def symbol_table(symbols: Sequence[Symbol], example: Example) -> None:
    """Symbols with what they are now."""
    table(
        ("Symbol", "Meaning, unit, name in the code", "Now"),
        (
            (
                f"${one.latex}$",
                one.words
                + (f" ({one.unit})" if one.unit else "")
                + (f", paper: {one.paper_range}" if one.paper_range else "")
                + (f" `{one.code_name}`" if one.code_name else ""),
                one.now(example) if one.now else "–",
            )
            for one in symbols
        ),
    )


def symbols(example: Example) -> None:
    """The table of symbols."""
    heading("Symbols", "symbols")
    for i, (title, group) in enumerate(GROUPS.items()):
        with st.expander(title, expanded=i == 0, key=f"equations_group_{i}"):
            symbol_table(group, example)


def _symbol(symbol: Symbol, example: Example) -> str:
    text = f"- ${symbol.latex}$: {symbol.words}" + (f" ({symbol.unit})" if symbol.unit else "")
    return f"{text} · now **{symbol.now(example)}**" if symbol.now else text


def equation(one: Equation, example: Example, numbers: Filled) -> None:
    """One formula in its box."""
    with st.container(border=True, key=f"equations_{one.key}"):
        st.markdown(f"**{one.title}.** {one.words}")
        # Not st.latex: it shrinks a formula to its own width and so puts the number on top of it.
        st.markdown(f"$$\n{one.tagged}\n$$")
        lines = [line.markdown for line in numbers.lines]
        texts = [f":material/calculate: {numbers.words}", *lines, numbers.remark]
        st.markdown("\n\n".join(text for text in texts if text))
        if numbers.table is not None:
            rows = numbers.table
            with st.expander(
                rows.title, expanded=rows.shown, type="compact", key=f"equations_{one.key}_table"
            ):
                table(rows.header, rows.rows)
        with st.expander("Symbols and code", type="compact", key=f"equations_{one.key}_symbols"):
            st.markdown("\n".join(_symbol(symbol, example) for symbol in one.where))
            computed_in(*one.code)
        if one.choices:
            left_open(*one.choices)


def section(part: Section, example: Example, formulas: dict[str, Filled]) -> None:
    """A section of formulas."""
    heading(part.title, part.key)
    if part.introduction:
        st.markdown(part.introduction)
    for one in part.equations:
        equation(one, example, formulas[one.key])
    if part.remark:
        st.markdown(part.remark)
    st.markdown(":small[:material/arrow_upward: [Another decision](#decision)]")
