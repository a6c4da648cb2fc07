"""The slot-by-slot player of the live run: a canvas component that plays in the browser.

The whole run is sent once; playing, stepping and scrubbing cost the server nothing. The browser
reports the slot it stands on when it pauses, after a step and at the end of a scrub. It keeps its
slot, speed and motion through reruns and through new data (the slot is clamped to what is there).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from genedge.dashboard.packing import as_json

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component.state import ComponentResult

_ASSETS = Path(__file__).with_name("player_assets")

LABELS: dict[str, str] = {
    "player": "Live run, slot by slot",
    "play": "Play",
    "pause": "Pause",
    "first": "Jump to the start",
    "back": "Step back",
    "next": "Step",
    "last": "Jump to the end",
    "scrub": "Slot",
    "speed": "Speed",
    "speed_option": "{n} slot/s|{n} slots/s",
    "where": "slot {slot} of {total}",
    "slot": "slot {slot}",
    "cost_title": "Average cost so far",
    "cost_at": "{title}, slot {slot}: {values}",
    "caption": "slot {slot}: {events}",
    "quiet": "no requests",
    "requests": "{n} request|{n} requests",
    "hits": "{n} hit|{n} hits",
    "misses": "{n} miss|{n} misses",
    "rejected": "{n} rejected|{n} rejected",
    "evicted": "evicted {names}",
    "more": "{names} and {n} more",
    "nothing": "nothing",
    "grid": "{run}, slot {slot}: deployed {names}",
    "key_deployed": "deployed at the end of the slot",
    "key_hit": "hit",
    "key_miss": "miss",
    "key_both": "miss and hit",
    "key_evicted": "evicted",
    "key_rejected": "rejected (too big for the server)",
    "hint": "Keys: space, ← →, Home, End, + -",
    "shown": "{rows} of {models} models, the most requested",
    "tip_deployed": "deployed at the end of the slot",
    "tip_absent": "not deployed at the end of the slot",
    "tip_evicted": "evicted in this slot",
    "storage": "Storage",
    "gpu": "GPU memory",
    "power": "Power",
    "storage_amount": "{used} of {capacity} GB",
    "gpu_amount": "{used} of {capacity} GB",
    "power_amount": "{used} of {capacity} kW",
    "storage_size": "{size} GB storage",
    "gpu_size": "{size} GB GPU memory",
    "power_size": "{size} kW",
}
"""Every visible word. ``a|b`` is singular and plural; ``{name}`` is filled in the browser."""

_mount = st.components.v2.component(
    "genedge_player",
    html=(_ASSETS / "player.html").read_text(encoding="utf-8"),
    css=(_ASSETS / "player.css").read_text(encoding="utf-8"),
    js=(_ASSETS / "player.js").read_text(encoding="utf-8"),
)


def _nothing() -> None:
    """Be the callback without which Streamlit does not hold a component's state."""


def player(data: dict[str, Any], *, key: str, height: int | None = None) -> ComponentResult:
    """Draw the player; the result's ``slot`` is the last slot reported (0-based, see above).

    ``data`` is JSON (numpy arrays and scalars are converted; NaN and infinity are refused):

    - ``models``: ``[{name, service, storage_gb, gpu_memory_gb, power_kw}]``, M catalog rows.
    - ``capacities``: ``{storage_gb, gpu_memory_gb, power_kw}``, power above static power.
    - ``slots``: T. ``first_slot``: number shown for slot 0 (default 1). ``total_slots``: number
      shown after "of" (default ``first_slot + slots - 1``).
    - ``requests``: ``{slot_start: [T+1], model: [N]}``; requests ``slot_start[t]`` up to but
      without ``slot_start[t+1]`` arrive in slot t, request k for row ``model[k]``.
    - ``runs``: ``[{policy, label, role, color, deployed, evicted, outcome, cost}]`` on these
      requests, one or two: ``role`` "ga", "baseline" or "optimum" sets dash and marker (two of
      one role still differ); ``color`` a CSS colour or ``{light, dark}``; ``deployed`` (at the
      end of each slot) and ``evicted`` (at some time in it) from
      :func:`~genedge.dashboard.packing.pack_bits`; ``outcome`` from
      :func:`~genedge.dashboard.packing.pack_bytes`; ``cost`` ``[T]``, charged in each slot;
      ``cost_before``, charged in all slots before these (default 0).
    - ``slots_before``: how many these were, so that averages run from the first one (default 0).
    - ``cost_label``: unit of the cost axis. ``labels``: overrides of :data:`LABELS`.
    - ``start``: slot shown first (default 0). ``speed``: slots a second at first, one of 1, 2,
      5, 10, 30 (default 5). ``autoplay``: play when first shown (never with reduced motion).

    With ``height`` rows shrink (to 8 px at least) to fit it, and what is left over scrolls.
    """
    payload = {**data, "labels": {**LABELS, **(data.get("labels") or {})}, "height": height}
    return _mount(
        key=key,
        data=as_json(payload),
        default={"slot": max(0, min(int(data.get("start") or 0), int(data["slots"]) - 1))},
        height=height or "content",
        on_slot_change=_nothing,
    )
