"""Charts of decisions: prices of leaving and staying, capacities, another choice, a difference."""

from typing import Final

import numpy as np
import plotly.graph_objects as go

from genedge.charts.figure import Part, axis, draw, line_at, shade
from genedge.decisions import Candidate, Difference, Explanation
from genedge.engine.eviction import FIFO, LFU, LRU
from genedge.registry.ledgers import LEDGERS
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.registry.resources import RESOURCES
from genedge.runs.run import Run
from genedge.say import requests_ago, times

PART_WORDS: Final = {"requested": "asked for", "evicted": "evicted", "kept": "kept"}
MOST_BARS: Final = 14
"""Models shown one by one; the rest are one bar."""
INK: Final = {"light": "#23272B", "dark": "#E6E4DF"}
_HATCH: Final = {"shape": "/", "size": 6, "solidity": 0.15}


def _label(e: Explanation, one: Candidate) -> str:
    name = one.name if len(one.name) <= 24 else one.name[:23] + "…"
    mark = {"requested": "→ ", "evicted": "✕ ", "kept": ""}[one.part]
    told = _criterion(e, one)
    return f"{mark}{name}, {PART_WORDS[one.part]}" + (f"<br><i>{told}</i>" if told else "")


def _criterion(e: Explanation, one: Candidate) -> str:
    """What the policy goes by, for one model; empty for those that go by the two prices."""
    code = e.run.kind.code
    if one.part == "requested":
        return ""
    if code == LRU and one.requests_since_asked is not None:
        return f"last asked for {requests_ago(one.requests_since_asked)}"
    if code == FIFO and one.requests_since_fetched is not None:
        return f"fetched {requests_ago(one.requests_since_fetched)}"
    return f"asked for {times(one.requests_so_far)}" if code == LFU else ""


def shown_candidates(e: Explanation) -> list[Candidate]:
    """The requested model, those evicted, those the best evicts, then those worth least."""
    first = [one for one in e.candidates if one.part != "kept"]
    first += [one for one in e.kept if not one.best_keeps]
    least = sorted(
        (one for one in e.kept if one.best_keeps), key=lambda one: (one.keep_value, one.row)
    )
    chosen = {one.row for one in [*first, *least][:MOST_BARS]}
    return [one for one in e.candidates if one.row in chosen]


def leave_or_stay(e: Explanation, theme: Theme) -> go.Figure:
    """What reloading each model is expected to cost against what holding it costs."""
    shown = shown_candidates(e)
    colour = POLICIES[e.run.policy].look.colour(theme)
    labels = [_label(e, one) for one in shown]
    leaving, gerund = "reloading it, expected", "reloading it is expected to cost"
    if e.by_slot:
        leaving, gerund = "losing it by the slot's end", "losing it by the slot's end costs"
    traces: list[Part] = [
        {
            "type": "bar", "orientation": "h", "name": "holding it", "y": labels,
            "x": [one.resource_price for one in shown],
            "marker": {"color": shade(colour, 0.35), "line": {"color": colour, "width": 1},
                       "pattern": {**_HATCH, "fgcolor": colour}},
            "hovertemplate": "%{y}<br>holding it costs %{x:.4g}<extra></extra>",
        },
        {
            "type": "bar", "orientation": "h", "name": leaving, "y": labels,
            "x": [one.switching_price for one in shown],
            "marker": {"color": colour, "line": {"color": colour, "width": 1}},
            "hovertemplate": f"%{{y}}<br>{gerund} %{{x:.4g}}<extra></extra>",
        },
    ]  # fmt: skip
    return draw(
        f"Leave or stay: {leaving.partition(' ')[0]} against holding", traces,
        height=150 + 38 * len(shown), barmode="group", bargap=0.25,
        xaxis=axis("cost", rangemode="tozero"),
        yaxis=axis(autorange="reversed"), legend={"entrywidth": 170, "traceorder": "reversed"},
    )  # fmt: skip


def capacity_shares(e: Explanation, theme: Theme) -> go.Figure:
    """How much of each capacity the candidates take: who stays first, then who left."""
    colour = POLICIES[e.run.policy].look.colour(theme)
    ink = INK[theme]
    order = [*e.kept, e.requested, *e.evicted]
    names = [one.label for one in RESOURCES]
    traces: list[Part] = []
    for place, one in enumerate(order):
        out = one.part == "evicted"
        fill = "rgba(0,0,0,0)" if out else shade(colour, 0.75 if place % 2 == 0 else 0.45)
        traces.append(
            {
                "type": "bar", "orientation": "h", "y": names, "x": list(one.share),
                "name": one.name,
                "marker": {
                    "color": fill,
                    "line": {"color": colour, "width": 1.2},
                    **({"pattern": {"shape": "x", "fgcolor": colour, "size": 7, "solidity": 0.12,
                                    "bgcolor": "rgba(0,0,0,0)"}} if out else {}),
                    **({"pattern": {**_HATCH, "fgcolor": colour}} if one.part == "requested"
                       else {}),
                },
                "text": [one.name if share >= 0.11 and not out else "" for share in one.share],
                "textposition": "inside", "insidetextanchor": "middle", "constraintext": "inside",
                "textfont": {"color": ink, "size": 12},
                "hovertemplate": f"{one.name} ({PART_WORDS[one.part]}): %{{x:.1%}} of the "
                                 "%{y}<extra></extra>",
            }
        )  # fmt: skip
    totals = [sum(shares) for shares in zip(*(one.share for one in order), strict=True)]
    return draw(
        "What fits: shares of the server", traces, height=230, legend_rows=0, barmode="stack",
        xaxis=axis("share of the capacity", tickformat=".0%", range=[0, max(1.05, *totals) * 1.02]),
        yaxis=axis(autorange="reversed"), **line_at(1.0, "", "#888888"),
    )  # fmt: skip


def difference_by_model(d: Difference, theme: Theme) -> go.Figure:
    """What each model adds to the difference of two runs, by evictions (or misses) and holding."""
    shown = d.models[:MOST_BARS]
    rest = d.models[MOST_BARS:]
    labels = [one.name if len(one.name) <= 26 else one.name[:25] + "…" for one in shown]
    delays = [one.delay_difference for one in shown]
    held = [one.resource_difference for one in shown]
    if rest:
        labels.append(f"{len(rest)} others")
        delays.append(sum(one.delay_difference for one in rest))
        held.append(sum(one.resource_difference for one in rest))
    ours, theirs = (POLICIES[run.policy].look.colour(theme) for run in (d.run, d.other))
    event = d.events

    def colours(values: list[float]) -> list[str]:
        return [ours if value >= 0 else theirs for value in values]

    traces: list[Part] = [
        {
            "type": "bar", "orientation": "h", "name": event, "y": labels, "x": delays,
            "marker": {"color": colours(delays), "line": {"color": colours(delays), "width": 1}},
            "showlegend": False,
            "hovertemplate": f"%{{y}}: %{{x:+.4g}} a slot for {event}<extra></extra>",
        },
        {
            "type": "bar", "orientation": "h", "name": "holding", "y": labels, "x": held,
            "marker": {"color": [shade(one, 0.35) for one in colours(held)],
                       "line": {"color": colours(held), "width": 1},
                       "pattern": {**_HATCH, "fgcolor": colours(held)}},
            "showlegend": False,
            "hovertemplate": "%{y}: %{x:+.4g} a slot for holding it<extra></extra>",
        },
        # The bars have the colour of who pays more; the legend explains the fill alone.
        {"type": "bar", "orientation": "h", "name": event, "y": labels[:1], "x": [None],
         "marker": {"color": "#888888"}},
        {"type": "bar", "orientation": "h", "name": "holding", "y": labels[:1], "x": [None],
         "marker": {"color": shade("#888888", 0.35), "line": {"color": "#888888", "width": 1},
                    "pattern": {**_HATCH, "fgcolor": "#888888"}}},
    ]  # fmt: skip
    who = POLICIES[d.run.policy].called(d.run.problem.scenario.max_models)
    return draw(
        f"Where {who} pays more, model by model", traces, height=150 + 26 * len(labels),
        barmode="relative", xaxis=axis(f"cost a slot (right of 0: {who} pays more)", zeroline=True),
        yaxis=axis(autorange="reversed"),
    )  # fmt: skip


def another_choice(run: Run, other: Run, slot: int, metric: str, theme: Theme) -> go.Figure:
    """Cost since a decision's slot: as it was, and with another choice."""
    colour = POLICIES[run.policy].look.colour(theme)
    ink = INK[theme]
    slots = np.arange(slot + 1, run.requests.slots + 1)
    traces: list[Part] = []
    for one, name, line in (
        (run, "as it was", {"color": colour, "width": 2.6, "dash": "solid"}),
        (other, "with your choice", {"color": ink, "width": 2, "dash": "dash"}),
    ):
        cost = one.slot_cost(metric)
        traces.append(
            {
                "type": "scatter", "mode": "lines", "name": name, "x": slots,
                "y": np.cumsum(cost[slot:]), "line": line,
                "hovertemplate": f"{name}: %{{y:.4g}} by slot %{{x}}<extra></extra>",
            }
        )  # fmt: skip
    ledger = LEDGERS[metric].label
    return draw(
        f"From slot {slot + 1:,} on: as it was, and with your choice", traces, height=340,
        xaxis=axis("slot"), yaxis=axis(f"cost since then, {ledger}", rangemode="tozero"),
        hovermode="x unified",
    )  # fmt: skip
