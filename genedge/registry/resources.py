"""The resources that models share: storage, GPU memory and power (Eq. 1-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Resource:
    """One resource and its constraint.

    Attributes
    ----------
    label: how people read it.
    unit: of sizes and capacity.
    column: of a catalog, and the field of a model.
    capacity: the server's field, or property, that bounds it.
    equation: the constraint's number.
    symbol, paper_range, meaning: of a model's size, as Table I of the paper has it.
    """

    label: str
    unit: str
    column: str
    capacity: str
    equation: int
    symbol: str
    paper_range: str
    meaning: str

    @property
    def title(self) -> str:
        """The label with the unit."""
        return f"{self.label}, {self.unit}"

    @property
    def share_column(self) -> str:
        """The column of a table that holds shares of the capacity."""
        return f"{self.label.lower().replace(' ', '_')}_share"


RESOURCES: Final = (
    Resource("storage", "GB", "storage_gb", "storage_gb", 1, "s_m", "2 to 50", "size on disk"),
    Resource("GPU memory", "GB", "gpu_memory_gb", "gpu_memory_gb", 2,
             "g_m", "1 to 6", "held while deployed"),
    Resource("power", "kW", "power_kw", "dynamic_power_kw", 3,
             "e_m", "0.0025 to 0.5", "drawn while deployed"),
)  # fmt: skip
"""In the order of the engine's columns; bit k of a ``bound`` code is the k-th."""


def listed_resources(joint: str = "and") -> str:
    """Storage, GPU memory and power, in a sentence."""
    *others, last = [one.label for one in RESOURCES]
    return f"{', '.join(others)} {joint} {last}"


def capacities(server: Any) -> tuple[float, ...]:
    """The right-hand sides of the constraints, ``[K]``, of a server that a person chose."""
    return tuple(float(getattr(server, one.capacity)) for one in RESOURCES)


def sizes(model: Any) -> tuple[Any, ...]:
    """What a model takes of each, ``[K]``; of a catalog its columns, ``[M]`` each."""
    return tuple(getattr(model, one.column) for one in RESOURCES)


def by_column(values: Iterable[T]) -> dict[str, T]:
    """Values in the order of the resources under the names of their columns."""
    return {one.column: value for one, value in zip(RESOURCES, values, strict=True)}


def constraint_names(code: int) -> tuple[str, ...]:
    """The constraints of a ``bound`` code in words."""
    return tuple(one.label for k, one in enumerate(RESOURCES) if code >> k & 1)
