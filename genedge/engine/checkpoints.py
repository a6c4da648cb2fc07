"""Walk a backward recursion and follow it forward in bounded memory.

A plan needs the table of values after every step, the first steps first, but the recursion makes
the last ones first. Where they do not all fit, only some are kept, and those between two of them
are made again when the plan arrives there (Griewank, "Achieving logarithmic growth of temporal and
spatial complexity in reverse automatic differentiation", 1992).
"""

from collections.abc import Callable

import numpy as np

from genedge.engine.arrays import Floats

MEMORY_BYTES = 200_000_000
"""Most memory that one plan's tables take, however many steps."""

Back = Callable[[int, int, Floats, Floats], None]
"""Walk steps high - 1 ... low backward: ``value [F]`` from after the last to before the first.

With room in its last argument ``tables``, ``tables[i - low]`` keeps the value after step i.
"""

Onward = Callable[[int, int, Floats, int], int]
"""Walk steps low ... high - 1 forward by ``tables`` from a mask; returns the last mask."""


def follow_recursion(
    steps: tuple[int, int], value: Floats, mask: int, memory_bytes: int, back: Back, onward: Onward
) -> None:
    """Walk steps ``first ... last - 1`` backward from ``value [F]``, then forward from ``mask``."""
    none = np.empty((0, value.size))

    def section(low: int, high: int, value: Floats, mask: int, room: int) -> int:
        """Follow steps low ... high - 1, ``value`` being that after them."""
        if high - low <= room:
            tables, value = np.empty((high - low, value.size)), value.copy()
            back(low, high, value, tables)
            return onward(low, high, tables, mask)
        # Half for the checkpoints here, the rest for the sections between them.
        half = max(1, room // 2)
        pieces = max(2, min(half, -(-(high - low) // half)))
        edges = np.linspace(low, high, pieces + 1).astype(np.int64).tolist()
        kept = [value]
        for k in range(pieces - 1, 0, -1):
            value = value.copy()
            back(edges[k], edges[k + 1], value, none)
            kept.append(value)
        for k in range(pieces):
            mask = section(edges[k], edges[k + 1], kept.pop(), mask, max(1, room - half))
        return mask

    section(*steps, value, mask, max(16, memory_bytes // (8 * value.size)))
