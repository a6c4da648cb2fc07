"""The plain reference's order of events, held to figures worked by hand and to second methods.

By hand: every rule that moves a figure, and the worked example. By a second method: decisions fed
back, FIFO and LRU against cachetools.
"""

from __future__ import annotations

from dataclasses import replace
from random import Random

import cachetools
import pytest
from reference import Setting, all_requests, best_of, mask_of, rows_of, simulate
from reference_settings import BASELINES, random_setting, recorded, small
from worked_example import EXPECTED, EXPECTED_2, SETTING, SETTING_2, Expected

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


def test_lfu_counts_the_latest_requests_of_a_window_the_current_one_included() -> None:
    three = Setting([10] * 3, [1] * 3, [0.1] * 3, [1] * 3, [1] * 3, 20, 9, 1, 0, 10, 1, 0, 0)
    # request 4, model 2 from {0, 1}: since the beginning 0 has 2, 1 has 2: the lowest row, 0,
    # leaves. Among the last three (1, 1, 2) 0 has none; among the last four (0, 1, 1, 2) 1;
    # with a window of 1 only the current one counts, a tie of nothing: 0 again
    asked = replace(three, slots=[[0, 0], [1, 1, 2]])
    for window, kept in ((0, 1), (1, 1), (3, 1), (4, 1)):
        result = simulate(replace(asked, lfu_window=window), "lfu")
        assert rows_of(result.decisions[-1].after) == {kept, 2}, window
    # 1, 1, 1, 0, 0, 2: since the beginning 0 has 2 and 1 has 3; of the last four (1, 0, 0, 2) 1
    # has 1; of the last five both have 2, and the lowest row leaves
    asked = replace(three, slots=[[1, 1, 1], [0, 0, 2]])
    for window, kept in ((0, 1), (3, 0), (4, 0), (5, 1), (6, 1), (99, 1)):
        result = simulate(replace(asked, lfu_window=window), "lfu")
        assert rows_of(result.decisions[-1].after) == {kept, 2}, window


def test_lfu_s_window_counts_rejected_requests() -> None:
    # model 3 never fits. Of the last four (0, 3, 3, 2) 0 has 1 and 1 none; were 3 left out, the
    # last four would be 1, 1, 0, 2 and 0 would leave
    four = Setting([10, 10, 10, 50], [1] * 4, [0.1] * 4, [1] * 4, [1] * 4, 20, 9, 1, 0, 10, 1, 0, 0)
    asked = replace(four, slots=[[0, 1, 1, 0, 3, 3, 2]])
    for window, kept in ((0, 1), (3, 1), (4, 0), (5, 1)):
        result = simulate(replace(asked, lfu_window=window), "lfu")
        assert rows_of(result.decisions[-1].after) == {kept, 2}


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
            rows = [(d.request_index, d.model, d.before, d.after) for d in got]
            costs = [d.switching_cost for d in got]
            assert rows == [row[:4] for row in figure]
            assert costs == pytest.approx([row[4] for row in figure], abs=1e-12)
        else:
            assert got == pytest.approx(figure, abs=1e-12), name


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
