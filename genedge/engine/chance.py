"""Chance as a function: a random number is hash(seed, replication, request, draw), not a stream.

A policy that is replayed from any decision therefore meets the same chances, whatever happened
before and on however many threads. The hash is the finaliser of SplitMix64 (Steele, Lea, Flood,
"Fast splittable pseudorandom number generators", OOPSLA 2014), in integers only: the same bits on
every machine.
"""

import numpy as np

from genedge.engine.compiled import lean

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11, _32 = (np.uint64(n) for n in (30, 27, 31, 11, 32))


@lean()
def scramble(word):
    """uint64 -> uint64, every bit of the result depending on every bit of ``word``."""
    word = (word ^ (word >> _30)) * _FIRST
    word = (word ^ (word >> _27)) * _SECOND
    return word ^ (word >> _31)


@lean()
def key_of(seed, replication):
    """The key of one replication's chances."""
    return scramble(scramble(np.uint64(seed) + GOLDEN) + np.uint64(replication) * GOLDEN)


@lean()
def request_key(key, request):
    """The key of the chances taken at request number ``request``."""
    return scramble(np.uint64(key) + np.uint64(request + 1) * GOLDEN)


@lean()
def draw(key, number):
    """Draw ``number`` (0, 1, ...) at a request: 64 random bits."""
    return scramble(np.uint64(key) + np.uint64(number + 1) * GOLDEN)


@lean()
def below(word, n):
    """A whole number in [0, n) from the upper 32 bits of ``word``, n < 2**31."""
    return np.int64(((word >> _32) * np.uint64(n)) >> _32)


@lean()
def unit(word):
    """A real number in [0, 1) from the upper 53 bits of ``word``."""
    return np.float64(np.int64(word >> _11)) * (1.0 / 9007199254740992.0)
