"""Where each number of a catalog comes from: a source of the shipped data, or the user's own hand.

No equation lives here. Every number of a shipped catalog has one row of provenance.csv.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final

from genedge.intake.catalog import CATALOG_PRESETS, DATA, Model, ModelCatalog, file_of
from genedge.intake.quantities import QUANTITIES
from genedge.intake.reading import read_table
from genedge.limits import MAX_CATALOG_BYTES, MAX_MODELS

if TYPE_CHECKING:
    import pandas as pd

KINDS: Final = ("measured", "published", "derived", "illustrative", "yours")
"""Kinds of sources on the screen: "illustrative" figures are stretched to the paper's ranges."""


@dataclass(frozen=True)
class ProvenanceRow:
    """Where one number of a catalog comes from.

    Attributes
    ----------
    model, field: which number: a model's name and a column, such as "power_kw".
    value: the number, in the column's unit.
    kind: "measured", "published", "derived" or "stretched" (to the ends of the paper's ranges);
        of :func:`sources` one of KINDS.
    confidence: "high", "medium", "low" or "illustrative"; "" where that is no question.
    source: in words, with the figures it was made from.
    """

    model: str
    field: str
    value: float
    kind: str
    confidence: str
    source: str


def provenance(preset: str) -> tuple[ProvenanceRow, ...]:
    """Return the provenance of every number of a shipped catalog, in catalog order.

    Raises `InputError` for a name not in `CATALOG_PRESETS`.
    """
    wanted = file_of(preset)
    return tuple(row for file, row in _shipped() if file == wanted)


@cache
def _shipped() -> tuple[tuple[str, ProvenanceRow], ...]:
    labels = ("file", "name", "field", "kind", "confidence")
    table = read_table(
        DATA.joinpath("provenance.csv").read_bytes(),
        name="provenance.csv",
        required=(*labels, "value", "source"),
        max_bytes=MAX_CATALOG_BYTES,
        max_rows=MAX_MODELS,
    )
    texts = zip(*(table.texts(label) for label in labels), strict=True)
    values = table.numbers("value", minimum=0).tolist()
    sources = map(str, table.columns["source"])
    return tuple(
        (file, ProvenanceRow(model, field, value, kind, confidence, source))
        for (file, model, field, kind, confidence), value, source in zip(
            texts, values, sources, strict=True
        )
    )


def origin(catalog: ModelCatalog) -> str:
    """The shipped catalog that shares the most models and figures with this one."""
    models = set(catalog.models)
    names = set(catalog.names)

    def shared(preset: str) -> tuple[int, int]:
        other = ModelCatalog.preset(preset)
        return len(names & set(other.names)), len(models & set(other.models))

    return max(CATALOG_PRESETS, key=shared)


def sources(catalog: ModelCatalog, models: Iterable[Model] | None = None) -> list[ProvenanceRow]:
    """Five sources a model; a figure that no shipped catalog has is the user's own."""
    known = {(row.model, row.field): row for row in provenance(origin(catalog))}
    found = []
    for model in catalog if models is None else models:
        for field in QUANTITIES:
            value = getattr(model, field)
            row = known.get((model.name, field))
            if row is None or row.value != value:
                row = ProvenanceRow(model.name, field, value, "yours", "", "Typed or uploaded")
            elif row.kind == "stretched":
                row = replace(row, kind="illustrative", confidence="")
            found.append(row)
    return found


def source_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """Every figure of the catalog with its source, one row each."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "model": row.model,
                "figure": QUANTITIES[row.field].label,
                "value": row.value,
                "unit": QUANTITIES[row.field].unit,
                "kind": row.kind,
                "confidence": row.confidence,
                "source": row.source,
            }
            for row in sources(catalog)
        ]
    )


def kind_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """One row a model: the kind of source of each of its figures."""
    import pandas as pd

    rows: dict[str, dict[str, str]] = {}
    for row in sources(catalog):
        kinds = rows.setdefault(row.model, {"Model": row.model})
        kinds[QUANTITIES[row.field].label] = row.kind
    return pd.DataFrame(list(rows.values()))
