"""Switching charged between slot ends (Eq. 7, 11, 12): by hand, and against the plain reference.

By hand: four models of 10 GB, A B C D (rows 0 to 3), of delays 10, 12, 16 and 16 s (8 s of
transmission, I/O, 1 s of inference), asked for 2, 1, 1 and 0 times a slot, so that losing them
costs 10 * 1/2 = 5, 12 / 4 = 3, 16 / 4 = 4 and 0; w_delay 2, w_resource 0.5, beta 0.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import (
    deciding_inverse_cycle,
    eq12_decision_cost,
    exact_decision,
    mask_of,
    rows_of,
    simulate,
)
from support import (
    BASELINES,
    Case,
    as_slots,
    assert_same,
    cases,
    examples,
    ledgers,
    masks,
    played_back,
    sized,
)

from genedge import CostWeights, EdgeServer, Run, Scenario, Workload
from genedge.scenario.scenario import SwitchingCharged

A, B, C, D = 0, 1, 2, 3


def run_of(slots: list[list[int]], policy: str = "lru", hold: int = 1, **changes: Any) -> Run:
    """The engine's run of these requests where ``hold`` models fit, checked by the reference."""
    scenario = Scenario(
        catalog=tuple(
            sized(name, 10, 0, 0, io, 1) for name, io in zip("ABCD", (1, 3, 7, 7), strict=True)
        ),
        server=EdgeServer(storage_gb=10 * hold, bandwidth_gbps=10),
        workload=Workload(popularity_order="custom", arrival_rates=(2, 1, 1, 0)),
        weights=CostWeights(delay=2, resource=0.5, gpu_memory=0),
        switching_charged="slot",
    )
    case = Case(replace(scenario, **changes), slots, traced=False)
    run = case.run(policy)
    assert_same(ledgers(run), simulate(case.setting, policy))
    return run


def ends(run: Run) -> list[set[int]]:
    """What is deployed at the end of each slot."""
    return [rows_of(mask) for mask in masks(run.slots.deployment)]


# ------------------------------------------------------------------------- equations, by hand


def test_eq7_the_end_of_a_slot_is_charged_for_what_was_there_at_the_end_of_the_one_before() -> None:
    run = run_of([[A], [B], [C, C]])
    assert run.slots.switching_cost.tolist() == [0, 5, 3]
    assert run.summary["switching_cost"] == pytest.approx(2 * 8 / 3, abs=1e-12)


def test_eq7_what_is_loaded_and_dropped_within_a_slot_costs_nothing() -> None:
    slots = [[A], [B, C]]  # B comes and goes: A's 5 alone, where decisions also pay 3 for B
    assert run_of(slots).slots.switching_cost.tolist() == [0, 5]
    each = run_of(slots, switching_charged="decision")
    assert each.slots.switching_cost.tolist() == [0, 8]


def test_eq7_what_is_dropped_and_loaded_again_within_a_slot_costs_nothing() -> None:
    slots = [[A], [B, A]]
    run = run_of(slots)
    assert ends(run) == [{A}, {A}]
    assert run.slots.switching_cost.tolist() == [0, 0]
    each = run_of(slots, switching_charged="decision")
    assert each.slots.switching_cost.tolist() == [0, 8]
    assert run.slots.evictions.tolist() == each.slots.evictions.tolist() == [0, 2]


def test_eq7_the_first_slot_charges_nothing_however_much_it_churns() -> None:
    assert run_of([[A, B, C, A, B]]).slots.switching_cost.tolist() == [0]


def test_eq7_a_slot_without_requests_charges_nothing_and_forgets_nothing() -> None:
    run = run_of([[], [A], [], [], [C], []])
    assert run.slots.switching_cost.tolist() == [0, 0, 0, 0, 5, 0]


def test_eq7_the_ledger_charges_known_whatever_the_policy_decides_with() -> None:
    for cycle in ("known", "history", "next-use"):
        run = run_of([[A], [B], [C]], "exact", active_cycle=cycle)
        assert run.slots.switching_cost.tolist() == [0, 5, 3]


def test_eq7_a_model_never_asked_for_is_lost_for_nothing() -> None:
    assert run_of([[D], [A]]).slots.switching_cost.tolist() == [0, 0]


def test_eq11_adds_the_slots_switching_and_resource_costs() -> None:
    # {A}, {B}, {B}: switching 2 * 5, resources 0.5 * 10 a slot
    summary = run_of([[A], [A, C, B], []]).summary
    assert summary["switching_cost"] == pytest.approx(10 / 3, abs=1e-12)
    assert summary["resource_cost"] == pytest.approx(5, abs=1e-12)
    assert summary["average_cost"] == pytest.approx(25 / 3, abs=1e-12)
    # misses A 10 s, C 16 s, B 12 s
    assert summary["realised_cost"] == pytest.approx((2 * 38 + 15) / 3, abs=1e-12)


def test_eq12_a_decision_pays_for_losing_what_was_there_and_for_nothing_else() -> None:
    # LRU with room for two; the slot begins with {A}
    # B: {A, B}, nothing lost: 0.5 * 20. C: {B, C}, A is lost: 2 * 5 + 10
    # A: {C, A}, A is back and B was not there: 10. B: {A, B}, C was not there: 10
    # C: {B, C}, A is lost again: 20. D: {C, D}, A stays lost, whatever is chosen: 20
    run = run_of([[A], [B, C, A, B, C, D]], hold=2)
    assert run.decisions.cost.tolist() == pytest.approx([5, 10, 20, 10, 10, 20, 20], abs=1e-12)
    # where each decision is charged, C(y) pays for whom it evicts: A 5, B 3, C 4, A 5, B 3
    each = run_of([[A], [B, C, A, B, C, D]], hold=2, switching_charged="decision")
    assert each.decisions.cost.tolist() == pytest.approx([5, 10, 20, 16, 18, 20, 16], abs=1e-12)


def test_eq12_exact_keeps_what_was_there_and_drops_what_came_since() -> None:
    # room for all: keeping A is worth 2 * 5 - 5, B 2 * 3 - 5; C came within the slot: -5
    run = run_of([[A], [B], [C, D, A]], "exact", hold=4)
    assert [rows_of(mask) for mask in masks(run.decisions.deployment)] == [
        {A},
        {A, B},
        {A, B, C},
        {A, B, D},
    ]
    # where each decision is charged C is worth 2 * 4 - 5 and stays
    each = run_of([[A], [B], [C, D, A]], "exact", hold=4, switching_charged="decision")
    assert rows_of(masks(each.decisions.deployment)[-1]) == {A, B, C, D}


def test_eq12_a_model_that_came_back_is_no_longer_lost() -> None:
    # room for two: C drives B out, 2 * 3 + 10 against A's 2 * 5 + 10; B comes back for C: 10
    run = run_of([[A], [B], [C, B]], "exact", hold=2)
    assert ends(run) == [{A}, {A, B}, {A, B}]
    assert run.decisions.cost.tolist() == pytest.approx([5, 10, 16, 10], abs=1e-12)
    assert run.slots.switching_cost.tolist() == [0, 0, 0]


# ------------------------------------------------------------------- random cases, both charges


def under(case: Case, charged: SwitchingCharged, **changes: Any) -> Case:
    """The same requests with switching charged by decision or by slot."""
    scenario = replace(case.scenario, switching_charged=charged, **changes)
    return Case(scenario, case.slots, case.traced)


charges: st.SearchStrategy[SwitchingCharged] = st.sampled_from(["slot", "slot", "decision"])
windows = st.sampled_from([0, 1, 2, 3, 5, 20])


@pytest.mark.parametrize("policy", ["fifo", "lru", "lfu", "lru-cap", "exact"])
@examples(60)
@given(case=cases(), charged=charges, window=windows)
def test_every_column_decision_and_total_is_the_reference_s(
    policy: str, case: Case, charged: SwitchingCharged, window: int
) -> None:
    case = under(case, charged, lfu_window=window)
    expected = simulate(case.setting, policy, max_models=case.scenario.max_models)
    assert_same(ledgers(case.run(policy)), expected)


@pytest.mark.parametrize("policy", ["random", "ga"])
@examples(60)
@given(case=cases(), charged=charges)
def test_decisions_fed_back_through_the_reference_cost_the_same(
    policy: str, case: Case, charged: SwitchingCharged
) -> None:
    run = under(case, charged).run(policy)
    fed_back = simulate(under(case, charged).setting, "fed back", choose=played_back(run))
    assert_same(ledgers(run), fed_back)


@pytest.mark.parametrize("policy", ["lru", "exact", "ga"])
@examples(40)
@given(case=cases())
def test_eq12_decisions_record_their_cost_and_the_best_one(policy: str, case: Case) -> None:
    case = under(case, "slot")
    run, setting = case.run(policy), case.setting
    deployed, slot_start, after = [0], run.requests.slot_start, masks(run.decisions.deployment)
    requests = run.decisions.request.tolist()
    for d, i in enumerate(requests):
        first = int(slot_start[run.requests.slot[i]])  # of this slot
        there = rows_of(deployed[sum(j < first for j in requests)])
        held, m = rows_of(deployed[-1]), int(run.requests.model[i])
        cycle = deciding_inverse_cycle(setting, i)
        best = exact_decision(setting, held, m, i, there)
        for cost, chosen in ((run.decisions.cost, after[d]), (run.decisions.best_cost, best)):
            y = rows_of(chosen) if isinstance(chosen, int) else chosen
            expected = eq12_decision_cost(setting, there, y, cycle)
            assert cost[d] == pytest.approx(expected, rel=1e-12, abs=1e-9)
        if policy == "exact":
            assert after[d] == mask_of(best)
        deployed.append(after[d])


@pytest.mark.parametrize("policy", BASELINES)
@examples(60)
@given(case=cases(), window=windows)
def test_the_users_bill_of_a_baseline_does_not_depend_on_how_switching_is_charged(
    policy: str, case: Case, window: int
) -> None:
    each = under(case, "decision", lfu_window=window).run(policy)
    by_slot = under(case, "slot", lfu_window=window).run(policy)
    assert each.summary["realised_cost"] == by_slot.summary["realised_cost"]
    assert each.summary["resource_cost"] == by_slot.summary["resource_cost"]
    assert each.outcome.tolist() == by_slot.outcome.tolist()
    assert masks(each.decisions.deployment) == masks(by_slot.decisions.deployment)
    # what is there at one slot's end and not at the next has been evicted in between
    assert by_slot.summary["switching_cost"] <= each.summary["switching_cost"] + 1e-9


@pytest.mark.parametrize("policy", [*BASELINES, "exact", "ga"])
@examples(40)
@given(case=cases(), charged=charges)
def test_eq7_the_sum_over_slots_is_the_run_s_switching_cost(
    policy: str, case: Case, charged: SwitchingCharged
) -> None:
    run = under(case, charged).run(policy)
    weight, slots = case.scenario.weights.delay, len(as_slots(run.requests))
    assert weight * run.slots.switching_cost.sum() / slots == pytest.approx(
        run.summary["switching_cost"], rel=1e-12, abs=1e-9
    )
    assert run.summary["average_cost"] == pytest.approx(
        run.summary["switching_cost"] + run.summary["resource_cost"], rel=1e-12, abs=1e-9
    )
