"""The page of ablations without a browser, and what its charts show."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, opened

from genedge import PRESETS, Model, Scenario, charts
from genedge.dashboard.ablations_page import parts
from genedge.dashboard.jobs import results
from genedge.registry.policies import POLICIES
from genedge.studies.ablations import ABLATIONS, FULL
from genedge.studies.partition import slices_of
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable
from genedge.words import ablations as sentences


def ablated(scenario: Scenario, name: str, replications: int) -> StudyTable:
    return run_study(ABLATIONS[name].study(scenario).with_replications(replications))


@cache
def table_of(name: str, preset: str = "contended") -> StudyTable:
    return ablated(PRESETS[preset], name, 3)


def page(scenario: Scenario | None = None, name: str = "blindness", times: int = 10) -> AppTest:
    """The page with one ablation chosen."""
    app = opened("ablations", replace(scenario or Scenario(), replications=times))
    app.session_state["ablations_name"] = name
    return app.run()


def words(app: AppTest) -> str:
    """What is written, without the marks that keep it plain."""
    texts = [text.value for group in (app.markdown, app.caption) for text in group]
    return "\n".join(texts).replace("\\", "")


def test_the_three_blindnesses_are_there_at_once() -> None:
    app = opened("ablations")
    assert_sound(app)
    assert len(app.get("plotly_chart")) == 2
    text = words(app)
    for sentence in ("Blind to I/O delay", "Blind to the active cycle", "Blind to resources"):
        assert sentence in text
    assert "over 30 replications" in text
    assert "Eq. 11 is the paper's" in text


@pytest.mark.parametrize("preset", ["contended", "frugal"])
@pytest.mark.parametrize("name", ABLATIONS)
def test_every_ablation_says_what_it_is_and_what_it_shows(preset: str, name: str) -> None:
    app = page(PRESETS[preset], name)
    assert_sound(app)
    assert len(app.get("plotly_chart")) == 2
    text = words(app)
    assert ABLATIONS[name].explanation in text
    table = ablated(PRESETS[preset], name, 10)
    for sentence in sentences.sentences(table):
        assert sentence in text
    assert "10 replications" in text


def test_with_one_service_there_is_nothing_to_partition() -> None:
    rows = tuple(Model(f"m{i}", "chat", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(3))
    app = page(replace(Scenario(), catalog=rows), "partitions")
    assert_sound(app)
    assert "nothing to partition" in words(app)
    assert not app.get("plotly_chart") and not app.dataframe


def test_slices_are_shown_as_a_table() -> None:
    app = page(PRESETS["contended"], "partitions")
    table = table_of("partitions")
    assert slices_of(table.problem) is not None
    frames = [frame.value for frame in app.dataframe]
    (slices,) = [frame for frame in frames if "services" in frame.columns]
    assert slices["storage_gb"].tolist() == [
        row.storage_gb for row in slices_of(table.problem).rows
    ]
    assert slices["storage_gb"].sum() == pytest.approx(120)


def test_names_in_a_catalog_stay_text() -> None:
    rows = (
        Model("<b>x</b>", "*a*", 40.0, 1.0, 0.01, 1.0, 1.0),
        Model("y", "b", 20.0, 1.0, 0.01, 1.0, 1.0),
    )
    for name in ABLATIONS:
        assert_sound(page(replace(Scenario(), catalog=rows), name))


def test_a_second_look_measures_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    first = words(page(PRESETS["contended"]))

    def never(*_: Any, **__: Any) -> StudyTable:
        raise AssertionError("measured again")

    monkeypatch.setattr(results, "run_study", never)
    assert words(page(replace(PRESETS["contended"], policies=("fifo",)))) == first


def test_the_behaviour_shown_can_be_changed() -> None:
    app = page(PRESETS["frugal"], "delay-scale")
    app.session_state["ablations_behaviour"] = "hit_ratio"
    app.session_state["ablations_ledger"] = "realised_cost"
    app.run()
    assert_sound(app)
    assert "On the realised ledger the genetic algorithm is" in words(app)


# --------------------------------------------------------------------------------------- charts


@pytest.mark.parametrize("metric", ["average_cost", "realised_cost"])
def test_marks_lie_where_the_differences_are(metric: str) -> None:
    table = table_of("blindness")
    figure = charts.blind_differences(table, metric, "light")
    assert [trace["name"] for trace in figure.data] == ["Genetic algorithm", "Exact decision"]
    low, high = figure.layout.xaxis.range
    for name, trace in zip(table.policies, figure.data, strict=True):
        gaps = [table.difference(arm.name, name, metric) for arm in table.others]
        assert list(trace["x"]) == [gap.mean for gap in gaps]
        assert list(trace["error_x"]["array"]) == [gap.half_width for gap in gaps]
        assert all(low < gap.low and gap.high < high for gap in gaps)
        assert trace["marker"]["symbol"] == POLICIES[name].look.mark
    (line,) = figure.layout.shapes
    assert line["x0"] == line["x1"] == 0 and low < 0 < high
    rows = list(figure.layout.yaxis.ticktext)
    assert rows == ["I/O<br>delay", "active<br>cycle", "resources"]


def test_bars_are_the_costs_and_say_how_they_change() -> None:
    table = table_of("partitions")
    figure = charts.partition_bars(table, "average_cost", "dark")
    for arm, trace in zip(table.arms, figure.data, strict=True):
        assert list(trace["y"]) == [POLICIES[name].label for name in table.policies]
        means = [table.mean(arm.name, name, "average_cost") for name in table.policies]
        assert list(trace["x"]) == means
    signs = [text[:1] for text in figure.data[1]["text"]]
    gaps = [table.difference("partitioned", name, "average_cost").mean for name in table.policies]
    assert signs == ["+" if gap > 0 else "−" for gap in gaps]


def test_lines_run_over_the_scales_with_the_bound_of_their_ledger() -> None:
    table = table_of("delay-scale")
    for metric, bound in (("average_cost", "offline"), ("realised_cost", "offline-realised")):
        lines = {trace["name"]: trace for trace in charts.scale_lines(table, metric, "light").data}
        shown = ("ga", "lru", "lfu", bound)
        assert list(lines) == [POLICIES[name].label for name in shown]
        for name in shown:
            line = lines[POLICIES[name].label]
            assert list(line["x"]) == [0, 0.5, 1, 2, 3, 4]
            assert list(line["y"]) == [table.mean(arm.name, name, metric) for arm in table.arms]
    waits = charts.behaviour_lines(table, "hit_ratio", "light").data[0]
    assert list(waits["y"]) == [1 - table.mean(arm.name, "ga", "hit_ratio") for arm in table.arms]


def test_the_table_has_a_row_for_every_variant_and_policy() -> None:
    table = table_of("delay-scale")
    frame = parts.figures_frame(table)
    assert len(frame) == len(table.arms) * len(table.policies)
    reference = frame[frame["variant"].str.endswith("(reference)")]
    assert (reference["average_cost_more"] == 0).all()
    assert reference["average_cost"].tolist() == [
        table.mean(FULL, name, "average_cost") for name in table.policies
    ]
    alone = parts.figures_frame(ablated(PRESETS["contended"], "blindness", 1))
    assert set(frame.columns) - set(alone.columns) == {"average_cost_half", "realised_cost_half"}
