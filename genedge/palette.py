"""One colour, dash and mark per policy, the same on every page.

One accent for the genetic algorithm, quiet tones for the baselines, green and blue for the optima
of the two ledgers. The tones keep apart for colour-blind readers (after Okabe and Ito, "Color
universal design", 2008); dash and mark tell them apart without any colour.
"""

from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Theme = Literal["light", "dark"]


class Look(NamedTuple):
    """How a policy is drawn: a colour for each theme, a plotly dash and a plotly marker."""

    light: str
    dark: str
    dash: str
    mark: str

    def colour(self, theme: Theme) -> str:
        """The colour in force."""
        return self.dark if theme == "dark" else self.light


LOOKS: Final = MappingProxyType(
    {
        "ga": Look("#D55E00", "#F0883E", "solid", "circle"),
        "exact": Look("#9A4A0B", "#D9A066", "dot", "circle-open"),
        "random": Look("#A3A29B", "#74787C", "dot", "x"),
        "fifo": Look("#8A8D8F", "#8B9095", "dash", "square"),
        "lru": Look("#6C7378", "#A7ADB2", "longdash", "triangle-up"),
        "lfu": Look("#474E54", "#CBD0D4", "dashdot", "triangle-down"),
        "lru-cap": Look("#8F6A9E", "#B99AC6", "longdashdot", "cross"),
        "mdp": Look("#2F9E7E", "#4CC9A4", "dash", "diamond-open"),
        "mdp-realised": Look("#4A90C2", "#7DB8E8", "dash", "star-diamond-open"),
        "offline": Look("#00735A", "#22A884", "solid", "diamond"),
        "offline-realised": Look("#1F5F99", "#4C93D0", "solid", "star-diamond"),
    }
)
"""By policy name."""


def role(policy: str) -> Literal["ga", "baseline", "optimum"]:
    """The part that a policy plays in a picture."""
    if policy in ("ga", "exact"):
        return "ga"
    return "optimum" if policy.startswith(("mdp", "offline")) else "baseline"
