"""The page of the paper without a browser: its parts, choices, mistakes, and the map's click."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, link_of, opened

from genedge import PRESETS, Model, Scenario
from genedge.dashboard.figures_page import reproduction_map, take_home
from genedge.dashboard.figures_page.choices import Chosen
from genedge.dashboard.jobs.growing import sweep_job
from genedge.dashboard.jobs.room import ROOM
from genedge.intake.workload import TraceReference, Workload
from genedge.paper.map import grid


def page(scenario: Scenario | None = None, **choices: Any) -> AppTest:
    """The page with few replications and so many choices made."""
    app = opened("figures", replace(scenario or Scenario(), replications=3))
    for key, value in choices.items():
        app.session_state[f"figures_{key}"] = value
    return app.run()


def settled(app: AppTest) -> AppTest:
    """Once everything that it asked for is measured."""
    for job in ROOM.jobs:
        assert job.finished.wait(120)
    return app.run()


def words(app: AppTest) -> str:
    return "\n".join(
        text.value for group in (app.markdown, app.caption, app.success) for text in group
    )


def test_the_first_figure_is_there_without_asking() -> None:
    app = settled(page(tab="Figures"))
    assert_sound(app)
    assert "Fig. 3a" in words(app)
    assert re.search(r"At 180 GB the genetic algorithm costs \d", words(app))
    assert len(app.get("plotly_chart")) == 2


@pytest.mark.parametrize("figure", ["fig3b", "fig4a", "fig4b", "fig1"])
@pytest.mark.parametrize("base", ["paper", "contended", "in force"])
def test_every_figure_on_every_base(figure: str, base: str) -> None:
    app = settled(page(figure=figure, base=base, kind="boxes", tab="Figures"))
    assert_sound(app)
    assert len(app.get("plotly_chart")) == (1 if figure == "fig1" else 2)


@pytest.mark.parametrize("tab", ["Figures", "Claims", "Map", "Catalog draws", "Take home"])
@pytest.mark.parametrize(
    "change",
    [
        {"policies": ("fifo",)},
        {"catalog": (Model("alone <b>", "", 1.0, 1.0, 0.1, 1.0, 1.0),)},
        {"catalog": (Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),)},
        {"catalog": tuple(Model(f"m{i}", "", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(11))},
        {"workload": Workload(slots=1, rate=0.01)},
    ],
    ids=["one policy", "one model", "fits nowhere", "11 models", "hardly a request"],
)
def test_every_part_on_odd_scenarios_in_force(tab: str, change: dict[str, Any]) -> None:
    scenario = replace(Scenario(), **change)
    app = page(scenario, base="in force", tab=tab)
    assert_sound(settled(app))


def test_forty_models_are_measured_without_the_bounds() -> None:
    catalog = tuple(Model(f"m{i}", "", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(40))
    app = settled(page(replace(Scenario(), catalog=catalog), base="in force", tab="Figures"))
    assert_sound(app)
    assert "a slot" in words(app)


def test_claims_are_judged_at_once_on_three_readings() -> None:
    app = settled(page())
    assert_sound(app)
    judged = next(text.value for text in app.markdown if text.value.startswith("|  | claim"))
    assert "| on paper | paper | paper\\-by\\-kind | frugal |" in judged
    assert [row.split("|")[1].strip() for row in judged.splitlines()[2:]] == [*"1234567", "ours"]
    assert "of 7 claims hold under paper" in words(app) and "so far" not in words(app)
    app = settled(page(base="contended"))
    judged = next(text.value for text in app.markdown if text.value.startswith("|  | claim"))
    assert "| on contended | paper | paper\\-by\\-kind | frugal | contended |" in judged


def test_a_verdict_on_few_replications_is_marked() -> None:
    from genedge.dashboard.figures_page.claims import _mark
    from genedge.paper.claims import judge

    (first, *_) = judge({})
    assert _mark(first, False) == ":gray[(?)]" != _mark(first, True)


def test_why_the_cost_rises_by_kind_names_the_model() -> None:
    app = settled(settled(page(base="paper-by-kind")))
    assert "the GA will not drop MMS" in words(app)


@pytest.mark.parametrize("tab", ["Figures", "Claims", "Map", "Catalog draws", "Take home"])
def test_a_scenario_that_replays_a_log_is_refused_in_words(
    tab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genedge.dashboard.shell.traces.at_hand", lambda: True)
    missing = TraceReference("monday.csv", "0" * 64, 123)
    scenario = replace(Scenario(), workload=Workload(trace=missing))
    app = settled(page(scenario, base="in force", tab=tab))
    assert_sound(app)
    if tab in ("Figures", "Map", "Catalog draws"):
        assert any("generated requests" in box.value for box in app.warning)


def test_an_unreachable_cluster_offers_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setenv("GENEDGE_DASK", "tcp://127.0.0.1:9")
    app = settled(page(tab="Figures"))
    assert not app.exception
    assert any("127.0.0.1:9" in box.value.replace("\\", "") for box in app.warning)
    app = settled(app.button(key="figures_here").click().run())
    assert_sound(app)
    assert not app.warning
    assert len(app.get("plotly_chart")) == 2


@pytest.mark.parametrize(
    "data", [[1.6, 0.1], {"0": 1.6, "1": 0.1}, (1.6, 0.1)], ids=["list", "object", "tuple"]
)
def test_a_click_names_its_point(data: Any) -> None:
    event = {"selection": {"points": [{"curve_number": 0}, {"customdata": data}]}}
    assert reproduction_map.clicked(event) == (1.6, 0.1)
    assert reproduction_map.clicked({"selection": {"points": []}}) is None
    assert reproduction_map.clicked(None) is None


def test_a_point_of_the_map_becomes_the_scenario_in_force() -> None:
    visitor = replace(PRESETS["contended"], replications=7, policies=("ga", "lfu"))
    app = opened("figures", visitor)

    def travel() -> None:
        from genedge import PRESETS
        from genedge.dashboard.figures_page import reproduction_map
        from genedge.paper.map import grid

        assert reproduction_map.travel(grid("weight-popularity", PRESETS["frugal"]), (1.6, 0.2))
        assert not reproduction_map.travel(grid("weight-popularity", PRESETS["frugal"]), (9.0, 9.0))

    inner = AppTest.from_function(travel)
    for key in ("scenario", "notices", "generation"):
        inner.session_state[key] = app.session_state[key]
    inner.run()
    assert not inner.exception
    expected = grid("weight-popularity", PRESETS["frugal"]).scenario((1.6, 0.2))
    found = inner.session_state["scenario"]
    assert found == replace(expected, replications=7, policies=("ga", "lfu"))
    assert link_of(app) == visitor


def test_what_is_measured_goes_home_as_one_zip() -> None:
    from genedge.charts.paper import paper_charts
    from genedge.paper.bundle import as_zip

    chosen = Chosen(replace(PRESETS["frugal"], seed=5, replications=3))
    assert take_home.measured(chosen) == {}
    job = sweep_job(chosen.figures["fig3a"], "a visitor")
    assert job.finished.wait(60)
    # How a scenario's policies are written matters to what a job is called.
    tables = {"fig3a": job.so_far()}
    packed = as_zip(tables, chosen.base, paper_charts(tables, chosen.base), images=False)
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    assert {"fig3a.csv", "fig3a.parquet", "claims.json", "scenario.json"} <= set(names)
    assert list(take_home.measured(chosen)) == ["fig3a"]
