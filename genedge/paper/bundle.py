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
from typing import TYPE_CHECKING, Final, NamedTuple

from genedge.paper.checks import Check, Outcome
from genedge.paper.claims import THRESHOLDS, Verdict, judge, score
from genedge.paper.figures import FITTED, FOUND
from genedge.registry.ledgers import LEDGERS
from genedge.scenario.codec import to_json
from genedge.scenario.presets import preset_name
from genedge.scenario.scenario import Scenario
from genedge.studies.export import frame_as_csv
from genedge.studies.knobs import KNOBS
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


class Judged(NamedTuple):
    """The verdicts on one scenario, from so many replications of every point."""

    scenario: Scenario
    replications: int
    verdicts: list[Verdict]

    @property
    def name(self) -> str:
        """What the scenario is called."""
        return preset_name(self.scenario) or "a scenario of its own"


def judged(tables: Tables, scenario: Scenario) -> Judged:
    """The claims judged by what is measured of a scenario."""
    replications = max((table.study.base.replications for table in tables.values()), default=1)
    return Judged(scenario, replications, judge(tables))


def claims_markdown(*readings: Judged) -> str:
    """The verdicts on one scenario or several: side by side, then each with its sentences, the
    thresholds, and every check with its interval."""
    lines = ["# The paper's claims", ""]
    if len(readings) > 1:
        lines += [
            f"| | claim | {' | '.join(one.name for one in readings)} |",
            f"|---|---|{'---|' * len(readings)}",
            *(
                f"| {row[0].number} | {row[0].short} | "
                + " | ".join(f"{MARKS[one.outcome]} {one.outcome}: {one.figure}" for one in row)
                + " |"
                for row in zip(*(one.verdicts for one in readings), strict=True)
            ),
            "",
            FOUND,
            "",
            *(f"- {what}: {text}" for what, text in FITTED.items()),
            "",
        ]
    lines += ["Thresholds (ours; the paper gives none):", ""]
    lines += [f"- {what} {100 * share:g} %" for what, share in THRESHOLDS.items()]
    for one in readings:
        lines += ["", *_one_reading(one)]
    return "\n".join(lines) + "\n"


def _one_reading(reading: Judged) -> list[str]:
    scenario, replications, verdicts = reading
    lines = [
        f"Scenario: {reading.name}. genedge {__version__}, seed {scenario.seed}, {replications} "
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
    return lines


def costs_markdown(tables: Tables) -> str:
    """Mean costs of every sweep on both bills, a row a policy, with 95 % intervals."""
    lines = ["# Costs a slot", ""]
    for name, table in tables.items():
        if len(table.study.axes) != 1:
            continue
        values = [f"{value:g}" for value in table.study.axes[0].values]
        for metric, ledger in LEDGERS.items():
            lines += [
                f"{name}, {KNOBS[table.study.axes[0].knob].label}: {ledger.label}",
                "",
                f"| policy | {' | '.join(values)} |",
                f"|---|{'---|' * len(values)}",
            ]
            for policy in table.policies:
                found = [table.estimate(arm.name, policy, metric) for arm in table.arms]
                cells = [
                    f"{one.mean:.3f}" + (f" ± {one.half_width:.3f}" if one.half_width else "")
                    for one in found
                ]
                lines.append(f"| {policy} | {' | '.join(cells)} |")
            lines.append("")
    return "\n".join(lines)


WORDS: Final[dict[bool | None, Outcome]] = {
    True: "holds", False: "does not hold", None: "may be chance",
}  # fmt: skip


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _range(one: Check) -> str:
    if one.least is None:
        return f"at most {one.most:.4g}"
    return f"at least {one.least:.4g}" + (f", at most {one.most:.4g}" if one.most else "")


def claims_json(*readings: Judged) -> str:
    """The verdicts on a scenario with the thresholds and the checks, intervals and all, that they
    follow from; of several scenarios each under its name."""
    told = {one.name: _as_dict(one) for one in readings}
    whole = told if len(readings) > 1 else told[readings[0].name]
    return json.dumps(whole, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _as_dict(reading: Judged) -> dict[str, object]:
    scenario, replications, verdicts = reading
    return {
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
        reading = judged(tables, scenario)
        made["claims.json"] = claims_json(reading).encode()
        made["claims.md"] = claims_markdown(reading).encode()
        made["costs.md"] = costs_markdown(tables).encode()
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
