"""Charts of sweeps: lines with bands, boxes, where constraints bind, maps, random catalogs."""

import math
from typing import Any, Final, Literal

import numpy as np
import plotly.graph_objects as go

from genedge.charts.figure import Part, axis, cost_axis, draw, line_at, shade
from genedge.paper.map import CLAIMED, cells
from genedge.registry.ledgers import LEDGERS
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.say import percent
from genedge.studies.knobs import KNOBS
from genedge.studies.statistics import Values
from genedge.studies.table import StudyTable
from genedge.words import figures as sentences

Point = tuple[float, ...]
HEAT: Final[dict[Theme, list[list[Any]]]] = {
    "light": [[0.0, "#3B6FA0"], [0.25, "#A9C3DA"], [0.5, "#F6F4EF"], [0.75, "#F3B98A"],
              [1.0, "#C45508"]],
    "dark": [[0.0, "#5B9BD5"], [0.25, "#2F5070"], [0.5, "#1B1F23"], [0.75, "#7A431B"],
             [1.0, "#E8792B"]],
}  # fmt: skip
"""From dearer (blue) over equal to cheaper (the GA's own orange)."""
LEGEND: Final = {"entrywidth": 100, "traceorder": "normal"}
"""Two columns on a telephone."""
INK: Final[dict[Theme, str]] = {"light": "#23272B", "dark": "#E6E4DF"}


def shown_policies(table: StudyTable, metric: str) -> list[str]:
    """Policies drawn on one ledger: bounds planned for the other one say nothing here."""
    realised = LEDGERS[metric].realised
    return [
        name
        for name in table.policies
        if POLICIES[name].kind != "bound" or POLICIES[name].realised == realised
    ]


def _value_axis(table: StudyTable) -> Part:
    knob = KNOBS[table.study.axes[0].knob]
    values = table.study.axes[0].values
    return axis(
        knob.label, tickvals=list(values), ticktext=[f"{value:g}" for value in values],
        type="log" if knob.logarithmic else "linear", zeroline=False,
    )  # fmt: skip


def _here(table: StudyTable, here: Point | None, theme: Theme) -> Part:
    """A line at the value that the scenario in force has."""
    values = table.study.axes[0].values
    if here is None or not min(values) <= here[0] <= max(values):
        return {}
    current = here[0]
    parts = line_at(current, "", shade(INK[theme], 0.45))
    parts["shapes"][0]["line"].update(width=1.2, dash="dot")
    right = values.index(max(values)) and current > (values[0] + values[-1]) / 2
    place = current
    if KNOBS[table.study.axes[0].knob].logarithmic:
        place = math.log10(current)
        right = place > (math.log10(values[0]) + math.log10(values[-1])) / 2
    parts["annotations"][0].update(
        text="scenario in force", x=place, xanchor="right" if right else "left",
        font={"size": 11}, xshift=-2 if right else 2,
    )  # fmt: skip
    return parts


def _boxed(policy: str) -> bool:
    """Whether it gets a box: not the exact decisions, so like the GA's, nor an online bound."""
    kind = POLICIES[policy]
    return policy != "exact" and (kind.kind != "bound" or kind.clairvoyant)


def _band(x: Values, mean: Values, half: Values, policy: str, colour: str) -> Part:
    return {
        "type": "scatter", "mode": "lines", "legendgroup": policy, "showlegend": False,
        "x": [*x, *x[::-1]], "y": [*(mean + half), *(mean - half)[::-1]],
        "fill": "toself", "fillcolor": shade(colour, 0.14), "line": {"width": 0},
        "hoverinfo": "skip",
    }  # fmt: skip


def sweep_lines(
    table: StudyTable, metric: str, theme: Theme, here: Point | None = None
) -> go.Figure:
    """Mean cost against the value, one line a policy, with 95 % bands over replications."""
    values = np.array(table.study.axes[0].values)
    hidden = sentences.off_the_scale(table, metric)
    bands: list[Part] = []
    lines: list[Part] = []
    for name in shown_policies(table, metric):
        look, colour = POLICIES[name].look, POLICIES[name].look.colour(theme)
        mean, half = table.means(name, metric), table.halves(name, metric)
        seen = ~np.isnan(mean)
        x, mean, half = values[seen], mean[seen], half[seen]
        visible = "legendonly" if name in hidden else True
        known = half.size > 0 and not np.isnan(half).any()
        if look.width > 1.5 and known and half.any():
            bands.append({**_band(x, mean, half, name, colour), "visible": visible})
        label = POLICIES[name].label
        lines.append(
            {
                "type": "scatter", "mode": "lines+markers", "name": label, "legendgroup": name,
                "x": x, "y": mean, "customdata": half, "visible": visible,
                "line": {"color": colour, "dash": look.dash, "width": look.width},
                "marker": {"symbol": look.mark, "color": colour,
                           "size": 7 if look.width > 1.5 else 5},
                "hovertemplate":
                    f"{label} at %{{x:g}}: %{{y:.4g}}"
                    + (" ± %{customdata:.2g}" if known else "") + "<extra></extra>",
            }
        )  # fmt: skip
    return draw(
        sentences.sweep_title(table, metric), bands + lines, height=500, legend_rows=4,
        xaxis=_value_axis(table), yaxis=cost_axis(metric),
        legend=LEGEND, **_here(table, here, theme),
    )  # fmt: skip


def sweep_boxes(table: StudyTable, metric: str, theme: Theme) -> go.Figure:
    """Cost of every replication: a box a policy, side by side at each value."""
    hidden = sentences.off_the_scale(table, metric)
    labels = [f"{value:g}" for value in table.study.axes[0].values]
    traces: list[Part] = []
    for name in shown_policies(table, metric):
        if not _boxed(name):
            continue
        colour = POLICIES[name].look.colour(theme)
        costs = table.over(name, metric)
        seen = ~np.isnan(costs)
        places = np.repeat(labels, costs.shape[1])[seen.ravel()]
        traces.append(
            {
                "type": "box", "name": POLICIES[name].label, "x": places.tolist(),
                "y": costs[seen], "fillcolor": shade(colour, 0.35),
                "line": {"color": colour, "width": 1.4},
                "marker": {"color": colour, "size": 4, "symbol": POLICIES[name].look.mark},
                "boxpoints": "outliers",
                "visible": "legendonly" if name in hidden else True,
            }
        )  # fmt: skip
    knob = KNOBS[table.study.axes[0].knob]
    return draw(
        sentences.sweep_title(table, metric), traces, height=500, legend_rows=4, boxmode="group",
        xaxis=axis(knob.label, type="category", categoryorder="array", categoryarray=labels),
        yaxis=cost_axis(metric), boxgap=0.2, boxgroupgap=0.15,
        legend=LEGEND,
    )  # fmt: skip


def binding_line(table: StudyTable, theme: Theme) -> go.Figure:
    """Share of the exact decisions that a constraint changes, against the value."""
    values = np.array(table.study.axes[0].values)
    name = "exact" if "exact" in table.policies else table.policies[0]
    colour = POLICIES["exact"].look.colour(theme)
    mean, half = table.means(name, "binding_share"), table.halves(name, "binding_share")
    seen = ~np.isnan(mean)
    trace = {
        "type": "scatter", "mode": "lines+markers", "name": POLICIES[name].label,
        "x": values[seen], "y": mean[seen], "fill": "tozeroy", "fillcolor": shade(colour, 0.12),
        "line": {"color": colour, "width": 2}, "marker": {"symbol": "circle", "size": 7},
        "error_y": {"type": "data", "array": np.nan_to_num(half[seen]), "thickness": 1.2,
                    "width": 0,
                    "color": colour},
        "hovertemplate": "%{x:g}: %{y:.1%} of decisions<extra></extra>",
    }  # fmt: skip
    highest = float(mean[seen].max()) if seen.any() else 0.0
    return draw(
        None, [trace], height=300, legend_rows=0,
        xaxis=_value_axis(table),
        yaxis=axis("exact decisions that a constraint changes", tickformat=".0%",
                   range=[0, max(0.1, min(1.02, 1.15 * highest))]),
    )  # fmt: skip


def _place(values: tuple[float, ...], value: float | None) -> float | None:
    """Where a value lies between the rows or columns of a map; None outside."""
    if value is None or not min(values) <= value <= max(values):
        return None
    return float(np.interp(value, values, np.arange(len(values))))


def _outline(inside: np.ndarray[Any, np.dtype[np.bool_]], colour: str) -> list[Part]:
    """Lines around a region of cells: every edge between a cell inside and one outside."""
    wide = np.pad(inside, 1)
    shapes = []
    for row, column in np.argwhere(inside).tolist():
        sides = {
            (-0.5, -0.5, -0.5, 0.5): wide[row + 1, column],
            (0.5, -0.5, 0.5, 0.5): wide[row + 1, column + 2],
            (-0.5, -0.5, 0.5, -0.5): wide[row, column + 1],
            (-0.5, 0.5, 0.5, 0.5): wide[row + 2, column + 1],
        }
        shapes += [
            {
                "type": "line", "xref": "x", "yref": "y",
                "x0": column + x0, "y0": row + y0,
                "x1": column + x1, "y1": row + y1,
                "line": {"color": colour, "width": 3},
            }
            for (x0, y0, x1, y1), taken in sides.items()
            if not taken
        ]  # fmt: skip
    return shapes


def heat_map(
    table: StudyTable,
    metric: str,
    against: Literal["best", "worst"],
    theme: Theme,
    here: Point | None = None,
) -> go.Figure:
    """The GA's reduction over a grid of two knobs; invisible marks carry each point for a click."""
    found = cells(table, metric)
    shares = found.against_best if against == "best" else found.against_worst
    upright, level = table.study.axes
    rows, columns = np.indices(shares.shape)
    most = max(0.2, float(np.nanmax(np.abs(shares)))) if not np.isnan(shares).all() else 1.0
    most = min(1.0, most)
    ink = INK[theme]
    knobs = [KNOBS[part.knob] for part in (upright, level)]
    names = [knob.label for knob in knobs]
    bound = np.argwhere(found.binding > 0)
    texts = [
        f"{names[0]} {knobs[0].tick(point[0])}, {names[1]} {knobs[1].tick(point[1])}<br>"
        f"GA {_signed(best)} the best, {_signed(worst)} the worst baseline<br>"
        f"a constraint binds in {binding:.1%} of decisions"
        for point, best, worst, binding in zip(
            table.study.points,
            found.against_best.ravel().tolist(),
            found.against_worst.ravel().tolist(),
            found.binding.ravel().tolist(),
            strict=True,
        )
    ]
    still = {"unselected": {"marker": {"opacity": 1}}, "hoverinfo": "skip"}
    traces: list[Part] = [
        {
            "type": "heatmap", "z": shares, "colorscale": HEAT[theme], "zmid": 0, "zmin": -most,
            "zmax": most, "xgap": 1, "ygap": 1, "hoverinfo": "skip", "showlegend": False,
            "text": [["" if math.isnan(cell) else str(round(100 * cell)) for cell in row]
                     for row in shares.tolist()],
            "texttemplate": "%{text}", "textfont": {"size": 12, "color": ink},
            "showscale": False,
        },
        {
            "type": "scatter", "mode": "markers", "name": "a constraint binds", **still,
            "x": bound[:, 1] + 0.36, "y": bound[:, 0] + 0.32, "showlegend": True,
            "marker": {"symbol": "line-ne", "size": 7, "line": {"width": 1.5, "color": ink}},
        },
        {
            "type": "scatter", "mode": "markers", "name": "the paper's range", **still,
            "x": [None], "y": [None], "showlegend": True,
            "marker": {"symbol": "square-open", "size": 11, "color": ink, "line": {"width": 3}},
        },
    ]  # fmt: skip
    if here is not None:
        x, y = _place(level.values, here[1]), _place(upright.values, here[0])
        if x is not None and y is not None:
            traces.append(
                {
                    "type": "scatter", "mode": "markers", "name": "scenario in force", **still,
                    "x": [x], "y": [y], "showlegend": True,
                    "marker": {"symbol": "circle-open", "size": 27, "color": ink,
                               "line": {"width": 2.5}},
                }
            )  # fmt: skip
    clear = {"opacity": 0, "size": 30, "symbol": "square", "color": ink}
    traces.append(
        {
            "type": "scatter", "mode": "markers", "name": "points", "showlegend": False,
            "x": columns.ravel(), "y": rows.ravel(), "marker": clear,
            "selected": {"marker": {"opacity": 0}}, "unselected": {"marker": {"opacity": 0}},
            "customdata": [list(point) for point in table.study.points], "text": texts,
            "hovertemplate": "%{text}<extra></extra>",
        }
    )  # fmt: skip
    return draw(
        sentences.map_title(found), traces, height=170 + 44 * len(upright.values), legend_rows=2,
        xaxis=axis(names[1], tickvals=list(range(len(level.values))), showgrid=False,
                   zeroline=False, ticktext=[*map(knobs[1].tick, level.values)],
                   range=[-0.5, len(level.values) - 0.5]),
        yaxis=axis(names[0], tickvals=list(range(len(upright.values))), showgrid=False,
                   zeroline=False, ticktext=[*map(knobs[0].tick, upright.values)],
                   range=[-0.5, len(upright.values) - 0.5]),
        shapes=_outline(found.claimed, ink), hovermode="closest", clickmode="event+select",
        dragmode=False,
    )  # fmt: skip


def _signed(share: float) -> str:
    return f"{percent(share)} {'below' if share >= 0 else 'above'}"


def draw_spread(table: StudyTable, metric: str, theme: Theme) -> go.Figure:
    """The GA's reduction on every random catalog, against the best and the worst baseline."""
    found = cells(table, metric)
    seen = ~np.isnan(found.against_best)
    order = np.argsort(found.against_best[seen], kind="stable")
    seeds = np.array(table.study.axes[0].values)[seen][order]
    traces: list[Part] = []
    for label, shares, look in (
        ("against the worst baseline", found.against_worst, POLICIES["lru"].look),
        ("against the best baseline", found.against_best, POLICIES["ga"].look),
    ):
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": label,
                "x": np.arange(1, len(seeds) + 1), "y": shares[seen][order], "customdata": seeds,
                "marker": {"symbol": look.mark, "size": 9, "color": look.colour(theme)},
                "hovertemplate":
                    "catalog of seed %{customdata:g}: GA %{y:.1%} below<extra></extra>",
            }
        )  # fmt: skip
    low, high = CLAIMED
    return draw(
        None, traces, height=420, legend_rows=2,
        xaxis=axis("random catalogs, by reduction", zeroline=False),
        yaxis=axis("reduction of the GA", tickformat=".0%"),
        legend={"entrywidth": 190},
        shapes=[
            {
                "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": low,
                "y1": high, "layer": "below", "line": {"width": 0},
                "fillcolor": shade(POLICIES["ga"].look.colour(theme), 0.12),
            }
        ],
        annotations=[
            {
                "text": "the paper's 56.06 to 76.73 %", "showarrow": False, "xref": "paper",
                "x": 0.01, "xanchor": "left", "yref": "y", "y": high, "yanchor": "top",
                "font": {"size": 11},
            }
        ],
    )  # fmt: skip


__all__ = ["binding_line", "draw_spread", "heat_map", "sweep_boxes", "sweep_lines"]
