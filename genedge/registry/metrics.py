"""The figures of a run: what each is called, its unit, how it is written, and how it adds up."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal


@dataclass(frozen=True)
class Metric:
    """One figure of a run.

    Attributes
    ----------
    name: in tables and exports.
    label: in charts and tables that people read.
    unit: empty for a plain number.
    form: how a value is written.
    better: which direction is better, None where neither is.
    whole: a whole number in a single run.
    pooled: over replications it is taken from all their requests together, not as a mean.
    """

    name: str
    label: str
    unit: str = ""
    form: str = "{:.4g}"
    better: Literal["lower", "higher"] | None = "lower"
    whole: bool = False
    pooled: bool = False


_ALL: Final = (
    Metric("average_cost", "Eq. 11 cost", "a slot"),
    Metric("switching_cost", "switching", "a slot"),
    Metric("resource_cost", "resource", "a slot"),
    Metric("realised_cost", "realised", "a slot"),
    Metric("requests", "requests", form="{:,.0f}", better=None, whole=True),
    Metric("hits", "hits", form="{:,.0f}", better="higher", whole=True),
    Metric("misses", "misses", form="{:,.0f}", whole=True),
    Metric("rejected", "rejected", form="{:,.0f}", whole=True),
    Metric("hit_ratio", "hit ratio", form="{:.3f}", better="higher"),
    Metric("mean_service_delay_s", "mean wait s", "s"),
    Metric("p95_service_delay_s", "p95 wait s", "s", pooled=True),
    Metric("downloaded_gb", "GB fetched", "GB", "{:,.0f}"),
    Metric("binding_share", "bound", form="{:.0%}", better=None),
    Metric("mean_deployed", "held", form="{:.2f}", better=None),
)

METRICS: Final = MappingProxyType({metric.name: metric for metric in _ALL})
"""By name, in the order in which tables show them."""
