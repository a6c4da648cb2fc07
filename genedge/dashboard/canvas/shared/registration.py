"""How a canvas component is registered with Streamlit and what its data may be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import streamlit as st

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

_SHARED: Final = Path(__file__).parent


def register(name: str, folder: Path) -> ComponentRenderer:
    """Register the component whose markup, styles and scripts lie in ``folder``.

    Styles and scripts are joined: those shared by all components first, then the folder's own, each
    by name. The browser loads the scripts as one module, in one scope.
    """

    def joined(ending: str, *folders: Path) -> str:
        files = [file for place in folders for file in sorted(place.glob(f"*.{ending}"))]
        return "\n".join(file.read_text(encoding="utf-8") for file in files)

    return st.components.v2.component(
        name,
        html=joined("html", folder),
        css=joined("css", _SHARED, folder),
        js=joined("js", _SHARED, folder),
    )


def as_json(data: dict[str, Any]) -> Any:
    """The data as JSON knows them: numpy becomes lists and numbers, NaN and infinity are refused.

    Raises `TypeError` or `ValueError` for what JSON cannot hold.
    """
    # Streamlit sends str(data) without a word when a value is not JSON, so convert and check here.
    return json.loads(json.dumps(data, default=_without_numpy, allow_nan=False))


def _without_numpy(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    raise TypeError(f"a component cannot be sent a {type(value).__name__}")
