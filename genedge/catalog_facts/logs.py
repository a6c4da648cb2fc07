"""What a request log means for a catalog: its rates, the models it lacks, slots to cut it into."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np

from genedge.catalog_facts.wording import count_of, figure_text, span_text
from genedge.engine.arrays import Floats
from genedge.intake.catalog import NUMBER_FIELDS, Model, ModelCatalog
from genedge.intake.request_log import TraceFile
from genedge.limits import MAX_SLOTS
from genedge.scenario.scenario import Scenario


def log_rates(trace: TraceFile, catalog: ModelCatalog, scenario: Scenario) -> Floats:
    """n_m / T of a log whose models the catalog has, cut as the scenario cuts it, ``[M]``."""
    load = scenario.workload
    slot = np.floor((trace.times - trace.times[0]) / load.slot_seconds)
    slots = int(slot[-1]) + 1 if load.slots is None else min(int(slot[-1]) + 1, load.slots)
    rows = {name: row for row, name in enumerate(catalog.names)}
    inside = slot < slots
    row = np.array([rows[name] for name in trace.model_names])[trace.model_index[inside]]
    rates: Floats = np.bincount(row, trace.counts[inside], len(catalog)) / slots
    return rates


def missing_models(trace: TraceFile, names: Collection[str]) -> tuple[str, ...]:
    """Models that the log asks for and the catalog lacks, the most requested first."""
    counts = np.bincount(trace.model_index, trace.counts, len(trace.model_names))
    order = np.argsort(-counts, kind="stable")
    known = set(names)
    return tuple(trace.model_names[i] for i in order if trace.model_names[i] not in known)


def guessed_models(catalog: ModelCatalog, names: Sequence[str]) -> tuple[Model, ...]:
    """Rows for unknown models: each figure the median over the catalog, to be edited."""
    medians = [float(np.median([getattr(model, f) for model in catalog])) for f in NUMBER_FIELDS]
    return tuple(Model(name, "guess: edit the figures", *medians) for name in names)


_SLOT_LENGTHS = (1.0, 10.0, 60.0, 300.0, 600.0, 1800.0, 3600.0, 21600.0, 86400.0)


def suggested_slot_s(trace: TraceFile) -> float:
    """A slot length to start from: the log's own bins; or at most 1,000 slots, none too empty."""
    gaps = np.diff(np.unique(trace.times))
    if trace.from_count.any() and gaps.size:
        bins = float(np.median(gaps))
        if trace.span_s / bins < 10_000:
            return bins
    least = trace.span_s / min(1000, trace.request_count)
    return next((length for length in _SLOT_LENGTHS if length >= least), _SLOT_LENGTHS[-1])


def log_slots(trace: TraceFile, slot_s: float) -> float:
    """Slots that the whole log comes to; a float, because it may be astronomically many."""
    return math.floor(trace.span_s / slot_s) + 1 if trace.span_s / slot_s < 1e15 else math.inf


def log_sentence(trace: TraceFile, slot_s: float) -> str:
    """What a log holds, and what slots of this length make of it."""
    slots = log_slots(trace, slot_s)
    rows = "row stands" if trace.rows == 1 else "rows stand"
    requests = "request" if trace.request_count == 1 else "requests"
    text = (
        f"{trace.name}: {trace.rows:,} {rows} for {trace.request_count:,} {requests} to "
        f"{count_of(len(trace.model_names), 'model')} over {span_text(trace.span_s)}"
    )
    if slots > MAX_SLOTS:
        return (
            f"{text}; slots of {slot_s:g} s are more than the {MAX_SLOTS:,} that can be replayed."
        )
    text += f"; with slots of {slot_s:g} s that is {count_of(int(slots), 'slot')}"
    if slots == 1:
        return text + "."
    per_slot = figure_text(trace.request_count / slots)
    return f"{text} of {per_slot} {'request' if per_slot == '1' else 'requests'} on average."
