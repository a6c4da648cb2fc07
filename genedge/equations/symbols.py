"""Every symbol of the model: its meaning, its unit, where the program keeps it, its value now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from genedge.engine.arrays import Floats
from genedge.equations.calculation import number
from genedge.equations.example import Example

Value = Callable[[Example], str]


@dataclass(frozen=True)
class Symbol:
    """One symbol of the paper or of ours.

    Attributes
    ----------
    code_name: ``Class.field`` where the program keeps it; empty where it is only computed.
    now: its value in an example, Markdown; None where only a formula shows it.
    paper_range: the values of the paper's Table I; empty where it gives none.
    """

    latex: str
    words: str
    code_name: str = ""
    unit: str = ""
    now: Value | None = None
    paper_range: str = ""


def _requested(found: Callable[[Example], float]) -> Value:
    return lambda e: f"{e.name(e.requested)}: {number(float(found(e)))}"


def _model(field: str) -> Value:
    return _requested(lambda e: getattr(e.models[e.requested], field))


def _server(field: str) -> Value:
    return lambda e: number(getattr(e.problem.scenario.server, field))


def _weight(field: str) -> Value:
    return lambda e: number(getattr(e.problem.weights, field))


def _focus(found: Callable[[Example], Floats]) -> Value:
    return lambda e: f"{e.name(e.focus)}: {number(float(found(e)[e.focus]))}"


def _zipf(e: Example) -> str | None:
    """The exponent; None where popularity follows no Zipf law."""
    load = e.problem.scenario.workload
    return number(load.zipf_exponent) if _ranked(e) and load.popularity == "zipf" else None


def _ratio(e: Example) -> str | None:
    """The ratio; None where popularity is not geometric."""
    load = e.problem.scenario.workload
    return None if not _ranked(e) or load.popularity == "zipf" else number(load.popularity_ratio)


def _ranked(e: Example) -> bool:
    """Whether a rank makes a model's rate."""
    load = e.problem.scenario.workload
    return load.trace is None and load.popularity_order not in ("custom", "equal")


def _rank(e: Example) -> str:
    rates = e.problem.rates
    if not _ranked(e):
        return "not used here"
    return f"{e.name(e.focus)}: {int((rates > rates[e.focus]).sum()) + 1:,}"


def _cycle(e: Example) -> str:
    inverse = e.inverse_cycle
    return f"{e.name(e.focus)}: {'never again' if inverse == 0 else number(1.0 / inverse)}"


def _counted(e: Example) -> str:
    seen = e.run.requests.model[: e.request + 1]
    return f"{e.name(e.focus)}: {int((seen == e.focus).sum()):,} so far"


def _next(e: Example) -> str:
    later = np.flatnonzero(e.run.requests.model[e.request + 1 :] == e.focus)
    when = f"{e.request + 2 + int(later[0]):,}" if later.size else "none comes"
    return f"{e.name(e.focus)}: {when}"


def _decided(e: Example) -> float:
    return 0.0 if e.explanation is None else e.explanation.cost


def _gain(e: Example) -> str:
    return "not computed here" if e.why_no_gain else number(e.plans.online(False).gain)


def _named(**symbols: Symbol) -> dict[str, Symbol]:
    return symbols


_S: Final = _named(
    m=Symbol("m", "a model: one row of the catalog", "Scenario.catalog",
             now=lambda e: e.name(e.requested)),
    M=Symbol("M", "how many models the catalog has", "Scenario.catalog",
             now=lambda e: f"{len(e.models):,}", paper_range="10"),
    s=Symbol("s_m", "storage that model $m$ takes", "Model.storage_gb", "GB",
             _model("storage_gb"), "2–50"),
    g=Symbol("g_m", "GPU memory it takes", "Model.gpu_memory_gb", "GB",
             _model("gpu_memory_gb"), "1–6"),
    e=Symbol("e_m", "power it draws", "Model.power_kw", "kW", _model("power_kw"), "0.0025–0.5"),
    io=Symbol(r"d_m^{\mathrm{io}}", "time to load it from storage to the GPU",
              "Model.io_delay_s", "s", _model("io_delay_s"), "0.3–60"),
    inf=Symbol(r"d_m^{\mathrm{inf}}", "time it takes to answer one request",
               "Model.inference_delay_s", "s", _model("inference_delay_s"), "0.05–30"),
    tr=Symbol(r"d_m^{\mathrm{tr}}", "time to fetch it over the link", "", "s",
              _requested(lambda e: 8.0 * e.models[e.requested].storage_gb
                         / e.problem.scenario.server.bandwidth_gbps)),
    delay=Symbol(r"\mathrm{delay}_m", "time from a miss to its answer",
                 "Models.reload_delay_s", "s",
                 _requested(lambda e: e.problem.models.reload_delay_s[e.requested])),
    S=Symbol("S", "the server's storage", "EdgeServer.storage_gb", "GB",
             _server("storage_gb"), "60–180"),
    G=Symbol("G", "its GPU memory", "EdgeServer.gpu_memory_gb", "GB",
             _server("gpu_memory_gb"), "6–18"),
    E=Symbol("E", "all the power it may draw", "EdgeServer.power_kw", "kW",
             _server("power_kw"), "1"),
    E0=Symbol("E_0", "what it draws with nothing deployed", "EdgeServer.static_power_kw", "kW",
              _server("static_power_kw"), "0.3"),
    B=Symbol("B", "bandwidth of the link to the cloud", "EdgeServer.bandwidth_gbps", "Gbit/s",
             _server("bandwidth_gbps"), "10"),
    t=Symbol("t", "a slot of time, $0$ to $T-1$", "RequestTrace.slot",
             now=lambda e: f"{e.slot:,}"),
    T=Symbol("T", "how many slots there are", "Workload.slots",
             now=lambda e: f"{e.run.requests.slots:,}"),
    lam=Symbol(r"\lambda_m", "how often model $m$ is asked for", "Problem.rates",
               "requests per slot", _focus(lambda e: e.problem.rates)),
    Lam=Symbol(r"\Lambda", r"the same over all models, $\sum_m \lambda_m$", "Workload.rate",
               "requests per slot", lambda e: number(float(e.problem.rates.sum()))),
    r=Symbol("r_m", "rank of model $m$ by popularity, 1 the most popular",
             "Workload.popularity_order", now=_rank),
    z=Symbol("z", "Zipf exponent: 0 means equally popular", "Workload.zipf_exponent",
             now=lambda e: _zipf(e) or "not used here"),
    q=Symbol("q", "popularity ratio: each model is asked for so many times as often as the one "
             "before", "Workload.popularity_ratio", now=lambda e: _ratio(e) or "not used here"),
    alpha=Symbol(r"\alpha_m", "active cycle: how many requests pass until $m$ is asked for again",
                 "Scenario.active_cycle", "requests", _cycle),
    n=Symbol("n", "requests counted, over all models",
             now=lambda e: f"{min(e.request + 1, e.run.requests.model.size):,} so far"),
    nm=Symbol("n_m", "requests counted for model $m$", now=_counted),
    i=Symbol("i", "number of the current request", "Decisions.request",
             now=lambda e: f"{e.request + 1:,}"),
    i2=Symbol("i'", "number of the next request for $m$", now=_next),
    xmt=Symbol("x_m^t", "1 if model $m$ is deployed at the end of slot $t$, otherwise 0",
               "Slots.deployment", now=lambda e: f"1 for {e.names(e.at_end)}"),
    xt=Symbol("x^t", "the models deployed at the end of slot $t$", "Slots.deployment",
              now=lambda e: e.names(e.at_end)),
    x=Symbol("x", "the models deployed before a decision", now=lambda e: e.names(e.before)),
    y=Symbol("y", "the models deployed after it", "Decisions.deployment",
             now=lambda e: e.names(e.after)),
    xy=Symbol(r"x \setminus y", "the models that a decision evicts: in $x$ but not in $y$",
              now=lambda e: e.names(one.row for one in e.evicted)),
    xb=Symbol("x^{t-1}", "the models deployed at the end of the slot before", "Slots.deployment",
              now=lambda e: e.names(e.run.deployed_before[e.slot])),
    b=Symbol("b", "what equation 7 compares with: $x$ (`decision`) or $x^{t-1}$ (`slot`)",
             now=lambda e: e.names(e.compared)),
    sw=Symbol(r"\mathrm{sw}(x)", "switching cost of evicting all of $x$", "Family.leaving", "s",
              lambda e: number(float(e.price[e.before].sum()))),
    swt=Symbol(r"\mathrm{sw}^t", "switching cost of slot $t$",
               "Slots.switching_cost", "s",
               lambda e: number(float(e.run.slots.switching_cost[e.slot]))),
    rest=Symbol(r"\mathrm{res}(x^t)", "resource cost of what is deployed at the end of slot $t$",
                "", "GB",
                lambda e: number(float(e.rent[e.at_end].sum()))),
    resy=Symbol(r"\mathrm{res}(y)", "resource cost of holding $y$ for a slot", "", "GB",
                lambda e: number(float(e.rent[e.after].sum()))),
    resm=Symbol(r"\mathrm{res}(\{m\})", "resource cost of holding $m$ alone", "", "GB",
                _focus(lambda e: e.rent)),
    wd=Symbol(r"w_{\mathrm{delay}}", "what a second of delay costs", "CostWeights.delay",
              "cost per s", _weight("delay")),
    wr=Symbol(r"w_{\mathrm{res}}", "what holding a GB to the end of a slot costs",
              "CostWeights.resource", "cost per GB", _weight("resource")),
    beta=Symbol(r"\beta", "how many GB of storage a GB of GPU memory is worth",
                "CostWeights.gpu_memory", now=_weight("gpu_memory")),
    h=Symbol("h", "how many slots of resource cost a decision weighs", "Weights.horizon", "slots",
             _weight("horizon")),
    C=Symbol("C(y)", "cost of the decision $y$", "Decisions.cost",
             now=lambda e: number(_decided(e))),
    F=Symbol("F(y)", "fitness of the decision $y$: higher is better",
             now=lambda e: number(1.0 / (1.0 + _decided(e)))),
    V=Symbol("V(x)", "least cost from here on, with $x$ deployed before a request"),
    V2=Symbol("V'(y)", "least cost from here on, with $y$ deployed after it"),
    own=Symbol(r"\mathrm{own}(x)", "value of keeping $x$ and adding $m$"),
    low=Symbol(r"\mathrm{low}(x)", "the best of that over all subsets of $x$"),
    v=Symbol("v_k(x)", "least cost of the next $k$ requests, up to a constant",
             "OnlinePlan.value"),
    Vm=Symbol("V_m(x)", "the recursion above for a request for $m$"),
    gain=Symbol(r"\gamma", "gain: the long-run cost of a slot", "OnlinePlan.gain",
                "cost per slot", _gain),
    R=Symbol(r"\mathcal{R}", "the requests that were misses, $m$ the model asked for",
             now=lambda e: f"{int(e.run.summary['misses']):,} in this run"),
)  # fmt: skip


def where(names: str) -> tuple[Symbol, ...]:
    """The symbols beside a formula, by their names here, separated by blanks."""
    return tuple(_S[name] for name in names.split())


GROUPS: Final = {
    "A model": where("m M s g e io inf delay"),
    "The edge server and its link": where("S G E E0 B"),
    "Requests": where("t T lam Lam r z q alpha"),
    "Decisions": where("xmt x y xy"),
    "Costs and their weights": where("wd wr beta h C F"),
}
"""The table of symbols; those that only one formula needs are explained beside it."""
