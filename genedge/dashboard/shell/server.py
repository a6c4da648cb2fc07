"""The server around the pages: warm imports, quick garbage collection, compressed files.

Streamlit collects garbage after every script run, looking through everything that was ever loaded
with the interpreter to itself: 76 ms with pandas and plotly, more with the compiler, more with
every visitor. What lives on is therefore set aside: what is imported, here, before the first
visitor; what the compiler leaves; and every quarter of a minute whatever has come since.
"""

import contextlib
import gc
import itertools
import logging
import threading
import time
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

SET_ASIDE_SECONDS: Final = 15
LOOK_THROUGH: Final = 10
"""Every tenth time everything is looked through, for what became garbage after it was set aside."""


def _warm_up() -> None:
    """Compile, or load the compiled loops from disk, while the first page is being read."""
    from genedge.dashboard.jobs import results

    try:
        results.compile_engine()
    except Exception:
        logging.getLogger(__name__).exception("warming up failed")
    _set_aside()
    _keep_aside()


def _keep_aside() -> None:
    """For as long as the server runs: visitors' sessions and kept results are set aside too."""
    for turn in itertools.count(1):
        time.sleep(SET_ASIDE_SECONDS)
        if turn % LOOK_THROUGH == 0:
            gc.unfreeze()
        _set_aside()


def _set_aside() -> None:
    """Spare what is loaded from the collection that Streamlit runs after every script run."""
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Everything that happens before the first visitor is let in."""
    import pandas as pd
    import plotly.graph_objects as go
    import pyarrow  # noqa: F401

    import genedge.charts
    import genedge.words.report  # noqa: F401

    go.Figure([go.Scatter(y=pd.Series([1.0]))]).to_json()
    # Connections are refused until this function yields, so the compiler works beside it.
    threading.Thread(target=_warm_up, name="genedge-compile", daemon=True).start()
    _set_aside()
    yield {}


MIDDLEWARE = [Middleware(GZipMiddleware, minimum_size=1024)]
"""Streamlit sends its files uncompressed: a first visit is 7.6 MB without this, 2.6 with it."""
