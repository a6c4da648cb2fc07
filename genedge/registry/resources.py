"""The resources that models share: storage, GPU memory and power (Eq. 1-3)."""

from dataclasses import dataclass
from typing import Final


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
    """

    label: str
    unit: str
    column: str
    capacity: str
    equation: int


RESOURCES: Final = (
    Resource("storage", "GB", "storage_gb", "storage_gb", 1),
    Resource("GPU memory", "GB", "gpu_memory_gb", "gpu_memory_gb", 2),
    Resource("power", "kW", "power_kw", "dynamic_power_kw", 3),
)
"""In the order of the engine's columns; bit k of a ``bound`` code is the k-th."""


def constraint_names(code: int) -> tuple[str, ...]:
    """The constraints of a ``bound`` code in words."""
    return tuple(one.label for k, one in enumerate(RESOURCES) if code >> k & 1)
