"""Request logs: what is read, how counts become requests, and in which slot each of them falls."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from genedge import limits
from genedge.errors import InputError
from genedge.intake.request_log import TraceFile, read_trace

HEADER = "timestamp_s,model,count\n"
ABC = ("a", "b", "c")


def trace(body: str, header: str = HEADER) -> TraceFile:
    return read_trace((header + body).encode(), name="log.csv")


def refusal(body: str, header: str = HEADER) -> str:
    with pytest.raises(InputError) as caught:
        trace(body, header)
    return str(caught.value)


def replayed(log: TraceFile, names: tuple[str, ...] = ABC, **kwargs: Any) -> list[str]:
    """Return the requests of every slot as one string of one-letter names."""
    kwargs = {"slot_seconds": 1, "count_order": "file", **kwargs}
    models, slot_start, _ = log.requests(names, **kwargs)
    assert models.dtype == np.int32
    assert slot_start.dtype == np.int64
    assert slot_start[0] == 0
    assert slot_start[-1] == len(models)
    ends = pairwise(slot_start)
    return ["".join(names[model] for model in models[start:end]) for start, end in ends]


def slot_count(log: TraceFile, slot_seconds: float = 1, slots: int | None = None) -> int:
    _, slot_start, _ = log.requests(ABC, slot_seconds=slot_seconds, slots=slots)
    return len(slot_start) - 1


# ---- reading ----------------------------------------------------------------------------------


def test_columns_of_a_log() -> None:
    log = trace("5,b,2\n\n3,a,\n3,b,0\n-1e1,=x,1\n")
    assert log.times.tolist() == [-10, 3, 3, 5]
    assert log.model_names == ("b", "a", "=x")
    assert log.model_index.tolist() == [2, 1, 0, 0]
    assert log.counts.tolist() == [1, 1, 0, 2]
    assert log.from_count.tolist() == [True, False, True, True]
    assert log.file_rows.tolist() == [6, 4, 5, 2]
    assert (log.name, log.rows, log.request_count, log.span_s) == ("log.csv", 4, 4, 15)
    arrays: list[NDArray[Any]] = [
        log.times,
        log.model_index,
        log.counts,
        log.from_count,
        log.file_rows,
    ]
    assert [str(array.dtype) for array in arrays] == ["float64", "int32", "int64", "bool", "int64"]
    for array in arrays:
        assert not array.flags.writeable


def test_count_column_may_be_absent() -> None:
    log = trace("1,a\n2,b\n", header="timestamp_s,model\n")
    assert log.counts.tolist() == [1, 1]
    assert not log.from_count.any()


def test_rows_of_one_time_keep_their_order() -> None:
    log = trace("2,c,\n1,b,\n1,a,\n2,a,\n1,c,\n")
    assert replayed(log) == ["bac", "ca"]


@pytest.mark.parametrize(
    ("body", "warnings"),
    [
        ("1,a,\n1,b,\n2,a,\n", ()),
        ("2,a,\n1,b,\n", ("log.csv: 1 row was out of time order and has been sorted",)),
        (
            "5,a,\n1,b,\n4,b,\n6,b,\n",
            ("log.csv: 2 rows were out of time order and have been sorted",),
        ),
    ],
)
def test_sorting_is_reported(body: str, warnings: tuple[str, ...]) -> None:
    assert trace(body).warnings == warnings


def test_fingerprint_is_that_of_the_bytes(tmp_path: Path) -> None:
    data = (HEADER + "1,a,\n").encode("utf-8-sig")
    path = tmp_path / "day.csv"
    path.write_bytes(data)
    log = read_trace(path)
    assert log.sha256 == hashlib.sha256(data).hexdigest()
    assert log.name == "day.csv"
    assert read_trace(str(path), name="other").name == "other"
    assert log.model_names == ("a",)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1,a,1\n2,a,-1\n", "log.csv, row 3, column count: -1 is negative"),
        ("1,a,1\n2,a,2.5\n", "log.csv, row 3, column count: 2.5 is not a whole number"),
        ("1,a,1\n\n2,a,nan\n", "log.csv, row 4, column count: 'nan' is not a finite number"),
        ("1,a,inf\n", "log.csv, row 2, column count: 'inf' is not a finite number"),
        ("1,a,1e999\n", "log.csv, row 2, column count: '1e999' is too large"),
        ("1,a,many\n", "log.csv, row 2, column count: 'many' is not a number"),
        ("1,a,5000001\n", "log.csv, row 2, column count: 5000001 is more than 5,000,000"),
        ("1,a,1\n,a,1\n", "log.csv, row 3, column timestamp_s: is blank; a number is needed"),
        ("nan,a,1\n", "log.csv, row 2, column timestamp_s: 'nan' is not a finite number"),
        ("-inf,a,1\n", "log.csv, row 2, column timestamp_s: '-inf' is not a finite number"),
        ("1e999,a,1\n", "log.csv, row 2, column timestamp_s: '1e999' is too large"),
        ("1e308,a,1\n", "log.csv, row 2, column timestamp_s: 1e+308 is more than 1e+300"),
        ("12:30,a,1\n", "log.csv, row 2, column timestamp_s: '12:30' is not a number"),
        ("1,a,1\n2,,1\n", "log.csv, row 3, column model: is blank; a name is needed"),
        ("1,a,0\n2,b,0\n", "log.csv: has no requests: every count is 0"),
        ("", "log.csv: has a header but no data rows"),
        ("1,a\n", "log.csv, row 2: has 2 cells where the header has 3"),
        (
            "1,a,3000000\n2,a,2000001\n",
            "log.csv: has 5,000,001 requests; at most 5,000,000 can be replayed",
        ),
    ],
)
def test_logs_that_are_refused(body: str, message: str) -> None:
    assert refusal(body) == message


def test_whole_counts_may_be_written_as_decimals() -> None:
    assert trace("1,a,3.0\n2,a,1e1\n").counts.tolist() == [3, 10]


def test_missing_columns_are_named() -> None:
    message = refusal("1,a\n", header="time,model\n")
    assert message == (
        "log.csv, row 1, column timestamp_s: is missing; the header has 'time', 'model'"
    )


def test_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genedge.intake.request_log.MAX_TRACE_BYTES", 30)
    with pytest.raises(InputError, match=r"^log\.csv: is larger than"):
        trace("1,a,\n" * 10)
    assert limits.MAX_TRACE_BYTES == 200 * limits.MEGABYTE


def test_row_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genedge.intake.request_log.MAX_REQUESTS", 3)
    assert trace("1,a,1\n" * 3).rows == 3
    assert refusal("1,a,0\n" * 4) == "log.csv: has more than 3 data rows"


# ---- slots ------------------------------------------------------------------------------------


def test_slots_start_at_the_first_time() -> None:
    assert replayed(trace("10.5,a,\n11.4,b,\n11.5,c,2\n14,a,\n")) == ["ab", "cc", "", "a"]


def test_rows_without_requests_count_as_time_that_passed() -> None:
    assert replayed(trace("0,a,0\n2.5,b,\n4,c,0\n")) == ["", "", "b", "", ""]


def test_slot_is_the_floor_of_the_binary64_quotient() -> None:
    # 0.6 / 0.2 is 2.9999999999999996; 1.0 / 0.1 is 10.0, where Python's 1.0 // 0.1 is 9.0.
    assert slot_count(trace("0,a,\n0.6,b,\n"), 0.2) == 3
    assert slot_count(trace("0,a,\n1.0,b,\n"), 0.1) == 11


@given(
    times=st.lists(st.floats(-1e6, 1e6) | st.integers(-50, 50).map(lambda n: n / 10), min_size=1),
    slot_seconds=st.sampled_from([0.1, 0.3, 1.0, 7.0, 60.0]) | st.floats(5, 1e5),
)
def test_slots_agree_with_python(times: list[float], slot_seconds: float) -> None:
    first = min(times)
    expected = sorted(math.floor((t - first) / slot_seconds) for t in times)
    if expected[-1] >= limits.MAX_SLOTS:
        return
    log = trace("".join(f"{t!r},a\n" for t in times), header="timestamp_s,model\n")
    _, slot_start, _ = log.requests(ABC, slot_seconds=slot_seconds)
    assert len(slot_start) == expected[-1] + 2
    assert np.repeat(np.arange(expected[-1] + 1), np.diff(slot_start)).tolist() == expected


def test_slots_cut_the_trace() -> None:
    log = trace("0,a,\n1,b,\n1.9,c,\n2,a,\n7,b,\n")
    whole = ["a", "bc", "a", "", "", "", "", "b"]
    for slots in range(1, 9):
        assert replayed(log, slots=slots) == whole[:slots]
    assert replayed(log, slots=9) == replayed(log, slots=10**9) == whole


def test_a_cut_without_requests_is_refused() -> None:
    log = trace("0,a,0\n5,b,1\n")
    with pytest.raises(InputError, match=r"^log\.csv: has no requests in its first 5 slots$"):
        replayed(log, slots=5)
    assert replayed(log, slots=6)[5] == "b"


def test_too_many_slots_say_which_length_would_do() -> None:
    log = trace("0,a,\n2999999,b,\n")
    with pytest.raises(InputError) as caught:
        replayed(log)
    assert str(caught.value) == (
        "log.csv: has 3,000,000 slots of 1 s; at most 1,000,000 can be replayed: "
        "slots of 5 s would do"
    )
    assert slot_count(log, 5) == 600_000
    assert slot_count(log, slots=1_000_000) == 1_000_000
    with pytest.raises(InputError, match="3,000,000 slots"):
        replayed(log, slots=1_000_001)


@given(span=st.floats(1e-3, 1e300), slot_seconds=st.floats(1e-9, 1e300))
def test_the_proposed_slot_length_always_does(span: float, slot_seconds: float) -> None:
    log = trace(f"0,a,\n{span!r},b,\n")
    if span / slot_seconds < limits.MAX_SLOTS:
        log.requests(ABC, slot_seconds=slot_seconds)
        return
    with pytest.raises(InputError, match="would do") as caught:
        log.requests(ABC, slot_seconds=slot_seconds)
    proposed = float(caught.value.sentence.split("slots of ")[-1].split()[0])
    _, slot_start, _ = log.requests(ABC, slot_seconds=proposed)
    assert limits.MAX_SLOTS / 10 < len(slot_start) - 1 <= limits.MAX_SLOTS


def test_the_slot_limit_is_exact() -> None:
    assert slot_count(trace("0,a,\n999999,b,\n")) == limits.MAX_SLOTS
    with pytest.raises(InputError, match="1,000,001 slots"):
        replayed(trace("0,a,\n1000000,b,\n"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"slot_seconds": 0}, "slot_seconds must be a number"),
        ({"slot_seconds": -1}, "slot_seconds must be a number"),
        ({"slot_seconds": math.nan}, "slot_seconds must be a number"),
        ({"slot_seconds": math.inf}, "slot_seconds must be a number"),
        ({"slots": 0}, "slots must be at least 1; it is 0"),
        ({"count_order": "sorted"}, "count_order must be shuffle or file, not 'sorted'"),
        ({"count_order": "shuffle", "seed": -1}, "seed and replication must not be negative"),
        ({"count_order": "shuffle", "replication": -1}, "seed and replication must not be"),
    ],
)
def test_bad_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        replayed(trace("0,a,\n"), **arguments)


# ---- models -----------------------------------------------------------------------------------


def test_models_become_catalog_rows() -> None:
    models, _, _ = trace("0,c,\n1,a,2\n").requests(ABC, slot_seconds=1)
    assert models.tolist() == [2, 0, 0]
    assert models.flags.c_contiguous


def test_unknown_model_names_its_first_row_in_the_file() -> None:
    log = trace("9,x,\n8,a,\n7,x,\n6,y,0\n")
    with pytest.raises(InputError) as caught:
        replayed(log)
    assert str(caught.value) == (
        "log.csv, row 2, column model: 'x' is not in the catalog, nor is 1 more of its models"
    )
    with pytest.raises(InputError, match=r"row 5, column model: 'y' is not in the catalog$"):
        replayed(log, names=("a", "x"))


def test_unknown_model_after_the_cut_is_an_error_as_well() -> None:
    with pytest.raises(InputError, match="row 3, column model: 'x' is not in the catalog"):
        replayed(trace("0,a,\n9,x,\n"), slots=1)


# ---- requests that come from counts -----------------------------------------------------------


def test_file_order_keeps_runs() -> None:
    assert replayed(trace("0,a,3\n0,b,2\n1,c,2\n"))[0] == "aaabb"


def test_only_times_with_a_count_are_shuffled() -> None:
    body = (
        "0,a,\n0,b,\n0,c,\n" + "1,a,5\n1,b,5\n1,c,\n" + "2,c,\n2,b,\n2,a,\n" + "3,a,0\n3,b,\n3,c,\n"
    )
    log = trace(body)
    runs = replayed(log)
    seen = [replayed(log, count_order="shuffle", replication=i) for i in range(30)]
    for slots in seen:
        assert [slots[0], slots[2]] == ["abc", "cba"]
        assert [sorted(slot) for slot in slots] == [sorted(slot) for slot in runs]
    # A group is shuffled as a whole: also the request whose own count cell is blank, and also
    # where the only count is 0.
    assert len({slots[1].index("c") for slots in seen}) > 5
    assert {slots[3] for slots in seen} == {"bc", "cb"}


def test_a_trace_without_counts_is_never_shuffled() -> None:
    log = trace("0,a\n0,b\n0,c\n" * 20, header="timestamp_s,model\n")
    assert replayed(log, count_order="shuffle") == ["abc" * 20]


def test_shuffle_is_uniform_in_every_group() -> None:
    groups, replications = 300, 20
    log = trace("".join(f"{t},{model},1\n" for t in range(groups) for model in ABC))
    orders: Counter[str] = Counter()
    for replication in range(replications):
        orders.update(replayed(log, count_order="shuffle", replication=replication))
    assert len(orders) == 6
    expected = groups * replications / 6
    assert all(abs(n - expected) < 5 * math.sqrt(expected) for n in orders.values())


def test_neighbouring_groups_are_shuffled_independently() -> None:
    log = trace("".join(f"{t},{model},1\n" for t in range(4000) for model in "ab"))
    slots = replayed(log, count_order="shuffle")
    pairs = Counter(zip(slots[::2], slots[1::2], strict=True))
    assert len(pairs) == 4
    assert all(abs(n - 500) < 5 * math.sqrt(500) for n in pairs.values())


def test_shuffle_depends_on_seed_and_replication_and_on_nothing_else() -> None:
    log = trace("".join(f"{t / 4},{model},7\n" for t in range(40) for model in ABC))
    runs = {
        (seed, replication): "".join(
            replayed(log, count_order="shuffle", seed=seed, replication=replication)
        )
        for seed in range(3)
        for replication in range(3)
    }
    assert len(set(runs.values())) == 9
    whole = runs[0, 0]
    again = trace("".join(f"{t / 4},{model},7\n" for t in range(40) for model in ABC))
    assert "".join(replayed(again, count_order="shuffle")) == whole
    assert "".join(replayed(log, count_order="shuffle", slot_seconds=3)) == whole
    cut = "".join(replayed(log, count_order="shuffle", slots=4))
    assert 0 < len(cut) < len(whole)
    assert whole.startswith(cut)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from(ABC), st.sampled_from(["", "0", "1", "4"])),
        min_size=1,
    ),
    seed=st.integers(0, 2**64),
)
def test_every_slot_holds_the_requests_of_its_rows(
    rows: list[tuple[int, str, str]], seed: int
) -> None:
    rows = [*rows, (0, "a", "1")]
    log = trace("".join(f"{t},{model},{count}\n" for t, model, count in rows))
    expected = [Counter[str]() for _ in range(max(t for t, _, _ in rows) + 1)]
    for t, model, count in rows:
        expected[t][model] += int(count or 1)
    for order in ("file", "shuffle"):
        slots = replayed(log, count_order=order, seed=seed)
        assert [Counter(slot) for slot in slots] == [+counter for counter in expected]


def test_times_that_differ_in_the_last_bit_are_two_times() -> None:
    above = math.nextafter(1.0, 2.0)
    log = trace(f"{above!r},b,50\n1,a,50\n")
    assert Fraction(log.times[1]) - Fraction(log.times[0]) == Fraction(1, 2**52)
    assert replayed(log, count_order="shuffle") == ["a" * 50 + "b" * 50]
