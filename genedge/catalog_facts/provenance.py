"""Where the figures of a catalog come from: a source for each, or the user's own hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from genedge.catalog_facts.figures import FIGURES, Figure
from genedge.catalog_facts.wording import listed
from genedge.intake.catalog import CATALOG_PRESETS, Model, ModelCatalog, provenance

if TYPE_CHECKING:
    import pandas as pd

YOURS: Final = "yours"
ILLUSTRATIVE: Final = "illustrative"


@dataclass(frozen=True)
class Source:
    """Where one figure of a catalog comes from.

    Attributes
    ----------
    kind: "measured", "published", "derived", "illustrative" (stretched to the ends of the paper's
        ranges), or "yours" for one that was typed or uploaded.
    confidence: "high", "medium" or "low"; empty where that is no question.
    """

    model: str
    figure: Figure
    value: float
    kind: str
    confidence: str
    source: str


def origin(catalog: ModelCatalog) -> str:
    """The shipped catalog that shares the most models and figures with this one."""
    models = set(catalog.models)
    names = set(catalog.names)

    def shared(preset: str) -> tuple[int, int]:
        other = ModelCatalog.preset(preset)
        return len(names & set(other.names)), len(models & set(other.models))

    return max(CATALOG_PRESETS, key=shared)


@cache
def _known(preset: str) -> Mapping[tuple[str, str], tuple[float, str, str, str]]:
    return {
        (row.model, row.field): (row.value, row.kind, row.confidence, row.source)
        for row in provenance(preset)
    }


def sources(catalog: ModelCatalog, models: Iterable[Model] | None = None) -> list[Source]:
    """Five sources a model; a figure that a shipped catalog does not have is the user's own."""
    known = _known(origin(catalog))
    found = []
    for model in catalog if models is None else models:
        for field, figure in FIGURES.items():
            value = getattr(model, field)
            shipped = known.get((model.name, field))
            if shipped is not None and shipped[0] == value:
                _, kind, confidence, text = shipped
                if kind == "stretched":
                    kind, confidence = ILLUSTRATIVE, ""
                found.append(Source(model.name, figure, value, kind, confidence, text))
            else:
                found.append(Source(model.name, figure, value, YOURS, "", "Typed or uploaded"))
    return found


def source_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """Every figure of the catalog with its source, one row each."""
    import pandas as pd

    return pd.DataFrame(
        [
            {
                "model": found.model,
                "figure": found.figure.title,
                "value": found.value,
                "unit": found.figure.unit,
                "kind": found.kind,
                "confidence": found.confidence,
                "source": found.source,
            }
            for found in sources(catalog)
        ]
    )


def kind_frame(catalog: ModelCatalog) -> pd.DataFrame:
    """One row a model: the kind of source of each of its figures."""
    import pandas as pd

    rows: dict[str, dict[str, str]] = {}
    for found in sources(catalog):
        row = rows.setdefault(found.model, {"Model": found.model})
        row[found.figure.title] = found.kind
    return pd.DataFrame(list(rows.values()))


_KINDS = MappingProxyType(
    {
        "measured": "measured",
        "published": "published",
        "derived": "derived from others",
        ILLUSTRATIVE: "illustrative (stretched to the ends of the paper's ranges)",
        YOURS: "yours",
    }
)


def source_sentence(catalog: ModelCatalog) -> str:
    """How many of the figures are measured, published, derived, illustrative, or typed."""
    kinds = [found.kind for found in sources(catalog)]
    present = [kind for kind in _KINDS if kind in kinds]
    if len(present) == 1:
        return f"All {len(kinds):,} figures are {_KINDS[present[0]]}."
    parts = [f"{kinds.count(kind):,} {_KINDS[kind]}" for kind in present]
    return f"Of {len(kinds):,} figures: {listed(parts, len(parts))}."
