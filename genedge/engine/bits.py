"""Bit sets over the catalog: row j is bit j % 64 of word j // 64."""

import numpy as np

from genedge.engine.compiled import lean

_PAIRS, _FOURS, _EIGHTS, _SUM = (
    np.uint64(n)
    for n in (0x5555555555555555, 0x3333333333333333, 0x0F0F0F0F0F0F0F0F, 0x0101010101010101)
)
_1, _2, _4, _56 = (np.uint64(n) for n in (1, 2, 4, 56))


@lean()
def set_bits(word):
    """Number of bits set in a 64-bit word.

    Sums of neighbours (Warren, "Hacker's Delight", 2nd ed., section 5-1): the compiler knows this
    form and makes one machine instruction of it.
    """
    word = word - ((word >> _1) & _PAIRS)
    word = (word & _FOURS) + ((word >> _2) & _FOURS)
    word = (word + (word >> _4)) & _EIGHTS
    return (word * _SUM) >> _56
