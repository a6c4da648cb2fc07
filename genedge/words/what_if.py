"""Another choice in words: what it comes to by the end, through what, and for how long."""

import numpy as np

from genedge.decisions.state import Rows, State
from genedge.engine.arrays import Floats
from genedge.registry.ledgers import LEDGERS
from genedge.runs.run import Run
from genedge.say import amount, capital, listed


def of_what_if(run: Run, other: Run, state: State) -> list[str]:
    """What another choice at one decision comes to by the end of the run."""
    now, then, slots = run.summary, other.summary, run.requests.slots
    costs = {metric: (then[metric] - now[metric]) * slots for metric in LEDGERS}
    misses = int(then["misses"] - now["misses"])
    rounding = 1e-9 * (1.0 + sum(now[metric] for metric in LEDGERS) * slots)
    if max(map(abs, costs.values())) <= rounding and misses == 0:
        return ["By the end nothing would have changed."]
    told = [f"{_more(cost)} on {LEDGERS[metric].spoken}" for metric, cost in costs.items()]
    return [
        f"By the end this would have cost {listed(told)}.",
        _parts(run, other, state),
        _until_same(run, other),
    ]


def _more(value: float) -> str:
    if abs(value) <= 1e-9:
        return "the same"
    return f"{amount(abs(value))} {'more' if value > 0 else 'less'}"


def parts_of(run: Run, other: Run, state: State) -> tuple[float, Floats, float]:
    """The difference on Eq. 11 in three: this decision, later evictions by model, what is held;
    where slots are charged, this slot's end, later slots' ends by model, what is held.

    Returns:
        what the decision (the slot's end) itself is charged more; per model what its later
        evictions (losses) cost more, ``[M]``; what is held costs more. They add up to the whole
        difference.
    """
    if run.problem.weights.by_slot:
        first, charged = state.slot, [one.slot_lost for one in (run, other)]
    else:
        first, charged = state.number, [one.decision_evicted for one in (run, other)]
    now = charged[1][first].astype(float) - charged[0][first]
    itself = float(state.charged_price @ now)
    later = [rows[first + 1 :].sum(axis=0) for rows in charged]
    evictions: Floats = state.charged_price * (later[1].astype(float) - later[0])
    held = float((other.slot_resource_cost - run.slot_resource_cost).sum())
    return itself, evictions, held


def _parts(run: Run, other: Run, state: State) -> str:
    """Which of the three parts gain and which lose, and whether the rule has its way after all."""
    itself, evictions, held = parts_of(run, other, state)
    later = float(evictions.sum())
    by_slot = run.problem.weights.by_slot
    told = [
        f"{name} {_more(value)}"
        for name, value in (
            ("this slot's end costs" if by_slot else "the decision itself costs", itself),
            ("later slots' ends cost" if by_slot else "later evictions cost", later),
            ("what is held costs", held),
        )
        if abs(value) > 1e-9
    ]
    text = f"{capital(listed(told))}." if told else "On Eq. 11 every part costs the same."
    if run.kind.kind == "baseline" and itself < -1e-9 and later > 0.5 * -itself:
        text += " It is the rule that is dear, not this one decision."
    return text


def held_apart(run: Run, other: Run) -> Rows:
    """Slots at whose end the two runs hold different models, ``[T]``."""
    apart: Rows = (run.deployed != other.deployed).any(axis=1)
    return apart


def _until_same(run: Run, other: Run) -> str:
    """For how long the two runs hold different models."""
    apart = np.flatnonzero(held_apart(run, other))
    if apart.size == 0:
        return "At every slot's end both hold the same models."
    if apart[-1] == run.requests.slots - 1:
        return "The two hold different models to the very end."
    return f"From slot {apart[-1] + 2:,} on both hold the same models again."
