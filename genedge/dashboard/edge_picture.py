"""The live picture of users, edge server and cloud: requests play one after another in the browser.

A hit is answered at the edge. A miss goes on to the cloud, the model comes back over the link and
the evicted ones leave. Everything is sent once; playing and stepping cost the server nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from genedge.dashboard.canvas import COLOURS
from genedge.dashboard.packing import as_json, pack_bits, pack_bytes
from genedge.engine.arrays import unpack

if TYPE_CHECKING:
    from streamlit.components.v2.bidi_component.state import ComponentResult

    from genedge.runs.run import Run

_ASSETS = Path(__file__).with_name("edge_assets")

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
    "more": "+{n} more",
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

_mount = st.components.v2.component(
    "genedge_edge_picture",
    html=(_ASSETS / "edge.html").read_text(encoding="utf-8"),
    css=(_ASSETS / "edge.css").read_text(encoding="utf-8"),
    js=COLOURS + (_ASSETS / "edge.js").read_text(encoding="utf-8"),
)


def edge_picture(data: dict[str, Any], *, key: str) -> ComponentResult:
    """Draw the picture; it reports nothing back.

    ``data`` is JSON (numpy arrays and scalars are converted; NaN and infinity are refused), as
    :func:`picture_data` makes it:

    - ``models``: ``[{name, service, storage_gb, gpu_memory_gb, power_kw, transmission_s, io_s,
      inference_s}]``, M catalog rows.
    - ``capacities``: ``{storage_gb, gpu_memory_gb, power_kw}``, power above static power;
      ``bandwidth_gbps``.
    - ``requests``: ``{model: [N], slot: [N], outcome}``, 0-based rows and slots, ``outcome`` from
      :func:`~genedge.dashboard.packing.pack_bytes` (0 hit, 1 miss, 2 rejected). At most a few
      hundred.
    - ``deployed``: after each request, from :func:`~genedge.dashboard.packing.pack_bits`.
    - ``policy``: its label. ``color``: accent, a CSS colour or ``{light, dark}`` (default: the
      theme's primary colour). ``labels``: overrides of :data:`LABELS`.
    - ``total``: requests in the whole run (default N). ``start``: request shown first (default
      none: the empty edge). ``autoplay``: default true, never with reduced motion.
    """
    payload = {**data, "labels": {**LABELS, **(data.get("labels") or {})}}
    return _mount(key=key, data=as_json(payload), height="content")


def picture_data(run: Run, *, most: int = 200) -> dict[str, Any]:
    """Turn the first ``most`` requests of a run into what :func:`edge_picture` draws.

    The picture opens shortly before the first eviction, where there is most to see. Raises
    `ValueError` unless the run was recorded with ``record="decisions"``.
    """
    requests, outcome = run.requests, run.outcome[:most]
    shown = min(most, requests.model.size)
    decided = run.decisions.request[: int(np.searchsorted(run.decisions.request, shown))]
    if outcome.size != shown or decided.size != np.count_nonzero(outcome == 1):
        raise ValueError('the picture needs a run recorded with record="decisions"')
    catalog, server = run.problem.scenario.model_catalog, run.problem.scenario.server
    after = np.zeros((decided.size + 1, len(catalog)), dtype=bool)
    if decided.size:
        after[1:] = unpack(run.decisions.deployment[: decided.size], len(catalog))
    evictions = decided[(after[:-1] & ~after[1:]).any(axis=1)]
    return {
        "models": [
            {
                "name": model.name,
                "service": model.service,
                "storage_gb": model.storage_gb,
                "gpu_memory_gb": model.gpu_memory_gb,
                "power_kw": model.power_kw,
                "transmission_s": seconds,
                "io_s": model.io_delay_s,
                "inference_s": model.inference_delay_s,
            }
            for model, seconds in zip(
                catalog, catalog.transmission_delay_s(server.bandwidth_gbps).tolist(), strict=True
            )
        ],
        "capacities": {
            "storage_gb": server.storage_gb,
            "gpu_memory_gb": server.gpu_memory_gb,
            "power_kw": server.dynamic_power_kw,
        },
        "bandwidth_gbps": server.bandwidth_gbps,
        "policy": run.kind.label,
        "requests": {
            "model": requests.model[:shown].tolist(),
            "slot": requests.slot[:shown].tolist(),
            "outcome": pack_bytes(outcome),
        },
        "deployed": pack_bits(after[np.searchsorted(decided, np.arange(shown), side="right")]),
        "total": int(requests.model.size),
        "start": max(0, int(evictions[0]) - 3) if evictions.size else 0,
    }
