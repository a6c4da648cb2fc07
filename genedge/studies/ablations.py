"""Ablations: what a finding loses when one part of it is taken away, on the same requests.

An :class:`Ablation` turns a problem into variants of it; one of them is the full problem, the
reference that the others are compared with. Every variant meets the same requests under the same
chances, replication by replication, so that differences are paired (Student's t).

>>> from genedge import PRESETS
>>> from genedge.studies.ablations import ABLATIONS, run_ablation
>>> table = run_ablation(PRESETS["contended"], ABLATIONS["blindness"], replications=3)
>>> table.of("full", "ga", "average_cost").shape
(3,)
>>> table.difference("active-cycle", "exact", "average_cost").mean > 0
True
"""

from collections.abc import Iterator
from concurrent.futures import Future, as_completed
from dataclasses import replace
from types import MappingProxyType
from typing import Final

import numpy as np

from genedge.engine import cost
from genedge.engine.replay import KNOWN
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import RequestTrace
from genedge.limits import MAX_REPLICATIONS
from genedge.registry.policies import POLICIES
from genedge.runs.run import Run
from genedge.runs.simulate import Plans, Progress, replay_policy, why_no_bounds, workers
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import Scenario
from genedge.studies.ablation_table import (
    FIGURES,
    FULL,
    Ablation,
    AblationTable,
    Arm,
    Variant,
    figures_of,
)
from genedge.studies.partition import partition, replay_partition

SCALES: Final = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
"""Factors of delay_m."""

MOST_MICROSECONDS: Final = 18e6
"""Work of one ablation, about: replications are lowered and policies left out to stay below."""
FEW: Final = 5
"""Slow policies are left out before replications become fewer than this."""
LEFT_OUT: Final = {
    "offline": "The clairvoyant optimum is left out: it would take too long over",
    "ga": "The exact decision stands for the genetic algorithm, whose problem it solves and which "
    "would search for too long over",
}


def _blind(problem: Problem) -> tuple[Variant, ...]:
    seen = problem.view
    arms = {
        Arm(FULL, "everything in view", "with everything in view"): seen,
        Arm("io-delay", "I/O delay", "blind to I/O delay"): seen._replace(io_delay=False),
        Arm("active-cycle", "active cycle", "blind to the active cycle"):
            seen._replace(active_cycle=False),
        Arm("resources", "resources", "blind to resources"): seen._replace(resources=False),
    }  # fmt: skip
    return tuple(Variant(arm, replace(problem, view=view)) for arm, view in arms.items())


def _pooled_and_cut(problem: Problem) -> tuple[Variant, ...]:
    cut = partition(problem)
    return (
        Variant(Arm(FULL, "one pool", "in one pool"), problem),
        Variant(Arm("partitioned", "fixed slices", "in fixed slices"), problem, cut),
    )


def _scaled(problem: Problem) -> tuple[Variant, ...]:
    return tuple(
        Variant(
            Arm(FULL if scale == 1 else f"x{scale:g}", f"×{scale:g}", f"at ×{scale:g}", scale),
            replace(problem, delay_scale=scale * problem.delay_scale),
        )
        for scale in SCALES
    )


ABLATIONS: Final = MappingProxyType(
    {
        ablation.name: ablation
        for ablation in (
            Ablation(
                "blindness",
                "Blind decisions",
                "The same decision makers, but each decision leaves one thing out of account: how "
                "long a model takes from disk to GPU (its I/O delay), how often each model is "
                "asked for (its active cycle), or what storage and GPU memory cost. The bill "
                "still charges everything.",
                ("ga", "exact"),
                _blind,
            ),
            Ablation(
                "partitions",
                "Pooled or partitioned",
                "One server that all services share, against the same server cut into fixed "
                "slices: a slice holds only its own services' models, and decides only when one "
                "of them is asked for and missing.",
                ("ga", "exact", "lru", "lfu"),
                _pooled_and_cut,
            ),
            Ablation(
                "delay-scale",
                "Slower or faster loading",
                "The time to load a model (transmission, disk to GPU, first answer) is multiplied "
                "by ×0 to ×4, for every model alike: in what decisions weigh, in the bill and in "
                "what users wait.",
                ("ga", "exact", "lru", "lfu", "offline", "offline-realised"),
                _scaled,
            ),
        )
    }
)
"""The ablations by name."""


def run_ablation(
    base: Problem | Scenario,
    ablation: Ablation,
    replications: int = 30,
    progress: Progress | None = None,
    *,
    trace: TraceFile | None = None,
) -> AblationTable:
    """Replay every variant under every policy on the same requests.

    Parameters
    ----------
    base: a problem, or the scenario that it is built from (``trace`` being its request log). The
        ablation's own policies are replayed, whatever the scenario compares.
    replications: how many at most; long logs get fewer (see the table's notes).

    Raises
    ------
    InputError: the scenario cannot be built.
    """
    problem = build(base, trace) if isinstance(base, Scenario) else base
    asked = max(1, min(replications, MAX_REPLICATIONS))
    variants = ablation.variants(problem)
    policies, count, notes = _affordable(problem, ablation, len(variants), asked)
    varies = {name: problem.reshuffled or POLICIES[name].takes_chances for name in policies}
    if not problem.reshuffled:
        count = count if any(varies.values()) else 1
        notes += (_same_log(policies),)
    cut = next((variant.cut for variant in variants if variant.cut is not None), None)
    table = AblationTable(
        ablation, tuple(variant.arm for variant in variants), policies,
        np.full((len(variants), len(policies), count, len(FIGURES)), np.nan), asked, varies, notes,
        len(problem.scenario.model_catalog), int((problem.rates > 0).sum()), _dear(problem),
        None if cut is None else cut.summary,
    )  # fmt: skip
    _fill(table, problem, variants, progress)
    return table


def _dear(problem: Problem) -> int | None:
    """Models asked for whose keep value is not positive: Eq. 12 would evict them, room or not."""
    if problem.decided_with != KNOWN:
        return None
    weights, models = problem.weights, problem.models
    keep = [
        cost.keep_value(
            weights.delay, cost.switching_price(delay, inverse), weights.horizon, weights.resource,
            rent,
        )
        for rent, delay, inverse in zip(
            problem.rent.tolist(), models.seen_delay_s.tolist(),
            models.inverse_active_cycle.tolist(), strict=True,
        )
        if inverse > 0
    ]  # fmt: skip
    return sum(bool(value <= 0) for value in keep)


def _affordable(
    problem: Problem, ablation: Ablation, variants: int, asked: int
) -> tuple[tuple[str, ...], int, tuple[str, ...]]:
    """Policies and replications that are done in bearable time, and sentences about the rest."""
    requests = float(problem.rates.sum()) * problem.slots
    policies, notes = list(ablation.policies), []

    def affordable() -> int:
        work = sum(_microseconds(name, problem) for name in policies)
        return int(MOST_MICROSECONDS / max(requests * variants * work, 1e-9))

    planned = [name for name in policies if POLICIES[name].planned]
    why = why_no_bounds(problem)
    if planned and (why or affordable() < min(FEW, asked)):
        policies = [name for name in policies if name not in planned]
        notes.append(why or f"{LEFT_OUT['offline']} {requests:,.0f} requests.")
    if {"ga", "exact"} <= set(policies) and affordable() < min(FEW, asked):
        policies.remove("ga")
        notes.append(f"{LEFT_OUT['ga']} {requests:,.0f} requests.")
    count = min(asked, affordable())
    count = count if count >= min(3, asked) else 1  # an interval over two replications says nothing
    if count < asked:
        does = "1 replication is" if count == 1 else f"{count} replications are"
        notes.append(f"{does} measured: {asked} of {requests:,.0f} requests would take too long.")
    return tuple(policies), count, tuple(notes)


def _microseconds(policy: str, problem: Problem) -> float:
    """About how long one request takes, from measurements on one core."""
    models = len(problem.scenario.model_catalog)
    if POLICIES[policy].planned:
        return 2.0 ** min(models, 60) * models / 6000
    if policy == "ga":
        return 10.0 + models / 2
    return 0.6 if policy == "exact" else 0.2


def _same_log(policies: tuple[str, ...]) -> str:
    text = "The request log is the same in every replication, so there is no interval"
    if any(POLICIES[name].takes_chances for name in policies):
        text += " but that of the genetic algorithm, over its own chances"
    return f"{text}."


def _fill(
    table: AblationTable,
    problem: Problem,
    variants: tuple[Variant, ...],
    progress: Progress | None,
) -> None:
    """Replay everything on this machine's threads, into the table."""
    pool = workers()
    requests = list(pool.map(problem.requests, range(table.replications)))
    plans = [Plans(variant.problem) for variant in variants]
    for made in plans:  # here, so that threads only read them
        for name in table.policies:
            if POLICIES[name].planned:
                made.deployments(POLICIES[name].realised)

    def one(v: int, p: int, r: int) -> list[float]:
        return figures_of(_replay(variants[v], table.policies[p], requests[r], r, plans[v]))

    futures: dict[Future[list[float]], tuple[int, int, int]] = {}
    try:
        for place in _places(table):
            futures[pool.submit(one, *place)] = place
        for done, future in enumerate(as_completed(futures), start=1):
            table.values[futures[future]] = future.result()
            if progress is not None:
                progress(done / len(futures), f"replay {done:,} of {len(futures):,}")
    finally:  # also when whoever asked has gone
        for waiting in futures:
            waiting.cancel()
    for p, name in enumerate(table.policies):
        if not table.varies[name]:
            table.values[:, p, 1:] = table.values[:, p, :1]


def _places(table: AblationTable) -> Iterator[tuple[int, int, int]]:
    """Variant, policy and replication of everything that is replayed."""
    for r in range(table.replications):
        for p, name in enumerate(table.policies):
            if r == 0 or table.varies[name]:
                yield from ((v, p, r) for v in range(len(table.arms)))


def _replay(
    variant: Variant, policy: str, requests: RequestTrace, replication: int, plans: Plans
) -> Run:
    if variant.cut is not None:
        return replay_partition(variant.cut, policy, requests, replication=replication)
    return replay_policy(
        variant.problem, policy, requests, replication=replication, record="summary", plans=plans
    )
