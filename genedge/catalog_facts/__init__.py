"""What a catalog, a server and a request log mean for each other, in tables and sentences.

Everything that the catalog page says is computed here: what is typed into its table becomes a
catalog, totals meet capacities (equations 1 to 3), a first service delay (equations 4 to 6) meets
later ones, rates become shares, and every figure gets its source.
"""

from genedge.catalog_facts.delays import (
    delay_frame,
    delay_sentence,
    delay_title,
    footprint_frame,
    footprint_sentence,
)
from genedge.catalog_facts.figures import FIGURES, RATE_FIELD, RATE_LABEL
from genedge.catalog_facts.fits import (
    Capacity,
    capacities,
    capacity_frame,
    fit_sentences,
    fits_alone,
    most_at_once,
    never_together,
)
from genedge.catalog_facts.logs import (
    guessed_models,
    log_rates,
    log_sentence,
    log_slots,
    missing_models,
    suggested_slot_s,
)
from genedge.catalog_facts.provenance import (
    ILLUSTRATIVE,
    YOURS,
    kind_frame,
    origin,
    source_frame,
    source_sentence,
    sources,
)
from genedge.catalog_facts.requests import cycle_sentence, request_frame, request_sentence
from genedge.catalog_facts.typed import (
    Record,
    Typed,
    aligned_rates,
    apply_edits,
    catalog_value,
    read_typed,
    records_of,
)
from genedge.catalog_facts.wording import (
    ON_THE_SCREEN,
    count_of,
    figure_text,
    left_out,
    span_text,
    wait_text,
)

__all__ = [
    "FIGURES",
    "ILLUSTRATIVE",
    "ON_THE_SCREEN",
    "RATE_FIELD",
    "RATE_LABEL",
    "YOURS",
    "Capacity",
    "Record",
    "Typed",
    "aligned_rates",
    "apply_edits",
    "capacities",
    "capacity_frame",
    "catalog_value",
    "count_of",
    "cycle_sentence",
    "delay_frame",
    "delay_sentence",
    "delay_title",
    "figure_text",
    "fit_sentences",
    "fits_alone",
    "footprint_frame",
    "footprint_sentence",
    "guessed_models",
    "kind_frame",
    "left_out",
    "log_rates",
    "log_sentence",
    "log_slots",
    "missing_models",
    "most_at_once",
    "never_together",
    "origin",
    "read_typed",
    "records_of",
    "request_frame",
    "request_sentence",
    "source_frame",
    "source_sentence",
    "sources",
    "span_text",
    "suggested_slot_s",
    "wait_text",
]
