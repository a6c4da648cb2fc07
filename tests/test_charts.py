"""Every chart is one that plotly accepts, and shows what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import plotly.graph_objects as go
import pytest

from genedge import PRESETS, charts, compare
from genedge import catalog_facts as facts
from genedge.paper.figures import figure_sweeps
from genedge.registry.looks import Theme
from genedge.registry.policies import BASELINES, POLICIES
from genedge.studies.ablations import ABLATIONS
from genedge.studies.runner import run_study
from genedge.studies.study import Axis
from genedge.studies.sweeps import point_of, sweep_over
from genedge.studies.table import StudyTable
from genedge.words.report import Report, report

THEMES: tuple[Theme, ...] = ("light", "dark")
METRICS = ("average_cost", "realised_cost")


@cache
def made(replications: int = 3) -> Report:
    """A comparison of every policy on the scenario that the app opens on."""
    return report(compare(replace(PRESETS["contended"], replications=replications)))


@cache
def swept(*knobs: str) -> StudyTable:
    """A tiny sweep: two values of each knob, two replications."""
    values = {"storage_gb": (60.0, 120.0), "common_rate": (0.1, 0.2), "catalog_draw": (1.0, 2.0),
              "zipf_exponent": (0.8, 1.6), "resource_weight": (0.1, 0.2)}  # fmt: skip
    base = replace(PRESETS["frugal"], replications=2)
    if len(knobs) == 2:
        base = replace(base, policies=("ga", "exact", *BASELINES))
    axes = tuple(Axis(knob, values[knob]) for knob in knobs)
    return run_study(sweep_over("tiny", "tiny", axes, base))


def sweep_figures(theme: Theme) -> Iterator[tuple[str, go.Figure]]:
    """Every chart of a sweep, of one that is not measured yet too."""
    for table in (
        swept("storage_gb"),
        swept("common_rate"),
        StudyTable.empty(swept("storage_gb").study),
    ):
        for metric in METRICS:
            yield "lines", charts.sweep_lines(table, metric, theme, (0.15,))
            yield "boxes", charts.sweep_boxes(table, metric, theme)
        yield "binding", charts.binding_line(table, theme)
    grid = swept("zipf_exponent", "resource_weight")
    for table in (grid, StudyTable.empty(grid.study)):
        for here in (None, (1.0, 0.1), (9.0, 0.1)):
            yield "best", charts.heat_map(table, "average_cost", "best", theme, here)
        yield "worst", charts.heat_map(table, "realised_cost", "worst", theme)
    for table in (swept("catalog_draw"), StudyTable.empty(swept("catalog_draw").study)):
        yield "draws", charts.draw_spread(table, "average_cost", theme)


@cache
def ablated(name: str, replications: int = 2) -> StudyTable:
    """An ablation of the scenario that the app opens on."""
    return run_study(ABLATIONS[name].study(PRESETS["contended"]).with_replications(replications))


def ablation_figures(theme: Theme) -> Iterator[tuple[str, go.Figure]]:
    """Every chart of an ablation, of a single replication too."""
    for replications in (1, 2):
        for metric in METRICS:
            blind, cut, scaled = (ablated(name, replications) for name in ABLATIONS)
            yield f"blind {metric}", charts.blind_differences(blind, metric, theme)
            yield f"partition {metric}", charts.partition_bars(cut, metric, theme)
            yield f"scale {metric}", charts.scale_lines(scaled, metric, theme)
        for figure in ("mean_deployed", "hit_ratio"):
            yield figure, charts.behaviour_lines(scaled, figure, theme)


def figures(theme: Theme) -> Iterator[tuple[str, go.Figure]]:
    """Every chart of the app."""
    for metric in METRICS:
        yield f"split {metric}", charts.cost_split(made(), metric, theme)
        for cumulative in (False, True):
            yield f"so far {metric}", charts.cost_so_far(made(), metric, cumulative, theme)
    yield "delays", charts.delay_distribution(made(), theme)
    yield "ledgers", charts.ledgers(made(), theme)
    scenario = PRESETS["contended"]
    catalog = scenario.model_catalog
    names = list(catalog.names)
    values = [float(row) for row in range(len(names))]
    yield "service", charts.service_delays(catalog, 10.0, theme)
    yield "footprints", charts.footprints(catalog, values, theme)
    yield "capacities", charts.capacity_use(facts.capacities(catalog, scenario.server), theme)
    yield "rates", charts.request_rates(names, values, theme)
    yield from sweep_figures(theme)
    yield from ablation_figures(theme)


@pytest.mark.parametrize("theme", THEMES)
def test_plotly_accepts_every_property(theme: Theme) -> None:
    for name, figure in figures(theme):
        checked = go.Figure(figure.to_dict())  # raises on an unknown property or a wrong value
        assert checked.layout.xaxis.title.text, name
        assert len(checked.data) > 0, name


def test_colour_scales_are_known_to_the_browser() -> None:
    # Python's plotly knows more names than plotly.js: "Cividis_r" would be drawn in another scale
    for theme in THEMES:
        for name, figure in figures(theme):
            for trace in figure.data:
                scale = (trace.to_plotly_json().get("marker") or {}).get("colorscale")
                assert scale is None or not isinstance(scale, str) or "_r" not in scale, name


def bars(figure: go.Figure, number: int) -> dict[str, float]:
    """One term of the split, by label."""
    trace: Any = figure.data[number]
    return dict(zip(trace["y"], trace["x"], strict=True))


@pytest.mark.parametrize("metric", METRICS)
def test_the_terms_of_the_split_add_up_to_the_ledger(metric: str) -> None:
    figure = charts.cost_split(made(), metric, "light")
    resource, other = bars(figure, 0), bars(figure, 1)
    for policy in made().policies:
        label = POLICIES[policy].label
        assert resource[label] + other[label] == pytest.approx(made().figures[policy].mean(metric))
    (line,) = figure.layout.shapes
    assert line["x0"] == line["x1"] == made().optimum[metric].mean
    assert min(resource[label] + other[label] for label in resource) >= line["x0"] - 1e-9


def test_intervals_are_drawn_only_where_there_are_replications() -> None:
    for replications, seen in ((1, False), (3, True)):
        figure = charts.cost_split(made(replications), "average_cost", "light")
        assert figure.data[1]["error_x"]["visible"] is seen


@pytest.mark.parametrize("metric", METRICS)
def test_the_cumulative_cost_ends_at_the_average_times_the_slots(metric: str) -> None:
    average = charts.cost_so_far(made(), metric, False, "light")
    total = charts.cost_so_far(made(), metric, True, "light")
    for policy, one, other in zip(made().policies, average.data, total.data, strict=True):
        assert other["y"][-1] == pytest.approx(one["y"][-1] * made().slots)
        assert one["y"][-1] == pytest.approx(made().figures[policy].mean(metric))


def test_shares_of_delays_rise_to_one() -> None:
    for trace in charts.delay_distribution(made(), "light").data:
        assert list(trace["y"]) == sorted(trace["y"])
        assert trace["y"][-1] == pytest.approx(1.0)


@pytest.mark.parametrize("theme", THEMES)
def test_a_policy_keeps_its_colour_and_mark_from_chart_to_chart(theme: Theme) -> None:
    for policy, trace in zip(
        made().policies, charts.cost_so_far(made(), "average_cost", False, theme).data, strict=True
    ):
        look = POLICIES[policy].look
        assert trace["line"]["color"] == look.colour(theme)
        assert (trace["line"]["dash"], trace["marker"]["symbol"]) == (look.dash, look.mark)
    for policy, trace in zip(made().policies, charts.ledgers(made(), theme).data, strict=True):
        assert trace["marker"]["color"] == POLICIES[policy].look.colour(theme)
        assert trace["marker"]["symbol"] == POLICIES[policy].look.mark


def test_lines_of_a_sweep_are_the_means_and_bands_their_intervals() -> None:
    table = swept("storage_gb")
    figure = charts.sweep_lines(table, "average_cost", "light", (100.0,))
    lines = {trace["name"]: trace for trace in figure.data if trace["name"]}
    assert POLICIES["offline"].label in lines
    assert POLICIES["offline-realised"].label not in lines  # a bound of the other ledger
    genetic: Any = lines[POLICIES["ga"].label]
    assert list(genetic["y"]) == pytest.approx(table.means("ga", "average_cost"))
    band: Any = next(trace for trace in figure.data if trace["fill"] == "toself")
    assert band["y"][0] == pytest.approx(genetic["y"][0] + genetic["customdata"][0])
    assert figure.layout.shapes[0]["x0"] == 100.0
    outside = charts.sweep_lines(table, "average_cost", "light", (500.0,))
    assert not outside.layout.shapes


def test_a_map_outlines_whole_cells_and_carries_every_point() -> None:
    from genedge.paper.map import cells

    table = swept("zipf_exponent", "resource_weight")
    figure = charts.heat_map(table, "average_cost", "best", "light", (0.8, 0.1))
    points: Any = figure.data[-1]
    assert [tuple(point) for point in points["customdata"]] == table.study.points
    marker: Any = next(trace for trace in figure.data if trace["name"] == "scenario in force")
    assert (*marker["x"], *marker["y"]) == (0.0, 0.0)
    inside = cells(table).claimed
    edges = sum(
        1
        for row, column in zip(*inside.nonzero(), strict=True)
        for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0))
        if not (
            0 <= row + down < 2 and 0 <= column + right < 2 and inside[row + down, column + right]
        )
    )
    assert len(figure.layout.shapes or ()) == edges


def test_the_scenario_in_force_is_marked_on_its_own_chart_alone() -> None:
    sweep = figure_sweeps(PRESETS["contended"])["fig3a"]
    assert point_of(sweep, replace(PRESETS["contended"], policies=("lru",))) == (120.0,)
    assert point_of(sweep, PRESETS["frugal"]) is None
    common = figure_sweeps(PRESETS["contended"])["fig4b"]
    assert point_of(common, PRESETS["contended"]) is None
