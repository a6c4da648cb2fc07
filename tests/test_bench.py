"""What ``python -m genedge bench`` prints: every figure is there and means something.

Speed itself is not tested, because machines differ; the inputs are, because they do not.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pytest

from genedge import bench
from genedge.scenario.problem import build
from genedge.studies.random_catalogs import contended_scenario


@cache
def figures() -> dict[str, Any]:
    """All figures, from much less work than ``bench`` itself does; nothing is compiled anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "FIRST_COMPARISON", "import genedge")
        return bench.measure(scale=0.01)


def numbers(value: Any) -> list[float]:
    """Every number in a figure."""
    if isinstance(value, dict):
        return [number for item in value.values() for number in numbers(item)]
    return [value]


def test_the_figures_and_their_keys() -> None:
    found = figures()
    by_policy = {"fifo", "lru", "lfu"}
    for name in ("replay_mreq_s", "replay_misses"):
        assert set(found[name]) == {"10", "100"}
        assert all(set(item) == by_policy for item in found[name].values())
    assert set(found["ga_equals_exact"]) == {"contended", "40"}
    assert set(found["exact_us_per_decision"]) == {"10", "60"}
    assert set(found["compare_ms"]) == {"1", "30"}
    assert set(found["decision_ms"]) == {"10", "60"}
    assert set(found["figures_s"]) == {"paper", "contended"}
    assert set(found["by_slot_ms"]) == {"offline", "mdp"}
    plain = {
        "ga_ms_per_decision", "offline_ms", "mdp_ms", "import_s", "warm_start_s", "first_picture_s",
        "first_compile_s",
    }  # fmt: skip
    for name in plain:
        assert found[name] > 0
    for name in set(bench.TITLES) - {"requests_per_slot"}:
        assert all(number > 0 for number in numbers(found[name])), name
    assert all(0 < share <= 1 for share in found["ga_equals_exact"].values())


def test_the_first_comparison_runs_and_finds_an_empty_cache_when_asked() -> None:
    exec(bench.FIRST_COMPARISON, {})
    empty = "import os; assert os.listdir(os.environ['GENEDGE_CACHE']) == []"
    assert bench._fresh_process(empty, 1, cache="empty") > 0


def test_json_is_one_object_and_the_table_has_every_figure() -> None:
    found = figures()
    assert set(json.loads(bench.as_json(found))) == set(found)
    table = bench.as_table(found).splitlines()
    expected = sum(
        len(found[name]) if isinstance(found[name], dict) else 1 for name in bench.TITLES
    )
    assert len(table) == expected + 2  # the versions and the machine
    assert all(line == line.rstrip() for line in table)


@pytest.mark.parametrize("models", [10, 100])
def test_what_the_replays_are_fed(models: int) -> None:
    scenario = contended_scenario(models)
    problem = build(scenario)
    for column, low, high, capacity in (
        (problem.models.size[:, 0], 2, 50, problem.server.capacity[0]),
        (problem.models.size[:, 1], 1, 6, problem.server.capacity[1]),
        (problem.models.size[:, 2], 0.0025, 0.5, problem.server.capacity[2]),
    ):
        assert column.size == models
        assert low <= column.min() <= column.max() <= high
        assert capacity == pytest.approx(0.4 * column.sum())
    requests = bench.requests_of(problem, 50_000)
    assert requests.model.size == 50_000
    assert (np.diff(requests.slot_start) == 10).all()
    # Zipf 0.8 in catalog order: the share of row j is (j + 1)^-0.8 over the sum
    share = np.arange(1, models + 1) ** -0.8
    share /= share.sum()
    found = np.bincount(requests.model, minlength=models) / requests.model.size
    assert np.abs(found - share).max() < 5 * np.sqrt(share.max() / requests.model.size)


def test_the_constraints_bind_where_the_ga_is_compared() -> None:
    from genedge.runs.simulate import replay_policy

    problem = build(contended_scenario(40))
    run = replay_policy(problem, "exact", bench.requests_of(problem, 2000))
    assert run.summary["binding_share"] > 0.5
