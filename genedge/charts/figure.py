"""One plotly figure from plain dictionaries, made in one go.

Plotly checks every property as it is set, trace by trace and update by update; on a page with four
charts that took longer than the comparison behind them. The figures here are therefore handed
over unchecked, and a test has plotly check every one of them.
"""

from typing import Any, Final

import plotly.graph_objects as go

from genedge.registry.ledgers import LEDGERS

HEIGHT: Final = 380
ERROR_BAR: Final = {"type": "data", "thickness": 1.2, "width": 0, "color": "#888888"}
"""A grey that is seen on light and on dark."""

Part = dict[str, Any]


def draw(
    title: str | None,
    traces: list[Part],
    *,
    height: int = HEIGHT,
    legend_rows: int = 1,
    **layout: Any,
) -> go.Figure:
    """A figure of ``traces`` with the house's margins and a legend below, of so many rows.

    ``title`` is what the chart shows; None where its axes say all there is to say.
    """
    return go.Figure(
        data=traces,
        layout={
            "title": {"text": title, "x": 0, "xanchor": "left", "font": {"size": 16}},
            "height": height,
            "margin": {
                "l": 10,
                "r": 10,
                "t": 48,
                "b": 56 + 20 * legend_rows if legend_rows else 44,
            },
            "showlegend": legend_rows > 0,
            "hoverlabel": {"align": "left"},
            "bargap": 0.35,
            **layout,
            "legend": {
                "orientation": "h",
                "yref": "container",
                "yanchor": "bottom",
                "y": 0,
                "x": 0,
                "entrywidth": 118,
                "font": {"size": 12},
                **layout.get("legend", {}),
            },
        },
        _validate=False,
    )


def axis(title: str | None = None, **more: Any) -> Part:
    """An axis and its title."""
    return {**({"title": {"text": title}} if title else {}), **more}


def cost_axis(metric: str) -> Part:
    """The axis of one ledger's cost per slot."""
    return axis(f"{LEDGERS[metric].label}, cost a slot", rangemode="tozero")


def line_at(value: float, text: str, colour: str) -> Part:
    """A dashed vertical line across the whole chart with a text on top: parts of a layout."""
    return {
        "shapes": [
            {
                "type": "line", "xref": "x", "x0": value, "x1": value,
                "yref": "y domain", "y0": 0, "y1": 1,
                "line": {"color": colour, "width": 2, "dash": "dash"},
            }
        ],
        "annotations": [
            {
                "text": text, "showarrow": False, "xref": "x", "x": value, "xanchor": "left",
                "yref": "paper", "y": 1.0, "yanchor": "bottom",
            }
        ],
    }  # fmt: skip


def shade(colour: str, share: float) -> str:
    """``colour`` with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"
