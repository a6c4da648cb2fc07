"""Formulas: in words, in symbols, and with the chosen decision's numbers put in."""

from collections.abc import Sequence

import streamlit as st

from genedge import equations as content
from genedge.dashboard.equations_page.layout import computed_in, heading, left_open, table
from genedge.equations.filled_parts import Filled
from genedge.equations.moment import Moment
from genedge.equations.numbers import block
from genedge.equations.present import present


def symbol_table(symbols: Sequence[content.Symbol], moment: Moment) -> None:
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
                present(one, moment) or "–",
            )
            for one in symbols
        ),
    )


def symbols(moment: Moment) -> None:
    """The table of symbols."""
    heading("Symbols", "symbols")
    st.markdown(content.SYMBOLS_INTRODUCTION)
    for i, group in enumerate(content.SYMBOLS):
        with st.expander(group.title, expanded=i == 0, key=f"equations_group_{i}"):
            symbol_table(group.symbols, moment)


def _symbol(symbol: content.Symbol, moment: Moment) -> str:
    text = f"- ${symbol.latex}$: {symbol.words}" + (f" ({symbol.unit})" if symbol.unit else "")
    now = present(symbol, moment)
    return f"{text} · now **{now}**" if now else text


def with_numbers(one: Filled) -> None:
    """The second line under a formula."""
    st.markdown(f":material/calculate: {one.words}")
    if one.lines:
        st.markdown(f"$$\n{block(one.lines)}\n$$")
    if one.remark:
        st.markdown(one.remark)


def equation(one: content.Equation, moment: Moment, numbers: Filled) -> None:
    """One formula in its box."""
    with st.container(border=True, key=f"equations_{one.key}"):
        st.markdown(f"**{one.title}.** {one.in_words}")
        # Not st.latex: it shrinks a formula to its own width and so puts the number on top of it.
        st.markdown(f"$$\n{one.tagged}\n$$")
        with_numbers(numbers)
        if numbers.table is not None:
            rows = numbers.table
            with st.expander(
                rows.title, expanded=rows.shown, type="compact", key=f"equations_{one.key}_table"
            ):
                table(rows.header, rows.rows)
        with st.expander("Symbols and code", type="compact", key=f"equations_{one.key}_symbols"):
            st.markdown("\n".join(_symbol(symbol, moment) for symbol in one.where))
            computed_in(*one.code)
        if one.choices:
            left_open(*one.choices)


def section(part: content.Section, moment: Moment, formulas: dict[str, Filled]) -> None:
    """A section of formulas."""
    heading(part.title, part.key)
    if part.introduction:
        st.markdown(part.introduction)
    for one in part.equations:
        equation(one, moment, formulas[one.key])
    if part.remark:
        st.markdown(part.remark)
    st.markdown(":small[:material/arrow_upward: [Another decision](#decision)]")


def ledgers(moment: Moment, formulas: dict[str, Filled]) -> None:
    """The two ledgers, side by side."""
    section(content.LEDGERS_SECTION, moment, formulas)
    table(
        ("Ledger", *(ledger.title for ledger in content.LEDGERS)),
        (
            (f"**{title}**", *(getattr(ledger, field) for ledger in content.LEDGERS))
            for field, title in content.LEDGER_ROWS.items()
        ),
    )
