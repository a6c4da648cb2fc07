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
    heading, shown, help: of its column on the screen: a shorter label, where there is one, the
        format of a number there, and a sentence.
    exported: a column of results; the others are what studies look at beside them.
    """

    name: str
    label: str
    unit: str = ""
    form: str = "{:.4g}"
    better: Literal["lower", "higher"] | None = "lower"
    whole: bool = False
    pooled: bool = False
    heading: str = ""
    shown: str = "%.2f"
    help: str = ""
    exported: bool = True


_ALL: Final = (
    Metric("average_cost", "Eq. 11 cost", "a slot", heading="Eq. 11", shown="%.3f",
           help="Cost a slot, Eq. 11"),
    Metric("switching_cost", "switching", "a slot", shown="%.3f", help="Switching cost"),
    Metric("resource_cost", "resource", "a slot", shown="%.3f", help="Resource cost"),
    Metric("realised_cost", "realised", "a slot", help="Cost a slot on the realised ledger"),
    Metric("requests", "requests", form="{:,.0f}", better=None, whole=True),
    Metric("hits", "hits", form="{:,.0f}", better="higher", whole=True),
    Metric("misses", "misses", form="{:,.0f}", whole=True),
    Metric("rejected", "rejected", form="{:,.0f}", whole=True),
    Metric("hit_ratio", "hit ratio", form="{:.3f}", better="higher", heading="Hits",
           shown="percent", help="Hit ratio"),
    Metric("mean_service_delay_s", "mean wait s", "s", heading="Wait, s",
           help="Mean service delay"),
    Metric("p95_service_delay_s", "p95 wait s", "s", pooled=True, heading="p95, s",
           shown="%.1f", help="One request in twenty waits longer"),
    Metric("downloaded_gb", "GB fetched", "GB", "{:,.0f}", heading="Fetched", shown="%.0f",
           help="GB"),
    Metric("binding_share", "bound", form="{:.0%}", better=None, shown="percent",
           help="Share of decisions in which a constraint bound"),
    Metric("mean_deployed", "held", form="{:.2f}", better=None,
           help="Models deployed at a slot's end, on average"),
    # Sums over evictions: their number; the share of all requests that ask for the evicted model,
    # lambda_m / Lambda; the seconds to load it again, delay_m (Eq. 4-6).
    Metric("evictions", "evicted", form="{:,.1f}", better=None, exported=False),
    Metric("evicted_requests", "requests for what was evicted", better=None, exported=False),
    Metric("evicted_delay_s", "to load again what was evicted", "s", better=None, exported=False),
    # Of recorded decisions: the share that cost what the best one costs (Eq. 12).
    Metric("best_choice_share", "best choices", form="{:.1%}", better="higher", exported=False),
    Metric("generations", "generations a decision", form="{:.1f}", better=None, exported=False),
)  # fmt: skip

FIGURES: Final = MappingProxyType({metric.name: metric for metric in _ALL})
"""Every figure of a run by name."""
METRICS: Final = MappingProxyType({name: one for name, one in FIGURES.items() if one.exported})
"""The columns of results by name, in the order in which tables show them."""
