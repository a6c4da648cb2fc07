"""Results out: JSON, CSV and a table to read, always with seed, scenario and version."""

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from genedge.intake.cells import plain_cell
from genedge.registry.ledgers import LEDGERS
from genedge.registry.metrics import METRICS
from genedge.scenario.codec import to_dict, to_json
from genedge.studies.comparison import Comparison, PolicyFigures
from genedge.studies.statistics import Estimate
from genedge.version import __version__

if TYPE_CHECKING:
    import pandas as pd

GAP: Final = "gap_to_offline"
TABLE_COLUMNS: Final = (
    *((one.name, one.label, one.form) for one in METRICS.values() if not one.whole),
    (GAP, "gap", "{:+.1%}"),
)
"""Columns of the readable table: metric, heading, format."""


def record(figures: PolicyFigures, reference: str) -> dict[str, Any]:
    """One policy in one row: means, half-widths as ``*_ci95`` (None where there is none).

    ``*_difference`` is the cost less that of ``reference``, called ``versus``, on the same
    requests; ``*_wins`` counts the replications, or blocks of a log, in which it costs less.
    """
    row: dict[str, Any] = {"policy": figures.policy}
    estimates: dict[str, Estimate | None] = {**figures.metrics, GAP: figures.gap}
    for name, value in estimates.items():
        half = None if value is None else value.half_width
        mean = None if value is None else value.mean
        whole = half is None and name in METRICS and METRICS[name].whole
        row[name] = int(mean) if whole and mean is not None and mean.is_integer() else mean
        row[f"{name}_ci95"] = half
    row["versus"] = reference
    for metric in LEDGERS:
        gap = figures.versus.get(metric)
        row[f"{metric}_difference"] = None if gap is None else gap.mean
        row[f"{metric}_difference_ci95"] = None if gap is None else gap.half_width
        for count in ("wins", "ties", "losses"):
            row[f"{metric}_{count}"] = None if gap is None else getattr(gap, count)
    row["best_choice_share"] = figures.best_choice_share
    return row


def _result(figures: PolicyFigures, reference: str) -> dict[str, Any]:
    """The same as an object: what is said against the reference stands together."""
    row = record(figures, reference)
    found: dict[str, Any] = {"policy": row["versus"]}
    for metric in LEDGERS:
        gap = {"difference": f"{metric}_difference", "ci95": f"{metric}_difference_ci95"}
        gap |= {count: f"{metric}_{count}" for count in ("wins", "ties", "losses")}
        found[metric] = {name: row.pop(column) for name, column in gap.items()}
    row["versus"] = found if figures.versus else None
    return row


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
        "notes": list(comparison.table.notes),
        "results": [_result(one, comparison.reference) for one in comparison.figures.values()],
    }


def as_json(comparison: Comparison) -> str:
    """The whole result as one JSON object."""
    return json.dumps(as_dict(comparison), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def as_csv(comparison: Comparison) -> str:
    """One row a policy, with version, seed and scenario in the last columns."""
    scenario = comparison.problem.scenario
    out = io.StringIO()
    records = [record(one, comparison.reference) for one in comparison.figures.values()]
    stamp = {"version": __version__, "seed": scenario.seed, "scenario": to_json(scenario)}
    writer = csv.DictWriter(out, [*records[0], *stamp], lineterminator="\n")
    writer.writeheader()
    for row in records:
        writer.writerow({**row, **stamp})
    return out.getvalue()


def as_table(comparison: Comparison) -> str:
    """A table to read in a terminal; beside each ledger the difference to the reference policy."""
    reference = comparison.reference
    shown: list[tuple[str, str, str]] = []
    for name, heading, form in TABLE_COLUMNS:
        shown.append((name, heading, form))
        if name in LEDGERS:
            shown.append((f"{name}_difference", f"less {reference}", "{:+.3g}"))
    rows = [["policy", *(heading for _, heading, _ in shown)]]
    for figures in comparison.figures.values():
        made = record(figures, reference)
        row = [figures.policy]
        for name, _, form in shown:
            value, spread = made[name], made.get(f"{name}_ci95")
            text = "-" if value is None else form.format(value).replace("-0.0%", "+0.0%")
            if name.startswith(tuple(LEDGERS)) and spread is not None:
                text += f" ±{spread:.2g}"
            alike = name.endswith("_difference") and (value, spread) == (0.0, 0.0)
            row.append("same" if alike else text)
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
