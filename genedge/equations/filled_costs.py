"""Equations 1 to 10 with numbers: what fits, how long a miss takes, what a deployment costs."""

import numpy as np

from genedge.engine.cost import within
from genedge.equations.filled_parts import Filled
from genedge.equations.moment import Moment
from genedge.equations.names import in_formula
from genedge.equations.numbers import (
    Expression,
    Line,
    Number,
    Product,
    Quotient,
    Sum,
    equate,
    known,
    numbers,
    short,
    tex_of,
)
from genedge.intake.catalog import Model

SECONDS = r"\text{ s}"
GIGABYTES = r"\text{ GB}"


def sizes(model: Model) -> tuple[float, float, float]:
    """What a model takes of each capacity."""
    return model.storage_gb, model.gpu_memory_gb, model.power_kw


def _constraint(moment: Moment, column: int, capacity: float, right: str) -> Filled:
    """Equation 1, 2 or 3 right after the decision."""
    total = numbers([sizes(moment.models[row])[column] for row in np.flatnonzero(moment.after)])
    fits = within(total.exact, capacity)
    line = equate(total, right=(r"\;\le\; " if fits else r"\;>\; ") + right)
    order = ", in this order" if moment.after.sum() > 1 else ""
    words = f"Right after the decision{order}: {moment.names(moment.after)}."
    if moment.explanation is None:
        words = "Nothing is ever deployed."
    return Filled(words, (line,), _bound(moment, column))


def _bound(moment: Moment, column: int) -> str:
    """Whether this constraint mattered here, or ever."""
    if moment.explanation is None:
        return ""
    if moment.run.summary["binding_share"] == 0:
        text = "In this run none of the three constraints ever binds"
        if moment.run.kind.kind == "decision" and moment.run.evictions:
            return text + ": models leave because holding them costs more than fetching them again."
        return text + "."
    code = int(moment.run.decisions.bound[moment.explanation.state.number])
    return "It binds at this decision." if code & (1 << column) else "It does not bind here."


def storage(moment: Moment) -> Filled:
    """Eq. 1."""
    room = moment.problem.server.storage_gb
    return _constraint(moment, 0, room, tex_of(short(room)) + GIGABYTES)


def gpu_memory(moment: Moment) -> Filled:
    """Eq. 2."""
    room = moment.problem.server.gpu_memory_gb
    return _constraint(moment, 1, room, tex_of(short(room)) + GIGABYTES)


def power(moment: Moment) -> Filled:
    """Eq. 3."""
    server = moment.problem.scenario.server
    room = server.dynamic_power_kw
    both = f"{tex_of(short(server.power_kw))} - {tex_of(short(server.static_power_kw))}"
    return _constraint(moment, 2, room, rf"{both} = {tex_of(short(room))}\text{{ kW}}")


def _asked(moment: Moment) -> str:
    if moment.explanation is None:
        return f"For {moment.name(moment.requested)}, the catalog's first row."
    return f"For {moment.name(moment.requested)}, which was asked for."


def transmission(moment: Moment) -> Filled:
    """Eq. 4."""
    model = moment.models[moment.requested]
    bandwidth = moment.problem.scenario.server.bandwidth_gbps
    sent = Quotient(Product((Number(8.0), Number(model.storage_gb))), Number(bandwidth))
    return Filled(_asked(moment), (equate(sent, right=SECONDS),))


def io(moment: Moment) -> Filled:
    """Eq. 5."""
    model = moment.models[moment.requested]
    line = known(model.io_delay_s, r"d_m^{\mathrm{io}} =", SECONDS)
    return Filled(_asked(moment), (line,))


def inference(moment: Moment) -> Filled:
    """Eq. 6."""
    model = moment.models[moment.requested]
    line = known(model.inference_delay_s, r"d_m^{\mathrm{inf}} =", SECONDS)
    return Filled(_asked(moment), (line,))


def delay_of(moment: Moment, row: int) -> Sum:
    """Eq. 4 + 5 + 6 of one model."""
    model = moment.models[row]
    sent = 8.0 * model.storage_gb / moment.problem.scenario.server.bandwidth_gbps
    return numbers([sent, model.io_delay_s, model.inference_delay_s])


def delay(moment: Moment) -> Filled:
    """delay_m."""
    return Filled(
        _asked(moment), (equate(delay_of(moment, moment.requested), right=SECONDS),),
        "So long this request waits." if moment.explanation else "",
    )  # fmt: skip


def switching(moment: Moment) -> Filled:
    """Eq. 7, as the ledger charges it."""
    if not moment.evicted:
        nobody = "Nothing left, so nothing is charged."
        return Filled(nobody, (known(0.0, r"\mathrm{sw}(x \setminus y) =", SECONDS),))
    prices = [
        equate(
            Quotient(Number(one.reload_delay_s), Number(one.known_active_cycle)),
            label=in_formula(one.name),
        )
        for one in moment.evicted
    ]
    words = f"Evicted: {moment.names(one.row for one in moment.evicted)}."
    if moment.problem.scenario.active_cycle != "known":
        words += " The ledger charges by the known active cycle, whatever the decision went by."
    if len(prices) == 1:
        only = prices[0]
        line = Line(
            only.expression, only.relation, only.result, only.value, right=SECONDS, label=only.label
        )
        return Filled(words, (line,))
    shown = prices[:6]
    if len(prices) > len(shown):
        words += f" The first {len(shown)} of {len(prices):,}:"
    total = numbers([line.value for line in prices])
    return Filled(words, (*shown, equate(total, r"\mathrm{sw} =", SECONDS)))


def _at_end(moment: Moment) -> str:
    """What is deployed when the decision's slot ends."""
    if moment.explanation is None:
        return "Nothing is deployed at the end of any slot."
    held = moment.names(moment.at_end)
    return f"At the end of slot {moment.slot + 1:,} ($t = {moment.slot}$): {held}."


def _sizes(moment: Moment, column: int) -> Sum:
    return numbers([sizes(moment.models[row])[column] for row in np.flatnonzero(moment.at_end)])


def storage_cost(moment: Moment) -> Filled:
    """Eq. 8."""
    return Filled(_at_end(moment), (equate(_sizes(moment, 0), right=GIGABYTES),))


def gpu_memory_cost(moment: Moment) -> Filled:
    """Eq. 9."""
    return Filled(_at_end(moment), (equate(_sizes(moment, 1), right=GIGABYTES),))


def resource(moment: Moment, used_gb: float, gpu_gb: float) -> Expression:
    """Eq. 10 of so many gigabytes, in the unit in force."""
    weights = moment.problem.weights
    beta = Number(weights.gpu_memory)
    if moment.problem.scenario.weights.resource_unit == "gb":
        return Sum((Number(used_gb), Product((beta, Number(gpu_gb)))))
    return Sum(
        (
            Quotient(Number(used_gb), Number(weights.storage_scale)),
            Product((beta, Quotient(Number(gpu_gb), Number(weights.gpu_scale)))),
        )
    )


def resource_cost(moment: Moment) -> Filled:
    """Eq. 10."""
    share = moment.problem.scenario.weights.resource_unit == "share"
    words = _at_end(moment)
    if share:
        words += " Resources count as shares of the server (`share`)."
    total = resource(moment, _sizes(moment, 0).exact, _sizes(moment, 1).exact)
    return Filled(words, (equate(total, right="" if share else GIGABYTES),))
