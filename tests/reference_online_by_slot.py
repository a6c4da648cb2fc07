"""Best online policy on Eq. 11 where switching is charged by slot: value iteration over slots.

The policy knows s, what was deployed at the end of the slot before, x, what is deployed now, the
present request, and n, how many requests the slot has had; not whether there will be another. With
N ~ Poisson(Lambda) requests a slot, h_n = P(N > n | N >= n), p_m = lambda_m / Lambda:

    W_n(s, x) = (1 - h_n) * [losing(s, x) + holding(x) + V(x)]
                + h_n * sum_m p_m * min over y that may follow (x, m) of W_{n+1}(s, y)
    V'(s) = W_0(s, s)

and V'(empty) - V(empty) approaches the least long-run cost per slot. Requests are alike, so nothing
else of the past helps. A trace counts as Poisson at its rates n_m / T.
"""

from __future__ import annotations

import numpy as np
from reference import Setting, arrival_rates, fits, mask_of, subsets
from reference_bounds import holding, losing, options
from scipy.stats import poisson


def hazards(mean: float, never: float = 1e-14) -> list[float]:
    """h_n of a Poisson number of requests, n = 0, 1, ...

    The last is 0, as if the slot ended there: no more than a share ``never`` of slots is longer.
    """
    found: list[float] = []
    while poisson.sf(len(found), mean) > never:
        found.append(float(poisson.sf(len(found), mean) / poisson.sf(len(found) - 1, mean)))
    return [*found, 0.0]


def best_online_gain_by_slot(
    setting: Setting, precision: float = 1e-11, most_sweeps: int = 20_000
) -> float:
    """Least long-run cost per slot (Eq. 11) from empty, to ``precision`` of itself."""
    rates = arrival_rates(setting)
    asked = [m for m, rate in enumerate(rates) if rate > 0]
    total = sum(rates)
    states = [mask_of(rows) for rows in subsets(asked) if fits(setting, rows)]
    place = {mask: number for number, mask in enumerate(states)}
    may_follow = {(x, m): [place[y] for y in options(setting, x, m)] for x in states for m in asked}
    # [x, s]: the price of ending with x what began with s
    ended = np.array([[losing(setting, s, x) for s in states] for x in states])
    ended += np.array([[holding(setting, x)] for x in states])
    ahead = hazards(total)
    value, gains = np.zeros(len(states)), np.zeros(len(states))
    for _ in range(most_sweeps):
        worth = ended + value[:, None]  # W_{n+1}[x, s], beyond the longest slot
        for h in reversed(ahead):
            asked_again = np.array(
                [
                    sum(rates[m] / total * worth[may_follow[x, m]].min(axis=0) for m in asked)
                    for x in states
                ]
            )
            worth = (1 - h) * (ended + value[:, None]) + (h * asked_again if h else 0.0)
        gained = worth.diagonal() - value
        value = value + gained - gained[0]  # only differences matter; states[0] is empty
        if np.abs(gained - gains).max() <= precision * (1e-3 + abs(gained[0])):
            return float(gained[0])
        gains = gained
    raise RuntimeError(f"no gain after {most_sweeps} sweeps")
