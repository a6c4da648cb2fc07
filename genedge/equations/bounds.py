"""The clairvoyant optimum and the best online policy: how good any policy could be."""

from typing import Final

from genedge.engine.planning import SWEEPS
from genedge.equations.parts import PLANNING, Equation, Section
from genedge.equations.symbols import where
from genedge.limits import MAX_PLANNED_MODELS

BOUNDS: Final = Section(
    "bounds",
    "Bounds: how good could any policy be?",
    "A cost means little until one knows the least that was possible. In small catalogs every set "
    "of models can be weighed, $2^M$ of them, and evicting means moving to a subset. That gives "
    "two bounds for each of the two ledgers, four in all: the **clairvoyant optimum**, which "
    "knows every request beforehand, and the **best online policy**, which knows only how popular "
    "each model is.",
    (
        Equation(
            "recursion", None, "One request, seen from the end",
            r"\begin{aligned} V(x) &= w_{\mathrm{delay}}\, \mathrm{sw}(x) \\ "
            r"&\; + \min_{y} \big[ V'(y) \\[-6pt] & \qquad\quad - w_{\mathrm{delay}}\, "
            r"\mathrm{sw}(y \setminus \{m\}) \big] \\[6pt] "
            r"\text{over all } y &\subseteq x \cup \{m\} \text{ with } m \in y \\ "
            r"\text{and } & \text{(1), (2), (3)} \end{aligned}",
            "At a miss for model $m$: pay for evicting everything, take back the price of what "
            "stays, and move to the set from which the rest is cheapest. At a hit, and for a "
            "rejected request, nothing changes: $V = V'$.",
            where("V V2 x y sw wd"), (PLANNING + "_request", PLANNING + "_best_below"),
        ),
        Equation(
            "transform", None, "The minimum over all subsets at once",
            r"\begin{aligned} \mathrm{own}(x) &= V'(x \cup \{m\}) \\ &\quad - "
            r"w_{\mathrm{delay}}\, \mathrm{sw}(x) \\[4pt] \mathrm{low}(x) &= \min\big( "
            r"\mathrm{own}(x), \\ &\quad \min_{b \,\in\, x} \mathrm{low}(x \setminus \{b\}) "
            r"\big) \end{aligned}",
            "The best subset of $x$ is $x$ itself or the best subset of $x$ without one of its "
            "models. So one pass from small sets to large ones answers for all of them, in about "
            "$M \\cdot 2^M$ steps; sets that do not fit count as infinitely dear.",
            where("own low V2 x sw wd"), (PLANNING + "_request",),
        ),
        Equation(
            "clairvoyant", None, "Clairvoyant optimum",
            r"V'(y) \;\leftarrow\; V'(y) + w_{\mathrm{res}}\, \mathrm{res}(y)",
            "Walk through the requests from the last to the first, adding the resource cost at "
            "each slot's end. What comes out is the least cost of any policy that decides only at "
            "misses, for these very requests.",
            where("V2 y wr resy"), (PLANNING + "clairvoyant_plan",),
        ),
        Equation(
            "value_iteration", None, "Best online policy: value iteration",
            r"\begin{aligned} V'(y) &= v_k(y) + \frac{w_{\mathrm{res}}\, \mathrm{res}(y)}"
            r"{\Lambda} \\ v_{k+1}(x) &= \sum_{m} \frac{\lambda_m}{\Lambda}\, V_m(x) "
            r"\end{aligned}",
            "The next request is for model $m$ with its true probability, and each request bears "
            "its share of a slot's resource cost. Weigh one more request, again and again, until "
            "the values only grow by a constant.",
            where("V2 v Vm y wr resy lam Lam"), (PLANNING + "online_plan",),
        ),
        Equation(
            "gain", None, "Its long-run cost",
            r"\begin{aligned} \gamma \;&\ge\; \Lambda \min_x \big[ v_{k+1}(x) - v_k(x) \big] \\ "
            r"\gamma \;&\le\; \Lambda \max_x \big[ v_{k+1}(x) - v_k(x) \big] \end{aligned}",
            "That constant is the gain, the cost of a slot in the long run. It always lies between "
            "these two, and the iteration stops when they differ by 0.01 %, or after "
            f"{SWEEPS:,} sweeps; the interval is reported.",
            where("gain v Lam"), (PLANNING + "online_plan",),
        ),
    ),
    "The best online policy is then replayed on the same requests as every other policy, from the "
    "empty server. “Best” means in the long run: over a short time it can be beaten, and its cost "
    "often lies below its gain because the server starts empty. It knows nothing of where in a "
    "slot a request falls. On a trace it takes $n_m / T$ for $\\lambda_m$ and leaves out models "
    "never asked for.\n\n"
    "Choices that cost the same to $10^{-12}$ are decided by fewer models, then by the lowest "
    "mask, where catalog row $j$ stands for bit $j$.\n\n"
    f"Bounds are computed for catalogs of up to {MAX_PLANNED_MODELS} models, as long as the trace "
    "is not too long for that; otherwise they are left out and the results say why.",
)  # fmt: skip
