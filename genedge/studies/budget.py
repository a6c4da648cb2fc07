"""What a study affords: slow policies are left out and replications lowered, and both are said."""

from typing import Final

from genedge.errors import InputError
from genedge.registry.policies import ALL_POLICIES, POLICIES
from genedge.runs.simulate import why_no_bounds
from genedge.scenario.problem import Problem

FEW: Final = 5
"""Slow policies are left out before replications become fewer than this."""
LEFT_OUT: Final = {
    "mdp": "The best online policy for Eq. 11 is left out: it would have to be found for each of",
    "offline": "The clairvoyant optimum is left out: it would take too long over",
    "ga": "The exact decision stands for the genetic algorithm, whose problem it solves and which "
    "would search for too long over",
}


def microseconds(policy: str, problem: Problem) -> float:
    """About how long one request takes, from measurements on one core."""
    models = len(problem.scenario.model_catalog)
    if POLICIES[policy].planned:
        return 2.0 ** min(models, 60) * models / 6000
    if policy == "ga":
        return 2.0 + models / 2
    return 0.6 if policy == "exact" else 0.2


def affordable(
    problem: Problem,
    policies: tuple[str, ...],
    arms: int,
    asked: int,
    seconds: float,
    refuse: bool = False,
) -> tuple[tuple[str, ...], int, list[str]]:
    """Policies and replications that are done in so many seconds, and sentences about the rest.

    Bounds go first, then the genetic algorithm where the exact decision stands for it. A request
    log without chance is replayed once, unless a policy takes chances.

    Raises
    ------
    InputError: even one replication takes longer, and longer ones are to be refused.
    """
    requests = float(problem.rates.sum()) * problem.slots
    kept, notes = list(POLICIES if policies == ALL_POLICIES else policies), []

    def count() -> int:
        work = sum(microseconds(name, problem) for name in kept)
        return int(seconds * 1e6 / max(requests * arms * work, 1e-9))

    planned = [name for name in kept if POLICIES[name].planned]
    why = why_no_bounds(problem)
    if planned and (why or count() < min(FEW, asked)):
        kept = [name for name in kept if name not in planned]
        notes.append(why or f"{LEFT_OUT['offline']} {requests:,.0f} requests.")
    if "mdp" in kept and problem.weights.by_slot:
        kept.remove("mdp")
        notes.append(f"{LEFT_OUT['mdp']} {arms} settings.")
    if {"ga", "exact"} <= set(kept) and count() < min(FEW, asked):
        kept.remove("ga")
        notes.append(f"{LEFT_OUT['ga']} {requests:,.0f} requests.")
    if refuse and count() == 0:
        raise InputError(
            f"comparing {arms} of them over {requests:,.0f} requests takes too long here: fewer "
            "slots show it"
        )
    if not problem.reshuffled and not any(POLICIES[name].takes_chances for name in kept):
        return tuple(kept), 1, notes
    done = min(asked, count())
    done = done if done >= min(3, asked) else 1  # an interval over two replications says nothing
    if done < asked:
        does = "1 replication is" if done == 1 else f"{done} replications are"
        notes.append(f"{does} measured: {asked} of {requests:,.0f} requests would take too long.")
    return tuple(kept), done, notes
