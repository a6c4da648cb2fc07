"""The bounds: least cost with the future known, and least long-run cost without it.

For small catalogs every deployment is one of 2^M masks and evicting means moving to a subset.
Both plans rest on one step. Let V'(y) be the cost to go after a request for model m. At a miss

    V(x) = charge_m + w sw(x) + min over y in x + {m}, m in y, y feasible, of
                                                    [ V'(y) - w sw(y - {m}) ],

where sw(x) sums the switching prices delay/alpha of x (Eq. 7); at a hit, and for a rejected
request, V = V'. The minimum over subsets is computed for all x at once by the subset-minimum
transform: in ascending order of masks, g(x) = min(own(x), g(x without b) for each b in x).
Feasible deployments are closed under leaving, so only they are visited.

- clairvoyant optimum (``offline``): backward over the very requests, w_resource * res(y) (Eq. 10)
  added at each slot end; the least Eq. 11 cost of any policy that decides only at misses.
- best online policy (``mdp``): average-cost value iteration (Puterman, "Markov Decision
  Processes", 1994, ch. 8), a step being one request, for model m with probability
  lambda_m / Lambda, that bears w_resource * res(y) / Lambda.

The realised ledger is planned by the same step: charge_m = w_delay * delay_m and no price.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import GPU_MEMORY, STORAGE, Floats, Models, Requests, Server, Weights
from genedge.engine.checkpoints import MEMORY_BYTES, follow_recursion
from genedge.engine.compiled import compiled, lean
from genedge.engine.cost import TIE, resource_cost, within

SWEEPS = 5000
PRECISION = 1e-4
"""Value iteration stops when the bounds on the gain differ by this share."""


@dataclass(frozen=True)
class Family:
    """The feasible deployments, F of them in ascending order of masks."""

    mask: NDArray[np.int64]
    """``[F]``"""
    place: NDArray[np.int32]
    """``[2^M]`` index of a mask, -1 when infeasible."""
    below_start: NDArray[np.int64]
    below: NDArray[np.int32]
    """The deployments with one model less than deployment i: below[below_start[i] : ...[i + 1]]."""
    rent: Floats
    """``[F]`` weighted resource cost of one slot, w_resource * res."""
    price: Floats
    """``[M]`` weighted switching price of each model, 0 on the realised ledger."""
    leaving: Floats
    """``[F]`` w sw(x), the price of evicting all of x."""
    charge: Floats
    """``[M]`` what a miss costs at once, 0 on the Eq. 11 ledger."""
    admitted: NDArray[np.bool_]
    """``[M]`` whether a model can be deployed at all; requests for others change nothing."""


@compiled()
def _feasible(size, capacity, asked):
    """Constraints 1-3 for every mask: truth table ``[2^M]``."""
    models = asked.size
    total = np.zeros((1 << models, capacity.size))
    fits = np.zeros(1 << models, np.bool_)
    fits[0] = True
    for mask in range(1, 1 << models):
        row = 0
        while not (mask >> row) & 1:
            row += 1
        rest = mask & (mask - 1)
        fits[mask] = fits[rest] and asked[row]
        for k in range(capacity.size):
            total[mask, k] = total[rest, k] + size[row, k]
            fits[mask] &= within(total[mask, k], capacity[k])
    return fits


@lean()
def _neighbours(mask, place, start, below):
    """Fill the lists of deployments with one model less."""
    n = 0
    for i in range(mask.size):
        start[i] = n
        bits = mask[i]
        while bits:
            rest = bits & (bits - 1)
            below[n] = place[mask[i] ^ (bits ^ rest)]
            n += 1
            bits = rest
    start[mask.size] = n


def family(
    models: Models, server: Server, weights: Weights, asked: NDArray[np.bool_], *, realised: bool
) -> Family:
    """All feasible deployments of the models that are asked for (``asked [M]``).

    Arguments:
        realised: plan for the realised ledger (charge misses) instead of Eq. 11.
    """
    fits = _feasible(models.size, server.capacity, asked)
    mask = np.flatnonzero(fits).astype(np.int64)
    place = np.full(fits.size, -1, np.int32)
    place[mask] = np.arange(mask.size, dtype=np.int32)
    members = (mask[:, None] >> np.arange(len(models.size))) & 1
    start = np.zeros(mask.size + 1, np.int64)
    below = np.zeros(int(members.sum()) + 1, np.int32)
    _neighbours(mask, place, start, below)
    rent = weights.resource * resource_cost.py_func(
        models.size[:, STORAGE], models.size[:, GPU_MEMORY], weights.gpu_memory,
        weights.storage_scale, weights.gpu_scale,
    )  # fmt: skip
    price = weights.delay * models.reload_delay_s * models.inverse_active_cycle
    charge = weights.delay * models.reload_delay_s
    nothing = np.zeros_like(price)
    price, charge = (nothing, charge) if realised else (price, nothing)
    alone = np.array([bool(fits[1 << row]) for row in range(price.size)])
    return Family(mask, place, start, below, members @ rent, price, members @ price, charge, alone)


@lean(inline="always")
def _request(value, work, m, mask, place, start, below, leaving, charge):
    """One request for model ``m``: turn ``value [F]`` from V' into V in place.

    Deployments with m are read, those without are written, so no copy is needed.
    """
    bit = np.int64(1) << m
    for i in range(mask.size):
        if mask[i] & bit:
            continue
        up = place[mask[i] | bit]
        least = value[up] - leaving[i] if up >= 0 else np.inf
        for j in range(start[i], start[i + 1]):
            least = min(least, work[below[j]])
        work[i] = least
        value[i] = charge + leaving[i] + least


@lean(inline="always")
def best_below(x, m, value, place, leaving):
    """Mask of the best deployment to move to from mask ``x`` at a miss for ``m``.

    Ties within 1e-12: fewest models, then the lowest mask.
    """
    bit = np.int64(1) << m
    least = np.inf
    part = x
    while True:
        up = place[part | bit]
        if up >= 0:
            least = min(least, value[up] - leaving[place[part]])
        if part == 0:
            break
        part = (part - 1) & x
    best, fewest = bit, 64
    part = x
    while True:
        up = place[part | bit]
        if up >= 0 and value[up] - leaving[place[part]] <= least + TIE:
            size, bits = 0, part
            while bits:
                bits &= bits - 1
                size += 1
            if size < fewest or (size == fewest and (part | bit) < best):
                best, fewest = part | bit, size
        if part == 0:
            break
        part = (part - 1) & x
    return best


@compiled()
def _walk_back(
    low, high, ends, model, value, tables, rent, charge, mask, place, start, below,
    leaving, admitted,
):  # fmt: skip
    """Requests high - 1 ... low backward: ``value [F]`` from after the last to before the first.

    With room in ``tables``, ``tables[i - low]`` keeps V' of request i.
    """
    work = np.empty(value.size)
    for i in range(high - 1, low - 1, -1):
        if ends[i]:
            for f in range(value.size):
                value[f] += ends[i] * rent[f]
        if len(tables):
            for f in range(value.size):
                tables[i - low, f] = value[f]
        m = np.int64(model[i])
        if admitted[m]:
            _request(value, work, m, mask, place, start, below, leaving, charge[m])


@lean()
def _walk_on(low, high, model, tables, stride, x, plan, place, leaving, admitted):
    """Requests low ... high - 1 forward from mask ``x`` by the tables; fills ``plan``."""
    for i in range(low, high):
        m = model[i]
        if admitted[m] and not (x >> m) & 1:
            x = best_below(x, m, tables[(i - low) * stride], place, leaving)
        plan[i] = x
    return x


def _slot_ends(requests: Requests) -> NDArray[np.int64]:
    """``[N]`` slot ends between each request and the next."""
    last = np.searchsorted(requests.slot_start[1:], np.arange(1, requests.model.size + 1))
    return np.diff(last, append=requests.slot_start.size - 1).astype(np.int64)


def clairvoyant_plan(
    deployments: Family,
    requests: Requests,
    memory_bytes: int = MEMORY_BYTES,
    first: int = 0,
    deployed: int = 0,
) -> tuple[NDArray[np.int64], float]:
    """The clairvoyant optimum for these requests.

    Memory stays below ``memory_bytes`` for a trace of any length. The plan may begin late: at
    request number ``first``, before which the mask ``deployed`` is there.

    Returns:
        the mask deployed after each request ``[N]`` (0 before ``first``), and the least total cost
        from there on.
    """
    d = deployments
    plan = np.zeros(requests.model.size, np.int64)
    ends, least = _slot_ends(requests), [0.0]
    shape = (d.rent, d.charge, d.mask, d.place, d.below_start, d.below, d.leaving, d.admitted)

    def back(low: int, high: int, value: Floats, tables: Floats) -> None:
        _walk_back(low, high, ends, requests.model, value, tables, *shape)
        if low == first:
            least[0] = float(value[d.place[deployed]])

    def onward(low: int, high: int, tables: Floats, mask: int) -> int:
        walked = (low, high, requests.model, tables, 1, np.int64(mask), plan)
        return int(_walk_on(*walked, d.place, d.leaving, d.admitted))

    nothing = np.zeros(d.mask.size)
    follow_recursion((first, plan.size), nothing, deployed, memory_bytes, back, onward)
    return plan, least[0]


@dataclass(frozen=True)
class OnlinePlan:
    """The best online policy: relative values after a decision, and its long-run cost per slot."""

    value: Floats
    """``[F]`` value after a decision, up to a constant."""
    gain_low: float
    gain_high: float
    """The long-run cost per slot lies between the two."""
    sweeps: int

    @property
    def gain(self) -> float:
        """Middle of the interval."""
        return (self.gain_low + self.gain_high) / 2


@compiled()
def _iterate(rates, step_rent, charge, mask, place, start, below, leaving, admitted, sweeps):
    """Relative value iteration; returns (value after a decision, lowest, highest gain, sweeps)."""
    states = mask.size
    before = np.zeros(states)
    after = np.empty(states)
    work = np.empty(states)
    value = np.empty(states)
    total = 0.0
    for rate in rates:
        total += rate
    low, high = -np.inf, np.inf
    done = 0
    while done < sweeps and (done == 0 or high - low > PRECISION * max(abs(low), 1e-12)):
        done += 1
        for f in range(states):
            after[f] = step_rent[f] + before[f]
            before[f] = -before[f]  # becomes new - old below
        for m in range(rates.size):
            share = rates[m] / total
            if share == 0.0:
                continue
            for f in range(states):
                value[f] = after[f]
            if admitted[m]:
                _request(value, work, m, mask, place, start, below, leaving, charge[m])
            for f in range(states):
                before[f] += share * value[f]
        low, high = np.inf, -np.inf
        for f in range(states):
            low = min(low, before[f])
            high = max(high, before[f])
        # before = new - old; put the old values back and keep the empty edge at 0.
        for f in range(states):
            before[f] += after[f] - step_rent[f]
        origin = before[0]
        for f in range(states):
            before[f] -= origin
    return after, low, high, done


def online_plan(deployments: Family, rates: Floats, sweeps: int = SWEEPS) -> OnlinePlan:
    """The policy of least long-run average cost, for Poisson requests at ``rates [M]`` per slot.

    Where everything that is asked for fits together, the deployment that holds it all never
    changes again: value iteration would see two separate long-run classes and its bounds would
    never meet. That deployment is therefore weighed apart: it is entered only when holding it for
    ever costs less than the best policy that avoids it.
    """
    d = deployments
    total = float(rates.sum())
    asked = np.flatnonzero(d.admitted & (rates > 0))
    whole = bool(d.mask[-1] == (1 << asked).sum()) and d.mask.size > 1

    def solve(states: int) -> OnlinePlan:
        place = np.where(d.place < states, d.place, np.int32(-1)).astype(np.int32)
        after, low, high, done = _iterate(
            rates, d.rent[:states] / total, d.charge, d.mask[:states], place,
            d.below_start[: states + 1], d.below, d.leaving[:states], d.admitted, sweeps,
        )  # fmt: skip
        value = np.concatenate([after, np.full(d.mask.size - states, np.inf)])
        return OnlinePlan(value, low * total, high * total, int(done))

    if not whole:
        return solve(d.mask.size)
    avoiding = solve(d.mask.size - 1)
    if avoiding.gain <= d.rent[-1]:
        return avoiding
    return replace(solve(d.mask.size), gain_low=float(d.rent[-1]), gain_high=float(d.rent[-1]))


def follow(
    deployments: Family,
    online: OnlinePlan,
    requests: Requests,
    first: int = 0,
    deployed: int = 0,
) -> NDArray[np.int64]:
    """What the best online policy deploys after each of these requests: masks ``[N]``.

    From request number ``first`` on, before which the mask ``deployed`` is there.
    """
    d = deployments
    plan = np.zeros(requests.model.size, np.int64)
    tables = online.value.reshape(1, -1)
    _walk_on(
        first, plan.size, requests.model, tables, 0, np.int64(deployed), plan,
        d.place, d.leaving, d.admitted,
    )  # fmt: skip
    return plan
