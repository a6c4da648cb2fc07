"""Both ledgers with numbers: Eq. 11 and the realised cost of the whole run, model by model."""

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import S_MISS_DELAY, S_RESOURCE, S_SWITCHING, Floats
from genedge.equations.filled_parts import Filled, Rows
from genedge.equations.moment import Moment
from genedge.equations.names import in_words
from genedge.equations.numbers import Line, Number, Product, Quotient, Sum, equate, short, tex_of

DIGITS = 6
"""As in the table of sums, so that its totals are found again in the formula."""
MOST_ROWS = 40
"""Models in a table of sums; the dearest are shown."""


def _share(weight: float, total: float, slots: int) -> Quotient:
    return Quotient(Product((Number(weight), Number(total))), Number(float(slots)))


def _average(moment: Moment, delays: float) -> tuple[Line, Line, Line]:
    """(1/T) [w_delay * delays + w_res * resources], term by term."""
    weights, slots = moment.problem.weights, moment.run.requests.slots
    resources = float(moment.run.totals.sums[S_RESOURCE])
    spent = _share(weights.delay, delays, slots), _share(weights.resource, resources, slots)
    first, second = (
        equate(share, rf"\text{{{name}: }}", digits=DIGITS)
        for share, name in zip(spent, ("delay", "resources"), strict=True)
    )
    both = Sum((Number(first.value), Number(second.value)))
    total = equate(both, r"\text{a slot: }", digits=DIGITS)
    return first, second, total


def _amounts(moment: Moment) -> str:
    slots = moment.run.requests.slots
    return (
        f"The whole run of {moment.run.kind.spoken}, {slots:,} slot{'s' if slots > 1 else ''}; "
        "the sums over all slots are added up, model by model, in the table."
    )


def objective(moment: Moment) -> Filled:
    """Eq. 11 of the whole run, and of the decision's slot."""
    totals, weights = moment.run.totals, moment.problem.weights
    slot = moment.slot
    switched = float(moment.run.slots.switching_cost[slot])
    held = float(moment.rent[moment.at_end].sum())
    one = Sum(
        (
            Product((Number(weights.delay), Number(switched))),
            Product((Number(weights.resource), Number(held))),
        )
    )
    example = equate(one, rf"\text{{slot {slot + 1}: }}")
    switching = float(totals.sums[S_SWITCHING])
    price = moment.problem.models.reload_delay_s * moment.problem.models.inverse_active_cycle
    table = _table(moment, totals.model_evictions, price, "evicted", r"delay / $\alpha$")
    return Filled(_amounts(moment), (example, *_average(moment, switching)), table=table)


def realised(moment: Moment) -> Filled:
    """The realised cost of the whole run."""
    totals = moment.run.totals
    waited = float(totals.sums[S_MISS_DELAY])
    price = moment.problem.models.reload_delay_s
    table = _table(moment, totals.model_misses, price, "missed", "delay, s")
    first, second, total = _average(moment, waited)
    remark = (
        f"Beside it Eq. 11 charges {tex_of(short(moment.run.summary['average_cost']))} a slot for "
        "the very same run."
    )
    return Filled(_amounts(moment), (first, second, total), remark, table)


def _table(moment: Moment, times: NDArray[np.int64], price: Floats, what: str, of: str) -> Rows:
    """Model by model: how often it was charged at which price, how long it was held."""
    held = moment.run.deployed.sum(axis=0)
    rent, weights = moment.rent, moment.problem.weights
    worth = weights.delay * times * price + weights.resource * held * rent
    seen = np.flatnonzero((times > 0) | (held > 0))
    order = seen[np.argsort(-worth[seen], kind="stable")]
    rows = [
        (
            in_words(moment.models[row].name), f"{int(times[row]):,}", _cell(float(price[row])),
            _cell(float(times[row] * price[row])), f"{int(held[row]):,}",
            _cell(float(rent[row])), _cell(float(held[row] * rent[row])),
        )
        for row in order[:MOST_ROWS].tolist()
    ]  # fmt: skip
    if order.size > MOST_ROWS:
        rest = order[MOST_ROWS:]
        rows.append(
            (
                f"{rest.size:,} more", f"{int(times[rest].sum()):,}", "",
                _cell(float((times * price)[rest].sum())), f"{int(held[rest].sum()):,}", "",
                _cell(float((held * rent)[rest].sum())),
            )
        )  # fmt: skip
    rows.append(
        (
            "**All**", f"{int(times.sum()):,}", "", _cell(float((times * price).sum())),
            f"{int(held.sum()):,}", "", _cell(float((held * rent).sum())),
        )
    )  # fmt: skip
    return Rows(
        ("Model", f"times {what}", of, "sum of it", "slots held", "res", "sum of res"),
        tuple(rows),
        "The sums, model by model",
    )


def _cell(value: float) -> str:
    """A number in a table, with digits enough for the columns to add up."""
    text = tex_of(short(value, DIGITS))
    return f"${text}$" if "\\" in text else text
