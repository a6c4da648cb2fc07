"""Equations 1 to 3: what fits the server."""

from collections.abc import Callable
from typing import Final

from genedge.engine import cost
from genedge.equations.calculation import add, number
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where
from genedge.registry.resources import RESOURCES, Resource
from genedge.say import capital

_FORMULAS: Final = {
    "storage_gb": (r"\sum_{m} x_m^t\, s_m \;\le\; S", "xmt s S"),
    "gpu_memory_gb": (r"\sum_{m} x_m^t\, g_m \;\le\; G", "xmt g G"),
    "power_kw": (r"\sum_{m} x_m^t\, e_m \;\le\; E - E_0", "xmt e E E0"),
}
"""By the catalog's column: the formula and its symbols."""


def _fill(resource: Resource, bit: int) -> Callable[[Example], Filled]:
    def fill(example: Example) -> Filled:
        sizes = example.sizes(resource.column, example.after)
        room = float(getattr(example.problem.scenario.server, resource.capacity))
        sign = r"\le" if cost.within(sum(sizes), room) else ">"
        line = add(sizes, right=rf" \;{sign}\; {number(room).strip('$')}\text{{ {resource.unit}}}")
        words = f"Right after the decision: {example.names(example.after)}."
        return Filled(words, (line,), _bound(example, bit))

    return fill


def _bound(example: Example, bit: int) -> str:
    """Whether this constraint mattered here, or ever."""
    run = example.run
    if run.summary["binding_share"] == 0:
        why = ""
        if run.kind.kind == "decision" and run.evictions:
            why = ": models leave because holding them costs more than fetching them again"
        return f"In this run none of the three constraints ever binds{why}."
    binds = int(run.decisions.bound[example.number or 0]) & (1 << bit)
    return "It binds at this decision." if binds else "It does not bind here."


def _equation(resource: Resource, bit: int) -> Equation:
    general = rf"\sum_{{m}} x_m^t\, \text{{{resource.label}}}_m \;\le\; \text{{capacity}}"
    latex, symbols = _FORMULAS.get(resource.column, (general, "xmt"))
    key = resource.label.replace(" ", "_").lower()
    return Equation(
        key, resource.equation, capital(resource.label), latex,
        f"The deployed models together take no more {resource.label} than there is.",
        where(symbols), (cost.within,), _fill(resource, bit),
    )  # fmt: skip


CONSTRAINTS: Final = Section(
    "constraints",
    "What fits (1–3)",
    "At every moment. To allow for rounding, “at most $c$” means at most $c \\cdot (1 + 10^{-9})$.",
    tuple(_equation(resource, bit) for bit, resource in enumerate(RESOURCES)),
)
