"""Every equation and every active cycle of the plain reference, held to figures worked by hand."""

from __future__ import annotations

import pytest
from reference import (
    deciding_inverse_cycle,
    decision_horizon,
    delay,
    eq1_storage_fits,
    eq2_gpu_fits,
    eq3_power_fits,
    eq4_transmission_delay,
    eq5_io_delay,
    eq6_inference_delay,
    eq7_switching_cost,
    eq8_storage_cost,
    eq9_gpu_cost,
    eq10_resource_cost,
    eq11_average_cost,
    eq12_decision_cost,
    eq12_fitness,
    fits,
    known_inverse_cycle,
    simulate,
)
from reference_settings import small

# ------------------------------------------------------------------------- equations, by hand


def test_eq1_storage_by_hand() -> None:
    assert eq1_storage_fits(small(), {0, 1})  # 10 + 20 = 30 = S
    assert not eq1_storage_fits(small(S=29.9), {0, 1})
    assert eq1_storage_fits(small(S=30 / (1 + 0.9e-9)), {0, 1})  # over by 0.9e-9 of S: allowed
    assert not eq1_storage_fits(small(S=30 / (1 + 1.1e-9)), {0, 1})
    assert eq1_storage_fits(small(S=20), {1}) and eq1_storage_fits(small(S=20), set())


def test_eq2_gpu_by_hand() -> None:
    assert eq2_gpu_fits(small(), {0, 1})  # 1 + 2 = 3 = G
    assert not eq2_gpu_fits(small(G=2.5), {0, 1})
    assert eq2_gpu_fits(small(G=3 / (1 + 0.9e-9)), {0, 1})
    assert not eq2_gpu_fits(small(G=3 / (1 + 1.1e-9)), {0, 1})


def test_eq3_power_by_hand() -> None:
    # 0.1 + 0.2 against 1 - 0.7: both 0.30000000000000004 in binary
    assert eq3_power_fits(small(), {0, 1})
    # 0.1 + 0.2 against 0.3 written plainly: over by 5.6e-17, within the tolerance
    assert eq3_power_fits(small(E=0.3, E0=0.0), {0, 1})
    assert not eq3_power_fits(small(E0=0.71), {0, 1})


def test_any_one_of_eq1_to_eq3_is_enough_to_refuse() -> None:
    assert fits(small(), {0, 1})
    assert not fits(small(S=29), {0, 1})
    assert not fits(small(G=2), {0, 1})
    assert not fits(small(E0=0.8), {0, 1})


def test_eq4_transmission_delay_by_hand() -> None:
    assert eq4_transmission_delay(small(), 1) == 16  # 20 GB = 160 Gbit at 10 Gbit/s
    assert eq4_transmission_delay(small(B=4), 0) == 20  # 80 Gbit at 4


def test_eq5_io_delay_by_hand() -> None:
    assert [eq5_io_delay(small(), m) for m in (0, 1)] == [1, 2]


def test_eq6_inference_delay_by_hand() -> None:
    assert [eq6_inference_delay(small(), m) for m in (0, 1)] == [0.5, 1]
    assert [delay(small(), m) for m in (0, 1)] == [9.5, 19]  # 8 + 1 + 0.5 and 16 + 2 + 1


def test_eq7_switching_cost_by_hand() -> None:
    # requests 0, 1, 0, 0: 1/alpha = 3/4 and 1/4
    assert known_inverse_cycle(small()) == [0.75, 0.25]
    assert eq7_switching_cost(small(), {0}, [0.75, 0.25]) == 7.125  # 9.5 * 3/4
    assert eq7_switching_cost(small(), {1}, [0.75, 0.25]) == 4.75  # 19 / 4
    assert eq7_switching_cost(small(), {0, 1}, [0.75, 0.25]) == 11.875
    assert eq7_switching_cost(small(), set(), [0.75, 0.25]) == 0


def test_eq8_storage_cost_by_hand() -> None:
    assert eq8_storage_cost(small(), {0, 1}) == 30
    assert eq8_storage_cost(small(), set()) == 0


def test_eq9_gpu_cost_by_hand() -> None:
    assert eq9_gpu_cost(small(), {0, 1}) == 3
    assert eq9_gpu_cost(small(), {1}) == 2


def test_eq10_resource_cost_by_hand() -> None:
    assert eq10_resource_cost(small(), {0, 1}) == 39  # 30 + 3 * 3
    assert eq10_resource_cost(small(), {1}) == 26  # 20 + 3 * 2
    share = small(resource_unit="share", S=40, G=4)
    assert eq10_resource_cost(share, {0, 1}) == 3  # 30/40 + 3 * 3/4 = 0.75 + 2.25
    assert eq10_resource_cost(share, {1}) == 2  # 20/40 + 3 * 2/4


def test_eq11_average_cost_by_hand() -> None:
    # ((2 * 5 + 0.5 * 39) + (0 + 0.5 * 26)) / 2 = (29.5 + 13) / 2
    assert eq11_average_cost(small(), [5, 0], [39, 26]) == 21.25


def test_eq12_fitness_by_hand() -> None:
    # from {0} to {1}: 2 * 9.5 * 3/4 + 0.5 * 26 = 14.25 + 13 = 27.25
    assert eq12_decision_cost(small(), {0}, {1}, [0.75, 0.25]) == 27.25
    assert eq12_fitness(small(), {0}, {1}, [0.75, 0.25]) == pytest.approx(1 / 28.25, abs=1e-15)
    # from {0} to {0, 1}: nothing evicted, 0.5 * 39
    assert eq12_decision_cost(small(), {0}, {0, 1}, [0.75, 0.25]) == 19.5
    # next-request: 4 requests in 2 slots, h = 1/2: 14.25 + 6.5
    sooner = small(decision_horizon="next-request")
    assert eq12_decision_cost(sooner, {0}, {1}, [0.75, 0.25]) == 20.75


def test_decision_horizon_by_hand() -> None:
    assert decision_horizon(small()) == 1
    assert decision_horizon(small(decision_horizon="next-request")) == 0.5  # T / requests = 2 / 4
    generated = small(decision_horizon="next-request", rates=[3, 5])
    assert decision_horizon(generated) == 0.125  # 1 / 8, whatever was drawn


# --------------------------------------------------------------------- active cycles, by hand


def test_known_active_cycle_by_hand() -> None:
    assert known_inverse_cycle(small(rates=[3, 1])) == [0.75, 0.25]
    assert known_inverse_cycle(small(rates=[3, 0])) == [1, 0]
    assert known_inverse_cycle(small(slots=[[1], [], [1, 1]])) == [0, 1]
    # a rejected request counts: model 1 (20 GB) is too big for S = 15
    assert known_inverse_cycle(small(S=15)) == [0.75, 0.25]


def test_history_active_cycle_by_hand() -> None:
    # alpha = (n + M) / (n_m + 1), M = 2, requests 0, 1, 0, 0
    setting = small(active_cycle="history")
    assert deciding_inverse_cycle(setting, 0) == [2 / 3, 1 / 3]  # n = 1, counts 1, 0
    assert deciding_inverse_cycle(setting, 1) == [2 / 4, 2 / 4]  # n = 2, counts 1, 1
    assert deciding_inverse_cycle(setting, 3) == [4 / 6, 2 / 6]  # n = 4, counts 3, 1


def test_next_use_active_cycle_by_hand() -> None:
    # requests 0, 1, 0, 0 across a slot boundary
    setting = small(active_cycle="next-use")
    assert deciding_inverse_cycle(setting, 0) == [1 / 2, 1]  # 0 again at index 2, 1 at index 1
    assert deciding_inverse_cycle(setting, 1) == [1, 0]  # 1 never again
    assert deciding_inverse_cycle(setting, 3) == [0, 0]


def test_the_ledger_charges_known_whatever_the_policy_decides_with() -> None:
    # S = 20: one model at a time; requests 0, 1, 0, 0 evict 0 then 1: 9.5 * 3/4 + 19 / 4 = 11.875
    for cycle in ("known", "history", "next-use"):
        result = simulate(small(S=20, active_cycle=cycle), "exact")
        assert result.slot_switching_cost == [7.125, 4.75]
        assert result.switching_cost == 11.875  # 2 * 11.875 / 2


def test_known_of_a_generated_workload_ignores_what_was_drawn() -> None:
    result = simulate(small(S=20, rates=[1, 1]), "lru")
    assert result.slot_switching_cost == [4.75, 9.5]  # 9.5 / 2 and 19 / 2
