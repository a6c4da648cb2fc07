"""The difference between two runs in words: evictions or misses, what is held, which models."""

from typing import Final

from genedge.decisions.difference import Difference, ModelDifference, difference
from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.say import SAME, amount, capital, count, listed, percent, times

MIXED: Final = 1.2
"""Where gains exceed the difference by this factor, losses take much of them back."""


def _who(run: Run) -> str:
    return POLICIES[run.policy].called(run.problem.scenario.max_models)


def of_difference(d: Difference) -> list[str]:
    """Where the difference between two runs comes from, most important first."""
    ledger = LEDGERS[d.metric].spoken
    least = min(d.run.summary[d.metric], d.other.summary[d.metric])
    if abs(d.total) <= SAME * max(least, 1e-12):
        return [f"On {ledger} both cost the same, {amount(least)} a slot."]
    if d.total < 0:
        return of_difference(difference(d.other, d.run, d.metric))
    sentences: list[str | None] = [
        f"On {ledger} {_who(d.run)} costs {amount(d.total)} a slot more than {_who(d.other)}: "
        f"{_signed(d.delay_difference, d)} for {LEDGERS[d.metric].events}, "
        f"{_signed(d.resource_difference, d)} for what is held."
    ]
    if d.delay_difference >= d.resource_difference:
        sentences += [_of_events(d), _blindness(d)]
    else:
        sentences += [_of_holding(d)]
    sentences.append(_of_model(d))
    return [sentence for sentence in sentences if sentence]


def of_shares(d: Difference) -> str:
    """How few models make most of the difference."""
    dearer = sorted((one for one in d.models if one.total > 0), key=lambda one: -one.total)
    cheaper = sorted((one for one in d.models if one.total < 0), key=lambda one: one.total)
    gains = sum(one.total for one in dearer)
    if not dearer or d.total <= 0:
        return "No model costs more under one than under the other."
    if gains > MIXED * d.total:
        back = listed([one.name for one in cheaper])
        return (
            f"Models that cost more add {amount(gains)} a slot, most of it {dearer[0].name} "
            f"({amount(dearer[0].total)}); {back} "
            f"take{'s' if len(cheaper) == 1 else ''} {amount(gains - d.total)} of it back."
        )
    part, names = 0.0, []
    for one in dearer:
        part += one.total
        names.append(one.name)
        if part >= 0.8 * d.total:
            break
    makes = "makes" if len(names) == 1 else "make"
    return f"{listed(names)} {makes} {percent(min(part / d.total, 1.0))} of the difference."


def _signed(value: float, d: Difference) -> str:
    if abs(value) <= 1e-9 * abs(d.total):
        return "as much"
    return f"{amount(abs(value))} {'more' if value >= 0 else 'less'}"


def _of_events(d: Difference) -> str:
    """How many evictions (or misses) there were, and what one cost on average."""
    slots = d.run.requests.slots
    numbers = sum(one.times for one in d.models), sum(one.other_times for one in d.models)
    costs = sum(one.delay_cost for one in d.models), sum(one.other_delay_cost for one in d.models)
    each = [
        f", {amount(cost * slots / number)} each on average" if number else ""
        for cost, number in zip(costs, numbers, strict=True)
    ]
    verb = "evicts" if d.metric == "average_cost" else "misses"
    return (
        f"{capital(_who(d.run))} {verb} {times(numbers[0])}{each[0]}; {_who(d.other)} "
        f"{times(numbers[1])}{each[1]}."
    )


def _blindness(d: Difference) -> str | None:
    """What a baseline goes by, and what it never looks at; against those that do look."""
    kind = d.run.kind
    if kind.kind != "baseline" or d.other.kind.kind == "baseline":
        return None
    who = capital(_who(d.run))
    if kind.capped:
        return f"{who} evicts as soon as its limit is reached, whatever still fits."
    return f"{who} goes by {kind.goes_by} and never looks at {kind.overlooks}."


def _of_holding(d: Difference) -> str:
    """How many models each holds, or how large they are where that is not the reason."""
    held = [run.summary["mean_deployed"] for run in (d.run, d.other)]
    who, other = capital(_who(d.run)), _who(d.other)
    if held[0] > held[1]:
        models = count(len(d.run.problem.scenario.model_catalog), "model")
        text = f"{who} holds {held[0]:.2f} of {models} on average, {other} {held[1]:.2f}."
        if d.run.kind.kind == "baseline" and not d.run.kind.capped:
            text += f" {who} lets go of a model only when another one needs the room."
        return text
    storage, gpu = (
        [amount(float(getattr(run.slots, field).mean())) for run in (d.run, d.other)]
        for field in ("storage_cost", "gpu_memory_cost")
    )
    return (
        f"{who} holds larger models: {storage[0]} GB of storage and {gpu[0]} GB of GPU memory on "
        f"average, {other} {storage[1]} and {gpu[1]}."
    )


def _of_model(d: Difference) -> str | None:
    """The model that makes the largest part of the difference."""
    one = max(d.models, key=lambda model: model.total)
    if len(d.models) < 2 or one.total <= 0:
        return None
    if one.total > d.total:
        part = f"{one.name} alone adds {amount(one.total)} a slot, and others take some of it back"
    else:
        part = f"{percent(one.total / d.total)} of the difference is {one.name}"
    if one.delay_difference >= one.resource_difference:
        return f"{part}: {_price(d, one)}."
    return (
        f"{part}: at hand after {percent(one.held)} of the slots against {percent(one.other_held)}."
    )


def _price(d: Difference, one: ModelDifference) -> str:
    """How often it left (or was missing), and what each time costs."""
    done = "evicted" if d.metric == "average_cost" else "missed"
    text = f"{done} {times(one.times)}, under {_who(d.other)} {times(one.other_times)}"
    row = d.run.problem.scenario.model_catalog.names.index(one.name)
    models, weight = d.run.problem.models, d.run.problem.weights.delay
    delay, inverse = float(models.reload_delay_s[row]), float(models.inverse_active_cycle[row])
    factor = "" if weight == 1 else f"{weight:g} · "
    if d.metric != "average_cost":
        return f"{text}, and each time somebody waits {amount(delay)} s"
    if inverse <= 0:
        return text
    return (
        f"{text}, at {amount(one.price)} each ({factor}{amount(delay)} s to bring it back over "
        f"the {amount(1 / inverse)} requests until it is asked for again)"
    )
