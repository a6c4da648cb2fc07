"""The live picture of users, edge server and cloud: requests play one after another in the browser.

A hit is answered at the edge. A miss goes on to the cloud, the model comes back over the link and
the evicted ones leave. Everything is sent once; playing and stepping cost the server nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genedge.dashboard.canvas.shared.registration import as_json, register

LABELS: dict[str, str] = {
    "picture": "Users, edge server and cloud, request by request",
    "play": "Play",
    "pause": "Pause",
    "step": "Next request",
    "where": "request {n} of {total}, slot {slot}",
    "where_start": "before the first of {total}",
    "where_none": "no requests",
    "users": "Users",
    "edge": "Edge server",
    "policy": "{policy} decides what stays",
    "tiles": "Tile size: share of GPU memory",
    "cloud": "Cloud",
    "bandwidth": "{n} Gbit/s",
    "empty": "nothing deployed",
    "more_tiles": "+{n} more",
    "hit": "hit · {wait}",
    "miss": "miss · waited {wait}",
    "miss_waiting": "miss",
    "rejected": "does not fit",
    "seconds": "{n}\u00a0s",
    "caption_start": "The edge starts empty: every model is still in the cloud.",
    "caption_none": "Nobody asks for anything in this scenario.",
    "caption_hit": "{name} is at the edge: hit, answered in {wait}, nothing to fetch.",
    "caption_miss": "{name} was not at the edge: miss, waited {wait} "
    "(sent {sent}, loaded {loaded}, answered {answered}).",
    "caption_evicted": "Evicted: {names}.",
    "caption_rejected": "{name} does not fit: it needs {need} of {resource}, "
    "the whole server has {have}.",
    "names_more": "{names} and {n} more",
    "picture_at": "{where}. {caption} At the edge: {names}.",
    "storage": "Storage",
    "gpu": "GPU memory",
    "power": "Power",
    "storage_word": "storage",
    "gpu_word": "GPU memory",
    "power_word": "power",
    "storage_amount": "{used} of {capacity} GB",
    "gpu_amount": "{used} of {capacity} GB",
    "power_amount": "{used} of {capacity} kW",
    "storage_size": "{size} GB",
    "gpu_size": "{size} GB",
    "power_size": "{size} kW",
    "tip": "{name}: {storage} storage, {gpu} GPU memory, {power}",
    "tip_service": "{name}, {service}: {storage} storage, {gpu} GPU memory, {power}",
}
"""Every visible word; ``{name}`` is filled in the browser."""

_mount = register("genedge_edge_picture", Path(__file__).parent)


def edge_picture(data: dict[str, Any], *, key: str) -> None:
    """Draw the picture; it reports nothing back.

    ``data`` is JSON (numpy arrays and scalars are converted; NaN and infinity are refused), as
    :func:`~genedge.dashboard.canvas.edge.picture_data.picture_data` makes it, and with ``color``:
    accent, a CSS colour or ``{light, dark}`` (default: the theme's primary colour).
    """
    _mount(key=key, data=as_json({**data, "labels": LABELS}), height="content")
