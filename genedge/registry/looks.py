"""How a policy is drawn, the same on every page.

One accent for the genetic algorithm, quiet tones for the baselines, green and blue for the optima
of the two ledgers. The tones keep apart for colour-blind readers (after Okabe and Ito, "Color
universal design", 2008); dash and mark tell them apart without any colour.
"""

from typing import Literal, NamedTuple

Theme = Literal["light", "dark"]


class Look(NamedTuple):
    """A colour for each theme, a plotly dash and marker, the width of a line in pixels."""

    light: str
    dark: str
    dash: str
    mark: str
    width: float = 1.8

    def colour(self, theme: Theme) -> str:
        """The colour in force."""
        return self.dark if theme == "dark" else self.light
