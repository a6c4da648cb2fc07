"""The verdicts on the paper's claims follow the numbers, whatever the numbers are."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from genedge import METRICS, PRESETS
from genedge.paper.claims import CLAIMS, Verdict, judge, score
from genedge.paper.figures import figure_sweeps
from genedge.paper.map import GRIDS, cells, grid
from genedge.studies.frames import versus_frame
from genedge.studies.runner import run_study
from genedge.studies.sweeps import sweep_over
from genedge.studies.table import StudyTable

POLICIES = ("ga", "random", "fifo", "lru", "lfu", "lru-cap")
FIGURES = ("fig3a", "fig3b", "fig4a", "fig4b")
Costs = dict[str, dict[str, list[float]]]


def tables(costs: Costs, noise: float = 0.0, replications: int = 1) -> dict[str, StudyTable]:
    """Tables with these mean Eq. 11 costs, by figure and policy.

    ``noise`` is how far replications lie apart, policy by policy on their own.
    """
    made = {}
    chance = np.random.default_rng(1)
    scenario = replace(PRESETS["frugal"], policies=POLICIES, replications=replications)
    for name, sweep in figure_sweeps(scenario).items():
        table = StudyTable.empty(sweep)
        for policy, values in costs[name].items():
            place = table.policies.index(policy), list(METRICS).index("average_cost")
            table.values[:] = np.nan_to_num(table.values)
            spread = noise * chance.standard_normal((len(values), replications))
            spread -= spread.mean(axis=1, keepdims=True)
            table.values[:, :, place[0], place[1]] = np.array(values)[:, None] + spread
        made[name] = table
    return made


def as_claimed() -> Costs:
    """Costs under which every claim of the paper holds, and ours does not."""
    length = {"fig3a": 7, "fig3b": 7, "fig4a": 5, "fig4b": 7}
    costs: Costs = {}
    for name, n in length.items():
        costs[name] = {
            "ga": [4.0] * n,
            "lfu": list(np.linspace(12.0, 10.0, n).round(3)),
            "lru-cap": [5.0] * n,
            **{policy: list(np.linspace(10.0, 15.0, n)) for policy in ("random", "fifo", "lru")},
        }
    return costs


def outcomes(costs: Costs) -> dict[int, str]:
    return {verdict.number: verdict.outcome for verdict in judge(tables(costs))}


def test_costs_as_the_paper_claims_them_hold() -> None:
    found = outcomes(as_claimed())
    assert [found[number] for number in range(1, 8)] == ["holds"] * 7
    assert found[8] == "does not hold"


def value_of(verdict: Verdict, what: str) -> float:
    return next(one.value for one in verdict.checks if one.what == what)


def test_1_reductions_outside_the_range() -> None:
    costs = as_claimed()
    costs["fig3a"]["ga"] = [7.5] * 7  # 1 - 7.5 / 12.5 = 40 % and 1 - 7.5 / 11 = 32 %
    verdict = judge(tables(costs))[0]
    assert verdict.outcome == "does not hold"
    assert value_of(verdict, "GA over lfu") == pytest.approx(7.5 / 11, abs=1e-3)
    assert value_of(verdict, "GA over random") == pytest.approx(0.6)
    assert "32 %" in verdict.sentence and "40 %" in verdict.sentence


def test_1_what_lies_within_the_interval_of_an_end_may_be_chance() -> None:
    costs = as_claimed()
    costs["fig3a"]["ga"] = [5.1] * 7  # 1 - 5.1 / 11 = 53.6 %: outside, but not surely
    verdict = judge(tables(costs, noise=1.0, replications=4))[0]
    assert [one.holds for one in verdict.checks if one.what == "GA over lfu"] == [None]
    assert [one.holds for one in judge(tables(costs))[0].checks][-1] is False


def test_2_and_3_a_cost_that_rises_or_still_moves() -> None:
    costs = as_claimed()
    costs["fig3b"]["ga"] = [4.0, 4.0, 4.0, 4.2, 4.4, 4.6, 4.6]
    costs["fig3a"]["lfu"] = [12.0, 11.8, 11.6, 11.4, 11.2, 11.0, 9.0]
    found = judge(tables(costs))
    assert found[1].outcome == "holds in part"  # storage holds, GPU memory rises by 15 %
    assert "4.00 to 4.60 (15 % more)" in found[1].sentence
    assert found[2].outcome == "holds in part"  # falls, but by a fifth at the last step
    assert "still moving at the last step" in found[2].sentence


def test_2_a_rise_between_the_ends_counts() -> None:
    costs = as_claimed()
    for figure in ("fig3a", "fig3b"):
        costs[figure]["ga"] = [4.0, 4.0, 5.0, 4.0, 4.0, 4.0, 4.0]
    assert judge(tables(costs))[1].outcome == "does not hold"
    costs["fig3a"]["ga"] = [4.0 * 1.04**step for step in range(7)]  # no step is large, their sum is
    assert judge(tables(costs))[1].outcome == "does not hold"


def test_2_says_where_a_baseline_is_cheaper() -> None:
    costs = as_claimed()
    costs["fig3a"]["lfu"][0] = 3.5
    assert "dearer than LFU at 60 GB of storage" in judge(tables(costs))[1].sentence


def test_4_costs_that_do_not_escalate() -> None:
    costs = as_claimed()
    for figure in ("fig3a", "fig3b"):
        for policy in ("random", "fifo", "lru"):
            costs[figure][policy] = [10.0] * 7
    assert outcomes(costs)[4] == "does not hold"
    costs["fig3a"]["lru"] = list(np.linspace(10, 15, 7))
    assert outcomes(costs)[4] == "holds in part"


def test_5_below_almost_every_baseline_is_all_but_one() -> None:
    costs = as_claimed()
    costs["fig3a"]["lfu"][-1] = 3.0
    assert outcomes(costs)[5] == "holds"
    costs["fig3a"]["lru"][-1] = 3.0
    assert outcomes(costs)[5] == "holds in part"


def test_6_and_7_say_where_they_stop_holding() -> None:
    costs = as_claimed()
    costs["fig4a"]["lfu"][0] = 3.9
    costs["fig4b"]["fifo"][-2:] = [3.0, 2.0]
    found = judge(tables(costs))
    assert found[5].outcome == found[6].outcome == "holds in part"
    assert "20 slots" in found[5].sentence
    assert "2 and 4 requests per model and slot" in found[6].sentence
    assert "2.0 times as much" in found[6].sentence


def test_7_a_difference_within_its_interval_decides_nothing() -> None:
    costs = as_claimed()
    costs["fig4b"]["fifo"][-1] = 3.99
    noisy = judge(tables(costs, noise=1.0, replications=4))[6]
    assert noisy.outcome == "holds" and "may be chance" in noisy.sentence
    assert judge(tables(costs))[6].outcome == "holds in part"  # one replication: by its value


def test_8_looks_at_every_figure_and_says_where_the_rival_beats_the_search() -> None:
    costs = as_claimed()
    for figure in FIGURES:
        costs[figure]["lru-cap"] = [4.0] * len(costs[figure]["ga"])
    verdict = judge(tables(costs))[7]
    assert verdict.outcome == "holds"
    assert len(verdict.checks) == 7 + 7 + 5 + 7
    costs["fig4b"]["lru-cap"] = [3.0, 3.0, 3.0, 4.0, 4.04, 4.2, 4.24]
    verdict = judge(tables(costs))[7]
    assert verdict.outcome == "holds in part"
    assert "beats the GA at 3 of 26" in verdict.sentence
    assert "costs more at 2, most at 4 requests" in verdict.sentence


def test_the_papers_claims_are_counted_apart_from_ours() -> None:
    assert score(judge(tables(as_claimed()))) == (
        "Of the paper's 7 claims 7 hold; ours: does not hold."
    )


def test_what_is_not_measured_is_not_judged() -> None:
    assert {verdict.outcome for verdict in judge({})} == {"not measured"}
    only = {"fig3a": tables(as_claimed())["fig3a"]}
    found = judge(only)
    assert found[0].outcome == "holds"
    assert found[6].outcome == "not measured"
    assert found[6].sentence.startswith("Fig. 4b")
    only["fig3a"].values[3] = np.nan
    assert judge(only)[0].outcome == "not measured"


def test_costs_of_nothing_are_not_judged() -> None:
    costs = as_claimed()
    costs["fig4a"]["lfu"][0] = 0.0
    found = judge(tables(costs))
    assert found[5].outcome == "not measured"
    assert "nothing to compare" in found[5].sentence
    assert found[0].outcome == "holds"


# --------------------------------------------------------------------------- on real requests


@cache
def measured(name: str) -> dict[str, StudyTable]:
    """The figures of a preset, a few replications of each."""
    return {
        figure: run_study(sweep.with_replications(6))
        for figure, sweep in figure_sweeps(PRESETS[name]).items()
    }


def verdicts(name: str) -> dict[int, Verdict]:
    return {verdict.number: verdict for verdict in judge(measured(name))}


def test_what_holds_under_the_paper_preset() -> None:
    found = verdicts("frugal")
    assert {number: verdict.outcome for number, verdict in found.items()} == {
        1: "holds", 2: "holds", 3: "does not hold", 4: "holds", 5: "holds", 6: "holds",
        7: "holds in part", 8: "holds in part",
    }  # fmt: skip
    assert len(found) == len(CLAIMS)


def test_where_resources_are_contended_the_claims_look_otherwise() -> None:
    found = verdicts("contended")
    assert found[1].outcome == "does not hold"
    assert found[4].outcome == "does not hold"
    assert found[8].outcome == "does not hold"


def test_paired_differences_are_the_differences_of_the_replications() -> None:
    table = measured("contended")["fig3a"]
    frame = versus_frame(table, table.arms[3].name, "average_cost").set_index("policy")
    genetic, lru = table.over("ga", "average_cost")[3], table.over("lru", "average_cost")[3]
    assert frame.loc["lru", "mean"] == pytest.approx(lru.mean())
    assert frame.loc["lru", "std"] == pytest.approx(lru.std(ddof=1))
    assert frame.loc["lru", "difference"] == pytest.approx((lru - genetic).mean())
    # Student's t with 5 degrees of freedom: 2.5706
    half = 2.570582 * (lru - genetic).std(ddof=1) / 6**0.5
    assert frame.loc["lru", "difference_high"] == pytest.approx((lru - genetic).mean() + half)
    assert tuple(frame.loc["ga", ["win", "tie", "loss"]]) == (0, 6, 0)
    assert (frame[["win", "tie", "loss"]].sum(axis=1) == 6).all()
    assert frame.loc["offline", "win"] == 0


def test_one_replication_has_no_interval() -> None:
    sweep = figure_sweeps(replace(PRESETS["contended"], policies=("ga", "lru")))["fig4a"]
    frame = versus_frame(run_study(sweep.with_replications(1)), "20", "average_cost")
    assert frame["low"].isna().all() and frame["difference_low"].isna().all()


def test_a_map_is_the_reduction_at_every_point() -> None:
    whole = grid("beta-rate", PRESETS["frugal"])
    upright, level = whole.axes
    axes = upright._replace(values=(1.0, 2.0)), level._replace(values=(1.0, 10.0, 20.0))
    short = sweep_over(whole.name, whole.title, axes, whole.base)
    table = run_study(short.with_replications(3))
    found = cells(table)
    assert found.against_best.shape == (2, 3)
    point = 4  # 2 requests a slot, beta 10: the paper preset itself
    costs = {name: table.over(name, "average_cost")[point].mean() for name in table.policies}
    baselines = [costs[name] for name in ("random", "fifo", "lru", "lfu")]
    assert found.against_best[1, 1] == pytest.approx(1 - costs["ga"] / min(baselines))
    assert found.against_worst[1, 1] == pytest.approx(1 - costs["ga"] / max(baselines))
    assert found.claimed[1, 1]
    assert {"rate-ratio", "rate-weight", "charged-gpu"} <= set(GRIDS)
