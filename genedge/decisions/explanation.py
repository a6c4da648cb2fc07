"""One decision taken apart: every candidate, its prices, what bound, what the others would do.

For each model that is deployed or asked for: its delays (Eq. 4-6), active cycle alpha, switching
price w_delay * delay/alpha (Eq. 7), resource price h * w_resource * res (Eq. 10), keep value, and
share of each capacity (Eq. 1-3). Evicted models pay their switching price, kept ones and the
requested one their resource price; the sum, and what is lost already, is C(y) of Eq. 12.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from genedge.decisions.alternatives import Alternative, alternatives
from genedge.decisions.state import Rows, State, state_of
from genedge.engine.arrays import Floats
from genedge.engine.exact import choose_exact
from genedge.registry.resources import RESOURCES, by_column, constraint_names, sizes
from genedge.runs.run import Run
from genedge.runs.simulate import Plans

if TYPE_CHECKING:
    import pandas as pd

Part = Literal["requested", "kept", "evicted"]


@dataclass(frozen=True)
class Candidate:
    """One model at one decision.

    Attributes
    ----------
    part: what became of it.
    best_keeps: whether the exact best decision keeps (or deploys) it.
    active_cycle: alpha, requests, as the decision sees it; infinite for "never again".
    known_active_cycle: alpha as the ledger charges it.
    switching_price: w_delay * delay/alpha (Eq. 7) of evicting it, as the decision sees it; 0 for
        the requested model, and where slots are charged for what was not there when this one began.
    charged_price: the same as the ledger charges it.
    resource_price: h * w_resource * res({m}) (Eq. 10), what this decision pays for holding it.
    slot_price: w_resource * res({m}), what the ledger charges for it at each slot's end.
    keep_value: switching price - resource price.
    term: what it adds to C(y): its switching price if evicted, else its resource price.
    size, share: what it takes of each resource, and of the server's capacities, ``[K]``.
    requests_since_asked, requests_since_fetched: before this decision; None for what was not
        there, or never asked for.
    """

    row: int
    name: str
    part: Part
    best_keeps: bool
    size: tuple[float, ...]
    share: tuple[float, ...]
    transmission_delay_s: float
    io_delay_s: float
    inference_delay_s: float
    reload_delay_s: float
    requests_so_far: int
    requests_since_asked: int | None
    requests_since_fetched: int | None
    active_cycle: float
    known_active_cycle: float
    switching_price: float
    charged_price: float
    resource_price: float
    slot_price: float
    keep_value: float
    term: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """One decision taken apart.

    Attributes
    ----------
    candidates: the requested model, then evicted and kept ones, each by falling switching price.
    bound_by: the constraints that bound, in words.
    cost, best_cost: C(y) of what was done, and of the exact best in the same state.
    charged: weighted switching cost (Eq. 7) that the ledger charged, or will at the slot's end for
        what is not back by then.
    best: what the exact best deploys, ``[M]``.
    alternatives: what every policy would have done.
    """

    state: State
    candidates: tuple[Candidate, ...]
    bound_by: tuple[str, ...]
    cost: float
    best_cost: float
    charged: float
    best: Rows
    alternatives: tuple[Alternative, ...]

    @property
    def run(self) -> Run:
        """The run whose decision this is."""
        return self.state.run

    @property
    def excess(self) -> float:
        """How much dearer than the exact best it was, 0 within rounding."""
        over = self.cost - self.best_cost
        return 0.0 if over <= 1e-9 * (1.0 + abs(self.best_cost)) else over

    @property
    def lost(self) -> float:
        """What C(y) counts for models that left earlier in the slot, whatever is decided; 0 unless
        slots are charged."""
        return float(self.state.switching_price[self.state.gone].sum())

    @cached_property
    def back(self) -> Rows:
        """What this decision evicted and is there again at the slot's end, ``[M]``."""
        rows: Rows = self.state.deployed & ~self.state.chosen & self.run.deployed[self.state.slot]
        return rows

    @property
    def by_slot(self) -> bool:
        """Whether switching is charged at slots' ends."""
        return self.run.problem.weights.by_slot

    @property
    def requested(self) -> Candidate:
        """The model that was asked for."""
        return self.candidates[0]

    @cached_property
    def evicted(self) -> list[Candidate]:
        """Models that left, dearest reload first."""
        return [one for one in self.candidates if one.part == "evicted"]

    @cached_property
    def kept(self) -> list[Candidate]:
        """Models that stayed, dearest reload first."""
        return [one for one in self.candidates if one.part == "kept"]

    def frame(self) -> "pd.DataFrame":
        """One row a candidate."""
        import pandas as pd

        rows = []
        for one in self.candidates:
            row = dict(vars(one))
            size, share = row.pop("size"), row.pop("share")
            row |= by_column(size)
            row |= {kind.share_column: value for kind, value in zip(RESOURCES, share, strict=True)}
            rows.append(row)
        return pd.DataFrame(rows)

    def alternatives_frame(self) -> "pd.DataFrame":
        """One row a policy: what it would have evicted and at what price."""
        import pandas as pd

        names = np.array(self.run.problem.scenario.model_catalog.names, dtype=object)
        return pd.DataFrame(
            [
                {
                    "policy": one.policy,
                    "evicted": " + ".join(names[one.evicted]),
                    "deployed": " + ".join(names[one.rows]),
                    "decision_cost": one.cost,
                    "above_best": one.excess,
                    "charged_switching_cost": one.charged,
                    "same": one.same,
                }
                for one in self.alternatives
            ]
        )


def exact_choice(state: State) -> Rows:
    """The exact best decision in a state, ``[M]``."""
    keep = np.zeros(state.deployed.size, np.uint8)
    choose_exact(
        keep, state.deployed.astype(np.uint8), np.int64(state.requested), state.keep_value,
        state.size, state.capacity,
    )  # fmt: skip
    return keep.astype(np.bool_)


def explain(
    run: Run,
    number: int,
    *,
    policies: Iterable[str] | None = None,
    plans: Plans | None = None,
) -> Explanation:
    """Take decision ``number`` (0-based) of a run apart.

    Parameters
    ----------
    policies: whose choices to set beside it; all that the catalog allows unless named.
    plans: saves making the plans behind the bounds again.

    Raises
    ------
    InputError: the run kept no decisions, or has no such decision.
    """
    state = state_of(run, number)
    best = exact_choice(state)
    return Explanation(
        state=state,
        candidates=_candidates(state, best),
        bound_by=constraint_names(int(run.decisions.bound[number])),
        cost=float(run.decisions.cost[number]),
        best_cost=float(run.decisions.best_cost[number]),
        charged=state.charged_for(state.chosen),
        best=best,
        alternatives=tuple(alternatives(state, policies, plans=plans)),
    )


def _candidates(state: State, best: Rows) -> tuple[Candidate, ...]:
    """The models that the decision was about."""
    rows = [int(row) for row in np.flatnonzero(state.allowed)]
    order = sorted(
        rows,
        key=lambda row: (
            row != state.requested,
            bool(state.chosen[row]),
            -float(state.switching_price[row] * state.at_stake[row]),
            row,
        ),
    )
    return tuple(_candidate(state, row, bool(best[row])) for row in order)


def _candidate(state: State, row: int, best_keeps: bool) -> Candidate:
    problem = state.run.problem
    model = problem.scenario.model_catalog.models[row]
    part: Part = "requested" if row == state.requested else "kept"
    if part == "kept" and not state.chosen[row]:
        part = "evicted"
    priced = part != "requested" and bool(state.at_stake[row])
    switching = float(state.switching_price[row]) if priced else 0.0
    resource = float(state.resource_price[row])
    bandwidth = problem.scenario.server.bandwidth_gbps
    return Candidate(
        row=row,
        name=model.name,
        part=part,
        best_keeps=best_keeps,
        size=sizes(model),
        share=_shares(state.size[row], state.capacity),
        transmission_delay_s=float(
            problem.scenario.model_catalog.transmission_delay_s(bandwidth)[row]
        ),
        io_delay_s=model.io_delay_s,
        inference_delay_s=model.inference_delay_s,
        reload_delay_s=float(problem.models.reload_delay_s[row]),
        requests_so_far=int(state.count[row]),
        requests_since_asked=_since(state, int(state.last_request[row])),
        requests_since_fetched=(
            _since(state, int(state.deployed_at[row])) if state.deployed[row] else None
        ),
        active_cycle=_cycle(state.inverse_cycle[row]),
        known_active_cycle=_cycle(state.known_inverse_cycle[row]),
        switching_price=switching,
        charged_price=float(state.charged_price[row]) if priced else 0.0,
        resource_price=resource,
        slot_price=float(problem.weights.resource * state.rent[row]),
        keep_value=switching - resource,
        term=switching if part == "evicted" else resource,
    )


def _since(state: State, request: int) -> int | None:
    return state.request - request if request >= 0 else None


def _shares(size: Floats, capacity: Floats) -> tuple[float, ...]:
    """What a model takes of each capacity; of none at all it takes nothing or everything."""
    return tuple(
        float(part / whole) if whole > 0 else float(part > 0)
        for part, whole in zip(size.tolist(), capacity.tolist(), strict=True)
    )


def _cycle(inverse: float) -> float:
    return 1.0 / float(inverse) if inverse > 0 else float("inf")
