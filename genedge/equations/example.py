"""The example that fills the formulas: one recorded run and one of its decisions, taken apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from genedge.decisions import Candidate, Explanation, explain
from genedge.decisions.state import Rows
from genedge.engine.arrays import Floats
from genedge.intake.catalog import Model
from genedge.runs.run import Run
from genedge.runs.simulate import Plans, why_no_bounds
from genedge.say import capital, enumerated, listed
from genedge.scenario.problem import Problem

MOST_STEPS: Final = 1e8
"""Requests x deployments x models that are planned while somebody waits: a tenth of a second."""
MANY_SWEEPS: Final = 3000
"""Sweeps of a value iteration that converges slowly."""
MOST_NAMES: Final = 6
_ACTING: Final = frozenset(r"\`*_{}[]<>()#+-!|$:~^")


def safe(name: str) -> str:
    """A name that users gave, which stays what it is inside Markdown."""
    return "".join(f"\\{c}" if c in _ACTING else c for c in " ".join(name.split()))


def telling(run: Run) -> int | None:
    """The decision to start with: the first that evicts and is bound, else the first that evicts,
    else the first; None where nothing was decided."""
    if run.decisions.request.size == 0:
        return None
    evicts = run.decision_evicted.any(axis=1)
    for wanted in (evicts & (run.decisions.bound > 0), evicts):
        found = np.flatnonzero(wanted)
        if found.size:
            return int(found[0])
    return 0


@dataclass(frozen=True, eq=False)
class Example:
    """A run and one of its decisions; where nothing was decided, its first request and row.

    Attributes
    ----------
    explanation: the decision; None where the run has none.
    plans: of the run's problem, for the bounds.
    request, slot: number of the request that missed, and its slot.
    requested: catalog row that was asked for.
    before, after: x and y, ``[M]``.
    evicted: models that the decision evicted, dearest first.
    focus: the row whose active cycle matters most: the dearest evicted one, else the requested.
    at_end: x^t, what is deployed at the end of the decision's slot, ``[M]``.
    rent: res({m}) of Eq. 10, unweighted, ``[M]``.
    price: delay_m/alpha_m of Eq. 7 as the ledger charges it, unweighted, ``[M]``.
    inverse_cycle: 1/alpha of the model in focus, as the decision sees it.
    """

    run: Run
    explanation: Explanation | None
    plans: Plans
    request: int
    slot: int
    requested: int
    before: Rows
    after: Rows
    evicted: list[Candidate]
    focus: int
    at_end: Rows
    rent: Floats
    price: Floats
    inverse_cycle: float

    @classmethod
    def of(cls, run: Run, number: int | None, plans: Plans | None = None) -> "Example":
        """Take decision ``number`` (0-based) apart; None where the run has none."""
        one = None if number is None else explain(run, number, policies=())
        models, rent = run.problem.models, run.problem.rent
        request = slot = requested = 0
        before = after = np.zeros(rent.size, np.bool_)
        cycles = models.inverse_active_cycle
        if one is not None:
            state = one.state
            request, slot, requested = state.request, state.slot, state.requested
            before, after, cycles = state.deployed, state.chosen, state.inverse_cycle
        evicted = one.evicted if one else []
        focus = evicted[0].row if evicted else requested
        return cls(
            run, one, plans or Plans(run.problem), request, slot, requested, before, after,
            evicted, focus, run.deployed[slot], rent,
            models.reload_delay_s * models.inverse_active_cycle, float(cycles[focus]),
        )  # fmt: skip

    @property
    def problem(self) -> Problem:
        """The problem that was replayed."""
        return self.run.problem

    @property
    def models(self) -> tuple[Model, ...]:
        """The catalog."""
        return self.problem.scenario.model_catalog.models

    @property
    def decided(self) -> Explanation:
        """The decision, where there is one."""
        assert self.explanation is not None
        return self.explanation

    @property
    def number(self) -> int | None:
        """Of the decision, 0-based."""
        return None if self.explanation is None else self.explanation.state.number

    @cached_property
    def why_no_bounds(self) -> str | None:
        """Why nothing is computed that knows the future; None where it is."""
        return self._why_not(self.run.requests.model.size)

    @cached_property
    def why_no_gain(self) -> str | None:
        """Why the best online policy is not computed; None where it is."""
        return self._why_not(MANY_SWEEPS)

    def _why_not(self, steps: int) -> str | None:
        missing = why_no_bounds(self.problem)
        if missing is not None:
            return missing
        if self.problem.weights.by_slot:
            return "Switching is charged by slot here; this is how each decision is charged."
        sets = self.plans.deployments(False).mask.size
        if float(steps) * sets * len(self.models) / 2 > MOST_STEPS:
            return "That takes too long while you wait here; Compare computes the bounds."
        return None

    @property
    def by_slot(self) -> bool:
        """Whether switching is charged at slots' ends."""
        return self.problem.weights.by_slot

    @property
    def compared(self) -> Rows:
        """What Eq. 7 compares with: x, or x^{t-1} where slots are charged, ``[M]``."""
        return self.run.deployed_before[self.slot] if self.by_slot else self.before

    def name(self, row: int) -> str:
        """A model in a sentence, safe inside Markdown."""
        return safe(self.models[row].name)

    def sizes(self, column: str, rows: Rows) -> list[float]:
        """A column of the catalog for what ``rows [M]`` says."""
        return [float(getattr(self.models[row], column)) for row in np.flatnonzero(rows)]

    def names(self, rows: Rows | Iterable[int]) -> str:
        """Models in a sentence, safe inside Markdown; long lists are cut in the middle."""
        chosen = np.flatnonzero(rows) if isinstance(rows, np.ndarray) else rows
        found = [self.name(int(row)) for row in chosen]
        if len(found) > MOST_NAMES:
            found[4:-1] = [f"{len(found) - 5:,} more"]
        return enumerated(found) if found else "nothing"

    @property
    def who(self) -> str:
        """The policy, at the beginning of a sentence."""
        return capital(self.run.kind.spoken)

    @property
    def happened(self) -> str:
        """What happened at the decision, in Markdown."""
        one = self.decided
        text = (
            f"Slot {self.slot + 1:,} of {self.run.requests.slots:,}, request {self.request + 1:,}: "
            f"a miss for **{self.name(self.requested)}**. "
            f"Evicted: **{self.names(each.row for each in one.evicted)}**. "
            f"Kept: {self.names(each.row for each in one.kept)}. "
        )
        verb = "binds" if len(one.bound_by) == 1 else "bind"
        bound = capital(listed(list(one.bound_by)))
        return text + (f"{bound} {verb}." if one.bound_by else "No constraint binds.")


def nothing_decided(run: Run) -> str:
    """Why there is no decision to fill in."""
    rejected, requests = int(run.summary["rejected"]), run.requests.model.size
    why = "no request missed"
    if requests == 0:
        why = "no request came"
    elif rejected == requests:
        why = "no model that was asked for fits even the empty server"
    return f"This run has no decision to fill in: {why}."
