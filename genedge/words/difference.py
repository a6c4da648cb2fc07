"""The difference between two runs in words: evictions or misses, what is held, which model."""

from genedge.decisions.difference import Difference, ModelDifference, difference
from genedge.registry.ledgers import LEDGERS
from genedge.runs.run import Run
from genedge.say import SAME, amount, capital, count, percent, times


def _who(run: Run) -> str:
    return run.kind.called(run.problem.scenario.max_models)


def of_difference(d: Difference) -> list[str]:
    """Where the difference between two runs comes from, most important first."""
    ledger = LEDGERS[d.metric]
    least = min(d.run.summary[d.metric], d.other.summary[d.metric])
    if abs(d.total) <= SAME * max(least, 1e-12):
        return [f"On {ledger.spoken} both cost the same, {amount(least)} a slot."]
    if d.total < 0:
        return of_difference(difference(d.other, d.run, d.metric))
    by_events = d.delay_difference >= d.resource_difference
    sentences = [
        f"On {ledger.spoken} {_who(d.run)} costs {amount(d.total)} a slot more than "
        f"{_who(d.other)}: {_signed(d.delay_difference, d)} for {d.events}, "
        f"{_signed(d.resource_difference, d)} for what is held.",
        _blindness(d) if by_events else _of_holding(d),
        _of_model(d),
    ]
    return [sentence for sentence in sentences if sentence]


def of_shares(d: Difference) -> str:
    """Which model makes most of the difference, and whether others take some of it back."""
    gains = sum(max(one.total, 0.0) for one in d.models)
    most = max(d.models, key=lambda one: one.total)
    if most.total <= 0 or d.total <= 0:
        return "No model costs more under one than under the other."
    back = gains - d.total
    text = f"{most.name} adds most, {amount(most.total)} a slot"
    return f"{text}; others take {amount(back)} back." if back > SAME * gains else f"{text}."


def _signed(value: float, d: Difference) -> str:
    if abs(value) <= 1e-9 * abs(d.total):
        return "as much"
    return f"{amount(abs(value))} {'more' if value >= 0 else 'less'}"


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
    """How many models each holds."""
    held = [f"{run.summary['mean_deployed']:.2f}" for run in (d.run, d.other)]
    models = count(len(d.run.problem.scenario.model_catalog), "model")
    text = f"{capital(_who(d.run))} holds {held[0]} of {models}, {_who(d.other)} {held[1]}"
    if d.run.kind.kind == "baseline" and not d.run.kind.capped:
        text += ": it lets go of a model only when another one needs the room"
    return f"{text}."


def _of_model(d: Difference) -> str | None:
    """The model that makes the largest part of the difference."""
    one = max(d.models, key=lambda model: model.total)
    if len(d.models) < 2 or one.total <= 0:
        return None
    part = f"{percent(min(one.total / d.total, 1.0))} of the difference is {one.name}"
    if one.delay_difference >= one.resource_difference:
        return f"{part}: {_events(d, one)}."
    return (
        f"{part}: at hand after {percent(one.held)} of the slots against {percent(one.other_held)}."
    )


def _events(d: Difference, one: ModelDifference) -> str:
    """How often it left (or was missing), and what each time costs."""
    done = {"misses": "missed", "evictions": "evicted", "losses": "lost"}[d.events]
    return (
        f"{done} {times(one.times)} against {times(one.other_times)}, at {amount(one.price)} each"
    )
