"""The population of one genetic search, gene by gene, to be stepped through.

One figure whose generations are plotly frames: stepping through them needs no server. Generations
and candidates are thinned, so that a large search is still a small figure.
"""

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from genedge.charts.figure import Part, axis, draw, shade
from genedge.charts.genetics import INK, QUIET
from genedge.decisions import GenerationTrace
from genedge.registry.looks import Theme
from genedge.registry.policies import POLICIES
from genedge.say import listed
from genedge.studies.search_quality import SAME

if TYPE_CHECKING:
    import pandas as pd

CELLS: Final[dict[Theme, tuple[str, ...]]] = {
    "light": ("#E9E7E1", "#F6F5F2", "#EDC9AE", "#D55E00", "#7FA8C9", "#9A4A0B"),
    "dark": ("#2E343A", "#1E2327", "#6B4526", "#F0883E", "#47759A", "#D9A066"),
}
"""Gene 0; the same where it is never applied; gene 1 never applied; gene 1; cleared; optimum."""
OFF, OFF_QUIET, ON_QUIET, ON, CLEARED, OPTIMUM = range(6)
MOST_GENERATIONS: Final = 41
MOST_CANDIDATES: Final = 50
MOST_ROWS: Final = 60
FEWEST_GENERATIONS: Final = 21
CELLS_SENT: Final = 60_000
"""Over all generations shown; about 250 KB."""
INFEASIBLE_ROW, OPTIMAL_ROW = -1.2, -2.2
LEGEND: Final = {"entrywidth": 150, "traceorder": "normal"}

Whole = NDArray[np.int64]


def shown(name: str, most: int) -> str:
    """A user's name as plotly text: no markup, not too long."""
    short = name if len(name) <= most else name[: most - 1] + "…"
    return short.replace("&", "&amp;").replace("<", "&lt;")


def generations_shown(generations: int, cells: int) -> Whole:
    """Which of 0 ... G are sent, at so many cells each: the early ones, the last, some between."""
    every = np.arange(generations + 1)
    most = int(np.clip(CELLS_SENT // max(cells, 1), FEWEST_GENERATIONS, MOST_GENERATIONS))
    if every.size <= most:
        return every
    early = most // 2
    late = np.linspace(early, generations, most - early).round().astype(np.int64)
    return np.unique(np.concatenate([every[:early], late]))


def rows_shown(trace: GenerationTrace) -> Whole:
    """Catalog rows from above: the requested model, deployed ones, then as many others as fit."""
    state = trace.state
    there = np.flatnonzero(state.deployed)
    others = np.flatnonzero(~state.allowed)
    room = max(0, MOST_ROWS - there.size - 1)
    return np.concatenate([[state.requested], there, others[:room]]).astype(np.int64)


def candidates_shown(people: int) -> Whole:
    """Ranks that are shown, best first, evenly thinned where there are too many."""
    if people <= MOST_CANDIDATES:
        return np.arange(people)
    return np.linspace(0, people - 1, MOST_CANDIDATES).round().astype(np.int64)


class _Grid:
    """The cells and marks of every generation."""

    def __init__(self, trace: GenerationTrace) -> None:
        self.trace = trace
        self.rows = rows_shown(trace)
        self.ranks = candidates_shown(trace.cost.shape[1])
        self.allowed = trace.state.allowed

    def order(self, generation: int) -> Whole:
        """Candidates on the screen from left to right: least cost, then fewest models."""
        models = self.trace.genes[generation].sum(axis=1)
        ranked = np.lexsort((models, self.trace.cost[generation]))
        chosen: Whole = ranked[self.ranks]
        return chosen

    def parts(self, generation: int) -> list[Part]:
        """What changes from generation to generation: cells, crosses, and two rows of marks."""
        trace, order = self.trace, self.order(generation)
        genes = trace.genes[generation][np.ix_(order, self.rows)].T
        cleared = trace.repaired[generation][np.ix_(order, self.rows)].T
        quiet = ~self.allowed[self.rows][:, None]
        cells = np.where(genes, np.where(quiet, ON_QUIET, ON), np.where(quiet, OFF_QUIET, OFF))
        cells[cleared] = CLEARED
        best = np.where(trace.best[self.rows], OPTIMUM, OFF)[:, None]
        best[quiet & (best == OFF)] = OFF_QUIET
        table = [
            [int(first), None, *rest]
            for first, rest in zip(best[:, 0], cells.tolist(), strict=True)
        ]
        row, column = np.nonzero(cleared)
        broken = np.flatnonzero(trace.infeasible[generation][order])
        applied = trace.genes[generation][order] & self.allowed
        found = np.flatnonzero((applied == trace.best).all(axis=1))
        return [
            {"type": "heatmap", "z": table},
            {"type": "scatter", "x": (column + 1).tolist(), "y": row.tolist()},
            {"type": "scatter", "x": (broken + 1).tolist(), "y": [INFEASIBLE_ROW] * broken.size},
            {"type": "scatter", "x": (found + 1).tolist(), "y": [OPTIMAL_ROW] * found.size},
        ]

    def note(self, generation: int) -> str:
        """What this generation has come to."""
        trace = self.trace
        cost = float(trace.cost[generation].min())
        over = cost - trace.exact_cost
        if not np.isfinite(cost):
            best = "no candidate fits"
        elif over <= SAME * (1.0 + abs(trace.exact_cost)):
            best = "the best is the optimum"
        else:
            best = f"the best costs {over:.3g} more than the optimum"
        broken = int(trace.infeasible[generation].sum())
        cleared = int(trace.repaired[generation].sum())
        return f"{best}<br>{broken} did not fit · {cleared} genes cleared"


def _scale(theme: Theme) -> list[list[Any]]:
    """A colour scale of six even steps."""
    tones = CELLS[theme]
    return [
        [edge / len(tones), tone] for step, tone in enumerate(tones) for edge in (step, step + 1)
    ]


def _note(text: str) -> Part:
    return {
        "text": text, "showarrow": False, "xref": "paper", "yref": "paper", "x": 1, "y": 1,
        "xanchor": "right", "yanchor": "bottom", "align": "right", "font": {"size": 12},
    }  # fmt: skip


def _controls(generations: list[int]) -> Part:
    """A play and a pause button, and a slider over the generations, between title and grid."""
    still = {"frame": {"duration": 0, "redraw": True}, "mode": "immediate",
             "transition": {"duration": 0}}  # fmt: skip
    play = {**still, "frame": {"duration": 350, "redraw": True}, "fromcurrent": True}
    return {
        "updatemenus": [
            {
                "type": "buttons", "direction": "left", "showactive": False,
                "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom",
                "pad": {"b": 46, "l": 0, "t": 0}, "font": {"size": 14},
                "buttons": [
                    {"label": "▶", "method": "animate", "args": [None, play]},
                    {"label": "❚❚", "method": "animate", "args": [[None], still]},
                ],
            }
        ],
        "sliders": [
            {
                "active": 0, "x": 0.0, "len": 1.0, "y": 1, "yanchor": "bottom",
                "pad": {"b": 32, "l": 96, "r": 8, "t": 0}, "ticklen": 3, "minorticklen": 0,
                "font": {"size": 11},
                "currentvalue": {"prefix": "generation ", "font": {"size": 13},
                                 "xanchor": "left", "offset": 6},
                "transition": {"duration": 0},
                "steps": [
                    {"label": str(one), "method": "animate", "args": [[str(one)], still]}
                    for one in generations
                ],
            }
        ],
    }  # fmt: skip


def search_population(trace: GenerationTrace, theme: Theme) -> go.Figure:
    """Every gene of a generation: rows are models, columns candidates from best to worst."""
    grid, names = _Grid(trace), trace.state.run.problem.scenario.model_catalog.names
    rows, columns = len(grid.rows), len(grid.ranks)
    chosen = generations_shown(trace.generations, rows * columns).tolist()
    ink = INK[theme]
    labels = []
    for row in grid.rows.tolist():
        text = shown(names[row], 18)
        if row == trace.state.requested:
            text = f"<b>{text} ◀</b>"
        elif trace.state.deployed[row]:
            text = f"<b>{text}</b>"
        labels.append(text)
    first = grid.parts(0)
    whole = [shown(names[row], 60) for row in grid.rows.tolist()]
    traces: list[Part] = [
        {
            **first[0],
            "x": list(range(-1, columns + 1)),
            "y": list(range(rows)),
            "zmin": -0.5,
            "zmax": 5.5,
            "colorscale": _scale(theme),
            "showscale": False,
            "xgap": 1,
            "ygap": 1,
            "text": [[name] * (columns + 2) for name in whole],
            "hoverongaps": False,
            "hovertemplate": "%{text}, candidate %{x}<extra></extra>",
        },
        _marks(first[1], "x-thin", 5, ink),
        _marks(first[2], "triangle-down", 6, ink),
        _marks(first[3], "star", 7, POLICIES["exact"].look.colour(theme)),
        *_keys(theme),
    ]
    layout: Part = {
        "xaxis": axis(
            f"candidates by cost, best first{_thinned(columns, trace.cost.shape[1])}",
            range=[-1.6, columns + 0.6], showgrid=False, zeroline=False,
            tickvals=[0, columns], ticktext=["optimum | best", "worst"], tickangle=0,
            ticklabeloverflow="allow",
        ),
        "yaxis": axis(
            range=[rows - 0.4, OPTIMAL_ROW - 0.7], showgrid=False, zeroline=False,
            tickvals=[OPTIMAL_ROW, INFEASIBLE_ROW, *range(rows)],
            ticktext=["★ is the optimum", "▼ did not fit", *labels],
        ),
        "shapes": [
            {"type": "rect", "x0": x - 0.5, "x1": x + 0.5, "y0": -0.5, "y1": rows - 0.5,
             "line": {"width": 1.5, "color": ink}, "fillcolor": shade("#000000", 0)}
            for x in (-1, 1)
        ],
    }  # fmt: skip
    figure = draw(
        "The population, gene by gene", traces, height=314 + 19 * rows, legend_rows=3,
        annotations=[_note(grid.note(0))], **layout, **_controls(chosen), legend=LEGEND,
    )  # fmt: skip
    figure.layout.margin.t = 146
    figure.layout.title.update(y=1, yref="container", yanchor="top", pad={"t": 14})
    figure.frames = [
        {
            "name": str(one), "data": grid.parts(one), "traces": [0, 1, 2, 3],
            "layout": {"annotations": [_note(grid.note(one))]},
        }
        for one in chosen
    ]  # fmt: skip
    return figure


def _thinned(columns: int, people: int) -> str:
    return f" ({columns} of {people:,})" if columns < people else ""


def _marks(part: Part, symbol: str, size: int, colour: str) -> Part:
    return {
        "type": "scatter", "mode": "markers", **part, "showlegend": False,
        "marker": {"symbol": symbol, "size": size, "color": colour,
                   "line": {"width": 1, "color": colour}},
        "hoverinfo": "skip",
    }  # fmt: skip


def _keys(theme: Theme) -> list[Part]:
    """What the cells mean, for the legend."""
    meant = {"gene 1: deploy it": ON, "gene 1, never applied": ON_QUIET,
             "gene 0": OFF, "× cleared by repair": CLEARED, "exact optimum": OPTIMUM}  # fmt: skip
    return [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": [None], "y": [None],
            "marker": {"symbol": "square", "size": 11, "color": CELLS[theme][code],
                       "line": {"width": 1, "color": QUIET[theme]}},
            "hoverinfo": "skip",
        }
        for name, code in meant.items()
    ]  # fmt: skip


def left_out(trace: GenerationTrace) -> str:
    """What the picture of the population does not show, a sentence; empty if it shows it all."""
    rows, models = rows_shown(trace).size, trace.state.deployed.size
    columns, people = candidates_shown(trace.cost.shape[1]).size, trace.cost.shape[1]
    chosen, total = generations_shown(trace.generations, rows * columns).size, len(trace.cost)
    parts = [
        f"{shown:,} of {every:,} {what}"
        for shown, every, what in (
            (chosen, total, "generations"), (columns, people, "candidates"),
            (rows, models, "models"),
        )
        if shown < every
    ]  # fmt: skip
    return f"Shown are {listed(parts)}." if parts else ""


def population_frame(trace: GenerationTrace) -> "pd.DataFrame":
    """One row a candidate of the first and the last generation."""
    import pandas as pd

    names = trace.state.run.problem.scenario.model_catalog.names
    tables = []
    for generation in dict.fromkeys((0, trace.generations)):
        table = pd.DataFrame(trace.genes[generation].astype(np.int8), columns=list(names))
        table.insert(0, "generation", generation)
        table.insert(1, "cost", trace.cost[generation])
        table.insert(2, "infeasible_as_bred", trace.infeasible[generation])
        table.insert(3, "genes_cleared", trace.repaired[generation].sum(axis=1))
        tables.append(table.sort_values("cost", kind="stable"))
    return pd.concat(tables, ignore_index=True)
