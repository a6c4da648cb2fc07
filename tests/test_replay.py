"""The event loop against the plain reference, and what must hold of every replay.

On random small problems (ties, exact fits, models that fit nowhere, zero weights, empty slots):
where a policy is fixed by the model, engine and reference agree on every per-slot column, every
decision and every total; where chance decides, the engine's decisions are fed back through the
reference, which refuses any that breaks a rule, and both ledgers must come out the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import cachetools
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import (
    deciding_inverse_cycle,
    eq12_decision_cost,
    exact_decision,
    fits,
    mask_of,
    rows_of,
    simulate,
)
from scipy.stats import chisquare
from support import (
    BASELINES,
    EVERY,
    Case,
    assert_same,
    cases,
    examples,
    ledgers,
    masks,
    overflow,
    played_back,
    sized,
)

from genedge import CostWeights, EdgeServer, Model, RequestTrace, Scenario, Workload
from genedge.engine.arrays import HIT, MISS, REJECTED
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import METRICS
from genedge.runs.run import quantiles
from genedge.runs.simulate import replay_policy
from genedge.scenario.problem import build

# --------------------------------------------------------------------- engine == reference


@pytest.mark.parametrize("policy", ["fifo", "lru", "lfu", "lru-cap", "exact"])
@examples(100)
@given(case=cases())
def test_every_column_decision_and_total_is_the_reference_s(policy: str, case: Case) -> None:
    expected = simulate(case.setting, policy, max_models=case.scenario.max_models)
    assert_same(ledgers(case.run(policy)), expected)


@pytest.mark.parametrize("policy", ["random", "ga", "mdp", "mdp-realised", "offline"])
@examples(60)
@given(case=cases())
def test_decisions_fed_back_through_the_reference_cost_the_same(policy: str, case: Case) -> None:
    run = case.run(policy)
    expected = simulate(case.setting, "fed back", choose=played_back(run))  # checks the rules too
    assert_same(ledgers(run), expected)


def uniform(models: int, hold: int, **changes: Any) -> Scenario:
    """Models of 1 GB each on a server that holds ``hold`` of them."""
    scenario = Scenario(
        catalog=tuple(Model(f"m{j}", "", 1, 0, 0, 1, 1) for j in range(models)),
        server=EdgeServer(storage_gb=hold),
        workload=Workload(popularity_order="equal"),
    )
    return replace(scenario, **changes)


def test_a_long_replay_with_thousands_of_evictions_keeps_its_sums() -> None:
    # Awkward sizes and 20,000 requests: running sums are refreshed, so nothing drifts
    chance = np.random.default_rng(1)
    catalog = tuple(sized(f"m{j}", *chance.uniform(0.1, 5, 3).tolist(), 1, 1) for j in range(12))
    scenario = Scenario(
        catalog=catalog,
        server=EdgeServer(13, 14, 15, 1),
        workload=Workload(popularity_order="equal"),
    )
    slots = [chance.integers(0, 12, 20).tolist() for _ in range(1000)]
    case = Case(scenario, slots, traced=False)
    for policy in BASELINES:
        run = case.run(policy)
        assert run.evictions > 1000
        assert_same(ledgers(run), simulate(case.setting, "", choose=played_back(run)))


# ------------------------------------------------------------------- what a decision records


@pytest.mark.parametrize("policy", EVERY)
@examples(25)
@given(case=cases())
def test_decisions_record_their_cost_the_best_cost_and_what_bound_them(
    policy: str, case: Case
) -> None:
    run, setting = case.run(policy), case.setting
    before = 0
    after = masks(run.decisions.deployment)
    for d, i in enumerate(run.decisions.request.tolist()):
        m = int(run.requests.model[i])
        held, cycle = rows_of(before), deciding_inverse_cycle(setting, i)
        assert run.decisions.cost[d] == pytest.approx(
            eq12_decision_cost(setting, held, rows_of(after[d]), cycle), rel=1e-12, abs=1e-9
        )
        best = exact_decision(setting, held, m, i)
        assert run.decisions.best_cost[d] == pytest.approx(
            eq12_decision_cost(setting, held, best, cycle), rel=1e-12, abs=1e-9
        )
        if policy == "lru-cap":  # whom the cap alone sends away, no constraint did
            asked = run.requests.model[:i].tolist()
            oldest = sorted(held, key=lambda row: max(j for j, a in enumerate(asked) if a == row))
            kept = set(oldest[len(held) + 1 - min(len(held) + 1, case.scenario.max_models) :])
            assert run.decisions.bound[d] == overflow(setting, kept | {m})
        elif policy not in ("ga", "exact"):
            assert run.decisions.bound[d] == overflow(setting, held | {m})
        else:
            roomy = replace(setting, S=1e6, G=1e6, E=1e6)
            if setting.resource_unit == "gb":  # shares would change with the server
                wanted = exact_decision(roomy, held, m, i)
                assert run.decisions.bound[d] == overflow(setting, wanted)
        before = after[d]


@pytest.mark.parametrize("policy", EVERY)
@examples(30)
@given(case=cases())
def test_what_must_hold_of_every_replay(policy: str, case: Case) -> None:
    run, setting, summary = case.run(policy), case.setting, case.run(policy).summary
    weights, slots, decided = run.problem.weights, run.slots, run.decisions
    # requests = hits + misses + rejected, in all, per slot and per model
    assert summary["hits"] + summary["misses"] + summary["rejected"] == summary["requests"]
    assert summary["requests"] == run.requests.model.size == sum(map(len, case.slots))
    asked = slots.hits + slots.misses + slots.rejected
    assert asked.tolist() == [len(slot) for slot in case.slots]
    for code, columns, per_model in (
        (HIT, slots.hits, run.totals.model_hits),
        (MISS, slots.misses, run.totals.model_misses),
        (REJECTED, slots.rejected, None),
    ):
        assert np.bincount(
            run.requests.slot[run.outcome == code], minlength=len(case.slots)
        ).tolist() == (columns.tolist())
        counted = np.bincount(
            run.requests.model[run.outcome == code], minlength=len(setting.storage)
        )
        assert per_model is None or counted.tolist() == per_model.tolist()
    # what is rejected is what never fits, and nothing else
    rejected = {m for m in range(len(setting.storage)) if not fits(setting, {m})}
    assert ((run.outcome == REJECTED) == np.isin(run.requests.model, list(rejected))).all()
    # slot columns add up to the totals, decisions' switching costs to the Eq. 7 total
    total = len(case.slots)
    close: dict[str, Any] = {"rel": 1e-12, "abs": 1e-9}
    for ledger in LEDGERS:
        assert run.slot_cost(ledger).sum() / total == pytest.approx(summary[ledger], **close)
    assert weights.delay * slots.switching_cost.sum() / total == pytest.approx(
        summary["switching_cost"], **close
    )
    assert weights.delay * decided.switching_cost.sum() / total == pytest.approx(
        summary["switching_cost"], **close
    )
    assert slots.downloaded_gb.sum() == pytest.approx(summary["downloaded_gb"], **close)
    assert summary["average_cost"] == pytest.approx(
        summary["switching_cost"] + summary["resource_cost"], **close
    )
    assert slots.evictions.sum() == run.evictions == run.totals.model_evictions.sum()
    assert decided.request.tolist() == np.flatnonzero(run.outcome == MISS).tolist()
    binding = np.count_nonzero(decided.bound) / max(decided.bound.size, 1)
    assert summary["binding_share"] == binding
    # a deployment is feasible, holds what was asked for, and gains nothing else
    before = 0
    evicted = [0] * len(setting.storage)
    for m, after in zip(
        run.requests.model[decided.request].tolist(), masks(decided.deployment), strict=True
    ):
        assert after >> m & 1
        assert fits(setting, rows_of(after))
        assert after & ~(before | 1 << m) == 0
        for row in rows_of(before & ~after):
            evicted[row] += 1
        before = after
    assert evicted == run.totals.model_evictions.tolist()
    assert slots.held.tolist() == [mask.bit_count() for mask in masks(slots.deployment)]
    # capped policies hold no more than they may
    if policy == "lru-cap":
        assert slots.held.max(initial=0) <= case.scenario.max_models


@pytest.mark.parametrize("policy", EVERY)
@examples(20)
@given(case=cases())
def test_what_is_recorded_changes_no_figure(policy: str, case: Case) -> None:
    summary, slots, decisions = (
        case.run(policy, record) for record in ("summary", "slots", "decisions")
    )
    assert summary.summary == slots.summary == decisions.summary
    assert tuple(summary.summary) == tuple(METRICS)
    assert summary.outcome.size == summary.slots.held.size == summary.decisions.request.size == 0
    assert slots.decisions.request.size == 0
    assert slots.outcome.tolist() == decisions.outcome.tolist()
    for column in slots.slots._fields:
        ours, theirs = getattr(slots.slots, column), getattr(decisions.slots, column)
        assert ours.tolist() == theirs.tolist()


@examples(40)
@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 0.5, 2.0, 60.0, 7.25]), st.integers(0, 7)),
        min_size=1,
        max_size=9,
    ),
    st.floats(0, 1),
)
def test_quantile_of_repeated_values_is_numpys(rows: list[tuple[float, int]], share: float) -> None:
    values = np.array([value for value, _ in rows], np.float64)
    repeats = np.array([number for _, number in rows], np.int64)
    expanded = np.repeat(values, repeats)
    expected = float(np.quantile(expanded, share)) if expanded.size else 0.0
    found = quantiles(values, np.array([repeats, 0 * repeats]), share)
    assert found == pytest.approx([expected, 0.0], rel=1e-12, abs=1e-12)


# --------------------------------------------------------------------------- order of events


def test_a_capacity_of_nothing_still_holds_models_that_need_nothing() -> None:
    catalog = (Model("free", "", 0, 0, 0, 1, 1), Model("small", "", 0, 0.5, 0, 1, 1))
    scenario = Scenario(
        catalog=catalog,
        server=EdgeServer(0, 0, 0.3, 0.3),
        workload=Workload(popularity_order="equal"),
    )
    for policy in EVERY:
        run = Case(scenario, [[0, 1, 0]], traced=False).run(policy)
        assert run.outcome.tolist() == [MISS, REJECTED, HIT]


def test_a_rejected_request_still_counts_for_history_and_recency() -> None:
    # 1/alpha by history at request 3 (m2): n = 4, M = 3; m0 was asked for once: 2/7, and m1, always
    # rejected, twice. Had rejections not counted, m0's would be 2/5.
    catalog = (
        Model("m0", "", 1, 0, 0, 1, 0),
        Model("m1", "", 9, 0, 0, 1, 0),
        Model("m2", "", 1, 0, 0, 1, 0),
    )
    scenario = Scenario(
        catalog=catalog,
        server=EdgeServer(storage_gb=1, bandwidth_gbps=8),
        workload=Workload(popularity_order="equal"),
        weights=CostWeights(resource=0.0),
        active_cycle="history",
    )
    run = Case(scenario, [[0, 1, 1, 2]], traced=False).run("exact")
    assert run.summary["rejected"] == 2
    assert run.decisions.cost[1] == pytest.approx(2 * 2 / 7)  # delay 8 * 1 / 8 + 1 = 2 s


def test_a_replay_without_requests_costs_nothing() -> None:
    for policy in EVERY:
        run = Case(uniform(3, 2), [[], [], []], traced=False).run(policy)
        assert all(value == 0 for value in run.summary.values())
        assert run.deployed.tolist() == [[False] * 3] * 3


def test_a_replay_without_decisions_has_tables_without_rows() -> None:
    asleep = Case(uniform(3, 2), [[], []], traced=False)  # no request at all
    refused = Case(uniform(3, 0), [[0, 1], [2]], traced=False)  # none that could be served
    for case in (asleep, refused):
        for record in ("slots", "decisions"):
            run = case.run("lru", record)
            assert run.decision_deployed.shape == run.decision_evicted.shape == (0, 3)
            assert len(run.decision_frame()) == 0
            assert len(run.slot_frame()) == 2


@pytest.mark.parametrize("models", [1, 63, 64, 65, 130])
def test_deployments_as_truth_tables_are_the_bit_sets(models: int) -> None:
    slots = [[0, models - 1], [models // 2, 0]]
    run = Case(uniform(models, max(1, models // 2)), slots, traced=False).run("fifo")
    for table, sets in (
        (run.deployed, run.slots.deployment),
        (run.decision_deployed, run.decisions.deployment),
    ):
        assert table.shape == (len(sets), models)
        assert [mask_of(np.flatnonzero(row).tolist()) for row in table] == masks(sets)
    before = np.vstack([np.zeros((1, models), bool), run.decision_deployed[:-1]])
    assert (run.decision_evicted == (before & ~run.decision_deployed)).all()


def test_tables_say_in_words_what_the_ledgers_hold() -> None:
    # 1 GB each, 2 fit: m0, m1, then m2 evicts m0; a slot of its own for the last request
    case = Case(uniform(3, 2), [[0, 1, 1], [2]], traced=False)
    run = case.run("fifo")
    slots, decisions = run.slot_frame(), run.decision_frame()
    assert slots["deployed"].tolist() == ["m0 + m1", "m1 + m2"]
    assert slots["requests"].tolist() == [3, 1]
    assert slots["hits"].tolist() == [1, 0]
    for ledger in LEDGERS:
        assert slots[ledger].tolist() == run.slot_cost(ledger).tolist()
    assert decisions["requested"].tolist() == ["m0", "m1", "m2"]
    assert decisions["evicted"].tolist() == ["", "", "m0"]
    assert decisions["deployed"].tolist() == ["m0", "m0 + m1", "m1 + m2"]
    assert decisions["slot"].tolist() == [0, 0, 1]
    assert decisions["bound_by"].tolist() == ["", "", "storage"]
    price = case.problem.weights.delay * run.decisions.switching_cost
    assert decisions["switching_cost"].tolist() == price.tolist()


# ----------------------------------------------------------------------------------- random


def test_random_evicts_each_deployed_model_with_the_same_probability() -> None:
    # 6 models, 5 fit: every miss but the first five evicts one of five, whose places by row
    # must be taken equally often: 4 degrees of freedom
    chance = np.random.default_rng(5)
    case = Case(uniform(6, 5), [chance.integers(0, 6, 30_000).tolist()], traced=False)
    run = case.run("random")
    before = np.vstack([np.zeros((1, 6), bool), run.decision_deployed[:-1]])
    places = [
        int(before[d, : np.flatnonzero(row)[0]].sum())
        for d, row in enumerate(run.decision_evicted)
        if row.any()
    ]
    assert len(places) > 4000
    counts = np.bincount(places, minlength=5)
    assert chisquare(counts).pvalue > 1e-3
    # and successive choices are independent: 25 pairs, 24 degrees of freedom
    pairs = np.bincount(np.array(places[:-1]) * 5 + np.array(places[1:]), minlength=25)
    assert chisquare(pairs).pvalue > 1e-3


def test_random_evicts_pairs_uniformly_where_two_have_to_go() -> None:
    # 2 GB for row 5, 1 GB for the others, 5 GB: {0 ... 4} is complete and row 5 evicts two of
    # them, each of the 10 pairs equally often; new key at every replication
    catalog = tuple(Model(f"m{j}", "", 2 if j == 5 else 1, 0, 0, 1, 1) for j in range(6))
    case = Case(uniform(6, 5, catalog=catalog), [[0, 1, 2, 3, 4, 5]], traced=False)
    pairs: Counter[int] = Counter()
    for replication in range(3000):
        pairs[masks(case.run("random", replication=replication).slots.deployment)[0]] += 1
    assert len(pairs) == 10
    assert chisquare(list(pairs.values())).pvalue > 1e-3


def test_random_depends_on_seed_replication_and_request_only() -> None:
    chance = np.random.default_rng(6)
    slots = [chance.integers(0, 6, 300).tolist()]
    case = Case(uniform(6, 3), slots, traced=False)
    first = case.run("random")
    again = case.run("random")
    assert first.decisions.deployment.tolist() == again.decisions.deployment.tolist()
    other = case.run("random", replication=1)
    assert first.decisions.deployment.tolist() != other.decisions.deployment.tolist()
    reseeded = Case(replace(case.scenario, seed=2), slots, traced=False).run("random")
    assert first.decisions.deployment.tolist() != reseeded.decisions.deployment.tolist()
    # the same beginning gives the same decisions, whatever follows
    cut = Case(case.scenario, [slots[0][:150]], traced=False).run("random")
    taken = cut.decisions.request.size
    assert first.decisions.deployment[:taken].tolist() == cut.decisions.deployment.tolist()


# ------------------------------------------------------------------- an independent library


@pytest.mark.parametrize("policy", ["fifo", "lru"])
@pytest.mark.parametrize("sizes", ["unit", "mixed"])
@pytest.mark.parametrize("constraint", ["storage", "gpu", "power"])
def test_fifo_and_lru_are_those_of_cachetools(policy: str, sizes: str, constraint: str) -> None:
    chance = np.random.default_rng([len(policy), len(sizes), len(constraint)])
    evictions = 0
    for _ in range(15):
        models = int(chance.integers(3, 13))
        size = np.ones(models) if sizes == "unit" else chance.integers(1, 10, models).astype(float)
        capacity = float(chance.integers(2, 7) if sizes == "unit" else chance.integers(6, 26))
        rows = [
            sized(
                f"m{j}",
                *(size[j] * (constraint == name) for name in ("storage", "gpu", "power")),
                1,
                1,
            )
            for j in range(models)
        ]
        popularity = chance.random(models) ** 2 + 0.01
        requests = chance.choice(models, 300, p=popularity / popularity.sum()).tolist()
        scenario = Scenario(
            catalog=tuple(rows),
            server=EdgeServer(
                storage_gb=capacity if constraint == "storage" else 1.0,
                gpu_memory_gb=capacity if constraint == "gpu" else 1.0,
                power_kw=capacity if constraint == "power" else 1.0,
                static_power_kw=0.0,
            ),
            workload=Workload(popularity_order="equal"),
        )
        kind = cachetools.FIFOCache if policy == "fifo" else cachetools.LRUCache
        cache: cachetools.Cache[int, int] = kind(capacity, getsizeof=size.__getitem__)
        after, hits = [], 0
        for m in requests:
            if m in cache:
                cache[m]  # tells LRU
                hits += 1
            elif size[m] <= capacity:
                cache[m] = m  # the size is read from the value
                after.append(mask_of(list(cache)))
        run = Case(scenario, [requests[:100], [], requests[100:]], traced=False).run(policy)
        assert masks(run.decisions.deployment) == after
        assert run.summary["hits"] == hits
        evictions += run.evictions
    assert evictions > 100


def test_ranks_of_a_hundred_and_thirty_models_over_three_words() -> None:
    # 130 models of 1 GB, 100 fit: bit sets of three words, ties of LFU to the lowest row
    scenario = uniform(130, 100)
    chance = np.random.default_rng(8)
    slots = [chance.integers(0, 130, 100).tolist() for _ in range(12)]
    case = Case(scenario, slots, traced=False)
    for policy in ("fifo", "lru", "lfu"):
        assert_same(ledgers(case.run(policy)), simulate(case.setting, policy))
    for policy in ("random", "ga", "exact"):
        run = case.run(policy)
        assert_same(ledgers(run), simulate(case.setting, "", choose=played_back(run)))


def test_requests_may_be_given_as_any_list_of_slots() -> None:
    requests = RequestTrace.of_slots([[2, 0], [], [1]])
    assert requests.model.tolist() == [2, 0, 1]
    assert requests.slot_start.tolist() == [0, 2, 2, 3]
    assert (requests.slots, requests.slot.tolist()) == (3, [0, 0, 2])
    problem = build(uniform(3, 2))
    assert replay_policy(problem, "lru", requests).slots.hits.tolist() == [0, 0, 0]
