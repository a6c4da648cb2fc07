"""The GA lab without a browser: a search to tune, a run to judge, studies that end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, link_of, opened

from genedge import PRESETS, Model, Scenario
from genedge.dashboard.jobs.room import ROOM
from genedge.intake.workload import Workload
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.random_catalogs import contended_scenario

TABS = ("One decision", "Whole run", "Parameters", "Growing catalogs")


def lab(scenario: Scenario | None = None, tab: str = TABS[0]) -> AppTest:
    """The page with one of its parts open."""
    app = opened("lab", scenario)
    app.session_state["lab_tab"] = tab
    return app.run()


def settled(app: AppTest) -> AppTest:
    """Once every study that it asked for is measured."""
    for job in ROOM.jobs:
        assert job.finished.wait(120)
    return app.run()


def words(app: AppTest) -> str:
    shown = (text.value for group in (app.markdown, app.caption) for text in group)
    return "\n".join(shown).replace("\\", "")


def figures(app: AppTest) -> list[str]:
    return [one.proto.spec for one in app.get("plotly_chart")]


ODD: dict[str, dict[str, Any]] = {
    "one policy": {"policies": ("fifo",)},
    "one model": {"catalog": (Model("alone <b>", "", 1.0, 1.0, 0.1, 1.0, 1.0),)},
    "free": {"catalog": tuple(Model(f"m{i}", "", 0.0, 0.0, 0.0, 0.0, 0.0) for i in range(3))},
    "no repair": {"genetic": GeneticParameters(repair=False, elites=0)},
    "huge search": {"genetic": GeneticParameters(population=1000, generations=3, elites=50)},
    "endless patience": {"genetic": GeneticParameters(generations=0, patience=90_000)},
    "looks ahead": {"active_cycle": "next-use"},
}


@pytest.mark.parametrize("tab", TABS[:3])
@pytest.mark.parametrize("change", ODD.values(), ids=ODD)
def test_every_part_on_odd_scenarios(tab: str, change: dict[str, Any]) -> None:
    short = Workload(slots=20)
    app = settled(lab(replace(Scenario(), workload=short, **change), tab))
    assert_sound(app)
    assert not app.warning
    assert len(figures(app)) == {"One decision": 3, "Whole run": 2, "Parameters": 1}[tab]


@pytest.mark.parametrize("tab", TABS[:3])
@pytest.mark.parametrize(
    "change",
    [
        {"catalog": (Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),)},
        {"workload": Workload(slots=1, rate=1e-9)},
    ],
    ids=["fits nowhere", "no requests"],
)
def test_a_run_without_decisions_says_so(tab: str, change: dict[str, Any]) -> None:
    app = settled(lab(replace(Scenario(), **change), tab))
    assert_sound(app)
    assert any("no decisions" in box.value for box in app.warning)
    assert not figures(app)


def test_the_page_opens_on_the_hardest_decision_and_steps() -> None:
    app = lab(contended_scenario(40))
    assert_sound(app)
    number = app.number_input(key="lab_number")
    hardest = int(number.value or 0)
    assert app.button(key="lab_hardest").disabled
    assert "The exact optimum evicts" in words(app) and "less" in words(app)
    before = words(app)
    app.button(key="lab_next").click().run()
    assert app.number_input(key="lab_number").value == hardest + 1
    assert words(app) != before
    app.button(key="lab_previous").click().run()
    assert words(app) == before
    app.number_input(key="lab_number").set_value(3).run()
    assert app.number_input(key="lab_number").value == 3
    app.button(key="lab_hardest").click().run()
    assert app.number_input(key="lab_number").value == hardest
    app.sidebar.selectbox(key="sidebar_preset").set_value("frugal").run()
    assert_sound(app)
    assert "No constraint binds" in words(app)


def test_the_search_is_tuned_without_changing_the_scenario_until_asked() -> None:
    app = lab()
    scenario = link_of(app)
    before = figures(app)
    app.slider(key="lab_tuning_population").set_value(4).run()
    app.slider(key="lab_tuning_mutation_probability").set_value(0.0).run()
    assert_sound(app)
    assert link_of(app) == scenario
    assert all(old != new for old, new in zip(before, figures(app), strict=True))
    app.button(key="lab_back").click().run()
    assert app.slider(key="lab_tuning_population").value == 50
    assert figures(app) == before
    app.slider(key="lab_tuning_population").set_value(6).run()
    app.button(key="lab_use").click().run()
    assert_sound(app)
    assert link_of(app).genetic == GeneticParameters(population=6)
    assert "These are the scenario's parameters." in words(app)


def test_more_elites_than_candidates_cannot_be_set() -> None:
    app = lab()
    app.slider(key="lab_tuning_elites").set_value(10).run()
    app.slider(key="lab_tuning_population").set_value(5).run()
    assert_sound(app)
    assert not app.warning
    assert app.slider(key="lab_tuning_elites").value == 5
    app.slider(key="lab_tuning_elites").set_value(0).run()
    app.toggle(key="lab_tuning_repair").set_value(False).run()
    assert_sound(app)
    assert "not repaired: their fitness is 0" in words(app) or "nothing to repair" in words(app)


def test_too_much_to_draw_is_refused_in_words() -> None:
    many = tuple(Model(f"m{i}", "", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(1000))
    genetic = GeneticParameters(population=500, generations=500)
    load = Workload(slots=1, rate=2)
    app = opened("lab")
    app.session_state["scenario"] = replace(
        Scenario(), catalog=many, genetic=genetic, workload=load
    )
    app.run()
    assert not app.exception
    assert any("too many to record" in box.value for box in app.warning)


def test_whole_run_says_how_often_the_optimum_is_met() -> None:
    assert "finds the optimum in all 71 decisions" in words(lab(tab="Whole run"))
    assert "No constraint ever binds" in words(lab(PRESETS["frugal"], "Whole run"))
    assert "when it misses it pays" in words(lab(contended_scenario(40), "Whole run"))


def test_parameters_are_measured_and_kept() -> None:
    scenario = replace(Scenario(), workload=Workload(slots=15), seed=9)
    app = settled(lab(scenario, "Parameters"))
    assert_sound(app)
    (figure,) = figures(app)
    assert "matters most" in words(app) or "Whatever the parameters" in words(app)
    assert figures(settled(lab(scenario, "Parameters"))) == [figure]  # times and all: kept
    app.button(key="lab_parameters_again").click().run()
    assert_sound(settled(app))


def test_catalogs_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    from genedge.dashboard.lab_page import parameters_and_growth as page

    monkeypatch.setattr(page, "GROWTH_MODELS", (5, 10))
    monkeypatch.setattr(page, "growth_study", lambda genetic: growth(genetic, models=(5, 10)))
    app = settled(lab(replace(Scenario(), genetic=GeneticParameters(generations=9)), TABS[3]))
    assert_sound(app)
    assert len(figures(app)) == 1
    assert "trying every set is faster than the search" in words(app)


def growth(genetic: GeneticParameters, models: tuple[int, ...]) -> Iterator[Any]:
    from genedge.studies.search_studies import growth_study

    return growth_study(genetic, models)


def test_a_replayed_log_is_searched_too() -> None:
    app = opened("catalog")
    log = "timestamp_s,model\n" + "".join(
        f"{30 * i},{name}\n" for i, name in enumerate(["GPT-2", "BERT", "BLIP", "MusicGen"] * 5)
    )
    app.file_uploader(key="catalog_log_0").upload("a.csv", log.encode(), "text/csv").run()
    app.button(key="catalog_replay").click().run()
    app.switch_page("../../../pages/lab.py").run()
    for tab in TABS[:3]:
        app.session_state["lab_tab"] = tab
        app = settled(app.run())
        assert_sound(app)
        assert figures(app)
