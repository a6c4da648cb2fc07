"""Requests: how popular each model is, and what a generated replication looks like.

Statistical checks use fixed seeds and wide margins (a chi-square p-value above 0.001, means within
five standard errors), so that they fail for a wrong generator and for nothing else.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import geometric_rates, order_by_names
from scipy.stats import chisquare, poisson
from support import as_slots, examples

from genedge import InputError, Model, ModelCatalog, RequestTrace, Scenario, Workload
from genedge.intake.workload import (
    CountOrder,
    arrival_rates,
    footprint,
    generate,
)
from genedge.limits import MAX_REQUESTS, MAX_SLOTS
from genedge.registry.fields import FIELDS
from genedge.scenario.problem import build

RATES = np.array([0.0, 0.05, 0.5, 1.0, 4.0])


@pytest.fixture(scope="module")
def counts() -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Requests per slot and model over 40,000 slots, ``[T, M]``."""
    requests = generate(RATES, 40_000, 7, 0)
    table = np.zeros((40_000, RATES.size), np.int64)
    np.add.at(table, (requests.slot, requests.model), 1)
    return table


# ------------------------------------------------------------------------------------ Poisson


def test_every_model_is_asked_for_at_its_rate(counts: np.ndarray) -> None:
    error = np.sqrt(RATES / len(counts))
    assert (np.abs(counts.mean(axis=0) - RATES) <= 5 * error).all()
    assert counts[:, 0].sum() == 0


def test_counts_vary_as_poisson_counts_do(counts: np.ndarray) -> None:
    # Variance = mean; its estimate has variance (2 lambda^2 + lambda) / T
    error = np.sqrt((2 * RATES**2 + RATES) / len(counts))
    assert (np.abs(counts.var(axis=0) - RATES) <= 5 * error).all()


@pytest.mark.parametrize("model", [2, 3, 4])
def test_counts_are_distributed_as_poisson_counts(counts: np.ndarray, model: int) -> None:
    most = int(poisson.ppf(0.999, RATES[model]))
    seen = np.bincount(np.minimum(counts[:, model], most), minlength=most + 1)
    share = np.append(
        poisson.pmf(np.arange(most), RATES[model]), poisson.sf(most - 1, RATES[model])
    )
    assert chisquare(seen, share * len(counts)).pvalue > 1e-3


def test_counts_of_models_and_of_slots_are_independent(counts: np.ndarray) -> None:
    asked = counts[:, 1:].astype(float)
    correlation = np.corrcoef(asked, rowvar=False) - np.eye(4)
    later = [np.corrcoef(column[:-1], column[1:])[0, 1] for column in asked.T]
    assert np.abs(correlation).max() < 5 / len(counts) ** 0.5
    assert np.abs(later).max() < 5 / len(counts) ** 0.5


def test_the_order_within_a_slot_is_uniform() -> None:
    # Slots in which three different models are asked for once each: 6 orders, equally often
    requests = generate(np.array([0.7, 0.7, 0.7]), 60_000, 3, 0)
    orders = Counter(tuple(slot) for slot in as_slots(requests) if sorted(slot) == [0, 1, 2])
    assert set(orders) == set(permutations(range(3)))
    assert sum(orders.values()) > 2000
    assert chisquare(list(orders.values())).pvalue > 1e-3


def test_no_place_in_a_long_slot_is_preferred() -> None:
    # Slots of 20 and more: the share of model 0 is the same at the first, second, ... last place
    requests = generate(np.array([8.0, 24.0]), 4000, 4, 0)
    slots = [slot for slot in as_slots(requests) if len(slot) >= 20]
    for place in (0, 1, 9, -2, -1):
        zeros = sum(slot[place] == 0 for slot in slots)
        assert chisquare(
            [zeros, len(slots) - zeros], np.array([0.25, 0.75]) * len(slots)
        ).pvalue > (1e-3)
    # neighbours are independent: pairs are as frequent as products
    pairs = Counter((slot[3], slot[4]) for slot in slots)
    assert (
        chisquare(
            [pairs[0, 0], pairs[0, 1], pairs[1, 0], pairs[1, 1]],
            np.array([1, 3, 3, 9]) / 16 * len(slots),
        ).pvalue
        > 1e-3
    )


# ------------------------------------------------------------------------- seeds and shapes


@examples(40)
@given(
    st.lists(st.sampled_from([0.0, 0.1, 1.0, 5.0]), min_size=1, max_size=8),
    st.integers(1, 30),
    st.integers(0, 2**63 - 1),
    st.integers(0, 999),
)
def test_requests_are_well_formed_and_repeatable(
    rates: list[float], slots: int, seed: int, replication: int
) -> None:
    table = np.array(rates)
    requests = generate(table, slots, seed, replication)
    assert requests.slots == slots
    assert requests.slot_start[0] == 0
    assert requests.slot_start[-1] == requests.model.size
    assert (np.diff(requests.slot_start) >= 0).all()
    assert (table[requests.model] > 0).all()
    assert requests.model.dtype == np.int32
    assert requests.slot_start.dtype == np.int64
    again = generate(table, slots, seed, replication)
    assert as_slots(again) == as_slots(requests)


def test_seeds_and_replications_give_different_requests() -> None:
    rates = np.full(5, 2.0)
    drawn = [
        str(as_slots(generate(rates, 20, seed, replication)))
        for seed in (0, 1, 2, 2**63 - 1)
        for replication in range(5)
    ]
    assert len(set(drawn)) == len(drawn)


def test_a_problem_draws_the_same_requests_for_every_policy_and_machine() -> None:
    problem = build(Scenario(seed=12))
    requests = problem.requests(3)
    expected = generate(problem.rates, 100, 12, 3)
    assert as_slots(requests) == as_slots(expected)
    # these very requests, whatever the machine: seed 12, replication 3, its first six slots
    assert as_slots(requests)[:6] == [[0, 3], [0], [0], [], [0], [3, 0, 1]]


def test_there_may_be_no_requests_at_all() -> None:
    requests = generate(np.array([1e-9]), 5, 1, 0)
    assert as_slots(requests) == [[], [], [], [], []]


@examples(40)
@given(st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=1, max_size=8))
def test_slots_written_out_are_kept_as_they_are(slots: list[list[int]]) -> None:
    assert as_slots(RequestTrace.of_slots(slots)) == slots


# --------------------------------------------------------------------------------- popularity


def catalog(*footprints: tuple[float, float]) -> ModelCatalog:
    """Models of the given storage and GPU memory."""
    return ModelCatalog(
        tuple(Model(f"m{j}", "", s, g, 0, 1, 1) for j, (s, g) in enumerate(footprints))
    )


FOUR = catalog((24, 1.2), (60, 6), (12, 0.6), (30, 12))  # footprints 0.3, 1, 0.15, 1.25


def ranks(rates: np.ndarray) -> list[int]:
    """Rank of each model, 1 the most popular."""
    return [1 + int((rates > rate).sum()) for rate in rates]


def test_a_footprint_is_the_share_of_120_gb_and_of_12_gb() -> None:
    assert footprint(FOUR).tolist() == pytest.approx([0.3, 1.0, 0.15, 1.25], abs=1e-12)


def test_popularity_in_catalog_order_by_hand() -> None:
    # Weights 1, 1/2, 1/3, 1/4: their sum is 25/12
    rates = arrival_rates(Workload(rate=25.0), FOUR)
    assert rates.tolist() == pytest.approx([12.0, 6.0, 4.0, 3.0], abs=1e-12)
    # exponent 2: 1, 1/4, 1/9, 1/16, sum 205/144
    rates = arrival_rates(Workload(rate=205.0, zipf_exponent=2.0), FOUR)
    assert rates.tolist() == pytest.approx([144.0, 36.0, 16.0, 9.0], abs=1e-11)


def test_the_smallest_or_the_largest_footprint_comes_first() -> None:
    smallest = arrival_rates(Workload(popularity_order="smallest"), FOUR)
    largest = arrival_rates(Workload(popularity_order="largest"), FOUR)
    assert ranks(smallest) == [2, 3, 1, 4]
    assert ranks(largest) == [3, 2, 4, 1]


def test_equal_footprints_rank_by_less_gpu_memory_then_by_row() -> None:
    # 12/120 + 3/12 = 24/120 + 1.8/12 = 0.35 (in binary their sums differ in the last place);
    # the third is the second again
    tied = catalog((12, 3), (24, 1.8), (24, 1.8), (120, 12))
    assert ranks(arrival_rates(Workload(popularity_order="smallest"), tied)) == [3, 1, 2, 4]
    assert ranks(arrival_rates(Workload(popularity_order="largest"), tied)) == [2, 3, 4, 1]


def test_geometric_popularity_by_hand() -> None:
    # Weights 1, 1/2, 1/4, 1/8: their sum is 15/8
    halved = Workload(rate=15.0, popularity="geometric", popularity_ratio=0.5)
    assert arrival_rates(halved, FOUR).tolist() == pytest.approx([8.0, 4.0, 2.0, 1.0], abs=1e-12)
    # footprints rank 2, 3, 1, 4
    smallest = replace(halved, popularity_order="smallest")
    assert arrival_rates(smallest, FOUR).tolist() == pytest.approx([4.0, 2.0, 8.0, 1.0], abs=1e-12)
    flat = replace(halved, popularity_ratio=1.0)
    assert arrival_rates(flat, FOUR).tolist() == pytest.approx([3.75] * 4, abs=1e-12)


def test_models_named_first_are_the_most_popular_and_the_others_follow_in_catalog_order() -> None:
    names = FOUR.names
    load = Workload(rate=15.0, popularity="geometric", popularity_ratio=0.5)
    named = replace(load, popularity_order=(names[2], names[1]))
    assert arrival_rates(named, FOUR).tolist() == pytest.approx([2.0, 4.0, 8.0, 1.0], abs=1e-12)
    zipf = Workload(rate=25.0, popularity_order=(names[3],))
    assert arrival_rates(zipf, FOUR).tolist() == pytest.approx([6.0, 4.0, 3.0, 12.0], abs=1e-12)


def test_an_order_that_names_a_model_twice_or_one_that_is_not_there_is_refused() -> None:
    names = FOUR.names
    for order, said in (((names[0], names[0]), names[0]), (("GPT-9",), "GPT-9")):
        with pytest.raises(InputError, match=said):
            arrival_rates(Workload(popularity_order=order), FOUR)


@examples(60)
@given(st.floats(0.001, 1000), st.floats(0.05, 1), st.permutations(range(6)), st.integers(0, 6))
def test_geometric_rates_are_the_reference_s(
    rate: float, ratio: float, order: list[int], named: int
) -> None:
    models = catalog(*[(1, 1)] * 6)
    first = tuple(models.names[row] for row in order[:named])
    load = Workload(
        rate=rate,
        popularity="geometric",
        popularity_ratio=ratio,
        popularity_order=first or "catalog",
    )
    expected = geometric_rates(order_by_names(models.names, first), ratio, rate)
    assert arrival_rates(load, models).tolist() == pytest.approx(expected, rel=1e-12)


def test_equal_rates_and_an_exponent_of_zero_are_the_same() -> None:
    assert arrival_rates(Workload(rate=6.0, popularity_order="equal"), FOUR).tolist() == [1.5] * 4
    flat = arrival_rates(Workload(rate=6.0, zipf_exponent=0.0), FOUR)
    assert flat.tolist() == pytest.approx([1.5] * 4, abs=1e-15)


def test_custom_rates_are_taken_as_they_stand() -> None:
    load = Workload(popularity_order="custom", arrival_rates=(0.0, 1.5, 2.0, 0.1), rate=99.0)
    assert arrival_rates(load, FOUR).tolist() == [0.0, 1.5, 2.0, 0.1]


@examples(60)
@given(
    st.sampled_from(["catalog", "smallest", "largest", "equal"]),
    st.floats(0.001, 1000),
    st.floats(0, 20),
    st.lists(st.tuples(st.floats(0, 100), st.floats(0, 20)), min_size=1, max_size=12),
)
def test_rates_sum_to_the_rate_and_are_positive(
    order: str, rate: float, exponent: float, sizes: list[tuple[float, float]]
) -> None:
    models = catalog(*sizes)
    load = Workload(rate=rate, zipf_exponent=exponent, popularity_order=order)
    rates = arrival_rates(load, models)
    assert rates.sum() == pytest.approx(rate, rel=1e-12)
    assert (rates > 0).all()
    if order == "catalog":
        assert (np.diff(rates) <= 0).all()
    if order == "smallest":
        by_size = rates[np.argsort(footprint(models).round(12), kind="stable")]
        assert (np.diff(np.sort(by_size)[::-1]) <= 0).all()
        distinct = np.unique(footprint(models).round(12)).size == len(models)
        assert not distinct or (np.diff(by_size) <= 0).all()


# ------------------------------------------------------------------------------------ limits


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"slots": None}, "slots is missing"),
        ({"slots": 0}, "slots must be between"),
        ({"slots": MAX_SLOTS + 1}, "slots must be between"),
        ({"rate": 0.0}, "rate must be above 0"),
        ({"rate": -1.0}, "rate must be above 0"),
        ({"rate": float("nan")}, "rate must be above 0"),
        ({"rate": float("inf")}, "rate must be above 0"),
        ({"rate": MAX_REQUESTS + 1.0}, "rate must be above 0"),
        ({"zipf_exponent": -0.1}, "zipf_exponent"),
        ({"zipf_exponent": 20.1}, "zipf_exponent"),
        ({"zipf_exponent": float("nan")}, "zipf_exponent"),
        ({"popularity_order": "random"}, "unknown popularity order"),
        ({"count_order": "sorted"}, "unknown count order"),
        ({"slot_seconds": 0.0}, "slot_seconds"),
        ({"slot_seconds": float("nan")}, "slot_seconds"),
        ({"slot_seconds": float("inf")}, "slot_seconds"),
        ({"popularity_order": "custom"}, "needs arrival_rates"),
        ({"arrival_rates": (1.0, -1.0)}, "arrival_rates, number 2, must"),
        ({"arrival_rates": (float("nan"),)}, "arrival_rates, number 1, must"),
        ({"arrival_rates": (0.0, 0.0)}, "above 0"),
        ({"arrival_rates": ()}, "above 0"),
    ],
    ids=str,
)
def test_what_is_out_of_range_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        replace(Workload(), **changes)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_the_limits_themselves_are_allowed() -> None:
    Workload(slots=MAX_SLOTS, rate=1e-9, zipf_exponent=20.0)
    Workload(slots=1, rate=float(MAX_REQUESTS), zipf_exponent=0.0)
    for order in (*(FIELDS["workload.popularity_order"].choices or ()), ("BERT", "GPT-2")):
        Workload(popularity_order=order, arrival_rates=(1.0,))
    for count_order in get_args(CountOrder):
        Workload(count_order=count_order)


def test_custom_rates_must_be_one_per_model() -> None:
    load = Workload(popularity_order="custom", arrival_rates=(1.0, 2.0, 3.0))
    with pytest.raises(InputError, match=r"3 arrival rates .* 4 models"):
        arrival_rates(load, FOUR)
    with pytest.raises(InputError, match=r"3 arrival rates .* 10 models"):
        build(Scenario(workload=load))


def test_more_requests_than_can_be_replayed_are_refused_before_they_are_drawn() -> None:
    load = Workload(slots=MAX_SLOTS, rate=MAX_REQUESTS / MAX_SLOTS * 1.01)
    with pytest.raises(InputError, match="more than 5,000,000 requests"):
        build(Scenario(workload=load)).requests()
    with pytest.raises(InputError, match="more than"):
        generate(np.full(10, float(MAX_REQUESTS)), 1, 1, 0)


def test_a_trace_has_no_rates_before_it_is_opened() -> None:
    with pytest.raises(InputError, match="slots"):
        Workload(slots=None)


def test_drawing_counts_in_pieces_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = np.array([0.5, 2.0, 0.1])
    whole = generate(rates, 1000, 7, 3)
    monkeypatch.setattr("genedge.intake.workload.COUNTS_AT_ONCE", 100)
    pieces = generate(rates, 1000, 7, 3)
    assert pieces.model.tolist() == whole.model.tolist()
    assert pieces.slot_start.tolist() == whole.slot_start.tolist()
