"""``genedge figures``: compute the paper's figures, claims and maps, and write them to a folder."""

import argparse
import contextlib
import sys
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from genedge.catalog_facts import delay_frame
from genedge.errors import InputError
from genedge.intake.reading import read_bytes
from genedge.limits import MAX_SCENARIO_BYTES
from genedge.paper.bundle import MARKS, claims_json, claims_markdown, files, judged, pictures
from genedge.paper.claims import judge, score
from genedge.paper.figures import READINGS, TITLES, figure_sweeps
from genedge.paper.map import GRIDS, grid
from genedge.scenario.codec import from_json, to_json
from genedge.scenario.presets import PRESETS, preset
from genedge.scenario.scenario import Scenario
from genedge.studies.export import frame_as_csv
from genedge.studies.runner import run_study
from genedge.studies.study import Study
from genedge.studies.table import StudyTable
from genedge.words.compare import searches_missed

NAMES: Final = ("fig1", *TITLES, *(f"map-{name}" for name in GRIDS))
MAP_SHARE: Final = 6
"""A map has many points, and a mean over fewer replications shows where its regions lie."""


def add_arguments(commands: Any) -> None:
    """The grammar of the command."""
    command = commands.add_parser(
        "figures",
        help="recompute the paper's figures and judge its claims",
        description="Write interactive figures, their data and the verdicts on the paper's claims. "
        "Without --preset or --scenario: paper with its maps, paper-by-kind, frugal and contended, "
        "each in a folder of its own, and the claims on the first three side by side.",
    )
    command.add_argument("--out", metavar="DIR", required=True, help="folder to write to")
    command.add_argument(
        "--only", action="append", metavar="NAME", help=f"repeatable: {', '.join(NAMES)}"
    )
    command.add_argument(
        "--replications", type=int, metavar="N",
        help="of every point (the scenario's, 30 unless it says otherwise); maps take a sixth",
    )  # fmt: skip
    command.add_argument("--preset", metavar="NAME", help=f"one of {', '.join(PRESETS)}")
    command.add_argument("--scenario", metavar="FILE", help="JSON scenario")
    command.add_argument("--dask", metavar="ADDRESS", help="compute on this Dask cluster")
    command.add_argument("--no-pictures", action="store_true", help="no PNG and SVG")


def _scenarios(flags: argparse.Namespace) -> dict[str, Scenario]:
    """Scenarios by the folder that their figures go to, "" being the one given."""
    if flags.preset is not None and flags.scenario is not None:
        raise InputError("--preset and --scenario exclude each other")
    if flags.scenario is not None:
        name, data = read_bytes(flags.scenario, max_bytes=20 * MAX_SCENARIO_BYTES)
        return {"": from_json(data, name)}
    if flags.preset is not None:
        return {"": preset(flags.preset)}
    return {name: PRESETS[name] for name in (*READINGS, "contended")}


def _wanted(folder: str, only: list[str] | None) -> tuple[str, ...]:
    """Figures of one folder: without a choice, maps of the first reading alone."""
    mapped = folder in ("", READINGS[0])
    return tuple(only or (name for name in NAMES if mapped or not name.startswith("map-")))


def _sweeps(
    scenario: Scenario, wanted: tuple[str, ...], replications: int | None
) -> dict[str, Study]:
    replications = scenario.replications if replications is None else replications
    every = replace(scenario, policies=("all",))
    found = {
        name: sweep.with_replications(replications)
        for name, sweep in figure_sweeps(every).items()
        if name in wanted
    }
    few = max(1, replications // MAP_SHARE)
    for name in GRIDS:
        if f"map-{name}" in wanted:
            found[f"map-{name}"] = grid(name, scenario).with_replications(few)
    return found


@contextlib.contextmanager
def _executor(address: str | None) -> Iterator[Executor | None]:
    """Where sweeps run: None is this machine's threads."""
    if address is None:
        yield None
        return
    from genedge.studies.cluster import executor_at

    with contextlib.ExitStack() as stack:
        try:
            executor = stack.enter_context(executor_at(address))
        except InputError as error:
            raise InputError(f"{error}. Without --dask this machine computes") from None
        yield executor


def _report(table: StudyTable, done: int, total: int) -> None:
    if sys.stderr is not None and sys.stderr.isatty():
        end = "\n" if done == total else "\r"
        print(f"{table.study.name}: {done} of {total}", end=end, file=sys.stderr, flush=True)


def run(flags: argparse.Namespace) -> list[str]:
    """Compute and write; returns what happened, a line each.

    Raises
    ------
    InputError: something given cannot be used, or the folder cannot be written.
    """
    for name in flags.only or ():
        if name not in NAMES:
            raise InputError(f"unknown figure {name!r}; there are {', '.join(NAMES)}")
    scenarios = _scenarios(flags)
    sweeps = {
        folder: _sweeps(scenario, _wanted(folder, flags.only), flags.replications)
        for folder, scenario in scenarios.items()
    }
    out = Path(flags.out)
    with _writing(out):
        out.mkdir(parents=True, exist_ok=True)
    said, readings = [], []
    with _executor(flags.dask) as executor:
        for folder, scenario in scenarios.items():
            tables = {
                name: run_study(sweep, executor=executor, progress=_report)
                for name, sweep in sweeps[folder].items()
            }
            wanted = _wanted(folder, flags.only)
            said += _write(out / folder, tables, scenario, wanted, not flags.no_pictures)
            if folder in READINGS and set(TITLES) & set(tables):
                readings.append(judged(tables, scenario))
    if readings:
        with _writing(out):
            (out / "claims.md").write_text(claims_markdown(*readings), encoding="utf-8")
            (out / "claims.json").write_text(claims_json(*readings), encoding="utf-8")
    return said


@contextlib.contextmanager
def _writing(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=str(place)) from None


def _write(
    folder: Path,
    tables: dict[str, StudyTable],
    scenario: Scenario,
    wanted: tuple[str, ...],
    images: bool,
) -> list[str]:
    from genedge.charts.paper import paper_charts  # plotly, which other commands do not need

    charts = {
        name: figure
        for name, figure in paper_charts(tables, scenario).items()
        if name.partition("_")[0] in wanted
    }
    everything = files(tables, scenario, charts)
    if "fig1" in wanted:
        frame = delay_frame(scenario.model_catalog, scenario.server.bandwidth_gbps)
        everything["fig1.csv"] = frame_as_csv(frame, to_json(scenario), scenario.seed).encode()
    said = []
    if images:
        drawn = pictures(charts)
        everything |= drawn
        if charts and not drawn:
            said.append(
                "no PNG and SVG: they need a Chrome or Chromium and pip install 'genedge[pictures]'"
            )
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in everything.items():
            (folder / name).write_bytes(content)
    said += [sentence for table in tables.values() for sentence in table.missing]
    said += [
        f"{name}: {missed}" for name, table in tables.items() if (missed := searches_missed(table))
    ]
    said.append(f"{folder}: {len(everything)} files")
    if set(TITLES) & set(tables):
        verdicts = judge(tables)
        said.append(f"  {score(verdicts)}")
        said += [
            f"  {MARKS[verdict.outcome]} {verdict.number} {verdict.outcome}: {verdict.sentence}"
            for verdict in verdicts
        ]
    return said
