"""The catalog page's tables and sentences, against figures worked by hand from Table I."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genedge import catalog_facts as facts
from genedge.intake.catalog import CATALOG_PRESETS, NUMBER_FIELDS, Model, ModelCatalog, provenance
from genedge.intake.request_log import TraceFile, read_trace
from genedge.intake.server import EdgeServer
from genedge.intake.workload import TraceReference, Workload
from genedge.scenario.scenario import PRESETS, Scenario

TABLE1 = ModelCatalog.preset("table1")
SERVER = EdgeServer()


def model(name: str = "A", *figures: float) -> Model:
    return Model(name, "", *(figures or (1.0, 1.0, 0.1, 1.0, 1.0)))


def catalog(*models: Model) -> ModelCatalog:
    return ModelCatalog(models)


def log(text: str, name: str = "log.csv") -> TraceFile:
    return read_trace(("timestamp_s,model,count\n" + text).encode(), name)


# ---- what was typed ---------------------------------------------------------------------------


def edited(edits: dict[str, Any], *, rates: Sequence[float] | None = None) -> facts.Typed:
    records = facts.apply_edits(facts.records_of(TABLE1, rates), edits)
    return facts.read_typed(records, with_rates=rates is not None)


def test_an_untouched_table_is_the_catalog_itself() -> None:
    assert edited({}) == facts.Typed(TABLE1.models)
    assert facts.catalog_value(TABLE1.models) == "table1"


def test_edits_cuts_and_new_rows_in_the_order_of_the_browser() -> None:
    new = dict.fromkeys(NUMBER_FIELDS, 2) | {"name": " New ", "_index": 7}
    typed = edited(
        {"edited_rows": {"1": {"storage_gb": 9}}, "deleted_rows": [0, 2], "added_rows": [new]}
    )
    assert typed.models is not None
    names = [row.name for row in typed.models]
    assert names == ["Stable Diffusion v1-4", *TABLE1.names[3:], "New"]
    assert typed.models[0].storage_gb == 9.0
    assert typed.models[-1] == Model("New", "", 2.0, 2.0, 2.0, 2.0, 2.0)


def test_editing_back_gives_the_shipped_catalog_again() -> None:
    typed = edited({"edited_rows": {0: {"storage_gb": 14}}})
    assert typed.models is not None and facts.catalog_value(typed.models) == "table1"


def test_edits_leave_the_base_alone() -> None:
    base = facts.records_of(TABLE1)
    facts.apply_edits(base, {"edited_rows": {0: {"storage_gb": 99}}})
    assert base == facts.records_of(TABLE1)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"storage_gb": -4}, "Row 2 (Stable Diffusion v1-4), Storage, GB: -4 is negative"),
        ({"power_kw": None}, "Row 2 (Stable Diffusion v1-4), Power, kW: is blank; a number is"),
        ({"io_delay_s": 1e10}, "Row 2 (Stable Diffusion v1-4), I/O delay, s: 10000000000 is more"),
        ({"name": "GPT-2"}, "Row 2 (GPT-2), Model: row 1 has the same name"),
        ({"name": " "}, "Row 2, Model: is blank; a name is needed"),
    ],
)
def test_a_fault_names_row_and_column_as_the_table_shows_them(
    cells: dict[str, object], sentence: str
) -> None:
    typed = edited({"edited_rows": {"1": cells}})
    assert typed.models is None
    assert typed.error is not None and typed.error.startswith(sentence)


def test_half_typed_new_rows_do_not_count_and_are_no_fault() -> None:
    rows = [{"name": "New"}, {"storage_gb": 3}, {}, {"name": None, "service": ""}]
    typed = edited({"added_rows": rows})
    assert typed.models == TABLE1.models and typed.error is None
    assert typed.unfinished == (
        "Row 11 (New) is unfinished and not in force yet: Storage, GPU memory, Power, I/O delay "
        "and Inference delay are missing",
        "Row 12 is unfinished and not in force yet: its name, GPU memory, Power, I/O delay and "
        "Inference delay are missing",
    )


def test_a_new_row_of_figures_alone_is_said_to_lack_its_name() -> None:
    typed = edited({"added_rows": [dict.fromkeys(NUMBER_FIELDS, 1)]})
    assert typed.models == TABLE1.models
    assert typed.unfinished == ("Row 11 is unfinished and not in force yet: its name is missing",)
    rate = edited({"added_rows": [{"arrival_rate": 2}]}, rates=[1.0] * 10)
    assert len(rate.unfinished) == 1


def test_rows_are_counted_on_the_screen_even_after_unfinished_ones() -> None:
    whole = dict.fromkeys(NUMBER_FIELDS, 1) | {"name": "Whole"}
    typed = edited({"added_rows": [{"name": "Half"}, whole | {"power_kw": -1}]})
    assert typed.error == "Row 12 (Whole), Power, kW: -1 is negative"
    assert len(typed.unfinished) == 1


def test_an_empty_table_is_refused() -> None:
    typed = edited({"deleted_rows": list(range(10))})
    assert typed.models is None and typed.error == "A catalog needs at least one model"


def test_rates_go_with_their_rows() -> None:
    rates = [float(i) for i in range(10)]
    new = dict.fromkeys(NUMBER_FIELDS, 1) | {"name": "New"}
    typed = edited({"deleted_rows": [4], "added_rows": [new]}, rates=rates)
    assert typed.rates == (0, 1, 2, 3, 5, 6, 7, 8, 9, 0)
    for bad in (-1, math.inf, "x", 1e7):
        wrong = edited({"edited_rows": {"3": {"arrival_rate": bad}}}, rates=rates)
        assert wrong.models is None
        assert (wrong.error or "").startswith("Row 4 (BLIP), Requests per slot: ")
    nobody = edited({"edited_rows": {"9": {"arrival_rate": None}}}, rates=[0.0] * 9 + [1.0])
    assert nobody.error == "Requests per slot: at least one model needs more than 0"


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.integers(0, 11),
        st.dictionaries(
            st.sampled_from(["name", "service", *NUMBER_FIELDS, "arrival_rate"]),
            st.none() | st.text(max_size=5) | st.floats() | st.integers(-9, 9),
        ),
        max_size=3,
    ),
    st.lists(st.integers(0, 11), max_size=4),
    st.booleans(),
)
def test_whatever_is_typed_is_a_catalog_or_a_sentence(
    cells: dict[int, dict[str, object]], cut: list[int], with_rates: bool
) -> None:
    records = facts.apply_edits(
        facts.records_of(TABLE1), {"edited_rows": cells, "deleted_rows": cut, "added_rows": [{}]}
    )
    typed = facts.read_typed(records, with_rates=with_rates)
    assert (typed.models is None) == (typed.error is not None)
    if typed.models is not None:
        assert Scenario(catalog=typed.models).model_catalog.models == typed.models
        assert typed.rates is None or len(typed.rates) == len(typed.models)


def test_rates_are_aligned_by_name() -> None:
    assert facts.aligned_rates(["a", "b"], [1.0, 2.0], ["b", "c"]) == (2.0, 0.0)
    assert facts.aligned_rates(["a", "b"], [1.0, 2.0], ["c"]) is None


# ---- where figures come from ------------------------------------------------------------------


@pytest.mark.parametrize("preset", CATALOG_PRESETS)
def test_every_shipped_figure_has_its_source(preset: str) -> None:
    shipped = ModelCatalog.preset(preset)
    found = facts.sources(shipped)
    assert facts.origin(shipped) == preset
    assert len(found) == 5 * len(shipped) == len(provenance(preset))
    assert all(one.source and one.kind != facts.YOURS for one in found)
    assert len(facts.source_frame(shipped)) == len(found)
    assert facts.kind_frame(shipped).shape == (len(shipped), 6)


def test_what_was_typed_is_the_users_own_and_the_rest_keeps_its_source() -> None:
    models = (TABLE1.models[0]._replace(storage_gb=3.0), *TABLE1.models[1:], model("New"))
    mine = catalog(*models)
    assert facts.origin(mine) == "table1"
    kinds = [one.kind for one in facts.sources(mine, mine.models[:1])]
    assert kinds == ["yours", "measured", "measured", "measured", "measured"]
    assert facts.source_sentence(mine).endswith("and 6 yours.")
    assert facts.source_sentence(catalog(model())) == "All 5 figures are yours."


def test_source_sentence_counts_every_kind() -> None:
    assert facts.source_sentence(TABLE1) == (
        "Of 50 figures: 14 measured, 3 published, 18 derived from others and 15 illustrative "
        "(stretched to the ends of the paper's ranges)."
    )


# ---- what fits --------------------------------------------------------------------------------


def test_capacities_of_table_1() -> None:
    storage, memory, power = facts.capacities(TABLE1, SERVER)
    assert (storage.total, storage.capacity, storage.largest) == (242, 120, 50)
    assert storage.largest_model == memory.largest_model == power.largest_model == "VideoFusion"
    assert memory.total == pytest.approx(29.55) and memory.capacity == 12
    assert power.total == pytest.approx(1.2585) and power.capacity == pytest.approx(0.7)
    assert facts.capacity_frame(TABLE1, SERVER)["all_models"].tolist()[0] == 242


def test_fit_sentences_of_table_1() -> None:
    assert facts.fit_sentences(TABLE1, SERVER) == (
        "All ten models together need 2.0 times the storage, 2.5 times the GPU memory and "
        "1.8 times the power.",
        "At most six models can be held at a time.",
        # 0.212 + 0.5 kW of 0.7 kW, twice
        "Two pairs never fit together, such as Stable Diffusion v1-4 and VideoFusion.",
    )


def test_everything_fits_a_large_server() -> None:
    (only,) = facts.fit_sentences(TABLE1, EdgeServer(1000, 1000, 10, 1))
    assert only.startswith("All ten models fit at once")
    (both,) = facts.fit_sentences(catalog(model("A"), model("B")), SERVER)
    assert both.startswith("Both models fit at once")
    (one,) = facts.fit_sentences(catalog(model()), SERVER)
    assert one.startswith("The one model fits at once")


def test_models_that_fit_nowhere() -> None:
    sentences = facts.fit_sentences(TABLE1, replace(SERVER, storage_gb=45))
    assert sentences[-1] == (
        "VideoFusion does not fit even the empty server (for want of storage): "
        "its requests are rejected."
    )
    none = facts.fit_sentences(TABLE1, replace(SERVER, gpu_memory_gb=0))
    assert "GPU memory of which there is none" in none[0]
    assert "and 7 more do not fit even the empty server" in none[-1]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*[st.floats(0, 60)] * 2, st.floats(0, 0.5)), min_size=1, max_size=7),
    st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0.3, 2)),
)
def test_bounds_hold_against_every_deployment(
    figures: list[tuple[float, float, float]], capacity: tuple[float, float, float]
) -> None:
    some = catalog(*(model(f"m{i}", *row, 1, 1) for i, row in enumerate(figures)))
    server = EdgeServer(*capacity, 0.3)
    columns = np.array([some.storage_gb, some.gpu_memory_gb, some.power_kw])
    limits = np.array([server.storage_gb, server.gpu_memory_gb, server.dynamic_power_kw])
    masks = (np.arange(2 ** len(some))[:, None] >> np.arange(len(some))) & 1
    feasible = (masks @ columns.T <= limits * (1 + 1e-9)).all(axis=1)
    held = masks[feasible]
    assert held.sum(axis=1).max() <= facts.most_at_once(some, server)
    alone = facts.fits_alone(some, server)
    assert alone.tolist() == [bool(held[:, i].any()) for i in range(len(some))]
    together = held.T @ held
    never = [
        (i, j)
        for i in range(len(some))
        for j in range(i + 1, len(some))
        if alone[i] and alone[j] and not together[i, j]
    ]
    count, example = facts.never_together(some, server)
    assert count == len(never)
    if example is not None:
        assert tuple(map(some.names.index, example)) in never
    assert facts.fit_sentences(some, server)


# ---- delays and footprints --------------------------------------------------------------------


def test_delays_of_table_1() -> None:
    frame = facts.delay_frame(TABLE1, 10)
    assert frame["model"][0] == "VideoFusion" and frame["first_s"][0] == 40 + 60 + 30
    terms = frame["transmission_s"] + frame["io_s"] + frame["inference_s"]
    assert np.allclose(frame["first_s"], terms)
    assert "for BERT, the extreme, 13.9 s against 0.05 s" in facts.delay_sentence(TABLE1, 10)
    assert facts.delay_sentence(TABLE1, 10).startswith("For the median model a first request waits")
    times = float(np.median(frame["first_s"] / frame["later_s"]))
    title = f"First requests wait {times:.2g} times as long (median)"
    assert facts.delay_title(TABLE1, 10) == title
    assert "fetching over the link is 45 %" in facts.delay_sentence(TABLE1, 10)
    assert "loading from disk" in facts.delay_sentence(TABLE1, 1000)


def test_delay_sentences_at_the_edges() -> None:
    assert "No model makes anybody wait" in facts.delay_sentence(catalog(model("A", *[0] * 5)), 10)
    assert facts.delay_title(catalog(model("A", *[0] * 5)), 10) == "No request waits"
    instant = catalog(model("A", 1, 1, 0.1, 1, 0))
    assert facts.delay_title(instant, 10) == "Only first requests wait"
    alike = catalog(model("A", 0, 1, 0.1, 0, 5))
    assert facts.delay_title(alike, 10) == "First requests wait as long as later ones"
    assert facts.delay_sentence(instant, 10).startswith("Here only the first request waits")


def test_footprint_sentences() -> None:
    assert facts.footprint_sentence(TABLE1, 10) == (
        "Storage spans 2 to 50 GB, GPU memory 1 to 6 GB; VideoFusion is largest in both and "
        "slowest (130 s a miss)."
    )
    two = catalog(model("A", 9, 1, 0.1, 1, 1), model("B", 1, 9, 0.1, 1, 50))
    assert "A takes the most storage, B the most GPU memory, and B is the slowest" in (
        facts.footprint_sentence(two, 10)
    )
    big = catalog(model("A", 9, 9, 0.1, 1, 1), model("B", 1, 1, 0.1, 2000, 1))
    assert facts.footprint_sentence(big, 10).endswith(
        "; A is largest in both, and B is the slowest to come back (2,002 s a miss)."
    )
    nothing = catalog(model("A", 0, 0, 0.1, 1, 1), model("B", 0, 0, 0.1, 1, 1))
    assert facts.footprint_sentence(nothing, 10) == (
        "Storage and GPU memory are 0 for every model; every miss takes 2 s."
    )
    only = catalog(model("A", 0, 7, 0.1, 1, 1), model("B", 0, 1, 0.1, 1, 1))
    assert facts.footprint_sentence(only, 10).startswith(
        "Storage is 0 GB for every model, GPU memory spans 1 to 7 GB; A takes the most GPU memory,"
    )
    assert facts.footprint_sentence(catalog(model("A", 10, 1, 0.1, 1, 1)), 10) == (
        "A: 10 GB of storage, 1 GB of GPU memory; a miss takes 10 s."
    )
    assert facts.footprint_frame(TABLE1, 10)["miss_s"].max() == 130


# ---- requests ---------------------------------------------------------------------------------


def test_request_sentences() -> None:
    zipf = PRESETS["contended"].build().rates
    assert facts.request_sentence(TABLE1, zipf, SERVER) == (
        "Of 2 requests per slot 34 % ask for GPT-2; two models of 10 make up half."
    )
    even = facts.request_sentence(TABLE1, np.full(10, 0.2), SERVER)
    assert even == "Requests, 2 per slot, are spread evenly over 10 models."
    single = facts.request_sentence(TABLE1, np.eye(10)[3], SERVER)
    assert single.startswith("All requests ask for BLIP: 1 request per slot")
    small = replace(SERVER, storage_gb=1)
    assert facts.request_sentence(TABLE1, zipf, small).endswith(
        "All of them ask for models that do not fit and are rejected."
    )
    frame = facts.request_frame(TABLE1, zipf)
    assert frame["model"][0] == "GPT-2" and frame["share"].sum() == pytest.approx(1)


def test_log_rates_are_those_that_the_engine_counts() -> None:
    trace = log("0,BERT,3\n30,GPT-2,\n90,BERT,1\n700,BLIP,5\n")
    reference = TraceReference(trace.name, trace.sha256, trace.rows)
    for slots in (None, 2, 5, 100):
        scenario = Scenario(workload=Workload(slots=slots, trace=reference, slot_seconds=60.0))
        rates = facts.log_rates(trace, TABLE1, scenario)
        assert np.allclose(rates, scenario.build(trace).rates)


def test_active_cycle_sentences() -> None:
    scenario = Scenario()
    assert "true rates" in facts.cycle_sentence(scenario)
    counted = replace(scenario, workload=Workload(trace=TraceReference("t.csv", "0", 1)))
    assert "counts over the whole log" in facts.cycle_sentence(counted)
    assert "counted so far" in facts.cycle_sentence(replace(counted, active_cycle="history"))
    assert "next use" in facts.cycle_sentence(replace(scenario, active_cycle="next-use"))


def test_missing_models_come_by_their_requests_and_get_median_figures() -> None:
    trace = log("0,rare,1\n0,GPT-2,9\n1,often,5\n")
    assert facts.missing_models(trace, TABLE1.names) == ("often", "rare")
    (guess,) = facts.guessed_models(TABLE1, ["often"])
    assert guess[2:] == (23.0, 2.7, 0.045, 12.55, 1.95)
    assert guess.service.startswith("guess")


def test_slot_lengths_to_start_from() -> None:
    assert facts.suggested_slot_s(log("0,A,1\n600,A,2\n1200,A,1\n")) == 600
    assert facts.suggested_slot_s(log("0,A,\n100,A,\n50,A,\n200,A,\n")) == 60
    assert facts.suggested_slot_s(log("5,A,\n")) == 1
    dense = log("".join(f"{i / 4},A,\n" for i in range(14_400)))
    assert facts.suggested_slot_s(dense) == 10


def test_log_sentences() -> None:
    trace = log("0,A,3\n600,B,1\n")
    assert facts.log_sentence(trace, 60) == (
        "log.csv: 2 rows stand for 4 requests to two models over 10 minutes; with slots of 60 s "
        "that is eleven slots of 0.364 requests on average."
    )
    assert facts.log_sentence(log("0,A,1\n"), 60) == (
        "log.csv: 1 row stands for 1 request to one model over 0 seconds; with slots of 60 s "
        "that is one slot."
    )
    assert "two slots of 1 request on average" in facts.log_sentence(log("0,A,\n90,A,\n"), 60)
    assert "more than the 1,000,000 that can be replayed" in facts.log_sentence(trace, 1e-6)
    assert math.isinf(facts.log_slots(log("0,A,1\n1e200,A,1\n"), 1.0))


def test_large_figures_are_written_in_full_or_in_a_longer_unit() -> None:
    texts = [facts.figure_text(v) for v in (0.05, 999.4, 999.6, 1610)]
    assert texts == ["0.05", "999", "1,000", "1,610"]
    assert (facts.wait_text(1610), facts.wait_text(1e6)) == ("1,610 s", "11.6 days")
    assert (facts.span_text(1), facts.span_text(1e12)) == ("1 second", "31,688 years")


def test_large_catalogs_say_what_a_chart_leaves_out() -> None:
    assert facts.left_out(40, "slowest") == ""
    assert facts.left_out(1000, "slowest") == " Shown are the 40 slowest of 1,000 models."
