"""What the Catalog page says: what fits, how long a miss takes, who is asked for."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np

from genedge.catalog_facts import (
    Capacity,
    capacities,
    fits_alone,
    most_at_once,
    never_together,
    times_as_long,
)
from genedge.engine.arrays import Floats
from genedge.intake.catalog import ModelCatalog
from genedge.intake.provenance import KINDS, sources
from genedge.intake.request_log import TraceFile
from genedge.intake.server import EdgeServer
from genedge.intake.workload import PopularityOrder
from genedge.limits import MAX_SLOTS
from genedge.say import amount, capital, count, duration, enumerated, listed, percent

ON_THE_SCREEN: Final = 40
"""Bars that one chart shows; of larger catalogs the first in its order."""


def left_out(models: int, which: str) -> str:
    """What a chart of a large catalog does not show, to be put behind its sentence."""
    if models <= ON_THE_SCREEN:
        return ""
    return f" Shown are the {ON_THE_SCREEN} {which} of {models:,} models."


@lru_cache(maxsize=64)
def what_fits(catalog: ModelCatalog, server: EdgeServer) -> str:
    """What the server can and cannot hold of the catalog."""
    over = [one for one in capacities(catalog, server) if one.total > one.most]
    if not over:
        return "All models fit at once."
    sentences = [f"All models together need {enumerated(list(map(_need, over)))}."]
    alone = fits_alone(catalog, server)
    if alone.any():
        most = most_at_once(catalog, server)
        if most < len(catalog):
            sentences.append(f"At most {count(most, 'model')} can be held at a time.")
        pairs, example = never_together(catalog, server)
        if example is not None:
            which = "never fit together"
            such = f"{count(pairs, 'pair')} {which}, such as " if pairs > 1 else ""
            pair = f"{example[0]} and {example[1]}"
            sentences.append(f"{such}{pair}." if such else f"{pair} {which}.")
    if not alone.all():
        names = [name for name, fits in zip(catalog.names, alone, strict=True) if not fits]
        does, their = ("does", "its") if len(names) == 1 else ("do", "their")
        lacking = [one.resource.label for one in over if one.largest > one.most]
        sentences.append(
            f"{listed(names)} {does} not fit even the empty server (for want of "
            f"{enumerated(lacking)}): {their} requests are rejected."
        )
    return " ".join(sentences)


def _need(one: Capacity) -> str:
    share = one.share(one.total)
    if math.isinf(share):
        return f"{one.resource.label} of which there is none"
    return f"{amount(share)} times the {one.resource.label}"


def delay_title(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """How much longer the first request to the median model waits than later ones, in short."""
    if not catalog.reload_delay_s(bandwidth_gbps).any():
        return "No request waits"
    median = float(np.median(times_as_long(catalog, bandwidth_gbps)))
    if math.isinf(median):
        return "Only first requests wait"
    factor = f"{median:.2g}" if median < 99.5 else f"{median:,.0f}"
    if factor == "1":
        return "First requests wait as long as later ones"
    return f"First requests wait {factor} times as long{' (median)' * (len(catalog) > 1)}"


def what_takes_longest(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """Which part of the first service delay is the largest over all models."""
    terms = {
        "fetching over the link": float(catalog.transmission_delay_s(bandwidth_gbps).sum()),
        "loading from disk": float(catalog.io_delay_s.sum()),
        "inference": float(catalog.inference_delay_s.sum()),
    }
    if not any(terms.values()):
        return "Every delay is 0."
    dominant = max(terms, key=lambda term: terms[term])
    share = terms[dominant] / sum(terms.values())
    return f"Over all models {dominant} is {percent(share)} of the first wait."


def slowest(catalog: ModelCatalog, bandwidth_gbps: float) -> str:
    """Which model is the slowest to come back."""
    delay = catalog.reload_delay_s(bandwidth_gbps)
    row = int(delay.argmax())
    return f"The costliest miss: {catalog.names[row]}, {duration(float(delay[row]))}."


def who_is_asked_for(catalog: ModelCatalog, rates: Floats, server: EdgeServer) -> str:
    """The most popular model's share, and what share asks for models that fit nowhere."""
    share = percent(float(rates.max() / rates.sum()))
    text = f"{share} of the requests ask for {catalog.names[int(rates.argmax())]}."
    rejected = float(rates[~fits_alone(catalog, server)].sum() / rates.sum())
    if rejected > 0:
        text += f" {percent(rejected)} ask for models that do not fit and are rejected."
    return capital(text)


def request_log(trace: TraceFile, slot_s: float) -> str:
    """What a log holds, and what slots of this length make of it."""
    slots = trace.slot_count(slot_s)
    text = (
        f"{trace.name}: {count(trace.request_count, 'request')} to "
        f"{count(len(trace.model_names), 'model')} over {duration(trace.span_s)}"
    )
    if slots > MAX_SLOTS:
        return f"{text}; slots of {slot_s:g} s are more than the {MAX_SLOTS:,} that can be replayed"
    each = amount(trace.request_count / slots)
    return f"{text}, {count(slots, 'slot')} of {each} requests on average"


def where_from(catalog: ModelCatalog) -> str:
    """How many of the figures are measured, published, derived, illustrative, or typed."""
    kinds = [found.kind for found in sources(catalog)]
    parts = [f"{kinds.count(kind):,} {kind}" for kind in KINDS if kind in kinds]
    return f"Of {len(kinds):,} figures {enumerated(parts)}."


def left_order(before: PopularityOrder, after: PopularityOrder) -> list[str]:
    """Who dropped out of an order by names, and what counts now; nothing where nobody did."""
    if isinstance(before, str) or after == "custom":
        return []
    if isinstance(after, str):
        return ["no model of the popularity order is left: popularity follows catalog order"]
    gone = [name for name in before if name not in after]
    return (
        [f"no longer in the popularity order: {listed(gone)}"] if len(after) < len(before) else []
    )
