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
from typing import Any, Final

import numba
import numpy as np
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


FOLDER: Final = _usable(cache_folder())
"""Where machine code is kept, and whatever else only these sources can make."""
vars(config)["CACHE_DIR"] = str(FOLDER)


_OPTIONS: Final = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",  # x / 0 gives inf as in numpy, and loops stay free of checks
    "no_cfunc_wrapper": True,
    "forceinline": False,  # this and the next: otherwise inherited from whoever calls first
    "_nrt": True,
}


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Decorator of every compiled function that makes arrays; use as ``@compiled()``.

    Its ``py_func`` is the function as it is written, which takes whole arrays where the arithmetic
    does. ``NUMBA_DISABLE_JIT=1`` leaves every function as it is written.

    A counter that is handed to another compiled function starts as ``np.int64(0)``: from a plain 0
    the compiler makes a second version of that function for the constant, and the first start
    takes longer.
    """

    def decorate(function: Callable[..., Any]) -> Any:
        made: Any = numba.njit(**{**_OPTIONS, **options})(function)
        if made is function:
            made = np.errstate(all="ignore")(function)
            made.py_func = function
        return made

    return decorate


lean: Final = functools.partial(compiled, _nrt=False)
"""Decorator of the compiled functions that make no array of their own; use as ``@lean()``.

Their arguments outlive the call, so the compiler need not count references to them.
"""

step: Final = functools.partial(lean, inline="always")
"""Decorator of the steps of the event loop, which become part of it before it is compiled.

Handing over a named tuple of arrays by a call costs more than most steps do, and compiling each
step alone and again in the loop took twice as long. Every mention of an array in a tuple costs the
compiler the whole tuple: steps take the arrays that they need, or small tuples.
"""
