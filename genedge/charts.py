"""Tables -> plotly figures. Colours, dashes and marks come from the palette alone."""

from typing import Final

import plotly.graph_objects as go

from genedge import findings
from genedge.catalog import ModelCatalog
from genedge.catalog_facts import Capacity
from genedge.palette import LOOKS, Theme
from genedge.policies import POLICIES
from genedge.report import Report
from genedge.statistics import Estimate, cheapest

HEIGHT: Final = 380
ERROR_BAR: Final = {"type": "data", "thickness": 1.2, "width": 0, "color": "#888888"}
"""A grey that is seen on light and on dark."""
LEDGER_TITLES: Final = {
    "average_cost": ("Eq. 11", "cost a slot"),
    "realised_cost": ("Realised ledger", "cost a slot"),
}
SHORT_LABELS: Final = {"ga": "GA", "offline": "optimum"}
SECOND_TERM: Final = {
    "average_cost": ("switching cost", "switching_cost"),
    "realised_cost": ("waiting at misses", None),
}


def _layout(figure: go.Figure, title: str, height: int = HEIGHT, legend_rows: int = 1) -> go.Figure:
    bottom = 56 + 20 * legend_rows if legend_rows else 44
    figure.update_layout(
        title={"text": title, "x": 0, "xanchor": "left", "font": {"size": 16}},
        height=height,
        margin={"l": 10, "r": 10, "t": 48, "b": bottom},
        showlegend=legend_rows > 0,
        legend={
            "orientation": "h",
            "yref": "container",
            "yanchor": "bottom",
            "y": 0,
            "x": 0,
            "entrywidth": 118,
            "font": {"size": 12},
        },
        hoverlabel={"align": "left"},
        bargap=0.35,
    )
    return figure


def _shade(colour: str, share: float) -> str:
    """``colour`` with an opacity."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share:g})"


def cost_split(report: Report, metric: str, theme: Theme) -> go.Figure:
    """Cost per slot of every policy on one ledger, stacked by term, with the optimum as a line."""
    policies = list(report.policies)
    labels = [POLICIES[name].label for name in policies]
    colours = [LOOKS[name].colour(theme) for name in policies]
    resource = [report.figures[name].mean("resource_cost") for name in policies]
    totals: list[Estimate] = [report.figures[name].metrics[metric] for name in policies]
    other = [total.mean - held for total, held in zip(totals, resource, strict=True)]
    figure = go.Figure()
    figure.add_bar(
        y=labels, x=resource, orientation="h", name="resource cost",
        marker={
            "color": [_shade(colour, 0.35) for colour in colours],
            "line": {"color": colours, "width": 1},
            "pattern": {"shape": "/", "fgcolor": colours, "size": 6, "solidity": 0.15},
        },
        hovertemplate="%{y}: %{x:.4g} for resources<extra></extra>",
    )  # fmt: skip
    term = SECOND_TERM[metric][0]
    figure.add_bar(
        y=labels, x=other, orientation="h", name=term,
        marker={"color": colours, "line": {"color": colours, "width": 1}},
        error_x={
            **ERROR_BAR,
            "array": [total.half_width or 0.0 for total in totals],
            "visible": report.replications > 1,
            "width": 3,
        },
        hovertemplate="%{y}: %{x:.4g} " + term + "<extra></extra>",
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    if metric in report.optimum:
        optimum = report.optimum[metric].mean
        bound = "offline" if metric == "average_cost" else "offline-realised"
        figure.add_vline(
            x=optimum, line={"color": LOOKS[bound].colour(theme), "width": 2, "dash": "dash"},
            annotation={"text": f"clairvoyant optimum {optimum:.3g}", "yref": "paper", "y": 1.0,
                        "yanchor": "bottom", "xanchor": "left"},
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed", title=None)
    name, axis = LEDGER_TITLES[metric]
    figure.update_xaxes(title=axis, rangemode="tozero")
    return _layout(figure, f"{name}: cost by term", 150 + 27 * len(policies))


def cost_so_far(report: Report, metric: str, cumulative: bool, theme: Theme) -> go.Figure:
    """Cost so far against the slot, in all or on average, one line a policy."""
    figure = go.Figure()
    dear = findings.off_the_scale(report.curves, metric)
    for name, curve in report.curves.items():
        look = LOOKS[name]
        values = curve.average_cost if metric == "average_cost" else curve.realised_cost
        if cumulative:
            values = values * curve.slot
        figure.add_scatter(
            x=curve.slot, y=values, name=POLICIES[name].label, mode="lines+markers",
            visible="legendonly" if name in dear else True,
            line={"color": look.colour(theme), "dash": look.dash,
                  "width": 3 if name == "ga" else 1.8},
            marker={"symbol": look.mark, "size": 7, "maxdisplayed": 8, "color": look.colour(theme)},
            hovertemplate=f"{POLICIES[name].label}: %{{y:.4g}} after slot %{{x}}<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="slot")
    what = "cumulative cost" if cumulative else "average cost so far"
    figure.update_yaxes(title=what if cumulative else f"{what}, a slot", rangemode="tozero")
    return _layout(figure, f"{LEDGER_TITLES[metric][0]}: {what}", 480, 4)


def delay_distribution(report: Report, theme: Theme) -> go.Figure:
    """Share of answered requests that waited at most so long, one stair a policy."""
    figure = go.Figure()
    for name, delays in report.delays.items():
        look = LOOKS[name]
        figure.add_scatter(
            x=[0.0, *delays.seconds.tolist()], y=[0.0, *delays.share.tolist()],
            name=POLICIES[name].label, mode="lines",
            line={"shape": "hv", "color": look.colour(theme), "dash": look.dash,
                  "width": 3 if name == "ga" else 1.6},
            hovertemplate=f"{POLICIES[name].label}: %{{y:.1%}} within %{{x:.3g}} s<extra></extra>",
        )  # fmt: skip
    figure.update_xaxes(title="service delay, s", rangemode="tozero")
    figure.update_yaxes(title="share of requests", tickformat=".0%", range=[0, 1.02])
    return _layout(figure, "How long users wait", 480, 4)


def thumbnail(report: Report, theme: Theme) -> str:
    """A small picture (SVG) of a scenario: GA, best baseline and optimum on Eq. 11."""
    rival = cheapest(report.figures, findings.BASELINES, "average_cost") or "lru"
    shown = [name for name in ("ga", rival, "offline") if name in report.figures]
    costs = [report.figures[name].mean("average_cost") for name in shown]
    most = max([*costs, 1e-12])
    ink = "#E6E4DF" if theme == "dark" else "#23272B"
    rows = []
    for i, (name, cost) in enumerate(zip(shown, costs, strict=True)):
        y, width = 4 + 22 * i, 130 * cost / most
        rows.append(
            f'<rect x="0" y="{y}" width="{width:.1f}" height="14" rx="3" '
            f'fill="{LOOKS[name].colour(theme)}"/>'
            f'<text x="{width + 6:.1f}" y="{y + 11}" font-size="11" '
            f'font-family="sans-serif" fill="{ink}">'
            f"{findings.amount(cost)} {SHORT_LABELS.get(name, POLICIES[name].label)}</text>"
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 230 70" width="230" height="70">'
        f"{''.join(rows)}</svg>"
    )


def ledgers(report: Report, theme: Theme) -> go.Figure:
    """Both ledgers against each other: one mark a policy, the best corner at the lower left."""
    figure = go.Figure()
    for name, figures in report.figures.items():
        look = LOOKS[name]
        x, y = figures.metrics["average_cost"], figures.metrics["realised_cost"]
        figure.add_scatter(
            x=[x.mean], y=[y.mean], name=POLICIES[name].label, mode="markers",
            marker={"symbol": look.mark, "size": 13, "color": look.colour(theme),
                    "line": {"width": 1.5, "color": look.colour(theme)}},
            error_x={**ERROR_BAR, "array": [x.half_width or 0.0]},
            error_y={**ERROR_BAR, "array": [y.half_width or 0.0]},
            hovertemplate=(
                f"{POLICIES[name].label}: Eq. 11 %{{x:.4g}}, realised %{{y:.4g}}<extra></extra>"
            ),
        )  # fmt: skip
    figure.update_xaxes(title="Eq. 11, cost a slot", rangemode="tozero")
    figure.update_yaxes(title="realised ledger, cost a slot", rangemode="tozero")
    return _layout(figure, "The two ledgers against each other", 440, 2)


def _shown(name: str, most: int = 24) -> str:
    """A user's name as plotly text: no markup, not too long."""
    short = name if len(name) <= most else name[: most - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;")


def _model_axis(figure: go.Figure, names: list[str]) -> list[int]:
    """Name the rows of a bar chart; rows are numbers, so that shortened names may be alike."""
    rows = list(range(len(names)))
    figure.update_yaxes(
        autorange=False, range=[len(names) - 0.5, -0.5], tickvals=rows, zeroline=False,
        showgrid=False, ticktext=[_shown(name) for name in names],
    )  # fmt: skip
    return rows


def service_delays(
    names: list[str], later: list[float], terms: dict[str, list[float]], theme: Theme
) -> go.Figure:
    """Fig. 1: first service delay, stacked by term, against later ones, per model."""
    tones = {"light": ["#B5D3DF", "#6BA1B8", "#2A5E76"], "dark": ["#3E6F86", "#6FA8C0", "#B9DCE9"]}
    figure = go.Figure()
    rows = _model_axis(figure, names)
    full = [_shown(name, 80) for name in names]
    for (term, seconds), colour in zip(terms.items(), tones[theme], strict=True):
        figure.add_bar(
            y=rows, x=seconds, name=f"first: {term}", orientation="h", marker={"color": colour},
            customdata=full, hovertemplate="%{customdata}: %{x:.3g} s " + term + "<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        y=rows, x=later, mode="markers", name="later ones", customdata=full,
        marker={"symbol": "line-ns", "size": 16,
                "line": {"width": 3, "color": LOOKS["offline"].colour(theme)}},
        hovertemplate="%{customdata}: %{x:.3g} s once deployed<extra></extra>",
    )  # fmt: skip
    figure.update_layout(barmode="stack")
    figure.update_xaxes(title="service delay, s", rangemode="tozero")
    height = 160 + 26 * len(names)
    _layout(figure, "The first request waits, later ones do not", height, 2)
    return figure.update_layout(legend={"traceorder": "normal"})


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
    figure = go.Figure(
        go.Scatter(
            x=catalog.storage_gb, y=catalog.gpu_memory_gb,
            mode="markers+text" if labelled else "markers",
            text=[
                _shown(name, 22) if side else ""
                for name, side in zip(catalog.names, sides, strict=True)
            ],
            textposition=[side or "top center" for side in sides],
            textfont={"size": 11}, cliponaxis=False,
            marker={
                "size": (10 + 30 * (catalog.power_kw / most) ** 0.5) * crowd,
                "color": delay_s, "colorscale": "Cividis" if theme == "dark" else "Cividis_r",
                "colorbar": {"title": {"text": "miss, s"}, "thickness": 12},
                "line": {"width": 1, "color": "#888"}, "opacity": 0.9 if labelled else 0.7,
            },
            customdata=[
                (_shown(name, 80), power, delay)
                for name, power, delay in zip(catalog.names, catalog.power_kw, delay_s, strict=True)
            ],
            hovertemplate=(
                "%{customdata[0]}<br>%{x:.3g} GB storage, %{y:.3g} GB GPU memory<br>"
                "%{customdata[1]:.3g} kW, a miss takes %{customdata[2]:.3g} s<extra></extra>"
            ),
        )
    )  # fmt: skip
    figure.update_xaxes(title="storage, GB", rangemode="tozero")
    figure.update_yaxes(title="GPU memory, GB", rangemode="tozero")
    return _layout(figure, "Footprint of every model", 460, 0)


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"


MOST_CAPACITIES: Final = 12
"""Bars of demands stop at so many capacities; their texts say how many there are."""


def capacity_use(items: list[Capacity], theme: Theme) -> go.Figure:
    """What all models and the largest one ask for, in capacities of the server."""
    quiet = LOOKS["lru"].colour(theme)
    figure = go.Figure()
    names = [item.resource for item in items]
    for label, totals, width, colour in (
        ("all models", [item.total for item in items], 0.62, _shade(quiet, 0.3)),
        ("the largest one", [item.largest for item in items], 0.3, quiet),
    ):
        shares = [item.share(total) for item, total in zip(items, totals, strict=True)]
        texts = [
            f"{_figure(total)} of {_figure(item.capacity)} {item.unit}"
            for item, total in zip(items, totals, strict=True)
        ]
        figure.add_bar(
            y=names, x=[min(share, MOST_CAPACITIES) for share in shares], name=label,
            orientation="h", width=width,
            marker={"color": colour, "line": {"color": quiet, "width": 1}},
            customdata=texts, hovertemplate="%{y}, " + label + ": %{customdata}<extra></extra>",
            text=texts if label == "all models" else None, textposition="outside",
            cliponaxis=False,
        )  # fmt: skip
    farthest = min(max(1.0, *(item.share(item.total) for item in items)), MOST_CAPACITIES)
    figure.add_vline(
        x=1, line={"color": LOOKS["lfu"].colour(theme), "width": 2, "dash": "dash"},
        annotation={"text": "the server's capacity", "yref": "paper", "y": 1.0,
                    "yanchor": "bottom", "xanchor": "left"},
    )  # fmt: skip
    figure.update_layout(barmode="overlay")
    figure.update_yaxes(autorange="reversed", title=None)
    figure.update_xaxes(title="capacities of the server", range=[0, 1.45 * farthest])
    return _layout(figure, "What the models ask of the server", 270)


def request_rates(names: list[str], rates: list[float], theme: Theme) -> go.Figure:
    """Requests per slot of each model."""
    figure = go.Figure()
    rows = _model_axis(figure, names)
    figure.add_bar(
        y=rows, x=rates, orientation="h", marker={"color": LOOKS["lru"].colour(theme)},
        customdata=[_shown(name, 80) for name in names],
        hovertemplate="%{customdata}: %{x:.4g} requests per slot<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="requests per slot", rangemode="tozero")
    return _layout(figure, "What is asked for", 110 + 22 * len(names), 0)
