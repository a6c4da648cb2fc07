"""Every symbol of the model: what it means, its unit, and where the program keeps it."""

from types import MappingProxyType
from typing import Final

from genedge.equations.parts import Symbol, SymbolGroup

SYMBOLS_INTRODUCTION: Final = (
    "To look things up; you need none of them to read on, because each equation explains its own. "
    "“Now” is the value in this scenario and at the decision chosen above, “paper” the values of "
    "its Table I and experiments."
)


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


def where(names: str) -> tuple[Symbol, ...]:
    """The symbols beside a formula, by their names here, separated by blanks."""
    return tuple(_S[name] for name in names.split())


SYMBOLS: Final = (
    SymbolGroup("A model", where("m M s g e io inf delay")),
    SymbolGroup("The edge server and its link", where("S G E E0 B")),
    SymbolGroup("Requests", where("t T lam Lam r z alpha")),
    SymbolGroup("Decisions", where("xmt x y xy")),
    SymbolGroup("Costs and their weights", where("wd wr beta h res C F")),
)
"""The table of symbols; those that only one formula needs are explained beside it."""
