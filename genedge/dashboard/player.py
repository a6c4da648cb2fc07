"""The slot-by-slot player of the live run: a canvas component that plays in the browser.

The whole run is sent once; playing, stepping and scrubbing cost the server nothing. The player
stands at the end of a slot or, inside it, on one request; the state there is rebuilt in the browser
from the decisions. It reports its place when it pauses, after a step or a click and at the end of a
scrub. It keeps its place, speed and motion through reruns and through new data (the slot is clamped
to what is there; a request is left for the end of its slot when the requests are others).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypedDict

import streamlit as st

from genedge.dashboard.canvas import COLOURS
from genedge.dashboard.packing import as_json

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
    "lane": "{run}, requests of slot {slot}: {arrivals}",
    "grid_request": "{run}, slot {slot}, after request {place} of {total}: deployed {names}",
    "arrivals": "Requests",
    "lane_before": "{n} …",
    "lane_after": "… {n} more",
    "prior": "Previous decision",
    "later": "Next decision",
    "which": "{run}: {decision}, {model}",
    "which_none": "{run}: {done} of {n} decision so far|{run}: {done} of {n} decisions so far",
    "decision": "decision {place} of {n}",
    "follow": "{run}: step over its decisions",
    "caption_request": "slot {slot}, request {place} of {total}: {events}",
    "one_hit": "{model} hit",
    "one_miss": "{model} missed",
    "one_rejected": "{model} rejected",
    "key_deployed": "deployed at the end of the slot",
    "key_hit": "hit",
    "key_miss": "miss",
    "key_both": "miss and hit",
    "key_evicted": "evicted",
    "key_rejected": "rejected (too big for the server)",
    "hint": "Keys: space, ← → slots, ↑ ↓ requests, Shift+← → decisions, Home, End, + -",
    "shown": "{rows} of {models} models, the most requested",
    "tip_deployed": "deployed at the end of the slot",
    "tip_absent": "not deployed at the end of the slot",
    "tip_evicted": "evicted in this slot",
    "tip_deployed_now": "deployed after this request",
    "tip_absent_now": "not deployed after this request",
    "tip_evicted_now": "evicted in this slot so far",
    "tip_request": "{run}, slot {slot}, request {place} of {total}",
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

_SCRIPTS: Final = (
    "constants", "life", "data", "place", "words", "theme", "layout", "chart", "grid", "lane",
    "bars", "captions", "tooltip", "controls", "clock",
)  # fmt: skip
"""Parts of the one module that the browser loads, all in one scope."""

_mount = st.components.v2.component(
    "genedge_player",
    html=(_ASSETS / "player.html").read_text(encoding="utf-8"),
    css=(_ASSETS / "player.css").read_text(encoding="utf-8"),
    js="\n".join(
        [COLOURS, *((_ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)]
    ),
)


class Picked(TypedDict):
    """A decision: place of its run in ``runs``, and its number in the whole run, from 0."""

    run: int
    decision: int


@dataclass(frozen=True)
class Seen:
    """Where the player stood when it last reported.

    Attributes
    ----------
    slot: 0-based in the slots that were sent.
    picked: the decision that the player stands on, because the visitor stepped to it, clicked it
        or paused on it; None at the end of a slot, on a hit or a rejected request.
    """

    slot: int
    picked: Picked | None


def _nothing() -> None:
    """Be the callback without which Streamlit does not hold a component's state."""


def player(data: dict[str, Any], *, key: str, height: int | None = None) -> Seen:
    """Draw the player; returns the place last reported (slot ``start``, nothing picked, at first).

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
    - Each run's decisions on these requests: ``decisions: {request: [D], evicted}``, the requests
      they are taken at (places in ``requests.model``, ascending) and the models that each evicts
      (``pack_bits [D, M]``); ``first_decision``, how many the run took before these slots;
      ``decision_count``, how many in all; ``deployed_before``, ``pack_bits [1, M]``, what is
      deployed when slot 0 begins.
    - ``slots_before``: how many these were, so that averages run from the first one (default 0).
    - ``cost_label``: unit of the cost axis. ``labels``: overrides of :data:`LABELS`.
    - ``start``: slot shown first (default 0). ``speed``: slots a second at first, one of 1, 2,
      5, 10, 30 (default 5). ``autoplay``: play when first shown (never with reduced motion).
    - ``goto``: ``{nonce, run, decision}``, counted as in :class:`Picked`. When ``nonce`` (a number
      or text) is not the one last seen, the player focuses that run, stops at that decision if
      it lies in these slots, and reports once. A player mounted anew obeys any ``goto``.

    With ``height`` rows shrink (to 8 px at least) to fit it, and what is left over scrolls.
    """
    payload = {**data, "labels": {**LABELS, **(data.get("labels") or {})}, "height": height}
    start = max(0, min(int(data.get("start") or 0), int(data["slots"]) - 1))
    result = _mount(
        key=key,
        data=as_json(payload),
        default={"at": {"slot": start, "picked": None}},
        height=height or "content",
        on_at_change=_nothing,
    )
    return _seen(result.get("at"), data, start)


def _seen(at: Any, data: dict[str, Any], start: int) -> Seen:
    """What the browser reported, as far as it goes with what is sent now."""
    at = at if isinstance(at, dict) else {}
    slot = at.get("slot")
    slot = max(0, min(slot, int(data["slots"]) - 1)) if isinstance(slot, int) else start
    picked = at.get("picked")
    if not isinstance(picked, dict) or not _is_place(picked.get("run"), range(len(data["runs"]))):
        return Seen(slot, None)
    run = data["runs"][picked["run"]]
    first = int(run.get("first_decision") or 0)
    here = range(first, first + len((run.get("decisions") or {}).get("request", ())))
    if not _is_place(picked.get("decision"), here):
        return Seen(slot, None)
    return Seen(slot, Picked(run=picked["run"], decision=picked["decision"]))


def _is_place(value: Any, places: range) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in places
