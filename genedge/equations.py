"""What the equations page says: every equation, every choice, every rule, as data.

The content lives here so that a test can hold it against the code: each function named exists in
the file named, each flag in the command line, each code name in its class. Words are Markdown with
``$...$`` mathematics in the subset of TeX that KaTeX knows; a line of a formula is kept short
enough for a phone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final

from genedge.engine.planning import SWEEPS
from genedge.limits import MAX_PLANNED_MODELS
from genedge.scenario import GeneticParameters

SIDEBAR_GROUP: Final = "More settings"
"""The sidebar's expander that holds every switch named here."""


@dataclass(frozen=True)
class Symbol:
    """One symbol of the paper or of ours.

    Attributes
    ----------
    code_name: ``Class.field`` where the program keeps it; empty where it is only computed.
    paper_range: the values of the paper's Table I; empty where it gives none.
    """

    latex: str
    words: str
    code_name: str = ""
    unit: str = ""
    paper_range: str = ""


@dataclass(frozen=True)
class SymbolGroup:
    """Symbols that belong together."""

    title: str
    symbols: tuple[Symbol, ...]


@dataclass(frozen=True)
class Equation:
    """One formula and how to read it.

    Attributes
    ----------
    key: unique, a word for anchors and widgets.
    number: the paper's, or None for a formula that the paper does not number.
    in_words: one or two sentences that come before the formula.
    where: the symbols in it.
    code: where it is computed, as ``path: function`` or ``path: Class.method``.
    choices: names of the choices that it rests on.
    """

    key: str
    number: int | None
    title: str
    latex: str
    in_words: str
    where: tuple[Symbol, ...]
    code: tuple[str, ...]
    choices: tuple[str, ...] = ()

    @property
    def tagged(self) -> str:
        """The formula with its number at the right margin."""
        return self.latex if self.number is None else rf"{self.latex} \tag{{{self.number}}}"


@dataclass(frozen=True)
class Section:
    """A heading, what to know before reading, formulas, and what to take away."""

    key: str
    title: str
    introduction: str
    equations: tuple[Equation, ...]
    remark: str = ""


@dataclass(frozen=True)
class Choice:
    """A question that the paper's words leave open, and our answer.

    Attributes
    ----------
    flags: command-line flags that switch it; empty when it is fixed.
    sidebar: labels of the sidebar's widgets that do; empty when it is fixed.
    """

    name: str
    title: str
    what_the_paper_leaves_open: str
    what_we_chose: str
    alternatives: tuple[str, ...]
    sidebar: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the page shows it."""
        return "choice-" + self.name.replace("_", "-")

    @property
    def where_to_switch_it(self) -> str:
        """The sidebar's names and the command line's flags in a sentence."""
        if not self.flags:
            return "This one is fixed."
        labels = ", ".join(f"“{label}”" for label in self.sidebar)
        flags = ", ".join(f"`{flag}`" for flag in self.flags)
        return f"Sidebar, {SIDEBAR_GROUP}: {labels}. Command line: {flags}."


@dataclass(frozen=True)
class Setting:
    """One parameter of Algorithm 1 with our default."""

    words: str
    default: str
    flag: str


@dataclass(frozen=True)
class Ledger:
    """One of the two ways to add up what a policy costs."""

    title: str
    charged_when: str
    amount: str
    first_load: str
    good_for: str
    figures: str


def _symbols(**symbols: Symbol) -> MappingProxyType[str, Symbol]:
    return MappingProxyType(symbols)


_S: Final = _symbols(
    m=Symbol("m", "a model: one row of the catalog", "Scenario.catalog"),
    M=Symbol("M", "how many models the catalog has", "Scenario.catalog", "", "10"),
    s=Symbol("s_m", "storage that model $m$ takes", "Model.storage_gb", "GB", "2–50"),
    g=Symbol("g_m", "GPU memory it takes", "Model.gpu_memory_gb", "GB", "1–6"),
    e=Symbol("e_m", "power it draws", "Model.power_kw", "kW", "0.0025–0.5"),
    io=Symbol(
        r"d_m^{\mathrm{io}}", "time to load it from storage to the GPU",
        "Model.io_delay_s", "s", "0.3–60",
    ),
    inf=Symbol(
        r"d_m^{\mathrm{inf}}", "time it takes to answer one request",
        "Model.inference_delay_s", "s", "0.05–30",
    ),
    tr=Symbol(r"d_m^{\mathrm{tr}}", "time to fetch it over the link", "", "s"),
    delay=Symbol(
        r"\mathrm{delay}_m", "time from a miss to its answer", "Models.reload_delay_s", "s"
    ),
    S=Symbol("S", "the server's storage", "EdgeServer.storage_gb", "GB", "60–180"),
    G=Symbol("G", "its GPU memory", "EdgeServer.gpu_memory_gb", "GB", "6–18"),
    E=Symbol("E", "all the power it may draw", "EdgeServer.power_kw", "kW", "1"),
    E0=Symbol(
        "E_0", "what it draws with nothing deployed", "EdgeServer.static_power_kw", "kW", "0.3"
    ),
    B=Symbol(
        "B", "bandwidth of the link to the cloud", "EdgeServer.bandwidth_gbps", "Gbit/s", "10"
    ),
    t=Symbol("t", "a slot of time, $0$ to $T-1$", "RequestTrace.slot"),
    T=Symbol("T", "how many slots there are", "Workload.slots"),
    lam=Symbol(
        r"\lambda_m", "how often model $m$ is asked for", "Problem.rates", "requests per slot"
    ),
    Lam=Symbol(
        r"\Lambda", r"the same over all models, $\sum_m \lambda_m$",
        "Workload.rate", "requests per slot",
    ),
    r=Symbol("r_m", "rank of model $m$ by popularity, 1 the most popular",
             "Workload.popularity_order"),
    z=Symbol("z", "Zipf exponent: 0 means equally popular", "Workload.zipf_exponent"),
    alpha=Symbol(
        r"\alpha_m", "active cycle: how many requests pass until $m$ is asked for again",
        "Scenario.active_cycle", "requests",
    ),
    n=Symbol("n", "requests counted, over all models"),
    nm=Symbol("n_m", "requests counted for model $m$"),
    i=Symbol("i", "number of the current request", "Decisions.request"),
    i2=Symbol("i'", "number of the next request for $m$"),
    xmt=Symbol(
        "x_m^t", "1 if model $m$ is deployed at the end of slot $t$, otherwise 0",
        "Slots.deployment",
    ),
    xt=Symbol("x^t", "the models deployed at the end of slot $t$", "Slots.deployment"),
    x=Symbol("x", "the models deployed before a decision"),
    y=Symbol("y", "the models deployed after it", "Decisions.deployment"),
    xy=Symbol(r"x \setminus y", "the models that a decision evicts: in $x$ but not in $y$"),
    sw=Symbol(r"\mathrm{sw}(x)", "switching cost of evicting all of $x$", "Family.leaving", "s"),
    swt=Symbol(
        r"\mathrm{sw}^t", "switching cost of all decisions in slot $t$",
        "Slots.switching_cost", "s",
    ),
    res=Symbol(
        r"\mathrm{res}(x)", "resource cost of holding $x$ to the end of a slot", "", "GB"
    ),
    rest=Symbol(
        r"\mathrm{res}(x^t)", "resource cost of what is deployed at the end of slot $t$", "", "GB"
    ),
    resy=Symbol(r"\mathrm{res}(y)", "resource cost of holding $y$ for a slot", "", "GB"),
    resm=Symbol(r"\mathrm{res}(\{m\})", "resource cost of holding $m$ alone", "", "GB"),
    wd=Symbol(
        r"w_{\mathrm{delay}}", "what a second of delay costs", "CostWeights.delay", "cost per s"
    ),
    wr=Symbol(
        r"w_{\mathrm{res}}", "what holding a GB to the end of a slot costs",
        "CostWeights.resource", "cost per GB",
    ),
    beta=Symbol(
        r"\beta", "how many GB of storage a GB of GPU memory is worth", "CostWeights.gpu_memory"
    ),
    h=Symbol(
        "h", "how many slots of resource cost a decision weighs", "Weights.horizon", "slots"
    ),
    C=Symbol("C(y)", "cost of the decision $y$", "Decisions.cost"),
    F=Symbol("F(y)", "fitness of the decision $y$: higher is better"),
    V=Symbol("V(x)", "least cost from here on, with $x$ deployed before a request"),
    V2=Symbol("V'(y)", "least cost from here on, with $y$ deployed after it"),
    own=Symbol(r"\mathrm{own}(x)", "value of keeping $x$ and adding $m$"),
    low=Symbol(r"\mathrm{low}(x)", "the best of that over all subsets of $x$"),
    v=Symbol("v_k(x)", "least cost of the next $k$ requests, up to a constant",
             "OnlinePlan.value"),
    Vm=Symbol("V_m(x)", "the recursion above for a request for $m$"),
    gain=Symbol(r"\gamma", "gain: the long-run cost of a slot", "OnlinePlan.gain", "cost per slot"),
    R=Symbol(r"\mathcal{R}", "the requests that were misses, $m$ the model asked for"),
)  # fmt: skip


def _where(names: str) -> tuple[Symbol, ...]:
    return tuple(_S[name] for name in names.split())


SYMBOLS: Final = (
    SymbolGroup("A model", _where("m M s g e io inf delay")),
    SymbolGroup("The edge server and its link", _where("S G E E0 B")),
    SymbolGroup("Requests", _where("t T lam Lam r z alpha")),
    SymbolGroup("Decisions", _where("xmt x y xy")),
    SymbolGroup("Costs and their weights", _where("wd wr beta h res C F")),
)
"""The table of symbols; those that only one formula needs are explained beside it."""

SUMMARY: Final = (
    "Every equation that genedge computes, in words first, and every place where the paper leaves "
    "a choice open."
)

DECIDED: Final = (
    "An edge server close to its users can hold only some of the generative AI models that they "
    "ask for; the others wait in the cloud. Whenever somebody asks for a model that is not there, "
    "it has to be fetched, and something has to be decided: which of the models that are there "
    "stay, and which are **evicted**. Holding a model costs storage and GPU memory for as long as "
    "it stays; evicting it means that somebody will wait when it is asked for again."
)

CITATION: Final = (
    "Liang, Yang, He, Lyu, *Resource-Efficient Generative AI Model Deployment in Mobile Edge "
    "Networks*, [arXiv 2409.05303](https://arxiv.org/abs/2409.05303)."
)

SHORTLY: Final = (
    "The numbers of equations 1 to 12 are that paper's; their form is our reconstruction. Formulas "
    "without a number are ours."
)

RECONSTRUCTION: Final = (
    "The text of the paper that reached us has lost its formulas. What you read here is a "
    "**reconstruction** from its words, so equations may differ from the printed ones, and each "
    "choice that those words leave open is listed under [Choices](#choices)."
)

SYMBOLS_INTRODUCTION: Final = (
    "To look things up; you need none of them to read on, because each equation explains its own. "
    "“Paper” gives the values of its Table I and experiments."
)

CHOICES_INTRODUCTION: Final = (
    "Where the paper's words allow more than one reading, this is what they leave open, what we "
    "chose, and how to choose otherwise. Choices that you can switch are part of the scenario, so "
    "they travel with its link."
)

CONTENTS: Final = (
    ("Symbols", "symbols"),
    ("What fits (1–3)", "constraints"),
    ("Delays (4–6)", "delays"),
    ("Evictions (7)", "switching"),
    ("Resources (8–10)", "resources"),
    ("Objective (11)", "objective"),
    ("Fitness (12)", "fitness"),
    ("Active cycle", "active_cycle"),
    ("Order of events", "events"),
    ("Policies", "policies"),
    ("Bounds", "bounds"),
    ("Two ledgers", "ledgers"),
    ("Choices", "choices"),
    ("Source", "source"),
)
"""What the page holds: title and anchor."""

_COST: Final = "genedge/engine/cost.py: "
_REPLAY: Final = "genedge/engine/replay.py: "
_PLANNING: Final = "genedge/engine/planning.py: "

_CONSTRAINTS: Final = Section(
    "constraints",
    "What fits: equations 1 to 3",
    "Whatever is decided must fit the server, at every moment. To allow for rounding, “at most "
    "$c$” means at most $c \\cdot (1 + 10^{-9})$ in all three.",
    (
        Equation(
            "storage", 1, "Storage",
            r"\sum_{m} x_m^t\, s_m \;\le\; S",
            "The deployed models together take no more storage than the server has.",
            _where("xmt s S"), (_COST + "within",),
        ),
        Equation(
            "gpu_memory", 2, "GPU memory",
            r"\sum_{m} x_m^t\, g_m \;\le\; G",
            "Together they take no more GPU memory than it has.",
            _where("xmt g G"), (_COST + "within",),
        ),
        Equation(
            "power", 3, "Power",
            r"\sum_{m} x_m^t\, e_m \;\le\; E - E_0",
            "Together they draw no more power than is left beside what the server draws anyway.",
            _where("xmt e E E0"), (_COST + "within",),
        ),
    ),
)  # fmt: skip

_DELAYS: Final = Section(
    "delays",
    "How long a miss takes: equations 4 to 6",
    "Bringing back a model that was evicted takes three steps, one after the other: fetch it over "
    "the link, load it into the GPU, let it answer.",
    (
        Equation(
            "transmission", 4, "Transmission delay",
            r"d_m^{\mathrm{tr}} = \frac{8\, s_m}{B}",
            "A gigabyte is eight gigabits; so many gigabits a second come through the link.",
            _where("tr s B"), (_COST + "transmission_delay",),
        ),
        Equation(
            "io", 5, "I/O delay",
            r"\text{I/O delay of } m = d_m^{\mathrm{io}}",
            "Loading it into the GPU takes as long as the catalog says.",
            _where("m io"), (_COST + "reload_delay",),
        ),
        Equation(
            "inference", 6, "Inference delay",
            r"\text{inference delay of } m = d_m^{\mathrm{inf}}",
            "So does answering. A request for a model that is deployed waits for this alone.",
            _where("m inf"), (_COST + "reload_delay",),
        ),
        Equation(
            "delay", None, "All three",
            r"\mathrm{delay}_m = d_m^{\mathrm{tr}} + d_m^{\mathrm{io}} + d_m^{\mathrm{inf}}",
            "From here on they appear only as their sum: the seconds from a miss to its answer.",
            _where("delay tr io inf"), (_COST + "reload_delay",),
        ),
    ),
)  # fmt: skip

_SWITCHING: Final = Section(
    "switching",
    "What an eviction costs: equation 7",
    "",
    (
        Equation(
            "switching", 7, "Switching cost of one decision",
            r"\mathrm{sw}(x \setminus y) = \sum_{m \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_m}{\alpha_m}",
            "Each model that was deployed and no longer is costs its delay, divided by the number "
            "of requests until it will be asked for again: a wait that is far away counts little.",
            _where("x y xy delay alpha"), (_COST + "switching_price",),
        ),
    ),
    "Example: a model that takes 12 s to bring back and is asked for by every fourth request "
    "costs 12 / 4 = 3 s when it is evicted.",
)  # fmt: skip

_RESOURCES: Final = Section(
    "resources",
    "What holding models costs: equations 8 to 10",
    "Charged at the end of every slot, whether or not anybody asked for anything.",
    (
        Equation(
            "storage_cost", 8, "Storage cost",
            r"\sum_{m} x_m^t\, s_m",
            "All the storage that is occupied.",
            _where("xmt s"), (_COST + "storage_cost",),
        ),
        Equation(
            "gpu_memory_cost", 9, "GPU memory cost",
            r"\sum_{m} x_m^t\, g_m",
            "All the GPU memory that is occupied.",
            _where("xmt g"), (_COST + "gpu_memory_cost",),
        ),
        Equation(
            "resource_cost", 10, "Resource cost",
            r"\begin{aligned} \mathrm{res}(x^t) &= \sum_{m} x_m^t\, s_m \\ "
            r"&\quad + \beta \sum_{m} x_m^t\, g_m \end{aligned}",
            "Storage and GPU memory are added, a gigabyte of GPU memory counting as much as "
            "$\\beta$ gigabytes of storage.",
            _where("rest xmt s g beta"), (_COST + "resource_cost",), ("resource_unit",),
        ),
    ),
)  # fmt: skip

_OBJECTIVE: Final = Section(
    "objective",
    "What is minimised: equation 11",
    "",
    (
        Equation(
            "objective", 11, "Average cost",
            r"\begin{aligned} \min\; \frac{1}{T} \sum_{t=0}^{T-1} \Big[ & w_{\mathrm{delay}} "
            r"\cdot \mathrm{sw}^t \\[-4pt] & + w_{\mathrm{res}} \cdot \mathrm{res}(x^t) \Big] "
            r"\\[4pt] \text{subject to } & \text{(1), (2), (3)} \end{aligned}",
            "The cost of a slot is the switching cost of its decisions plus the resource cost at "
            "its end, each with its weight. The average over all slots should be as low as it can.",
            _where("T t swt rest xt wd wr"),
            (_COST + "slot_cost", "genedge/run.py: Run.summary"),
        ),
    ),
    "Seconds and gigabytes cannot be added as they are: the two weights say what each is worth. "
    "They decide the outcome as much as any policy does.",
)  # fmt: skip

_FITNESS: Final = Section(
    "fitness",
    "What one decision weighs: equation 12",
    "Nobody knows the requests to come, so the genetic algorithm judges one decision at a time. "
    "The deployment before it is $x$; the candidate for after it is $y$.",
    (
        Equation(
            "fitness", 12, "Fitness of a candidate",
            r"F(y) = \frac{1}{1 + C(y)}",
            "The cheaper a candidate, the fitter it is.",
            _where("F C y"), (_COST + "fitness",), ("fitness",),
        ),
        Equation(
            "decision_cost", None, "Cost of a decision",
            r"\begin{aligned} C(y) &= w_{\mathrm{delay}} \sum_{j \,\in\, x \setminus y} "
            r"\frac{\mathrm{delay}_j}{\alpha_j} \\ "
            r"&\quad + h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(y) \end{aligned}",
            "It costs what it evicts, by equation 7, plus the resources that it goes on holding, "
            "by equation 10.",
            _where("C x y xy delay alpha h wd wr resy"), (_COST + "decision_cost",),
            ("decision_horizon",),
        ),
        Equation(
            "horizon", None, "How far it looks ahead",
            r"h = \begin{cases} 1 & \texttt{slot} \\[2pt] 1/\Lambda & "
            r"\texttt{next-request} \end{cases}",
            "A decision pays for the resources of one whole slot, or only for the time until the "
            "next request is to be expected.",
            _where("h Lam"), ("genedge/scenario.py: Problem.weights",), ("decision_horizon",),
        ),
        Equation(
            "keep_value", None, "Keep value of a deployed model",
            r"\begin{aligned} & w_{\mathrm{delay}}\, \frac{\mathrm{delay}_m}{\alpha_m} \\ "
            r"&\quad - h \cdot w_{\mathrm{res}} \cdot \mathrm{res}(\{m\}) \end{aligned}",
            "Both costs are sums over models, so each deployed model has a value of its own: what "
            "staying saves, less what staying costs. If everything fitted, exactly the models "
            "with a positive keep value would stay.",
            _where("delay alpha h wd wr resm"), (_COST + "keep_value",),
        ),
    ),
)  # fmt: skip

_ACTIVE_CYCLE: Final = Section(
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
            _where("alpha lam Lam nm n"), ("genedge/scenario.py: Problem.models",),
        ),
        Equation(
            "history", None, "Counted so far (`history`)",
            r"\alpha_m = \frac{n + M}{n_m + 1}",
            "Estimated from the requests so far, the current one included. At the start every "
            "model counts as equally popular.",
            _where("alpha n nm M"), (_REPLAY + "_inverse_cycle",), ("history",),
        ),
        Equation(
            "next_use", None, "Foreseen (`next-use`)",
            r"\alpha_m = i' - i",
            "Looked up in the future: the requests from now to the next one for this model. If "
            "none comes, $1/\\alpha_m = 0$. No real server can know it; it is here for study.",
            _where("alpha i i2"), (_REPLAY + "_inverse_cycle",),
        ),
        Equation(
            "zipf", None, "Popularity in a generated workload",
            r"\lambda_m = \Lambda \cdot \frac{r_m^{-z}}{\sum_{k=1}^{M} k^{-z}}",
            "A few models are asked for often, most of them seldom: Zipf's law. Rates can also be "
            "equal, or given one by one.",
            _where("lam Lam r z M"), ("genedge/workload.py: arrival_rates",),
        ),
    ),
    "A workload and a trace exported from it hold the very same requests and still give different "
    "costs: one is charged by its true rates, the other by what happened to be counted.",
)  # fmt: skip

_BOUNDS: Final = Section(
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
            _where("V V2 x y sw wd"), (_PLANNING + "_request", _PLANNING + "_best_below"),
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
            _where("own low V2 x sw wd"), (_PLANNING + "_request",),
        ),
        Equation(
            "clairvoyant", None, "Clairvoyant optimum",
            r"V'(y) \;\leftarrow\; V'(y) + w_{\mathrm{res}}\, \mathrm{res}(y)",
            "Walk through the requests from the last to the first, adding the resource cost at "
            "each slot's end. What comes out is the least cost of any policy that decides only at "
            "misses, for these very requests.",
            _where("V2 y wr resy"), (_PLANNING + "clairvoyant_plan",),
        ),
        Equation(
            "value_iteration", None, "Best online policy: value iteration",
            r"\begin{aligned} V'(y) &= v_k(y) + \frac{w_{\mathrm{res}}\, \mathrm{res}(y)}"
            r"{\Lambda} \\ v_{k+1}(x) &= \sum_{m} \frac{\lambda_m}{\Lambda}\, V_m(x) "
            r"\end{aligned}",
            "The next request is for model $m$ with its true probability, and each request bears "
            "its share of a slot's resource cost. Weigh one more request, again and again, until "
            "the values only grow by a constant.",
            _where("V2 v Vm y wr resy lam Lam"), (_PLANNING + "online_plan",),
        ),
        Equation(
            "gain", None, "Its long-run cost",
            r"\begin{aligned} \gamma \;&\ge\; \Lambda \min_x \big[ v_{k+1}(x) - v_k(x) \big] \\ "
            r"\gamma \;&\le\; \Lambda \max_x \big[ v_{k+1}(x) - v_k(x) \big] \end{aligned}",
            "That constant is the gain, the cost of a slot in the long run. It always lies between "
            "these two, and the iteration stops when they differ by 0.01 %, or after "
            f"{SWEEPS:,} sweeps; the interval is reported.",
            _where("gain v Lam"), (_PLANNING + "online_plan",),
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

_LEDGERS: Final = Section(
    "ledgers",
    "Two ledgers, side by side",
    "The paper charges a delay when a model is **evicted**, divided by its active cycle. What "
    "a person waits for is the **miss**. Every result here carries both.",
    (
        Equation(
            "realised", None, "Realised cost",
            r"\begin{aligned} \frac{1}{T} \Big[ & w_{\mathrm{delay}} \sum_{\mathcal{R}} "
            r"\mathrm{delay}_m \\ & + w_{\mathrm{res}} \sum_{t=0}^{T-1} \mathrm{res}(x^t) \Big] "
            r"\end{aligned}",
            "Every miss costs its full delay when it happens; resources cost what they cost in "
            "equation 11. The answers to hits are left out: they take the same time under "
            "every policy that has the model.",
            _where("T t R delay rest wd wr"), ("genedge/run.py: Run.summary",),
        ),
    ),
    "**Why they differ.** Take the model that needs 12 s and is asked for by every fourth "
    "request. Evicting it costs 3 s in equation 11. The next person who asks for it waits 12 s.\n\n"
    "So planning for equation 11 lowers what is held, raises the miss ratio and usually the mean "
    "service delay. The realised cost includes resources and may go either way. The same dynamic "
    "programmes solve the realised ledger: charge $w_{\\mathrm{delay}}\\, \\mathrm{delay}_m$ at a "
    "miss, and nothing at an eviction.",
)  # fmt: skip

SECTIONS: Final = (
    _CONSTRAINTS, _DELAYS, _SWITCHING, _RESOURCES, _OBJECTIVE, _FITNESS, _ACTIVE_CYCLE,
    _BOUNDS, _LEDGERS,
)  # fmt: skip
"""Everything with formulas; the page puts the events and the policies before the bounds."""

BEFORE_EVENTS: Final = SECTIONS[:7]
BOUNDS: Final = _BOUNDS
LEDGERS_SECTION: Final = _LEDGERS

EVENTS_INTRODUCTION: Final = (
    "The same formulas give different figures if things happen in another order, so the order is "
    "fixed:"
)

EVENTS: Final = (
    "The edge starts **empty**. Time runs in **slots** 0 to $T-1$; a slot holds the requests that "
    "arrive in it, one after the other.",
    "Each **request** is handled at once. First of all its model's count and the time it was last "
    "asked for are updated.",
    "The model is deployed: a **hit**. The service delay is the inference delay (6).",
    "The model is too big even for the empty server: the request is **rejected**. That is not a "
    "miss: nothing is decided, nobody waits, nothing is downloaded, and you are warned.",
    "Otherwise it is a **miss**, and a **decision** is taken, always, even if the model would fit "
    "beside what is there. It must deploy the requested model and satisfy (1) to (3). The service "
    "delay is $\\mathrm{delay}_m$, and $s_m$ gigabytes are downloaded.",
    "The decision's **switching cost** (7) is charged at once.",
    "At the **end of every slot**, requests or not, the resource cost (10) of what is deployed is "
    "charged.",
)
"""The order of events, one step each."""

EVENT_DETAILS: Final = (
    "**Figures.** Requests are hits, misses and rejected ones together. Hit ratio is hits / "
    "requests, miss ratio misses / requests. Mean and 95th percentile of the service delay are "
    "over hits and misses (linear interpolation between neighbours; 0 if there are none).",
    "**A generated workload** draws a Poisson number of requests for each model and slot; their "
    "order within the slot is shuffled uniformly.",
    "**A trace file** has the columns `timestamp_s,model[,count]`. Rows are sorted by time, rows "
    "of the same time keeping their order. A count stands for that many requests (blank is 1, 0 is "
    "none). The first request opens slot 0; a request belongs to slot "
    "$\\lfloor (t - t_{\\mathrm{first}}) / \\text{slot length} \\rfloor$; `--slots` cuts the trace "
    "there. A model that the catalog does not know, or no request at all, is an error.",
)

POLICIES_INTRODUCTION: Final = (
    "A policy is a rule for the decision at a miss. All of them meet the same requests."
)

KINDS: Final = MappingProxyType(
    {
        "baseline": (
            "Baselines",
            "evict one model at a time, and only while the requested one does not fit. Ties go to "
            "the lowest catalog row.",
        ),
        "decision": (
            "Decision makers",
            "choose the whole new deployment, and may give up a model although there is room.",
        ),
        "bound": (
            "Bounds",
            "know more than a real server can, and show how much better it could be.",
        ),
    }
)
"""By kind of policy: its title, and what all of that kind do."""

ALGORITHM: Final = (
    "**Candidates.** A candidate is a row of 0s and 1s, one for each model of the catalog. The "
    "requested model's is always 1. The first generation is random.",
    "**Survival.** The best candidates (elites) pass unchanged.",
    "**Selection.** Parents are found by tournament: draw some candidates, take the best.",
    "**Crossover.** With probability $p_c$ a pair of parents exchanges each gene with probability "
    "1/2.",
    "**Mutation.** Every gene flips with probability $p_m$.",
    "**Repair.** A candidate that does not fit gives up models until it does: first the one with "
    "the least keep value for the largest share of a capacity that it takes.",
    "**Evaluation.** Each candidate is weighed by $C(y)$. Candidates within $10^{-12}$ of each "
    "other are compared by fewer models.",
    "**Stop** after so many generations, or when the best has not improved for a while. What is "
    "applied is the best candidate's part within what is deployed or requested, so it always fits.",
)
"""Algorithm 1, one step each."""

GENETIC_CODE: Final = "genedge/engine/genetic.py: choose_genetic"
REPLAY_CODE: Final = _REPLAY + "replay"

POLICY_NOTES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "baseline": (
            (
                "“LRU, at most k” is not in the paper. It is there to keep us honest: where "
                "holding models costs more than fetching them again, holding just the last one "
                "can do as well as any clever policy on equation 11. $k$ is `--max-models`, 1 "
                "unless you change it.",
                "genedge/engine/eviction.py: victim_of",
            ),
        ),
        "decision": (
            (
                "The **exact decision** solves the same problem as the genetic algorithm, without "
                "chance. Because $C(y)$ is a sum over models and evicting only frees room, it is a "
                "small knapsack with three capacities: keep the deployed models of positive keep "
                "value, and where they do not all fit, give up those whose keep values add up to "
                "least. Decisions within $10^{-12}$ of the best are tied; fewer models win, then "
                "the lowest mask (catalog row $j$ stands for bit $j$).",
                "genedge/engine/exact.py: choose_exact",
            ),
        ),
        "bound": (),
    }
)
"""By kind of policy: what else to know, and where it is computed."""

POLICY_CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "baseline": ("lfu_counts",),
        "decision": (
            "ga_applied_part",
            "ga_parameters",
            "ga_repair",
            "ga_first_generation",
            "ga_patience",
        ),
        "bound": (),
    }
)
"""By kind of policy: names of the choices that it rests on."""

LEDGERS: Final = (
    Ledger(
        "Eq. 11, the paper's cost",
        "a model is evicted",
        "its delay divided by its active cycle",
        "not charged; only what it evicts is",
        "comparing with the paper",
        "average cost = switching cost + resource cost",
    ),
    Ledger(
        "Realised cost, what users feel",
        "a request misses",
        "its full delay",
        "charged like every miss",
        "planning for users",
        "realised cost; beside it hit ratio, mean and 95th percentile service delay, GB downloaded",
    ),
)

LEDGER_ROWS: Final = MappingProxyType(
    {
        "charged_when": "A delay is charged when",
        "amount": "How much",
        "first_load": "First load of a model",
        "good_for": "Use it for",
        "figures": "Figures",
    }
)
"""Rows of the comparison: field of :class:`Ledger` and what the row is called."""


_SETTING_WORDS: Final = MappingProxyType(
    {
        "population": "Candidates in a generation",
        "generations": "Most generations",
        "tournament": "Candidates in a tournament",
        "crossover_probability": "Crossover probability $p_c$, per pair",
        "mutation_probability": "Mutation probability $p_m$, per gene",
        "patience": "Generations without a better best before it stops",
        "elites": "Elites",
        "repair": "Repair candidates that do not fit",
        "first_generation": "First generation",
    }
)


def _genetic_settings() -> tuple[Setting, ...]:
    defaults = GeneticParameters()
    shown = {True: "yes", False: "no"}
    return tuple(
        Setting(
            _SETTING_WORDS[field.name],
            shown[value] if isinstance(value, bool) else f"{value}",
            "--" + field.name.replace("_", "-"),
        )
        for field in fields(GeneticParameters)
        for value in (getattr(defaults, field.name),)
    )


GENETIC_SETTINGS: Final = _genetic_settings()
"""Parameters of Algorithm 1 as the program has them."""


def _flags(settings: Iterable[Setting], *without: str) -> tuple[str, ...]:
    return tuple(setting.flag for setting in settings if setting.flag not in without)


CHOICES: Final = (
    Choice(
        "resource_unit",
        "Unit of the resource cost (10)",
        "Whether gigabytes are added as they are, or as shares of what the server has.",
        "`gb`: gigabytes, as the equation is written. What is deployed then costs the same on "
        "every server.",
        (
            "`share`: storage as a share of $S$ and GPU memory as a share of $G$, "
            "$\\sum_m x_m (s_m / S + \\beta\\, g_m / G)$. The resource weight then needs "
            "another size.",
        ),
        ("Resources counted",),
        ("--resource-unit",),
    ),
    Choice(
        "fitness",
        "Form of the fitness (12)",
        "The exact form of the fitness function.",
        "$F = 1 / (1 + C)$.",
        (
            "Any other function that falls as the cost rises. Parents are chosen by rank, so all "
            "of them select the same candidates, and the choice changes no result.",
        ),
    ),
    Choice(
        "decision_horizon",
        "Horizon of a decision (12)",
        "For how long a decision holds the resources that it is charged for.",
        "`slot`: $h = 1$, one whole slot.",
        (
            "`next-request`: $h = 1/\\Lambda$, the time until the next request is to be expected. "
            "On a trace $\\Lambda$ is requests / $T$. With many requests in a slot, weighing a "
            "whole slot makes the algorithm give models up too soon.",
        ),
        ("A decision weighs",),
        ("--decision-horizon",),
    ),
    Choice(
        "history",
        "Active cycle from history",
        "How to estimate when a model comes back before it has been seen often, or at all.",
        "`history`: $(n + M) / (n_m + 1)$, as if every model had been asked for once before the "
        "start. Nothing is ever divided by zero. It is in force only if you switch to it; the "
        "default is `known`.",
        (
            "`known`: the true rates, or the counts over a whole trace.",
            "`next-use`: the true next request. Clairvoyant, for study only.",
            "A window of recent requests, or counts that fade. Not built.",
        ),
        ("Active cycle",),
        ("--active-cycle",),
    ),
    Choice(
        "count_order",
        "Order of counted requests",
        "Request logs often say only how many requests came in a minute. In what order did they?",
        "`shuffle`: requests of one time that come from counts are interleaved by a seeded "
        "shuffle.",
        (
            "`file`: as runs of one model after the other. All but the first of a run are hits, "
            "which flatters every policy that keeps models.",
        ),
        ("Requests of one time",),
        ("--count-order",),
    ),
    Choice(
        "lfu_counts",
        "What LFU counts",
        "Whether a model's count starts again when it is evicted.",
        "All requests since the beginning; counts survive eviction.",
        ("Requests since it was deployed. A model that returns would then soon leave again.",),
    ),
    Choice(
        "ga_applied_part",
        "GA: what is applied",
        "The genes of models that are neither deployed nor requested are searched as well. Are "
        "such models then fetched?",
        "No. What is applied is the candidate's part within what is deployed or requested; nobody "
        "asked for the rest, and equation 7 charges nothing for fetching it.",
        ("Fetch whatever the best candidate holds.",),
    ),
    Choice(
        "ga_parameters",
        "GA: size and chances",
        "How many candidates and generations, how parents are found, how often genes are "
        "exchanged and flipped, how many of the best survive.",
        "Tournament selection of two, uniform crossover, bit-flip mutation, one elite; the numbers "
        "are in the table of parameters.",
        ("Any other values: more candidates and generations cost time and leave less to chance.",),
        (
            "Population", "Generations", "Tournament", "Crossover probability",
            "Mutation probability", "Elites",
        ),
        _flags(GENETIC_SETTINGS, "--repair", "--first-generation", "--patience"),
    ),
    Choice(
        "ga_repair",
        "GA: what does not fit",
        "How the search keeps to constraints 1 to 3.",
        "They are repaired: the model with the least keep value per largest share of a capacity "
        "leaves first.",
        (
            "No repair: a candidate that does not fit is infinitely dear, and selection removes "
            "it. Should no candidate fit at all, the best is repaired in the end, so what is "
            "applied always fits.",
        ),
        ("Repair",),
        ("--repair", "--no-repair"),
    ),
    Choice(
        "ga_first_generation",
        "GA: first generation",
        "What the first generation holds.",
        "`random`: every gene is 0 or 1 with the same probability, except the requested model's.",
        ("`deployment`: one of the candidates is what is deployed now, plus the requested model.",),
        ("First generation",),
        ("--first-generation",),
    ),
    Choice(
        "ga_patience",
        "GA: when it stops",
        "Whether all generations are run.",
        f"It stops early after {GeneticParameters().patience} generations without a better best.",
        ("Patience as large as the number of generations: it never stops early.",),
        ("Patience",),
        ("--patience",),
    ),
)  # fmt: skip
"""Every question that the paper's words leave open."""


def choice(name: str) -> Choice:
    """One of :data:`CHOICES` by its name."""
    return next(one for one in CHOICES if one.name == name)


def numbered() -> dict[int, Equation]:
    """The paper's equations by number."""
    return {
        equation.number: equation
        for section in SECTIONS
        for equation in section.equations
        if equation.number is not None
    }


def code_places() -> tuple[str, ...]:
    """Every ``path: function`` that the page names."""
    places = [place for part in SECTIONS for one in part.equations for place in one.code]
    places += [place for notes in POLICY_NOTES.values() for _, place in notes]
    places += [GENETIC_CODE, REPLAY_CODE]
    return tuple(dict.fromkeys(places))
