"""What each symbol is at this moment: the scenario's values and those of the chosen decision."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

import numpy as np

from genedge.equations.moment import Moment
from genedge.equations.numbers import short, tex_of
from genedge.equations.parts import Symbol


def _text(value: float, unit: str = "") -> str:
    number = tex_of(short(value))
    shown = f"${number}$" if "\\" in number else number
    return f"{shown} {unit}".rstrip()


def _of_model(column: str, unit: str) -> Callable[[Moment], str]:
    def value(moment: Moment) -> str:
        model = moment.models[moment.requested]
        return f"{moment.name(moment.requested)}: {_text(getattr(model, column), unit)}"

    return value


def _of_server(field: str, unit: str) -> Callable[[Moment], str]:
    return lambda moment: _text(getattr(moment.problem.scenario.server, field), unit)


def _transmission(moment: Moment) -> str:
    server, model = moment.problem.scenario.server, moment.models[moment.requested]
    seconds = 8.0 * model.storage_gb / server.bandwidth_gbps
    return f"{moment.name(moment.requested)}: {_text(seconds, 's')}"


def _delay(moment: Moment) -> str:
    seconds = float(moment.problem.models.reload_delay_s[moment.requested])
    return f"{moment.name(moment.requested)}: {_text(seconds, 's')}"


def _rate(moment: Moment) -> str:
    row = moment.focus
    return f"{moment.name(row)}: {_text(float(moment.problem.rates[row]), 'requests per slot')}"


def _rank(moment: Moment) -> str:
    load = moment.problem.scenario.workload
    rates, row = moment.problem.rates, moment.focus
    if load.trace is not None or load.popularity_order in ("custom", "equal"):
        return "not used here"
    if load.zipf_exponent == 0:
        return "all alike"
    return f"{moment.name(row)}: {int((rates > rates[row]).sum()) + 1:,}"


def _zipf(moment: Moment) -> str:
    load = moment.problem.scenario.workload
    unused = load.trace is not None or load.popularity_order in ("custom", "equal")
    return "not used here" if unused else _text(load.zipf_exponent)


def _cycle(moment: Moment) -> str:
    row, one = moment.focus, moment.explanation
    known = moment.problem.models.inverse_active_cycle
    inverse = float(known[row] if one is None else one.state.inverse_cycle[row])
    cycle = "never again" if inverse == 0 else _text(1.0 / inverse, "requests")
    return f"{moment.name(row)}: {cycle}"


def _counted(moment: Moment) -> str:
    row = moment.focus
    seen = moment.run.requests.model[: moment.request + 1]
    return f"{moment.name(row)}: {int((seen == row).sum()):,} so far"


def _next(moment: Moment) -> str:
    later = np.flatnonzero(moment.run.requests.model[moment.request + 1 :] == moment.focus)
    when = f"{moment.request + 2 + int(later[0]):,}" if later.size else "none comes"
    return f"{moment.name(moment.focus)}: {when}"


def _price(moment: Moment) -> str:
    """sw(x)."""
    models = moment.problem.models
    prices = models.reload_delay_s * models.inverse_active_cycle
    return _text(float(prices[moment.before].sum()), "s")


def _held(moment: Moment) -> str:
    return _text(float(moment.rent[moment.at_end].sum()))


def _decided(moment: Moment) -> float:
    return 0.0 if moment.explanation is None else moment.explanation.cost


def _misses(moment: Moment) -> str:
    return f"{int(moment.run.summary['misses']):,} in this run"


def _gain(moment: Moment) -> str:
    missing = moment.why_no_gain
    return "not computed here" if missing else _text(moment.plans.online(False).gain)


PRESENT: Final = MappingProxyType[str, Callable[[Moment], str]](
    {
        "m": lambda moment: moment.name(moment.requested),
        "M": lambda moment: f"{len(moment.models):,}",
        "s_m": _of_model("storage_gb", "GB"),
        "g_m": _of_model("gpu_memory_gb", "GB"),
        "e_m": _of_model("power_kw", "kW"),
        r"d_m^{\mathrm{io}}": _of_model("io_delay_s", "s"),
        r"d_m^{\mathrm{inf}}": _of_model("inference_delay_s", "s"),
        r"d_m^{\mathrm{tr}}": _transmission,
        r"\mathrm{delay}_m": _delay,
        "S": _of_server("storage_gb", "GB"),
        "G": _of_server("gpu_memory_gb", "GB"),
        "E": _of_server("power_kw", "kW"),
        "E_0": _of_server("static_power_kw", "kW"),
        "B": _of_server("bandwidth_gbps", "Gbit/s"),
        "t": lambda moment: f"{moment.slot:,}",
        "T": lambda moment: f"{moment.run.requests.slots:,}",
        r"\lambda_m": _rate,
        r"\Lambda": lambda moment: _text(float(moment.problem.rates.sum()), "requests per slot"),
        "r_m": _rank,
        "z": _zipf,
        r"\alpha_m": _cycle,
        "n": lambda moment: f"{min(moment.request + 1, moment.run.requests.model.size):,} so far",
        "n_m": _counted,
        "i": lambda moment: f"{moment.request + 1:,}",
        "i'": _next,
        "x_m^t": lambda moment: f"1 for {moment.names(moment.at_end)}",
        "x^t": lambda moment: moment.names(moment.at_end),
        "x": lambda moment: moment.names(moment.before),
        "y": lambda moment: moment.names(moment.after),
        r"x \setminus y": lambda moment: moment.names(one.row for one in moment.evicted),
        r"\mathrm{sw}(x)": _price,
        r"\mathrm{sw}^t": lambda moment: _text(
            float(moment.run.slots.switching_cost[moment.slot]), "s"
        ),
        r"\mathrm{res}(x)": _held,
        r"\mathrm{res}(x^t)": _held,
        r"\mathrm{res}(y)": lambda moment: _text(float(moment.rent[moment.after].sum())),
        r"\mathrm{res}(\{m\})": lambda moment: (
            f"{moment.name(moment.focus)}: {_text(float(moment.rent[moment.focus]))}"
        ),
        r"w_{\mathrm{delay}}": lambda moment: _text(moment.problem.weights.delay),
        r"w_{\mathrm{res}}": lambda moment: _text(moment.problem.weights.resource),
        r"\beta": lambda moment: _text(moment.problem.weights.gpu_memory),
        "h": lambda moment: _text(moment.problem.weights.horizon, "slot"),
        "C(y)": lambda moment: _text(_decided(moment)),
        "F(y)": lambda moment: _text(1.0 / (1.0 + _decided(moment))),
        r"\gamma": _gain,
        r"\mathcal{R}": _misses,
    }
)
"""By a symbol's TeX, what it is now; values of the bounds stand in their formulas alone."""


def present(symbol: Symbol, moment: Moment) -> str:
    """The symbol's value now, Markdown; empty where only its formula shows it."""
    value = PRESENT.get(symbol.latex)
    return value(moment) if value is not None else ""
