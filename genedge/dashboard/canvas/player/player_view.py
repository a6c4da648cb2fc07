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
from typing import Any, TypedDict

from genedge.dashboard.canvas.shared.registration import as_json, register

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
    "lost": "lost by its end {names}: {cost} charged",
    "names_more": "{names} and {n} more",
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

_mount = register("genedge_player", Path(__file__).parent)


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


def player(data: dict[str, Any], *, key: str) -> Seen:
    """Draw the player; returns the place last reported (slot 0, nothing picked, at first).

    ``data`` is JSON (numpy arrays and scalars are converted; NaN and infinity are refused), as
    :func:`~genedge.dashboard.canvas.player.slots_window.player_data` makes it, and with

    - ``speed``: slots a second at first, one of 1, 2, 5, 10, 30 (default 5).
    - ``goto``: ``{nonce, run, decision}``, counted as in :class:`Picked`. When ``nonce`` (a number
      or text) is not the one last seen, the player focuses that run, stops at that decision if
      it lies in these slots, and reports once. A player mounted anew obeys any ``goto``.
    """
    result = _mount(
        key=key,
        data=as_json({**data, "labels": LABELS}),
        default={"at": {"slot": 0, "picked": None}},
        height="content",
        on_at_change=_nothing,
    )
    return _seen(result.get("at"), data)


def _seen(at: Any, data: dict[str, Any]) -> Seen:
    """What the browser reported, as far as it goes with what is sent now."""
    at = at if isinstance(at, dict) else {}
    slot = at.get("slot")
    slot = max(0, min(slot, int(data["slots"]) - 1)) if isinstance(slot, int) else 0
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
