"""Results out: JSON, CSV and a table to read, always with seed, scenario and version."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from genedge.intake.cells import plain_cell
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import METRICS
from genedge.runs.simulate import Comparison
from genedge.scenario.codec import to_dict, to_json
from genedge.studies.statistics import Estimate, summarise
from genedge.version import __version__

if TYPE_CHECKING:
    import pandas as pd

GAP: Final = "gap_to_offline"
RESULT_COLUMNS: Final = (*METRICS, GAP)

TABLE_COLUMNS: Final = (
    *((one.name, one.label, one.form) for one in METRICS.values() if not one.whole),
    (GAP, "gap", "{:+.1%}"),
)
"""Columns of the readable table: metric, heading, format."""


def results(comparison: Comparison) -> list[dict[str, Any]]:
    """One record a policy; with replications means, and half-widths as ``*_ci95``."""
    several = comparison.problem.scenario.replications > 1
    records = []
    for policy, figures in summarise(comparison).items():
        record: dict[str, Any] = {"policy": policy}
        estimates: dict[str, Estimate | None] = {**figures.metrics, GAP: figures.gap}
        for name, value in estimates.items():
            whole = name in METRICS and METRICS[name].whole and not several
            record[name] = None if value is None else int(value.mean) if whole else value.mean
            if several:
                record[f"{name}_ci95"] = None if value is None else value.half_width
        records.append(record)
    return records


def as_dict(comparison: Comparison) -> dict[str, Any]:
    """The whole result as plain values; its ``scenario`` gives the same numbers again."""
    scenario = comparison.problem.scenario
    first = comparison.runs[comparison.policies[0]]
    requests = sum(run.requests.model.size for run in first) / len(first)
    return {
        "genedge": __version__,
        "scenario": to_dict(scenario),
        "requests": int(requests) if requests.is_integer() else requests,
        "slots": first[0].requests.slots,
        "gains": {
            name: {"low": plan.gain_low, "high": plan.gain_high, "sweeps": plan.sweeps}
            for name, plan in comparison.gains.items()
        },
        "results": results(comparison),
    }


def as_json(comparison: Comparison) -> str:
    """The whole result as one JSON object."""
    return json.dumps(as_dict(comparison), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(comparison: Comparison) -> str:
    """One row a policy, with version, seed and scenario in the last columns."""
    scenario = comparison.problem.scenario
    out = io.StringIO()
    records = results(comparison)
    stamp = {"version": __version__, "seed": scenario.seed, "scenario": to_json(scenario)}
    writer = csv.DictWriter(out, [*records[0], *stamp], lineterminator="\n")
    writer.writeheader()
    for record in records:
        writer.writerow({**record, **stamp})
    return out.getvalue()


def as_table(comparison: Comparison) -> str:
    """A table to read in a terminal."""
    several = comparison.problem.scenario.replications > 1
    rows = [["policy", *(heading for _, heading, _ in TABLE_COLUMNS)]]
    for record in results(comparison):
        row = [str(record["policy"])]
        for name, _, form in TABLE_COLUMNS:
            value = record[name]
            text = "-" if value is None else form.format(value).replace("-0.0%", "+0.0%")
            spread = record.get(f"{name}_ci95")
            if several and name in LEDGERS and spread is not None:
                text += f" ±{spread:.2g}"
            row.append(text)
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]]) + "\n"


def frame_as_csv(frame: "pd.DataFrame", comparison_scenario: str, seed: int) -> str:
    """A chart's data as CSV, with version, seed and scenario in the first data row's last cells."""
    stamped = frame.copy()
    for column in stamped.columns:
        if stamped[column].dtype.kind not in "biuf":
            stamped[column] = [
                plain_cell(cell) if isinstance(cell, str) else cell for cell in stamped[column]
            ]
    stamped["version"] = __version__
    stamped["seed"] = seed
    stamped["scenario"] = [comparison_scenario] + [""] * (len(stamped) - 1)
    return str(stamped.to_csv(index=False, lineterminator="\n"))


def frame_as_json(frame: "pd.DataFrame", scenario: dict[str, Any], seed: int) -> str:
    """A chart's data as JSON, with version, seed and scenario."""
    records = json.loads(frame.to_json(orient="records", double_precision=15))
    return json.dumps(
        {"genedge": __version__, "seed": seed, "scenario": scenario, "data": records},
        indent=1,
        ensure_ascii=False,
        allow_nan=False,
    )
