"""Results for the pages: computed once per scenario, kept for a while, shared by all visitors.

The key is the scenario's canonical JSON; results are small (:mod:`genedge.words.report`). Two
visitors who ask for the same at once wait for one computation. Uploaded traces are kept by their
hash, a few at a time, for everybody on this server.
"""

import pickle
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import replace
from typing import Final, Generic, TypeVar

import streamlit as st

from genedge.decisions import Explanation, explain, replay_from
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import Workload
from genedge.registry.policies import ALL_POLICIES, POLICIES
from genedge.runs.run import Run
from genedge.runs.simulate import Plans, Record, chosen_policies, compare, simulate, why_no_bounds
from genedge.say import capital, listed
from genedge.scenario.codec import to_json
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import Scenario
from genedge.words.report import Report, report

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

    long = expected_steps(scenario) > LONG_STEPS
    if long:
        show(0.0, f"{expected_steps(scenario):,.0f} requests to replay")

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


def expected_steps(scenario: Scenario) -> float:
    """Requests to replay, over all replications."""
    trace = trace_of(scenario)
    load = scenario.workload
    requests = trace.request_count if trace else load.rate * (load.slots or 1)
    return requests * scenario.replications


def run_of(scenario: Scenario, policy: str, record: Record = "decisions") -> Run:
    """One policy's first replication, slot by slot."""
    alone = replace(scenario, policies=ALL_POLICIES, replications=1)
    key = (to_json(alone), policy, record)

    def compute() -> Run:
        return simulate(alone, policy, trace=trace_of(scenario), record=record)

    steps = expected_steps(alone)
    if steps <= LONG_STEPS or _runs().peek(key) is not None:
        return _runs().get(key, compute)
    with st.spinner(f"Replaying {steps:,.0f} requests under {POLICIES[policy].spoken}…"):
        return _runs().get(key, compute)


MOST_STEPS_AT_ONCE: Final = 50_000_000
"""Steps of a clairvoyant plan that a visitor can wait for at every decision."""


@st.cache_resource
def _plans() -> Kept[Plans]:
    return Kept(8)


@st.cache_resource
def _explanations() -> Kept[Explanation]:
    return Kept(24)


@st.cache_resource
def _forced_runs() -> Kept[Run]:
    return Kept(24)


def key_alone(scenario: Scenario) -> str:
    """The key of what the first replication alone decides, whichever policies are compared."""
    return to_json(replace(scenario, policies=ALL_POLICIES, replications=1))


def plans_of(scenario: Scenario, problem: Problem) -> Plans:
    """The plans behind a scenario's bounds, made once for all its decisions."""
    return _plans().get(key_alone(scenario), lambda: Plans(problem))


def _quick(problem: Problem) -> tuple[str, ...]:
    """Policies that can be asked at once what they would do in some state."""
    missing = why_no_bounds(problem)
    models = len(problem.scenario.model_catalog)
    slow = missing or float(problem.rates.sum()) * problem.slots * models * 2.0**models / 2 > (
        MOST_STEPS_AT_ONCE
    )
    return tuple(
        name
        for name, policy in POLICIES.items()
        if not (policy.planned and missing) and not (policy.clairvoyant and slow)
    )


def explanation_of(scenario: Scenario, run: Run, number: int) -> Explanation:
    """One decision of a run taken apart."""

    def compute() -> Explanation:
        plans = plans_of(scenario, run.problem)
        return explain(run, number, policies=_quick(run.problem), plans=plans)

    return _explanations().get((key_alone(scenario), run.policy, number), compute)


def why_not_asked(e: Explanation) -> str | None:
    """Why some policies are missing beside a decision, or None."""
    asked = {one.policy for one in e.alternatives}
    missing = [POLICIES[name].spoken for name in POLICIES if name not in asked]
    if not missing:
        return None
    return why_no_bounds(e.run.problem) or (
        f"{capital(listed(missing))} would take too long to compute anew for every decision."
    )


def forced_run_of(scenario: Scenario, e: Explanation, deployment: tuple[str, ...]) -> Run:
    """The run with another choice at a decision."""

    def compute() -> Run:
        plans = plans_of(scenario, e.run.problem)
        return replay_from(e.run, e.state.number, deployment, plans=plans)

    key = (key_alone(scenario), e.run.policy, e.state.number, deployment)
    return _forced_runs().get(key, compute)


def possible_policies(scenario: Scenario) -> tuple[str, ...]:
    """Every policy that can be replayed on this scenario, whether or not it is compared."""
    return chosen_policies(build(replace(scenario, policies=ALL_POLICIES), trace_of(scenario)))
