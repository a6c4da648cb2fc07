"""The decision ledger of the live run: sentences that do not lie, steps, other choices."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from streamlit.testing.v1 import AppTest
from support import BASELINES, EVERY, Case, cases, examples
from test_browser import Visit
from test_pages import assert_sound, opened

from genedge import PRESETS, Model, Scenario, charts, difference, explain, replay_from, simulate
from genedge.dashboard.live_page.chosen import costliest
from genedge.say import amount
from genedge.studies.random_catalogs import contended_scenario
from genedge.words import decision as sentences
from genedge.words import difference as difference_sentences
from genedge.words.what_if import of_what_if, parts_of

FORTY = contended_scenario(40)


# ---------------------------------------------------------------------------- sentences


@examples(40)
@given(cases())
def test_sentences_on_a_decision_say_what_the_ledger_says(case: Case) -> None:
    for policy in EVERY:
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            e = explain(run, number, policies=BASELINES)
            said = sentences.reason(e)
            assert (" evicted nothing" in said) == (not e.evicted)
            assert all(one.name in said for one in e.evicted[:3])
            best = sentences.against_best(e)
            assert (f"{amount(e.excess)} cheaper" in best) == (e.excess > 0)
            assert ("There was room" in sentences.bound(e)) == (not e.bound_by)
            sentences.of_price(e)
            assert sentences.of_prices(e) and sentences.of_capacities(e) and sentences.others(e)


@examples(40)
@given(cases())
def test_sentences_on_a_difference_name_the_dearer_run(case: Case) -> None:
    runs = {policy: case.run(policy) for policy in ("ga", "lru", "fifo", "random")}
    for one in runs.values():
        for other in runs.values():
            for metric in ("average_cost", "realised_cost"):
                gap = one.summary[metric] - other.summary[metric]
                text = difference_sentences.of_difference(difference(one, other, metric))
                if "both cost the same" in text[0]:
                    assert abs(gap) <= 1e-3 * max(one.summary[metric], 1e-9)
                    continue
                dear, cheap = (one, other) if gap > 0 else (other, one)
                names = [run.kind.called(case.scenario.max_models) for run in (dear, cheap)]
                told = f" {names[0]} costs {amount(abs(gap))} a slot more than {names[1]}:"
                assert told in text[0]


def test_what_lru_goes_by_is_told_in_the_order_of_the_models() -> None:
    run = simulate(PRESETS["contended"], "lru", record="decisions")
    for number in range(run.decisions.request.size):
        e = explain(run, number, policies=())
        ago = [one.requests_since_asked for one in e.evicted]
        if len(set(ago)) > 1 and len(ago) <= 3:
            told = re.findall(r"(\d+) requests? ago", sentences.reason(e))
            assert [int(one) for one in told] == ago


# ------------------------------------------------------------------------------- charts


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("scenario", [PRESETS["contended"], PRESETS["frugal"], FORTY])
def test_charts_are_valid_and_show_the_ledgers_numbers(scenario: Scenario, theme: str) -> None:
    runs = simulate(scenario, "lru", record="decisions"), simulate(scenario, "ga")
    e = explain(runs[0], costliest(runs[0]), policies=())
    other = replay_from(runs[0], e.state.number, e.best)
    found = difference(*runs)
    figures = [
        charts.leave_or_stay(e, theme),  # type: ignore[arg-type]
        charts.capacity_shares(e, theme),  # type: ignore[arg-type]
        charts.difference_by_model(found, theme),  # type: ignore[arg-type]
        charts.another_choice(runs[0], other, e.state.slot, "average_cost", theme),  # type: ignore[arg-type]
    ]
    for figure in figures:
        go.Figure(figure.to_dict())  # plotly checks every property
    bars = sum(float(np.nansum(np.array(trace.x, float))) for trace in figures[2].data if trace.y)
    assert bars == pytest.approx(found.total)
    ends = [trace.y[-1] for trace in figures[3].data]
    since = [float(one.slot_cost("average_cost")[e.state.slot :].sum()) for one in (runs[0], other)]
    assert ends == pytest.approx(since)


# ------------------------------------------------------------------------------ the page


def decision_line(app: AppTest) -> str:
    """The sentence of the decision in view."""
    texts = [str(box.value) for box in app.markdown]
    return next(text for text in texts if re.match(r"\*\*.* evicted ", text))


@pytest.mark.parametrize(
    "scenario", [PRESETS["contended"], PRESETS["frugal"], FORTY], ids=["contended", "frugal", "40"]
)
def test_decisions_can_be_stepped_through_both_ways(scenario: Scenario) -> None:
    app = opened("live", scenario)
    assert_sound(app)
    run = simulate(replace(scenario, replications=1), "lru", record="decisions")
    start = costliest(run)
    number = app.number_input(key="live_decision")
    assert number.value == start + 1
    first = decision_line(app)
    app.button(key="live_decision_previous").click().run()
    assert_sound(app)
    assert app.number_input(key="live_decision").value == start
    assert decision_line(app) != first
    app.button(key="live_decision_next").click().run()
    assert decision_line(app) == first
    app.number_input(key="live_decision").set_value(1).run()
    assert_sound(app)
    assert "evicted nothing" in decision_line(app)
    assert app.button(key="live_decision_previous").disabled
    app.button(key="live_decision_costliest").click().run()
    assert decision_line(app) == first


def test_another_policys_decisions_can_be_chosen() -> None:
    app = opened("live")
    app.segmented_control(key="live_decision_policy").set_value("ga").run()
    assert_sound(app)
    assert "The genetic algorithm evicted" in decision_line(app)


def test_another_choice_is_replayed_and_the_real_one_is_told_apart() -> None:
    app = opened("live")
    assert any("This is what was done" in box.value for box in app.caption)
    app.button(key="live_what_if_best").click().run()
    assert_sound(app)
    assert not any("This is what was done" in box.value for box in app.caption)
    run = simulate(PRESETS["contended"], "lru", record="decisions")
    e = explain(run, costliest(run), policies=())
    other = replay_from(run, e.state.number, e.best)
    in_all = next(box for box in app.metric if box.label == "Eq. 11, in all")
    assert in_all.value == f"{other.summary['average_cost'] * 100:,.4g}"


def test_a_choice_that_does_not_fit_is_refused_at_once() -> None:
    app = opened("live")
    pills = next(box for box in app.pills if box.label == "Stays")
    pills.set_value(pills.options).run()
    assert_sound(app)
    assert any("does not fit" in box.value for box in app.warning)


def test_a_run_without_decisions_says_so() -> None:
    huge = replace(Scenario(), catalog=(Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),))
    app = opened("live", huge)
    assert_sound(app)
    assert any("decided nothing" in box.value for box in app.info)


def test_a_decision_is_stepped_and_changed_in_the_browser(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/live")
    page = visitor.page
    number = page.get_by_role("spinbutton", name=re.compile("Number, of"))
    shown = "document.querySelector('[aria-label^=\"Number, of\"]')?.value"
    page.wait_for_function(f"{shown} > 1")  # the field's lowest number, until it is told its own
    before = int(number.input_value())
    page.get_by_role("button", name="Previous", exact=True).click()
    page.wait_for_function(f"{shown} == {before - 1}")
    visitor.wait()
    page.get_by_role("button", name="Costliest").click()
    visitor.wait()
    page.get_by_role("button", name="Take the exact best").click()
    page.get_by_text("By the end this would have cost").wait_for()
    visitor.wait()
    visitor.check()


def test_a_decision_survives_what_does_not_touch_it() -> None:
    app = opened("live")
    app.number_input(key="live_decision").set_value(20).run()
    told = decision_line(app)
    changes: list[Callable[[], object]] = [
        lambda: app.sidebar.number_input(key="sidebar_replications").set_value(7).run(),
        lambda: app.selectbox(key="live_first").set_value("fifo").run(),
        lambda: app.segmented_control(key="live_ledger").set_value("realised_cost").run(),
    ]
    for change in changes:
        change()
        assert_sound(app)
        assert decision_line(app) == told
    # LRU's decisions do not depend on the weights: the same request is decided there too.
    app.sidebar.select_slider(key="sidebar_weights.resource").set_value(0.01).run()
    assert app.number_input(key="live_decision").value == 20
    assert app.segmented_control(key="live_ledger").value == "realised_cost"
    app.switch_page("../../../pages/equations.py").run()
    app.switch_page("../../../pages/live.py").run()
    assert_sound(app)
    assert app.number_input(key="live_decision").value == 20
    assert app.segmented_control(key="live_ledger").value == "realised_cost"


def test_another_choice_is_forgotten_with_its_scenario() -> None:
    app = opened("live")
    app.number_input(key="live_decision").set_value(20).run()
    app.button(key="live_what_if_best").click().run()
    assert not any("This is what was done" in box.value for box in app.caption)
    app.sidebar.number_input(key="sidebar_seed").set_value(2).run()
    app.number_input(key="live_decision").set_value(20).run()
    assert any("This is what was done" in box.value for box in app.caption)


@examples(40)
@given(cases())
def test_what_another_choice_comes_to_is_told_in_parts_that_add_up(case: Case) -> None:
    for policy in ("lru", "ga", "random", "mdp"):
        run = case.run(policy)
        for number in range(run.decisions.request.size):
            e = explain(run, number, policies=())
            other = replay_from(run, number, e.best)
            itself, evictions, held = parts_of(run, other, e.state)
            total = (other.summary["average_cost"] - run.summary["average_cost"]) * len(
                run.requests.slot_start[1:]
            )
            assert itself + float(evictions.sum()) + held == pytest.approx(total, abs=1e-9)
            said = of_what_if(run, other, e.state)
            if "nothing would have changed" in said[0]:
                for name in ("average_cost", "realised_cost", "misses", "mean_service_delay_s"):
                    assert other.summary[name] == pytest.approx(run.summary[name], abs=1e-7)
            else:
                assert other.summary != run.summary


@pytest.mark.parametrize("page", ["live", "ablations", "lab", "equations"])
def test_requests_that_are_turned_away_are_told(page: str) -> None:
    small = replace(Scenario(), server=replace(Scenario().server, gpu_memory_gb=2.0))
    app = opened(page, small)
    assert_sound(app)
    assert any("rejected" in box.value for box in app.warning)
    assert not any("rejected" in box.value for box in opened(page).warning)
