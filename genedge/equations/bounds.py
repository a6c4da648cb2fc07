"""The clairvoyant optimum and the best online policy: how good any policy could be."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.decisions.state import Rows
from genedge.engine import planning
from genedge.engine.arrays import Floats, pack
from genedge.engine.planning import SWEEPS, Family, clairvoyant_plan
from genedge.equations.calculation import add, equate, known, number
from genedge.equations.equation import Equation, Filled, Section, Table
from genedge.equations.example import Example
from genedge.equations.symbols import where
from genedge.limits import MAX_PLANNED_MODELS
from genedge.registry.ledgers import PAPER
from genedge.say import count

MOST_BYTES: Final = 50_000_000
MOST_SUBSETS: Final = 12
"""Models deployed, all of whose subsets are weighed one by one."""
EQ_11: Final = False
"""The ledger that the formulas are filled in for: not the realised one."""


@dataclass(frozen=True)
class Foreseen:
    """What the clairvoyant optimum knows at the decision.

    Attributes
    ----------
    x, y: masks before it, and after the best that can be done.
    before: V(x). later: what comes after the ends of slots between this request and the next,
        ``ends`` of them.
    leaving, staying: w sw(x) and w sw(y without the requested model).
    rent: weighted resource cost of y for a slot.
    least: the least cost of all the requests, from the empty server.
    """

    x: int
    y: int
    before: float
    later: float
    ends: int
    leaving: float
    staying: float
    rent: float
    least: float

    @property
    def after(self) -> float:
        """V'(y)."""
        return self.later + self.ends * self.rent


def mask_of(rows: Rows) -> int:
    """A deployment ``[M]`` as a mask, row j in bit j."""
    return int(pack(rows[None, :])[0, 0])


def foreseen(example: Example) -> Foreseen:
    """The clairvoyant optimum at this decision."""
    family, requests = example.plans.deployments(EQ_11), example.run.requests
    asked, now = requests.arrays(), example.request
    _, least = clairvoyant_plan(family, asked, MOST_BYTES)
    x = mask_of(example.before)
    plan, before = clairvoyant_plan(family, asked, MOST_BYTES, first=now, deployed=x)
    y = int(plan[now])
    _, later = clairvoyant_plan(family, asked, MOST_BYTES, first=now + 1, deployed=y)
    ends = int(np.searchsorted(requests.slot_start[1:], now + 2) - example.slot)
    if now + 1 == requests.model.size:
        ends = requests.slots - example.slot
    others = y ^ (1 << example.requested)
    leaving, staying = (float(family.leaving[family.place[mask]]) for mask in (x, others))
    rent = float(family.rent[family.place[y]])
    return Foreseen(x, y, before, later, ends, leaving, staying, rent, least)


def _models(example: Example, mask: int) -> str:
    return example.names(row for row in range(len(example.models)) if mask >> row & 1)


def _recursion(example: Example) -> Filled:
    """V(x) at the decision, the future known."""
    if example.why_no_bounds:
        return Filled(example.why_no_bounds)
    seen = foreseen(example)
    words = f"$x$: {_models(example, seen.x)}; the best $y$: {_models(example, seen.y)}."
    line = add([seen.leaving, seen.after, -seen.staying], left="V(x) =")
    remark = f"{example.who} does just that."
    if seen.y != mask_of(example.after):
        remark = f"{example.who} instead deploys {example.names(example.after)}."
    return Filled(words, (line,), remark)


def _transform(example: Example) -> Filled:
    """own and low at the decision."""
    if example.why_no_bounds:
        return Filled(example.why_no_bounds)
    seen = foreseen(example)
    kept = _models(example, seen.y ^ (1 << example.requested))
    own = add([seen.after, -seen.staying], left=r"\mathrm{own}(z) =")
    low = known(seen.before - seen.leaving, left=r"\mathrm{low}(x) =")
    subsets = count(2 ** int(example.before.sum()), "subset")
    return Filled(f"Of the {subsets} of $x$ the best to keep is $z$: {kept}.", (own, low))


def _clairvoyant(example: Example) -> Filled:
    """V' at the slot's end, and the least cost of these requests."""
    if example.why_no_bounds:
        return Filled(example.why_no_bounds)
    seen = foreseen(example)
    after = equate(
        r"%s + %s \cdot %s", lambda later, ends, rent: later + ends * rent,
        seen.later, float(seen.ends), seen.rent, left=r"V'(y) \leftarrow",
    )  # fmt: skip
    least = equate(
        r"\frac{%s}{%s}", lambda least, slots: least / slots,
        seen.least, float(example.run.requests.slots), left=r"V(\varnothing) / T =",
    )  # fmt: skip
    words = f"{count(seen.ends, 'slot end')} before the next request. From the start, a slot:"
    own = number(example.run.summary[PAPER])
    return Filled(words, (after, least), f"{example.who} costs {own}.")


def _request_values(example: Example, family: Family, after: Floats, x: int) -> Floats:
    """V_m(x) for every model m, ``[M]``: the recursion above with ``after`` for V'."""
    subsets = [0]
    for row in range(len(example.models)):
        if x >> row & 1:
            subsets += [one | 1 << row for one in subsets]
    parts = np.array(subsets, np.int64)
    leaving = family.leaving[family.place[parts]]
    here = family.place[x]
    values = np.full(len(example.models), after[here])
    for row in np.flatnonzero(family.admitted).tolist():
        if not x >> row & 1:
            up = family.place[parts | 1 << row]
            least = np.where(up >= 0, after[up] - leaving, np.inf).min()
            values[row] = family.leaving[here] + least
    return values


def _why_not(example: Example) -> str | None:
    """Why value iteration is not shown here; None where it is."""
    if example.why_no_gain:
        return example.why_no_gain
    family, online = example.plans.deployments(EQ_11), example.plans.online(EQ_11)
    here = family.place[mask_of(example.before)]
    if here < 0 or not np.isfinite(online.value[here]):
        return "The best online policy never comes back to $x$, so it has no value."
    if int(example.before.sum()) > MOST_SUBSETS:
        return "With so many models deployed there are too many subsets to show."
    return None


def _value_iteration(example: Example) -> Filled:
    """One more request weighed, from x."""
    missing = _why_not(example)
    if missing:
        return Filled(missing)
    family, online = example.plans.deployments(EQ_11), example.plans.online(EQ_11)
    rates, x = example.problem.rates, mask_of(example.before)
    rate, shares = float(rates.sum()), rates / rates.sum()
    rent, value = float(family.rent[family.place[x]]), float(online.value[family.place[x]])
    first = equate(
        r"%s + \frac{%s}{%s}", lambda value, rent, rate: value + rent / rate,
        value - rent / rate, rent, rate, left="V'(x) =",
    )  # fmt: skip
    values = _request_values(example, family, online.value, x)
    asked = np.flatnonzero(shares > 0)
    mean = add((shares * values)[asked].tolist(), left="v_{k+1}(x) =")
    words = f"At the last sweep, number {online.sweeps:,}; values count from the empty server."
    columns = (shares, values, shares * values)
    rows = (
        (example.name(int(row)), *(number(float(one[row]), 6) for one in columns)) for row in asked
    )
    header = ("Model", r"$\lambda_m / \Lambda$", "$V_m(x)$", "Product")
    return Filled(words, (first, mean), table=Table(header, tuple(rows), "Every model's term"))


def _gain(example: Example) -> Filled:
    """The long-run cost of a slot."""
    if example.why_no_gain:
        return Filled(example.why_no_gain)
    online = example.plans.online(EQ_11)
    low, high = (number(bound, 6).strip("$") for bound in (online.gain_low, online.gain_high))
    line = known(online.gain, left=rf"{low} \le \gamma \le {high}, \quad \gamma \approx")
    own = number(example.run.summary[PAPER])
    remark = f"{example.who} costs {own} in this run, from the empty server."
    return Filled("The cost of a slot in the long run.", (line,), remark)


BOUNDS: Final = Section(
    "bounds",
    "Bounds",
    f"In catalogs of up to {MAX_PLANNED_MODELS} models every set of models can be weighed, and "
    "evicting means moving to a subset. That gives two bounds for each ledger: the **clairvoyant "
    "optimum** knows every request beforehand, the **best online policy** only how popular each "
    "model is.",
    (
        Equation(
            "recursion", None, "One request, seen from the end",
            r"\begin{aligned} V(x) &= w_{\mathrm{delay}}\, \mathrm{sw}(x) \\ "
            r"&\; + \min_{y} \big[ V'(y) \\[-6pt] & \qquad\quad - w_{\mathrm{delay}}\, "
            r"\mathrm{sw}(y \setminus \{m\}) \big] \\[6pt] "
            r"\text{over all } y &\subseteq x \cup \{m\} \text{ with } m \in y \\ "
            r"\text{and } & \text{(1), (2), (3)} \end{aligned}",
            "At a miss for $m$: pay for evicting everything, take back the price of what stays, "
            "and move to the set from which the rest is cheapest. Otherwise $V = V'$.",
            where("V V2 x y sw wd"), (planning._request, planning.best_below), _recursion,
        ),
        Equation(
            "transform", None, "The minimum over all subsets at once",
            r"\begin{aligned} \mathrm{own}(x) &= V'(x \cup \{m\}) \\ &\quad - "
            r"w_{\mathrm{delay}}\, \mathrm{sw}(x) \\[4pt] \mathrm{low}(x) &= \min\big( "
            r"\mathrm{own}(x), \\ &\quad \min_{b \,\in\, x} \mathrm{low}(x \setminus \{b\}) "
            r"\big) \end{aligned}",
            "The best subset of $x$ is $x$ itself or the best subset of $x$ without one of its "
            "models: about $M \\cdot 2^M$ steps answer for all sets.",
            where("own low V2 x sw wd"), (planning._request,), _transform,
        ),
        Equation(
            "clairvoyant", None, "Clairvoyant optimum",
            r"V'(y) \;\leftarrow\; V'(y) + w_{\mathrm{res}}\, \mathrm{res}(y)",
            "From the last request to the first, adding the resource cost at each slot's end. No "
            "policy that decides at misses can cost less on these very requests.",
            where("V2 y wr resy"), (planning.clairvoyant_plan,), _clairvoyant,
        ),
        Equation(
            "value_iteration", None, "Best online policy: value iteration",
            r"\begin{aligned} V'(y) &= v_k(y) + \frac{w_{\mathrm{res}}\, \mathrm{res}(y)}"
            r"{\Lambda} \\ v_{k+1}(x) &= \sum_{m} \frac{\lambda_m}{\Lambda}\, V_m(x) "
            r"\end{aligned}",
            "The next request is for $m$ with its true probability and bears its share of a slot's "
            "resource cost. Repeat until the values only grow by a constant.",
            where("V2 v Vm y wr resy lam Lam"), (planning.online_plan,), _value_iteration,
        ),
        Equation(
            "gain", None, "Its long-run cost",
            r"\begin{aligned} \gamma \;&\ge\; \Lambda \min_x \big[ v_{k+1}(x) - v_k(x) \big] \\ "
            r"\gamma \;&\le\; \Lambda \max_x \big[ v_{k+1}(x) - v_k(x) \big] \end{aligned}",
            "That constant is the gain, the cost of a slot. The iteration stops when these two "
            f"differ by 0.01 %, or after {SWEEPS:,} sweeps.",
            where("gain v Lam"), (planning.online_plan,), _gain,
        ),
    ),
    "The best online policy is replayed on the same requests as every other, from the empty "
    "server, so its cost often lies below its gain. On a trace it takes $n_m / T$ for $\\lambda_m$ "
    "and leaves out models never asked for. Ties within $10^{-12}$ go to fewer models, then to the "
    "lowest mask (catalog row $j$ is bit $j$).",
)  # fmt: skip
