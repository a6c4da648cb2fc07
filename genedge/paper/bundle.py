"""Everything of some figures to take along: data, charts, verdicts, and how to compute them again.

Files are made as a dictionary of name and content, so that the command line writes the same ones
into a folder that the app puts into a zip.
"""

import io
import json
import logging
import shlex
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from genedge.paper.checks import Check, Outcome
from genedge.paper.claims import THRESHOLDS, Verdict, judge, score
from genedge.scenario.codec import to_json
from genedge.scenario.presets import preset_name
from genedge.scenario.scenario import Scenario
from genedge.studies.export import frame_as_csv
from genedge.studies.table import StudyTable
from genedge.version import __version__

if TYPE_CHECKING:
    import plotly.graph_objects as go

Tables = Mapping[str, StudyTable]
Files = dict[str, bytes]

MARKS: Final = {
    "holds": "✓",
    "holds in part": "~",
    "does not hold": "✗",
    "may be chance": "≈",
    "not measured": "?",
}
PLOTLY_FILE: Final = "plotly.min.js"
PICTURE_SIZE: Final = (1000, 560)


def command_of(tables: Tables) -> str:
    """The command that computes the same figures again from the scenario's file."""
    replications = max((t.study.base.replications for t in tables.values()), default=1)
    words = ["genedge", "figures", "--scenario", "scenario.json"]
    words += ["--replications", str(replications), "--out", "figures"]
    return shlex.join(words)


def claims_markdown(verdicts: list[Verdict], scenario: Scenario, replications: int) -> str:
    """The verdicts as a table to read, the thresholds, and every check with its interval."""
    name = preset_name(scenario) or "a scenario of its own"
    lines = [
        "# The paper's claims",
        "",
        f"Scenario: {name}. genedge {__version__}, seed {scenario.seed}, {replications} "
        "replications of every point. Verdicts follow from paired 95 % intervals.",
        "",
        f"**{score(verdicts)}**",
        "",
        "| | claim | verdict | what was measured |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {verdict.number} | {verdict.claim} | {MARKS[verdict.outcome]} {verdict.outcome} "
        f"| {verdict.sentence} |"
        for verdict in verdicts
    ]
    lines += ["", "Thresholds (ours; the paper gives none):", ""]
    lines += [f"- {what} {100 * share:g} %" for what, share in THRESHOLDS.items()]
    lines += [
        "",
        "| claim | ratio | value | from | to | should be | |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {verdict.number} | {one.what} | {one.value:.4f} | {_end(one.low)} | {_end(one.high)} "
        f"| {_range(one)} | {MARKS[WORDS[one.holds]]} |"
        for verdict in verdicts
        for one in verdict.checks
    ]
    return "\n".join(lines) + "\n"


WORDS: Final[dict[bool | None, Outcome]] = {
    True: "holds", False: "does not hold", None: "may be chance",
}  # fmt: skip


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _range(one: Check) -> str:
    if one.least is None:
        return f"at most {one.most:.4g}"
    return f"at least {one.least:.4g}" + (f", at most {one.most:.4g}" if one.most else "")


def claims_json(verdicts: list[Verdict], scenario: Scenario, replications: int) -> str:
    """The verdicts with the thresholds and the checks, intervals and all, that they follow from."""
    whole = {
        "genedge": __version__,
        "preset": preset_name(scenario),
        "seed": scenario.seed,
        "replications": replications,
        "thresholds": dict(THRESHOLDS),
        "scenario": json.loads(to_json(scenario)),
        "score": score(verdicts),
        "claims": [
            {
                **asdict(verdict),
                "of": "genedge" if verdict.ours else "the paper",
                "checks": [{**asdict(one), "holds": one.holds} for one in verdict.checks],
            }
            for verdict in verdicts
        ],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def files(tables: Tables, scenario: Scenario, figures: "Mapping[str, go.Figure]") -> Files:
    """Data, charts as web pages, verdicts, the scenario and the command, by file name.

    Every sweep gives ``NAME.csv`` and ``NAME.parquet``, every figure ``NAME.html``; the web pages
    share one copy of plotly, which lies beside them.
    """
    made: Files = {}
    text = to_json(scenario)
    for name, table in tables.items():
        frame = table.frame()
        if frame.empty:
            continue
        made[f"{name}.csv"] = frame_as_csv(frame, text, scenario.seed).encode()
        stamped = frame.assign(version=__version__, seed=scenario.seed)
        parquet = io.BytesIO()
        stamped.to_parquet(parquet, index=False)
        made[f"{name}.parquet"] = parquet.getvalue()
    for name, figure in figures.items():
        made[f"{name}.html"] = figure.to_html(include_plotlyjs=PLOTLY_FILE).encode()
    if figures:
        from plotly.offline import get_plotlyjs

        made[PLOTLY_FILE] = get_plotlyjs().encode()
    if tables:
        verdicts = judge(tables)
        replications = max(table.study.base.replications for table in tables.values())
        made["claims.json"] = claims_json(verdicts, scenario, replications).encode()
        made["claims.md"] = claims_markdown(verdicts, scenario, replications).encode()
        made["command.txt"] = f"{command_of(tables)}\n".encode()
    missing = [sentence for table in tables.values() for sentence in table.missing]
    if missing:
        made["missing.txt"] = ("\n".join(missing) + "\n").encode()
    made["scenario.json"] = f"{text}\n".encode()
    return made


def pictures(figures: "Mapping[str, go.Figure]") -> Files:
    """Every figure as PNG and SVG, all drawn by one browser; none where there is no browser.

    Needs the ``pictures`` extra and a Chrome or Chromium.
    """
    import tempfile
    from pathlib import Path

    if not figures:
        return {}
    try:
        import kaleido  # noqa: F401
        import plotly.io
    except ImportError:
        return {}
    width, height = PICTURE_SIZE
    with tempfile.TemporaryDirectory() as folder:
        places = [Path(folder, f"{name}.{kind}") for name in figures for kind in ("png", "svg")]
        twice = [figure for figure in figures.values() for _ in ("png", "svg")]
        # The browser's go-between writes whole tracebacks of messages that it may ignore.
        logging.getLogger("choreographer").setLevel(logging.CRITICAL)
        try:
            plotly.io.write_images(fig=twice, file=places, width=width, height=height, scale=2)
        except Exception:  # no browser, or one that does not start: the rest is worth having
            return {}
        return {place.name: place.read_bytes() for place in places if place.exists()}


def as_zip(
    tables: Tables, scenario: Scenario, figures: "Mapping[str, go.Figure]", images: bool = True
) -> bytes:
    """All of it as one zip."""
    everything = files(tables, scenario, figures)
    if images:
        everything |= pictures(figures)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(everything.items()):
            archive.writestr(name, content)
    return out.getvalue()
