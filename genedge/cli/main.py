"""The command line: ``genedge run``, ``genedge figures`` and ``genedge bench``.

Results go to stdout alone; warnings and errors are one line each on stderr. Exit codes: 0 done,
2 something given cannot be used.
"""

import argparse
import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NoReturn

from genedge.cli import figures as figures_command
from genedge.errors import InputError, one_line, shown
from genedge.intake.catalog import CATALOG_PRESETS, ModelCatalog
from genedge.intake.log_formats import FORMATS
from genedge.intake.reading import read_bytes
from genedge.intake.request_log import TraceFile, read_trace
from genedge.intake.workload import TraceReference, order_among
from genedge.limits import MAX_SCENARIO_BYTES
from genedge.registry.fields import FIELDS, GROUPS, SOURCES, Field, put
from genedge.registry.policies import POLICIES
from genedge.scenario.codec import from_json
from genedge.scenario.presets import PRESETS, preset
from genedge.scenario.scenario import Scenario
from genedge.studies import export
from genedge.studies.comparison import compare
from genedge.version import __version__
from genedge.words import compare as findings
from genedge.words.catalog import left_order

USAGE_ERROR = 2
INTERRUPTED = 130
_START: Final = Scenario()


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        raise InputError(message)


def _rates(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{shown(text)} is not a list of numbers such as 0.5,1,2"
        ) from None


def _names(choices: Iterable[str]) -> Callable[[str], str | tuple[str, ...]]:
    """One of the choices, or models' names between commas; a name with a comma in quotes."""

    def read(text: str) -> str | tuple[str, ...]:
        if text in choices:
            return text
        names = next(csv.reader([text], skipinitialspace=True), [])
        if not any(name.strip() for name in names):
            raise argparse.ArgumentTypeError(f"{shown(text)} names no model")
        return tuple(name.strip() for name in names if name.strip())

    return read


def _grammar(field: Field) -> dict[str, Any]:
    """How a field is written on the command line."""
    default = field.of(_START)
    if field.switch:
        default = "yes" if default else "no"
    elif field.number:
        default = f"{default:g}"
    text = f"{field.title}. {field.help}".removesuffix(". ")
    kind: dict[str, Any] = {"help": text if default is None else f"{text} ({default})"}
    if field.choices is not None and field.names:
        metavar = "|".join([*field.choices, "NAME,NAME,…"])
        return kind | {"type": _names(field.choices), "metavar": metavar}
    if field.choices is not None:
        return kind | {"choices": tuple(field.choices)}
    if field.switch:
        return kind | {"action": argparse.BooleanOptionalAction}
    if field.each:
        return kind | {"type": _rates, "metavar": "A,B,…"}
    return kind | {"type": int if field.whole else float, "metavar": "N" if field.whole else "X"}


def parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    top = _Parser(prog="genedge", description="Which generative AI models should an edge keep?")
    top.add_argument("--version", action="version", version=f"genedge {__version__}")
    commands = top.add_subparsers(dest="command", required=True, parser_class=_Parser)
    run = commands.add_parser(
        "run",
        help="compare policies on one scenario",
        description="Compare policies on the same requests. Without arguments: the contended "
        "preset, every policy. Flags change single values of the preset or scenario.",
    )
    start = run.add_argument_group("start from")
    start.add_argument("--preset", metavar="NAME", help=f"one of {', '.join(PRESETS)}")
    start.add_argument("--scenario", metavar="FILE", help="JSON scenario, or JSON output of a run")
    what = run.add_argument_group("models, log and policies")
    what.add_argument(
        "--catalog", metavar="FILE|NAME", help=f"CSV file, or one of {', '.join(CATALOG_PRESETS)}"
    )
    formats = " or ".join(one.label for one in FORMATS)
    what.add_argument("--trace", metavar="FILE", help=f"CSV file: {formats}")
    what.add_argument(
        "--policy", action="append", metavar="NAME", help=f"repeatable: {', '.join(POLICIES)}, all"
    )
    for group, title in GROUPS.items():
        options = run.add_argument_group(title)
        for field in FIELDS.values():
            if field.group == group:
                options.add_argument(field.flag, dest=field.path, **_grammar(field))
    how = run.add_argument_group("output")
    how.add_argument("--format", choices=("table", "json", "csv"), default="table")
    how.add_argument("--output", metavar="FILE", help="write there instead of stdout")
    figures_command.add_arguments(commands)
    bench = commands.add_parser("bench", help="measure speed and quality on this machine")
    bench.add_argument("--format", choices=("table", "json"), default="table")
    return top


def scenario_of(flags: argparse.Namespace) -> tuple[Scenario, TraceFile | None, list[str]]:
    """The scenario that the flags describe, its request log, and what was left behind for it.

    Raises
    ------
    InputError: naming the flag, file, row or column that cannot be used.
    """
    if flags.preset is not None and flags.scenario is not None:
        raise InputError("--preset and --scenario exclude each other")
    scenario, notes = preset(flags.preset or "contended"), list[str]()
    if flags.scenario is not None:
        name, data = read_bytes(flags.scenario, max_bytes=20 * MAX_SCENARIO_BYTES)
        scenario = from_json(data, name)
    if flags.catalog is not None:
        shipped = flags.catalog in CATALOG_PRESETS
        catalog = flags.catalog if shipped else ModelCatalog.from_csv(Path(flags.catalog)).models
        order = scenario.workload.popularity_order
        scenario = replace(scenario, catalog=catalog)
        if getattr(flags, "workload.popularity_order") is None:
            kept = order_among(order, scenario.model_catalog.names)
            scenario = replace(scenario, workload=replace(scenario.workload, popularity_order=kept))
            notes += [f"{sentence} ({flags.catalog})" for sentence in left_order(order, kept)]
    if flags.policy:
        scenario = replace(scenario, policies=tuple(flags.policy))
    if flags.trace is not None:
        load = scenario.workload
        slots = load.slots if load.trace is not None else None  # its own cut of a trace is kept
        load = replace(load, trace=TraceReference(flags.trace, "", 0), slots=slots)
        scenario = replace(scenario, workload=load)
    given = {path: value for path in FIELDS if (value := getattr(flags, path)) is not None}
    if "workload.arrival_rates" in given:
        given.setdefault("workload.popularity_order", "custom")
    scenario = put(scenario, given)
    reference = scenario.workload.trace
    if reference is None:
        return scenario, None, notes
    place = Path(reference.name)
    if flags.trace is None and flags.scenario is not None and not place.exists():
        place = Path(flags.scenario).parent / place  # beside the scenario that names it
    trace = read_trace(place)
    found = TraceReference(reference.name, trace.sha256, trace.rows)
    if flags.trace is None and reference.sha256 != trace.sha256:
        raise InputError(
            "has changed since the scenario was written (give it with --trace to use it as it is)",
            file=reference.name,
        )
    return replace(scenario, workload=replace(scenario.workload, trace=found)), trace, notes


def _run(flags: argparse.Namespace) -> None:
    _check_output(flags.output)
    scenario, trace, left = scenario_of(flags)
    comparison = compare(scenario, trace=trace, record="summary")
    notes = [*left, *_without_effect(flags, scenario), *findings.warnings(comparison)]
    if flags.format != "table":
        missed = findings.missed_best(comparison.figures)
        notes += [text for text in (missed, comparison.left_out) if text]
    if flags.format == "csv":  # the others have them in what they write
        notes += comparison.table.notes
    for sentence in notes:
        print(f"genedge: warning: {one_line(sentence)}", file=sys.stderr)
    if flags.format == "json":
        text = export.as_json(comparison)
    elif flags.format == "csv":
        text = export.as_csv(comparison)
    else:
        text = export.as_table(comparison) + "\n"
        text += "\n".join(findings.takeaways(comparison, comparison.figures)) + "\n"
    _write(text, flags.output)


def _without_effect(flags: argparse.Namespace, scenario: Scenario) -> list[str]:
    """Flags that were given and change nothing, a sentence each."""
    source = scenario.workload.source
    return [
        f"{field.flag} has no effect: {SOURCES[source]}"
        for path, field in FIELDS.items()
        if getattr(flags, path) is not None and source not in field.sources
    ]


def _check_output(name: str | None) -> None:
    """Refuse a place that cannot be written before anything is computed."""
    if name is None:
        return
    if Path(name).is_dir():
        raise InputError("is a folder, not a file", file=name)
    if not Path(name).absolute().parent.is_dir():
        raise InputError("cannot be written: there is no such folder", file=name)


def _write(text: str, name: str | None) -> None:
    """Results to stdout alone, or to a file."""
    if name is not None:
        try:
            Path(name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"cannot be written: {error.strerror}", file=name) from None
        return
    if sys.stdout is None:
        raise InputError("stdout is closed: give --output")
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop_stdout()
        raise InputError(f"stdout cannot be written: {error.strerror}") from None


def _drop_stdout() -> None:
    """What could not be written goes nowhere, so that closing stdout does not fail once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _bench(flags: argparse.Namespace) -> None:
    from genedge.bench import as_json, as_table, measure

    figures = measure()
    _write(as_json(figures) if flags.format == "json" else as_table(figures), None)


def _figures(flags: argparse.Namespace) -> None:
    _write("\n".join(figures_command.run(flags)) + "\n", None)


COMMANDS: Final = {"run": _run, "figures": _figures, "bench": _bench}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # whatever the locale: files are read as UTF-8
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        flags = parser().parse_args(arguments)
        COMMANDS[flags.command](flags)
    except InputError as error:
        for line in error.lines():
            print(f"genedge: error: {line}", file=sys.stderr)
        return USAGE_ERROR
    except BrokenPipeError:  # the reader, such as head, has seen enough
        _drop_stdout()
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0
