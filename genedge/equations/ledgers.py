"""Equation 11 and the realised cost: the two ways to add up a run, model by model."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genedge.engine import cost
from genedge.engine.arrays import S_MISS_DELAY, S_RESOURCE, S_SWITCHING, Floats
from genedge.equations.calculation import Line, add, equate, number
from genedge.equations.equation import Equation, Filled, Section, Table
from genedge.equations.example import Example
from genedge.equations.symbols import where
from genedge.registry.ledgers import PAPER
from genedge.runs.run import figures_of
from genedge.say import count

DIGITS: Final = 6
"""As in the table of sums, so that its totals are found again in the formula."""
MOST_ROWS: Final = 40
"""Models in a table of sums; the dearest are shown."""


def _average(example: Example, delays: float) -> tuple[Line, Line, Line]:
    """(1/T) [w_delay * delays + w_res * resources], term by term."""
    weights, slots = example.problem.weights, float(example.run.requests.slots)
    terms = {
        "delay": (weights.delay, delays),
        "resources": (weights.resource, float(example.run.totals.sums[S_RESOURCE])),
    }
    first, second = (
        equate(
            r"\frac{%s \cdot %s}{%s}", lambda weight, total, slots: weight * total / slots,
            *term, slots, label=name, digits=DIGITS,
        )
        for name, term in terms.items()
    )  # fmt: skip
    return first, second, add([first.value, second.value], label="a slot", digits=DIGITS)


def _amounts(example: Example) -> str:
    slots = count(example.run.requests.slots, "slot")
    return f"The whole run of {example.run.kind.spoken}, {slots}; sums by model in the table."


def _objective(example: Example) -> Filled:
    """Eq. 11 of the whole run, and of the decision's slot."""
    totals, weights, slot = example.run.totals, example.problem.weights, example.slot
    one = equate(
        r"%s \cdot %s + %s \cdot %s", lambda a, b, c, d: a * b + c * d,
        weights.delay, float(example.run.slots.switching_cost[slot]),
        weights.resource, float(example.rent[example.at_end].sum()), label=f"slot {slot + 1:,}",
    )  # fmt: skip
    header = ("times lost" if example.by_slot else "times evicted", r"delay / $\alpha$")
    table = _table(example, example.run.charged, example.price, *header)
    lines = _average(example, float(totals.sums[S_SWITCHING]))
    return Filled(_amounts(example), (one, *lines), table=table)


def _realised(example: Example) -> Filled:
    totals = example.run.totals
    price = example.problem.models.reload_delay_s
    table = _table(example, totals.model_misses, price, "times missed", "delay, s")
    remark = f"Eq. 11 charges {number(example.run.summary[PAPER])} a slot for this run."
    lines = _average(example, float(totals.sums[S_MISS_DELAY]))
    return Filled(_amounts(example), lines, remark, table)


def _table(example: Example, times: NDArray[np.int64], price: Floats, what: str, of: str) -> Table:
    """Model by model: how often it was charged at which price, how long it was held."""
    held, rent = example.run.deployed.sum(axis=0), example.rent
    weights = example.problem.weights
    worth = weights.delay * times * price + weights.resource * held * rent
    seen = np.flatnonzero((times > 0) | (held > 0))
    order = seen[np.argsort(-worth[seen], kind="stable")]

    def row(name: str, rows: NDArray[np.int64], one: bool = False) -> tuple[str, ...]:
        return (
            name, f"{int(times[rows].sum()):,}", _cell(price[rows].sum()) if one else "",
            _cell((times * price)[rows].sum()), f"{int(held[rows].sum()):,}",
            _cell(rent[rows].sum()) if one else "", _cell((held * rent)[rows].sum()),
        )  # fmt: skip

    rows = [row(example.name(int(each)), np.array([each]), True) for each in order[:MOST_ROWS]]
    if order.size > MOST_ROWS:
        rows.append(row(f"{order.size - MOST_ROWS:,} more", order[MOST_ROWS:]))
    rows.append(row("**All**", order))
    header = ("Model", what, of, "sum of it", "slots held", "res", "sum of res")
    return Table(header, tuple(rows), "The sums, model by model")


def _cell(value: float) -> str:
    """With digits enough for the columns to add up."""
    return number(float(value), DIGITS)


OBJECTIVE: Final = Section(
    "objective",
    "What is minimised (11)",
    "",
    (
        Equation(
            "objective", 11, "Average cost",
            r"\begin{aligned} \min\; \frac{1}{T} \sum_{t=0}^{T-1} \Big[ & w_{\mathrm{delay}} "
            r"\cdot \mathrm{sw}^t \\[-4pt] & + w_{\mathrm{res}} \cdot \mathrm{res}(x^t) \Big] "
            r"\\[4pt] \text{subject to } & \text{(1), (2), (3)} \end{aligned}",
            "A slot costs its switching (7) plus the resources held at its end. The "
            "two weights say what a second and a gigabyte are worth; they decide the outcome as "
            "much as any policy does.",
            where("T t swt rest xt wd wr"), (cost.slot_cost, figures_of), _objective,
            ("switching_charged",),
        ),
    ),
)  # fmt: skip

LEDGERS_SECTION: Final = Section(
    "ledgers",
    "Two ledgers",
    "The paper charges a delay when a model is **evicted**, divided by its active cycle. What "
    "a person waits for is the **miss**. Every result here carries both.",
    (
        Equation(
            "realised", None, "Realised cost",
            r"\begin{aligned} \frac{1}{T} \Big[ & w_{\mathrm{delay}} \sum_{\mathcal{R}} "
            r"\mathrm{delay}_m \\ & + w_{\mathrm{res}} \sum_{t=0}^{T-1} \mathrm{res}(x^t) \Big] "
            r"\end{aligned}",
            "Every miss costs its full delay; resources cost what they do in equation 11.",
            where("T t R delay rest wd wr"), (figures_of,), _realised,
        ),
    ),
    "Planning for equation 11 lowers what is held and raises the miss ratio, so the realised cost "
    "may go either way: plan for users by it, compare with the paper by equation 11. Its "
    "bounds charge $w_{\\mathrm{delay}}\\, \\mathrm{delay}_m$ at a miss "
    "and nothing at an eviction.",
)  # fmt: skip
