"""Charts of a comparison: cost by term, cost so far, waiting, the two ledgers, a thumbnail."""

import plotly.graph_objects as go

from genedge.charts.figure import ERROR_BAR, Part, axis, draw, line_at, shade
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES, decision_maker, rivals
from genedge.say import amount
from genedge.studies.comparison import cheapest
from genedge.studies.statistics import Estimate
from genedge.words import compare as captions
from genedge.words.report import Report


def cost_split(report: Report, metric: str, theme: Theme) -> go.Figure:
    """Cost per slot of every policy on one ledger, stacked by term, with the optimum as a line."""
    policies = list(report.policies)
    labels = [POLICIES[name].label for name in policies]
    colours = [POLICIES[name].look.colour(theme) for name in policies]
    resource = [report.figures[name].mean("resource_cost") for name in policies]
    totals: list[Estimate] = [report.figures[name].metrics[metric] for name in policies]
    other = [total.mean - held for total, held in zip(totals, resource, strict=True)]
    term = LEDGERS[metric].term
    traces: list[Part] = [
        {
            "type": "bar", "orientation": "h", "name": "resource cost", "y": labels, "x": resource,
            "marker": {
                "color": [shade(colour, 0.35) for colour in colours],
                "line": {"color": colours, "width": 1},
                "pattern": {"shape": "/", "fgcolor": colours, "size": 6, "solidity": 0.15},
            },
            "hovertemplate": "%{y}: %{x:.4g} for resources<extra></extra>",
        },
        {
            "type": "bar", "orientation": "h", "name": term, "y": labels, "x": other,
            "marker": {"color": colours, "line": {"color": colours, "width": 1}},
            "error_x": {
                **ERROR_BAR,
                "array": [total.half_width or 0.0 for total in totals],
                "visible": any(total.half_width is not None for total in totals),
                "width": 3,
            },
            "hovertemplate": "%{y}: %{x:.4g} " + term + "<extra></extra>",
        },
    ]  # fmt: skip
    costs = {name: report.figures[name].mean(metric) for name in policies}
    dear = captions.off_the_scale(costs)
    reach = {}
    if dear:  # one long bar would leave nothing of the others: it is cut, and says so
        usual = max(cost for name, cost in costs.items() if name not in dear)
        reach = {"range": [0, 1.6 * usual]}
        traces[1]["text"] = [
            f"{costs[name]:.3g} →" if name in dear and costs[name] > 1.6 * usual else ""
            for name in policies
        ]
        traces[1].update(textposition="inside", insidetextanchor="start")
    bound = {}
    if metric in report.optimum:
        optimum = report.optimum[metric].mean
        look = POLICIES[LEDGERS[metric].clairvoyant].look
        bound = line_at(optimum, f"clairvoyant optimum {optimum:.3g}", look.colour(theme))
    name = LEDGERS[metric].label
    return draw(
        f"{name}: cost by term", traces, height=150 + 27 * len(policies), barmode="stack",
        xaxis=axis("cost a slot", rangemode="tozero", **reach), yaxis=axis(autorange="reversed"),
        **bound,
    )  # fmt: skip


def cost_so_far(report: Report, metric: str, cumulative: bool, theme: Theme) -> go.Figure:
    """Cost so far against the slot, in all or on average, one line a policy."""
    dear = captions.off_the_scale(
        {name: report.figures[name].mean(metric) for name in report.curves}
    )
    traces: list[Part] = []
    for name, curve in report.curves.items():
        look = POLICIES[name].look
        values = curve.cost[metric]
        traces.append(
            {
                "type": "scatter", "name": POLICIES[name].label, "mode": "lines+markers",
                "x": curve.slot, "y": values * curve.slot if cumulative else values,
                "visible": "legendonly" if name in dear else True,
                "line": {"color": look.colour(theme), "dash": look.dash,
                         "width": look.width},
                "marker": {"symbol": look.mark, "size": 7, "maxdisplayed": 8,
                           "color": look.colour(theme)},
                "hovertemplate":
                    f"{POLICIES[name].label}: %{{y:.4g}} after slot %{{x}}<extra></extra>",
            }
        )  # fmt: skip
    what = "cumulative cost" if cumulative else "average cost so far"
    return draw(
        None, traces, height=480, legend_rows=4,
        xaxis=axis("slot"),
        yaxis=axis(f"{LEDGERS[metric].label}, {what}", rangemode="tozero"),
    )  # fmt: skip


def delay_distribution(report: Report, theme: Theme) -> go.Figure:
    """Share of answered requests that waited at most so long, one stair a policy."""
    traces: list[Part] = [
        {
            "type": "scatter", "name": POLICIES[name].label, "mode": "lines",
            "x": [0.0, *delays.seconds.tolist()], "y": [0.0, *delays.share.tolist()],
            "line": {"shape": "hv", "color": POLICIES[name].look.colour(theme),
                     "dash": POLICIES[name].look.dash,
                     "width": POLICIES[name].look.width},
            "hovertemplate":
                f"{POLICIES[name].label}: %{{y:.1%}} within %{{x:.3g}} s<extra></extra>",
        }
        for name, delays in report.delays.items()
    ]  # fmt: skip
    return draw(
        None, traces, height=480, legend_rows=4,
        xaxis=axis("service delay, s", rangemode="tozero"),
        yaxis=axis("share of requests", tickformat=".0%", range=[0, 1.02]),
    )  # fmt: skip


def ledgers(report: Report, theme: Theme) -> go.Figure:
    """Both ledgers against each other: one mark a policy, the best corner at the lower left."""
    dear = {
        name
        for metric in LEDGERS
        for name in captions.off_the_scale(
            {policy: figures.mean(metric) for policy, figures in report.figures.items()}
        )
    }
    traces: list[Part] = []
    for name, figures in report.figures.items():
        colour = POLICIES[name].look.colour(theme)
        x, y = (figures.metrics[metric] for metric in LEDGERS)
        traces.append(
            {
                "type": "scatter", "name": POLICIES[name].label, "mode": "markers",
                "x": [x.mean], "y": [y.mean], "visible": "legendonly" if name in dear else True,
                "marker": {"symbol": POLICIES[name].look.mark, "size": 13, "color": colour,
                           "line": {"width": 1.5, "color": colour}},
                "error_x": {**ERROR_BAR, "array": [x.half_width or 0.0]},
                "error_y": {**ERROR_BAR, "array": [y.half_width or 0.0]},
                "hovertemplate": f"{POLICIES[name].label}: "
                    "Eq. 11 %{x:.4g}, realised %{y:.4g}<extra></extra>",
            }
        )  # fmt: skip
    return draw(
        None, traces, height=440, legend_rows=2,
        xaxis=axis("Eq. 11, cost a slot", rangemode="tozero"),
        yaxis=axis("realised ledger, cost a slot", rangemode="tozero"),
    )  # fmt: skip


def thumbnail(report: Report, theme: Theme) -> str:
    """A small picture (SVG) of a scenario: GA, best baseline and optimum on Eq. 11."""
    figures, ledger = report.figures, LEDGERS[PAPER]
    names = decision_maker(figures), cheapest(figures, rivals(figures), PAPER), ledger.clairvoyant
    shown = [name for name in names if name in figures]
    costs = [figures[name].mean(PAPER) for name in shown]
    most = max([*costs, 1e-12])
    ink = "#E6E4DF" if theme == "dark" else "#23272B"
    rows = []
    for i, (name, cost) in enumerate(zip(shown, costs, strict=True)):
        y, width = 4 + 22 * i, 130 * cost / most
        rows.append(
            f'<rect x="0" y="{y}" width="{width:.1f}" height="14" rx="3" '
            f'fill="{POLICIES[name].look.colour(theme)}"/>'
            f'<text x="{width + 6:.1f}" y="{y + 11}" font-size="11" '
            f'font-family="sans-serif" fill="{ink}">'
            f"{amount(cost)} {POLICIES[name].short or POLICIES[name].label}</text>"
        )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 230 70" width="230" height="70">'
        f"{''.join(rows)}</svg>"
    )
