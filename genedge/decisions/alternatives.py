"""What else could have been done: another choice forced upon a run, another policy in its place.

Chance is a function of seed, replication, request and draw, so a replay from any decision meets
the same requests and the same chances: whatever differs afterwards, the choice has made. The
first decisions are handed to the event loop, which keeps counts, recency and order of arrival as
it goes; from there on the policy itself decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genedge.decisions.state import Rows, State, state_of
from genedge.engine.arrays import N_BOUND, pack, unpack
from genedge.engine.cost import TIE
from genedge.errors import InputError
from genedge.intake.workload import RequestTrace
from genedge.registry.policies import ALL_POLICIES, POLICIES
from genedge.registry.resources import RESOURCES
from genedge.runs.run import Run
from genedge.runs.simulate import NO_PLAN, Plans, chosen_policies, replay_policy

Deployment = Iterable[str] | NDArray[np.bool_]
"""Models by name, or a truth table ``[M]``."""


def chosen_rows(state: State, deployment: Deployment) -> Rows:
    """A deployment as a truth table ``[M]``.

    Raises
    ------
    InputError: a name that the catalog does not hold.
    """
    names = state.run.problem.scenario.model_catalog.names
    if isinstance(deployment, np.ndarray):
        if deployment.shape != (len(names),):
            raise InputError(f"a deployment of {len(names)} models is needed, one flag for each")
        return deployment.astype(np.bool_)
    wanted = set(deployment)
    for name in sorted(wanted - set(names)):
        raise InputError(f"the catalog holds no model {name!r}")
    return np.array([name in wanted for name in names], np.bool_)


def check_choice(state: State, rows: Rows) -> str | None:
    """Why ``rows [M]`` cannot be deployed by this decision, in a sentence; None if it can."""
    names = state.run.problem.scenario.model_catalog.names
    if not rows[state.requested]:
        return f"{names[state.requested]} was asked for, so it has to be deployed."
    stray = [names[row] for row in np.flatnonzero(rows & ~state.allowed)]
    if stray:
        return f"{stray[0]} is not deployed and nobody asked for it: a decision cannot fetch it."
    if not state.fits(rows):
        over = [
            f"{used:.4g} of {room:.4g} {one.unit} {one.label}"
            for used, room, one in zip(state.used(rows), state.capacity, RESOURCES, strict=True)
            if used > room * (1.0 + 1e-9)
        ]  # fmt: skip
        return f"This does not fit: it takes {' and '.join(over)}."
    return None


def replay_from(
    run: Run, number: int, deployment: Deployment, *, plans: Plans | None = None
) -> Run:
    """The same run with another choice at decision ``number`` (0-based), under its own policy.

    Requests and chances are those of the run. A bound makes a new plan for what follows.

    Raises
    ------
    InputError: no such decision; or the choice lacks the requested model, holds one that is not
        there, or breaks one of constraints 1-3.
    """
    state = state_of(run, number)
    rows = chosen_rows(state, deployment)
    refused = check_choice(state, rows)
    if refused:
        raise InputError(refused)
    given = np.concatenate([run.decisions.deployment[:number], pack(rows[None, :])])
    plan = NO_PLAN
    if run.kind.planned:
        made = plans or Plans(run.problem)
        plan = made.plan(run.policy, run.requests, state.request + 1, _mask(rows), _opened(state))
    other = replay_policy(
        run.problem, run.policy, run.requests, replication=run.replication, record="decisions",
        plan=plan, given=given,
    )  # fmt: skip
    _copy_bounds(run, other, number + 1)
    return other


def _copy_bounds(run: Run, other: Run, decisions: int) -> None:
    """What bound in the first decisions is a matter of their states, and these are the run's.

    The event loop cannot tell for decisions handed to it under a cap: what the cap sends away, no
    constraint did.
    """
    copied = run.decisions.bound[:decisions]
    here = other.decisions.bound[:decisions]
    other.totals.counts[N_BOUND] += np.count_nonzero(copied) - np.count_nonzero(here)
    here[:] = copied


def _mask(rows: Rows) -> int:
    """A deployment of a small catalog as a mask, row j being bit j."""
    return int(pack(rows[None, :])[0, 0])


def _opened(state: State) -> int:
    """What was deployed when the decision's slot began, as a mask."""
    return int(state.run.slots.deployment[state.slot - 1, 0]) if state.slot else 0


@dataclass(frozen=True, eq=False)
class Alternative:
    """What one policy does in the state of a decision.

    Attributes
    ----------
    rows: what it deploys, ``[M]``.
    evicted: what it evicts, ``[M]``.
    cost: C(y) of Eq. 12, as the decision sees it; excess: by how much that is above the exact best.
    charged: weighted switching cost (Eq. 7) that the ledger charges for it.
    same: whether it is what was done.
    """

    policy: str
    rows: Rows
    evicted: Rows
    cost: float
    excess: float
    charged: float
    same: bool


def possible_alternatives(state: State) -> tuple[str, ...]:
    """Every policy that can be asked what it would do here."""
    return chosen_policies(state.run.problem, ALL_POLICIES)


def alternatives(
    state: State, policies: Iterable[str] | None = None, *, plans: Plans | None = None
) -> list[Alternative]:
    """What other policies would do with the same deployment, history, request and chances.

    ``policies`` are all that the catalog allows unless named.
    """
    made = plans or Plans(state.run.problem)
    best = float(state.run.decisions.best_cost[state.number])
    found = []
    for policy in policies if policies is not None else possible_alternatives(state):
        rows = _choice_of(state, policy, made)
        price = state.cost_of(rows)
        over = price - best
        found.append(
            Alternative(
                policy=policy,
                rows=rows,
                evicted=state.deployed & ~rows,
                cost=price,
                excess=0.0 if over <= TIE * (1.0 + abs(best)) else over,
                charged=state.charged_for(rows),
                same=bool((rows == state.chosen).all()),
            )
        )
    return found


def _choice_of(state: State, policy: str, plans: Plans) -> Rows:
    """What ``policy`` deploys in this state, ``[M]``."""
    run = state.run
    if policy == run.policy:
        return state.chosen
    plan = NO_PLAN
    if POLICIES[policy].planned:
        plan = plans.plan(
            policy, run.requests, state.request, _mask(state.deployed), _opened(state)
        )
    elsewhere = replay_policy(
        run.problem, policy, _until(run.requests, state), replication=run.replication,
        record="decisions", plan=plan, given=run.decisions.deployment[: state.number],
    )  # fmt: skip
    rows: Rows = unpack(elsewhere.decisions.deployment[state.number :], state.deployed.size)[0]
    return rows


def _until(requests: RequestTrace, state: State) -> RequestTrace:
    """The slots up to this decision's request; the requests after it are there but not replayed.

    They must be there for an active cycle that looks ahead.
    """
    start = np.minimum(requests.slot_start[: state.slot + 2], state.request + 1)
    return replace(requests, slot_start=start)
