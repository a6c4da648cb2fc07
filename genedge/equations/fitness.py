"""Equation 12: what one decision weighs, and what each model is worth to it."""

from typing import Final

import numpy as np

from genedge.decisions import Candidate
from genedge.engine import cost
from genedge.equations.calculation import add, equate, known, number
from genedge.equations.equation import Equation, Filled, Section, Table
from genedge.equations.example import Example, safe
from genedge.equations.resources import resource_line
from genedge.equations.symbols import where
from genedge.scenario.problem import Problem

MOST_ROWS: Final = 24
"""Models in the table of keep values; beyond, the middle ones are left out."""
SHOWN_ROWS: Final = 10
"""A longer table waits to be opened."""
_PRICE: Final = r"%s \cdot \frac{%s}{%s}"


def _fitness(example: Example) -> Filled:
    paid = example.decided.cost
    line = equate(r"\frac{1}{1 + %s}", lambda paid: 1.0 / (1.0 + paid), paid, left="F(y) =")
    return Filled("Of what was decided; the next box takes its cost apart.", (line,))


def _decision_cost(example: Example) -> Filled:
    one, weights = example.decided, example.problem.weights
    staked = [each for each in one.evicted if one.state.at_stake[each.row]]
    evicting = add([each.switching_price for each in staked], label="evicted")
    if len(staked) == 1:
        (only,) = staked
        evicting = equate(
            _PRICE, lambda weight, delay, cycle: weight * delay / cycle,
            weights.delay, only.reload_delay_s, only.active_cycle, label="evicted",
        )  # fmt: skip
    held = resource_line(example, one.state.chosen, weights.horizon, weights.resource, label="held")
    gone, prices = one.state.gone, one.state.switching_price
    lost = add(prices[gone].tolist(), label="lost already")
    delays = [*[evicting][: len(staked)], *[lost][: int(gone.any())]]
    total = add([*(line.value for line in delays), held.value], left="C(y) =")
    evicted = example.names(each.row for each in one.evicted)
    words = f"Evicted: {evicted}. Held: {example.names(one.state.chosen)}."
    if example.by_slot:
        words += f" There at the slot's start: {example.names(example.compared)}."
    best = "It is the least possible for this decision."
    if one.excess:
        best = f"The exact best decision costs {number(one.best_cost)}."
    return Filled(words, (*delays, held, total), best)


def _horizon(example: Example) -> Filled:
    rate, right = float(example.problem.rates.sum()), r"\text{ slot}"
    slot = example.problem.scenario.decision_horizon == "slot"
    left = r"1/\Lambda =" if slot else "h ="
    share = equate(r"\frac{1}{%s}", lambda rate: 1.0 / rate, rate, left=left, right=right)
    if slot:
        return Filled("In force: `slot`.", (share, known(1.0, left="h =", right=right)))
    return Filled("In force: `next-request`.", (share,))


def _keep_value(example: Example) -> Filled:
    """Of one model, with the table of all that the decision was about."""
    row, problem = example.focus, example.problem
    inverse = example.inverse_cycle
    words = f"For {example.name(row)}"
    if not example.before[row]:
        start = "a slot begins with it" if example.by_slot else "it is deployed"
        words += f", as it will count once {start}"
    held = problem.weights.horizon, problem.weights.resource, float(example.rent[row])
    if example.before[row] and not example.compared[row]:
        words += ", which came within the slot, without a delay term"
        line = equate(
            r"0 - %s \cdot %s \cdot %s", lambda horizon, price, rent: -horizon * price * rent, *held
        )
    else:
        line = equate(
            rf"{_PRICE} - %s \cdot %s \cdot %s",
            lambda w, delay, cycle, h, price, rent: w * delay / cycle - h * price * rent,
            problem.weights.delay, float(problem.models.reload_delay_s[row]),
            1.0 / inverse if inverse > 0 else float("inf"), *held,
        )  # fmt: skip
    return Filled(words + ".", (line,), _verdict(example), _table(example))


def _verdict(example: Example) -> str:
    """What the keep values say about the decision."""
    worth = [each.row for each in example.evicted if each.keep_value > 0]
    if worth:
        because = "for want of room" if example.decided.bound_by else "although there was room"
        return f"Given up {because} although worth keeping: {example.names(worth)}."
    return "No model that left was worth keeping." if example.evicted else ""


def _table(example: Example) -> Table:
    one = example.decided
    shown = list(one.candidates)
    title = "Every model that the decision was about"
    if len(shown) > MOST_ROWS:
        shown[MOST_ROWS // 2 : -MOST_ROWS // 2] = []
        title += f" ({len(shown)} of {len(one.candidates):,})"
    header = (
        "Model", "", "delay, s", r"$\alpha$", r"$w_{\mathrm{delay}}\, \mathrm{delay} / \alpha$",
        r"$h\, w_{\mathrm{res}}\, \mathrm{res}$", "Keep value",
    )  # fmt: skip
    return Table(header, tuple(map(_row, shown)), title, len(shown) <= SHOWN_ROWS)


def _row(one: Candidate) -> tuple[str, ...]:
    cycle = "never" if np.isinf(one.active_cycle) else number(one.active_cycle, 5)
    price, value = number(one.switching_price, 5), number(one.keep_value, 5)
    if one.part == "requested":
        price = value = "–"
    delay, rent = number(one.reload_delay_s, 5), number(one.resource_price, 5)
    return safe(one.name), one.part, delay, cycle, price, rent, value


FITNESS: Final = Section(
    "fitness",
    "What one decision weighs (12)",
    "Nobody knows the requests to come, so the genetic algorithm judges one decision at a time: "
    "from $x$, deployed before it, to a candidate $y$.",
    (
        Equation(
            "fitness", 12, "Fitness of a candidate", r"F(y) = \frac{1}{1 + C(y)}",
            "The cheaper a candidate, the fitter it is.",
            where("F C y"), (cost.fitness,), _fitness, ("fitness",),
        ),
        Equation(
            "decision_cost", None, "Cost of a decision",
            r"\begin{aligned} C(y) &= w_{\mathrm{delay}} \sum_{j \,\in\, b \setminus y} "
            r"\frac{\mathrm{delay}_j}{\alpha_j} \\ "
            r"&\quad + h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(y) \end{aligned}",
            "What equation 7 charges for it, plus what it goes on holding, by equation 10. Under "
            "`slot` what left earlier in the slot is lost already, unless it is the one requested.",
            where("C b y delay alpha h wd wr resy"), (cost.decision_cost,), _decision_cost,
            ("decision_horizon", "switching_charged"),
        ),
        Equation(
            "horizon", None, "How far it looks ahead",
            r"h = \begin{cases} 1 & \texttt{slot} \\[2pt] 1/\Lambda & "
            r"\texttt{next-request} \end{cases}",
            "It pays for the resources of one whole slot, or only until the next request is due.",
            where("h Lam"), (Problem.weights,), _horizon, ("decision_horizon",),
        ),
        Equation(
            "keep_value", None, "Keep value of a deployed model",
            r"\begin{aligned} & w_{\mathrm{delay}}\, \frac{\mathrm{delay}_m}{\alpha_m} \\ "
            r"&\quad - h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(\{m\}) \end{aligned}",
            "What staying saves, less what it costs. If everything fitted, exactly the models with "
            "a positive keep value would stay. The first term is there only for what is in $b$.",
            where("b delay alpha h wd wr resm"), (cost.keep_value, cost.cost_of), _keep_value,
        ),
    ),
)  # fmt: skip
