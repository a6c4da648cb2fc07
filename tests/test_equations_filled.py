"""Every formula filled in: what is printed adds up, and says what the engine computed."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest

from genedge import (
    PRESETS,
    CostWeights,
    Model,
    Run,
    Scenario,
    TraceReference,
    Workload,
    read_trace,
    simulate,
)
from genedge.decisions import state_of
from genedge.equations import SECTIONS
from genedge.equations.events_live import others_here, slot_rows
from genedge.equations.filled import FILLS, filled
from genedge.equations.filled_bounds import foreseen
from genedge.equations.filled_parts import Filled
from genedge.equations.moment import Moment, telling
from genedge.equations.names import enumerated, in_formula, in_words
from genedge.equations.numbers import (
    Line,
    Minus,
    Number,
    Product,
    Quotient,
    Sum,
    block,
    equate,
    known,
    numbers,
)
from genedge.equations.present import present
from genedge.registry.policies import POLICIES

EQUATIONS = [equation for section in SECTIONS for equation in section.equations]
LOG = (
    "timestamp_s,model,count\n0,GPT-2,4\n0,BERT,3\n70,BLIP,2\n130,GPT-2,\n190,SDEdit,5\n190,BERT,2"
)
FORTY = tuple(
    Model(f"model {i} & co_{i}", "", 1.0 + 0.37 * i, 0.31 + 0.013 * i, 0.01, 1.0 + i, 1.0)
    for i in range(40)
)
AWKWARD = (
    Model("alone <b>$ #%_^~\\{}", "", 1.0, 1.0, 0.1, 1.0, 1.0),
    Model("second * one", "", 1 / 3, 1 / 7, 0.01, 1e-7, 12345.678),
)
CHANGES = {
    "forty models": {"catalog": FORTY},
    "one model": {"catalog": AWKWARD[:1]},
    "awkward": {"catalog": AWKWARD, "weights": CostWeights(resource=1e-9)},
    "nothing fits": {"catalog": (Model("huge", "", 1e6, 1.0, 0.1, 1.0, 1.0),)},
    "otherwise": {
        "weights": CostWeights(resource_unit="share", resource=0.2), "active_cycle": "history",
        "decision_horizon": "next-request",
    },
    "foreseen": {"active_cycle": "next-use", "weights": CostWeights(delay=0.7)},
    "no weights": {"weights": CostWeights(delay=0.0, resource=0.0)},
    "alike": {"workload": Workload(popularity_order="equal", slots=30)},
    "flat Zipf": {"workload": Workload(zipf_exponent=0.0, slots=30)},
    "given rates": {
        "workload": Workload(
            popularity_order="custom", arrival_rates=(1, 0.5, 0, 0.25, 0, 0, 0, 0, 0.1, 0.3)
        )
    },
    "nobody asks": {"workload": Workload(rate=1e-6, slots=3)},
    "2026": {"catalog": "2026"},
}  # fmt: skip
SCENARIOS = {
    **PRESETS,
    **{name: replace(Scenario(), **change) for name, change in CHANGES.items()},  # type: ignore[arg-type]
}


@cache
def run_of(name: str, policy: str) -> Run:
    if name == "trace":
        trace = read_trace(LOG.encode(), "log.csv")
        load = Workload(trace=TraceReference(trace.name, trace.sha256, trace.rows), slots=None)
        scenario = replace(Scenario(), workload=load)
        return simulate(scenario, policy, trace=trace, record="decisions")
    return simulate(SCENARIOS[name], policy, record="decisions")


@cache
def moment_of(name: str, policy: str = "ga", place: str = "telling") -> Moment:
    run = run_of(name, policy)
    total = run.decisions.request.size
    number = telling(run) if place == "telling" else (total - 1 if total else None)
    return Moment.of(run, number)


@cache
def filled_of(name: str, policy: str = "ga", place: str = "telling") -> dict[str, Filled]:
    return filled(moment_of(name, policy, place))


MOMENTS = [
    *((name, "ga", place) for name in (*SCENARIOS, "trace") for place in ("telling", "last")),
    ("contended", "lru", "telling"), ("contended", "offline", "last"), ("paper", "lfu", "last"),
    ("forty models", "random", "last"), ("trace", "lru-cap", "last"),
]  # fmt: skip


def braced(text: str, start: int) -> tuple[str, int]:
    """What stands between the braces that open at ``start``, and where they end."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1 : place], place + 1
    raise AssertionError(text)


def python_of(tex: str) -> str:
    """A formula of numbers as a pocket calculator's user reads it."""
    text, place = "", 0
    while place < len(tex):
        rest = tex[place:]
        if rest.startswith(r"\frac"):
            above, after = braced(tex, place + 5)
            below, place = braced(tex, after)
            never = below == r"\infty"
            text += "0" if never else f"(({python_of(above)})/({python_of(below)}))"
        elif rest.startswith(r"\underbrace"):
            inside, after = braced(tex, place + 11)
            _, place = braced(tex, after + 1)
            text += python_of(inside)
        elif rest.startswith("^"):
            inside, place = braced(tex, place + 1)
            text += f"**({python_of(inside)})"
        elif found := re.match(r"\\(cdot|left|right)", rest):
            text += {"cdot": "*", "left": "", "right": ""}[found.group(1)]
            place += found.end()
        elif found := re.match(r"\d+(\.\d+)?", rest):
            text += f"Fraction('{found.group()}')"
            place += found.end()
        else:
            assert rest[0] in " +-()", rest
            text += rest[0]
            place += 1
    return text


def calculated(tex: str) -> Fraction:
    value = eval(python_of(tex), {"Fraction": Fraction})
    return Fraction(value)


def decimals(tex: str) -> int:
    number, _, power = tex.partition(r" \cdot 10^{")
    after = len(number.partition(".")[2])
    return after - int(power.rstrip("}")) if power else after


def rounded(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * Fraction(10) ** places
    whole = math.floor(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole) / Fraction(10) ** places


def assert_adds_up(line: Line) -> None:
    result, places = calculated(line.result), decimals(line.result)
    if line.expression:
        found = calculated(line.expression)
        assert rounded(found, places) == result, line
        assert (line.relation == "=") == (found == result), line
    unit = Fraction(1, 2) / Fraction(10) ** places
    assert abs(Fraction(line.value) - result) <= unit + abs(result) / 10**9, line


@pytest.mark.parametrize(("name", "policy", "place"), MOMENTS)
def test_every_formula_is_filled_and_its_printed_terms_add_up(
    name: str, policy: str, place: str
) -> None:
    moment, formulas = moment_of(name, policy, place), filled_of(name, policy, place)
    assert set(formulas) == {equation.key for equation in EQUATIONS} == set(FILLS)
    for key, one in formulas.items():
        assert (one.words and one.words[0].isupper()) or one.words.startswith("$"), key
        foreseen = key in ("recursion", "transform", "clairvoyant")
        planned = key in ("value_iteration", "gain")
        missing = (foreseen and moment.why_no_bounds) or (planned and moment.why_no_gain)
        assert one.lines or missing or key == "value_iteration", key
        for line in one.lines:
            assert_adds_up(line)
            text = block([line])
            assert text.count("{") == text.count("}")
        for cells in one.table.rows if one.table else ():
            assert one.table and len(cells) == len(set(one.table.header))
    for equation in EQUATIONS:
        for symbol in equation.where:
            assert present(symbol, moment) is not None
    words, rows = slot_rows(moment)
    assert words and (rows is None or rows.rows)
    assert moment.happened


@pytest.mark.parametrize(("name", "policy", "place"), MOMENTS)
def test_values_are_those_of_the_run(name: str, policy: str, place: str) -> None:
    moment, formulas = moment_of(name, policy, place), filled_of(name, policy, place)
    run, n = moment.run, moment.number
    scenario, problem = run.problem.scenario, run.problem
    catalog, weights = list(scenario.model_catalog), scenario.weights
    after = [] if n is None else [catalog[row] for row in np.flatnonzero(run.decision_deployed[n])]
    asked = catalog[0 if n is None else int(run.requests.model[run.decisions.request[n]])]
    slot = 0 if n is None else int(run.requests.slot[run.decisions.request[n]])
    share = weights.resource_unit == "share"
    expected = {
        "storage": sum(one.storage_gb for one in after),
        "gpu_memory": sum(one.gpu_memory_gb for one in after),
        "power": sum(one.power_kw for one in after),
        "transmission": 8 * asked.storage_gb / scenario.server.bandwidth_gbps,
        "io": asked.io_delay_s,
        "inference": asked.inference_delay_s,
        "delay": 8 * asked.storage_gb / scenario.server.bandwidth_gbps
        + asked.io_delay_s + asked.inference_delay_s,
        "switching": 0.0 if n is None else run.decisions.switching_cost[n],
        "storage_cost": run.slots.storage_cost[slot],
        "gpu_memory_cost": run.slots.gpu_memory_cost[slot],
        "resource_cost": run.slots.storage_cost[slot] / (scenario.server.storage_gb if share else 1)
        + weights.gpu_memory * run.slots.gpu_memory_cost[slot]
        / (scenario.server.gpu_memory_gb if share else 1),
        "objective": run.summary["average_cost"],
        "realised": run.summary["realised_cost"],
        "decision_cost": 0.0 if n is None else run.decisions.cost[n],
        "fitness": 1.0 if n is None else 1 / (1 + run.decisions.cost[n]),
        "horizon": problem.weights.horizon,
        "zipf": problem.rates[moment.focus],
        "known": problem.rates[moment.focus] / problem.rates.sum(),
        **after_the_decision(moment),
    }  # fmt: skip
    for key, value in expected.items():
        assert formulas[key].value == pytest.approx(value, rel=1e-9, abs=1e-12), key
    example = formulas["objective"].lines[0].value
    assert example == pytest.approx(run.slot_average_cost[slot], rel=1e-9, abs=1e-12)


def after_the_decision(moment: Moment) -> dict[str, float]:
    """What only a decision has: the active cycle three ways, and the keep value."""
    if moment.number is None:
        return {}
    row, run = moment.focus, moment.run
    now = int(run.decisions.request[moment.number])
    asked = run.requests.model.tolist()
    seen, later = asked[: now + 1], asked[now + 1 :]
    state = state_of(run, moment.number)
    return {
        "history": (len(seen) + len(moment.models)) / (seen.count(row) + 1),
        "next_use": later.index(row) + 1 if row in later else 0,
        "keep_value": float(state.switching_price[row] - state.resource_price[row]),
    }


@pytest.mark.parametrize("name", ["contended", "paper", "balanced", "trace", "foreseen", "2026"])
def test_bounds_are_those_of_the_plans(name: str) -> None:
    moment, formulas = moment_of(name), filled_of(name)
    if name != "trace":
        offline = simulate(SCENARIOS[name], "offline").summary["average_cost"]
        assert formulas["clairvoyant"].value == pytest.approx(offline)
    online = moment.plans.online(False)
    assert formulas["gain"].value == online.gain
    # One request more at x gains what the interval says.
    steps = [line.value for line in formulas["gain"].lines[:-1]]
    assert len(steps) == (name != "trace")  # there, everything asked for fits and is held for ever
    slack = 1e-9 * abs(online.gain)
    assert all(online.gain_low - slack <= step <= online.gain_high + slack for step in steps)
    assert ("held for ever" in formulas["value_iteration"].remark) == (not steps)
    seen = foreseen(moment)
    assert formulas["transform"].lines[0].value == pytest.approx(seen.before - seen.leaving)
    assert formulas["recursion"].value == pytest.approx(seen.before)


def test_the_recursion_is_the_least_of_everything_that_could_be_done() -> None:
    """Three models, a few slots: all deployments tried by hand, from a decision to the end."""
    catalog = tuple(
        Model(f"m{i}", "", size, size / 12, 0.01, 3.0 * i, 1.0)
        for i, size in enumerate((50.0, 40.0, 60.0))
    )
    load = Workload(slots=5, rate=2.0, zipf_exponent=0.4)
    scenario = replace(Scenario(), catalog=catalog, workload=load)
    run = simulate(scenario, "lru", record="decisions")
    problem, asked = run.problem, run.requests.model.tolist()
    ends = run.requests.slot_start[1:].tolist()
    price = problem.models.reload_delay_s * problem.models.inverse_active_cycle
    rent = problem.weights.resource * (
        problem.models.storage_gb + problem.weights.gpu_memory * problem.models.gpu_memory_gb
    )

    def least(request: int, x: frozenset[int]) -> float:
        if request == len(asked):
            return 0.0
        m = asked[request]
        options = [x]
        if m not in x:
            subsets = [
                frozenset(one for k, one in enumerate(sorted(x)) if bits >> k & 1)
                for bits in range(2 ** len(x))
            ]
            options = [
                y | {m} for y in subsets if sum(catalog[r].storage_gb for r in y | {m}) <= 120
            ]
        held = ends.count(request + 1)
        return min(
            float(sum(price[r] for r in x - y) + held * sum(rent[r] for r in y))
            + least(request + 1, y)
            for y in options
        )

    for number in range(run.decisions.request.size):
        moment = Moment.of(run, number)
        x = frozenset(np.flatnonzero(moment.before).tolist())
        found = FILLS["recursion"](moment)
        assert found.value == pytest.approx(least(moment.request, x))


def test_the_first_telling_decision_evicts_and_is_bound() -> None:
    moment = moment_of("contended")
    assert moment.explanation is not None
    assert moment.explanation.evicted and moment.explanation.bound_by
    assert moment_of("paper").evicted  # no constraint ever binds there
    assert "none of the three constraints ever binds" in filled_of("paper")["storage"].remark
    assert moment_of("one model").number == 0
    nothing = moment_of("nothing fits")
    assert nothing.number is None and "no decision" in nothing.happened
    assert "no request came" in moment_of("nobody asks").happened


def test_every_other_policy_is_asked_in_the_same_state() -> None:
    assert set(others_here(moment_of("contended"))) == set(POLICIES)
    assert "mdp" not in others_here(moment_of("forty models"))
    assert others_here(moment_of("nothing fits")) == {}


@pytest.mark.parametrize("name", ["contended", "forty models", "trace"])
def test_the_table_of_sums_adds_up_to_what_the_formula_takes(name: str) -> None:
    for key in ("objective", "realised"):
        one = filled_of(name)[key]
        assert one.table is not None
        *rows, (_, times, _, total, held, _, resources) = one.table.rows
        assert sum(float(row[3]) for row in rows) == pytest.approx(float(total), rel=1e-4)
        assert sum(float(row[6]) for row in rows) == pytest.approx(float(resources), rel=1e-4)
        for column, stated in ((1, times), (4, held)):
            found = sum(int(row[column].replace(",", "")) for row in rows)
            assert found == int(stated.replace(",", ""))
        delay, resource = one.lines[-3:-1]
        assert rf"\cdot {total}}}" in delay.expression
        assert rf"\cdot {resources}}}" in resource.expression


def test_a_long_sum_is_cut_and_still_adds_up() -> None:
    line = equate(numbers([0.1 + i / 7 for i in range(40)]))
    assert r"\text{34 more}" in line.expression
    assert_adds_up(line)
    assert line.value == pytest.approx(4 + 780 / 7)


@pytest.mark.parametrize(
    ("expression", "relation", "result"),
    [
        (numbers([14, 44, 2]), "=", "60"),
        (Quotient(Product((Number(8), Number(44))), Number(10)), "=", "35.2"),
        (Quotient(Number(20.5), Number(2.9289682539682538)), r"\approx", "6.999"),
        (Quotient(Number(20.5), Number(math.inf)), "=", "0"),
        (Sum((Number(1.0), Minus(Number(3.25)))), "=", "-2.25"),
        (Product((Number(2.0), Sum((Number(1.0), Number(1 / 3))))), r"\approx", "2.667"),
        (numbers([2e-9, 3e-9]), "=", r"5.000 \cdot 10^{-9}"),
        (numbers([1e9, 1.0]), "=", "1000000001"),
    ],
)
def test_numbers_are_printed_with_as_many_digits_as_are_needed(
    expression: Sum, relation: str, result: str
) -> None:
    line = equate(expression)
    assert (line.relation, line.result) == (relation, result)
    assert_adds_up(line)


def test_a_number_alone_is_not_equated_with_itself() -> None:
    assert equate(numbers([2.0]), right="GB").rows == ("2 GB",)
    assert known(2.5, "h =").rows == ("h = 2.5",)


def test_names_do_nothing_in_formulas_and_sentences() -> None:
    name = AWKWARD[0].name
    assert in_formula(name) == (
        r"\text{alone \textless b\textgreater \$ \#\%\_\textasciicircum \textasciitilde "
        r"\textbackslash \{\}}"
    )
    assert in_words("a*b_c$d") == r"a\*b\_c\$d"
    assert len(in_formula("x" * 200)) < 40
    assert enumerated([]) == "nothing"
    assert enumerated(list("abcdefgh")) == "a, b, c, d, 3 more and h"
