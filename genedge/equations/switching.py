"""Equation 7: what an eviction costs."""

from typing import Final

from genedge.engine import cost
from genedge.equations.calculation import add, equate, known
from genedge.equations.delays import SECONDS
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example, safe
from genedge.equations.symbols import where

MOST_SHOWN: Final = 6


def _fill(example: Example) -> Filled:
    """As the ledger charges it."""
    if not example.evicted:
        nobody = "Nothing left, so nothing is charged."
        return Filled(nobody, (known(0.0, left=r"\mathrm{sw}(x \setminus y) =", right=SECONDS),))
    prices = [
        equate(
            r"\frac{%s}{%s}", lambda delay, cycle: delay / cycle,
            one.reload_delay_s, one.known_active_cycle, right=SECONDS, label=safe(one.name),
        )
        for one in example.evicted
    ]  # fmt: skip
    words = f"Evicted: {example.names(one.row for one in example.evicted)}."
    if example.problem.scenario.active_cycle != "known":
        words += " The ledger charges by the known active cycle, whatever the decision went by."
    if len(prices) == 1:
        return Filled(words, tuple(prices))
    if len(prices) > MOST_SHOWN:
        words += f" The first {MOST_SHOWN}:"
    total = add([line.value for line in prices], left=r"\mathrm{sw} =", right=SECONDS)
    return Filled(words, (*prices[:MOST_SHOWN], total))


SWITCHING: Final = Section(
    "switching",
    "What an eviction costs (7)",
    "",
    (
        Equation(
            "switching", 7, "Switching cost of one decision",
            r"\mathrm{sw}(x \setminus y) = \sum_{m \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_m}{\alpha_m}",
            "Each evicted model costs its delay, divided by the number of requests until it will "
            "be asked for again: a wait that is far away counts little.",
            where("x y xy delay alpha"), (cost.switching_price,), _fill,
        ),
    ),
)  # fmt: skip
