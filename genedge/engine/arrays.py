"""What goes into the compiled loops and what comes out, as named tuples of arrays.

Shapes: M models, N requests, T slots, D decisions, W = ceil(M / 64) words of a bit set; row j of
the catalog is bit j % 64 of word j // 64. Arrays are C-contiguous, writeable and of one dtype at
the door, because every other combination would be compiled anew.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]
WORD_BITS = 64

HIT, MISS, REJECTED = 0, 1, 2
"""Outcome of a request."""

STORAGE, GPU_MEMORY, POWER = 1, 2, 4
"""Bits of ``Decisions.bound``: which of constraints 1-3 would not have held."""


class Models(NamedTuple):
    """The catalog, ``[M]`` each."""

    storage_gb: Floats
    gpu_memory_gb: Floats
    power_kw: Floats
    reload_delay_s: Floats
    seen_delay_s: Floats
    """The delay that decisions weigh: ``reload_delay_s``, unless they are made blind to a part."""
    inference_delay_s: Floats
    inverse_active_cycle: Floats
    """1/alpha as the ledger charges it (``known``)."""


class Server(NamedTuple):
    """Right-hand sides of constraints 1-3."""

    storage_gb: float
    gpu_memory_gb: float
    dynamic_power_kw: float


class Weights(NamedTuple):
    """Weights of Eq. 10-12."""

    delay: float
    resource: float
    gpu_memory: float
    storage_scale: float
    gpu_scale: float
    horizon: float


class Requests(NamedTuple):
    """One replication's requests."""

    model: NDArray[np.int32]
    """``[N]`` catalog row of each request, in order of arrival."""
    slot_start: NDArray[np.int64]
    """``[T + 1]``: slot t holds requests slot_start[t] ... slot_start[t + 1] - 1."""


class Rule(NamedTuple):
    """Which policy decides, and its whole-number settings."""

    code: int
    max_models: int
    active_cycle: int
    key: np.uint64


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
    """Eq. 7 over the slot's decisions, unweighted."""
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
    """C(y) of Eq. 12 as decided."""
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


N_HITS, N_MISSES, N_REJECTED, N_EVICTIONS, N_BOUND, N_HELD = range(6)
S_SWITCHING, S_RESOURCE, S_MISS_DELAY, S_DOWNLOADED = range(4)


def empty_slots(slots: int, words: int) -> Slots:
    """A per-slot ledger to be filled in."""

    def real() -> Floats:
        return np.zeros(slots)

    def whole() -> NDArray[np.int32]:
        return np.zeros(slots, np.int32)

    return Slots(
        switching_cost=real(),
        storage_cost=real(),
        gpu_memory_cost=real(),
        power_kw=real(),
        miss_delay_s=real(),
        downloaded_gb=real(),
        hits=whole(),
        misses=whole(),
        rejected=whole(),
        evictions=whole(),
        held=whole(),
        deployment=np.zeros((slots, words), np.uint64),
    )


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
        counts=np.zeros(6, np.int64),
        sums=np.zeros(4),
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
