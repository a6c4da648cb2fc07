"""The page's sections in their order, and what it says of the paper."""

from typing import Final

from genedge.equations.active_cycle import ACTIVE_CYCLE
from genedge.equations.bounds import BOUNDS
from genedge.equations.constraints import CONSTRAINTS
from genedge.equations.delays import DELAYS
from genedge.equations.equation import Equation, Filled
from genedge.equations.example import Example
from genedge.equations.fitness import FITNESS
from genedge.equations.ledgers import LEDGERS_SECTION, OBJECTIVE
from genedge.equations.resources import RESOURCES
from genedge.equations.switching import SWITCHING

BEFORE_EVENTS: Final = (
    CONSTRAINTS, DELAYS, SWITCHING, RESOURCES, OBJECTIVE, FITNESS, ACTIVE_CYCLE,
)  # fmt: skip
AFTER_EVENTS: Final = (BOUNDS, LEDGERS_SECTION)
SECTIONS: Final = (*BEFORE_EVENTS, *AFTER_EVENTS)
"""Everything with formulas; the page puts the events and the policies before the bounds."""
EQUATIONS: Final[tuple[Equation, ...]] = tuple(one for part in SECTIONS for one in part.equations)


def filled(example: Example) -> dict[str, Filled]:
    """Every formula with an example's numbers, by the equation's key; a run without a decision
    (nothing asked for that fits) has none to put in."""
    if example.explanation is None:
        return {equation.key: Filled("No decision, no numbers.") for equation in EQUATIONS}
    return {equation.key: equation.fill(example) for equation in EQUATIONS}


SUMMARY: Final = (
    "Every equation that genedge computes, in symbols and with the numbers of a decision that you "
    "choose; and every place where the paper leaves a choice open."
)
RECONSTRUCTION: Final = (
    "The text of the paper that reached us has lost its formulas. What you read here is a "
    "**reconstruction** from its words: equations may differ from the printed ones, and what those "
    "words leave open is listed under [Choices](#choices)."
)
CITATION: Final = (
    "Liang, Yang, He, Lyu, *Resource-Efficient Generative AI Model Deployment in Mobile Edge "
    "Networks*, [arXiv 2409.05303](https://arxiv.org/abs/2409.05303). The numbers of equations 1 "
    "to 12 are that paper's; formulas without a number are ours."
)
CONTENTS: Final = (
    ("Symbols", "symbols"),
    *((part.title, part.key) for part in BEFORE_EVENTS),
    ("Order of events", "events"),
    ("Policies", "policies"),
    *((part.title, part.key) for part in AFTER_EVENTS),
    ("Choices", "choices"),
    ("Source", "source"),
)
"""What the page holds: title and anchor."""
