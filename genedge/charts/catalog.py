"""Charts of a catalog and a server: delays, footprints, what fits, what is asked for."""

from typing import Final

import plotly.graph_objects as go

from genedge.catalog import ModelCatalog
from genedge.catalog_facts import Capacity
from genedge.charts.figure import Part, axis, draw, line_at, shade
from genedge.palette import LOOKS, Theme

TERM_TONES: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#B5D3DF", "#6BA1B8", "#2A5E76"),
    "dark": ("#3E6F86", "#6FA8C0", "#B9DCE9"),
}
MOST_CAPACITIES: Final = 12
"""Bars of demands stop at so many capacities; their texts say how many there are."""


def _shown(name: str, most: int = 24) -> str:
    """A user's name as plotly text: no markup, not too long."""
    short = name if len(name) <= most else name[: most - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;")


def _model_axis(names: list[str]) -> Part:
    """Names of the rows of a bar chart; rows are numbers, so that shortened names may be alike."""
    return axis(
        autorange=False, range=[len(names) - 0.5, -0.5], tickvals=list(range(len(names))),
        zeroline=False, showgrid=False, ticktext=[_shown(name) for name in names],
    )  # fmt: skip


def service_delays(
    names: list[str], later: list[float], terms: dict[str, list[float]], theme: Theme
) -> go.Figure:
    """Fig. 1: first service delay, stacked by term, against later ones, per model."""
    rows = list(range(len(names)))
    full = [_shown(name, 80) for name in names]
    traces: list[Part] = [
        {
            "type": "bar", "orientation": "h", "name": f"first: {term}", "y": rows, "x": seconds,
            "marker": {"color": colour}, "customdata": full,
            "hovertemplate": "%{customdata}: %{x:.3g} s " + term + "<extra></extra>",
        }
        for (term, seconds), colour in zip(terms.items(), TERM_TONES[theme], strict=True)
    ]  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "markers", "name": "later ones", "y": rows, "x": later,
            "customdata": full,
            "marker": {"symbol": "line-ns", "size": 16,
                       "line": {"width": 3, "color": LOOKS["offline"].colour(theme)}},
            "hovertemplate": "%{customdata}: %{x:.3g} s once deployed<extra></extra>",
        }
    )  # fmt: skip
    return draw(
        "The first request waits, later ones do not", traces, height=160 + 26 * len(names),
        legend_rows=2, barmode="stack", yaxis=_model_axis(names),
        xaxis=axis("service delay, s", rangemode="tozero"), legend={"traceorder": "normal"},
    )  # fmt: skip


def _label_sides(catalog: ModelCatalog) -> list[str]:
    """Labels above the marks; elsewhere where they would run into a neighbour's, "" if nowhere."""
    width = max(float(catalog.storage_gb.max()), 1e-9)
    height = max(float(catalog.gpu_memory_gb.max()), 1e-9)
    sides: list[str] = []
    for row, model in enumerate(catalog):
        taken = {
            sides[other]
            for other in range(row)
            if abs(model.storage_gb - catalog.models[other].storage_gb) < 0.2 * width
            and abs(model.gpu_memory_gb - catalog.models[other].gpu_memory_gb) < 0.06 * height
        }
        choices = ("top center", "bottom center", "middle right", "middle left")
        sides.append(next((side for side in choices if side not in taken), ""))
    return sides


def footprints(catalog: ModelCatalog, delay_s: list[float], theme: Theme) -> go.Figure:
    """Storage against GPU memory; size is power, colour the delay of a miss."""
    most = max(float(catalog.power_kw.max()), 1e-9)
    labelled = len(catalog) <= 20
    sides = _label_sides(catalog) if labelled else [""] * len(catalog)
    crowd = 1.0 if labelled else max(0.3, (20 / len(catalog)) ** 0.3)
    trace = {
        "type": "scatter", "x": catalog.storage_gb, "y": catalog.gpu_memory_gb,
        "mode": "markers+text" if labelled else "markers",
        "text": [
            _shown(name, 22) if side else ""
            for name, side in zip(catalog.names, sides, strict=True)
        ],
        "textposition": [side or "top center" for side in sides],
        "textfont": {"size": 11}, "cliponaxis": False,
        "marker": {
            "size": (10 + 30 * (catalog.power_kw / most) ** 0.5) * crowd,
            "color": delay_s, "colorscale": "Cividis" if theme == "dark" else "Cividis_r",
            "colorbar": {"title": {"text": "miss, s"}, "thickness": 12},
            "line": {"width": 1, "color": "#888"}, "opacity": 0.9 if labelled else 0.7,
        },
        "customdata": [
            (_shown(name, 80), power, delay)
            for name, power, delay in zip(catalog.names, catalog.power_kw, delay_s, strict=True)
        ],
        "hovertemplate": (
            "%{customdata[0]}<br>%{x:.3g} GB storage, %{y:.3g} GB GPU memory<br>"
            "%{customdata[1]:.3g} kW, a miss takes %{customdata[2]:.3g} s<extra></extra>"
        ),
    }  # fmt: skip
    return draw(
        "Footprint of every model", [trace], height=460, legend_rows=0,
        xaxis=axis("storage, GB", rangemode="tozero"),
        yaxis=axis("GPU memory, GB", rangemode="tozero"),
    )  # fmt: skip


def _amount(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


def capacity_use(items: list[Capacity], theme: Theme) -> go.Figure:
    """What all models and the largest one ask for, in capacities of the server."""
    quiet = LOOKS["lru"].colour(theme)
    traces = []
    for label, totals, width, colour in (
        ("all models", [item.total for item in items], 0.62, shade(quiet, 0.3)),
        ("the largest one", [item.largest for item in items], 0.3, quiet),
    ):
        shares = [item.share(total) for item, total in zip(items, totals, strict=True)]
        texts = [
            f"{_amount(total)} of {_amount(item.capacity)} {item.unit}"
            for item, total in zip(items, totals, strict=True)
        ]
        traces.append(
            {
                "type": "bar", "orientation": "h", "name": label, "width": width,
                "y": [item.resource for item in items],
                "x": [min(share, MOST_CAPACITIES) for share in shares],
                "marker": {"color": colour, "line": {"color": quiet, "width": 1}},
                "customdata": texts,
                "hovertemplate": "%{y}, " + label + ": %{customdata}<extra></extra>",
                "text": texts if label == "all models" else None,
                "textposition": "outside", "cliponaxis": False,
            }
        )  # fmt: skip
    farthest = min(max(1.0, *(item.share(item.total) for item in items)), MOST_CAPACITIES)
    return draw(
        "What the models ask of the server", traces, height=270, barmode="overlay",
        xaxis=axis("capacities of the server", range=[0, 1.45 * farthest]),
        yaxis=axis(autorange="reversed"),
        **line_at(1, "the server's capacity", LOOKS["lfu"].colour(theme)),
    )  # fmt: skip


def request_rates(names: list[str], rates: list[float], theme: Theme) -> go.Figure:
    """Requests per slot of each model."""
    trace = {
        "type": "bar", "orientation": "h", "y": list(range(len(names))), "x": rates,
        "marker": {"color": LOOKS["lru"].colour(theme)},
        "customdata": [_shown(name, 80) for name in names],
        "hovertemplate": "%{customdata}: %{x:.4g} requests per slot<extra></extra>",
    }  # fmt: skip
    return draw(
        "What is asked for", [trace], height=110 + 22 * len(names), legend_rows=0,
        xaxis=axis("requests per slot", rangemode="tozero"), yaxis=_model_axis(names),
    )  # fmt: skip
