"""The active cycle with numbers, three ways, and the popularity that it rests on."""

import numpy as np

from genedge.equations.filled_parts import Filled
from genedge.equations.moment import Moment
from genedge.equations.numbers import (
    Line,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    equate,
    known,
    numbers,
)


def _whose(moment: Moment) -> str:
    row = moment.focus
    what = "which leaves" if moment.evicted else "which was asked for"
    return f"For {moment.name(row)}, {'the first row' if moment.explanation is None else what}"


def _in_force(moment: Moment, name: str) -> str:
    chosen = moment.problem.scenario.active_cycle
    return " This is what the decision went by." if chosen == name and moment.explanation else ""


def _cycle(inverse: Line) -> tuple[Line, ...]:
    """1/alpha and, where there is one, alpha."""
    if inverse.value == 0:
        return (inverse,)
    return (inverse, equate(Quotient(Number(1.0), Number(inverse.value)), r"\alpha_m ="))


def known_rates(moment: Moment) -> Filled:
    """`known`."""
    problem, row = moment.problem, moment.focus
    if problem.trace is None:
        above, below = float(problem.rates[row]), float(problem.rates.sum())
        why = ": its rate by all rates."
    else:
        counts = np.bincount(moment.run.requests.model, minlength=len(moment.models))
        above, below = float(counts[row]), float(counts.sum())
        why = ": its requests by all requests of the trace."
    inverse = equate(Quotient(Number(above), Number(below)), r"1/\alpha_m =")
    never = " It is never asked for." if above == 0 else ""
    words = _whose(moment) + why + never + _in_force(moment, "known")
    lines = _cycle(inverse)
    return Filled(words, lines, main=0)


def history(moment: Moment) -> Filled:
    """`history`."""
    row, models = moment.focus, len(moment.models)
    seen = moment.run.requests.model[: moment.request + 1]
    so_far = int((seen == row).sum())
    above = Sum((Number(float(seen.size)), Number(float(models))))
    below = Sum((Number(float(so_far)), Number(1.0)))
    words = (
        f"{_whose(moment)}: {so_far:,} of the {seen.size:,} requests so far asked for it, and the "
        f"catalog has {models:,} model{'s' if models > 1 else ''}."
    )
    line = equate(Quotient(above, below), r"\alpha_m =")
    return Filled(words + _in_force(moment, "history"), (line,))


def next_use(moment: Moment) -> Filled:
    """`next-use`."""
    row, now = moment.focus, moment.request
    later = np.flatnonzero(moment.run.requests.model[now + 1 :] == row)
    if later.size == 0:
        words = f"{_whose(moment)}: nobody asks for it again."
        return Filled(words + _in_force(moment, "next-use"), (known(0.0, r"1/\alpha_m ="),))
    following = now + 1 + int(later[0])
    words = f"{_whose(moment)}: request {following + 1:,} asks for it next; this is {now + 1:,}."
    line = equate(numbers([following + 1, -(now + 1)]), r"\alpha_m =")
    return Filled(words + _in_force(moment, "next-use"), (line,))


def zipf(moment: Moment) -> Filled:
    """lambda_m."""
    problem, row = moment.problem, moment.focus
    load, rate = problem.scenario.workload, float(problem.rates[row])
    right, left = r"\text{ per slot}", r"\lambda_m ="
    name, slots = moment.name(row), problem.slots
    if problem.trace is not None:
        counts = int((moment.run.requests.model == row).sum())
        words = f"No Zipf here: a trace is replayed. It asks {counts:,} times for {name}."
        share = Quotient(Number(float(counts)), Number(float(slots)))
        return Filled(words, (equate(share, left, right),))
    if load.popularity_order == "custom":
        words = f"No Zipf here: rates were given one by one, this one for {name}."
        return Filled(words, (known(rate, left, right),))
    count = len(moment.models)
    if load.popularity_order == "equal" or load.zipf_exponent == 0:
        words = f"Every model is equally popular; so is {name}."
        share = Quotient(Number(float(load.rate)), Number(float(count)))
        return Filled(words, (equate(share, left, right),))
    rank = int((problem.rates > rate).sum()) + 1
    z = load.zipf_exponent
    below = numbers([k**-z for k in range(1, count + 1)])
    ordinal = "the most popular" if rank == 1 else f"number {rank:,} by popularity"
    words = f"For {name}, {ordinal} of {count:,}, with Zipf exponent $z = {z:g}$."
    line = equate(_with_sum(load.rate, rank, z, below.exact), left, right)
    return Filled(words, (equate(below, r"\sum k^{-z} ="), line))


def _with_sum(rate: float, rank: int, z: float, below: float) -> Product:
    """The rate once the sum below the fraction bar is known."""
    over = Quotient(Power(Number(float(rank)), Number(-z)), Number(below))
    return Product((Number(rate), over))
