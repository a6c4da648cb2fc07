"""The server around the pages: warm imports, quick garbage collection, compressed files.

Streamlit collects garbage after every rerun; with pandas and plotly loaded that holds the
interpreter for 76 ms. Freezing what the imports left takes it to almost nothing, so everything
heavy is imported here, once, before the first visitor.
"""

import contextlib
import gc
import logging
import threading
from collections.abc import AsyncIterator
from typing import Any

from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware


def _warm_up() -> None:
    """Compile, or load the compiled loops from disk, while the first page is being read."""
    from genedge.dashboard import results

    try:
        results.compile_engine()
    except Exception:
        logging.getLogger(__name__).exception("warming up failed")


@contextlib.asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[dict[str, Any]]:
    """Everything that happens before the first visitor is let in."""
    import pandas as pd
    import plotly.graph_objects as go
    import pyarrow  # noqa: F401

    import genedge.charts
    import genedge.report  # noqa: F401

    go.Figure([go.Scatter(y=pd.Series([1.0]))]).to_json()
    # Connections are refused until this function yields, so the compiler works beside it.
    threading.Thread(target=_warm_up, name="genedge-compile", daemon=True).start()
    gc.collect()
    gc.freeze()
    yield {}


MIDDLEWARE = [Middleware(GZipMiddleware, minimum_size=1024)]
"""Streamlit sends its files uncompressed: a first visit is 7.6 MB without this, 2.6 with it."""
