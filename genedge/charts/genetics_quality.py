"""Charts of many genetic searches: a whole run, the parameters one by one, growing catalogs."""

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from genedge.charts.figure import Part, axis, draw, shade
from genedge.charts.genetics import INK, QUIET
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.say import capital
from genedge.scenario.scenario import GeneticParameters
from genedge.studies.search_quality import gaps
from genedge.studies.search_studies import STUDIED, GrowthPoint, StudyPoint

MOST_MARKS: Final = 2000
"""Decisions drawn one by one; all that miss the optimum are among them, up to as many again."""


def _thin(places: Any) -> Any:
    if places.size <= MOST_MARKS:
        return places
    return places[np.linspace(0, places.size - 1, MOST_MARKS).round().astype(np.int64)]


def decision_gaps(run: Run, theme: Theme) -> go.Figure:
    """What each decision of a run costs more than the exact optimum."""
    above = gaps(run.decisions.cost, run.decisions.best_cost)
    groups = (
        ("equals the optimum", _thin(np.flatnonzero(above == 0)), "circle-open", QUIET[theme], 6),
        (
            "misses the optimum",
            _thin(np.flatnonzero(above > 0)),
            "x",
            POLICIES["ga"].look.colour(theme),
            8,
        ),
    )
    traces: list[Part] = [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": places + 1, "y": above[places],
            "marker": {"symbol": mark, "color": colour, "size": size},
            "hovertemplate": "decision %{x}: %{y:.4g} above the optimum<extra></extra>",
        }
        for name, places, mark, colour, size in groups
        if places.size
    ]  # fmt: skip
    top = float(above.max())
    return draw(
        None, traces, height=320,
        xaxis=axis("decision of the run"),
        yaxis=axis("C(y) above the optimum", range=[-0.06 * top, 1.1 * top] if top else [-0.1, 1]),
        legend={"entrywidth": 150},
    )  # fmt: skip


def generations_needed(run: Run, theme: Theme) -> go.Figure:
    """How many decisions of a run took so many generations."""
    done = run.decisions.generations
    missed = gaps(run.decisions.cost, run.decisions.best_cost) > 0
    width = max(1, -(-int(done.max() - done.min() + 1) // 40))
    edges = np.arange(int(done.min()), int(done.max()) + width + 1, width)
    colour = POLICIES["ga"].look.colour(theme)
    groups = (
        ("equals the optimum", ~missed, {"color": shade(colour, 0.45)}),
        ("misses the optimum", missed,
         {"color": colour, "pattern": {"shape": "x", "fgcolor": INK[theme], "bgcolor": colour,
                                       "size": 6}}),
    )  # fmt: skip
    traces: list[Part] = [
        {
            "type": "bar", "name": name, "x": edges[:-1] + (width - 1) / 2, "width": 0.9 * width,
            "y": np.histogram(done[rows], edges)[0], "marker": look,
            "hovertemplate": "%{y} decisions after about %{x} generations<extra></extra>",
        }
        for name, rows, look in groups
        if rows.any()
    ]  # fmt: skip
    return draw(
        None, traces, height=320, barmode="stack",
        xaxis=axis("generations run", **({"dtick": 1} if edges.size < 8 else {})),
        yaxis=axis("decisions"), legend={"entrywidth": 150},
    )  # fmt: skip


def study_panels(
    points: list[StudyPoint], parameters: GeneticParameters, theme: Theme
) -> go.Figure:
    """One row a parameter: share of optimal decisions on the left, time on the right."""
    ga, ink = POLICIES["ga"].look.colour(theme), INK[theme]
    traces: list[Part] = []
    layout: Part = {}
    notes: list[Part] = []
    shares = [point.quality.share for point in points]
    times = [point.quality.ms for point in points]
    low = max(0.0, min(shares) - 0.05)
    ends = [10 ** float(np.floor(np.log10(min(times)))), max(times) * 1.6]
    rows, gap = len(STUDIED), 0.1
    height = (1 - gap * (rows - 1)) / rows
    for row, studied in enumerate(STUDIED):
        found = [point for point in points if point.name == studied.name]
        now = float(getattr(parameters, studied.name))
        top = 1 - row * (height + gap)
        notes.append(
            {
                "text": f"<b>{capital(studied.label)}</b>", "showarrow": False, "xref": "paper",
                "x": 0, "xanchor": "left", "yref": "paper", "y": top, "yanchor": "bottom",
                "font": {"size": 13},
            }
        )  # fmt: skip
        for column, (what, unit) in enumerate((("share", "optimal"), ("ms", "ms each"))):
            number = 2 * row + column + 1
            end = "" if number == 1 else str(number)
            values = [getattr(point.quality, what) for point in found]
            marks = [point.value == now for point in found]
            shown = "%{y:.1%} optimal" if what == "share" else "%{y:.3g} ms a decision"
            traces.append(
                {
                    "type": "scatter", "mode": "lines+markers", "name": unit,
                    "xaxis": f"x{end}", "yaxis": f"y{end}", "showlegend": False,
                    "x": [point.value for point in found], "y": values,
                    "line": {"color": ga if column == 0 else ink, "width": 2,
                             "dash": "solid" if column == 0 else "dash"},
                    "marker": {
                        "symbol": ["diamond" if mark else "circle" for mark in marks],
                        "size": [13 if mark else 6 for mark in marks],
                        "color": ga if column == 0 else ink,
                    },
                    "hovertemplate": f"{studied.label} %{{x:g}}: {shown}<extra></extra>",
                }
            )  # fmt: skip
            layout[f"xaxis{end}"] = axis(
                studied.unit,
                domain=[0.0, 0.42] if column == 0 else [0.58, 1.0], anchor=f"y{end}",
                type="log" if studied.logarithmic else "linear", zeroline=False,
                tickvals=_ticks([point.value for point in found], studied.logarithmic),
                tickangle=0,
            )  # fmt: skip
            layout[f"yaxis{end}"] = axis(
                unit, domain=[top - height, top], anchor=f"x{end}", zeroline=False,
                **({"range": [low, 1 + 0.06 * (1 - low)], "tickformat": ".0%", "nticks": 4}
                   if column == 0
                   else {"type": "log", "range": np.log10(ends).tolist(), "nticks": 4,
                         "dtick": 1, "tickformat": "~g"}),
            )  # fmt: skip
    return draw(
        None, traces, height=200 * rows, legend_rows=0,
        annotations=notes, margin={"l": 10, "r": 10, "t": 76, "b": 44}, **layout,
    )  # fmt: skip


def _ticks(values: list[float], logarithmic: bool) -> list[float]:
    """Values that can be written side by side under a narrow panel."""
    if not values:
        return []
    span = max(values) - min(values)
    kept: list[float] = []
    for value in sorted(values):
        near = bool(kept) and (
            value < 4 * kept[-1] if logarithmic else value - kept[-1] < 0.19 * span
        )
        if not near:
            kept.append(value)
    return kept


def growth_times(points: list[GrowthPoint], theme: Theme) -> go.Figure:
    """Time of a decision against the models of the catalog, and how often the search is right."""
    models = [point.models for point in points]
    ga, exact = POLICIES["ga"].look, POLICIES["exact"].look
    lines = (
        ("GA", [point.quality.ms for point in points], ga.colour(theme), ga.dash, ga.mark, 3.0),
        ("exact optimum", [point.exact_ms for point in points], exact.colour(theme), exact.dash,
         exact.mark, 2.5),
        ("enumeration", [point.enumeration_ms for point in points], QUIET[theme], "dash",
         "square", 2.0),
    )  # fmt: skip
    traces: list[Part] = [
        {
            "type": "scatter", "mode": "lines+markers", "name": name, "x": models, "y": times,
            "line": {"color": colour, "dash": dash, "width": width},
            "marker": {"symbol": mark, "size": 8, "color": colour},
            "hovertemplate": f"{name}, %{{x}} models: %{{y:.3g}} ms a decision<extra></extra>",
        }
        for name, times, colour, dash, mark, width in lines
    ]  # fmt: skip
    traces.append(
        {
            "type": "bar", "name": "GA optimal", "x": models, "showlegend": False, "yaxis": "y2",
            "y": [point.quality.share for point in points],
            "text": [f"{point.quality.share:.0%}" if point.quality.missed else "all"
                     for point in points],
            "textposition": "outside", "cliponaxis": False, "width": 3, "constraintext": "none",
            "textangle": 0, "textfont": {"size": 11},
            "marker": {"color": shade(ga.colour(theme), 0.6)},
            "customdata": [[point.quality.mean_gap, point.decisions] for point in points],
            "hovertemplate": "%{x} models: %{y:.1%} of %{customdata[1]} decisions optimal, "
                "%{customdata[0]:.3g} above where missed<extra></extra>",
        }
    )  # fmt: skip
    return draw(
        None, traces, height=560,
        xaxis=axis("models in the catalog", tickvals=models, anchor="y2", zeroline=False),
        yaxis=axis("ms a decision", type="log", domain=[0.36, 1], dtick=1, zeroline=False,
                   tickformat="~g"),
        yaxis2=axis("GA optimal", domain=[0, 0.24], anchor="x", range=[0, 1.05], nticks=3,
                    tickformat=".0%", zeroline=False),
        legend={"entrywidth": 105},
    )  # fmt: skip
