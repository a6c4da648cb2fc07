"""Equation 12 with numbers: what the decision weighs, and what each model is worth to it."""

import numpy as np

from genedge.equations.filled_costs import resource
from genedge.equations.filled_parts import Filled, Rows
from genedge.equations.moment import Moment
from genedge.equations.names import in_words
from genedge.equations.numbers import (
    Expression,
    Line,
    Minus,
    Number,
    Product,
    Quotient,
    Sum,
    equate,
    known,
    numbers,
    short,
    tex_of,
)

MOST_ROWS = 24
"""Models in the table of keep values; beyond, the middle ones are left out."""
SHOWN_ROWS = 10
"""A longer table waits to be opened."""


def _cost(moment: Moment) -> tuple[Line, Line, Line]:
    """What C(y) evicts, what it holds, and both together."""
    weights = moment.problem.weights
    assert moment.explanation is not None
    state = moment.explanation.state
    prices: Expression = numbers([one.switching_price for one in moment.evicted])
    if len(moment.evicted) == 1:
        (only,) = moment.evicted
        prices = price_of(moment, only.reload_delay_s, only.active_cycle)
    evicting = equate(prices, r"\text{evicted: }")
    models = moment.problem.models
    held = resource(
        moment,
        float(models.storage_gb[state.chosen].sum()),
        float(models.gpu_memory_gb[state.chosen].sum()),
    )
    holding = equate(
        Product((Number(weights.horizon), Number(weights.resource), held)), r"\text{held: }"
    )
    total = equate(Sum((Number(evicting.value), Number(holding.value))), "C(y) =")
    return evicting, holding, total


def decision_cost(moment: Moment) -> Filled:
    """C(y)."""
    one = moment.explanation
    if one is None:
        return Filled("Nothing was decided.", (known(0.0, "C =", ""),))
    lines = _cost(moment)
    held = f"Held: {moment.names(one.state.chosen)}."
    words = f"Nothing is evicted. {held}"
    if one.evicted:
        words = (
            f"Evicted: {moment.names(each.row for each in one.evicted)}, each "
            f"$w_{{\\mathrm{{delay}}}} \\cdot \\mathrm{{delay}} / \\alpha$. {held}"
        )
    best = (
        "It is the least possible for this decision."
        if one.excess == 0
        else f"The exact best decision costs {tex_of(short(one.best_cost))}."
    )
    return Filled(words, lines if one.evicted else lines[1:], best)


def fitness(moment: Moment) -> Filled:
    """F(y)."""
    cost = 0.0 if moment.explanation is None else moment.explanation.cost
    words = "Of what was decided; its cost $C(y)$ is taken apart in the next box."
    if moment.explanation is None:
        words = "Nothing was decided. A decision that costs nothing has the highest fitness:"
    fraction = Quotient(Number(1.0), numbers([1.0, cost]))
    return Filled(words, (equate(fraction, "F(y) ="),))


def horizon(moment: Moment) -> Filled:
    """h."""
    rate = float(moment.problem.rates.sum())
    chosen = moment.problem.scenario.decision_horizon
    share = equate(Quotient(Number(1.0), Number(rate)), "1/\\Lambda =", r"\text{ slot}")
    whole = known(1.0, "h =", r"\text{ slot}")
    if chosen == "slot":
        words = "In force: `slot`. The other one would be the time until the next request:"
        return Filled(words, (share, whole))
    line = equate(Quotient(Number(1.0), Number(rate)), "h =", r"\text{ slot}")
    return Filled("In force: `next-request`.", (line,))


def price_of(moment: Moment, delay: float, cycle: float) -> Expression:
    """w_delay * delay / alpha."""
    fraction = Quotient(Number(delay), Number(cycle))
    return Product((Number(moment.problem.weights.delay), fraction))


def keep_value(moment: Moment) -> Filled:
    """The keep value of one model, and the table of all that the decision was about."""
    one, row = moment.explanation, moment.focus
    problem, model = moment.problem, moment.models[moment.focus]
    inverse = (
        problem.models.inverse_active_cycle[row] if one is None else one.state.inverse_cycle[row]
    )
    cycle = 1.0 / float(inverse) if inverse > 0 else float("inf")
    holding = Product(
        (
            Number(problem.weights.horizon),
            Number(problem.weights.resource),
            Number(float(moment.rent[row])),
        )
    )
    value = Sum(
        (price_of(moment, float(problem.models.reload_delay_s[row]), cycle), Minus(holding))
    )
    words = f"For {in_words(model.name)}"
    if one is None or not moment.before[row]:
        words += ", as it will count once it is deployed: it was not there before"
    return Filled(words + ".", (equate(value),), _verdict(moment), _table(moment))


def _verdict(moment: Moment) -> str:
    """What the keep values say about the decision."""
    one = moment.explanation
    if one is None:
        return ""
    worth = [each for each in one.evicted if each.keep_value > 0]
    if worth:
        names = moment.names(each.row for each in worth)
        because = "for want of room" if one.bound_by else "although there was room"
        return f"Given up {because} although worth keeping: {names}."
    if one.evicted:
        return "Every model that left was worth less than its room: its keep value is not positive."
    return ""


def _table(moment: Moment) -> Rows | None:
    one = moment.explanation
    if one is None:
        return None
    shown = list(one.candidates)
    if len(shown) > MOST_ROWS:
        shown = [*shown[: MOST_ROWS // 2], *shown[-MOST_ROWS // 2 :]]
    title = "Every model that the decision was about"
    if len(shown) < len(one.candidates):
        title += f" ({len(shown)} of {len(one.candidates):,})"
    weight = moment.problem.weights
    first = r"$w_{\mathrm{delay}}\, \mathrm{delay} / \alpha$"
    second = r"$h\, w_{\mathrm{res}}\, \mathrm{res}$"
    if weight.delay == 1:
        first = r"$\mathrm{delay} / \alpha$"
    return Rows(
        ("Model", "", r"delay, s", r"$\alpha$", first, second, "Keep value"),
        tuple(
            (
                in_words(each.name), each.part, _plain(each.reload_delay_s),
                "never" if np.isinf(each.active_cycle) else _plain(each.active_cycle),
                "–" if each.part == "requested" else _plain(each.switching_price),
                _plain(each.resource_price),
                "–" if each.part == "requested" else _plain(each.keep_value),
            )
            for each in shown
        ),
        title,
        len(shown) <= SHOWN_ROWS,
    )  # fmt: skip


def _plain(value: float) -> str:
    """A number in a table: four decimals at most, more only for small ones."""
    text = tex_of(short(value, 5))
    return f"${text}$" if "\\" in text or text.startswith("-") else text
