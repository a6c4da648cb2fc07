"""How the engine's loops are compiled: once per machine, cached on disk, without holding the GIL.

numba notices a changed function but not a changed function *called* from another file, and then
serves stale machine code. The cache therefore lives in a folder named by a hash of every compiled
source, chosen here before any loop is decorated.
"""

import functools
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import platformdirs
from numba.core import config


def cache_folder() -> Path:
    """The folder of this version's machine code; ``GENEDGE_CACHE`` overrides its parent."""
    digest = hashlib.sha256(numba.__version__.encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    parent = os.environ.get("GENEDGE_CACHE") or platformdirs.user_cache_dir("genedge")
    return Path(parent) / f"compiled-{digest.hexdigest()[:16]}"


def _usable(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:  # a read-only home: compile into a folder of this process
        return Path(tempfile.mkdtemp(prefix="genedge-"))


vars(config)["CACHE_DIR"] = str(_usable(cache_folder()))

# error_model="numpy": a division by zero gives inf as in numpy, and loops stay free of checks.
compiled: Callable[..., Any] = functools.partial(
    numba.njit, cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True
)
"""Decorator of every compiled function; use as ``@compiled()``.

A counter that is handed to another compiled function starts as ``np.int64(0)``: from a plain 0 the
compiler makes a second version of that function for the constant, and the first start takes longer.
"""
