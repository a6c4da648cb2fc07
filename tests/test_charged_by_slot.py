"""Switching charged between the ends of slots: what is told of it adds up to what is charged."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from support import Case, cases, examples, sized
from test_browser import Visit
from test_player import unpacked

from genedge import (
    PRESETS,
    CostWeights,
    EdgeServer,
    Run,
    Scenario,
    Workload,
    compare,
    difference,
    explain,
    replay_from,
    simulate,
)
from genedge.dashboard.canvas.player import player_data
from genedge.say import amount, percent
from genedge.scenario.codec import to_link
from genedge.words import compare as findings
from genedge.words import decision, live
from genedge.words.what_if import parts_of

POLICIES = ("ga", "exact", "lru", "lfu", "random")


def charged(case: Case, by: str) -> Case:
    scenario = replace(case.scenario, switching_charged=by)  # type: ignore[arg-type]
    return Case(scenario, case.slots, case.traced)


@pytest.fixture
def by_hand() -> Run:
    """LRU on three models, of which two fit: a, b | c, a, b | c."""
    scenario = Scenario(
        catalog=(
            sized("a", 10, 2, 0.1, 3, 1),
            sized("b", 20, 1, 0.1, 4, 2),
            sized("c", 15, 3, 0.2, 5, 3),
        ),
        server=EdgeServer(40, 5, 1.3, 0.3, 10),
        workload=Workload(slots=3, popularity_order="custom", arrival_rates=(1.0, 2.0, 1.0)),
        weights=CostWeights(2.0, 0.1, 10.0),
        switching_charged="slot",
    )
    return Case(scenario, [[0, 1], [2, 0, 1], [2]], False).run("lru")


def test_a_ledger_by_hand(by_hand: Run) -> None:
    # Losing a costs 2 * 12 / 4 = 6, b 2 * 22 / 2 = 22. In slot 1 c sends a away (6), a comes back
    # and sends b away (22 - 6), b comes back (-22) and sends away c, which was not there before.
    assert by_hand.decision_at_stake == pytest.approx([0, 0, 6, 16, -22, 6])
    slots, decisions = by_hand.slot_frame(), by_hand.decision_frame()
    assert slots["switching_cost"].tolist() == pytest.approx([0, 0, 6])
    assert slots["lost"].tolist() == ["", "", "a"]
    assert decisions["at_stake"].tolist() == pytest.approx(by_hand.decision_at_stake)
    assert decisions["switching_cost"].sum() == 0
    # Eq. 10, weighted: a 3, b 3, c 4.5; the ends hold ab, ab, bc.
    assert by_hand.summary["average_cost"] == pytest.approx((6 + 6 + 6 + 7.5) / 3)


def test_sentences_by_hand(by_hand: Run) -> None:
    told = [decision.of_slot(explain(by_hand, n, policies=())) for n in range(6)]
    costs = "was there at the slot's start: losing it by the slot's end costs"
    assert told[:2] == [[], []]
    assert told[2] == [f"a {costs} 6.00; it was back by then, so nothing is charged."]
    assert told[3] == [f"b {costs} 22.0; it was back by then, so nothing is charged."]
    assert told[4] == ["c came within the slot: misses inside a slot are free on this bill."]
    assert told[5] == [f"a {costs} 6.00."]
    assert "losing it nothing" in decision.reason(explain(by_hand, 4, policies=()))
    assert decision.of_price(explain(by_hand, 4, policies=())) is None
    assert "no switching is charged" in (live.of_slots_end(by_hand, 1) or "")
    assert live.of_slots_end(by_hand, 2) == "At its end 6.00 is charged for what was lost: a 6.00."


def test_what_left_earlier_is_lost_already(by_hand: Run) -> None:
    run = replay_from(by_hand, 2, ["c"])  # a and b both leave; a is asked for next
    e = explain(run, 3, policies=())
    assert e.state.gone.tolist() == [False, True, False] and e.lost == pytest.approx(22)
    assert "b left earlier in the slot" in decision.of_slot(e)[-1]
    assert e.cost == pytest.approx(22 + 3 + 4.5)


@examples(60)
@given(cases())
def test_the_sums_of_the_ledger_are_the_runs_cost(case: Case) -> None:
    for by in ("slot", "decision"):
        for policy in POLICIES:
            run = charged(case, by).run(policy)
            slots, decisions = run.slot_frame(), run.decision_frame()
            whole = math.fsum(slots["switching_cost"]) + math.fsum(slots["resource_cost"])
            total = run.summary["average_cost"] * len(slots)
            assert whole == pytest.approx(total, rel=1e-9, abs=1e-9)
            staked = np.bincount(decisions["slot"], run.decision_at_stake, len(slots))
            assert staked == pytest.approx(slots["switching_cost"].to_numpy(), rel=1e-9, abs=1e-9)
            if by == "decision":
                assert list(decisions["switching_cost"]) == pytest.approx(run.decision_at_stake)
                assert live.of_slots_end(run, 0) is None
                continue
            charges = zip(slots["lost"], slots["switching_cost"], strict=True)
            for slot, (lost, cost) in enumerate(charges):
                said = live.of_slots_end(run, slot) or ""
                assert all(f" {name} " in said for name in lost.split(" + ") if name)
                assert not lost or f"At its end {amount(cost)} is charged" in said


@examples(40)
@given(cases())
def test_decisions_and_other_choices_add_up(case: Case) -> None:
    for policy in ("lru", "exact", "random"):
        run = charged(case, "slot").run(policy)
        for number in range(run.decisions.request.size):
            e = explain(run, number, policies=())
            terms = math.fsum(one.term for one in e.candidates) + e.lost
            assert terms == pytest.approx(e.cost, rel=1e-9, abs=1e-9)
            free = any("are free on this bill" in text for text in decision.of_slot(e))
            start = run.deployed_before[e.state.slot]
            assert free == any(not start[one.row] for one in e.evicted)
            other = replay_from(run, number, e.best)
            itself, losses, held = parts_of(run, other, e.state)
            gap = other.summary["average_cost"] - run.summary["average_cost"]
            whole = itself + float(losses.sum()) + held
            assert whole == pytest.approx(gap * run.requests.slots, rel=1e-9, abs=1e-9)
            found = difference(other, run)
            assert found.events == "losses" and found.total == pytest.approx(gap)


def test_the_player_is_told_what_each_slots_end_charges(by_hand: Run) -> None:
    (sent,) = player_data([by_hand], "average_cost", 1)["runs"]
    assert sent["charged"] == pytest.approx([0, 6])
    assert unpacked(sent["lost"], 3).tolist() == [[False] * 3, [True, False, False]]
    other = replace(by_hand.problem.scenario, switching_charged="decision")
    (sent,) = player_data([Case(other, [[0, 1]], False).run("lru")], "average_cost", 0)["runs"]
    assert "lost" not in sent and "charged" not in sent


def test_the_player_and_the_page_say_what_a_slots_end_charges(visit: Visit) -> None:
    load = replace(PRESETS["paper"].workload, slots=20, popularity_order="catalog")
    scenario = replace(PRESETS["paper"], workload=load)
    run = simulate(scenario, "lru")
    lost = [scenario.model_catalog.names[row] for row in np.flatnonzero(run.slot_lost[-1])]
    assert lost
    visitor = visit()
    visitor.open(f"/live?s={to_link(scenario)}")
    visitor.page.get_by_test_id("player-last").click()
    visitor.page.get_by_text(re.compile(f"lost by its end {lost[0]}.* charged")).first.wait_for()
    visitor.wait()
    visitor.page.get_by_role("tab", name="LRU").click()
    said = live.of_slots_end(run, 19) or ""
    visitor.page.get_by_text(said.partition(":")[0]).first.wait_for()
    visitor.wait()
    visitor.check()


def test_why_the_two_bills_differ_is_counted() -> None:
    scenario = replace(PRESETS["paper"], replications=2, policies=("ga", "lru", "lfu"))
    found = compare(scenario)
    free, counted = findings.free_misses(found, found.figures)
    assert "misses inside a slot are free" in free
    for policy in ("ga", "lfu"):
        losses = sum(int((run.deployed[:-1] & ~run.deployed[1:]).sum()) for run in
                     found.runs[policy])  # fmt: skip
        misses = sum(run.summary["misses"] for run in found.runs[policy])
        assert percent(1 - losses / misses) in counted
    at_once = compare(replace(scenario, switching_charged="decision", replications=1))
    assert findings.free_misses(at_once, at_once.figures) == []
