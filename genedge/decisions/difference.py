"""The difference between two runs on the same requests, taken apart model by model.

Both ledgers are sums over models: each eviction of m (or, where slots are charged, each slot that
it was there before and not at the end of) costs w_delay * delay_m/alpha_m (Eq. 7), each miss
w_delay * delay_m (realised ledger), each slot's end with m deployed w_resource * res({m})
(Eq. 10). So every bit of the difference belongs to one model and one of two terms.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from genedge.engine import cost
from genedge.engine.arrays import Floats
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.runs.run import Run

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ModelDifference:
    """One model under a run and under another one, per slot unless said otherwise.

    Attributes
    ----------
    price: what one eviction or loss (Eq. 11) or one miss (realised ledger) of it costs.
    times, other_times: how often that happened, in all.
    delay_cost, other_delay_cost: weighted cost of these a slot.
    resource_cost, other_resource_cost: weighted cost of holding it a slot.
    held, other_held: share of slots at whose end it was deployed.
    """

    name: str
    price: float
    times: int
    other_times: int
    delay_cost: float
    other_delay_cost: float
    resource_cost: float
    other_resource_cost: float
    held: float
    other_held: float

    @property
    def delay_difference(self) -> float:
        """What it adds to the first run's cost through evictions or misses."""
        return self.delay_cost - self.other_delay_cost

    @property
    def resource_difference(self) -> float:
        """What it adds to the first run's cost by being held."""
        return self.resource_cost - self.other_resource_cost

    @property
    def total(self) -> float:
        """What it adds to the first run's cost."""
        return self.delay_difference + self.resource_difference


@dataclass(frozen=True, eq=False)
class Difference:
    """What one run costs more than another a slot, and where it comes from.

    Attributes
    ----------
    metric: the ledger.
    models: by falling share in the difference, whatever its sign.
    """

    run: Run
    other: Run
    metric: str
    models: tuple[ModelDifference, ...]

    @property
    def events(self) -> str:
        """What the ledger charges beside resources: evictions, or losses by slot; misses."""
        ledger = LEDGERS[self.metric]
        by_slot = self.run.problem.weights.by_slot and not ledger.realised
        return "losses" if by_slot else ledger.events

    @property
    def total(self) -> float:
        """What ``run`` costs more a slot than ``other``."""
        return self.run.summary[self.metric] - self.other.summary[self.metric]

    @property
    def delay_difference(self) -> float:
        """The part of it that evictions (or misses) make."""
        return sum(one.delay_difference for one in self.models)

    @property
    def resource_difference(self) -> float:
        """The part of it that holding models makes."""
        return sum(one.resource_difference for one in self.models)

    def frame(self) -> "pd.DataFrame":
        """One row a model."""
        import pandas as pd

        what = self.events
        return pd.DataFrame(
            [
                {
                    "model": one.name,
                    "price": one.price,
                    f"{what}_{self.run.policy}": one.times,
                    f"{what}_{self.other.policy}": one.other_times,
                    f"delay_cost_{self.run.policy}": one.delay_cost,
                    f"delay_cost_{self.other.policy}": one.other_delay_cost,
                    f"resource_cost_{self.run.policy}": one.resource_cost,
                    f"resource_cost_{self.other.policy}": one.other_resource_cost,
                    f"held_{self.run.policy}": one.held,
                    f"held_{self.other.policy}": one.other_held,
                    "difference": one.total,
                }
                for one in self.models
            ]
        )


def difference(run: Run, other: Run, metric: str = PAPER) -> Difference:
    """What ``run`` costs more than ``other``, model by model; both replayed the same requests."""
    problem = run.problem
    models, weights, slots = problem.models, problem.weights, run.requests.slots
    rent: Floats = weights.resource * problem.rent
    if not LEDGERS[metric].realised:
        price = weights.delay * cost.switching_price.py_func(
            models.reload_delay_s, models.inverse_active_cycle
        )
        times = [one.charged for one in (run, other)]
    else:
        price = weights.delay * models.reload_delay_s
        times = [one.totals.model_misses for one in (run, other)]
    held = [one.deployed.mean(axis=0) for one in (run, other)]
    found = [
        ModelDifference(
            name=name,
            price=float(price[row]),
            times=int(times[0][row]),
            other_times=int(times[1][row]),
            delay_cost=float(price[row] * times[0][row]) / slots,
            other_delay_cost=float(price[row] * times[1][row]) / slots,
            resource_cost=float(rent[row] * held[0][row]),
            other_resource_cost=float(rent[row] * held[1][row]),
            held=float(held[0][row]),
            other_held=float(held[1][row]),
        )
        for row, name in enumerate(problem.scenario.model_catalog.names)
    ]
    order = np.argsort([-abs(one.total) for one in found], kind="stable")
    return Difference(run, other, metric, tuple(found[i] for i in order))
