"""Equations 8 to 10: what holding models costs."""

import math
from typing import Final

from genedge.decisions.state import Rows
from genedge.engine import cost
from genedge.equations.calculation import Line, add, equate
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where

GIGABYTES: Final = r"\text{ GB}"


def _at_end(example: Example) -> str:
    """What is deployed when the decision's slot ends."""
    held = example.names(example.at_end)
    return f"At the end of slot {example.slot + 1:,} ($t = {example.slot}$): {held}."


def _sum(example: Example, column: str) -> Filled:
    line = add(example.sizes(column, example.at_end), right=GIGABYTES)
    return Filled(_at_end(example), (line,))


def resource_line(
    example: Example, rows: Rows, *weight: float, label: str = "", right: str = ""
) -> Line:
    """Eq. 10 of what ``rows [M]`` says, in the unit in force, times the weights before it."""
    weights, n = example.problem.weights, len(weight)
    used, memory = (math.fsum(example.sizes(one, rows)) for one in ("storage_gb", "gpu_memory_gb"))
    before, end = (r"%s \cdot " * n + "(", ")") if weight else ("", "")
    if example.problem.scenario.weights.resource_unit == "gb":
        return equate(
            rf"{before}%s + %s \cdot %s{end}",
            lambda *v: math.prod(v[:n]) * (v[n] + v[n + 1] * v[n + 2]),
            *weight, used, weights.gpu_memory, memory, label=label, right=right,
        )  # fmt: skip
    return equate(
        rf"{before}\frac{{%s}}{{%s}} + %s \cdot \frac{{%s}}{{%s}}{end}",
        lambda *v: math.prod(v[:n]) * (v[n] / v[n + 1] + v[n + 2] * v[n + 3] / v[n + 4]),
        *weight, used, weights.storage_scale, weights.gpu_memory, memory, weights.gpu_scale,
        label=label, right=right,
    )  # fmt: skip


def _resource_cost(example: Example) -> Filled:
    unit = example.problem.scenario.weights.resource_unit
    line = resource_line(example, example.at_end, right=GIGABYTES if unit == "gb" else "")
    return Filled(_at_end(example), (line,))


RESOURCES: Final = Section(
    "resources",
    "What holding models costs (8–10)",
    "Charged at the end of every slot, requests or not.",
    (
        Equation(
            "storage_cost", 8, "Storage cost", r"\sum_{m} x_m^t\, s_m",
            "All the storage that is occupied.",
            where("xmt s"), (cost.used_with,), lambda e: _sum(e, "storage_gb"),
        ),
        Equation(
            "gpu_memory_cost", 9, "GPU memory cost", r"\sum_{m} x_m^t\, g_m",
            "All the GPU memory that is occupied.",
            where("xmt g"), (cost.used_with,), lambda e: _sum(e, "gpu_memory_gb"),
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
