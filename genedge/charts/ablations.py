"""Charts of ablations: differences with intervals, pooled against partitioned, cost by delay."""

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from genedge.charts.figure import ERROR_BAR, Part, axis, cost_axis, draw, shade
from genedge.charts.sweeps import INK
from genedge.registry.ledgers import LEDGERS
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.say import percent
from genedge.studies.ablations import FULL
from genedge.studies.statistics import Estimate
from genedge.studies.table import StudyTable
from genedge.words import ablations as sentences

MORE_AXES: Final = {
    metric: f"{ledger.label}: cost a slot more" for metric, ledger in LEDGERS.items()
}
ZERO: Final = "#888888"
"""A grey that is seen on light and on dark."""
APART: Final = 0.16
"""Half the distance of two policies' marks in one row."""


def _whiskers(values: Sequence[Estimate]) -> Part:
    return {
        **ERROR_BAR,
        "array": [value.half_width or 0.0 for value in values],
        "visible": any(value.half_width is not None for value in values),
        "width": 4,
    }


def _short(share: float) -> str:
    """The change of a cost beside a mark: +34 %, −12 %, ×3.6; nothing where there is none."""
    if share == 0 or abs(share) > 1e6:
        return ""
    if share >= 1:
        return f"×{1 + share:,.1f}"
    return f"{'+' if share > 0 else '−'}{percent(share)}"


def blind_differences(table: StudyTable, metric: str, theme: Theme) -> go.Figure:
    """What each blindness adds to the cost on one ledger, a mark and whiskers a policy."""
    traces: list[Part] = []
    for place, name in enumerate(table.policies):
        look, colour = POLICIES[name].look, POLICIES[name].look.colour(theme)
        found = [sentences.share(table, arm.name, name, metric) for arm in table.others]
        gaps = [table.difference(arm.name, name, metric) for arm in table.others]
        costs = [table.mean(arm.name, name, metric) for arm in table.others]
        offset = (2 * place - 1) * APART if len(table.policies) > 1 else 0.0
        traces.append(
            {
                "type": "scatter", "mode": "markers+text", "name": POLICIES[name].label,
                "x": [gap.mean for gap in gaps],
                "y": [row + offset for row in range(len(gaps))],
                "text": ["" if place else _short(one) for one in found],
                "textposition": [f"top {'left' if gap.mean < 0 else 'right'}" for gap in gaps],
                "cliponaxis": False,
                "error_x": _whiskers(gaps),
                "marker": {"symbol": look.mark, "size": 11, "color": colour,
                           "line": {"width": 1.5, "color": colour}},
                "customdata": [[arm.spoken, cost, cost - gap.mean, gap.half_width or 0.0]
                               for arm, cost, gap in zip(table.others, costs, gaps, strict=True)],
                "hovertemplate": f"{POLICIES[name].label} %{{customdata[0]}}: "
                    "%{customdata[1]:.4g} against %{customdata[2]:.4g}, difference %{x:.3g} "
                    "± %{customdata[3]:.2g}<extra></extra>",
            }
        )  # fmt: skip
    rows = len(table.others)
    return draw(
        None, traces, height=330,
        xaxis=axis(MORE_AXES[metric], zeroline=False, range=_room(table, metric)),
        yaxis=axis("blind to", tickvals=list(range(rows)), showgrid=False, zeroline=False,
                   ticktext=[arm.label.replace(" ", "<br>") for arm in table.others],
                   range=[rows - 0.5, -0.6], automargin=True),
        shapes=[_zero_line()],
    )  # fmt: skip


def _room(table: StudyTable, metric: str) -> list[float]:
    """From the lowest whisker, or no difference, to the highest, with room for what is written."""
    gaps = [
        table.difference(arm.name, name, metric) for arm in table.others for name in table.policies
    ]
    low, high = min(0.0, *(gap.low for gap in gaps)), max(0.0, *(gap.high for gap in gaps))
    if low == high:
        return [-1.0, 1.0]
    width = high - low
    return [low - (0.2 if low < 0 else 0.06) * width, high + (0.2 if high > 0 else 0.06) * width]


def _zero_line() -> Part:
    return {
        "type": "line", "xref": "x", "x0": 0, "x1": 0, "yref": "y domain", "y0": 0, "y1": 1,
        "line": {"color": ZERO, "width": 1.5}, "layer": "below",
    }  # fmt: skip


def partition_bars(table: StudyTable, metric: str, theme: Theme) -> go.Figure:
    """Cost of every policy on one ledger, in one pool and in fixed slices."""
    colours = [POLICIES[name].look.colour(theme) for name in table.policies]
    labels = [POLICIES[name].label for name in table.policies]
    traces: list[Part] = []
    for arm in table.arms:
        costs = [table.estimate(arm.name, name, metric) for name in table.policies]
        found = [sentences.share(table, arm.name, name, metric) for name in table.policies]
        whole = arm.name == FULL
        traces.append(
            {
                "type": "bar", "orientation": "h", "name": arm.label, "y": labels,
                "x": [cost.mean for cost in costs],
                "error_x": _whiskers(costs),
                "text": ["" if whole else _short(one) for one in found],
                "textposition": "inside", "insidetextanchor": "start", "textangle": 0,
                "constraintext": "none", "textfont": {"size": 11, "color": INK[theme]},
                "marker": {
                    "color": colours if whole else [shade(colour, 0.3) for colour in colours],
                    "line": {"color": colours, "width": 1},
                    "pattern": {"shape": "" if whole else "/", "fgcolor": colours, "size": 6,
                                "solidity": 0.15},
                },
                "hovertemplate": f"%{{y}}, {arm.label}: %{{x:.4g}}<extra></extra>",
            }
        )  # fmt: skip
    return draw(
        None, traces, height=130 + 62 * len(labels),
        barmode="group", bargap=0.3, bargroupgap=0.08,
        xaxis=cost_axis(metric),
        yaxis=axis(autorange="reversed", automargin=True),
    )  # fmt: skip


def scale_lines(table: StudyTable, metric: str, theme: Theme) -> go.Figure:
    """Cost on one ledger against the factor of the time to load, one line a policy."""
    realised = LEDGERS[metric].realised
    bounds = [
        name
        for name in table.policies
        if POLICIES[name].kind == "bound" and POLICIES[name].realised == realised
    ]
    traces = [_line(table, name, metric, theme) for name in (*_real(table), *bounds)]
    return draw(
        sentences.scale_title(table, metric), traces, height=420, legend_rows=2,
        xaxis=_scale_axis(table), yaxis=cost_axis(metric),
    )  # fmt: skip


def behaviour_lines(table: StudyTable, figure: str, theme: Theme) -> go.Figure:
    """Models held, or the share of requests that are no hits, against the same factor."""
    traces = [_line(table, name, figure, theme) for name in _real(table)]
    y = axis("models held, mean over slots", rangemode="tozero")
    if figure == "hit_ratio":
        y = axis("share of requests that wait", rangemode="tozero", tickformat=".0%")
    return draw(
        None, traces, height=420, legend_rows=2,
        xaxis=_scale_axis(table), yaxis=y,
    )  # fmt: skip


def _real(table: StudyTable) -> list[str]:
    """Policies that are no bounds; the exact decision only where it stands for the GA."""
    return [
        name
        for name in table.policies
        if POLICIES[name].kind != "bound" and not (name == "exact" and "ga" in table.policies)
    ]


def _scale_axis(table: StudyTable) -> Part:
    return axis(
        "time to load a model, × the scenario's", zeroline=False,
        tickvals=[arm.variation.delay_scale for arm in table.arms],
        ticktext=[arm.label for arm in table.arms],
    )  # fmt: skip


def _line(table: StudyTable, name: str, figure: str, theme: Theme) -> Part:
    look, colour = POLICIES[name].look, POLICIES[name].look.colour(theme)
    values = [table.estimate(arm.name, name, figure) for arm in table.arms]
    label = POLICIES[name].label
    means = [value.mean for value in values]
    number = ".4g"
    if figure == "hit_ratio":  # drawn as what it lacks to 1
        means, number = [1.0 - mean for mean in means], ".1%"
    return {
        "type": "scatter", "mode": "lines+markers", "name": label,
        "x": [arm.variation.delay_scale for arm in table.arms], "y": means,
        "error_y": {**_whiskers(values), "color": colour},
        "line": {"color": colour, "dash": look.dash, "width": 3 if name == "ga" else 1.8},
        "marker": {"symbol": look.mark, "color": colour, "size": 8},
        "hovertemplate": f"{label} at ×%{{x:g}}: %{{y:{number}}}<extra></extra>",
    }  # fmt: skip
