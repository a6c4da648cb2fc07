"""Without the compiler the engine gives the same numbers, and takes in a rank made elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from genedge import POLICIES, PRESETS, GeneticParameters, Workload, simulate
from genedge.runs.run import Run
from genedge.scenario.problem import build

SMALL = replace(
    PRESETS["contended"],
    workload=Workload(rate=3.0, slots=12),
    genetic=GeneticParameters(population=6, generations=5),
)


def figures(run: Run) -> dict[str, object]:
    """What is compared: every figure of the summary and every decision, to the last bit."""
    columns = {name: column.tolist() for name, column in run.decisions._asdict().items()}
    return {**run.summary, **columns}


def gdsf_misses() -> list[int]:
    """Requests missed under GreedyDual-Size-Frequency, as a rank of the engine.

    Cherkasova, "Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy",
    HP Laboratories, 1998: the measure is clock + requests * delay / size, and the clock rises to
    the measure of whoever is evicted.
    """
    from genedge.engine import replay as loop
    from genedge.engine.eviction import ranked_real, real_measure

    def rank_of(code, rank, row, count, request, time_s, price, clock, models, server):  # type: ignore[no-untyped-def]
        assert time_s == float(requests.time_s[request])
        worth = count * models.reload_delay_s[row] / models.size[row, 0]
        return ranked_real(clock + worth, row)

    def clock_after(code, rank, clock):  # type: ignore[no-untyped-def]
        return max(clock, real_measure(rank))

    requests = build(SMALL).requests()
    vars(loop).update(rank_of=rank_of, clock_after=clock_after)
    run = simulate(SMALL, "fifo", record="decisions")
    return [int(request) for request in run.decisions.request]


def gdsf_by_hand() -> list[int]:
    """The same, written apart."""
    problem = build(SMALL)
    models, capacity = problem.models, problem.server.capacity * (1 + 1e-9)
    asked = np.zeros(len(models.size))
    held: dict[int, float] = {}
    clock, missed = 0.0, []
    for i, m in enumerate(problem.requests().model.tolist()):
        asked[m] += 1
        if m not in held:
            missed.append(i)
            while (models.size[[*held, m]].sum(axis=0) > capacity).any():
                leaves = min(held, key=lambda row: (held[row], row))
                clock = max(clock, held.pop(leaves))
        held[m] = clock + asked[m] * models.reload_delay_s[m] / models.size[m, 0]
    return missed


@pytest.fixture(scope="module")
def plain() -> dict[str, object]:
    """What a process without the compiler computes."""
    done = subprocess.run(
        [sys.executable, __file__],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("policy", POLICIES)
def test_without_the_compiler_every_number_is_the_same(
    policy: str, plain: dict[str, object]
) -> None:
    assert plain[policy] == figures(simulate(SMALL, policy, record="decisions"))


def test_a_rank_by_size_delay_frequency_and_clock_needs_nothing_of_the_event_loop(
    plain: dict[str, object],
) -> None:
    expected = gdsf_by_hand()
    lfu = simulate(SMALL, "lfu", record="decisions").decisions.request.tolist()
    assert plain["gdsf"] == expected != lfu


if __name__ == "__main__":
    numbers = {name: figures(simulate(SMALL, name, record="decisions")) for name in POLICIES}
    sys.stdout.write(json.dumps({**numbers, "gdsf": gdsf_misses()}))
