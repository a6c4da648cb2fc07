"""Best online policies by slot, kept on disk: one takes seconds to find and a moment to follow.

A plan's file is named by all that it depends on. The files lie in the folder of this version's
machine code, which the engine's sources name: other sources never meet them. A file is written
beside its place and then moved there, so that processes may share the folder; one that cannot be
read is as good as none.
"""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from genedge.engine.arrays import Floats
from genedge.engine.compiled import FOLDER
from genedge.engine.planning import Family, OnlinePlan


def place_of(deployments: Family, rates: Floats) -> Path:
    """Where the plan for these deployments and rates ``[M]`` is kept, if it is."""
    digest = hashlib.sha256()
    for column in (deployments.mask, deployments.rent, deployments.price, rates):
        digest.update(column.tobytes() + b";")
    return FOLDER / "plans" / f"{digest.hexdigest()[:32]}.npz"


def read_plan(place: Path, states: int) -> OnlinePlan | None:
    """The plan that is kept for so many deployments, None where there is none."""
    try:
        with np.load(place, allow_pickle=False) as kept:
            value, (low, high, sweeps) = kept["value"], kept["found"].tolist()
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    whole = value.shape == (states,) and value.dtype == np.float64
    return OnlinePlan(value, low, high, int(sweeps)) if whole else None


def keep_plan(place: Path, plan: OnlinePlan) -> None:
    """Keep a plan; where the disk cannot be written it is made anew next time."""
    with contextlib.suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
            found = np.array([plan.gain_low, plan.gain_high, plan.sweeps])
            np.savez(file, value=plan.value, found=found)
        os.replace(file.name, place)
