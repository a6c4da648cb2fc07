"""Intervals against scipy's Student distribution, ratios and gaps worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import t
from support import examples

from genedge import METRICS, PRESETS, GeneticParameters, Model, compare
from genedge.studies.statistics import Estimate, cheapest, estimate, half_width, ratio, summarise

VALUES = st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 3)), min_size=2, max_size=40)


@examples(100)
@given(VALUES)
def test_the_interval_of_a_mean_is_student_s(values: list[float]) -> None:
    found = estimate(np.array(values))
    error = np.std(values, ddof=1) / len(values) ** 0.5
    assume(error > 1e-6)
    low, high = t.interval(0.95, len(values) - 1, loc=np.mean(values), scale=error)
    assert found.mean == pytest.approx(np.mean(values), rel=1e-12, abs=1e-9)
    assert found.low == pytest.approx(low, rel=1e-9, abs=1e-6)
    assert found.high == pytest.approx(high, rel=1e-9, abs=1e-6)


def test_the_interval_by_hand() -> None:
    # 1, 2, 3: mean 2, deviation 1, error 1/sqrt(3); t with 2 degrees of freedom is 4.30265
    found = estimate(np.array([1.0, 2.0, 3.0]))
    assert found.mean == 2.0
    assert found.half_width == pytest.approx(4.30265 / 3**0.5, abs=1e-5)
    assert (found.low, found.high) == pytest.approx((2 - 2.48414, 2 + 2.48414), abs=1e-4)


def test_one_replication_has_no_interval() -> None:
    found = estimate(np.array([5.0]))
    assert found == Estimate(5.0, None)
    assert found.low == found.high == 5.0
    assert half_width(np.array([5.0])) is None


def test_equal_replications_have_an_interval_of_nothing() -> None:
    assert estimate(np.full(8, 2.5)) == Estimate(2.5, 0.0)


def test_a_ratio_by_hand() -> None:
    # Means 6 and 4: 1.5. Residuals 3 - 1.5 * 2, 6 - 1.5 * 4, 9 - 1.5 * 6 are all 0: no doubt left
    exact = ratio(np.array([3.0, 6.0, 9.0]), np.array([2.0, 4.0, 6.0]))
    assert exact == Estimate(1.5, 0.0)
    # Means 4 and 2: 2. Residuals 3 - 2, 5 - 6, 4 - 4 = 1, -1, 0, over 2: 0.5, -0.5, 0; deviation
    # 0.5, error 0.5 / sqrt(3) = 0.288675, times 4.30265
    found = ratio(np.array([3.0, 5.0, 4.0]), np.array([1.0, 3.0, 2.0]))
    assert found is not None
    assert found.mean == 2.0
    assert found.half_width == pytest.approx(1.242070, abs=1e-5)


def test_a_ratio_to_nothing_is_none() -> None:
    assert ratio(np.array([1.0, 2.0]), np.array([0.0, 0.0])) is None
    assert ratio(np.array([1.0]), np.array([2.0])) == Estimate(0.5, None)


def test_the_interval_of_a_ratio_holds_the_truth_as_often_as_it_says() -> None:
    # Paired and correlated: above = 3 * below + noise, true ratio 3 + 0.5; 95 % of 2,000 intervals
    chance = np.random.default_rng(1)
    inside = 0
    for _ in range(2000):
        below = chance.normal(10, 1, 30)
        found = ratio(3 * below + chance.normal(5, 1, 30), below)
        assert found is not None
        inside += found.low <= 3.5 <= found.high
    assert 0.93 < inside / 2000 < 0.97


def test_a_comparison_is_summed_up_policy_by_policy() -> None:
    scenario = replace(
        PRESETS["contended"], replications=5, genetic=GeneticParameters(population=10)
    )
    comparison = compare(scenario)
    figures = summarise(comparison)
    assert tuple(figures) == comparison.policies
    for policy, found in figures.items():
        assert found.policy == policy
        assert tuple(found.metrics) == METRICS
        for metric in METRICS:
            values = [run.summary[metric] for run in comparison.runs[policy]]
            assert found.mean(metric) == pytest.approx(np.mean(values), rel=1e-12)
            assert found.metrics[metric].half_width == pytest.approx(
                t.ppf(0.975, 4) * np.std(values, ddof=1) / 5**0.5, rel=1e-9, abs=1e-12
            )
        # the gap is the ratio of means less 1, on each ledger against its own clairvoyant
        for gap, bound, metric in (
            (found.gap, "offline", "average_cost"),
            (found.realised_gap, "offline-realised", "realised_cost"),
        ):
            assert gap is not None
            expected = found.mean(metric) / figures[bound].mean(metric) - 1
            assert gap.mean == pytest.approx(expected, rel=1e-9, abs=1e-12)
            assert gap.mean >= -1e-12
    own = figures["offline"].gap
    assert own is not None
    assert (own.mean, own.half_width) == pytest.approx((0.0, 0.0), abs=1e-12)


def test_the_gaps_are_known_although_no_bound_is_compared() -> None:
    scenario = replace(PRESETS["contended"], replications=2, policies=("lru", "lfu", "offline"))
    whole = summarise(compare(scenario))
    alone = summarise(compare(replace(scenario, policies=("lru",))))
    assert whole["lru"].gap is not None
    assert whole["lru"].realised_gap is not None
    assert alone["lru"] == whole["lru"]


def test_without_bounds_there_is_no_gap() -> None:
    large = tuple(Model(f"m{row}", "", 1, 1, 0.1, 1, 1) for row in range(17))
    scenario = replace(PRESETS["contended"], catalog=large, policies=("lru", "exact"))
    figures = summarise(compare(scenario))
    assert figures["lru"].gap is None
    assert figures["lru"].realised_gap is None


def test_the_cheapest_is_the_one_with_the_lowest_mean() -> None:
    scenario = replace(PRESETS["contended"], replications=20, policies=("fifo", "lfu", "offline"))
    figures = summarise(compare(scenario))
    assert cheapest(figures, ("fifo", "lfu", "lru"), "average_cost") == "lfu"
    assert cheapest(figures, figures, "average_cost") == "offline"
    assert cheapest(figures, ("lru",), "average_cost") is None
    assert cheapest(figures, (), "average_cost") is None
