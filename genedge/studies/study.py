"""A study: arms x policies x replications x metrics, all on the same requests, in one table.

An arm is one way to have the problem: a scenario, and a :class:`Variation` that none can say.
A comparison has one arm; a sweep one at each point; an ablation or a choice one for each variant.
Every arm meets the same chances replication by replication, so differences are paired.
"""

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from genedge.intake.request_log import TraceFile
from genedge.registry.metrics import FIGURES
from genedge.scenario.problem import SEES_ALL, Problem, View, build
from genedge.scenario.scenario import Scenario

PLACES: Final = {name: place for place, name in enumerate(FIGURES)}


class Variation(NamedTuple):
    """What an arm has otherwise and no scenario can say; small and picklable.

    Attributes
    ----------
    view: what decisions take into account.
    delay_scale: factor of delay_m, the sum of Eq. 4-6.
    lfu_forgets: LFU counts requests since a model was deployed.
    partitioned: the server is cut into fixed slices (:mod:`genedge.studies.partition`).
    """

    view: View = SEES_ALL
    delay_scale: float = 1.0
    lfu_forgets: bool = False
    partitioned: bool = False


AS_IT_IS: Final = Variation()


@dataclass(frozen=True)
class Arm:
    """One way to have the problem.

    Attributes
    ----------
    name: in tables, unique within a study; label: in charts; spoken: in sentences, such as
        "blind to I/O delay".
    point: the values of the study's axes, if it has any.
    """

    name: str
    label: str
    spoken: str
    scenario: Scenario
    variation: Variation = AS_IT_IS
    point: tuple[float, ...] = ()

    def problem(self, trace: TraceFile | None = None) -> Problem:
        """The arrays that the arm means; slices are cut by who replays it.

        Raises
        ------
        InputError: the log is missing or another one, or does not go with the catalog.
        """
        view, scale, forgets, _ = self.variation
        made = build(self.scenario, trace)
        return replace(made, view=view, delay_scale=scale, lfu_forgets=forgets)


class Axis(NamedTuple):
    """A knob and the values that it takes over the arms."""

    knob: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class Study:
    """What to measure.

    Attributes
    ----------
    name: a short name, such as ``fig3a``; title: what a chart says.
    base: the scenario that was asked for; arms are made from it.
    policies: who is replayed; ("all",) for whom every arm allows.
    replications: how many are asked for.
    reference: the arm that others are compared with, by name; the first unless given.
    axes: what the arms' points vary, if anything; the last axis fastest.
    bounded: whether the clairvoyant optimum is wanted, where it can be computed.
    seconds: of work in all, about: what would take longer is left out (:mod:`budget`); None for
        whatever it takes. ``refuse`` says that what is still longer is refused, not shortened.
    """

    name: str
    title: str
    base: Scenario
    arms: tuple[Arm, ...]
    policies: tuple[str, ...]
    replications: int
    reference: str = ""
    axes: tuple[Axis, ...] = ()
    bounded: bool = True
    seconds: float | None = None
    refuse: bool = False

    @property
    def points(self) -> list[tuple[float, ...]]:
        """The arms' points."""
        return [arm.point for arm in self.arms]

    def place(self, arm: str) -> int:
        """Place of an arm by its name; of the reference by an empty one."""
        return [one.name for one in self.arms].index(arm or self.reference or self.arms[0].name)

    def scenario(self, point: tuple[float, ...]) -> Scenario:
        """The scenario of the arm at a point."""
        return self.arms[self.points.index(point)].scenario

    def with_replications(self, replications: int) -> "Study":
        """The same study with another number of replications.

        Raises
        ------
        InputError: fewer than 1 or more than the limit.
        """
        base = replace(self.base, replications=replications)
        return replace(self, base=base, replications=replications)
