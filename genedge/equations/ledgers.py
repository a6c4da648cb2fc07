"""The two ways to add up what a policy costs: by eviction, as in the paper, and by miss."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from genedge.equations.parts import Equation, Section
from genedge.equations.symbols import where


@dataclass(frozen=True)
class Ledger:
    """One of the two ways to add up what a policy costs."""

    title: str
    charged_when: str
    amount: str
    first_load: str
    good_for: str
    figures: str


LEDGERS_SECTION: Final = Section(
    "ledgers",
    "Two ledgers, side by side",
    "The paper charges a delay when a model is **evicted**, divided by its active cycle. What "
    "a person waits for is the **miss**. Every result here carries both.",
    (
        Equation(
            "realised", None, "Realised cost",
            r"\begin{aligned} \frac{1}{T} \Big[ & w_{\mathrm{delay}} \sum_{\mathcal{R}} "
            r"\mathrm{delay}_m \\ & + w_{\mathrm{res}} \sum_{t=0}^{T-1} \mathrm{res}(x^t) \Big] "
            r"\end{aligned}",
            "Every miss costs its full delay when it happens; resources cost what they cost in "
            "equation 11. The answers to hits are left out: they take the same time under "
            "every policy that has the model.",
            where("T t R delay rest wd wr"), ("genedge/runs/run.py: Run.summary",),
        ),
    ),
    "**Why they differ.** Take the model that needs 12 s and is asked for by every fourth "
    "request. Evicting it costs 3 s in equation 11. The next person who asks for it waits 12 s.\n\n"
    "So planning for equation 11 lowers what is held, raises the miss ratio and usually the mean "
    "service delay. The realised cost includes resources and may go either way. The same dynamic "
    "programmes solve the realised ledger: charge $w_{\\mathrm{delay}}\\, \\mathrm{delay}_m$ at a "
    "miss, and nothing at an eviction.",
)  # fmt: skip

LEDGERS: Final = (
    Ledger(
        "Eq. 11, the paper's cost",
        "a model is evicted",
        "its delay divided by its active cycle",
        "not charged; only what it evicts is",
        "comparing with the paper",
        "average cost = switching cost + resource cost",
    ),
    Ledger(
        "Realised cost, what users feel",
        "a request misses",
        "its full delay",
        "charged like every miss",
        "planning for users",
        "realised cost; beside it hit ratio, mean and 95th percentile service delay, GB downloaded",
    ),
)

LEDGER_ROWS: Final = MappingProxyType(
    {
        "charged_when": "A delay is charged when",
        "amount": "How much",
        "first_load": "First load of a model",
        "good_for": "Use it for",
        "figures": "Figures",
    }
)
"""Rows of the comparison: field of :class:`Ledger` and what the row is called."""
