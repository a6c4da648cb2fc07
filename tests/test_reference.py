"""The plain reference, held to figures worked by hand and to second methods.

By hand: every equation, every rule of the order of events that moves a figure, the worked example.
By a second method: FIFO and LRU against cachetools, the clairvoyant recursion against an integer
program, the best online gain against every stationary policy tried in turn.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import cachetools
import numpy as np
import pytest
from reference import (
    Choose,
    Setting,
    all_requests,
    arrival_rates,
    best_of,
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
    mask_of,
    rows_of,
    simulate,
)
from reference_bounds import (
    Ledger,
    best_online_gain,
    charge,
    clairvoyant_by_integer_program,
    clairvoyant_cost,
    clairvoyant_plan,
    holding,
    options,
)
from worked_example import (
    CLAIRVOYANT,
    CLAIRVOYANT_2,
    EXPECTED,
    EXPECTED_2,
    SETTING,
    SETTING_2,
    Expected,
)

LEDGERS: list[Ledger] = ["eq11", "realised"]
BASELINES = ["fifo", "lru", "lfu", "lru-cap", "exact"]


def small(**changes: Any) -> Setting:
    """Two models that fit together: delays 8 + 1 + 0.5 = 9.5 s and 16 + 2 + 1 = 19 s."""
    setting = Setting(
        storage=[10, 20],
        gpu=[1, 2],
        power=[0.1, 0.2],
        io_delay=[1, 2],
        inference_delay=[0.5, 1],
        S=30,
        G=3,
        E=1,
        E0=0.7,
        B=10,
        w_delay=2,
        w_resource=0.5,
        beta=3,
        slots=[[0, 1], [0, 0]],
    )
    return replace(setting, **changes)


def random_setting(random: Random, models: int, requests: int, **changes: Any) -> Setting:
    """Sizes on a coarse grid, capacities that bind, sometimes a model too big for the server."""
    storage = [float(random.randint(2, 12)) for _ in range(models)]
    gpu = [float(random.randint(1, 6)) for _ in range(models)]
    weights = [random.random() ** 2 + 0.05 for _ in range(models)]
    slots: list[list[int]] = [[] for _ in range(random.randint(1, 8))]
    for _ in range(requests):
        random.choice(slots).extend(random.choices(range(models), weights))
    setting = Setting(
        storage=storage,
        gpu=gpu,
        power=[random.randint(1, 4) / 8 for _ in range(models)],
        io_delay=[random.uniform(0.3, 20) for _ in range(models)],
        inference_delay=[random.uniform(0.05, 5) for _ in range(models)],
        S=float(random.randint(11, 36)),
        G=float(random.randint(5, 18)),
        E=2.0,
        E0=random.choice([0.5, 1.0]),
        B=random.choice([4.0, 10.0]),
        w_delay=random.choice([0.5, 1.0]),
        w_resource=random.choice([0.0, 0.01, 0.05, 0.3]),
        beta=random.choice([0.0, 1.0, 10.0]),
        resource_unit=random.choice(["gb", "share"]),
        slots=slots,
        rates=random.choice([None, [2 * weight for weight in weights]]),
    )
    return replace(setting, **changes)


def recorded(after: dict[int, int]) -> Choose:
    """Play decisions back: request index -> mask."""
    return lambda _mask, _m, request_index: after[request_index]


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


# ------------------------------------------------------------------- order of events, by hand


def test_a_slot_without_requests_pays_for_what_is_deployed() -> None:
    result = simulate(small(slots=[[], [0], [], []]), "lru")
    assert result.slot_deployed == [0, 1, 1, 1]
    assert result.slot_resource_cost == [0, 13, 13, 13]  # 10 + 3 * 1
    assert result.resource_cost == 0.5 * 39 / 4
    assert result.mean_deployed == 0.75


def test_no_requests_at_all() -> None:
    result = simulate(small(slots=[[], []]), "lru")
    assert (result.hit_ratio, result.mean_service_delay_s, result.p95_service_delay_s) == (0, 0, 0)
    assert (result.average_cost, result.realised_cost) == (0, 0)


def test_a_rejected_request_costs_nothing_but_counts_as_a_request() -> None:
    # S = 15: model 1 never fits; requests 0, 1, 0, 0: miss, rejected, hit, hit
    result = simulate(small(S=15), "lru")
    assert (result.slot_hits, result.slot_misses, result.slot_rejected) == ([0, 2], [1, 0], [1, 0])
    assert result.hit_ratio == 0.5
    assert result.service_delays_s == [9.5, 0.5, 0.5]
    assert [decision.request_index for decision in result.decisions] == [0]
    assert result.downloaded_gb == 10
    # 9.5, 0.5, 0.5: position 0.95 * 2 = 1.9, 0.5 + 0.9 * 9
    assert result.p95_service_delay_s == pytest.approx(8.6, abs=1e-12)


def test_a_decision_is_taken_even_where_the_model_fits() -> None:
    # keeping 0 is worth 2 * 9.5 * 3/4 - 0.5 * 13 = 7.75: kept. Keeping 1 at request 2 is not asked:
    # 0 hits. With w_resource 2, 14.25 - 26 < 0: 0 leaves although both fit
    assert [d.after for d in simulate(small(), "exact").decisions] == [1, 3]
    dearer = simulate(small(w_resource=2), "exact")
    assert [d.after for d in dearer.decisions] == [1, 2, 1]
    # half a slot of horizon: 14.25 - 13 > 0: kept again
    sooner = small(w_resource=2, decision_horizon="next-request")
    assert [d.after for d in simulate(sooner, "exact").decisions] == [1, 3]


def test_lfu_counts_survive_eviction_by_hand() -> None:
    # 10 GB each, S = 20: two of three fit
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 20, 9, 1, 0, 10, 1, 0, 0)
    result = simulate(replace(three, slots=[[0, 0, 1, 2, 1, 2, 1]]), "lfu")
    # request 3, model 2 from {0, 1}: counts 2 and 1, 1 leaves. Request 4, 1 from {0, 2}: counts 2
    # and 1, 2 leaves. Request 5, 2 from {0, 1}: 1 was asked for at 2 and again at 4, so 2 against
    # 2, and the lowest row leaves: 0. Request 6, model 1, hits
    assert [rows_of(d.after) for d in result.decisions] == [
        {0},
        {0, 1},
        {0, 2},
        {0, 1},
        {1, 2},
    ]


def test_ties_of_lfu_go_to_the_lowest_row() -> None:
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 20, 9, 1, 0, 10, 1, 0, 0)
    result = simulate(replace(three, slots=[[2, 1, 0]]), "lfu")
    assert rows_of(result.decisions[-1].after) == {0, 2}  # 1 and 2 were asked for once each


def test_fifo_counts_from_the_latest_deployment_and_lru_from_the_latest_request() -> None:
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 20, 9, 1, 0, 10, 1, 0, 0)
    setting = replace(three, slots=[[0, 1, 0, 2]])
    assert rows_of(simulate(setting, "fifo").decisions[-1].after) == {1, 2}
    assert rows_of(simulate(setting, "lru").decisions[-1].after) == {0, 2}
    again = replace(three, slots=[[0, 1, 2, 0, 1]])  # fifo: 0 left at 2 and came back at 3
    assert rows_of(simulate(again, "fifo").decisions[-1].after) == {0, 1}


def test_lru_cap_by_hand() -> None:
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 90, 9, 1, 0, 10, 1, 0, 0)
    setting = replace(three, slots=[[0, 1, 2]])
    after = [
        [rows_of(d.after) for d in simulate(setting, "lru-cap", max_models=k).decisions]
        for k in (1, 2, 3)
    ]
    assert after == [[{0}, {1}, {2}], [{0}, {0, 1}, {1, 2}], [{0}, {0, 1}, {0, 1, 2}]]
    with pytest.raises(ValueError, match="max_models"):
        simulate(setting, "lru-cap", max_models=0)


def test_exact_breaks_ties_by_fewest_models_then_lowest_mask() -> None:
    assert best_of({0b011: 1.0, 0b100: 1.0, 0b010: 1.0 + 1e-11}) == 0b100
    assert best_of({0b110: 1.0, 0b101: 1.0 + 0.9e-12}) == 0b101
    assert best_of({0b110: 1.0, 0b101: 1.0 + 1.1e-12}) == 0b110
    # twins, one of which has to go for the third model: the lower mask keeps row 0
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 20, 9, 1, 0, 10, 1, 0, 0)
    result = simulate(replace(three, slots=[[0, 1, 2, 0, 1]]), "exact")
    assert rows_of(result.decisions[2].after) == {0, 2}
    # keeping is worth exactly nothing (no weights at all): the fewest models, the requested one
    free = replace(three, w_delay=0.0, slots=[[0, 1, 2]])
    assert [rows_of(d.after) for d in simulate(free, "exact").decisions] == [{0}, {1}, {2}]


# -------------------------------------------------------------------------- worked example


@pytest.mark.parametrize(
    ("setting", "expected"),
    [(SETTING, e) for e in EXPECTED] + [(SETTING_2, e) for e in EXPECTED_2],
    ids=[f"1-{e.policy}" for e in EXPECTED] + [f"2-{e.policy}" for e in EXPECTED_2],
)
def test_worked_example(setting: Setting, expected: Expected) -> None:
    result = simulate(setting, expected.policy, max_models=expected.max_models)
    for name, figure in expected.figures.items():
        got = getattr(result, name)
        if name == "decisions":
            got = [(d.request_index, d.model, d.before, d.after, d.switching_cost) for d in got]
            assert [d[:4] for d in got] == [d[:4] for d in figure]
            got, figure = [d[4] for d in got], [d[4] for d in figure]
        assert got == pytest.approx(figure, abs=1e-12), name


@pytest.mark.parametrize("ledger", LEDGERS)
def test_worked_example_clairvoyant(ledger: Ledger) -> None:
    for setting, figures in ((SETTING, CLAIRVOYANT), (SETTING_2, CLAIRVOYANT_2)):
        assert clairvoyant_cost(setting, ledger) == pytest.approx(figures[ledger], abs=1e-12)


# ------------------------------------------------------------------------------ callbacks


@pytest.mark.parametrize("policy", BASELINES)
def test_feeding_decisions_back_gives_the_same_result(policy: str) -> None:
    random = Random(7)
    for _ in range(20):
        setting = random_setting(random, 5, 30)
        own = simulate(setting, policy, max_models=2)
        after = {d.request_index: d.after for d in own.decisions}
        assert simulate(setting, "played back", choose=recorded(after)) == own


def test_random_with_the_victims_of_lru_is_lru() -> None:
    random = Random(8)
    for _ in range(20):
        setting = random_setting(random, 6, 40)
        requests = all_requests(setting)
        draws: dict[int, list[int]] = {}

        def least_recent(rows: list[int], index: int, draw: int) -> int:
            assert rows == sorted(rows)
            draws.setdefault(index, []).append(draw)  # noqa: B023
            seen = requests[:index]  # noqa: B023
            return min(rows, key=lambda row: max(i for i, m in enumerate(seen) if m == row))

        assert simulate(setting, "random", victims=least_recent) == simulate(setting, "lru")
        assert all(drawn == list(range(len(drawn))) for drawn in draws.values())


def test_a_choice_that_breaks_the_rules_is_refused() -> None:
    for mask in (0, 0b10, 0b11):  # without the requested model; with one that nobody deployed
        with pytest.raises(ValueError, match="request 0"):
            simulate(small(), "mine", choose=recorded({0: mask}))
    with pytest.raises(ValueError, match="request 1"):  # 30 GB in 25
        simulate(small(S=25), "mine", choose=lambda x, m, _i: x | 1 << m)
    with pytest.raises(ValueError, match="choose"):
        simulate(small(), "ga")
    with pytest.raises(ValueError, match="victims"):
        simulate(small(S=20), "random")


# ------------------------------------------------------------------------------ cachetools


@pytest.mark.parametrize("policy", ["fifo", "lru"])
@pytest.mark.parametrize("sizes", ["unit", "mixed"])
def test_fifo_and_lru_against_cachetools(policy: str, sizes: str) -> None:
    random = Random(9)
    for _ in range(40):
        models = random.randint(3, 12)
        storage = [1.0 if sizes == "unit" else float(random.randint(1, 9)) for _ in range(models)]
        capacity = float(random.randint(2, 6) if sizes == "unit" else random.randint(6, 25))
        requests = random.choices(range(models), [random.random() for _ in range(models)], k=150)
        setting = random_setting(random, models, 0)
        setting = replace(
            setting,
            storage=storage,
            S=capacity,
            G=1e6,
            E=1e6,
            slots=[requests[:70], [], requests[70:]],
        )
        kind = cachetools.FIFOCache if policy == "fifo" else cachetools.LRUCache
        cache: cachetools.Cache[int, int] = kind(capacity, getsizeof=storage.__getitem__)
        after: list[int] = []
        hits = 0
        for m in requests:
            if m in cache:
                cache[m]  # tells LRU
                hits += 1
            elif storage[m] <= capacity:
                cache[m] = m  # the size is read from the value
                after.append(mask_of(list(cache)))
        result = simulate(setting, policy)
        assert [d.after for d in result.decisions] == after
        assert sum(result.slot_hits) == hits


# ------------------------------------------------------------------------ clairvoyant optima


@pytest.mark.parametrize("ledger", LEDGERS)
@pytest.mark.parametrize("seed", range(25))
def test_clairvoyant_recursion_against_integer_program(ledger: Ledger, seed: int) -> None:
    random = Random(f"clairvoyant {seed}")
    setting = random_setting(random, random.randint(3, 6), seed and random.randint(10, 40))
    recursion = clairvoyant_cost(setting, ledger)
    assert clairvoyant_by_integer_program(setting, ledger) == pytest.approx(recursion, abs=1e-9)


@pytest.mark.parametrize("ledger", LEDGERS)
def test_clairvoyant_plan_costs_what_the_optimum_says_and_nobody_does_better(
    ledger: Ledger,
) -> None:
    random = Random(10)
    for _ in range(15):
        setting = random_setting(random, 5, 40)
        best = clairvoyant_cost(setting, ledger)
        plan = clairvoyant_plan(setting, ledger)
        name = "average_cost" if ledger == "eq11" else "realised_cost"
        planned = simulate(setting, "offline", choose=recorded(plan))
        assert getattr(planned, name) == pytest.approx(best, abs=1e-9)
        for policy in BASELINES:
            for k in (1, 2) if policy == "lru-cap" else (1,):
                cost = getattr(simulate(setting, policy, max_models=k), name)
                assert cost >= best - 1e-9


# ------------------------------------------------------------------------- best online policy


def gain_by_trying_every_policy(setting: Setting, ledger: Ledger) -> float:
    """Least long-run cost per slot from empty, over all stationary deterministic policies."""
    rates = arrival_rates(setting)
    total = sum(rates)
    models = [m for m, rate in enumerate(rates) if rate > 0]
    states = [mask for mask in range(1 << len(rates)) if fits(setting, rows_of(mask))]
    states = [mask for mask in states if rows_of(mask) <= set(models)]
    at = {mask: number for number, mask in enumerate(states)}
    questions = [(x, m) for x in states for m in models]
    answers = [options(setting, x, m) for x, m in questions]
    best = np.inf
    for policy in product(*answers):
        chain = np.zeros((len(states), len(states)))
        cost = np.zeros(len(states))
        for (x, m), y in zip(questions, policy, strict=True):
            p = rates[m] / total
            chain[at[x], at[y]] += p
            cost[at[x]] += p * (charge(setting, ledger, x, m, y) + holding(setting, y) / total)
        chain = (chain + np.eye(len(states))) / 2  # lazy: same occupation, no periods
        for _ in range(12):  # 4,096 steps
            chain = chain @ chain
        best = min(best, float(chain[at[0]] @ cost) * total)
    return best


def test_best_online_gain_by_hand_one_model_at_a_time() -> None:
    # S = 20: only {0} and {1}, nothing to decide. Rates 3 and 1: p and 1/alpha are 3/4 and
    # 1/4, {0} is held 3/4 of the time. Per step: 0 evicted with probability 3/4 * 1/4 at
    # 9.5 * 3/4 = 7.125, 1 with 1/4 * 3/4 at 19/4 = 4.75: 3/16 * 11.875 = 2.2265625; times
    # w_delay 2 and 4 steps a slot, 17.8125. Resources 0.5 * (3/4 * 13 + 1/4 * 26) = 8.125
    setting = small(S=20, rates=[3, 1])
    assert best_online_gain(setting) == pytest.approx(17.8125 + 8.125, rel=1e-9)
    # realised: misses of 0 at 9.5, of 1 at 19, each 3/16 of the steps: 4 * 2 * 3/16 * 28.5 = 42.75
    assert best_online_gain(setting, "realised") == pytest.approx(42.75 + 8.125, rel=1e-9)
    # the trace 0, 1, 0, 0 in two slots: the same shares at 2 requests a slot: half the first part
    assert best_online_gain(small(S=20)) == pytest.approx(8.90625 + 8.125, rel=1e-9)


def test_best_online_gain_where_everything_fits() -> None:
    # both fit. Hold both for good: 0.5 * 39 = 19.5 a slot, no misses; or one at a time, 25.9375 and
    # 50.875 as above. With w_resource 2: 78 against 17.8125 + 32.5, and against 42.75 + 32.5.
    # Nothing in between: to drop a model is to hold one only
    cheap, dear = small(rates=[3, 1]), small(rates=[3, 1], w_resource=2)
    assert best_online_gain(cheap) == pytest.approx(19.5, rel=1e-9)
    assert best_online_gain(cheap, "realised") == pytest.approx(19.5, rel=1e-9)
    assert best_online_gain(dear) == pytest.approx(50.3125, rel=1e-9)
    assert best_online_gain(dear, "realised") == pytest.approx(75.25, rel=1e-9)


def test_best_online_gain_leaves_out_what_is_never_asked_for_and_rejects() -> None:
    # model 1 never asked for: hold 0 for good, 0.5 * 13
    assert best_online_gain(small(rates=[3, 0])) == pytest.approx(6.5, rel=1e-9)
    # model 1 too big for the server: the same
    assert best_online_gain(small(rates=[3, 1], S=15)) == pytest.approx(6.5, rel=1e-9)
    assert best_online_gain(small(rates=[0, 0])) == 0
    assert best_online_gain(small(slots=[[]])) == 0


@pytest.mark.parametrize("ledger", LEDGERS)
def test_best_online_gain_against_every_stationary_policy(ledger: Ledger) -> None:
    random = Random(11)
    tried = 0
    while tried < 5:
        setting = random_setting(random, 3, 12)
        pairs = sum(fits(setting, pair) for pair in ({0, 1}, {0, 2}, {1, 2}))
        if pairs < 2 or min(arrival_rates(setting)) == 0:
            continue
        tried += 1
        tried_all = gain_by_trying_every_policy(setting, ledger)
        assert best_online_gain(setting, ledger) == pytest.approx(tried_all, rel=1e-7)
