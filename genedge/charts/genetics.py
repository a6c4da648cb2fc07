"""Charts of one genetic search: fitness and diversity, generation by generation."""

from typing import Final

import numpy as np
import plotly.graph_objects as go

from genedge.charts.figure import Part, axis, draw
from genedge.decisions import GenerationTrace
from genedge.engine.cost import fitness
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.words import lab as sentences

INK: Final[dict[Theme, str]] = {"light": "#23272B", "dark": "#E6E4DF"}
QUIET: Final[dict[Theme, str]] = {"light": "#5E666D", "dark": "#A7ADB2"}


def _generations(trace: GenerationTrace) -> Part:
    """The axis of the generations, with room for the marks at its ends."""
    last = max(trace.generations, 1)
    room = 0.015 * last + 0.1
    return axis(
        "generation (0: sampled)",
        range=[-room, last + room],
        zeroline=False,
        **({"dtick": 1} if last < 8 else {}),
    )


def search_fitness(trace: GenerationTrace, theme: Theme) -> go.Figure:
    """Best, mean and worst fitness of every generation, and the exact optimum's."""
    ga, quiet = POLICIES["ga"].look.colour(theme), QUIET[theme]
    generation = np.arange(trace.generations + 1)
    optimum = float(fitness.py_func(trace.exact_cost))
    lines = (
        ("best", trace.fitness.max(axis=1), ga, "solid", "circle", 3),
        ("mean", trace.fitness.mean(axis=1), quiet, "dash", "square", 2),
        ("worst", trace.fitness.min(axis=1), quiet, "dot", "triangle-down", 1.5),
    )
    traces: list[Part] = [
        {
            "type": "scatter", "mode": "lines+markers", "name": name, "x": generation, "y": values,
            "line": {"color": colour, "dash": dash, "width": width},
            "marker": {"symbol": mark, "size": 6, "color": colour, "maxdisplayed": 25},
            "hovertemplate": f"{name}: %{{y:.4f}} in generation %{{x}}<extra></extra>",
        }
        for name, values, colour, dash, mark, width in lines
    ]  # fmt: skip
    traces.append(
        {
            "type": "scatter", "mode": "lines", "name": "exact optimum",
            "x": _generations(trace)["range"], "y": [optimum, optimum],
            "line": {"color": POLICIES["exact"].look.colour(theme), "dash": "longdash", "width": 2},
            "hovertemplate": "exact optimum: %{y:.4f}<extra></extra>",
        }
    )  # fmt: skip
    return draw(
        sentences.fitness_title(trace), traces, height=320,
        xaxis=_generations(trace), yaxis=axis("fitness F = 1 / (1 + C)"),
        legend={"entrywidth": 100},
    )  # fmt: skip


def search_diversity(trace: GenerationTrace, theme: Theme) -> go.Figure:
    """How much two candidates differ, how many are different, how many did not fit as bred."""
    people = trace.cost.shape[1]
    generation = np.arange(trace.generations + 1)
    ga, ink, quiet = POLICIES["ga"].look.colour(theme), INK[theme], QUIET[theme]
    lines = (
        ("genes that differ", trace.diversity, ga, "solid", "circle",
         "two candidates differ in %{y:.1%} of their genes"),
        ("different candidates", trace.distinct / people, ink, "dash", "square",
         "%{y:.0%} of the candidates are different"),
        ("infeasible as bred", trace.infeasible.mean(axis=1), quiet, "dot", "triangle-down",
         "%{y:.0%} of the candidates did not fit as bred"),
    )  # fmt: skip
    traces: list[Part] = [
        {
            "type": "scatter", "mode": "lines+markers", "name": name, "x": generation, "y": values,
            "line": {"color": colour, "dash": dash, "width": 2},
            "marker": {"symbol": mark, "size": 6, "color": colour, "maxdisplayed": 25},
            "hovertemplate": f"generation %{{x}}: {text}<extra></extra>",
        }
        for name, values, colour, dash, mark, text in lines
    ]  # fmt: skip
    return draw(
        "Candidates grow alike" if trace.diversity[-1] < trace.diversity[0]
        else "Candidates stay different",
        traces, height=300,
        xaxis=_generations(trace), yaxis=axis("share", tickformat=".0%", range=[-0.02, 1.03]),
        legend={"entrywidth": 132},
    )  # fmt: skip
