"""What the numbers of a model are called: in words, with unit, symbol and the paper's range."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from genedge.registry.resources import RESOURCES
from genedge.say import capital


class Quantity(NamedTuple):
    """A number of a model: in words, its unit, the paper's symbol and range, what it means."""

    label: str
    unit: str
    symbol: str
    paper_range: str
    meaning: str

    @property
    def heading(self) -> str:
        """Label and unit, as a column is headed."""
        return f"{self.label}, {self.unit}"

    @property
    def help(self) -> str:
        """One line for whoever wants to know more."""
        return f"{self.symbol}: {self.meaning}, in {self.unit}. In the paper {self.paper_range}."


QUANTITIES: Final[Mapping[str, Quantity]] = MappingProxyType(
    {
        one.column: Quantity(capital(one.label), one.unit, one.symbol, one.paper_range, one.meaning)
        for one in RESOURCES
    }
    | {
        "io_delay_s": Quantity("I/O delay", "s", "d_m^io", "0.3 to 60", "from disk to GPU"),
        "inference_delay_s": Quantity(
            "Inference delay", "s", "d_m^inf", "0.05 to 30", "answering one request"
        ),
    }
)
"""By column, in the order of the catalog's columns."""
