"""Results for the pages: computed once per scenario, kept for a while, shared by all visitors.

The key is the scenario's canonical JSON; results are small (:mod:`genedge.words.report`). Uploaded
traces are kept by their hash, a few at a time, for everybody on this server.
"""

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

import streamlit as st

from genedge.dashboard.jobs.room import ROOM, Job, Kind
from genedge.dashboard.jobs.watch import awaited
from genedge.decisions import Explanation, explain, replay_from
from genedge.intake.request_log import TraceFile
from genedge.registry.policies import ALL_POLICIES, POLICIES
from genedge.runs.run import Run
from genedge.runs.simulate import (
    Plans,
    Record,
    chosen_policies,
    must_search,
    simulate,
    why_left_out,
)
from genedge.runs.warm_up import warm_up
from genedge.say import capital, listed
from genedge.scenario.codec import to_json
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import Scenario
from genedge.studies.ablations import ABLATIONS
from genedge.studies.comparison import SoFar, compare
from genedge.studies.runner import run_study
from genedge.studies.table import StudyTable
from genedge.words.report import Report, report

Value = TypeVar("Value")

FIRST_FIGURES_SECONDS: Final = 0.1
"""So long a page waits for a comparison before it shows what is measured so far."""
FEWEST_SHARE: Final = 0.1
"""Of its replications, that are measured by then."""

ENGINE: Final = Kind("engine", 1)
TRACES: Final = Kind("trace", 4)
REPORTS: Final = Kind("report", 400)
RUNS: Final = Kind("run", 60)
PLANS: Final = Kind("plans", 8)
EXPLANATIONS: Final = Kind("explanation", 24)
FORCED_RUNS: Final = Kind("forced run", 24)
ABLATED: Final = Kind("ablation", 100)


def compile_all(job: Job[None]) -> None:
    """Compile everything that the pages run, or load it from disk."""

    def told(done: int, total: int, what: str) -> None:
        if done:  # baselines can be replayed
            job.ready.set()
        job.report(done, total, what)

    warm_up(told)


def compile_engine() -> None:
    """Have the engine compiled; returns when it is."""
    ROOM.result(ENGINE, "engine", compile_all)


def await_engine(*, solvers: bool = True) -> None:
    """Wait for the compiler; without ``solvers`` only until baselines can be replayed."""
    text = "Compiling, once for this machine"
    awaited(ENGINE, "engine", compile_all, text, first_look=not solvers)


def while_compiling(draw: Callable[[], None]) -> None:
    """Have a page show what needs no solver, for as long as the solvers are being compiled."""
    await_engine(solvers=False)
    if ROOM.job(ENGINE, "engine", compile_all).running:
        progress, place = st.container(), st.empty()
        with place.container():
            draw()
        with progress:
            await_engine()
        place.empty()


def result_of(
    kind: Kind,
    key: object,
    compute: Callable[[Job[Value]], Value],
    text: str,
    *,
    solvers: bool = True,
) -> Value:
    """A result that a page needs, with what it waits for on the page."""
    await_engine(solvers=solvers)
    return awaited(kind, key, compute, text)


def keep_trace(trace: TraceFile) -> TraceFile:
    """Keep an uploaded trace; the one that is kept is returned."""
    return ROOM.result(TRACES, trace.sha256, lambda _: trace)


def trace_of(scenario: Scenario) -> TraceFile | None:
    """The uploaded trace that a scenario refers to, None if it needs none or it is not here."""
    reference = scenario.workload.trace
    job = reference and ROOM.peek(TRACES, reference.sha256)
    return job.result if job else None


def report_of(scenario: Scenario, *, growing: bool = False) -> Report:
    """Every policy compared; ``growing`` where that takes long over as many replications as are
    done by :data:`FIRST_FIGURES_SECONDS`, and then it is provisional.

    Raises
    ------
    InputError: the scenario cannot be computed.
    """

    def compute(job: Job[bytes]) -> bytes:
        """Pickled: some hundred objects each would slow the garbage collection."""
        begun = job.clock()

        def watched(so_far: SoFar) -> None:
            def first() -> Report | None:
                found = so_far()
                return None if found is None else report(found)

            job.so_far = first

        def told(share: float, what: str) -> None:
            if job.clock() - begun > FIRST_FIGURES_SECONDS and share >= FEWEST_SHARE:
                job.ready.set()
            job.report(share, what=what)

        comparison = compare(
            scenario, trace=trace_of(scenario), progress=told, watched=watched
        )  # fmt: skip
        return pickle.dumps(report(comparison), pickle.HIGHEST_PROTOCOL)

    await_engine()
    key, text = _report_key(scenario), "Comparing policies"
    while True:
        done = awaited(REPORTS, key, compute, text, first_look=growing)
        if done is not None:
            made: Report = pickle.loads(done)
            return made
        job = ROOM.peek(REPORTS, key)
        part: Report | None = job.so_far() if job else None
        if part is not None:
            return part


def growing_report(scenario: Scenario) -> Job[bytes] | None:
    """The comparison that is being measured, if it is."""
    return ROOM.peek(REPORTS, _report_key(scenario))


def _report_key(scenario: Scenario) -> tuple[str, bool]:
    """A comparison is another once the best online policy has been found."""
    return to_json(scenario), plans_to_search(scenario) is None


def ablation_of(scenario: Scenario, name: str) -> StudyTable:
    """One ablation of a scenario, whatever policies that one has itself.

    Raises
    ------
    InputError: the scenario cannot be built.
    """

    def compute(job: Job[StudyTable]) -> StudyTable:
        return run_study(
            ABLATIONS[name].study(scenario),
            trace=trace_of(scenario),
            progress=lambda _, done, total: job.report(done, total, "replications measured"),
        )

    key = to_json(replace(scenario, policies=ALL_POLICIES)), name
    return result_of(ABLATED, key, compute, ABLATIONS[name].title)


def expected_steps(scenario: Scenario) -> float:
    """Requests to replay, over all replications."""
    trace = trace_of(scenario)
    load = scenario.workload
    requests = trace.request_count if trace else load.rate * (load.slots or 1)
    return requests * scenario.replications


def run_of(scenario: Scenario, policy: str, record: Record = "decisions") -> Run:
    """One policy's first replication, slot by slot."""
    alone = replace(scenario, policies=ALL_POLICIES, replications=1)

    def compute(_job: Job[Run]) -> Run:
        return simulate(alone, policy, trace=trace_of(scenario), record=record)

    steps, name = expected_steps(alone), POLICIES[policy].spoken
    text = f"Replaying {steps:,.0f} requests under {name}"
    solvers = record == "decisions" or POLICIES[policy].kind != "baseline"
    return result_of(RUNS, (to_json(alone), policy, record), compute, text, solvers=solvers)


MOST_STEPS_AT_ONCE: Final = 50_000_000
"""Steps of a clairvoyant plan that a visitor can wait for at every decision."""


def key_alone(scenario: Scenario) -> str:
    """The key of what the first replication alone decides, whichever policies are compared."""
    return to_json(replace(scenario, policies=ALL_POLICIES, replications=1))


def plans_of(scenario: Scenario) -> Plans:
    """The plans behind a scenario's bounds, made once for all its decisions."""
    return ROOM.result(
        PLANS, key_alone(scenario), lambda _: Plans(build(scenario, trace_of(scenario)))
    )


def plans_to_search(scenario: Scenario) -> Plans | None:
    """The plans of a scenario that compares every policy while its best online policy by slot is
    not found yet, else None."""
    if scenario.switching_charged != "slot" or scenario.policies != ALL_POLICIES:
        return None
    plans = plans_of(scenario)
    return plans if must_search(plans) else None


def _quick(problem: Problem) -> tuple[str, ...]:
    """Policies that can be asked at once what they would do in some state."""
    models = len(problem.scenario.model_catalog)
    slow = float(problem.rates.sum()) * problem.slots * models * 2.0**models / 2 > (
        MOST_STEPS_AT_ONCE
    )
    return tuple(
        name
        for name in chosen_policies(problem, ALL_POLICIES)
        if not (POLICIES[name].clairvoyant and slow)
    )


def explanation_of(scenario: Scenario, run: Run, number: int) -> Explanation:
    """One decision of a run taken apart."""

    def compute(_job: Job[Explanation]) -> Explanation:
        plans = plans_of(scenario)
        return explain(run, number, policies=_quick(run.problem), plans=plans)

    key = key_alone(scenario), run.policy, number
    return result_of(EXPLANATIONS, key, compute, "Taking the decision apart")


def why_not_asked(e: Explanation) -> str | None:
    """Why some policies are missing beside a decision, or None."""
    asked = {one.policy for one in e.alternatives}
    missing = [POLICIES[name].spoken for name in POLICIES if name not in asked]
    if not missing:
        return None
    return why_left_out(e.run.problem, tuple(asked)) or (
        f"{capital(listed(missing))} would take too long to compute anew for every decision."
    )


def forced_run_of(scenario: Scenario, e: Explanation, deployment: tuple[str, ...]) -> Run:
    """The run with another choice at a decision."""

    def compute(_job: Job[Run]) -> Run:
        plans = plans_of(scenario)
        return replay_from(e.run, e.state.number, deployment, plans=plans)

    key = (key_alone(scenario), e.run.policy, e.state.number, deployment)
    return result_of(FORCED_RUNS, key, compute, "Replaying the rest of the run")


def possible_policies(scenario: Scenario) -> tuple[str, ...]:
    """Every policy that can be replayed on this scenario, whether or not it is compared."""
    return chosen_policies(build(scenario, trace_of(scenario)), ALL_POLICIES)
