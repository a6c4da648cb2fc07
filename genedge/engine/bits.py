"""Bit sets over the catalog: row j is bit j % 64 of word j // 64."""

from typing import Any

from numba import types
from numba.extending import intrinsic


@intrinsic
def _set_bits(typingctx, word):  # noqa: ARG001
    """Number of bits set in a 64-bit word: one machine instruction instead of a loop."""

    def generate(context, builder, signature, arguments):  # noqa: ARG001
        return builder.ctpop(arguments[0])

    return types.uint64(types.uint64), generate


set_bits: Any = _set_bits
