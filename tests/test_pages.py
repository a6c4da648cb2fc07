"""Every page run without a browser: the shell runs, numbers appear, mistakes are sentences."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from genedge import PRESETS, Model, ModelCatalog, Scenario, charts, simulate
from genedge import catalog_facts as facts
from genedge.charts.catalog import _label_sides
from genedge.dashboard.canvas import player as player_module
from genedge.dashboard.canvas.player import player_data
from genedge.dashboard.jobs import results, watch
from genedge.dashboard.jobs.room import Job, Room
from genedge.dashboard.shell import widgets
from genedge.scenario.codec import from_link, to_link

ROOT = Path(__file__).parents[1]
MAIN = ROOT / "genedge" / "dashboard" / "shell" / "main.py"
PAGES = ("home", "live", "compare", "figures", "ablations", "lab", "equations", "catalog")


def opened(page: str, scenario: Scenario | None = None, code: str | None = None) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=600)
    if scenario is not None:
        code = to_link(scenario)
    if code is not None:
        app.query_params["s"] = code
    app.run()
    if page != "home":
        app.switch_page(f"../../../pages/{page}.py").run()
    return app


def link_of(app: AppTest) -> Scenario:
    code = app.query_params["s"]
    return from_link(code[0] if isinstance(code, list) else code)


def assert_sound(app: AppTest) -> None:
    assert not app.exception, app.exception
    assert [box.value for box in app.error] == []
    # The shell ran: its sidebar is there and the scenario is in the address.
    assert app.sidebar.selectbox(key="sidebar_preset").label == "Scenario"
    assert "s" in app.query_params


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_page_runs_on_every_preset(page: str, preset: str) -> None:
    app = opened(page, PRESETS[preset])
    assert_sound(app)
    assert app.title[0].value
    assert app.sidebar.selectbox(key="sidebar_preset").value == preset


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "change",
    [
        {"policies": ("fifo",)},
        {"policies": ("offline", "mdp-realised")},
        {"catalog": (Model("alone <b>", "", 1.0, 1.0, 0.1, 1.0, 1.0),)},
        {"catalog": tuple(Model(f"m{i}", "", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(40))},
        {"catalog": (Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),)},
        {"seed": 2**62},
    ],
    ids=["one policy", "bounds only", "one model", "40 models", "fits nowhere", "large seed"],
)
def test_page_runs_on_odd_scenarios(page: str, change: dict[str, object]) -> None:
    assert_sound(opened(page, replace(Scenario(), **change)))  # type: ignore[arg-type]


@pytest.mark.parametrize("page", ["home", "live"])
def test_a_baselines_run_is_shown_while_solvers_are_compiled(
    page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened("home", replace(PRESETS["contended"], replications=2))
    drawn, room = threading.Event(), Room()
    module, name = {"home": (widgets, "picture"), "live": (player_module, "player")}[page]
    draw = getattr(module, name)

    def compile_all(job: Job[None]) -> None:
        job.ready.set()
        assert drawn.wait(60)  # the compiler is done only once something has been drawn

    def seen(*args: Any, **keywords: Any) -> Any:
        drawn.set()
        return draw(*args, **keywords)

    monkeypatch.setattr(results, "compile_all", compile_all)
    monkeypatch.setattr(module, name, seen)
    monkeypatch.setattr(results, "ROOM", room)
    monkeypatch.setattr(watch, "ROOM", room)
    assert_sound(app.switch_page(f"../../../pages/{page}.py").run())
    assert drawn.is_set()


def test_sidebar_changes_the_scenario_and_the_result() -> None:
    app = opened("home")
    before = app.metric[0].value
    app.sidebar.slider(key="sidebar_server.gpu_memory_gb").set_value(7.0).run()
    assert_sound(app)
    assert app.metric[0].value != before
    assert link_of(app).server.gpu_memory_gb == 7.0
    assert app.sidebar.selectbox(key="sidebar_preset").value == "your own"


def test_preset_is_taken_over_with_seed_and_replications() -> None:
    app = opened("home", replace(Scenario(), seed=77, replications=3))
    app.sidebar.selectbox(key="sidebar_preset").set_value("frugal").run()
    assert_sound(app)
    assert link_of(app) == replace(PRESETS["frugal"], seed=77, replications=3)


def test_link_reproduces_the_numbers() -> None:
    scenario = replace(Scenario(), seed=5, replications=4)
    first, second = (opened("home", scenario) for _ in range(2))
    assert [metric.value for metric in first.metric] == [metric.value for metric in second.metric]
    assert link_of(first) == scenario


@pytest.mark.parametrize("code", ["x", "%%%", "eNqrVkrOSCzJTM5WslIqS80rSS0G8g0B", "A" * 5000])
def test_damaged_link_opens_the_default_with_a_sentence(code: str) -> None:
    app = opened("home", code=code)
    assert_sound(app)
    (box,) = app.warning
    assert "could not be opened" in box.value and "the link:" not in box.value
    assert app.sidebar.selectbox(key="sidebar_preset").value == "contended"


def test_impossible_change_is_refused_and_nothing_is_lost() -> None:
    app = opened("compare", replace(Scenario(), seed=5))
    app.session_state["sidebar_more"] = True  # opens "More settings"
    app.run()
    app.sidebar.slider(key="sidebar_server.static_power_kw").set_value(1.0).run()
    assert_sound(app)
    app.sidebar.slider(key="sidebar_server.power_kw").set_value(0.5).run()
    assert any("static_power_kw" in box.value.replace("\\", "") for box in app.warning)
    assert link_of(app).server.power_kw == 1.0
    assert link_of(app).seed == 5


def test_unknown_trace_asks_for_that_very_file() -> None:
    from genedge.intake.workload import TraceReference, Workload

    missing = TraceReference("monday.csv", "0" * 64, 123)
    app = opened("compare", replace(Scenario(), workload=Workload(trace=missing)))
    assert not app.exception
    assert any("monday" in box.value and "123" in box.value for box in app.info)
    app.button(key="traces_without").click().run()
    assert_sound(app)
    assert link_of(app).workload.trace is None


def test_models_that_fit_nowhere_are_named() -> None:
    app = opened("compare", replace(Scenario(), server=replace(Scenario().server, storage_gb=45)))
    assert any("VideoFusion" in box.value for box in app.warning)


def test_scenario_too_long_for_a_link_is_given_as_a_file() -> None:
    rows = tuple(
        Model(f"model {i} {hash(str(i)) % 10**12}", "x", 1 + i / 7, 0.01, 0.001, i / 3, 1.0)
        for i in range(400)
    )
    app = opened("home")
    app.session_state["scenario"] = replace(Scenario(), catalog=rows)
    app.run()
    assert not app.exception
    assert "s" not in app.query_params
    assert any("too long for a link" in text.value for text in app.sidebar.caption)


def test_a_window_of_a_long_run_goes_on_with_its_average() -> None:
    load = replace(Scenario().workload, slots=3000)
    run = simulate(replace(Scenario(), workload=load), "lru")
    data = player_data([run], "average_cost", 2000)
    (shown,) = data["runs"]
    assert data["first_slot"] == 2001 and data["slots_before"] == 2000
    sums = shown["cost_before"] + np.cumsum(shown["cost"])
    slots = data["slots_before"] + 1 + np.arange(data["slots"])
    so_far = np.cumsum(run.slot_cost("average_cost")) / (1 + np.arange(3000))
    assert sums / slots == pytest.approx(so_far[2000:3000])
    assert sums[-1] / 3000 == pytest.approx(run.summary["average_cost"])


def test_a_log_and_its_models_replace_another_log_in_one_step() -> None:
    app = opened("catalog")
    head = "timestamp_s,model\n"
    first, second = (head + f"0,GPT-2\n90,{name}\n" for name in ("BERT", "stranger"))
    app.file_uploader(key="catalog_log_0").upload("a.csv", first.encode(), "text/csv").run()
    app.button(key="catalog_replay").click().run()
    app.file_uploader(key="catalog_log_1").upload("b.csv", second.encode(), "text/csv").run()
    app.button(key="catalog_guess_only").click().run()
    assert_sound(app)
    assert not app.warning
    after = link_of(app)
    assert after.model_catalog.names == ("GPT-2", "stranger")
    assert after.workload.trace is not None and after.workload.trace.name == "b.csv"


def test_no_label_of_a_footprint_lies_on_another_one_or_on_an_axis() -> None:
    names = ["a", "a long name", "b", "far away"]
    sides = _label_sides(names, [5.0, 6.0, 5.0, 200.0], [5.0, 6.0, 7.0, 200.0], [12.0] * 4)
    # The second of three marks at one place has its neighbours' labels above and beside it.
    assert sides == ["top center", "", "middle right", "top center"]


def test_bars_that_are_cut_say_how_much_is_asked_for() -> None:
    items = facts.capacities(
        ModelCatalog((Model("A", "", 4026.0, 6.0, 0.1, 1.0, 1.0),)), Scenario().server
    )
    figure = charts.capacity_use(items, "light")
    assert figure.data[2].text[0] == "4,026 of 120 GB<br>(33.5 ×, cut)"
    assert "cut at 12" in figure.layout.xaxis.title.text
    assert figure.data[2].x[1] > 1.0  # a short bar's text stands right of the line
