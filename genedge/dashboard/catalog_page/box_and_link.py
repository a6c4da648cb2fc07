"""The box and the link: shipped ones to start from, and what is in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import streamlit as st

from genedge.dashboard.shell import state
from genedge.intake.server import EdgePreset, LinkPreset, edge_presets, link_presets
from genedge.registry.resources import RESOURCES, listed_resources, sizes
from genedge.say import duration, figure
from genedge.scenario.scenario import Scenario

AS_SET: Final = "as set in the sidebar"
Shipped = TypeVar("Shipped", EdgePreset, LinkPreset)


def draw(scenario: Scenario) -> None:
    """Draw the choice of a box and of a link."""
    server, catalog = scenario.server, scenario.model_catalog
    gbps = server.bandwidth_gbps
    left, right = st.columns(2)
    with left:
        box = _choose(
            "Box", edge_presets(), lambda one: one.server(gbps) == server, _take_box,
            f"Sets {listed_resources()}; the sidebar changes them one by one.",
        )  # fmt: skip
        st.markdown(
            " · ".join(
                f"{figure(size)} {one.unit} {one.label}"
                for size, one in zip(sizes(server), RESOURCES, strict=True)
            )
            + f", {server.static_power_kw:g} kW of it idle"
        )
        if box is not None:
            _note(box.note, box.source)
    with right:
        link = _choose(
            "Link", link_presets(), lambda one: one.gbps == gbps, _take_link,
            "What models are fetched over; only the bandwidth counts (equation 4).",
        )  # fmt: skip
        row = int(catalog.storage_gb.argmax())
        seconds = float(catalog.transmission_delay_s(gbps)[row])
        st.markdown(
            f"{gbps:g} Gbit/s: fetching {state.plain(catalog.names[row])}, the largest, takes "
            f"{duration(seconds)}"
        )
        if link is not None:
            _note(link.confidence, link.source)


def _choose(
    label: str,
    shipped: Sequence[Shipped],
    in_force: Callable[[Shipped], bool],
    take: Callable[[], None],
    explanation: str,
) -> Shipped | None:
    """A choice among shipped ones; returns the one in force, of several alike the one chosen."""
    key = f"catalog_{label.lower()}"
    alike = sorted(filter(in_force, shipped), key=lambda one: one.name != st.session_state.get(key))
    st.session_state[key] = alike[0].name if alike else AS_SET
    names: list[str] = [one.name for one in shipped]
    st.selectbox(
        label, names if alike else [AS_SET, *names], key=key, on_change=take, help=explanation
    )
    return alike[0] if alike else None


def _note(*texts: str | None) -> None:
    text = " · ".join(filter(None, texts))
    if text:
        st.caption(state.plain(text))


def _take_box() -> None:
    chosen = st.session_state["catalog_box"]
    box = next((box for box in edge_presets() if box.name == chosen), None)
    if box is not None:
        state.change_all(
            lambda scenario: replace(scenario, server=box.server(scenario.server.bandwidth_gbps))
        )


def _take_link() -> None:
    chosen = st.session_state["catalog_link"]
    link = next((link for link in link_presets() if link.name == chosen), None)
    if link is not None:
        state.change_all(
            lambda scenario: replace(
                scenario, server=replace(scenario.server, bandwidth_gbps=link.gbps)
            )
        )
