"""Replay a scenario under one policy, and make the plans that the bounds follow."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from genedge.engine.arrays import (
    N_MISSES,
    Floats,
    Rule,
    Words,
    empty_decisions,
    empty_edge,
    empty_scales,
    empty_slots,
    empty_totals,
    first_decisions,
    words_for,
)
from genedge.engine.chance import key_of
from genedge.engine.eviction import LFU, LFU_SINCE_DEPLOYED
from genedge.engine.planning import (
    Family,
    OnlinePlan,
    clairvoyant_plan,
    family,
    follow,
    online_plan,
)
from genedge.engine.replay import next_uses, replay
from genedge.engine.slot_planning import clairvoyant_slot_plan
from genedge.engine.slot_policy import (
    Progress,
    follow_by_slot,
    online_slot_plan,
    silent,
    sweep_steps,
)
from genedge.engine.weighing import NEXT_USE
from genedge.errors import InputError
from genedge.intake.request_log import TraceFile
from genedge.intake.workload import RequestTrace
from genedge.limits import MAX_PLANNED_MODELS, MAX_PLANNING_STEPS, MAX_SWEEP_STEPS
from genedge.registry.ledgers import LEDGERS, PAPER
from genedge.registry.policies import ALL_POLICIES, POLICIES, spoken
from genedge.runs.kept_plans import keep_plan, place_of, read_plan
from genedge.runs.run import Run
from genedge.say import capital
from genedge.scenario.problem import Problem, build
from genedge.scenario.scenario import Scenario

Record = Literal["summary", "slots", "unweighed", "decisions"]
"""What a run keeps; ``unweighed``: every decision without its C(y), which needs no solver."""

Plan = NDArray[np.int64]

NO_CAP = 2**31 - 1
NO_PLAN = np.zeros(0, np.int64)
NOTHING_GIVEN = np.zeros((0, 1), np.uint64)


@cache
def workers() -> ThreadPoolExecutor:
    """The threads on which everything here runs."""
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="genedge")


class Plans:
    """The plans behind the bounds of one problem, each made once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._families: dict[bool, Family] = {}
        self._online: dict[bool, OnlinePlan] = {}
        self._tables: dict[int, Floats] = {}

    def by_slot(self, realised: bool) -> bool:
        """Whether a ledger's bounds weigh slots, not decisions: only Eq. 11 charges switching."""
        return self.problem.weights.by_slot and not realised

    def deployments(self, realised: bool) -> Family:
        """All feasible deployments, priced for one ledger."""
        if realised not in self._families:
            problem = self.problem
            self._families[realised] = family(
                problem.models,
                problem.server,
                problem.weights,
                problem.rates > 0,
                realised=realised,
            )
        return self._families[realised]

    def online_at_hand(self, realised: bool) -> OnlinePlan | None:
        """The best online policy for one ledger if it takes no time to find, or is found."""
        if realised not in self._online:
            deployments, rates = self.deployments(realised), self.problem.rates
            found = (
                read_plan(place_of(deployments, rates), deployments.mask.size)
                if self.by_slot(realised)
                else online_plan(deployments, rates)
            )
            if found is None:
                return None
            self._online[realised] = found
        return self._online[realised]

    def online(self, realised: bool, progress: Progress = silent) -> OnlinePlan:
        """The best online policy for one ledger; by slot it is kept on disk.

        ``progress`` may raise to stop.
        """
        found = self.online_at_hand(realised)
        if found is None:
            deployments, rates = self.deployments(realised), self.problem.rates
            found = self._online[realised] = online_slot_plan(deployments, rates, progress)
            keep_plan(place_of(deployments, rates), found)
        return found

    def clairvoyant(
        self,
        realised: bool,
        requests: RequestTrace,
        first: int = 0,
        deployed: int = 0,
        opened: int | None = None,
    ) -> tuple[Plan, float]:
        """The clairvoyant optimum for one ledger, as :meth:`plan` has it, and its least cost."""
        deployments, asked = self.deployments(realised), requests.arrays()
        if self.by_slot(realised):
            return clairvoyant_slot_plan(
                deployments, asked, first=first, deployed=deployed, opened=opened
            )
        return clairvoyant_plan(deployments, asked, first=first, deployed=deployed)

    def plan(
        self,
        policy: str,
        requests: RequestTrace,
        first: int = 0,
        deployed: int = 0,
        opened: int | None = None,
    ) -> Plan:
        """Mask deployed after each request under a bound, ``[N]``.

        It begins at request number ``first``, before which the mask ``deployed`` is there, and
        ``opened`` when that request's slot began (``deployed`` unless given).
        """
        entry = POLICIES[policy]
        if entry.clairvoyant:
            return self.clairvoyant(entry.realised, requests, first, deployed, opened)[0]
        deployments, online = self.deployments(entry.realised), self.online(entry.realised)
        asked = requests.arrays()
        if self.by_slot(entry.realised):
            return follow_by_slot(
                deployments, online, self.problem.rates, asked, self._tables, first, deployed,
                opened,
            )  # fmt: skip
        return follow(deployments, online, asked, first, deployed)


def why_no_bounds(problem: Problem) -> str | None:
    """A sentence that says why the bounds are left out, or None where they are computed."""
    models = len(problem.scenario.model_catalog)
    if models > MAX_PLANNED_MODELS:
        return (
            f"The bounds weigh every set of models, so they are computed for catalogs of up to "
            f"{MAX_PLANNED_MODELS} models; this one has {models:,}."
        )
    requests = float(problem.rates.sum()) * problem.slots
    steps = requests * 2.0**models * models / 2
    if steps > MAX_PLANNING_STEPS:
        return (
            f"The bounds are left out: {requests:,.0f} requests over {2**models:,} sets of models "
            "would take too long. A smaller catalog or fewer slots brings them back."
        )
    return None


def why_not(problem: Problem, policy: str) -> str | None:
    """A sentence that says why a policy cannot be replayed here, or None where it can."""
    missing = why_no_bounds(problem) if POLICIES[policy].planned else None
    if missing or policy != LEDGERS[PAPER].online or not problem.weights.by_slot:
        return missing
    deployments = Plans(problem).deployments(realised=False)
    if sweep_steps(deployments, problem.rates) > MAX_SWEEP_STEPS:
        return (
            f"{capital(spoken(policy))} weighs every pair of the {deployments.mask.size:,} sets of "
            "models that fit, after every request of a slot, which would take too long. A smaller "
            "catalog or server brings it back."
        )
    return None


def must_search(plans: Plans) -> bool:
    """Whether the best online policy by slot is within reach but not found yet."""
    if not plans.by_slot(realised=False) or why_not(plans.problem, LEDGERS[PAPER].online):
        return False
    return plans.online_at_hand(realised=False) is None


def chosen_policies(problem: Problem, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of ``names`` that a problem allows; of all, those that need no search beforehand.

    Raises
    ------
    InputError: a bound was named for a catalog that is too large for it.
    """
    missing = {name: why for name in POLICIES if (why := why_not(problem, name))}
    if names == ALL_POLICIES:
        late = LEDGERS[PAPER].online if must_search(Plans(problem)) else None
        return tuple(name for name in POLICIES if name not in missing and name != late)
    for name in names:
        if name in missing:
            raise InputError(f"{name} cannot be computed. {missing[name]}")
    return names


def why_left_out(problem: Problem, policies: tuple[str, ...]) -> str | None:
    """A sentence that says which bounds are not among the ``policies`` chosen and why, or None."""
    online = LEDGERS[PAPER].online
    missing = why_no_bounds(problem)
    if missing or online in policies or problem.scenario.policies != ALL_POLICIES:
        return missing
    return why_not(problem, online) or (
        f"{capital(spoken(online))} is left out: finding it takes up to a minute, once. It is "
        f"found where {online} is named among the policies."
    )


def replay_policy(
    problem: Problem,
    policy: str,
    requests: RequestTrace,
    *,
    replication: int = 0,
    record: Record = "slots",
    plans: Plans | None = None,
    plan: Plan | None = None,
    given: Words = NOTHING_GIVEN,
) -> Run:
    """Replay ``requests`` under one policy; a bound's ``plan`` is made here unless handed over.

    ``given [K, W]`` is what is deployed after the first K decisions, whatever the policy would do.
    """
    entry = POLICIES[policy]
    scenario = problem.scenario
    models = len(scenario.model_catalog)
    if plan is None:
        made = plans or Plans(problem)
        plan = made.plan(policy, requests) if entry.planned else NO_PLAN
    forgets = problem.lfu_forgets and entry.code == LFU
    rule = Rule(
        LFU_SINCE_DEPLOYED if forgets else entry.code,
        scenario.max_models if entry.capped else NO_CAP,
        problem.decided_with,
        np.uint64(key_of(scenario.seed, replication)),
        scenario.lfu_window,
    )
    words = words_for(models)
    recorded = record != "summary"
    outcome = np.zeros(requests.model.size if recorded else 0, np.uint8)
    slots = empty_slots(requests.slots if recorded else 0, words)
    noted = record in ("unweighed", "decisions")
    decisions = empty_decisions(requests.model.size if noted else 0, words)
    totals = empty_totals(models)
    weighs = entry.kind == "decision" or record == "decisions"
    replay(
        problem.models, problem.server, problem.weights, problem.prices, requests.arrays(),
        next_uses(requests.model, models) if problem.decided_with == NEXT_USE else NO_PLAN, rule,
        scenario.genetic.arrays() if weighs else None, plan, given, empty_edge(models),
        empty_scales(models), outcome, slots, decisions, totals,
    )  # fmt: skip
    if decisions.request.size:
        decisions = first_decisions(decisions, int(totals.counts[N_MISSES]))
    return Run(problem, policy, replication, requests, outcome, slots, decisions, totals)


def simulate(
    scenario: Scenario,
    policy: str,
    *,
    trace: TraceFile | None = None,
    replication: int = 0,
    record: Record = "slots",
) -> Run:
    """Replay one replication of a scenario under one policy.

    Raises
    ------
    InputError: an unknown policy, or a scenario that does not go with its trace or bounds.
    """
    if policy not in POLICIES:
        raise InputError(f"unknown policy {policy!r}; there are {', '.join(POLICIES)}")
    problem = build(scenario, trace)
    chosen_policies(problem, (policy,))
    return replay_policy(
        problem, policy, problem.requests(replication), replication=replication, record=record
    )
