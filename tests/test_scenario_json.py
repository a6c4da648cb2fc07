"""Scenarios as JSON and as links: nothing is lost, and whatever is damaged is an error in words.

A link comes from anywhere, so any text at all, as a link or as a scenario file, either is a
scenario or raises `InputError` with one printable line, and never anything else.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import examples, scenarios

from genedge import (
    POLICIES,
    PRESETS,
    CostWeights,
    EdgeServer,
    GeneticParameters,
    InputError,
    Model,
    Scenario,
    TraceReference,
    Workload,
)
from genedge.intake.workload import PopularityOrder
from genedge.limits import MAX_LINK_CHARACTERS, MAX_REQUESTS, MAX_SCENARIO_BYTES, MAX_SLOTS
from genedge.registry.fields import FIELDS
from genedge.scenario.codec import from_dict, from_json, from_link, to_dict, to_json, to_link
from genedge.studies.comparison import compare


def refused(error: pytest.ExceptionInfo[InputError]) -> str:
    """The error's one printable line."""
    line = str(error.value)
    assert line
    assert line.isprintable()
    assert len(line) < 1000
    return line


def link_of(text: str | bytes) -> str:
    """A link that holds any text."""
    data = text.encode() if isinstance(text, str) else text
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


# --------------------------------------------------------------------------------- round trip

texts = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


def quantities(low: float, high: float) -> st.SearchStrategy[float]:
    """Numbers in a range, round ones and awkward ones."""
    return st.one_of(st.floats(low, high), st.integers(int(low) + 1, min(int(high), 50)).map(float))


@st.composite
def any_scenario(draw: st.DrawFn) -> Scenario:
    """Every field drawn from its whole range."""
    scenario = draw(st.one_of(scenarios(1, 5), st.sampled_from(list(PRESETS.values()))))
    population = draw(st.integers(2, 200))
    trace = st.builds(
        TraceReference, texts, st.text("0123456789abcdef", min_size=64, max_size=64), st.integers(1)
    )
    power = draw(quantities(0, 1e9))
    order: PopularityOrder = draw(st.sampled_from(["catalog", "smallest", "largest", "equal"]))
    rates = scenario.workload.arrival_rates
    return replace(
        scenario,
        catalog=draw(st.sampled_from(["table1", "measured", "2026", scenario.catalog])),
        server=EdgeServer(
            draw(quantities(0, 1e9)), draw(quantities(0, 1e9)), power,
            power * draw(st.floats(0, 1)), draw(quantities(1e-9, 1e9)),
        ),
        workload=Workload(
            slots=draw(st.integers(1, MAX_SLOTS)),
            rate=draw(quantities(1e-6, MAX_REQUESTS)),
            zipf_exponent=draw(quantities(0, 20)),
            popularity_order="custom" if rates and draw(st.booleans()) else order,
            arrival_rates=rates,
            trace=draw(st.none() | trace),
            slot_seconds=draw(quantities(1e-9, 1e9)),
            count_order=draw(st.sampled_from(["shuffle", "file"])),
        ),
        weights=CostWeights(
            draw(quantities(0, 1e9)), draw(quantities(0, 1e9)), draw(quantities(0, 1e9)),
            draw(st.sampled_from([*(FIELDS["weights.resource_unit"].choices or ())])),
        ),
        policies=tuple(draw(st.lists(st.sampled_from(list(POLICIES)), min_size=1))),
        max_models=draw(st.integers(1, 1000)),
        seed=draw(st.integers(0, 2**63 - 1)),
        replications=draw(st.integers(1, 1000)),
        genetic=GeneticParameters(
            population, draw(st.integers(0, 1000)), draw(st.integers(1, 100)),
            draw(st.floats(0, 1)), draw(st.floats(0, 1)), draw(st.integers(1, 1000)),
            draw(st.integers(0, population)), draw(st.booleans()),
            draw(st.sampled_from(["random", "deployment"])),
        ),
    )  # fmt: skip


@examples(80)
@given(any_scenario())
def test_json_and_link_bring_every_field_back(scenario: Scenario) -> None:
    text = to_json(scenario)
    for back in (from_json(text), from_json(text.encode()), from_link(to_link(scenario))):
        assert back == scenario
        assert hash(back) == hash(scenario)
        assert to_json(back) == text
    assert from_dict(to_dict(scenario)) == scenario
    assert json.loads(text) == to_dict(scenario)


@examples(60)
@given(any_scenario(), any_scenario())
def test_different_scenarios_have_different_texts(one: Scenario, other: Scenario) -> None:
    assert (to_json(one) == to_json(other)) == (one == other)
    assert (to_link(one) == to_link(other)) == (one == other)


def test_every_field_is_written() -> None:
    data = to_dict(Scenario())
    assert set(data) == {"version", *(field.name for field in fields(Scenario))}
    for part in ("server", "workload", "weights", "genetic"):
        names = {field.name for field in fields(getattr(Scenario(), part))}
        assert set(data[part]) == names


def test_equal_scenarios_have_equal_texts_however_their_numbers_were_typed() -> None:
    # 2 == 2.0 and -0.0 == 0.0, so these scenarios are equal: one cache entry, one link
    pairs = [
        (Scenario(workload=Workload(rate=2)), Scenario(workload=Workload(rate=2.0))),
        (Scenario(weights=CostWeights(delay=1)), Scenario(weights=CostWeights(delay=1.0))),
        (Scenario(weights=CostWeights(resource=-0.0)), Scenario(weights=CostWeights(resource=0.0))),
        (Scenario(server=EdgeServer(storage_gb=90)), Scenario(server=EdgeServer(storage_gb=90.0))),
        (
            Scenario(workload=Workload(popularity_order="custom", arrival_rates=(1,) * 10)),
            Scenario(workload=Workload(popularity_order="custom", arrival_rates=(1.0,) * 10)),
        ),
        (
            Scenario(genetic=GeneticParameters(mutation_probability=1)),
            Scenario(genetic=GeneticParameters(mutation_probability=1.0)),
        ),
    ]
    for one, other in pairs:
        assert one == other
        assert to_json(one) == to_json(other)
        assert to_link(one) == to_link(other)
        assert from_link(to_link(one)) == one


def test_spelling_and_order_do_not_change_the_canonical_text() -> None:
    text = to_json(PRESETS["frugal"])
    shuffled = json.dumps(dict(reversed(json.loads(text).items())), indent=3)
    assert to_json(from_json(shuffled)) == text
    once = replace(Scenario(), replications=1)
    assert to_json(from_json('{"workload": {"rate": 2}}')) == to_json(once)


def test_missing_fields_keep_their_defaults() -> None:
    assert from_json('{"version": 1, "seed": 5}') == Scenario(seed=5, replications=1)
    assert from_json('{"weights": {"resource": 0.1}}').weights == CostWeights(resource=0.1)
    assert from_json('{"policies": ["all", "lru"]}').policies == ("all",)


def test_a_scenario_inside_an_output_is_found() -> None:
    scenario = replace(PRESETS["balanced"], seed=77)
    output = json.dumps({"figures": [1, 2], "version": 99, "scenario": to_dict(scenario)})
    assert from_json(output) == scenario


def test_links_stay_short() -> None:
    for scenario in PRESETS.values():  # an order by names takes its room
        named = isinstance(scenario.workload.popularity_order, tuple)
        assert len(to_link(scenario)) < (400 if named else 250)
    own = Scenario(catalog=Scenario().model_catalog.models)
    assert len(to_link(own)) < 1500
    hundred = tuple(
        Model(f"model number {j}", "text", j * 1.17, j * 0.31, 0.123, 1.5 * j, 0.37)
        for j in range(100)
    )
    assert len(to_link(Scenario(catalog=hundred))) < MAX_LINK_CHARACTERS
    assert all(c.isalnum() or c in "-_" for c in to_link(own))


# ------------------------------------------------------------------------------------- damage

LINK = to_link(replace(PRESETS["frugal"], seed=123, catalog=Scenario().model_catalog.models))


def test_a_link_cut_anywhere_is_damaged() -> None:
    for length in range(len(LINK)):
        with pytest.raises(InputError, match="link: is damaged") as caught:
            from_link(LINK[:length])
        refused(caught)


def test_a_link_with_one_character_changed_never_means_another_scenario() -> None:
    scenario = from_link(LINK)
    for place in range(len(LINK)):
        for character in "A_z0":
            changed = LINK[:place] + character + LINK[place + 1 :]
            try:
                assert from_link(changed) == scenario  # the last character's spare bits
            except InputError as error:
                assert str(error).isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "nonsense", "%%%", "ÄÖÜ", "🙂", "\x00", "\ud800", "=" * 9, "-" * 50, LINK[::-1],
        "A" * 7,
    ],
)  # fmt: skip
def test_what_is_no_link_is_damaged(text: str) -> None:
    with pytest.raises(InputError, match="link") as caught:
        from_link(text)
    refused(caught)


def test_a_link_is_a_scenario_of_this_version() -> None:
    for version in ("0", "2", '"1"', "true", "null", "1e400", "[]", "{}", "-1"):
        with pytest.raises(InputError, match="another version") as caught:
            from_link(link_of(f'{{"version": {version}}}'))
        refused(caught)
    with pytest.raises(InputError, match="not a JSON object"):
        from_link(link_of("[1]"))


def test_links_and_files_that_leave_replications_out_mean_one_as_they_always_did() -> None:
    old = "eNqrVipLLSrOzM9TsjKsBQAiNgSu"  # {"version":1}
    assert from_link(old) == from_link(link_of("{}")) == from_json("{}")
    assert from_json("{}") == replace(Scenario(), replications=1)
    for replications in (1, 5, 30):
        scenario = replace(Scenario(), replications=replications)
        assert from_link(to_link(scenario)) == scenario


def test_a_link_that_unpacks_into_too_much_is_damaged() -> None:
    for size in (MAX_SCENARIO_BYTES + 1, 200 * MAX_SCENARIO_BYTES):
        bomb = link_of(b'{"seed": ' + b" " * size + b"1}")
        assert len(bomb) < size / 100
        with pytest.raises(InputError, match="is damaged") as caught:
            from_link(bomb)
        refused(caught)


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(InputError, match="too large") as caught:
        from_json("[" * (20 * MAX_SCENARIO_BYTES + 1))
    refused(caught)


WRONG = [
    ("[]", "not a JSON object"),
    ("null", "not a JSON object"),
    ("3", "not a JSON object"),
    ("", "not JSON"),
    ("{", "not JSON"),
    ("{'seed': 1}", "not JSON"),
    ('{"seed": 1} x', "not JSON"),
    ('{"seed": NaN}', "not JSON"),
    ('{"seed": Infinity}', "not JSON"),
    ('{"weights": {"delay": -Infinity}}', "not JSON"),
    ('{"seed": ' + "9" * 5000 + "}", "not JSON"),
    ('{"colour": 1}', "unknown field 'colour'"),
    ('{"server": {"disk": 1}}', "unknown field 'server.disk'"),
    ('{"\\u0000\\n\\ud800": 1}', "unknown field"),
    ('{"seed": 1.0}', "seed must be a whole number"),
    ('{"seed": true}', "seed must be a whole number"),
    ('{"seed": "1"}', "seed must be a whole number"),
    ('{"seed": null}', "seed must be a whole number"),
    ('{"seed": -1}', "seed must be between"),
    ('{"seed": 9223372036854775808}', "seed must be between"),
    ('{"seed": ' + "9" * 4000 + "}", "seed must be between"),
    ('{"seed": 1e999}', "seed must be a whole number"),
    ('{"replications": 0}', "replications must be between"),
    ('{"replications": 1001}', "replications must be between"),
    ('{"max_models": 0}', "max_models must be between"),
    ('{"active_cycle": "always"}', "unknown active cycle 'always'"),
    ('{"active_cycle": 1}', "active_cycle must be text"),
    ('{"decision_horizon": "year"}', "unknown decision horizon"),
    ('{"policies": "lru"}', "policies must be a list"),
    ('{"policies": []}', "no policy"),
    ('{"policies": [1]}', r"policies\[0\] must be text"),
    ('{"policies": ["lru", "best"]}', "unknown policy 'best'"),
    ('{"catalog": "huge"}', "unknown catalog 'huge'"),
    ('{"catalog": 3}', "catalog must be a list"),
    ('{"catalog": null}', "catalog must be a list"),
    ('{"catalog": []}', "no rows"),
    ('{"catalog": [{}]}', r"catalog\[0\] must be a list of 7 values"),
    ('{"catalog": [["a", "", 1, 1, 1, 1]]}', r"catalog\[0\] must be a list of 7 values"),
    ('{"catalog": [["a", "", 1, 1, 1, 1, "1"]]}', r"catalog\[0\]\.inference_delay_s must be"),
    ('{"catalog": [["a", "", 1, 1, 1, 1, -1]]}', "row 2, column inference_delay_s"),
    ('{"catalog": [["a", "", 1e999, 1, 1, 1, 1]]}', "row 2, column storage_gb"),
    ('{"catalog": [["a", "", 1' + "0" * 400 + ', 1, 1, 1, 1]]}', "storage_gb must be a number"),
    ('{"catalog": [["", "", 1, 1, 1, 1, 1]]}', "row 2, column name"),
    ('{"catalog": [["a", "", 1, 1, 1, 1, 1], ["a", "", 1, 1, 1, 1, 1]]}', "row 3, column name"),
    ('{"server": 1}', "server must be an object"),
    ('{"server": null}', "server must be an object"),
    ('{"server": {"storage_gb": "1"}}', "server.storage_gb must be a number"),
    ('{"server": {"storage_gb": -1}}', "storage_gb must be between"),
    ('{"server": {"storage_gb": 1e10}}', "storage_gb must be between"),
    ('{"server": {"storage_gb": 1e999}}', "storage_gb must be between"),
    ('{"server": {"bandwidth_gbps": 0}}', "bandwidth_gbps"),
    ('{"server": {"static_power_kw": 2}}', "static_power_kw"),
    ('{"weights": {"delay": -1}}', "weights.delay must be between"),
    ('{"weights": {"delay": 1e999}}', "weights.delay must be between"),
    ('{"weights": {"resource_unit": "TB"}}', "unknown resource unit"),
    ('{"workload": {"slots": 0}}', "slots must be between"),
    ('{"workload": {"slots": null}}', "slots is missing"),
    ('{"workload": {"slots": 1.5}}', "workload.slots must be a whole number"),
    ('{"workload": {"rate": 0}}', "rate must be above 0"),
    ('{"workload": {"popularity_order": "custom"}}', "arrival_rates"),
    ('{"workload": {"arrival_rates": 1}}', "workload.arrival_rates must be a list"),
    ('{"workload": {"arrival_rates": [1, null]}}', r"workload.arrival_rates\[1\] must be a number"),
    ('{"workload": {"arrival_rates": [-1]}}', "arrival_rates, number 1, must"),
    ('{"workload": {"trace": "requests.csv"}}', "workload.trace must be an object"),
    ('{"workload": {"trace": {}}}', "workload.trace"),
    ('{"workload": {"trace": {"name": "a.csv", "rows": 3}}}', "sha256"),
    ('{"workload": {"trace": {"name": 1, "sha256": "0", "rows": 3}}}', "trace.name must be text"),
    ('{"workload": {"trace": {"name": "a", "sha256": "0", "rows": "3"}}}', "rows must be a whole"),
    ('{"genetic": {"population": 1}}', "population must be between"),
    ('{"genetic": {"elites": 51}}', "elites must be between 0 and 50"),
    ('{"genetic": {"repair": 1}}', "genetic.repair must be true or false"),
    ('{"genetic": {"first_generation": "best"}}', "unknown first generation"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[text[:40] or "empty" for text, _ in WRONG])
def test_what_is_wrong_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        from_json(text)
    assert refused(caught).startswith("scenario: ")
    with pytest.raises(InputError) as caught:
        from_link(link_of(text))
    refused(caught)


@pytest.mark.parametrize(
    "template",
    [
        "{}", '{{"seed": {}}}', '{{"version": {}}}', '{{"policies": {}}}', '{{"catalog": {}}}',
        '{{"catalog": [{}]}}', '{{"catalog": [[{}, "", 1, 1, 1, 1, 1]]}}', '{{"server": {}}}',
        '{{"workload": {{"arrival_rates": {}}}}}', '{{"workload": {{"trace": {}}}}}',
        '{{"active_cycle": {}}}', '{{"unknown": {}}}', '{{"scenario": {{"seed": {}}}}}',
    ],
)  # fmt: skip
def test_nesting_of_any_depth_is_refused_in_words(template: str) -> None:
    for depth in [*range(2, 20), *range(800, 1010), 5000, 100_000]:
        for low, high in (("[", "]"), ('{"a":', "}")):
            inner = low * depth + ("1" if low != "[" else "") + high * depth
            with pytest.raises(InputError):
                from_json(template.format(inner))


@examples(100)
@given(st.text(st.characters(), max_size=60))
def test_any_text_as_a_link_is_a_scenario_or_an_error_in_words(text: str) -> None:
    with pytest.raises(InputError) as caught:
        from_link(text)
    refused(caught)


anything = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(), max_size=8)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)  # fmt: skip
NAMES = {
    "": [*(field.name for field in fields(Scenario)), "version", "scenario"],
    "server": [field.name for field in fields(EdgeServer)],
    "workload": [field.name for field in fields(Workload)],
    "weights": [field.name for field in fields(CostWeights)],
    "genetic": [field.name for field in fields(GeneticParameters)],
    "trace": [field.name for field in fields(TraceReference)],
}


def objects(part: str, inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with the names of a part of a scenario and anything at all as values."""
    return st.dictionaries(st.sampled_from(NAMES[part]), inner, max_size=3)


rows = st.lists(st.one_of(anything, st.just("a"), st.just(1.0)), min_size=6, max_size=8)
parts = st.one_of(
    objects("server", anything),
    objects("weights", anything),
    objects("genetic", anything),
    objects("workload", st.one_of(anything, objects("trace", anything))),
    st.lists(rows, max_size=2),
    anything,
)


@examples(120)
@given(st.one_of(objects("", parts), anything))
def test_any_json_is_a_scenario_or_an_error_in_words(data: Any) -> None:
    reads: list[Callable[[], Scenario]] = [
        lambda: from_dict(data),
        lambda: from_json(json.dumps(data)),
        lambda: from_link(link_of(json.dumps(data))),
    ]
    for read in reads:
        try:
            scenario = read()
        except InputError as error:
            assert str(error).isprintable()
        else:
            assert from_json(to_json(scenario)) == scenario


@examples(80)
@given(st.binary(max_size=40))
def test_any_bytes_are_a_scenario_or_an_error_in_words(data: bytes) -> None:
    reads: list[Callable[[], Scenario]] = [
        lambda: from_json(data),
        lambda: from_link(link_of(data)),
    ]
    for read in reads:
        with pytest.raises(InputError) as caught:
            read()
        refused(caught)


@examples(100)
@given(any_scenario(), st.data())
def test_one_value_replaced_is_a_scenario_or_an_error_in_words(
    scenario: Scenario, data: st.DataObject
) -> None:
    plain = to_dict(scenario)
    place: Any = plain
    while True:
        key = data.draw(st.sampled_from(sorted(place)))
        if isinstance(place[key], dict) and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(anything)
        break
    try:
        back = from_json(json.dumps(plain))
    except InputError as error:
        assert str(error).isprintable()
    else:
        assert from_json(to_json(back)) == back


@pytest.mark.parametrize(
    ("link", "costs"),
    [
        ("eNqrVirIz8lMzkwtVrKKVkpPVNJRSq1ITC4B0jlppUAyLTMtXylWR6kotQCoLrEkMz8PqNRYR6kstagYyFGyMqwFABYn"
         "Fq4", (1.906804906, 26.034866, 1.98412117, 27.716846)),
        ("eNoVjdEKgzAMRf_lPheZ7GX0V8aQoqkL60xJ66aT_vviyw3JOeQeyJJ4ZCrwd8wBDrSFsdpMcbWMHAUPB6VsXqgsi6lX"
         "hw9psQW-d_gSz89q98O8IquOBH_p-mZI9JUkTCfLktcUlOs-iE6k8CjvkBKVs-_HOQ60ZVloqfa2u7X2B6PUNoo",
         (4.867676623, 20.747033333, 16.219352625, 24.581666667)),
    ],
)  # fmt: skip
def test_links_made_before_switching_had_a_choice_keep_their_numbers(
    link: str, costs: tuple[float, ...]
) -> None:
    scenario = from_link(link)
    assert (scenario.switching_charged, scenario.lfu_window) == ("decision", 0)
    table = compare(scenario).table
    found = [
        table.mean(table.arms[0].name, policy, metric)
        for policy in ("ga", "lfu")
        for metric in ("average_cost", "realised_cost")
    ]
    assert found == pytest.approx(costs, abs=1e-8)
