"""Home's edge picture: what it is sent goes with the run, request by request."""

from base64 import b64decode

import numpy as np
import pytest

from genedge import PRESETS, simulate
from genedge.dashboard.canvas.edge import picture_data


@pytest.mark.parametrize("policy", ["ga", "lru"])
@pytest.mark.parametrize("name", ["contended", "frugal"])
def test_what_is_deployed_after_each_request_goes_with_the_run(name: str, policy: str) -> None:
    run = simulate(PRESETS[name], policy, record="decisions")
    data = picture_data(run, most=120)
    asked, slot = (np.array(data["requests"][field]) for field in ("model", "slot"))
    outcome = np.frombuffer(b64decode(data["requests"]["outcome"]), np.uint8)
    rows = np.frombuffer(b64decode(data["deployed"]), np.uint8).reshape(asked.size, -1)
    models = len(data["models"])
    after = np.unpackbits(rows, axis=1, count=models, bitorder="little").astype(np.bool_)
    before = np.vstack([np.zeros(models, np.bool_), after[:-1]])
    every = np.arange(asked.size)
    assert (before[every, asked] == (outcome == 0)).all(), "a hit is what was there"
    assert (after[every, asked] == (outcome < 2)).all(), "what is fetched is there"
    assert (after == before)[outcome != 1].all(), "only a miss changes anything"
    ends = np.flatnonzero(slot[1:] > slot[:-1])
    assert (after[ends] == run.deployed[slot[ends]]).all()
    evicting = np.flatnonzero((before & ~after).any(axis=1))
    assert data["start"] == max(0, evicting[0] - 3)
    assert data["total"] == run.requests.model.size


def test_a_run_without_decisions_is_refused() -> None:
    with pytest.raises(ValueError, match="kept its decisions"):
        picture_data(simulate(PRESETS["contended"], "lru"))
