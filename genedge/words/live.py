"""What Live run says of two runs as a whole."""

import numpy as np

from genedge.registry.ledgers import LEDGERS
from genedge.runs.run import Run
from genedge.say import amount, capital, compared, listed


def sentence(runs: list[Run], metric: str) -> str:
    """What the runs come to: these very requests, so that no interval is asked for."""
    who, *rivals = (run.kind.called(run.problem.scenario.max_models) for run in runs)
    ours, *others = (run.summary[metric] for run in runs)
    on = LEDGERS[metric].spoken
    if not others:
        return f"{capital(who)} costs {amount(ours)} a slot on {on}."
    return f"{capital(who)} costs {compared(ours, others[0], on, than=rivals[0], sure=True)}."


def of_slots_end(run: Run, slot: int) -> str | None:
    """What the end of a slot charges, and for what; None where decisions are charged at once."""
    problem = run.problem
    if not problem.weights.by_slot:
        return None
    names, price = problem.scenario.model_catalog.names, problem.prices.switching
    lost = [
        f"{names[row]} {amount(problem.weights.delay * float(price[row]))}"
        for row in np.flatnonzero(run.slot_lost[slot])
    ]
    if not lost:
        return "At its end all that was there at its start is there: no switching is charged."
    total = problem.weights.delay * float(run.slots.switching_cost[slot])
    return f"At its end {amount(total)} is charged for what was lost: {listed(lost)}."
