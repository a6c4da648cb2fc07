"""The sections in the order of the page, the numbered equations, the code that is named."""

from typing import Final

from genedge.equations.algorithm import GENETIC_CODE
from genedge.equations.bounds import BOUNDS
from genedge.equations.costs import CONSTRAINTS, DELAYS, OBJECTIVE, RESOURCES, SWITCHING
from genedge.equations.decision import ACTIVE_CYCLE, FITNESS
from genedge.equations.events import REPLAY_CODE
from genedge.equations.ledgers import LEDGERS_SECTION
from genedge.equations.parts import Equation
from genedge.equations.policies import POLICY_NOTES

BEFORE_EVENTS: Final = (
    CONSTRAINTS, DELAYS, SWITCHING, RESOURCES, OBJECTIVE, FITNESS, ACTIVE_CYCLE,
)  # fmt: skip
SECTIONS: Final = (*BEFORE_EVENTS, BOUNDS, LEDGERS_SECTION)
"""Everything with formulas; the page puts the events and the policies before the bounds."""


def numbered() -> dict[int, Equation]:
    """The paper's equations by number."""
    return {
        equation.number: equation
        for section in SECTIONS
        for equation in section.equations
        if equation.number is not None
    }


def code_places() -> tuple[str, ...]:
    """Every ``path: function`` that the page names."""
    places = [place for part in SECTIONS for one in part.equations for place in one.code]
    places += [place for notes in POLICY_NOTES.values() for _, place in notes]
    places += [GENETIC_CODE, REPLAY_CODE]
    return tuple(dict.fromkeys(places))
