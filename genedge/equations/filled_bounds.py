"""The bounds with numbers: what the least cost from this decision on is, and the long-run cost."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.decisions.state import Rows as Truth
from genedge.engine.arrays import Floats, pack
from genedge.engine.planning import Family, clairvoyant_plan
from genedge.equations.filled_parts import Filled
from genedge.equations.moment import Moment
from genedge.equations.numbers import (
    Line,
    Minus,
    Number,
    Product,
    Quotient,
    Sum,
    equate,
    known,
    short,
    tex_of,
)

HELD_FOR_EVER: Final = (
    "In the long run everything that is asked for is held for ever, so the gain below is its "
    "resource cost alone."
)
MOST_BYTES: Final = 50_000_000
EQ_11: Final = False
"""The ledger that the formulas are filled in for: not the realised one."""


@dataclass(frozen=True)
class Foreseen:
    """What the clairvoyant optimum knows at the decision.

    Attributes
    ----------
    x, y: masks before it, and after the best that can be done.
    before: V(x). after: V'(y), of which ``later`` is what comes after the ends of slots between
        this request and the next, ``ends`` of them.
    leaving, staying: w sw(x) and w sw(y without the requested model).
    rent: weighted resource cost of y for a slot.
    least: the least cost of all the requests, from the empty server.
    """

    x: int
    y: int
    before: float
    after: float
    later: float
    ends: int
    leaving: float
    staying: float
    rent: float
    least: float


def _mask(rows: Truth) -> int:
    return int(pack(rows[None, :])[0, 0])


def foreseen(moment: Moment) -> Foreseen:
    """The clairvoyant optimum at this decision; from the start where nothing was decided."""
    family, requests = moment.plans.deployments(EQ_11), moment.run.requests
    asked, now = requests.arrays(), moment.request
    _, least = clairvoyant_plan(family, asked, MOST_BYTES)
    if moment.explanation is None:
        return Foreseen(0, 0, least, least, least, 0, 0.0, 0.0, 0.0, least)
    x = _mask(moment.before)
    plan, before = clairvoyant_plan(family, asked, MOST_BYTES, first=now, deployed=x)
    y = int(plan[now])
    _, later = clairvoyant_plan(family, asked, MOST_BYTES, first=now + 1, deployed=y)
    ends = int(np.searchsorted(requests.slot_start[1:], now + 2) - moment.slot)
    if now + 1 == requests.model.size:
        ends = requests.slots - moment.slot
    rent = float(family.rent[family.place[y]])
    bit = 1 << moment.requested
    return Foreseen(
        x, y, before, later + ends * rent, later, ends,
        float(family.leaving[family.place[x]]), float(family.leaving[family.place[y ^ bit]]),
        rent, least,
    )  # fmt: skip


def _models(moment: Moment, mask: int) -> str:
    return moment.names(row for row in range(len(moment.models)) if mask >> row & 1)


def recursion(moment: Moment) -> Filled:
    """V(x) at the decision, the future known."""
    missing = moment.why_no_bounds
    if missing:
        return Filled(missing)
    seen = foreseen(moment)
    if moment.explanation is None:
        return Filled(
            "No request is a miss, so $V = V'$ all along.",
            (known(seen.least, r"V(\varnothing) ="),),
        )
    words = (
        f"With every request known, from request {moment.request + 1:,} to the end, $x$ being "
        f"{_models(moment, seen.x)}: the best $y$ is {_models(moment, seen.y)}."
    )
    total = Sum((Number(seen.leaving), Number(seen.after), Minus(Number(seen.staying))))
    same = seen.y == _mask(moment.after)
    did = f"{moment.run.kind.spoken} does {'just that' if same else 'otherwise'}."
    remark = did[:1].upper() + did[1:]
    if not same:
        remark += f" It deploys {_models(moment, _mask(moment.after))}."
    return Filled(words, (equate(total, "V(x) ="),), remark)


def transform(moment: Moment) -> Filled:
    """own and low at the decision."""
    missing = moment.why_no_bounds
    if missing:
        return Filled(missing)
    if moment.explanation is None:
        words = "Nothing is decided: the only subset of nothing is nothing."
        return Filled(words, (known(0.0, r"\mathrm{low}(\varnothing) ="),))
    seen = foreseen(moment)
    part = seen.y ^ (1 << moment.requested)
    own = equate(Sum((Number(seen.after), Minus(Number(seen.staying)))), r"\mathrm{own}(z) =")
    low = known(seen.before - seen.leaving, r"\mathrm{low}(x) =")
    subsets = 2 ** int(moment.before.sum())
    words = (
        f"$x$ has {subsets:,} subset{'s' if subsets > 1 else ''}. The best of them to keep is "
        f"$z$: {_models(moment, part)}."
    )
    return Filled(words, (own, low), "So $V(x) = w_{\\mathrm{delay}}\\, \\mathrm{sw}(x) + "
                  "\\mathrm{low}(x)$, which is the box above.")  # fmt: skip


def clairvoyant(moment: Moment) -> Filled:
    """V' at the slot's end, and the least cost of these requests."""
    missing = moment.why_no_bounds
    if missing:
        return Filled(missing)
    seen = foreseen(moment)
    slots = moment.run.requests.slots
    lines: list[Line] = []
    words = "Nothing is decided."
    if moment.explanation is not None:
        after = f"request {moment.request + 1:,} and what follows"
        words = f"No slot ends between {after}, so nothing is added there."
        if seen.ends:
            ends = "1 slot ends" if seen.ends == 1 else f"{seen.ends:,} slots end"
            words = f"Between {after} {ends}, with {_models(moment, seen.y)} deployed."
            times = Product((Number(float(seen.ends)), Number(seen.rent)))
            lines.append(equate(Sum((Number(seen.later), times)), r"V'(y) \leftarrow"))
    lines.append(
        equate(Quotient(Number(seen.least), Number(float(slots))), r"V(\varnothing) / T =")
    )
    own = tex_of(short(moment.run.summary["average_cost"]))
    words += " From the first request on, with the empty server, divided by all slots:"
    remark = (
        "No policy that decides at misses can cost less a slot on these very requests. "
        f"{moment.run.kind.spoken[:1].upper() + moment.run.kind.spoken[1:]} costs {own}."
    )
    return Filled(words, tuple(lines), remark)


def _request_values(moment: Moment, family: Family, after: Floats, x: int) -> Floats:
    """V_m(x) for every model m, ``[M]``: the recursion above with ``after`` for V'."""
    subsets = [0]
    for row in range(len(moment.models)):
        if x >> row & 1:
            subsets += [one | 1 << row for one in subsets]
    parts = np.array(subsets, np.int64)
    leaving = family.leaving[family.place[parts]]
    here = family.place[x]
    values = np.full(len(moment.models), after[here])
    for row in np.flatnonzero(family.admitted).tolist():
        if not x >> row & 1:
            up = family.place[parts | 1 << row]
            least = np.where(up >= 0, after[up] - leaving, np.inf).min()
            values[row] = family.leaving[here] + least
    return values


def _worth_iterating(moment: Moment) -> str | None:
    """Why value iteration is not shown here; None where it is."""
    if moment.why_no_gain:
        return moment.why_no_gain
    if int(moment.before.sum()) > 12:
        return "With so many models deployed there are too many subsets to show."
    return None


def iterated(moment: Moment) -> tuple[float, float, Floats] | None:
    """v_k(x), rent of x a request, and V_m(x) of every model; None where x is left for ever."""
    family, online = moment.plans.deployments(EQ_11), moment.plans.online(EQ_11)
    x = _mask(moment.before)
    here = family.place[x]
    if here < 0 or not np.isfinite(online.value[here]):
        return None
    step = float(family.rent[here]) / float(moment.problem.rates.sum())
    values = _request_values(moment, family, online.value, x)
    return float(online.value[here]) - step, step, values


def gained_at(moment: Moment) -> Product | None:
    """Lambda (v_{k+1}(x) - v_k(x)); None where x is not on the way that the gain was found on."""
    found = None if _worth_iterating(moment) else iterated(moment)
    if found is None:
        return None
    value, _, values = found
    rates, online = moment.problem.rates, moment.plans.online(EQ_11)
    later = float(rates @ values / rates.sum())
    step = Product((Number(float(rates.sum())), Sum((Number(later), Minus(Number(value))))))
    slack = 1e-9 * max(1.0, abs(value))
    return step if online.gain_low - slack <= step.exact <= online.gain_high + slack else None


def value_iteration(moment: Moment) -> Filled:
    """One more request weighed."""
    missing = _worth_iterating(moment)
    if missing:
        return Filled(missing)
    family = moment.plans.deployments(EQ_11)
    online = moment.plans.online(EQ_11)
    found = iterated(moment)
    if found is None:
        rate = tex_of(short(online.gain))
        return Filled(
            "Holding everything for ever is not what the best online policy does, so that "
            f"deployment has no value; the gain is {rate}."
        )
    value, _, values = found
    x, rates = _mask(moment.before), moment.problem.rates
    rent = float(family.rent[family.place[x]])
    first = equate(
        Sum((Number(value), Quotient(Number(rent), Number(float(rates.sum()))))), "V'(x) ="
    )
    asked = np.flatnonzero(rates > 0)
    shares = rates / rates.sum()
    terms = Sum(
        tuple(
            Product((Number(float(shares[row])), Number(float(values[row]))))
            for row in asked.tolist()
        )
    )
    words = (
        f"At the last sweep (number {online.sweeps:,}), $x$ being {_models(moment, x)}. "
        "Values count from the empty server, which is 0; each model asked for has its term."
    )
    gained = HELD_FOR_EVER
    if gained_at(moment) is not None:
        gained = "The difference $v_{k+1}(x) - v_k(x)$, times $\\Lambda$, is the gain below."
    return Filled(words, (first, equate(terms, "v_{k+1}(x) =")), gained)


def gain(moment: Moment) -> Filled:
    """The long-run cost of a slot."""
    missing = moment.why_no_gain
    if missing:
        return Filled(missing)
    online = moment.plans.online(EQ_11)
    low, high = (tex_of(short(bound, 6)) for bound in (online.gain_low, online.gain_high))
    step = gained_at(moment)
    lines = [] if step is None else [equate(step, r"\text{at } x\text{: }")]
    left = rf"{low} \;\le\; \gamma \;\le\; {high}, \quad \gamma \approx"
    lines.append(known(online.gain, left))
    own = tex_of(short(moment.run.summary["average_cost"]))
    remark = f"{moment.run.kind.spoken[:1].upper() + moment.run.kind.spoken[1:]} costs {own} a slot"
    remark += " in this run, which starts from the empty server."
    return Filled("The cost of a slot under the best online policy, in the long run.",
                  tuple(lines), remark)  # fmt: skip
