"""``genedge figures``: what it writes, and what it says when something cannot be."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from conftest import find_browser

from genedge import PRESETS
from genedge.charts.paper import paper_charts
from genedge.cli.main import main
from genedge.paper.bundle import as_zip, pictures
from genedge.paper.figures import figure_sweeps
from genedge.registry.metrics import METRICS
from genedge.scenario.codec import from_json
from genedge.studies.runner import run_study

Captured = pytest.CaptureFixture[str]


def figures(capsys: Captured, out: Path, *arguments: str) -> tuple[int, str, str]:
    code = main(["figures", "--out", str(out), "--no-pictures", *arguments])
    return code, *capsys.readouterr()


def test_data_charts_and_verdicts_are_written(capsys: Captured, tmp_path: Path) -> None:
    only = ["--only", "fig1", "--only", "fig3a"]
    code, out, err = figures(capsys, tmp_path, "--preset", "frugal", "--replications", "8", *only)
    assert (code, err) == (0, "")
    assert "✓ 1 holds" in out
    assert {path.name for path in tmp_path.iterdir()} == {
        "claims.json", "claims.md", "command.txt", "costs.md", "fig1.csv", "fig1.html", "fig3a.csv",
        "fig3a.parquet", "fig3a_binding.html", "fig3a_eq11.html", "fig3a_eq11_boxes.html",
        "fig3a_realised.html", "fig3a_realised_boxes.html", "plotly.min.js", "scenario.json",
    }  # fmt: skip
    table = pd.read_csv(tmp_path / "fig3a.csv")
    assert list(table.columns) == [
        "storage_gb", "replication", "policy", "metric", "value", "version", "seed", "scenario",
    ]  # fmt: skip
    assert len(table) == 7 * 8 * table["policy"].nunique() * len(METRICS)
    parquet = pd.read_parquet(tmp_path / "fig3a.parquet")
    assert parquet["value"].to_numpy() == pytest.approx(table["value"].to_numpy())
    assert from_json((tmp_path / "scenario.json").read_text()) == PRESETS["frugal"]
    page = (tmp_path / "fig3a_eq11.html").read_text()
    assert 'src="plotly.min.js"' in page and "http" not in page.split("<script")[1][:60]
    verdicts = json.loads((tmp_path / "claims.json").read_text())
    assert [claim["number"] for claim in verdicts["claims"]] == list(range(1, 9))
    assert verdicts["claims"][0]["outcome"] == "holds"
    assert verdicts["claims"][6]["outcome"] == "not measured"
    cuts = verdicts["claims"][0]["checks"]
    assert all(one["low"] <= one["value"] <= one["high"] for one in cuts) and len(cuts) == 4
    assert (verdicts["preset"], verdicts["seed"], verdicts["replications"]) == ("frugal", 1, 8)
    assert verdicts["thresholds"]["flat: above the lowest cost so far by at most"] == 0.05
    assert [claim["of"] for claim in verdicts["claims"]] == ["the paper"] * 7 + ["genedge"]
    written = (tmp_path / "claims.md").read_text()
    assert "Scenario: frugal." in written and "seed 1, 8 replications" in written
    assert written.count("\n| 1 |") == 5  # the verdict and its four checks


def test_the_written_command_computes_the_same_again(capsys: Captured, tmp_path: Path) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    only = ["--only", "fig4a", "--replications", "2"]
    figures(capsys, first, "--preset", "contended", *only)
    words = (first / "command.txt").read_text().split()
    assert words[:4] == ["genedge", "figures", "--scenario", "scenario.json"]
    assert words[words.index("--replications") + 1] == "2"
    code, _, _ = figures(capsys, again, "--scenario", str(first / "scenario.json"), *only)
    assert code == 0
    assert (again / "fig4a.csv").read_bytes() == (first / "fig4a.csv").read_bytes()


def test_without_a_scenario_the_readings_and_contended(capsys: Captured, tmp_path: Path) -> None:
    assert figures(capsys, tmp_path, "--only", "fig3a", "--replications", "1")[0] == 0
    for name in ("paper", "paper-by-kind", "frugal", "contended"):
        assert (tmp_path / name / "fig3a_eq11.html").exists()
        assert from_json((tmp_path / name / "scenario.json").read_text()) == PRESETS[name]
    told = json.loads((tmp_path / "claims.json").read_text())
    assert list(told) == ["paper", "paper-by-kind", "frugal"]
    assert told["paper-by-kind"]["preset"] == "paper-by-kind"
    assert "| | claim | paper | paper-by-kind | frugal |" in (tmp_path / "claims.md").read_text()
    costs = (tmp_path / "paper" / "costs.md").read_text()
    table = run_study(figure_sweeps(PRESETS["paper"])["fig3a"].with_replications(1))
    cells = [f"{cost:.3f}" for cost in table.means("lfu", "average_cost")]
    assert f"| lfu | {' | '.join(cells)} |" in costs


def test_maps_are_written_too(capsys: Captured, tmp_path: Path) -> None:
    only = ["--only", "map-beta-rate", "--replications", "1", "--preset", "frugal"]
    code, _, _ = figures(capsys, tmp_path, *only)
    assert code == 0
    table = pd.read_csv(tmp_path / "map-beta-rate.csv")
    assert list(table.columns[:2]) == ["rate", "gpu_weight"]
    assert (tmp_path / "map-beta-rate_eq11_worst.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--only", "fig9"], "unknown figure 'fig9'"),
        (["--replications", "0"], "replications must be between 1 and 1,000, not 0"),
        (["--replications", "1001"], "replications must be between"),
        (["--preset", "best"], "unknown preset"),
        (["--preset", "frugal", "--scenario", "x.json"], "exclude each other"),
        (["--scenario", "no-such-file.json"], "no-such-file.json"),
    ],
)
def test_mistakes_are_one_line(
    capsys: Captured, tmp_path: Path, arguments: list[str], said: str
) -> None:
    code, out, err = figures(capsys, tmp_path, *arguments)
    assert (code, out) == (2, "")
    assert said in err and err.count("\n") == 1


def test_a_folder_that_cannot_be_is_one_line(capsys: Captured, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    code, _, err = figures(capsys, tmp_path / "file", "--only", "fig1")
    assert code == 2
    assert "cannot be written" in err and err.count("\n") == 1


def test_a_cluster_that_does_not_answer_is_one_line(capsys: Captured, tmp_path: Path) -> None:
    code, _, err = figures(
        capsys, tmp_path, "--only", "fig3a", "--dask", "tcp://127.0.0.1:9", "--replications", "1"
    )
    assert code == 2
    assert "127.0.0.1:9" in err and "Without --dask" in err and err.count("\n") == 1


def test_the_zip_holds_the_same_files() -> None:
    sweep = figure_sweeps(PRESETS["frugal"])["fig4a"]
    tables = {"fig4a": run_study(sweep.with_replications(1))}
    charts = paper_charts(tables, PRESETS["frugal"])
    with zipfile.ZipFile(
        io.BytesIO(as_zip(tables, PRESETS["frugal"], charts, images=False))
    ) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
    assert {"fig4a.csv", "fig4a.parquet", "claims.md", "scenario.json", "command.txt"} <= names
    assert {f"{name}.html" for name in charts} <= names


def test_pictures_are_drawn_where_there_is_a_browser() -> None:
    pytest.importorskip("kaleido")
    if find_browser("") is None:
        pytest.skip("no Chromium")
    drawn = pictures({"fig1": paper_charts({}, PRESETS["frugal"])["fig1"]})
    assert set(drawn) == {"fig1.png", "fig1.svg"}
    assert drawn["fig1.png"].startswith(b"\x89PNG")
    assert b"<svg" in drawn["fig1.svg"][:400]
