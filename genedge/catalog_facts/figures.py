"""What the columns of a catalog are called: in words, with unit, symbol and the paper's range."""

from types import MappingProxyType
from typing import Final, NamedTuple


class Figure(NamedTuple):
    """How one column of a catalog is called: in words, its unit, the paper's symbol and range."""

    title: str
    unit: str
    symbol: str
    paper_range: str
    meaning: str

    @property
    def label(self) -> str:
        """Title and unit, as a column is headed."""
        return f"{self.title}, {self.unit}"

    @property
    def help(self) -> str:
        """One line for whoever wants to know more."""
        return f"{self.symbol}: {self.meaning}, in {self.unit}. In the paper {self.paper_range}."


FIGURES: Final = MappingProxyType(
    {
        "storage_gb": Figure("Storage", "GB", "s_m", "2 to 50", "size on disk"),
        "gpu_memory_gb": Figure("GPU memory", "GB", "g_m", "1 to 6", "held while deployed"),
        "power_kw": Figure("Power", "kW", "e_m", "0.0025 to 0.5", "drawn while deployed"),
        "io_delay_s": Figure("I/O delay", "s", "d_m^io", "0.3 to 60", "from disk to GPU"),
        "inference_delay_s": Figure(
            "Inference delay", "s", "d_m^inf", "0.05 to 30", "answering one request"
        ),
    }
)
"""By column of the catalog."""
RATE_FIELD: Final = "arrival_rate"
RATE_LABEL: Final = "Requests per slot"
LABELS: Final = MappingProxyType(
    {
        "name": "Model",
        "service": "Service",
        **{field: figure.label for field, figure in FIGURES.items()},
        RATE_FIELD: RATE_LABEL,
    }
)
