"""The state in which a decision is taken: what is deployed, who asked, what each model is worth.

Everything is rebuilt from a recorded run: the deployment x before the decision, the requests
counted so far, the active cycle alpha_m as the decision sees it, and from these the two prices of
each model (Eq. 7 and 10, weighted) whose difference is its keep value.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from genedge.engine import cost
from genedge.engine.arrays import Floats, unpack
from genedge.engine.chance import key_of, request_key
from genedge.engine.weighing import ALIKE, HISTORY, NEXT_USE
from genedge.errors import InputError
from genedge.runs.run import Run

Rows = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class State:
    """Decision number ``number`` of a run, and all that it could go by.

    Attributes
    ----------
    request, slot: number of the request that missed, and its slot.
    requested: the catalog row that it asked for.
    deployed: x, what is deployed before the decision, ``[M]``.
    at_stake: what Eq. 7 charges for unless it is deployed after the decision, ``[M]``: x, or, where
        slots are charged, what was deployed at the end of the slot before, but for the requested.
    chosen: y, what is deployed after it, ``[M]``.
    count: requests for each model so far, this one included, ``[M]``.
    inverse_cycle: 1/alpha as the decision sees it, ``[M]``.
    known_inverse_cycle: 1/alpha as the ledger charges it, ``[M]``.
    switching_price: w_delay * delay/alpha of evicting each model, as the decision sees it, ``[M]``.
    charged_price: the same as the ledger charges it, ``[M]``.
    rent: res({m}) of Eq. 10, unweighted, ``[M]``.
    resource_price: h * w_resource * res({m}), what holding each model costs this decision, ``[M]``.
    """

    run: Run
    number: int
    request: int
    slot: int
    requested: int
    deployed: Rows
    at_stake: Rows
    chosen: Rows
    count: NDArray[np.int64]
    inverse_cycle: Floats
    known_inverse_cycle: Floats
    switching_price: Floats
    charged_price: Floats
    rent: Floats
    resource_price: Floats

    @property
    def allowed(self) -> Rows:
        """What a decision may leave deployed: x and the requested model, ``[M]``."""
        rows = self.deployed.copy()
        rows[self.requested] = True
        return rows

    @property
    def keep_value(self) -> Floats:
        """What C(y) saves when a model stays: switching price (if at stake) - resource price."""
        kept = self.deployed & self.at_stake
        return np.where(kept, self.switching_price, 0.0) - self.resource_price

    @property
    def gone(self) -> Rows:
        """What was there at the end of the slot before and has left since, ``[M]``: it is charged
        for at the slot's end unless it is asked for again."""
        return self.at_stake & ~self.deployed

    @cached_property
    def last_request(self) -> NDArray[np.int64]:
        """Number of the last request for each model before this one, -1 if none, ``[M]``."""
        last = np.full(self.deployed.size, -1, np.int64)
        last[self.run.requests.model[: self.request]] = np.arange(self.request)
        return last

    @cached_property
    def deployed_at(self) -> NDArray[np.int64]:
        """Number of the request that each deployed model was last fetched for, ``[M]``."""
        fetched = self.run.decisions.request[: self.number]
        at = np.full(self.deployed.size, -1, np.int64)
        at[self.run.requests.model[fetched]] = fetched
        return at

    @property
    def size(self) -> Floats:
        """Storage, GPU memory and power of each model, ``[M, 3]``."""
        return self.run.problem.models.size

    @property
    def capacity(self) -> Floats:
        """Right-hand sides of constraints 1-3, ``[3]``."""
        return self.run.problem.server.capacity

    @property
    def leaving_all(self) -> float:
        """C of evicting all of x and holding nothing, before resources."""
        total = 0.0
        for price in self.switching_price[self.at_stake].tolist():
            total += price
        return total

    @property
    def chance_key(self) -> np.uint64:
        """The key of this decision's chances under the run's policy."""
        run = self.run
        key = np.uint64(key_of(run.problem.scenario.seed, run.replication))
        return np.uint64(request_key(key, self.request))

    def fits(self, rows: Rows) -> bool:
        """Whether a deployment satisfies constraints 1-3."""
        return all(
            cost.within(float(total), float(capacity))
            for total, capacity in zip(self.used(rows), self.capacity, strict=True)
        )

    def used(self, rows: Rows) -> Floats:
        """Storage, GPU memory and power of a deployment, ``[3]``."""
        used: Floats = self.size[rows].sum(axis=0)
        return used

    def cost_of(self, rows: Rows) -> float:
        """C(y) of Eq. 12 for the deployment ``rows [M]``, as the decision sees it."""
        weights = self.run.problem.weights
        left = self.at_stake & ~rows
        return float(
            cost.decision_cost(
                1.0,  # prices are weighted already
                float(self.switching_price[left].sum()),
                weights.horizon,
                weights.resource,
                float(self.rent[rows].sum()),
            )
        )

    def charged_for(self, rows: Rows) -> float:
        """Weighted switching cost (Eq. 7) that the ledger charges for moving to ``rows``, at once
        or, where slots are charged, at the slot's end for what is not back by then."""
        return float(self.charged_price[self.deployed & self.at_stake & ~rows].sum())


def decisions_of(run: Run) -> int:
    """D, the decisions that a run recorded.

    Raises
    ------
    InputError: the run was replayed without recording or weighing them.
    """
    recorded = run.decisions.request.size
    if recorded != int(run.summary["misses"]) or np.isnan(run.decisions.cost).any():
        raise InputError('this run kept no decisions: replay it with record="decisions"')
    return recorded


def check_number(run: Run, number: int) -> None:
    """Refuse a decision that the run does not have.

    Raises
    ------
    InputError: naming the decisions that there are.
    """
    total = decisions_of(run)
    if total == 0:
        raise InputError("this run has no decisions: every request was a hit or was rejected")
    if not 0 <= number < total:
        raise InputError(
            f"there is no decision {number}: this run has {total:,}, numbered 0 to {total - 1:,}"
        )


def deployed_before(run: Run, number: int) -> Rows:
    """x, what is deployed before decision ``number``, ``[M]``."""
    models = len(run.problem.scenario.model_catalog)
    if number == 0:
        return np.zeros(models, np.bool_)
    rows: Rows = unpack(run.decisions.deployment[number - 1 : number], models)[0]
    return rows


def _at_stake(run: Run, slot: int, requested: int, deployed: Rows) -> Rows:
    """What Eq. 7 charges for unless it is deployed after a decision in ``slot``, ``[M]``."""
    if not run.problem.weights.by_slot:
        return deployed
    rows: Rows = run.deployed_before[slot].copy()
    rows[requested] = False
    return rows


def _inverse_cycle(run: Run, request: int, count: NDArray[np.int64]) -> Floats:
    """1/alpha of every model as decisions see it at ``request``, ``[M]``."""
    code = run.problem.decided_with
    models = count.size
    if code == HISTORY:
        return np.asarray((count + 1.0) / (request + 1.0 + models), np.float64)
    if code == NEXT_USE:
        rows, first = np.unique(run.requests.model[request + 1 :], return_index=True)
        inverse = np.zeros(models)
        inverse[rows] = 1.0 / (first + 1.0)
        return inverse
    if code == ALIKE:
        return np.full(models, 1.0 / models)
    return run.problem.models.inverse_active_cycle


def state_of(run: Run, number: int) -> State:
    """The state in which a run took its decision ``number`` (0-based).

    Raises
    ------
    InputError: the run kept no decisions, or has no such decision.
    """
    check_number(run, number)
    problem = run.problem
    models, weights = problem.models, problem.weights
    request = int(run.decisions.request[number])
    count = np.bincount(run.requests.model[: request + 1], minlength=len(models.size))
    inverse = _inverse_cycle(run, request, count)
    price = cost.switching_price.py_func
    slot = int(np.searchsorted(run.requests.slot_start, request, side="right")) - 1
    requested = int(run.requests.model[request])
    deployed = deployed_before(run, number)
    return State(
        run=run,
        number=number,
        request=request,
        slot=slot,
        requested=requested,
        deployed=deployed,
        at_stake=_at_stake(run, slot, requested, deployed),
        chosen=unpack(run.decisions.deployment[number : number + 1], count.size)[0],
        count=count,
        inverse_cycle=inverse,
        known_inverse_cycle=models.inverse_active_cycle,
        switching_price=weights.delay * price(models.seen_delay_s, inverse),
        charged_price=weights.delay * price(models.reload_delay_s, models.inverse_active_cycle),
        rent=problem.rent,
        resource_price=weights.horizon * weights.resource * problem.rent,
    )
