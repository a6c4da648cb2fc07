"""What Live run says of two runs as a whole."""

from genedge.registry.ledgers import LEDGERS
from genedge.runs.run import Run
from genedge.say import amount, capital, compared


def sentence(runs: list[Run], metric: str) -> str:
    """What the runs come to: these very requests, so that no interval is asked for."""
    who, *rivals = (run.kind.called(run.problem.scenario.max_models) for run in runs)
    ours, *others = (run.summary[metric] for run in runs)
    on = LEDGERS[metric].spoken
    if not others:
        return f"{capital(who)} costs {amount(ours)} a slot on {on}."
    return f"{capital(who)} costs {compared(ours, others[0], on, than=rivals[0], sure=True)}."
