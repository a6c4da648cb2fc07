"""What goes into the compiled loops and what comes out, as named tuples of arrays.

Shapes: M models, K resources, N requests, T slots, D decisions, W = ceil(M / 64) words of a bit
set; row j of the catalog is bit j % 64 of word j // 64. Arrays are C-contiguous, writeable and of
one dtype at the door, because every other combination would be compiled anew.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
WORD_BITS = 64

NOT_DEPLOYED = np.int64(0x7FFFFFFFFFFFFFFF)
"""Rank of a model that is not there."""

HIT, MISS, REJECTED = 0, 1, 2
"""Outcome of a request."""

RESOURCES = 3
"""K: storage, GPU memory, power."""
STORAGE, GPU_MEMORY, POWER = range(RESOURCES)
"""The resources of constraints 1-3: columns of every array over K, and, as ``1 << k``, the bits
of ``Decisions.bound`` that say which constraints would not have held."""


class Models(NamedTuple):
    """The catalog, ``[M]`` each but for ``size``."""

    size: Floats
    """``[M, K]`` what each model takes of each resource: GB, GB, kW."""
    reload_delay_s: Floats
    seen_delay_s: Floats
    """The delay that decisions weigh: ``reload_delay_s``, unless they are made blind to a part."""
    inference_delay_s: Floats
    inverse_active_cycle: Floats
    """1/alpha as the ledger charges it (``known``)."""


class Server(NamedTuple):
    """Right-hand sides of constraints 1-3."""

    capacity: Floats
    """``[K]``: S, G and E - E_0."""


class Weights(NamedTuple):
    """Weights of Eq. 10-12."""

    delay: float
    resource: float
    gpu_memory: float
    storage_scale: float
    gpu_scale: float
    horizon: float
    by_slot: bool
    """Whether Eq. 7 compares the ends of slots, or every decision is charged at once."""


class Requests(NamedTuple):
    """One replication's requests."""

    model: NDArray[np.int32]
    """``[N]`` catalog row of each request, in order of arrival."""
    time_s: Floats
    """``[N]`` seconds since the first slot began, never falling."""
    slot_start: NDArray[np.int64]
    """``[T + 1]``: slot t holds requests slot_start[t] ... slot_start[t + 1] - 1."""


class Rule(NamedTuple):
    """Which policy decides, and its whole-number settings."""

    code: int
    max_models: int
    active_cycle: int
    key: np.uint64
    window: int
    """LFU counts among so many last requests; 0: since the beginning."""


class Scales(NamedTuple):
    """What a decision weighs, ``[M]`` each."""

    asked: NDArray[np.int64]
    """Requests so far."""
    recent: NDArray[np.int64]
    """Requests within ``Rule.window``."""
    next_request: NDArray[np.int64]
    """Number of the next request, where decisions know it."""
    saving: Floats
    """Switching price, as the decision sees it, of each deployed model that Eq. 7 would charge for
    leaving now, else 0."""
    value: Floats
    """Keep value of Eq. 12."""
    keep: NDArray[np.uint8]
    """What is to stay."""
    best: Words
    """``[W]`` the exact best decision as a bit set."""


class Edge(NamedTuple):
    """The edge server at one moment of a replay."""

    deployed: NDArray[np.uint8]
    """``[M]``"""
    rank: NDArray[np.int64]
    """``[M]`` of the deployed models; the lowest leaves first."""
    words: Words
    """``[W]`` the deployment as a bit set."""
    before: Words
    """``[W]`` the deployment at the end of the slot before."""
    used: Floats
    """``[K]`` what is deployed uses."""
    held: NDArray[np.int64]
    """``[1]`` models deployed."""
    clock: Floats
    """``[1]`` a running clock that evictions may raise."""


class Prices(NamedTuple):
    """What never changes about a model, ``[M]`` each."""

    switching: Floats
    """Eq. 7, as the ledger charges it."""
    rent: Floats
    """res({m}) of Eq. 10."""
    too_big: NDArray[np.uint8]
    """Whether it does not fit even the empty server."""


class Genetics(NamedTuple):
    """Parameters of Algorithm 1."""

    population: int
    generations: int
    tournament: int
    crossover_probability: float
    mutation_probability: float
    patience: int
    elites: int
    repair: bool
    seed_deployment: bool


class Generations(NamedTuple):
    """Every candidate of one search, ``[G, P, W]`` and ``[G, P]``; empty when not recorded."""

    born: Words
    """Candidates as they were bred, before any repair."""
    genes: Words
    """The same as they were evaluated."""
    cost: Floats
    """C(y); infinite for what does not fit and was not repaired."""


class Slots(NamedTuple):
    """Per-slot ledger, ``[T]`` each (``deployment`` is ``[T, W]``); empty when not recorded."""

    switching_cost: Floats
    """Eq. 7, unweighted: over the slot's decisions, or at its end."""
    storage_cost: Floats
    """Eq. 8 at the slot's end."""
    gpu_memory_cost: Floats
    """Eq. 9 at the slot's end."""
    power_kw: Floats
    miss_delay_s: Floats
    downloaded_gb: Floats
    hits: NDArray[np.int32]
    misses: NDArray[np.int32]
    rejected: NDArray[np.int32]
    evictions: NDArray[np.int32]
    held: NDArray[np.int32]
    """Models deployed at the slot's end."""
    deployment: Words


class Decisions(NamedTuple):
    """Per-decision ledger, ``[D]`` each (``deployment`` is ``[D, W]``); empty when not recorded."""

    request: NDArray[np.int64]
    deployment: Words
    """What is deployed after the decision."""
    bound: NDArray[np.uint8]
    switching_cost: Floats
    cost: Floats
    """C(y) of Eq. 12 as decided; NaN, like ``best_cost``, where nothing was weighed."""
    best_cost: Floats
    """C(y) of the exact best decision in the same state."""
    generations: NDArray[np.int32]
    """Generations that the genetic algorithm ran; 0 for every other policy."""


class Totals(NamedTuple):
    """Sums over the whole run."""

    model_hits: NDArray[np.int64]
    """``[M]``"""
    model_misses: NDArray[np.int64]
    model_evictions: NDArray[np.int64]
    counts: NDArray[np.int64]
    """``[COUNTS]``: see the ``N_*`` indices."""
    sums: Floats
    """``[SUMS]``: see the ``S_*`` indices."""
    slot_sums: Floats
    """``[SUMS]`` of the last slot alone."""


COUNTS, SUMS = 8, 4
(
    N_HITS, N_MISSES, N_REJECTED, N_EVICTIONS, N_BOUND, N_HELD, N_BEST, N_GENERATIONS,
) = range(COUNTS)  # fmt: skip
S_SWITCHING, S_RESOURCE, S_MISS_DELAY, S_DOWNLOADED = range(SUMS)


def empty_edge(models: int) -> Edge:
    """The edge before the first request."""
    return Edge(
        deployed=np.zeros(models, np.uint8),
        rank=np.full(models, NOT_DEPLOYED),
        words=np.zeros(words_for(models), np.uint64),
        before=np.zeros(words_for(models), np.uint64),
        used=np.zeros(RESOURCES),
        held=np.zeros(1, np.int64),
        clock=np.zeros(1),
    )


def empty_scales(models: int) -> Scales:
    """The scales before the first request."""
    return Scales(
        asked=np.zeros(models, np.int64),
        recent=np.zeros(models, np.int64),
        next_request=np.full(models, -1),
        saving=np.zeros(models),
        value=np.zeros(models),
        keep=np.zeros(models, np.uint8),
        best=np.zeros(words_for(models), np.uint64),
    )


def empty_slots(slots: int, words: int) -> Slots:
    """A per-slot ledger to be filled in."""
    real, whole = np.zeros((6, slots)), np.zeros((5, slots), np.int32)
    return Slots._make([*real, *whole, np.zeros((slots, words), np.uint64)])


def empty_decisions(most: int, words: int) -> Decisions:
    """A per-decision ledger with room for ``most`` decisions; pages never touched cost nothing."""
    return Decisions(
        np.empty(most, np.int64),
        np.empty((most, words), np.uint64),
        np.empty(most, np.uint8),
        np.empty(most),
        np.empty(most),
        np.empty(most),
        np.empty(most, np.int32),
    )


def empty_generations(generations: int, people: int, words: int) -> Generations:
    """A record of so many generations of ``people`` candidates, to be filled in."""
    shape = (generations, people, words)
    return Generations(np.zeros(shape, np.uint64), np.zeros(shape, np.uint64), np.zeros(shape[:2]))


def empty_totals(models: int) -> Totals:
    """Sums, all zero."""
    return Totals(
        model_hits=np.zeros(models, np.int64),
        model_misses=np.zeros(models, np.int64),
        model_evictions=np.zeros(models, np.int64),
        counts=np.zeros(COUNTS, np.int64),
        sums=np.zeros(SUMS),
        slot_sums=np.zeros(SUMS),
    )


def first_decisions(decisions: Decisions, taken: int) -> Decisions:
    """The first ``taken`` rows, in arrays of their own."""
    return Decisions._make(column[:taken].copy() for column in decisions)


def words_for(models: int) -> int:
    """W, the words of a bit set over ``models`` rows."""
    return max(1, -(-models // WORD_BITS))


def pack(table: NDArray[np.bool_]) -> Words:
    """Truth table ``[K, M]`` -> bit sets ``[K, W]``."""
    rows, models = table.shape
    octets = np.zeros((rows, 8 * words_for(models)), np.uint8)
    packed = np.packbits(table, axis=1, bitorder="little")
    octets[:, : packed.shape[1]] = packed
    return octets.view("<u8").astype(np.uint64)


def unpack(sets: Words, models: int) -> NDArray[np.bool_]:
    """Bit sets ``[K, W]`` -> truth table ``[K, M]``."""
    octets = (
        np.ascontiguousarray(sets)
        .astype("<u8")
        .view(np.uint8)
        .reshape(len(sets), 8 * sets.shape[1])
    )
    return np.unpackbits(octets, axis=1, bitorder="little", count=models).astype(np.bool_)
