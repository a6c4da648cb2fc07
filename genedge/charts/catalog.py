"""Charts of a catalog and a server: delays, footprints, what fits, what is asked for."""

import math
from typing import Final

import plotly.graph_objects as go

from genedge.catalog_facts import Capacity, delay_frame
from genedge.charts.figure import Part, axis, draw, line_at, shade
from genedge.intake.catalog import ModelCatalog
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.say import amount, figure
from genedge.words.catalog import ON_THE_SCREEN, delay_title

DELAY_TERMS: Final = {"transmission": "transmission_s", "I/O": "io_s", "inference": "inference_s"}
TERM_TONES: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#B5D3DF", "#6BA1B8", "#2A5E76"),
    "dark": ("#3E6F86", "#6FA8C0", "#B9DCE9"),
}
MOST_CAPACITIES: Final = 12
"""Bars of demands are cut at so many capacities; their texts say how many there are."""


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


def service_delays(catalog: ModelCatalog, bandwidth_gbps: float, theme: Theme) -> go.Figure:
    """Fig. 1: first service delay, stacked by term, against later ones; the slowest models."""
    shown = delay_frame(catalog, bandwidth_gbps).head(ON_THE_SCREEN)
    names, later = shown["model"].tolist(), shown["later_s"].tolist()
    terms = {term: shown[column].tolist() for term, column in DELAY_TERMS.items()}
    title = delay_title(catalog, bandwidth_gbps)
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
                       "line": {"width": 3, "color": POLICIES["offline"].look.colour(theme)}},
            "hovertemplate": "%{customdata}: %{x:.3g} s once deployed<extra></extra>",
        }
    )  # fmt: skip
    return draw(
        title, traces, height=160 + 26 * len(names),
        legend_rows=2, barmode="stack", yaxis=_model_axis(names),
        xaxis=axis("service delay, s", rangemode="tozero"), legend={"traceorder": "normal"},
    )  # fmt: skip


_PLOT: Final = (300, 340)
"""Pixels that a footprint chart has at least within its axes; a wider one has more room."""
_LETTER: Final = (5.8, 14)
"""Pixels that a letter of a label takes."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def _overlap(one: Box, two: Box) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]


def _label_sides(
    names: list[str], x: list[float], y: list[float], diameters: list[float]
) -> list[str]:
    """On which side of its mark a label is read, "" where it would run into something.

    ``x`` and ``y`` are places within the plot, in pixels. Labels keep clear of each other, of all
    marks and of the axes; who has none is named on hovering.
    """
    marks = [
        (px - size / 2, py - size / 2, px + size / 2, py + size / 2)
        for px, py, size in zip(x, y, diameters, strict=True)
    ]
    labels: list[Box] = []
    sides: list[str] = []
    for row, (name, px, py, size) in enumerate(zip(names, x, y, diameters, strict=True)):
        width, height = _LETTER[0] * len(name), _LETTER[1]
        away, middle = size / 2 + 2, py - height / 2
        others = marks[:row] + marks[row + 1 :]
        boxes: dict[str, Box] = {
            "top center": (px - width / 2, py + away, px + width / 2, py + away + height),
            "bottom center": (px - width / 2, py - away - height, px + width / 2, py - away),
            "middle right": (px + away, middle, px + away + width, middle + height),
            "middle left": (px - away - width, middle, px - away, middle + height),
        }
        side = next(
            (
                side
                for side, box in boxes.items()
                if box[0] >= 0 and box[1] >= 0 and box[2] <= _PLOT[0] and box[3] <= _PLOT[1]
                if not any(_overlap(box, other) for other in [*labels, *others])
            ),
            "",
        )
        sides.append(side)
        if side:
            labels.append(boxes[side])
    return sides


def footprints(catalog: ModelCatalog, delay_s: list[float], theme: Theme) -> go.Figure:
    """Storage against GPU memory; size is power, colour the delay of a miss."""
    most = max(float(catalog.power_kw.max()), 1e-9)
    labelled = len(catalog) <= 20
    crowd = 1.0 if labelled else max(0.3, (20 / len(catalog)) ** 0.3)
    diameters = (10 + 30 * (catalog.power_kw / most) ** 0.5) * crowd
    ends = [1.12 * (float(row.max()) or 1.0) for row in (catalog.storage_gb, catalog.gpu_memory_gb)]
    names = [_shown(name, 22) for name in catalog.names]
    sides = [""] * len(catalog)
    if labelled:
        sides = _label_sides(
            names,
            (catalog.storage_gb / ends[0] * _PLOT[0]).tolist(),
            (catalog.gpu_memory_gb / ends[1] * _PLOT[1]).tolist(),
            diameters.tolist(),
        )
    trace = {
        "type": "scatter", "x": catalog.storage_gb, "y": catalog.gpu_memory_gb,
        "mode": "markers+text" if labelled else "markers",
        "text": [name if side else "" for name, side in zip(names, sides, strict=True)],
        "textposition": [side or "top center" for side in sides],
        "textfont": {"size": 11}, "cliponaxis": False,
        "marker": {
            "size": diameters,
            "color": delay_s, "colorscale": "Cividis", "reversescale": theme == "light",
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
        xaxis=axis("storage, GB", range=[0, ends[0]]),
        yaxis=axis("GPU memory, GB", range=[0, ends[1]]),
    )  # fmt: skip


def _asked(item: Capacity, demand: float) -> str:
    """A demand and the capacity that it meets; where its bar is cut, how many capacities it is."""
    text = f"{figure(demand)} of {figure(item.capacity)} {item.resource.unit}"
    share = item.share(demand)
    if share <= MOST_CAPACITIES:
        return text
    return f"{text}<br>({amount(share)} ×, cut)" if math.isfinite(share) else f"{text}<br>(cut)"


def capacity_use(items: list[Capacity], theme: Theme) -> go.Figure:
    """What all models and the largest one ask for, in capacities of the server."""
    quiet = POLICIES["lru"].look.colour(theme)
    resources = [item.resource.label for item in items]
    shares = [item.share(item.total) for item in items]
    farthest = min(max(1.0, *shares), MOST_CAPACITIES)
    texts = [_asked(item, item.total) for item in items]
    traces: list[Part] = [
        {
            "type": "bar", "orientation": "h", "name": label, "width": width, "y": resources,
            "x": [
                min(item.share(demand), MOST_CAPACITIES)
                for item, demand in zip(items, demands, strict=True)
            ],
            "marker": {"color": colour, "line": {"color": quiet, "width": 1}},
            "customdata": [
                _asked(item, demand).replace("<br>", " ")
                for item, demand in zip(items, demands, strict=True)
            ],
            "hovertemplate": "%{y}, " + label + ": %{customdata}<extra></extra>",
        }
        for label, demands, width, colour in (
            ("all models", [item.total for item in items], 0.62, shade(quiet, 0.3)),
            ("the largest one", [item.largest for item in items], 0.3, quiet),
        )
    ]  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "text", "y": resources, "text": texts,
            # Right of the bar, and of the line that the text of a short bar would cross.
            "x": [max(1.0, min(share, MOST_CAPACITIES)) + 0.02 * farthest for share in shares],
            "textposition": "middle right", "cliponaxis": False, "showlegend": False,
            "hoverinfo": "skip",
        }
    )  # fmt: skip
    title = "capacities of the server"
    if any(share > MOST_CAPACITIES for share in shares):
        title += f" (bars are cut at {MOST_CAPACITIES})"
    return draw(
        "What the models ask of the server", traces, height=270, barmode="overlay",
        xaxis=axis(title, range=[0, 1.5 * farthest]),
        yaxis=axis(autorange="reversed"),
        **line_at(1, "the server's capacity", POLICIES["lfu"].look.colour(theme)),
    )  # fmt: skip


def request_rates(names: list[str], rates: list[float], theme: Theme) -> go.Figure:
    """Requests per slot of each model."""
    trace = {
        "type": "bar", "orientation": "h", "y": list(range(len(names))), "x": rates,
        "marker": {"color": POLICIES["lru"].look.colour(theme)},
        "customdata": [_shown(name, 80) for name in names],
        "hovertemplate": "%{customdata}: %{x:.4g} requests per slot<extra></extra>",
    }  # fmt: skip
    return draw(
        "What is asked for", [trace], height=110 + 22 * len(names), legend_rows=0,
        xaxis=axis("requests per slot", rangemode="tozero"), yaxis=_model_axis(names),
    )  # fmt: skip
