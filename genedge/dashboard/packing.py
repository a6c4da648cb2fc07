"""How a run travels to a component in the browser: as JSON, with packed bits and codes."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def pack_bits(table: ArrayLike) -> str:
    """Pack a truth table ``[T, M]`` as ``deployed`` and ``evicted`` travel: base64 of bit rows."""
    rows = np.atleast_2d(np.asarray(table, dtype=bool))
    return b64encode(np.packbits(rows, axis=1, bitorder="little").tobytes()).decode("ascii")


def pack_bytes(codes: ArrayLike) -> str:
    """Pack the codes ``[N]`` of ``outcome`` (0 hit, 1 miss, 2 rejected) as base64 of uint8."""
    return b64encode(np.asarray(codes, dtype=np.uint8).tobytes()).decode("ascii")


def as_json(payload: dict[str, Any]) -> Any:
    """The payload as JSON knows it: numpy becomes lists and numbers, NaN is refused."""
    # Streamlit sends str(data) without a word when a value is not JSON, so convert and check here.
    return json.loads(json.dumps(payload, default=_without_numpy, allow_nan=False))


def _without_numpy(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"a component cannot be sent a {type(value).__name__}")
