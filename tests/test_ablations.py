"""Ablations: worked by hand, against the plain problem, and what their sentences say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import Case, cases, examples

from genedge import (
    METRICS,
    PRESETS,
    CostWeights,
    EdgeServer,
    Model,
    RequestTrace,
    Run,
    Scenario,
    TraceReference,
    Workload,
    compare,
    read_trace,
)
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import FIGURES
from genedge.registry.policies import spoken
from genedge.runs.simulate import replay_policy
from genedge.scenario.problem import Problem, View, build
from genedge.studies.ablations import ABLATIONS, FULL, SCALES, SECONDS
from genedge.studies.budget import FEW, affordable
from genedge.studies.frames import summary_frame
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable
from genedge.words import ablations as sentences


@cache
def measured(preset: str, name: str, replications: int = 4) -> StudyTable:
    return run_study(ABLATIONS[name].study(PRESETS[preset]).with_replications(replications))


# ------------------------------------------------------------------------------- worked by hand

A, B, C = 0, 1, 2


def hand(
    io: tuple[float, ...], rates: tuple[float, ...], storage: float = 20, resource: float = 0
) -> Problem:
    """Three models of 10 GB over 8 Gbit/s (10 s each to fetch), room for two unless there is more.

    No inference delay, so delay_m = 10 + I/O; 1/alpha = rate / sum of the rates.
    """
    catalog = tuple(
        Model(name, "", 10, 0, 0, delay, 0) for name, delay in zip("ABC", io, strict=True)
    )
    load = Workload(popularity_order="custom", arrival_rates=rates, slots=1)
    return build(
        Scenario(
            catalog=catalog,
            server=EdgeServer(storage, 10, 1, 0, 8),
            workload=load,
            weights=CostWeights(1, resource, 0),
        )
    )


def decided(problem: Problem, policy: str, view: View) -> Run:
    """A, B, C are asked for in one slot under one view."""
    requests = RequestTrace.of_slots([[A, B, C]])
    return replay_policy(replace(problem, view=view), policy, requests, record="decisions")


@pytest.mark.parametrize("policy", ["ga", "exact"])
@pytest.mark.parametrize(
    ("problem", "view", "leaves", "charged", "blind_leaves", "blind_charged"),
    [
        # delay 10, 60, 10; 1/alpha 0.6, 0.3, 0.1: A costs 6, B 18. Without I/O both take 10 s,
        # so B seems to cost 3 and A 6; B leaves, and 18 are charged.
        (hand((0, 50, 0), (6, 3, 1)), View(io_delay=False), A, 6.0, B, 18.0),
        # delay 30, 20, 10; 1/alpha 0.2, 0.6, 0.2: A costs 6, B 12. With alpha = 3 for all A seems
        # to cost 10 and B 6.67; B leaves, and 12 are charged.
        (hand((20, 10, 0), (1, 3, 1)), View(active_cycle=False), A, 6.0, B, 12.0),
    ],
    ids=["I/O delay", "active cycle"],
)
def test_a_blind_decision_evicts_another_model_and_is_charged_in_full(
    policy: str, problem: Problem, view: View, leaves: int, charged: float, blind_leaves: int,
    blind_charged: float,
) -> None:  # fmt: skip
    seeing, blind = (decided(problem, policy, one) for one in (View(), view))
    for run, row, cost in ((seeing, leaves, charged), (blind, blind_leaves, blind_charged)):
        assert run.decision_evicted.nonzero()[1].tolist() == [row]
        assert run.summary["switching_cost"] == pytest.approx(cost)
        assert run.summary["average_cost"] == pytest.approx(cost)
        assert run.summary["realised_cost"] == pytest.approx(30 + sum_of_io(problem))


def sum_of_io(problem: Problem) -> float:
    return float(problem.scenario.model_catalog.io_delay_s.sum())


@pytest.mark.parametrize("policy", ["ga", "exact"])
def test_blind_to_resources_nothing_leaves_that_fits(policy: str) -> None:
    # Room for all three. 10 GB cost 10 a slot; evicting A costs 30 x 0.2 = 6, B 20 x 0.6 = 12.
    # A leaves at the request for B already; B stays. Blind, all three stay, 30 GB for one slot.
    problem = hand((20, 10, 0), (1, 3, 1), storage=30, resource=1)
    seeing, blind = (decided(problem, policy, view) for view in (View(), View(resources=False)))
    assert [run.summary["switching_cost"] for run in (seeing, blind)] == pytest.approx([6, 0])
    assert [run.summary["resource_cost"] for run in (seeing, blind)] == pytest.approx([20, 30])
    assert [run.evictions for run in (seeing, blind)] == [1, 0]


def test_the_variants_are_the_three_views_and_the_reference() -> None:
    study = ABLATIONS["blindness"].study(PRESETS["contended"])
    views = {arm.name: arm.problem().view for arm in study.arms}
    assert views == {
        FULL: View(),
        "io-delay": View(io_delay=False),
        "active-cycle": View(active_cycle=False),
        "resources": View(resources=False),
    }


# ------------------------------------------------------------------- against the plain problem


@examples(25)
@given(cases())
def test_blind_to_nothing_is_the_plain_problem(case: Case) -> None:
    for policy in ("ga", "exact"):
        plain = replay_policy(case.problem, policy, case.requests)
        same = replay_policy(replace(case.problem, view=View()), policy, case.requests)
        assert same.summary == plain.summary


@examples(25)
@given(cases(), st.sampled_from(["random", "fifo", "lru", "lfu"]))
def test_delay_scale_multiplies_what_an_unmoved_policy_pays(case: Case, policy: str) -> None:
    plain = replay_policy(case.problem, policy, case.requests).summary
    for scale in SCALES:
        run = replay_policy(replace(case.problem, delay_scale=scale), policy, case.requests)
        waits = plain["realised_cost"] - plain["resource_cost"]
        assert run.summary["resource_cost"] == plain["resource_cost"]
        assert run.summary["hits"] == plain["hits"]
        if scale in (0, 0.5, 1, 2, 4):  # powers of two round nothing
            assert run.summary["switching_cost"] == scale * plain["switching_cost"]
        else:
            assert run.summary["switching_cost"] == pytest.approx(scale * plain["switching_cost"])
        now = run.summary["realised_cost"] - run.summary["resource_cost"]
        assert now == pytest.approx(scale * waits, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", ABLATIONS)
def test_the_reference_is_what_a_comparison_measures(name: str) -> None:
    table = measured("contended", name)
    compared = compare(replace(PRESETS["contended"], replications=4)).table
    for policy, metric in product(table.policies, METRICS):
        assert np.array_equal(table.of(FULL, policy, metric), compared.of("", policy, metric))


def test_differences_are_paired() -> None:
    table = measured("contended", "blindness", 8)
    gap = table.difference("active-cycle", "ga", "average_cost")
    costs = [table.of(name, "ga", "average_cost") for name in ("active-cycle", FULL)]
    apart = costs[0] - costs[1]
    assert gap.mean == pytest.approx(float(apart.mean()))
    assert gap.half_width == pytest.approx(float(apart.std(ddof=1)) / 8**0.5 * 2.364624)
    frame = summary_frame(table, ["average_cost", "hit_ratio"])
    (row,) = frame[
        (frame["arm"] == "active-cycle")
        & (frame["policy"] == "ga")
        & (frame["metric"] == "average_cost")
    ].itertuples()
    assert row.difference_low == pytest.approx(gap.low)
    assert row.mean == pytest.approx(float(costs[0].mean()))
    assert len(frame) == 4 * 2 * 2


def test_evictions_are_told_apart() -> None:
    # contended, LRU: what is evicted, against a replay that is added up decision by decision
    table = measured("contended", "delay-scale")
    problem = build(PRESETS["contended"])
    requests = problem.requests(2)
    run = replay_policy(problem, "lru", requests, replication=2, record="decisions")
    gone = run.decision_evicted.nonzero()[1]
    rates = problem.rates / problem.rates.sum()
    assert table.of(FULL, "lru", "evictions")[2] == gone.size
    assert table.of(FULL, "lru", "evicted_requests")[2] == pytest.approx(rates[gone].sum())
    delays = problem.models.reload_delay_s[gone]
    assert table.of(FULL, "lru", "evicted_delay_s")[2] == pytest.approx(delays.sum())


def test_the_optimum_is_never_undercut_at_any_scale() -> None:
    table = measured("frugal", "delay-scale")
    for arm in table.arms:
        for metric, bound in (("average_cost", "offline"), ("realised_cost", "offline-realised")):
            least = table.of(arm.name, bound, metric)
            for policy in table.policies:
                assert (table.of(arm.name, policy, metric) >= least - 1e-9).all()


# ------------------------------------------------------------------------- logs and large cases


def log(count_order: str, rows: str = "") -> tuple[Scenario, Any]:
    """A log of three models with counts, on a server for two of them."""
    text = "timestamp_s,model,count\n" + (rows or "0,A,5\n0,B,4\n0,C,3\n60,A,2\n60,C,6\n")
    trace = read_trace(text.encode(), "log.csv")
    reference = TraceReference(trace.name, trace.sha256, trace.rows)
    load = Workload(slots=None, trace=reference, count_order=count_order)  # type: ignore[arg-type]
    scenario = hand((0, 50, 0), (1, 1, 1)).scenario
    return replace(scenario, workload=load), trace


def test_a_log_that_is_always_the_same_leaves_chance_to_the_genetic_algorithm() -> None:
    scenario, trace = log("file")
    table = run_study(ABLATIONS["partitions"].study(scenario).with_replications(5), trace=trace)
    assert table.replications == 5
    assert table.estimate(FULL, "ga", "average_cost").half_width is None
    assert table.difference("partitioned", "lru", "average_cost").half_width is None
    assert table.done.all()
    assert any("one sample: it is too short" in note for note in table.notes)


def test_a_log_with_counts_is_shuffled_anew_in_every_replication() -> None:
    scenario, trace = log("shuffle")
    table = run_study(ABLATIONS["partitions"].study(scenario).with_replications(6), trace=trace)
    assert len(set(table.of(FULL, "lru", "hits").tolist())) > 1
    assert table.estimate(FULL, "lru", "hits").half_width is None  # still one log


def test_large_catalogs_go_without_bounds_and_say_so() -> None:
    catalog = tuple(Model(f"m{i}", "", 3.0, 1.0, 0.01, 1.0, 1.0) for i in range(40))
    scenario = replace(Scenario(), catalog=catalog, replications=2)
    table = run_study(ABLATIONS["delay-scale"].study(scenario))
    assert table.policies == ("ga", "exact", "lru", "lfu")
    assert any("16 models" in note for note in table.notes)
    assert table.done.all()


@pytest.mark.parametrize("name", ABLATIONS)
@pytest.mark.parametrize(("rate", "slots"), [(2, 100), (20, 1000), (50, 20_000), (5, 900_000)])
def test_work_is_bounded_and_what_is_given_up_is_said(name: str, rate: float, slots: int) -> None:
    load = replace(Scenario().workload, rate=float(rate), slots=slots)
    problem = build(replace(Scenario(), workload=load))
    ablation = ABLATIONS[name]
    variants = len(ablation.variations)
    policies, count, notes = affordable(problem, ablation.policies, variants, 200, SECONDS)
    assert 1 <= count <= 200
    assert {"ga", "exact"} & set(policies)
    slow = "ga" in policies and {"offline"} & set(policies)
    assert not (slow and rate * slots * count * variants > SECONDS * 1e6)
    assert (count < 200) == any("would take too long" in note for note in notes if "repl" in note)
    for gone in set(ablation.policies) - set(policies):
        word = "clairvoyant" if gone.startswith("offline") else "genetic algorithm"
        assert any(word in note for note in notes)
    if rate * slots <= 200:
        assert (policies, notes) == (ablation.policies, []) and count == 200
    if count < FEW:
        assert policies == tuple(
            p for p in ablation.policies if p != "ga" and not p.startswith("offline")
        )


# ------------------------------------------------------------------------------------ sentences

PAYS = re.compile(
    r"(?P<change>[\d.,]+) (?P<how>% more|% less|times as much) on (?P<ledger>Eq\. 11|the realised "
    r"ledger)"
)


def number(text: str) -> float:
    return float(text.replace(",", "").rstrip("."))


def assert_honest(table: StudyTable, text: str, variant: str, policy: str) -> int:
    """Every comparison in the text has the sign and the size that the table has."""
    ledgers = {ledger.spoken: metric for metric, ledger in LEDGERS.items()}
    found = list(PAYS.finditer(text))
    for match in found:
        metric = ledgers[match["ledger"]]
        full, now = (table.of(name, policy, metric).mean() for name in (FULL, variant))
        assert (match["how"] != "% less") == (now > full)
        told = number(match["change"])
        share = told - 1 if match["how"] == "times as much" else told / 100
        assert abs(now / full - 1) == pytest.approx(share, rel=0.06, abs=6e-4)
    return len(found)


@pytest.mark.parametrize("preset", PRESETS)
def test_sentences_have_the_sign_of_the_data(preset: str) -> None:
    table = measured(preset, "blindness")
    seen = sum(
        assert_honest(table, sentences.blind_sentence(table, arm), arm.name, "ga")
        for arm in table.others
    )
    assert seen >= 2
    table = measured(preset, "partitions")
    assert assert_honest(table, sentences.sentences(table)[0], "partitioned", "ga") == 2
    for metric in LEDGERS:
        text = sentences.partition_caption(table, metric)
        for policy in table.policies:
            gap = table.difference("partitioned", policy, metric)
            if gap.sure and abs(gap.mean) > 1e-3 * table.mean(FULL, policy, metric):
                way = "dearer" if gap.mean > 0 else "cheaper"
                assert spoken(policy) in text.partition(way)[2].partition(";")[0]


def with_costs(full: list[float], blind: list[float]) -> StudyTable:
    """Blindness with other Eq. 11 costs of the GA: seeing, and blind to I/O delay."""
    table = measured("contended", "blindness", len(full))
    values = table.values.copy()
    values[:] = values[:1]
    ga, cost = table.policies.index("ga"), list(FIGURES).index("average_cost")
    values[:, :, ga, cost] = full
    values[1, :, ga, cost] = blind
    return replace(table, values=values)


@pytest.mark.parametrize(
    ("full", "blind", "expected", "headline"),
    [
        ([2.0, 2.0, 2.1], [3.0, 3.1, 3.0], "pays 49 % more on Eq. 11", "pays most"),
        ([2.0, 2.0, 2.1], [1.0, 1.1, 1.0], "pays 49 % less on Eq. 11", "none of the three"),
        ([2.0, 2.0, 2.1], [1.0, 4.0, 2.2], "may be chance", "none of the three"),
        ([2.0, 2.0, 2.1], [9.0, 8.0, 9.5], "pays 4.3 times as much on Eq. 11", "pays most"),
        ([2.0, 2.0, 2.1], [2.0, 2.0, 2.1], "nothing changes here", "none of the three"),
        ([2.0, 2.0, 2.1], [2.0, 2.0, 2.1 + 1e-6], "pays the same on Eq. 11", "none of the"),
        ([0.0, 0.0, 0.0], [1.0, 1.1, 1.0], "1.03 a slot on Eq. 11 instead of nothing", "pays most"),
    ],
)
def test_blind_sentences(
    full: list[float], blind: list[float], expected: str, headline: str
) -> None:
    table = with_costs(full, blind)
    text = sentences.blind_sentence(table, table.arms[1])
    assert expected in text
    assert ("may be chance" in text) == (expected == "may be chance")
    assert headline in sentences.blind_headline(table)


def test_one_replication_says_that_it_is_one() -> None:
    table = measured("contended", "blindness", 1)
    assert "no interval" in "".join(sentences.sentences(table))
    assert "±" not in "".join(sentences.sentences(table))
    assert "no interval" in sentences.blind_caption(table)


def test_paper_says_that_no_constraint_binds_and_what_follows() -> None:
    table = measured("frugal", "blindness")
    text = sentences.binding_sentence(table)
    assert text is not None and "never bind" in text
    assert table.mean(FULL, "ga", "binding_share") == 0
    assert ("blind to resources one binds" in text) == (
        table.mean("resources", "ga", "binding_share") > 0.01
    )
    assert sentences.binding_sentence(measured("contended", "blindness")) is None


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("metric", LEDGERS)
def test_scales_are_compared_with_the_better_rival(preset: str, metric: str) -> None:
    table = measured(preset, "delay-scale")
    text = sentences.scale_caption(table, metric)
    dearer = [
        arm.label for arm in table.arms
        if any((gap := table.versus(arm.name, "ga", metric, one)).sure
               and gap.mean > 6e-4 * table.mean(arm.name, "ga", metric) for one in ("lru", "lfu"))
    ]  # fmt: skip
    assert all(label in text.partition("dearer at")[2] for label in dearer)
    assert bool(dearer) == ("dearer at" in text)
