"""The first start on a machine: every loop that a page runs is compiled, by two processes at once.

The compiler works under a lock, so threads gain nothing; what one process has compiled another
loads from the disk. A second process therefore compiles the exact decision and the plans behind the
bounds, while this one compiles the event loop without solvers, the genetic search and, once the
exact decision is there, the loop with both.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from genedge.engine.compiled import cache_folder
from genedge.engine.exact import choose_exact
from genedge.engine.genetic import choose_genetic
from genedge.intake.workload import Workload
from genedge.runs.simulate import Plans, simulate
from genedge.scenario.problem import build
from genedge.scenario.scenario import GeneticParameters, Scenario

SHORT: Final = Scenario(workload=Workload(slots=2))
_CHOICE: Final = (np.zeros(1, np.uint8), np.ones(1, np.uint8), np.int64(0), np.zeros(1))
_ROOM: Final = (np.zeros((1, 3)), np.ones(3))


def _exact() -> None:
    choose_exact(*_CHOICE, *_ROOM)


def _genetic() -> None:
    parameters = GeneticParameters(generations=1).arrays()
    choose_genetic(*_CHOICE, 0.0, *_ROOM, parameters, np.uint64(1), np.zeros(1, np.uint64), None)


def _bounds() -> None:
    plans, requests = Plans(build(SHORT)), build(SHORT).requests()
    for policy in ("mdp", "offline"):
        plans.plan(policy, requests)
    by_slot = build(replace(SHORT, switching_charged="slot"))
    Plans(by_slot).plan("offline", requests)  # best online is found in the background


PARTS: Final[dict[str, Callable[[], object]]] = {
    "the event loop and the baselines": lambda: simulate(SHORT, "lru"),
    "the genetic search": _genetic,
    "the exact decision": _exact,
    "the event loop with both": lambda: simulate(SHORT, "ga"),
    "the bounds": _bounds,
}
"""What is compiled, in this order; after the first, baselines can be replayed."""


def warm_up(told: Callable[[int, int, str], None] | None = None) -> None:
    """Compile all :data:`PARTS`, or load them.

    ``told`` hears how many are done, how many there are, and what comes next.
    """
    helper = None
    if not any(cache_folder().rglob("*.nbi")):
        beside = "from genedge.runs.warm_up import beside; beside()"
        helper = subprocess.Popen(
            [sys.executable, "-c", beside], env=dict(os.environ), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    for done, (name, part) in enumerate(PARTS.items()):
        if told is not None:
            told(done, len(PARTS), name)
        if part in (_exact, _bounds) and helper is not None and helper.stdout is not None:
            helper.stdout.readline()  # should it have failed, its parts are compiled here
        part()
    if helper is not None:
        helper.communicate()


def beside() -> None:
    """What the second process compiles; it says so after each part."""
    for part in (_exact, _bounds):
        part()
        print("done", flush=True)
