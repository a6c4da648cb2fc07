"""The active cycle alpha, three ways, and the popularity that it rests on."""

from typing import Final

import numpy as np

from genedge.engine import weighing
from genedge.equations.calculation import Line, add, equate, known
from genedge.equations.equation import Equation, Filled, Section
from genedge.equations.example import Example
from genedge.equations.symbols import where
from genedge.intake.workload import arrival_rates
from genedge.say import count
from genedge.scenario.problem import Problem

_CYCLE: Final = r"\alpha_m ="


def _quotient(above: float, below: float, left: str, right: str = "") -> Line:
    return equate(r"\frac{%s}{%s}", lambda a, b: a / b, above, below, left=left, right=right)


def _words(example: Example, text: str, name: str) -> str:
    force = " The decision went by this." * (example.problem.scenario.active_cycle == name)
    return f"For {example.name(example.focus)}: {text}.{force}"


def _known(example: Example) -> Filled:
    problem, row = example.problem, example.focus
    above, below = float(problem.rates[row]), float(problem.rates.sum())
    text = "its rate by all rates"
    if problem.trace is not None:
        counts = np.bincount(example.run.requests.model, minlength=len(example.models))
        above, below = float(counts[row]), float(counts.sum())
        text = "its requests by all requests of the trace"
    inverse = _quotient(above, below, r"1/\alpha_m =")
    words = _words(example, text if above else "it is never asked for", "known")
    if above == 0:
        return Filled(words, (inverse,))
    return Filled(words, (inverse, _quotient(1.0, inverse.value, _CYCLE)))


def _history(example: Example) -> Filled:
    models, seen = len(example.models), example.run.requests.model[: example.request + 1]
    so_far = int((seen == example.focus).sum())
    text = f"{so_far:,} of {count(seen.size, 'request')} so far, {count(models, 'model')}"
    line = equate(
        r"\frac{%s + %s}{%s + 1}", lambda n, m, own: (n + m) / (own + 1.0),
        float(seen.size), float(models), float(so_far), left=_CYCLE,
    )  # fmt: skip
    return Filled(_words(example, text, "history"), (line,))


def _next_use(example: Example) -> Filled:
    now = example.request
    later = np.flatnonzero(example.run.requests.model[now + 1 :] == example.focus)
    if later.size == 0:
        words = _words(example, "nobody asks for it again", "next-use")
        return Filled(words, (known(0.0, left=r"1/\alpha_m ="),))
    following = now + 2 + int(later[0])
    text = f"request {following:,} asks for it next; this is {now + 1:,}"
    line = add([float(following), -(now + 1.0)], left=_CYCLE)
    return Filled(_words(example, text, "next-use"), (line,))


def _popularity(example: Example) -> Filled:
    problem, row, models = example.problem, example.focus, len(example.models)
    load, rate = problem.scenario.workload, float(problem.rates[row])
    right, left, name = r"\text{ per slot}", r"\lambda_m =", example.name(row)
    if problem.trace is not None:
        asked = int((example.run.requests.model == row).sum())
        words = f"No law here: a trace is replayed. It asks {asked:,} times for {name}."
        return Filled(words, (_quotient(asked, problem.slots, left, right),))
    if load.popularity_order == "custom":
        words = f"No law here: rates were given one by one, this one for {name}."
        return Filled(words, (known(rate, left=left, right=right),))
    flat = load.zipf_exponent == 0 if load.popularity == "zipf" else load.popularity_ratio == 1
    if load.popularity_order == "equal" or flat:
        words = f"Every model is equally popular; so is {name}."
        return Filled(words, (_quotient(load.rate, models, left, right),))
    rank, z = float((problem.rates > rate).sum()) + 1, load.zipf_exponent
    words = f"For {name}, number {rank:,.0f} by popularity of {models:,}"
    if load.popularity == "geometric":
        q = load.popularity_ratio
        below = add([q**k for k in range(1, models + 1)], left=r"\sum q^k =")
        line = equate(
            r"%s \cdot \frac{%s^{%s}}{%s}", lambda rate, q, rank, below: rate * q**rank / below,
            load.rate, q, rank, below.value, left=left, right=right,
        )  # fmt: skip
        return Filled(f"{words}; $q = {q:g}$.", (below, line))
    below = add([k**-z for k in range(1, models + 1)], left=r"\sum k^{-z} =")
    line = equate(
        r"%s \cdot \frac{%s^{-%s}}{%s}", lambda rate, rank, z, below: rate * rank**-z / below,
        load.rate, rank, z, below.value, left=left, right=right,
    )  # fmt: skip
    return Filled(f"{words}; $z = {z:g}$.", (below, line))


ACTIVE_CYCLE: Final = Section(
    "active_cycle",
    "Active cycle",
    "When will a model be asked for again? Decisions go by what `--active-cycle` says; the "
    "**ledger always charges** `known`, so that costs compare.",
    (
        Equation(
            "known", None, "Known rates (`known`, default)",
            r"\frac{1}{\alpha_m} = \begin{cases} \lambda_m / \Lambda & "
            r"\text{generated} \\[2pt] n_m / n & \text{trace} \end{cases}",
            "The share of requests that ask for this model: the true one where they are generated, "
            "the counted one, rejected requests included, where a trace is replayed.",
            where("alpha lam Lam nm n"), (Problem.models,), _known,
        ),
        Equation(
            "history", None, "Counted so far (`history`)",
            r"\alpha_m = \frac{n + M}{n_m + 1}",
            "From the requests so far, the current one included; at the start all models are "
            "alike.",
            where("alpha n nm M"), (weighing.inverse_cycle,), _history, ("history",),
        ),
        Equation(
            "next_use", None, "Foreseen (`next-use`)", r"\alpha_m = i' - i",
            "The requests from now to the next one for this model; if none comes, $1/\\alpha_m = "
            "0$. For study: no real server can know it.",
            where("alpha i i2"), (weighing.inverse_cycle,), _next_use,
        ),
        Equation(
            "popularity", None, "Popularity in a generated workload",
            r"\lambda_m = \Lambda \cdot \begin{cases} r_m^{-z} / \sum_{k=1}^{M} k^{-z} & "
            r"\text{Zipf} \\[4pt] q^{r_m} / \sum_{k=1}^{M} q^k & \text{geometric} \end{cases}",
            "A few models are asked for often, most of them seldom. Rates can also be equal, or "
            "given one by one.",
            where("lam Lam r z q M"), (arrival_rates,), _popularity,
        ),
    ),
    "A workload and a trace exported from it hold the same requests and still give different "
    "costs: one is charged by its true rates, the other by what happened to be counted.",
)  # fmt: skip
