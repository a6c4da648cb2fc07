"""The edge server checks its figures; the shipped boxes and links hold what their files hold."""

from __future__ import annotations

import csv
import dataclasses
import math
from collections.abc import Callable
from fractions import Fraction
from importlib.resources import files
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from genedge.errors import InputError
from genedge.intake.server import EdgePreset, EdgeServer, LinkPreset, edge_presets, link_presets

FIELDS = [field.name for field in dataclasses.fields(EdgeServer)]


def shipped(file: str) -> list[dict[str, str]]:
    text = files("genedge").joinpath("data", file).read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_defaults_are_the_middle_of_table_1() -> None:
    assert EdgeServer() == EdgeServer(120, 12, 1, 0.3, 10)
    assert EdgeServer().dynamic_power_kw == 1 - 0.3


def test_figures_become_floats_and_servers_can_be_keys() -> None:
    server = EdgeServer(np.int64(60), Fraction(6), True + 1, 0, np.float32(2.5))  # type: ignore[arg-type]
    assert dataclasses.astuple(server) == (60.0, 6.0, 2.0, 0.0, 2.5)
    assert all(type(value) is float for value in dataclasses.astuple(server))
    assert hash(server) == hash(EdgeServer(60, 6, 2, 0, 2.5))
    assert math.copysign(1, EdgeServer(storage_gb=-0.0).storage_gb) == 1


def test_servers_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        EdgeServer().storage_gb = 1.0  # type: ignore[misc]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (math.nan, "not nan"),
        (math.inf, "not inf"),
        (10**400, "not inf"),
        (-0.001, "not -0.001"),
        (1e10, "not 1e+10"),
        (True, "must be a number, not 'True'"),
        (None, "must be a number, not 'None'"),
        ("12", "must be a number, not '12'"),
    ],
)
def test_bad_figure_names_the_field(field: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        EdgeServer(**{field: value})  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"server.{field} must be ")
    assert str(caught.value).endswith(sentence)


@pytest.mark.parametrize("bandwidth", [0, 1e-10])
def test_bandwidth_must_be_above_zero(bandwidth: float) -> None:
    with pytest.raises(InputError, match=r"^server.bandwidth_gbps must be between 1e-09 and"):
        EdgeServer(bandwidth_gbps=bandwidth)


def test_static_power_is_part_of_the_power() -> None:
    assert EdgeServer(power_kw=0.3, static_power_kw=0.3).dynamic_power_kw == 0
    with pytest.raises(
        InputError, match=r"static_power_kw \(0\.4\) is more than server.power_kw \(0\.3\)"
    ):
        EdgeServer(power_kw=0.3, static_power_kw=0.4)


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_dynamic_power_is_never_negative(a: float, b: float) -> None:
    server = EdgeServer(power_kw=max(a, b), static_power_kw=min(a, b))
    assert server.dynamic_power_kw == max(a, b) - min(a, b) >= 0


def expected(cell: str, wanted: object) -> object:
    if isinstance(wanted, float):
        return float(cell)
    return None if cell in ("", "-") else cell


@pytest.mark.parametrize(
    ("file", "presets", "kind"),
    [("edges.csv", edge_presets, EdgePreset), ("links.csv", link_presets, LinkPreset)],
)
def test_presets_hold_every_column_of_their_file(
    file: str, presets: Callable[[], tuple[Any, ...]], kind: type[Any]
) -> None:
    rows = shipped(file)
    assert [field.name for field in dataclasses.fields(kind)] == list(rows[0])
    assert len(presets()) == len(rows) > 1
    for preset, row in zip(presets(), rows, strict=True):
        for column, cell in row.items():
            value = getattr(preset, column)
            assert value == expected(cell, value), (row["name"], column)


def test_the_first_box_is_the_default_server() -> None:
    paper = edge_presets()[0]
    assert paper.server() == EdgeServer()
    assert (paper.gpu, paper.disk_read_gb_s) == (None, None)
    assert paper.server(bandwidth_gbps=1).bandwidth_gbps == 1


def test_every_box_and_link_makes_a_server() -> None:
    for box in edge_presets():
        for link in link_presets():
            assert box.server(link.gbps).storage_gb == box.storage_gb


def test_fetch_times_of_the_links_follow_equation_4() -> None:
    for link in link_presets():
        assert link.seconds_to_fetch_5_48_gb == pytest.approx(8 * 5.48 / link.gbps, rel=0.01)
