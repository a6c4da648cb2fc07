"""Equations 1-12 against numbers worked by hand, and two whole examples worked by hand.

The functions called here are the compiled ones of :mod:`genedge.engine.cost`, the same that the
event loop, the genetic algorithm, the exact decision and the plans call.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from reference import Setting
from reference_bounds import Ledger
from support import Case, as_slots, genetics, ledgers
from worked_example import (
    CLAIRVOYANT,
    CLAIRVOYANT_2,
    EXPECTED,
    EXPECTED_2,
    SETTING,
    SETTING_2,
    Expected,
)

from genedge import CostWeights, EdgeServer, GeneticParameters, Model, Scenario, Workload
from genedge.engine import cost
from genedge.engine.exact import choose_exact
from genedge.engine.genetic import choose_genetic
from genedge.engine.planning import clairvoyant_plan
from genedge.runs.simulate import Plans

# ---------------------------------------------------------------------------- the equations

LIMITS = [
    ("1 storage 30 of 30 GB", 30.0, 30.0, True),
    ("1 storage 30.01 of 30 GB", 30.01, 30.0, False),
    ("2 GPU memory 3 of 3 GB", 3.0, 3.0, True),
    ("2 GPU memory 3 of 2.5 GB", 3.0, 2.5, False),
    ("3 power 0.1 + 0.2 of 0.3 kW", 0.1 + 0.2, 0.3, True),  # over by 5.6e-17
    ("3 power 0.1 + 0.2 of 1 - 0.7 kW", 0.1 + 0.2, 1.0 - 0.7, True),
    ("3 power 0.31 of 0.3 kW", 0.31, 0.3, False),
    ("over by 0.9e-9 of the capacity", 30.0 * (1 + 0.9e-9), 30.0, True),
    ("over by 1.1e-9 of the capacity", 30.0 * (1 + 1.1e-9), 30.0, False),
    ("nothing of nothing", 0.0, 0.0, True),
    ("something of nothing", 1e-300, 0.0, False),
]


@pytest.mark.parametrize(
    ("total", "capacity", "fits"),
    [row[1:] for row in LIMITS],
    ids=[row[0] for row in LIMITS],
)
def test_equations_1_2_3_capacity(total: float, capacity: float, fits: bool) -> None:
    assert cost.within(total, capacity) == fits


def test_equation_4_20_gb_over_10_gbps_take_16_s() -> None:
    assert cost.transmission_delay(20.0, 10.0) == 16.0  # 160 Gbit
    assert cost.transmission_delay(10.0, 4.0) == 20.0  # 80 Gbit
    assert cost.transmission_delay(2.5, 0.5) == 40.0  # 20 Gbit


def test_equations_4_5_6_delay_of_a_miss_16_plus_2_plus_1_is_19_s() -> None:
    assert cost.reload_delay(16.0, 2.0, 1.0) == 19.0
    assert cost.reload_delay(8.0, 1.0, 0.5) == 9.5


def test_equation_7_19_s_every_4_requests_is_4_75() -> None:
    assert cost.switching_price(19.0, 1 / 4) == 4.75
    assert cost.switching_price(9.5, 3 / 4) == 7.125
    assert cost.switching_price(9.5, 0.0) == 0.0  # never asked for again


def test_equation_8_10_plus_20_gb_is_30_gb() -> None:
    assert cost.used_with(cost.used_with(0.0, 10.0), 20.0) == 30.0


def test_equation_9_1_plus_2_gb_is_3_gb() -> None:
    assert cost.used_with(cost.used_with(0.0, 1.0), 2.0) == 3.0


def test_equation_10_30_gb_and_3_times_3_gb_is_39() -> None:
    assert cost.resource_cost(30.0, 3.0, 3.0, 1.0, 1.0) == 39.0
    assert cost.resource_cost(20.0, 2.0, 3.0, 1.0, 1.0) == 26.0


def test_equation_10_shares_of_40_and_4_gb_is_3() -> None:
    assert cost.resource_cost(30.0, 3.0, 3.0, 40.0, 4.0) == 3.0  # 30/40 + 3 * 3/4 = 0.75 + 2.25
    assert cost.resource_cost(20.0, 2.0, 3.0, 40.0, 4.0) == 2.0  # 20/40 + 3 * 2/4 = 0.5 + 1.5


def test_equation_11_slot_2_times_5_plus_half_of_39_is_29_5() -> None:
    assert cost.slot_cost(2.0, 5.0, 0.5, 39.0) == 29.5
    assert cost.slot_cost(2.0, 0.0, 0.5, 26.0) == 13.0


def test_equation_12_cost_14_25_plus_13_is_27_25() -> None:
    # evict 0 for 1: 2 * 7.125 + 0.5 * 26, a whole slot of resource cost and then half of one
    assert cost.decision_cost(2.0, 7.125, 1.0, 0.5, 26.0) == 27.25
    assert cost.decision_cost(2.0, 7.125, 0.5, 0.5, 26.0) == 20.75
    assert cost.decision_cost(2.0, 0.0, 1.0, 0.5, 39.0) == 19.5  # nothing evicted


def test_equation_12_fitness_of_cost_3_is_a_quarter() -> None:
    assert cost.fitness(3.0) == 0.25
    assert cost.fitness(0.0) == 1.0
    assert cost.fitness(27.25) == pytest.approx(1 / 28.25, abs=1e-15)


def test_keep_value_14_25_less_6_5_is_7_75() -> None:
    assert cost.keep_value(2.0, 7.125, 1.0, 0.5, 13.0) == 7.75
    assert cost.keep_value(2.0, 7.125, 0.5, 0.5, 13.0) == 11.0
    assert cost.keep_value(2.0, 0.0, 1.0, 0.5, 26.0) == -13.0


def test_keep_value_is_what_the_decision_cost_saves() -> None:
    # C({0, 1} kept) - C({0} left): 19.5 - (14.25 + 0.5 * 26 = 27.25) = -7.75
    assert cost.decision_cost(2.0, 0.0, 1.0, 0.5, 39.0) - cost.decision_cost(
        2.0, 7.125, 1.0, 0.5, 26.0
    ) == -cost.keep_value(2.0, 7.125, 1.0, 0.5, 13.0)


# ------------------------------------------------------- equations 1-3 wherever they are used


def two(over: float, **changes: Any) -> Case:
    """Models of 10 and 20 GB whose sum is ``over`` (a share) more than the server's storage."""
    scenario = Scenario(
        catalog=(Model("a", "", 10, 1, 0.1, 1, 1), Model("b", "", 20, 1, 0.1, 1, 1)),
        server=EdgeServer(storage_gb=30 / (1 + over)),
        workload=Workload(popularity_order="custom", arrival_rates=(1.0, 1.0)),
        weights=CostWeights(resource=1e-6),
        **changes,
    )
    return Case(scenario, [[0, 1]], traced=False)


@pytest.mark.parametrize(
    "policy",
    ["random", "fifo", "lru", "lfu", "exact", "ga", "mdp", "mdp-realised", "offline"],
)
def test_equation_1_tolerance_is_the_same_under_every_policy(policy: str) -> None:
    small = GeneticParameters(population=20, generations=20)
    # the clairvoyant plan is asked again for row 0, so that there is something to keep it for
    for over, together in ((0.9e-9, True), (1.1e-9, False)):
        case = two(over, genetic=small)
        case.slots.append([0])
        run = case.run(policy)
        assert (ledgers(run).slot_deployed[0] == 3) == together


@pytest.mark.parametrize("repair", [True, False])
@pytest.mark.parametrize("constraint", [0, 1, 2])
def test_equations_1_2_3_one_at_a_time_in_the_choosers(constraint: int, repair: bool) -> None:
    for over, together in ((0.9e-9, True), (1.1e-9, False)):
        size = np.full((2, 3), 1.0)
        capacity = np.full(3, 100.0)
        capacity[constraint] = 2.0 / (1 + over)
        deployed, value = np.array([1, 0], np.uint8), np.array([5.0, -1.0])
        for genetic in (False, True):
            keep = np.zeros(2, np.uint8)
            if genetic:
                parameters = genetics(population=16, generations=8, repair=repair)
                choose_genetic(
                    keep, deployed, np.int64(1), value, 5.0, size, capacity, parameters,
                    np.uint64(3), np.zeros(1, np.uint64), None,
                )  # fmt: skip
            else:
                choose_exact(keep, deployed, np.int64(1), value, size, capacity)
            assert keep.tolist() == [int(together), 1]


# -------------------------------------------------------------------------- worked examples


def case_of(setting: Setting, k: int = 1) -> Case:
    """A setting of the reference as a scenario of the engine."""
    rates = None if setting.rates is None else tuple(map(float, setting.rates))
    rows = zip(
        setting.storage, setting.gpu, setting.power, setting.io_delay, setting.inference_delay,
        strict=True,
    )  # fmt: skip
    return Case(
        Scenario(
            catalog=tuple(Model(f"m{j}", "", *map(float, row)) for j, row in enumerate(rows)),
            server=EdgeServer(setting.S, setting.G, setting.E, setting.E0, setting.B),
            workload=Workload(popularity_order="custom", arrival_rates=rates)
            if rates
            else Workload(),
            weights=CostWeights(
                setting.w_delay, setting.w_resource, setting.beta, setting.resource_unit
            ),
            max_models=k,
        ),
        setting.slots,
        traced=rates is None,
    )


@pytest.mark.parametrize(
    ("setting", "expected"),
    [(SETTING, e) for e in EXPECTED] + [(SETTING_2, e) for e in EXPECTED_2],
    ids=[f"1-{e.policy}" for e in EXPECTED] + [f"2-{e.policy}" for e in EXPECTED_2],
)
def test_worked_example(setting: Setting, expected: Expected) -> None:
    result = ledgers(case_of(setting, expected.max_models).run(expected.policy))
    for name, figure in expected.figures.items():
        got = getattr(result, name)
        if name == "decisions":
            assert [(d.request_index, d.model, d.before, d.after) for d in got] == [
                row[:4] for row in figure
            ]
            prices = [d.switching_cost for d in got]
            assert prices == pytest.approx([row[4] for row in figure], abs=1e-12)
        else:
            assert got == pytest.approx(figure, abs=1e-12), name


@pytest.mark.parametrize(
    ("policy", "ledger"), [("offline", "eq11"), ("offline-realised", "realised")]
)
@pytest.mark.parametrize(
    ("setting", "optimum"), [(SETTING, CLAIRVOYANT), (SETTING_2, CLAIRVOYANT_2)], ids=["1", "2"]
)
def test_worked_example_clairvoyant(
    setting: Setting, optimum: dict[str, float], policy: str, ledger: Ledger
) -> None:
    case = case_of(setting)
    run = case.run(policy)
    name = "average_cost" if ledger == "eq11" else "realised_cost"
    assert run.summary[name] == pytest.approx(optimum[ledger], abs=1e-12)
    deployments = Plans(case.problem).deployments(ledger == "realised")
    planned = clairvoyant_plan(deployments, case.requests.arrays())[1]
    assert planned / len(setting.slots) == pytest.approx(optimum[ledger], abs=1e-12)


def test_worked_example_is_read_as_it_stands() -> None:
    for setting in (SETTING, SETTING_2):
        case = case_of(setting)
        assert as_slots(case.requests) == setting.slots
        built = case.setting
        assert (built.storage, built.S, built.G, built.B) == (
            setting.storage, setting.S, setting.G, setting.B,
        )  # fmt: skip
        assert built.rates == setting.rates


# ----------------------------------------------------------------------------- resource unit


def test_equation_10_share_of_a_server_without_gpu_memory_counts_storage_alone() -> None:
    # S 40, G 0: only models that need no GPU memory fit. One of 30 GB: 30/40 + 3 * 0 = 0.75
    scenario = Scenario(
        catalog=(Model("plain", "", 30, 0, 0.1, 1, 1), Model("gpu", "", 1, 1, 0.1, 1, 1)),
        server=EdgeServer(storage_gb=40, gpu_memory_gb=0),
        workload=Workload(popularity_order="custom", arrival_rates=(1.0, 1.0)),
        weights=CostWeights(resource=0.5, gpu_memory=3, resource_unit="share"),
    )
    run = Case(scenario, [[0, 1]], traced=False).run("lru")
    assert run.summary["rejected"] == 1
    assert run.slot_resource_cost.tolist() == [0.375]  # 0.5 * 0.75
