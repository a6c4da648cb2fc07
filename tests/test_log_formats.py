"""What a request log means for a catalog and its slots, and how another format would be read."""

from __future__ import annotations

import numpy as np
import pytest

from genedge.errors import InputError
from genedge.intake import log_formats
from genedge.intake.catalog import ModelCatalog
from genedge.intake.log_formats import FORMATS, LogFormat
from genedge.intake.request_log import TraceFile, read_trace
from genedge.intake.workload import TraceReference, Workload
from genedge.scenario.problem import build
from genedge.scenario.scenario import Scenario

TABLE1 = ModelCatalog.preset("table1")


def log(text: str, header: str = "timestamp_s,model,count\n") -> TraceFile:
    return read_trace((header + text).encode(), "log.csv")


def test_one_more_format_is_one_more_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    (shipped,) = FORMATS
    assert shipped.label == "timestamp_s,model[,count]"
    hours = LogFormat(
        ("hour", "service"),
        (),
        ("hour",),
        lambda table: 3600 * table.numbers("hour"),
        lambda table: table.coded("service"),
        lambda table: (np.ones(len(table), dtype=np.int64), np.zeros(len(table), dtype=bool)),
    )
    monkeypatch.setattr(log_formats, "FORMATS", (shipped, hours))
    assert log("0;BERT\n2;GPT-2\n", "hour;service\n").times.tolist() == [0, 7200]
    assert log("5,BERT,2\n").counts.tolist() == [2]
    with pytest.raises(InputError, match="column timestamp_s: is missing"):
        log("1\n", "neither\n")


def test_every_fault_of_a_log_is_named_up_to_ten() -> None:
    with pytest.raises(InputError) as caught:
        log("x,a,1\n1,,2\n2,a\n3,a,-1\n4,a,1.5\n" + "oops,a,1\n" * 20)
    lines = caught.value.lines()
    assert lines[:5] == [
        "log.csv, row 2, column timestamp_s: 'x' is not a number",
        "log.csv, row 3, column model: is blank; a name is needed",
        "log.csv, row 4: has 2 cells where the header has 3",
        "log.csv, row 5, column count: -1 is negative",
        "log.csv, row 6, column count: 1.5 is not a whole number",
    ]
    assert len(lines) == 11
    assert lines[-1] == "and 15 more"


def test_rates_are_those_that_the_engine_counts() -> None:
    trace = log("0,BERT,3\n30,GPT-2,\n90,BERT,1\n700,BLIP,5\n")
    reference = TraceReference(trace.name, trace.sha256, trace.rows)
    for slots in (None, 2, 5, 100):
        scenario = Scenario(workload=Workload(slots=slots, trace=reference, slot_seconds=60.0))
        rates = trace.rates(TABLE1.names, 60.0, slots)
        assert np.allclose(rates, build(scenario, trace).rates)


def test_missing_models_come_by_their_requests_and_get_median_figures() -> None:
    trace = log("0,rare,1\n0,GPT-2,9\n1,often,5\n")
    assert trace.missing_from(TABLE1.names) == ("often", "rare")
    (guess,) = TABLE1.guesses(["often"])
    assert guess[2:] == (23.0, 2.7, 0.045, 12.55, 1.95)
    assert guess.service.startswith("guess")


def test_slot_lengths_to_start_from() -> None:
    assert log("0,A,1\n600,A,2\n1200,A,1\n").suggested_slot_s == 600
    assert log("0,A,\n100,A,\n50,A,\n200,A,\n").suggested_slot_s == 60
    assert log("5,A,\n").suggested_slot_s == 1
    assert log("".join(f"{i / 4},A,\n" for i in range(14_400))).suggested_slot_s == 10


def test_slots_are_counted_however_many_they_are() -> None:
    assert log("0,A,3\n600,B,1\n").slot_count(60) == 11
    assert log("0,A,1\n").slot_count(60) == 1
    assert log("0,A,1\n1e300,A,1\n").slot_count(1e-9) == float("inf")
