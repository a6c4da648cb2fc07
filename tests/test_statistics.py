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
from genedge.runs.simulate import replay_policy
from genedge.scenario.problem import build
from genedge.studies.comparison import cheapest
from genedge.studies.statistics import (
    Estimate,
    Paired,
    estimate,
    half_width,
    paired,
    pooled_quantile,
    ratio,
)

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


def test_paired_differences_by_hand() -> None:
    # 1 - 2, 4 - 4, 7 - 4: -1, 0, 3; mean 2/3, deviation 2.081666, error 1.201850, times 4.30265
    found = paired(np.array([1.0, 4.0, 7.0]), np.array([2.0, 4.0, 4.0]))
    assert found.mean == pytest.approx(2 / 3)
    assert found.half_width == pytest.approx(5.17114, abs=1e-4)
    assert (found.wins, found.ties, found.losses) == (1, 1, 1)
    assert found.sure is False
    assert paired(np.array([1.0]), np.array([2.0])) == Paired(-1.0, None, 1, 0, 0)


def test_a_quantile_is_taken_from_all_replications_together() -> None:
    # 1, 2 and 9 s; 18 of 20 and then 20 of 20 requests wait no longer than 2 s. Of all 40 values
    # in order the 95th percentile lies at place 37.05, between the last 2 and the first 9.
    found = pooled_quantile(
        np.array([2.0, 9.0, 1.0]), np.array([[10, 2, 8], [12, 0, 8]], np.int64), 0.95
    )
    assert found.mean == pytest.approx(2 + 0.05 * 7)
    assert pooled_quantile(np.array([3.0]), np.array([[4]], np.int64), 0.95) == Estimate(3.0, None)


@pytest.mark.parametrize("replications", [5, 30])
@pytest.mark.parametrize("policy", ["lru", "exact"])
def test_the_interval_of_the_95th_percentile_holds_the_truth(
    policy: str, replications: int
) -> None:
    problem = build(PRESETS["contended"])
    models = problem.models
    delays = np.concatenate([models.inference_delay_s, models.reload_delay_s])
    served = []
    for replication in range(3000):
        requests = problem.requests(replication)
        totals = replay_policy(problem, policy, requests, record="summary").totals
        served.append(np.concatenate([totals.model_hits, totals.model_misses]))
    counts = np.array(served)
    truth = pooled_quantile(delays, counts, 0.95).mean
    found = [
        pooled_quantile(delays, counts[first : first + replications], 0.95)
        for first in range(0, len(counts), replications)
    ]
    inside = np.mean([one.low <= truth <= one.high for one in found])
    assert inside >= 0.93


def test_a_comparison_is_summed_up_policy_by_policy() -> None:
    scenario = replace(
        PRESETS["contended"], replications=5, genetic=GeneticParameters(population=10)
    )
    comparison = compare(scenario)
    figures = comparison.figures
    assert tuple(figures) == comparison.policies
    for policy, found in figures.items():
        assert found.policy == policy
        assert tuple(found.metrics) == tuple(METRICS)
        for metric in METRICS:
            if METRICS[metric].pooled:
                continue
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
    whole = compare(scenario).figures
    alone = compare(replace(scenario, policies=("lru",))).figures
    assert whole["lru"].gap is not None
    assert whole["lru"].realised_gap is not None
    assert alone["lru"].metrics == whole["lru"].metrics
    assert alone["lru"].gap == whole["lru"].gap


def test_without_bounds_there_is_no_gap() -> None:
    large = tuple(Model(f"m{row}", "", 1, 1, 0.1, 1, 1) for row in range(17))
    scenario = replace(PRESETS["contended"], catalog=large, policies=("lru", "exact"))
    figures = compare(scenario).figures
    assert figures["lru"].gap is None
    assert figures["lru"].realised_gap is None


def test_the_cheapest_is_the_one_with_the_lowest_mean() -> None:
    scenario = replace(PRESETS["contended"], replications=20, policies=("fifo", "lfu", "offline"))
    figures = compare(scenario).figures
    assert cheapest(figures, ("fifo", "lfu", "lru"), "average_cost") == "lfu"
    assert cheapest(figures, figures, "average_cost") == "offline"
    assert cheapest(figures, ("lru",), "average_cost") is None
    assert cheapest(figures, (), "average_cost") is None
