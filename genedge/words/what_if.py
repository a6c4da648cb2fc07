"""Another choice in words: what it comes to by the end, and through what."""

import numpy as np

from genedge.decisions.state import Rows, State
from genedge.engine.arrays import Floats
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.say import amount, capital, listed, times


def of_what_if(run: Run, other: Run, state: State) -> list[str]:
    """What another choice at one decision comes to by the end of the run."""
    now, then = run.summary, other.summary
    slots = run.requests.slots
    cost, realised = (
        (then[metric] - now[metric]) * slots for metric in ("average_cost", "realised_cost")
    )
    misses = int(then["misses"] - now["misses"])
    waited = _waited(other) - _waited(run)
    rounding = 1e-9 * (1.0 + (now["average_cost"] + now["realised_cost"]) * slots)
    if max(abs(cost), abs(realised), abs(waited)) <= rounding and misses == 0:
        return [
            "By the end nothing would have changed: as many misses, as much waiting, the same cost."
        ]
    return [
        f"By the end this would have cost {_more(cost)} on Eq. 11 and {_more(realised)} on the "
        f"realised ledger, with {_count_more(misses)} and {_seconds_more(waited)} of waiting "
        "in all.",
        _parts(run, other, state),
        _until_same(run, other, state),
    ]


def _waited(run: Run) -> float:
    """Seconds that all users waited together."""
    return run.summary["mean_service_delay_s"] * (run.summary["hits"] + run.summary["misses"])


def _more(value: float) -> str:
    if abs(value) <= 1e-9:
        return "the same"
    return f"{amount(abs(value))} {'more' if value > 0 else 'less'}"


def _count_more(number: int) -> str:
    if number == 0:
        return "as many misses"
    noun = "miss" if abs(number) == 1 else "misses"
    return f"{abs(number):,} {noun} {'more' if number > 0 else 'fewer'}"


def _seconds_more(value: float) -> str:
    if abs(value) <= 1e-9:
        return "the same seconds"
    return f"{amount(abs(value))} s {'more' if value > 0 else 'less'}"


def parts_of(run: Run, other: Run, state: State) -> tuple[float, Floats, float]:
    """The difference on Eq. 11 in three: this decision, later evictions by model, what is held.

    Returns:
        what the decision itself is charged more; per model what its later evictions cost more,
        ``[M]``; what is held costs more. They add up to the whole difference.
    """
    number = state.number
    itself = state.charged_for(other.decision_deployed[number]) - state.charged_for(state.chosen)
    later = [one.decision_evicted[number + 1 :].sum(axis=0) for one in (run, other)]
    evictions: Floats = state.charged_price * (later[1].astype(float) - later[0])
    held = float((other.slot_resource_cost - run.slot_resource_cost).sum())
    return itself, evictions, held


def _parts(run: Run, other: Run, state: State) -> str:
    """Which of the three parts gain and which lose, and whether the rule has its way after all."""
    itself, evictions, held = parts_of(run, other, state)
    later = float(evictions.sum())
    told = [
        f"{name} {_more(value)}"
        for name, value in (
            ("the decision itself costs", itself),
            ("later evictions cost", later),
            ("what is held costs", held),
        )
        if abs(value) > 1e-9
    ]
    text = f"{capital(listed(told))}." if told else "On Eq. 11 every part costs the same."
    if itself < -1e-9 and later > 0.5 * -itself:
        text += f" {_after_all(run, other, state, evictions)}"
    return text


def _after_all(run: Run, other: Run, state: State, evictions: Floats) -> str:
    """Which models leave more often later on."""
    names = run.problem.scenario.model_catalog.names
    later = [one.decision_evicted[state.number + 1 :].sum(axis=0) for one in (run, other)]
    more = [int(row) for row in np.argsort(-evictions, kind="stable") if evictions[row] > 1e-9]
    whom = listed([f"{names[row]} {times(int(later[1][row] - later[0][row]))}" for row in more])
    who = capital(POLICIES[run.policy].called(run.problem.scenario.max_models))
    text = f"Later on {who} evicts {whom} more than it did" if more else ""
    if run.kind.kind == "baseline":
        return f"{text}: it is the rule that is dear, not this one decision."
    return f"{text}."


def held_apart(run: Run, other: Run) -> Rows:
    """Slots at whose end the two runs hold different models, ``[T]``."""
    apart: Rows = (run.deployed != other.deployed).any(axis=1)
    return apart


def _until_same(run: Run, other: Run, state: State) -> str:
    """For how long the two runs hold different models."""
    apart = np.flatnonzero(held_apart(run, other))
    if apart.size == 0:
        return "At every slot's end both hold the same models: only evictions in between differ."
    last = int(apart[-1])
    if last == run.requests.slots - 1:
        return "The two hold different models to the very end."
    return (
        f"From slot {last + 2:,} on both hold the same models again: the choice of slot "
        f"{state.slot + 1:,} is forgotten."
    )
