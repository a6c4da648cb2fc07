"""The Equations page: formulas follow the chosen decision, switches show what choices change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from conftest import Visitor
from streamlit.testing.v1 import AppTest
from test_pages import assert_sound, link_of, opened

from genedge import Model, Scenario
from genedge.dashboard.jobs import results
from genedge.dashboard.jobs.results import key_alone
from genedge.dashboard.shell import traces
from genedge.intake.request_log import read_trace
from genedge.intake.workload import TraceReference, Workload
from genedge.studies.choices import QUESTIONS

LOG = b"timestamp_s,model,count\n0,GPT-2,4\n0,VideoFusion,3\n70,MusicGen,2\n130,GPT-2,5\n"


def text_of(app: AppTest) -> str:
    return "\n".join(box.value for box in app.markdown).replace("\\:", ":")


def bar_of(app: AppTest) -> str:
    """What happened at the decision."""
    return next(box.value for box in app.markdown if "a miss for" in box.value)


def pick(app: AppTest, key: str, value: object) -> AppTest:
    app.session_state[key] = value
    return app.run()


def test_the_page_opens_on_a_telling_decision() -> None:
    app = opened("equations")
    assert_sound(app)
    assert app.selectbox(key="equations_policy").value == "ga"
    assert "Evicted" in bar_of(app) and "bind" in bar_of(app)
    assert r"14 + 44 + 10 + 20 = 88 \;\le\; 120\text{ GB}" in text_of(app)


def test_the_next_and_the_previous_decision_change_the_numbers() -> None:
    app = opened("equations")
    number = int(app.number_input(key="equations_decision").value or 0)
    first, bar = text_of(app), bar_of(app)
    app.button(key="equations_next").click().run()
    assert_sound(app)
    assert app.number_input(key="equations_decision").value == number + 1
    assert app.session_state["decision_number"] == number
    assert app.session_state["decision_policy"] == "ga"
    assert bar_of(app) != bar and text_of(app) != first
    app.button(key="equations_previous").click().run()
    assert text_of(app) == first
    app.number_input(key="equations_decision").set_value(1).run()
    assert_sound(app)
    assert app.button(key="equations_previous").disabled
    assert "Evicted: **nothing**" in bar_of(app)


def test_another_policy_has_other_decisions() -> None:
    app = opened("equations")
    app.selectbox(key="equations_policy").set_value("lru").run()
    assert_sound(app)
    assert "The whole run of LRU" in text_of(app)
    assert app.session_state["decision_policy"] == "lru"
    for policy in ("offline", "mdp-realised", "random", "lru-cap"):
        app.selectbox(key="equations_policy").set_value(policy).run()
        assert_sound(app)


def test_the_decision_chosen_elsewhere_is_taken_over_while_the_scenario_is_the_same() -> None:
    app = opened("home", Scenario())
    app.session_state["decision_policy"] = "exact"
    app.session_state["decision_number"] = 11
    app.session_state["decision_scenario"] = key_alone(Scenario())
    app.switch_page("../../../pages/equations.py").run()
    assert_sound(app)
    assert app.selectbox(key="equations_policy").value == "exact"
    assert app.number_input(key="equations_decision").value == 12
    app.sidebar.slider(key="sidebar_server.gpu_memory_gb").set_value(7.0).run()
    assert_sound(app)
    assert app.selectbox(key="equations_policy").value == "exact"
    assert app.number_input(key="equations_decision").value != 12


def test_a_choice_survives_another_page() -> None:
    app = opened("equations")
    app.number_input(key="equations_decision").set_value(20).run()
    app.switch_page("../../../pages/compare.py").run()
    app.switch_page("../../../pages/equations.py").run()
    assert_sound(app)
    assert app.number_input(key="equations_decision").value == 20


def test_where_nothing_is_decided_the_page_says_so_and_shows_the_rest() -> None:
    huge = (Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),)
    app = opened("equations", replace(Scenario(), catalog=huge))
    assert_sound(app)
    assert any("no decision to fill in" in box.value for box in app.info)
    assert "Choices" in [box.value for box in app.header]
    pick(app, "equations_switch_fitness", True)
    pick(app, "equations_switch_ga_applied_part", True)
    assert_sound(app)


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name != "count_order"])
def test_a_switch_shows_what_another_answer_changes(name: str) -> None:
    scenario = replace(Scenario(), workload=Workload(slots=30))
    app = opened("equations", scenario)
    before = len(app.table)
    question = QUESTIONS[name]
    (other, *_) = question.others(scenario)
    pick(app, f"equations_switch_{name}", other.name)
    assert_sound(app)
    assert len(app.table) == before + 1
    present = question.present(scenario)
    assert present is not None
    assert {present.label, other.label} <= set(app.table[-1].value.columns) or any(
        {present.label, other.label} <= set(table.value.columns) for table in app.table
    )
    if other.setting is None:
        return
    app.button(key=f"equations_use_{name}").click().run()
    assert_sound(app)
    assert link_of(app) == other.setting(scenario)
    compared = {present.label, other.label}  # what is in force needs no comparison
    assert not any(compared <= set(table.value.columns) for table in app.table)


def test_searches_are_looked_into_on_demand() -> None:
    app = opened("equations", replace(Scenario(), workload=Workload(slots=30)))
    before = text_of(app)
    app.toggle(key="equations_switch_fitness").set_value(True).run()
    app.toggle(key="equations_switch_ga_applied_part").set_value(True).run()
    assert_sound(app)
    new = text_of(app)
    assert "Every form ranks" in new and "Every form ranks" not in before
    assert "nobody asked for: the choice changes nothing here" in new


def test_a_log_with_counts_can_be_ordered_otherwise() -> None:
    trace = read_trace(LOG, "log.csv")
    load = Workload(trace=TraceReference(trace.name, trace.sha256, trace.rows), slots=None)
    results.keep_trace(trace)
    scenario = replace(Scenario(), workload=load)
    assert traces.with_trace(Scenario(), trace, 60.0).workload.trace == load.trace
    app = opened("equations", scenario)
    assert_sound(app)
    pick(app, "equations_switch_count_order", "file")
    assert_sound(app)
    app.button(key="equations_use_count_order").click().run()
    assert link_of(app).workload.count_order == "file"
    assert "a trace is replayed" in text_of(app)


def test_the_order_of_requests_is_no_question_where_they_are_generated() -> None:
    app = opened("equations")
    assert any("Nothing to order here" in box.value for box in app.info)


def test_formulas_follow_the_decision_in_a_browser(visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport={"width": 390, "height": 844})
    visitor.open("/equations")
    page = visitor.page
    numbers = page.locator(".st-key-equations_storage p .katex").last
    numbers.wait_for()
    before = numbers.inner_text()
    page.get_by_role("button", name="Next").click()
    page.wait_for_function(
        "before => [...document.querySelectorAll('.st-key-equations_storage p .katex')].at(-1)"
        "?.innerText !== before",
        arg=before,
    )
    visitor.wait()
    assert page.locator(".katex-error").count() == 0
    outside = page.evaluate(
        "() => [...document.querySelectorAll('.katex-display, p:has(.katex):not(td p)')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).length"
    )
    assert outside == 0
    choice = page.locator(".st-key-equations_choice_lfu_counts")
    choice.get_by_text("since it was deployed", exact=True).click()
    choice.locator("table").wait_for()
    visitor.wait()
    assert "LFU costs" in choice.inner_text()
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
