"""The command line as a stranger uses it: output, exit codes, one line for every mistake."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from genedge.cli.main import main, parser
from genedge.registry.metrics import METRICS
from genedge.registry.policies import POLICIES

Captured = pytest.CaptureFixture[str]
CATALOG = (
    "name,service,storage_gb,gpu_memory_gb,power_kw,io_delay_s,inference_delay_s\n"
    "A,,10,1,0.1,1,0.5\n"
    "B,,10,1,0.1,2,0.5\n"
    "C,,20,1,0.1,3,0.5\n"
)
# Slots of 60 s: A B A | C | A. 20 GB hold two small models or the large one.
TRACE = "timestamp_s,model\n0,A\n1,B\n2,A\n60,C\n121,A\n"


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(["run", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def run_json(capsys: Captured, *arguments: str) -> dict[str, Any]:
    code, out, err = run(capsys, *arguments, "--format", "json")
    assert code == 0, err
    result: dict[str, Any] = json.loads(out)
    return result


@pytest.fixture
def small(tmp_path: Path) -> list[str]:
    (tmp_path / "catalog.csv").write_text(CATALOG)
    (tmp_path / "trace.csv").write_text(TRACE)
    return [
        "--catalog", str(tmp_path / "catalog.csv"), "--trace", str(tmp_path / "trace.csv"),
        "--storage-gb", "20", "--resource-weight", "0.01", "--gpu-weight", "2",
    ]  # fmt: skip


def test_lru_on_a_trace_worked_by_hand(capsys: Captured, small: list[str]) -> None:
    """B = 10 Gbit/s: sending 10 GB takes 8 s, 20 GB 16 s; n = 5, A 3 times, B and C once.

    delay_A = 8 + 1 + 0.5 = 9.5, delay_B = 10.5, delay_C = 19.5.
    Slot 0: A miss, B miss, A hit, holds A B. Slot 1: C miss evicts B (older use) and A.
    Slot 2: A miss evicts C.
    Eq. 7: 10.5/5 + 9.5 * 3/5 = 7.8 in slot 1, 19.5/5 = 3.9 in slot 2; 11.7 in all.
    Eq. 10: slot ends hold A B = 20 + 2 * 2 = 24, C = 20 + 2 = 22, A = 10 + 2 = 12; 58 in all.
    Eq. 11: (11.7 + 0.01 * 58) / 3 = 4.0933; realised: (9.5 + 10.5 + 19.5 + 9.5 + 0.58) / 3.
    """
    result = run_json(capsys, *small, "--policy", "lru")
    assert (result["requests"], result["slots"]) == (5, 3)
    (lru,) = result["results"]
    assert lru["policy"] == "lru"
    assert lru["switching_cost"] == pytest.approx(11.7 / 3)
    assert lru["resource_cost"] == pytest.approx(0.58 / 3)
    assert lru["average_cost"] == pytest.approx(12.28 / 3)
    assert lru["realised_cost"] == pytest.approx(49.58 / 3)
    assert (lru["requests"], lru["hits"], lru["misses"], lru["rejected"]) == (5, 1, 4, 0)
    assert lru["hit_ratio"] == pytest.approx(0.2)
    assert lru["mean_service_delay_s"] == pytest.approx((0.5 + 9.5 + 10.5 + 19.5 + 9.5) / 5)
    # Sorted 0.5 9.5 9.5 10.5 19.5: place 0.95 * 4 = 3.8 lies between the last two.
    assert lru["p95_service_delay_s"] == pytest.approx(10.5 + 0.8 * 9.0)
    assert lru["downloaded_gb"] == pytest.approx(50)
    assert lru["mean_deployed"] == pytest.approx((2 + 1 + 1) / 3)
    assert lru["binding_share"] == pytest.approx(0.5)


def test_without_arguments_a_readable_table_of_every_policy(capsys: Captured) -> None:
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()[2 : 2 + len(POLICIES)]] == list(POLICIES)
    assert "the best baseline" in out


def test_json_holds_every_metric_the_gap_and_paired_differences(capsys: Captured) -> None:
    result = run_json(capsys, "--slots", "20", "--replications", "1")
    assert set(result) >= {"scenario", "requests", "slots", "results"}
    for record in result["results"]:
        named = (*METRICS, "gap_to_offline")
        assert set(record) == {
            "policy", *named, *(f"{name}_ci95" for name in named), "versus", "best_choice_share",
        }  # fmt: skip
        assert isinstance(record["requests"], int)
        assert record["average_cost_ci95"] is None
        if record["policy"] == "ga":
            assert record["versus"] is None
        else:
            assert record["versus"]["policy"] == "ga"
    gaps = {record["policy"]: record["gap_to_offline"] for record in result["results"]}
    assert gaps["offline"] == pytest.approx(0, abs=1e-9)
    assert all(gap >= -1e-9 for gap in gaps.values())


def test_a_run_has_thirty_replications_and_pairs_them(capsys: Captured) -> None:
    chosen = ["--slots", "20", "--policy", "lru", "--policy", "exact"]
    result = run_json(capsys, *chosen)
    assert result["scenario"]["replications"] == 30
    lru, exact = result["results"]
    assert exact["versus"] is None  # the exact decision where the GA is not compared
    for metric in ("average_cost", "realised_cost"):
        gap = lru["versus"][metric]
        assert lru["versus"]["policy"] == "exact"
        assert gap["difference"] == pytest.approx(lru[metric] - exact[metric])
        assert 0 < gap["ci95"] < lru[f"{metric}_ci95"] + exact[f"{metric}_ci95"]
        assert gap["wins"] + gap["ties"] + gap["losses"] == 30
    code, out, _ = run(capsys, *chosen)
    assert code == 0 and "less exact" in out.splitlines()[0]


def test_a_search_that_misses_the_best_choice_is_told_of(capsys: Captured) -> None:
    poor = ["--slots", "40", "--population", "4", "--generations", "1", "--policy", "ga"]
    code, out, err = run(capsys, *poor, "--format", "json")
    assert code == 0 and "finds the best choice in" in err
    assert json.loads(out)["results"][0]["best_choice_share"] < 0.99
    assert "finds the best choice in" in run(capsys, *poor)[1]
    good = run(capsys, "--slots", "40", "--policy", "ga")[1]
    assert "finds the best choice in" not in good


def test_replications_give_means_and_half_widths(capsys: Captured) -> None:
    result = run_json(capsys, "--slots", "20", "--replications", "4", "--policy", "lru")
    (lru,) = result["results"]
    for name in (*METRICS, "gap_to_offline"):
        assert f"{name}_ci95" in lru
    singles = [
        run_json(
            capsys, "--slots", "20", "--replications", "1", "--policy", "lru", "--seed", str(seed)
        )["results"][0]["average_cost"]
        for seed in (1, 2, 3, 4)
    ]
    assert 0 < lru["average_cost_ci95"] < 4 * (max(singles) - min(singles))


def test_the_scenario_of_an_output_gives_the_same_numbers(
    capsys: Captured, small: list[str], tmp_path: Path
) -> None:
    first = run_json(capsys, *small, "--seed", "9", "--replications", "3", "--population", "30")
    (tmp_path / "result.json").write_text(json.dumps(first))
    (tmp_path / "scenario.json").write_text(json.dumps(first["scenario"]))
    for name in ("result.json", "scenario.json"):
        assert run_json(capsys, "--scenario", str(tmp_path / name)) == first


def test_flags_change_single_values_of_a_scenario(capsys: Captured, tmp_path: Path) -> None:
    first = run_json(capsys, "--preset", "frugal", "--slots", "10")
    (tmp_path / "result.json").write_text(json.dumps(first))
    second = run_json(
        capsys, "--scenario", str(tmp_path / "result.json"), "--storage-gb", "77",
        "--policy", "ga",
    )  # fmt: skip
    assert second["scenario"]["server"]["storage_gb"] == 77
    assert second["scenario"]["workload"] == first["scenario"]["workload"]
    assert [record["policy"] for record in second["results"]] == ["ga"]


def test_a_changed_trace_is_noticed(capsys: Captured, small: list[str], tmp_path: Path) -> None:
    first = run_json(capsys, *small)
    (tmp_path / "result.json").write_text(json.dumps(first))
    (tmp_path / "trace.csv").write_text(TRACE + "200,B\n")
    code, out, err = run(capsys, "--scenario", str(tmp_path / "result.json"))
    assert (code, out) == (2, "")
    assert "has changed since the scenario was written" in err


def test_csv_holds_a_row_a_policy_with_seed_and_scenario(capsys: Captured) -> None:
    code, out, _ = run(capsys, "--slots", "5", "--format", "csv", "--seed", "4")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["policy"] for row in rows] == list(POLICIES)
    assert rows[0]["seed"] == "4"
    assert json.loads(rows[0]["scenario"])["workload"]["slots"] == 5


def test_output_goes_to_a_file(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    code, out, _ = run(capsys, "--slots", "5", "--format", "json", "--output", str(path))
    assert (code, out) == (0, "")
    assert json.loads(path.read_text())["slots"] == 5


def test_large_catalogs_leave_the_bounds_out(capsys: Captured, tmp_path: Path) -> None:
    rows = [f"M{i},,{2 + i % 40},1,0.01,{1 + i % 7},0.5" for i in range(17)]
    path = tmp_path / "large.csv"
    path.write_text(CATALOG.splitlines()[0] + "\n" + "\n".join(rows) + "\n")
    result = run_json(capsys, "--catalog", str(path), "--slots", "10")
    names = [record["policy"] for record in result["results"]]
    assert names == [name for name in POLICIES if not POLICIES[name].planned]
    assert result["results"][0]["gap_to_offline"] is None
    code, _, err = run(capsys, "--catalog", str(path), "--policy", "offline")
    assert code == 2
    assert "16" in err and "17" in err


def test_models_that_fit_nowhere_are_a_warning(capsys: Captured) -> None:
    code, out, err = run(capsys, "--gpu-memory-gb", "5", "--format", "json")
    assert code == 0
    assert err.count("\n") == 1
    assert "VideoFusion" in err and "rejected" in err
    assert json.loads(out)["results"][0]["rejected"] > 0


def test_times_put_in_order_are_a_warning(
    capsys: Captured, small: list[str], tmp_path: Path
) -> None:
    (tmp_path / "trace.csv").write_text("timestamp_s,model\n60,C\n0,A\n1,B\n2,A\n121,A\n")
    code, out, err = run(capsys, *small, "--policy", "lru", "--format", "json")
    assert code == 0
    assert err.count("\n") == 1 and "trace.csv" in err
    assert json.loads(out)["results"][0]["average_cost"] == pytest.approx(12.28 / 3)


def bad(text: str | bytes) -> Any:
    return text if isinstance(text, bytes) else text.encode()


HEADER = CATALOG.splitlines()[0] + "\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04" + b"\0" * 40, ["spreadsheet"]),
        (b"\0\1\2\3" * 30, ["catalog.csv"]),
        (b"", ["empty"]),
        ("a\x00b".encode("utf-16-le"), ["catalog.csv"]),
        ("name,service\nA,x\n", ["storage_gb"]),
        (HEADER, ["row"]),
        (HEADER + ",x,1,1,1,1,1\n", ["row 2", "name"]),
        (HEADER + "A,,1,1,1,1,1\nA,,1,1,1,1,1\n", ["row 3", "name", "'A'"]),
        (HEADER + "A,,abc,1,1,1,1\n", ["row 2", "storage_gb", "abc"]),
        (HEADER + "A,,1,nan,1,1,1\n", ["row 2", "gpu_memory_gb"]),
        (HEADER + "A,,1,1,inf,1,1\n", ["row 2", "power_kw"]),
        (HEADER + "A,,1,1,1,-3,1\n", ["row 2", "io_delay_s"]),
        (HEADER + "A,,1,1,1,1\n", ["row 2"]),
    ],
)
def test_bad_catalogs_name_the_place(
    capsys: Captured, tmp_path: Path, content: str | bytes, words: list[str]
) -> None:
    path = tmp_path / "catalog.csv"
    path.write_bytes(bad(content))
    code, out, err = run(capsys, "--catalog", str(path))
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert "Traceback" not in err
    for word in ["catalog.csv", *words]:
        assert word in err


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("timestamp_s,model\n0,A\n1,Z\n", ["row 3", "model", "'Z'"]),
        ("timestamp_s,model\nsoon,A\n", ["row 2", "timestamp_s", "soon"]),
        ("timestamp_s,model,count\n0,A,-1\n", ["row 2", "count"]),
        ("timestamp_s,model,count\n0,A,0\n", ["trace.csv"]),
        ("timestamp_s,model\n", ["trace.csv"]),
        ("time,model\n0,A\n", ["timestamp_s"]),
        ("timestamp_s,model\n0,\n", ["row 2", "model"]),
    ],
)
def test_bad_traces_name_the_place(
    capsys: Captured, small: list[str], tmp_path: Path, content: str, words: list[str]
) -> None:
    (tmp_path / "trace.csv").write_text(content)
    code, out, err = run(capsys, *small)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    for word in ["trace.csv", *words]:
        assert word in err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--policy", "best"],
        ["--preset", "mine"],
        ["--preset", "frugal", "--scenario", "x.json"],
        ["--scenario", "missing.json"],
        ["--catalog", "missing.csv"],
        ["--slots", "0"],
        ["--slots", "1000001"],
        ["--slots", "many"],
        ["--rate", "nan"],
        ["--rate", "-1"],
        ["--rate", "60000", "--slots", "100"],
        ["--zipf", "inf"],
        ["--replications", "0"],
        ["--replications", "1001"],
        ["--storage-gb", "-1"],
        ["--bandwidth-gbps", "0"],
        ["--static-power-kw", "2"],
        ["--population", "1"],
        ["--mutation-probability", "1.5"],
        ["--max-models", "0"],
        ["--seed", "-1"],
        ["--arrival-rates", "1,2"],
        ["--arrival-rates", "a,b"],
        ["--format", "xml"],
        ["--no-such-flag"],
        ["--output", "no/such/folder/out.json", "--slots", "2"],
    ],
)
def test_mistakes_are_one_line_on_stderr_and_exit_code_2(
    capsys: Captured, arguments: list[str]
) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("genedge: error: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"version": 99}', '{"seed": NaN}', '{"x": 1}'])
def test_tampered_scenarios_are_refused(capsys: Captured, tmp_path: Path, text: str) -> None:
    path = tmp_path / "scenario.json"
    path.write_text(text)
    code, out, err = run(capsys, "--scenario", str(path))
    assert (code, out) == (2, "")
    assert "scenario.json" in err and err.count("\n") == 1


def test_a_scenario_keeps_its_cut_when_its_trace_is_given_again(
    capsys: Captured, small: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "result.json"
    run(capsys, *small, "--slots", "2", "--format", "json", "--output", str(path))
    first = json.loads(path.read_text())
    assert first["slots"] == 2
    again = run_json(capsys, "--scenario", str(path), "--trace", small[3])
    assert again["results"] == first["results"]


def test_a_trace_is_also_looked_for_beside_its_scenario(
    capsys: Captured, small: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text, _ = run(capsys, *small[:2], "--trace", "trace.csv", "--format", "json")
    assert code == 0
    (tmp_path / "result.json").write_text(text)
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    again = run_json(capsys, "--scenario", "../result.json")
    assert again["results"] == json.loads(text)["results"]


@pytest.mark.parametrize(
    ("arguments", "flag"),
    [
        (["--rate", "5", "--arrival-rates", ",".join("1" * 10)], "--rate"),
        (["--popularity-order", "catalog", "--arrival-rates", ",".join("1" * 10)],
         "--arrival-rates"),
        (["--slot-seconds", "30"], "--slot-seconds"),
        (["--count-order", "file"], "--count-order"),
    ],
)  # fmt: skip
def test_a_flag_without_effect_is_a_warning(
    capsys: Captured, arguments: list[str], flag: str
) -> None:
    code, _, err = run(capsys, "--slots", "5", "--policy", "fifo", *arguments)
    assert code == 0
    assert err.startswith(f"genedge: warning: {flag} has no effect") and err.count("\n") == 1


def test_popularity_flags_without_effect_on_a_trace(capsys: Captured, small: list[str]) -> None:
    code, _, err = run(capsys, *small, "--rate", "5", "--zipf", "2")
    assert code == 0
    assert [line.split()[2] for line in err.splitlines()] == ["--rate", "--zipf-exponent"]


def test_a_warning_is_one_line_whatever_a_model_is_called(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text(CATALOG + '"big\nmodel",,500,1,0.1,1,1\n')
    code, _, err = run(capsys, "--catalog", str(path), "--slots", "20", "--rate", "20")
    assert code == 0
    assert "does not fit" in err and err.count("\n") == 1


def test_json_says_on_stderr_why_the_bounds_are_missing(capsys: Captured, tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    rows = "".join(f"M{row},,2,1,0.01,1,0.5\n" for row in range(17))
    path.write_text(CATALOG.splitlines()[0] + "\n" + rows)
    code, out, err = run(capsys, "--catalog", str(path), "--slots", "5", "--format", "json")
    assert code == 0
    assert json.loads(out)["results"][0]["gap_to_offline"] is None
    assert "up to 16 models; this one has 17" in err and err.count("\n") == 1


def test_nothing_is_said_of_constraints_where_nothing_was_decided(
    capsys: Captured, tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    path.write_text(CATALOG)
    code, out, _ = run(capsys, "--catalog", str(path), "--storage-gb", "1")
    assert code == 0
    assert "binds" not in out and "inf" not in out
    code, out, _ = run(capsys, "--catalog", str(path), "--resource-weight", "0")
    assert "No constraint ever binds." in out and "holding costs more" not in out
    assert "where the genetic algorithm costs nothing" in out and "inf" not in out


def test_the_output_place_is_checked_before_anything_is_computed(
    capsys: Captured, tmp_path: Path
) -> None:
    slow = ["--slots", "1000000", "--rate", "5", "--replications", "1000"]
    for place in (tmp_path, tmp_path / "missing" / "out.json"):
        code, out, err = run(capsys, *slow, "--output", str(place))
        assert (code, out) == (2, "")
        assert err.count("\n") == 1


def as_program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "genedge", "run", "--slots", "5", "--policy", "fifo", *arguments],
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **environment},
        check=False,
    )


def test_json_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    path = tmp_path / "catalog.csv"
    path.write_text(CATALOG.replace("\nA,", "\nMädchen,"), encoding="utf-8")
    done = as_program("--catalog", str(path), "--format", "json", PYTHONIOENCODING="cp1252")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["scenario"]["catalog"][0][0] == "Mädchen"
    assert as_program("--help", PYTHONIOENCODING="ascii").returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_line() -> None:
    done = subprocess.run(
        f"{sys.executable} -m genedge run --slots 5 --policy fifo > /dev/full",
        shell=True, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("genedge: error: stdout cannot be written")
    assert done.stderr.count("\n") == 1


def test_module_runs_as_a_program() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "genedge", "run", "--slots", "5", "--policy", "fifo"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "fifo" in done.stdout


def test_every_flag_of_the_run_command_is_explained_or_obvious() -> None:
    text = parser().format_help()
    assert "run" in text and "bench" in text


def test_an_order_by_names_and_what_goes_with_it(capsys: Captured) -> None:
    few = ["--slots", "5", "--replications", "1", "--policy", "lru"]
    named = run_json(capsys, *few, "--popularity-order", "Shap-E, Stable Diffusion v1-4")
    assert named["scenario"]["workload"]["popularity_order"] == ["Shap-E", "Stable Diffusion v1-4"]
    one = run_json(
        capsys, *few, "--popularity", "geometric", "--popularity-ratio", "0.5",
        "--switching-charged", "slot", "--lfu-window", "7", "--popularity-order", "smallest",
    )["scenario"]  # fmt: skip
    load = one["workload"]
    assert (load["popularity"], load["popularity_ratio"]) == ("geometric", 0.5)
    assert (one["switching_charged"], one["lfu_window"]) == ("slot", 7)
    assert load["popularity_order"] == "smallest"
    for order, said in [("smalest", "no model is called 'smalest'"), (" ,", "names no model"),
                        ("BERT,BERT", "names 'BERT' twice")]:  # fmt: skip
        code, out, err = run(capsys, *few, "--popularity-order", order)
        assert (code, out, err.count("\n")) == (2, "", 1) and said in err


def test_names_that_another_catalog_lacks_drop_out_and_are_told(capsys: Captured) -> None:
    few = ["--preset", "paper", "--slots", "2", "--replications", "1", "--policy", "lru"]
    code, out, err = run(capsys, *few, "--catalog", "measured", "--format", "json")
    order = json.loads(out)["scenario"]["workload"]["popularity_order"]
    assert code == 0 and "GPT-2" in order and "MusicGen" not in order
    assert "no longer in the popularity order: MusicGen" in err
    given = run(capsys, *few, "--catalog", "measured", "--popularity-order", "smallest")
    assert given[0] == 0 and "popularity order" not in given[2]
