"""Results for the pages: computed once per scenario, kept for a while, shared by all visitors.

The key is the scenario's canonical JSON; results are small (:mod:`genedge.report`). Two visitors
who ask for the same at once wait for one computation. Uploaded traces are kept by their hash, a
few at a time, for everybody on this server.
"""

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, Generic, TypeVar

import streamlit as st

from genedge.policies import ALL_POLICIES
from genedge.report import Report, report
from genedge.run import Run
from genedge.scenario import Scenario
from genedge.scenario_json import to_json
from genedge.simulate import Record, chosen_policies, compare, simulate
from genedge.trace_file import TraceFile
from genedge.workload import Workload

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The most recently used results, at most ``most``; each is computed by one thread only."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._futures: OrderedDict[Hashable, Future[Value]] = OrderedDict()

    def peek(self, key: Hashable) -> Value | None:
        """The result, if it is ready."""
        with self._lock:
            future = self._futures.get(key)
        if future is None or not future.done() or future.exception() is not None:
            return None
        return future.result()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The result, computed now if nobody has; an error is raised and not kept."""
        with self._lock:
            future = self._futures.get(key)
            mine = future is None
            if future is None:
                future = self._futures[key] = Future()
            self._futures.move_to_end(key)
            while len(self._futures) > self._most:
                self._futures.popitem(last=False)
        if mine:
            try:
                future.set_result(compute())
            except BaseException as error:
                with self._lock:
                    self._futures.pop(key, None)
                future.set_exception(error)
                raise
        return future.result()


@st.cache_resource
def _reports() -> Kept[bytes]:
    """Pickled: some hundred objects each would slow the garbage collection after every run."""
    return Kept(400)


@st.cache_resource
def _runs() -> Kept[Run]:
    return Kept(60)


@st.cache_resource
def traces() -> Kept[TraceFile]:
    """Uploaded traces by their sha256."""
    return Kept(4)


_engine: Final[Kept[bool]] = Kept(1)


def compile_engine() -> bool:
    """Compile everything that the pages run, or load it from disk; one thread does it."""

    def compile_all() -> bool:
        short = Scenario(workload=Workload(slots=2))
        compare(short)
        simulate(short, "ga", record="decisions")
        return True

    return _engine.get("compiled", compile_all)


def trace_of(scenario: Scenario) -> TraceFile | None:
    """The uploaded trace that a scenario refers to, None if it needs none or it is not here."""
    reference = scenario.workload.trace
    return None if reference is None else traces().peek(reference.sha256)


def report_of(scenario: Scenario) -> Report:
    """Every policy compared; shows progress where it takes long.

    Raises
    ------
    InputError: the scenario cannot be computed.
    """
    key = to_json(scenario)
    made = _reports().peek(key)
    if made is not None:
        return _opened(made)
    if _engine.peek("compiled") is None:
        with st.spinner("Compiling the engine, once for this machine: about a quarter minute…"):
            compile_engine()
    place = st.empty()

    def show(share: float, what: str) -> None:
        place.progress(share, text=f"Comparing policies: {what}")

    long = _expected_steps(scenario) > LONG_STEPS
    if long:
        show(0.0, f"{_expected_steps(scenario):,.0f} requests to replay")

    def compute() -> bytes:
        comparison = compare(scenario, trace=trace_of(scenario), progress=show if long else None)
        return pickle.dumps(report(comparison), pickle.HIGHEST_PROTOCOL)

    try:
        return _opened(_reports().get(key, compute))
    finally:
        place.empty()


def _opened(made: bytes) -> Report:
    opened: Report = pickle.loads(made)
    return opened


LONG_STEPS: Final = 20_000
"""Requests, over all replications, above which a progress bar is shown."""


def _expected_steps(scenario: Scenario) -> float:
    trace = trace_of(scenario)
    load = scenario.workload
    requests = trace.request_count if trace else load.rate * (load.slots or 1)
    return requests * scenario.replications


def run_of(scenario: Scenario, policy: str, record: Record = "decisions") -> Run:
    """One policy's first replication, slot by slot."""
    alone = replace(scenario, policies=("all",), replications=1)
    return _runs().get(
        (to_json(alone), policy, record),
        lambda: simulate(alone, policy, trace=trace_of(scenario), record=record),
    )


def possible_policies(scenario: Scenario) -> tuple[str, ...]:
    """Every policy that can be replayed on this scenario, whether or not it is compared."""
    return chosen_policies(replace(scenario, policies=ALL_POLICIES).build(trace_of(scenario)))
