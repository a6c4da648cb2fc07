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
from genedge.palette import LOOKS, Theme
from genedge.policies import POLICIES
from genedge.report import Report, report

THEMES: tuple[Theme, ...] = ("light", "dark")
METRICS = ("average_cost", "realised_cost")


@cache
def made(replications: int = 3) -> Report:
    """A comparison of every policy on the scenario that the app opens on."""
    return report(compare(replace(PRESETS["contended"], replications=replications)))


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
    terms = dict.fromkeys(("transmission", "loading", "inference"), values)
    yield "service", charts.service_delays(names, values, terms, theme)
    yield "footprints", charts.footprints(catalog, values, theme)
    yield "capacities", charts.capacity_use(facts.capacities(catalog, scenario.server), theme)
    yield "rates", charts.request_rates(names, values, theme)


@pytest.mark.parametrize("theme", THEMES)
def test_plotly_accepts_every_property(theme: Theme) -> None:
    for name, figure in figures(theme):
        checked = go.Figure(figure.to_dict())  # raises on an unknown property or a wrong value
        assert checked.layout.title.text, name
        assert checked.layout.xaxis.title.text, name
        assert len(checked.data) > 0, name


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
        look = LOOKS[policy]
        assert trace["line"]["color"] == look.colour(theme)
        assert (trace["line"]["dash"], trace["marker"]["symbol"]) == (look.dash, look.mark)
    for policy, trace in zip(made().policies, charts.ledgers(made(), theme).data, strict=True):
        assert trace["marker"]["color"] == LOOKS[policy].colour(theme)
        assert trace["marker"]["symbol"] == LOOKS[policy].mark
