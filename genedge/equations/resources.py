"""Equations 8 to 10: what holding models costs."""

import math
from typing import Final

import numpy as np

from genedge.decisions.state import Rows
from genedge.engine import cost
from genedge.equations.calculation import Line, add, equate
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where

GIGABYTES: Final = r"\text{ GB}"


def _at_end(example: Example) -> str:
    """What is deployed when the decision's slot ends."""
    if example.explanation is None:
        return "Nothing is deployed at the end of any slot."
    held = example.names(example.at_end)
    return f"At the end of slot {example.slot + 1:,} ($t = {example.slot}$): {held}."


def _sum(example: Example, column: str) -> Filled:
    sizes = [getattr(example.models[row], column) for row in np.flatnonzero(example.at_end)]
    return Filled(_at_end(example), (add(sizes, right=GIGABYTES),))


def resource_line(
    example: Example, rows: Rows, weight: tuple[float, ...] = (), left: str = ""
) -> Line:
    """Eq. 10 of what ``rows [M]`` says, in the unit in force, times the weights before it."""
    models, weights = example.problem.models, example.problem.weights
    used, memory = float(models.storage_gb[rows].sum()), float(models.gpu_memory_gb[rows].sum())
    before = r"%s \cdot " * len(weight)
    open_, close = ("(", ")") if weight else ("", "")
    size = len(weight)
    if example.problem.scenario.weights.resource_unit == "gb":
        return equate(
            rf"{before}{open_}%s + %s \cdot %s{close}",
            lambda *v: math.prod(v[:size]) * (v[size] + v[size + 1] * v[size + 2]),
            *weight, used, weights.gpu_memory, memory, left=left, right="" if weight else GIGABYTES,
        )  # fmt: skip
    return equate(
        rf"{before}{open_}\frac{{%s}}{{%s}} + %s \cdot \frac{{%s}}{{%s}}{close}",
        lambda *v: math.prod(v[:size])
        * (v[size] / v[size + 1] + v[size + 2] * v[size + 3] / v[size + 4]),
        *weight, used, weights.storage_scale, weights.gpu_memory, memory, weights.gpu_scale,
        left=left,
    )  # fmt: skip


def _resource_cost(example: Example) -> Filled:
    words = _at_end(example)
    if example.problem.scenario.weights.resource_unit == "share":
        words += " Resources count as shares of the server (`share`)."
    return Filled(words, (resource_line(example, example.at_end),))


RESOURCES: Final = Section(
    "resources",
    "What holding models costs (8–10)",
    "Charged at the end of every slot, requests or not.",
    (
        Equation(
            "storage_cost", 8, "Storage cost", r"\sum_{m} x_m^t\, s_m",
            "All the storage that is occupied.",
            where("xmt s"), (cost.storage_cost,), lambda e: _sum(e, "storage_gb"),
        ),
        Equation(
            "gpu_memory_cost", 9, "GPU memory cost", r"\sum_{m} x_m^t\, g_m",
            "All the GPU memory that is occupied.",
            where("xmt g"), (cost.gpu_memory_cost,), lambda e: _sum(e, "gpu_memory_gb"),
        ),
        Equation(
            "resource_cost", 10, "Resource cost",
            r"\begin{aligned} \mathrm{res}(x^t) &= \sum_{m} x_m^t\, s_m \\ "
            r"&\quad + \beta \sum_{m} x_m^t\, g_m \end{aligned}",
            "Both added, a gigabyte of GPU memory counting as $\\beta$ gigabytes of storage.",
            where("rest xmt s g beta"), (cost.resource_cost,), _resource_cost, ("resource_unit",),
        ),
    ),
)  # fmt: skip
