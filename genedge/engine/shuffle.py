"""The order of requests within a slot: uniform, as Poisson arrivals have no order of models."""

import numpy as np

from genedge.engine.compiled import lean


@lean()
def shuffle_slots(model, slot_start, draws):
    """Shuffle each slot in place, from its end (Fisher and Yates), with ``draws [N]`` in [0, 1)."""
    for slot in range(slot_start.size - 1):
        first = slot_start[slot]
        for i in range(slot_start[slot + 1] - 1, first, -1):
            j = first + np.int64(draws[i] * (i - first + 1))
            model[i], model[j] = model[j], model[i]
