"""Equations: every equation and every choice of the model, in words before symbols."""

from collections.abc import Iterable, Sequence

import streamlit as st

from genedge import equations as content
from genedge.dashboard import widgets
from genedge.policies import POLICIES

# Pixels: a line of text that the eye can follow back. Narrower screens take what they have.
READING_WIDTH = 800


def heading(title: str, anchor: str) -> None:
    st.header(title, anchor=anchor, divider="gray")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table whose cells may hold formulas; on a phone it scrolls within its frame."""
    columns = zip(*rows, strict=True)
    st.table(dict(zip(header, map(list, columns), strict=True)), hide_index=True)


def steps(texts: Sequence[str]) -> None:
    st.markdown("\n".join(f"{i}. {text}" for i, text in enumerate(texts, start=1)))


def computed_in(*places: str) -> None:
    st.markdown(":small[Computed in " + ", ".join(f"`{place}`" for place in places) + "]")


def left_open(*names: str) -> None:
    chosen = [content.choice(name) for name in names]
    st.markdown(
        ":small[Left open by the paper: " + links((one.title, one.anchor) for one in chosen) + "]"
    )


def links(targets: Iterable[tuple[str, str]]) -> str:
    return " · ".join(f"[{title}](#{anchor})" for title, anchor in targets)


def symbol_table(symbols: Sequence[content.Symbol]) -> None:
    table(
        ("Symbol", "Meaning, unit, name in the code", "Paper"),
        (
            (
                f"${one.latex}$",
                one.words
                + (f" ({one.unit})" if one.unit else "")
                + (f" `{one.code_name}`" if one.code_name else ""),
                one.paper_range or "–",
            )
            for one in symbols
        ),
    )


def equation(one: content.Equation) -> None:
    with st.container(border=True, key=f"equations_{one.key}"):
        st.markdown(f"**{one.title}.** {one.in_words}")
        # Not st.latex: it shrinks a formula to its own width and so puts the number on top of it.
        st.markdown(f"$$\n{one.tagged}\n$$")
        with st.expander("Symbols and code", type="compact", key=f"equations_{one.key}_symbols"):
            st.markdown(
                "\n".join(
                    f"- ${symbol.latex}$: {symbol.words}"
                    + (f" ({symbol.unit})" if symbol.unit else "")
                    for symbol in one.where
                )
            )
            computed_in(*one.code)
        if one.choices:
            left_open(*one.choices)


def section(part: content.Section) -> None:
    heading(part.title, part.key)
    if part.introduction:
        st.markdown(part.introduction)
    for one in part.equations:
        equation(one)
    if part.remark:
        st.markdown(part.remark)


def symbols() -> None:
    heading("Symbols", "symbols")
    st.markdown(content.SYMBOLS_INTRODUCTION)
    for i, group in enumerate(content.SYMBOLS):
        with st.expander(group.title, expanded=i == 0, key=f"equations_group_{i}"):
            symbol_table(group.symbols)


def events() -> None:
    heading("Order of events", "events")
    st.markdown(content.EVENTS_INTRODUCTION)
    steps(content.EVENTS)
    for text in content.EVENT_DETAILS:
        st.markdown(text)
    left_open("count_order")
    computed_in(content.REPLAY_CODE)


def policies() -> None:
    heading("Policies", "policies")
    st.markdown(content.POLICIES_INTRODUCTION)
    for kind, (title, what) in content.KINDS.items():
        st.subheader(title, anchor=f"policies-{kind}")
        st.markdown(f"{title} {what}")
        for policy in POLICIES.values():
            if policy.kind == kind:
                with st.container(border=True, gap="xsmall"):
                    st.markdown(f"**{policy.label}** `{policy.name}` {policy.explanation}")
                    st.caption(f"Source: {policy.source}")
        for text, place in content.POLICY_NOTES[kind]:
            st.markdown(text)
            computed_in(place)
        if kind == "decision":
            algorithm()
        if content.POLICY_CHOICES[kind]:
            left_open(*content.POLICY_CHOICES[kind])


def algorithm() -> None:
    with st.expander("Algorithm 1, step by step", key="equations_algorithm"):
        steps(content.ALGORITHM)
        table(
            ("Parameter", "Default", "Command line"),
            ((one.words, one.default, f"`{one.flag}`") for one in content.GENETIC_SETTINGS),
        )
        computed_in(content.GENETIC_CODE)


def ledgers() -> None:
    section(content.LEDGERS_SECTION)
    table(
        ("Ledger", *(ledger.title for ledger in content.LEDGERS)),
        (
            (f"**{title}**", *(getattr(ledger, field) for ledger in content.LEDGERS))
            for field, title in content.LEDGER_ROWS.items()
        ),
    )


def choices() -> None:
    heading("Choices", "choices")
    st.markdown(content.CHOICES_INTRODUCTION)
    for one in content.CHOICES:
        with st.container(border=True, key=f"equations_choice_{one.name}"):
            st.subheader(one.title, anchor=one.anchor)
            st.markdown(f"**The paper leaves open:** {one.what_the_paper_leaves_open}")
            st.markdown(f"**We chose:** {one.what_we_chose}")
            other = "\n".join(f"- {text}" for text in one.alternatives)
            st.markdown(f"**Instead:**\n\n{other}")
            st.markdown(f":material/tune: {one.where_to_switch_it}")


widgets.heading("Equations", content.SUMMARY)
with st.container(width=READING_WIDTH, key="equations_page"):
    st.markdown(links(content.CONTENTS))
    heading("What is being decided", "decided")
    st.markdown(content.DECIDED)
    st.info(content.RECONSTRUCTION, icon=":material/info:")
    symbols()
    for part in content.BEFORE_EVENTS:
        section(part)
    events()
    policies()
    section(content.BOUNDS)
    ledgers()
    choices()
    heading("Source", "source")
    st.markdown(content.CITATION)
    st.markdown(content.SHORTLY)
