"""What fills the formulas: one recorded run and one of its decisions, taken apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from genedge.decisions import Candidate, Explanation, explain
from genedge.decisions.state import Rows
from genedge.engine.arrays import STORAGE, Floats
from genedge.equations.names import enumerated, in_words
from genedge.intake.catalog import Model
from genedge.runs.run import Run
from genedge.runs.simulate import Plans, why_no_bounds
from genedge.say import capital, listed
from genedge.scenario.scenario import Problem

MOST_STEPS: Final = 1e8
"""Requests x deployments x models that are planned while somebody waits: a tenth of a second."""


def telling(run: Run) -> int | None:
    """The decision to start with: the first that evicts and is bound, else the first that evicts,
    else the first; None where nothing was decided."""
    if run.decisions.request.size == 0:
        return None
    evicts = run.decision_evicted.any(axis=1)
    for wanted in (evicts & (run.decisions.bound >= STORAGE), evicts):
        found = np.flatnonzero(wanted)
        if found.size:
            return int(found[0])
    return 0


MANY_SWEEPS: Final = 3000
"""Sweeps of a value iteration that converges slowly."""


@dataclass(frozen=True, eq=False)
class Moment:
    """A run and one of its decisions.

    Attributes
    ----------
    explanation: the decision; None where the run has none.
    plans: of the run's problem, for the bounds.
    """

    run: Run
    explanation: Explanation | None
    plans: Plans

    @classmethod
    def of(cls, run: Run, number: int | None, plans: Plans | None = None) -> "Moment":
        """Take decision ``number`` (0-based) apart; None where the run has none."""
        explained = None if number is None else explain(run, number, policies=())
        return cls(run, explained, plans or Plans(run.problem))

    @property
    def problem(self) -> Problem:
        """The problem that was replayed."""
        return self.run.problem

    @property
    def models(self) -> tuple[Model, ...]:
        """The catalog."""
        return self.problem.scenario.model_catalog.models

    @property
    def number(self) -> int | None:
        """Of the decision, 0-based."""
        return None if self.explanation is None else self.explanation.state.number

    @cached_property
    def request(self) -> int:
        """Number of the request that missed; the first one where nothing was decided."""
        return 0 if self.explanation is None else self.explanation.state.request

    @property
    def slot(self) -> int:
        """Its slot, 0-based."""
        return 0 if self.explanation is None else self.explanation.state.slot

    @property
    def requested(self) -> int:
        """Catalog row that was asked for; the first one where nothing was decided."""
        return 0 if self.explanation is None else self.explanation.state.requested

    @property
    def focus(self) -> int:
        """The row whose active cycle matters most: the dearest evicted one, else the requested."""
        if self.explanation is None or not self.explanation.evicted:
            return self.requested
        return self.explanation.evicted[0].row

    @cached_property
    def before(self) -> Rows:
        """x, ``[M]``."""
        if self.explanation is None:
            return np.zeros(len(self.models), np.bool_)
        return self.explanation.state.deployed

    @cached_property
    def after(self) -> Rows:
        """y, ``[M]``."""
        if self.explanation is None:
            return np.zeros(len(self.models), np.bool_)
        return self.explanation.state.chosen

    @cached_property
    def at_end(self) -> Rows:
        """x^t, what is deployed at the end of the decision's slot, ``[M]``."""
        rows: Rows = self.run.deployed[self.slot]
        return rows

    @property
    def evicted(self) -> list[Candidate]:
        """Models that the decision evicted."""
        return [] if self.explanation is None else self.explanation.evicted

    @cached_property
    def rent(self) -> Floats:
        """res({m}) of Eq. 10, unweighted, ``[M]``."""
        models, weights = self.problem.models, self.problem.weights
        found: Floats = (
            models.storage_gb / weights.storage_scale
            + weights.gpu_memory * models.gpu_memory_gb / weights.gpu_scale
        )
        return found

    @cached_property
    def why_no_bounds(self) -> str | None:
        """Why nothing is computed that knows the future; None where it is."""
        requests = self.run.requests.model.size
        missing = why_no_bounds(self.problem)
        if missing is None and self._steps(requests) > MOST_STEPS:
            return (
                f"{requests:,} requests take too long to weigh from the end while you wait here; "
                "Compare computes the bounds."
            )
        return missing

    @cached_property
    def why_no_gain(self) -> str | None:
        """Why the best online policy is not computed; None where it is."""
        missing = why_no_bounds(self.problem)
        if missing is None and self._steps(MANY_SWEEPS) > MOST_STEPS:
            return (
                "So many sets of models take too long to weigh while you wait here; Compare "
                "computes the bounds."
            )
        return missing

    def _steps(self, requests: int) -> float:
        """Requests x deployments x models, a few of them for each deployment."""
        sets = self.plans.deployments(False).mask.size
        return float(requests) * sets * len(self.models) / 2

    def name(self, row: int) -> str:
        """A model's name, safe inside Markdown."""
        return in_words(self.models[row].name)

    def names(self, rows: Rows | Iterable[int]) -> str:
        """Models in a sentence, safe inside Markdown."""
        chosen = np.flatnonzero(rows) if isinstance(rows, np.ndarray) else rows
        return enumerated([self.models[int(row)].name for row in chosen])

    @property
    def happened(self) -> str:
        """What happened at the decision, in two or three sentences of Markdown."""
        one = self.explanation
        if one is None:
            return nothing_decided(self.run)
        state, slots = one.state, self.run.requests.slots
        who = f"Slot {state.slot + 1:,} of {slots:,}, request {state.request + 1:,}: "
        who += f"somebody asks for **{in_words(one.requested.name)}**, which is not deployed. "
        kept = enumerated([each.name for each in one.kept])
        stay = f"; {kept} stay{_s(one.kept)}." if one.kept else "; nothing else is there."
        if one.evicted:
            gone = enumerated([each.name for each in one.evicted])
            text = f"It is fetched and **{gone}** leave{_s(one.evicted)}{stay}"
        else:
            text = f"It is fetched and nothing leaves{stay if one.kept else '.'}"
        verb = "binds" if len(one.bound_by) == 1 else "bind"
        bound = capital(listed(list(one.bound_by)))
        text += f" {bound} {verb}." if one.bound_by else " No constraint binds."
        return who + text


def _s(some: list[Candidate]) -> str:
    """The ending of a verb."""
    return "s" if len(some) == 1 else ""


def nothing_decided(run: Run) -> str:
    """Why there is no decision to fill in."""
    rejected, requests = int(run.summary["rejected"]), run.requests.model.size
    if requests == 0:
        why = "no request came"
    elif rejected == requests:
        why = "no model that was asked for fits even the empty server, so every request is rejected"
    else:
        why = "no request missed"
    return (
        f"This run has no decision to fill in: {why}. Formulas of one model are filled in for the "
        "first row of the catalog, sums over what is deployed with nothing."
    )
