"""Every shipped number has its source; what was typed is the user's own."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from test_catalog import shipped_numbers

from genedge.intake.catalog import CATALOG_PRESETS, Model, ModelCatalog
from genedge.intake.provenance import (
    ProvenanceRow,
    kind_frame,
    origin,
    provenance,
    source_frame,
    sources,
)

TABLE1 = ModelCatalog.preset("table1")
NEW = Model("New", "", 1.0, 1.0, 0.1, 1.0, 1.0)


@pytest.mark.parametrize("preset", CATALOG_PRESETS)
def test_every_shipped_number_has_one_provenance_row_and_no_row_is_an_orphan(preset: str) -> None:
    rows = provenance(preset)
    joined = {(row.model, row.field): row.value for row in rows}
    assert len(joined) == len(rows)
    assert joined == shipped_numbers(preset)


def test_the_provenance_file_is_about_the_shipped_catalogs_only() -> None:
    text = files("genedge").joinpath("data", "provenance.csv").read_text("utf-8")
    in_file = len(list(csv.DictReader(text.splitlines())))
    assert in_file == sum(len(provenance(preset)) for preset in CATALOG_PRESETS) == 170


@pytest.mark.parametrize("preset", CATALOG_PRESETS)
def test_provenance_says_how_and_where(preset: str) -> None:
    for row in provenance(preset):
        assert isinstance(row, ProvenanceRow)
        assert row.kind in {"measured", "published", "derived", "stretched"}
        assert row.confidence in {"high", "medium", "low", "illustrative"}
        assert (row.kind == "stretched") == (row.confidence == "illustrative")
        assert row.source.strip()


def test_only_table1_is_stretched_and_says_where_to() -> None:
    stretched = [row for preset in CATALOG_PRESETS for row in provenance(preset)]
    stretched = [row for row in stretched if row.kind == "stretched"]
    assert set(stretched) < set(provenance("table1"))
    assert all("arXiv 2409.05303 Table I" in row.source for row in stretched)


def test_unstretched_numbers_of_table1_are_those_of_the_measured_catalog() -> None:
    measured_name = {
        "BERT": "BERT-base",
        "BLIP": "BLIP-base",
        "MMS-ASR": "MMS-1B-all",
        "MusicGen": "MusicGen-small",
        "VideoFusion": "ModelScope T2V (VideoFusion)",
    }
    measured = {(row.model, row.field): row for row in provenance("measured")}
    kept = [row for row in provenance("table1") if row.kind != "stretched"]
    assert kept
    for row in kept:
        same = measured[measured_name.get(row.model, row.model), row.field]
        assert (row.value, row.kind, row.confidence, row.source) == (
            same.value,
            same.kind,
            same.confidence,
            same.source,
        )


@pytest.mark.parametrize("preset", CATALOG_PRESETS)
def test_every_shipped_figure_has_its_source(preset: str) -> None:
    shipped = ModelCatalog.preset(preset)
    found = sources(shipped)
    assert origin(shipped) == preset
    assert len(found) == 5 * len(shipped) == len(provenance(preset))
    assert all(one.source and one.kind != "yours" for one in found)
    assert len(source_frame(shipped)) == len(found)
    assert kind_frame(shipped).shape == (len(shipped), 6)


def test_what_was_typed_is_the_users_own_and_the_rest_keeps_its_source() -> None:
    models = (TABLE1.models[0]._replace(storage_gb=3.0), *TABLE1.models[1:], NEW)
    mine = ModelCatalog(models)
    assert origin(mine) == "table1"
    kinds = [one.kind for one in sources(mine, mine.models[:1])]
    assert kinds == ["yours", "measured", "measured", "measured", "measured"]
