"""Equation 7: what an eviction costs, charged by decision or between the ends of two slots."""

from typing import Final

import numpy as np

from genedge.engine import cost, replay
from genedge.equations.calculation import Line, add, equate, known
from genedge.equations.delays import SECONDS
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where

MOST_SHOWN: Final = 6


def _decision(example: Example) -> Filled:
    """As the ledger charges it, or would."""
    rows = [one.row for one in example.evicted]
    return _fill(example, "decision", f"Evicted: {example.names(rows)}.", rows)


def _slot(example: Example) -> Filled:
    """Of the decision's slot."""
    lost = example.run.slot_lost[example.slot]
    words = f"Lost by the end of slot {example.slot + 1:,}: {example.names(lost)}."
    return _fill(example, "slot", words, np.flatnonzero(lost).tolist())


def _fill(example: Example, answer: str, words: str, rows: list[int]) -> Filled:
    """The prices of catalog ``rows`` as the ledger knows them."""
    scenario, models = example.problem.scenario, example.problem.models
    if scenario.switching_charged != answer:
        words += f" Not in force: `{scenario.switching_charged}` is."
    if not rows:
        return Filled(words, (known(0.0, left=r"\mathrm{sw} =", right=SECONDS),))
    if scenario.active_cycle != "known":
        words += " The ledger charges by the known active cycle, whatever the decision went by."
    prices = [
        _price(float(models.reload_delay_s[row]), float(models.inverse_active_cycle[row]),
               example.name(row))
        for row in rows
    ]  # fmt: skip
    if len(prices) == 1:
        return Filled(words, tuple(prices))
    if len(prices) > MOST_SHOWN:
        words += f" The first {MOST_SHOWN}:"
    total = add([line.value for line in prices], left=r"\mathrm{sw} =", right=SECONDS)
    return Filled(words, (*prices[:MOST_SHOWN], total))


def _price(delay: float, inverse: float, label: str) -> Line:
    return equate(
        r"\frac{%s}{%s}", lambda delay, cycle: delay / cycle,
        delay, 1.0 / inverse if inverse > 0 else float("inf"), right=SECONDS, label=label,
    )  # fmt: skip


SWITCHING: Final = Section(
    "switching",
    "What an eviction costs (7)",
    "",
    (
        Equation(
            "switching", 7, "Switching cost of one decision (`decision`, default)",
            r"\mathrm{sw}(x \setminus y) = \sum_{m \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_m}{\alpha_m}",
            "Each evicted model costs its delay, divided by the number of requests until it will "
            "be asked for again: a wait that is far away counts little.",
            where("x y xy delay alpha"), (cost.switching_price,), _decision,
            ("switching_charged",),
        ),
        Equation(
            "switching_slot", None, "Switching cost between the ends of two slots (`slot`)",
            r"\mathrm{sw}^t = \sum_{m \,\in\, x^{t-1} \setminus x^t} "
            r"\frac{\mathrm{delay}_m}{\alpha_m}",
            "Each model that was there at the end of the slot before and is not at this one's is "
            "charged once. What comes and goes in between costs nothing; $x^{-1}$ is empty.",
            where("swt xb xt delay alpha"), (replay.switched,), _slot, ("switching_charged",),
        ),
    ),
)  # fmt: skip
