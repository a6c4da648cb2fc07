"""Equation 12, what one decision weighs, and the active cycle that it weighs with."""

from typing import Final

from genedge.equations.parts import COST, REPLAY, Equation, Section
from genedge.equations.symbols import where

FITNESS: Final = Section(
    "fitness",
    "What one decision weighs: equation 12",
    "Nobody knows the requests to come, so the genetic algorithm judges one decision at a time. "
    "The deployment before it is $x$; the candidate for after it is $y$.",
    (
        Equation(
            "fitness", 12, "Fitness of a candidate",
            r"F(y) = \frac{1}{1 + C(y)}",
            "The cheaper a candidate, the fitter it is.",
            where("F C y"), (COST + "fitness",), ("fitness",),
        ),
        Equation(
            "decision_cost", None, "Cost of a decision",
            r"\begin{aligned} C(y) &= w_{\mathrm{delay}} \sum_{j \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_j}{\alpha_j} \\ "
            r"&\quad + h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(y) \end{aligned}",
            "It costs what it evicts, by equation 7, plus the resources that it goes on holding, "
            "by equation 10.",
            where("C x y xy delay alpha h wd wr resy"), (COST + "decision_cost",),
            ("decision_horizon",),
        ),
        Equation(
            "horizon", None, "How far it looks ahead",
            r"h = \begin{cases} 1 & \texttt{slot} \\[2pt] 1/\Lambda & "
            r"\texttt{next-request} \end{cases}",
            "A decision pays for the resources of one whole slot, or only for the time until the "
            "next request is to be expected.",
            where("h Lam"), ("genedge/scenario/scenario.py: Problem.weights",),
            ("decision_horizon",),
        ),
        Equation(
            "keep_value", None, "Keep value of a deployed model",
            r"\begin{aligned} & w_{\mathrm{delay}}\, \frac{\mathrm{delay}_m}{\alpha_m} \\ "
            r"&\quad - h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(\{m\}) \end{aligned}",
            "Both costs are sums over models, so each deployed model has a value of its own: what "
            "staying saves, less what staying costs. If everything fitted, exactly the models "
            "with a positive keep value would stay.",
            where("delay alpha h wd wr resm"), (COST + "keep_value",),
        ),
    ),
)  # fmt: skip

ACTIVE_CYCLE: Final = Section(
    "active_cycle",
    "The active cycle",
    "When will a model be asked for again? Its active cycle $\\alpha_m$ can be known, estimated or "
    "foreseen. You choose what the genetic algorithm and the exact decision work with "
    "(`--active-cycle`); the **ledger always charges** `known`, so that costs compare.",
    (
        Equation(
            "known", None, "Known rates (`known`, default)",
            r"\frac{1}{\alpha_m} = \begin{cases} \lambda_m / \Lambda & "
            r"\text{generated} \\[2pt] n_m / n & \text{trace} \end{cases}",
            "The share of all requests that ask for this model: the true share where requests are "
            "generated, the counted one where a trace file is replayed. The count takes in all of "
            "the requests replayed, rejected ones too; for a model never asked for it is 0.",
            where("alpha lam Lam nm n"), ("genedge/scenario/scenario.py: Problem.models",),
        ),
        Equation(
            "history", None, "Counted so far (`history`)",
            r"\alpha_m = \frac{n + M}{n_m + 1}",
            "Estimated from the requests so far, the current one included. At the start every "
            "model counts as equally popular.",
            where("alpha n nm M"), (REPLAY + "_inverse_cycle",), ("history",),
        ),
        Equation(
            "next_use", None, "Foreseen (`next-use`)",
            r"\alpha_m = i' - i",
            "Looked up in the future: the requests from now to the next one for this model. If "
            "none comes, $1/\\alpha_m = 0$. No real server can know it; it is here for study.",
            where("alpha i i2"), (REPLAY + "_inverse_cycle",),
        ),
        Equation(
            "zipf", None, "Popularity in a generated workload",
            r"\lambda_m = \Lambda \cdot \frac{r_m^{-z}}{\sum_{k=1}^{M} k^{-z}}",
            "A few models are asked for often, most of them seldom: Zipf's law. Rates can also be "
            "equal, or given one by one.",
            where("lam Lam r z M"), ("genedge/intake/workload.py: arrival_rates",),
        ),
    ),
    "A workload and a trace exported from it hold the very same requests and still give different "
    "costs: one is charged by its true rates, the other by what happened to be counted.",
)  # fmt: skip
