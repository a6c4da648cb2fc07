"""Ablations: what a finding loses when one part of it is taken away, on the same requests.

An ablation is a study whose arms are one scenario: in full, the reference, and without a part.

>>> from genedge import PRESETS
>>> from genedge.studies.ablations import ABLATIONS
>>> from genedge.studies.runner import run_study
>>> study = ABLATIONS["blindness"].study(PRESETS["contended"])
>>> table = run_study(study.with_replications(3))
>>> table.of("full", "ga", "average_cost").shape
(3,)
>>> table.difference("active-cycle", "exact", "average_cost").mean > 0
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from genedge.scenario.problem import SEES_ALL
from genedge.scenario.scenario import Scenario
from genedge.studies.study import AS_IT_IS, Arm, Study, Variation

FULL: Final = "full"
"""The reference."""
SCALES: Final = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
"""Factors of delay_m."""
SECONDS: Final = 18.0
"""Work of one ablation, about."""

Named = Mapping[tuple[str, str, str], Variation]
"""Name, label and spoken form of each arm, and what it has otherwise."""

BLIND: Final[Named] = MappingProxyType(
    {
        (FULL, "everything in view", "with everything in view"): AS_IT_IS,
        ("io-delay", "I/O delay", "blind to I/O delay"):
            Variation(SEES_ALL._replace(io_delay=False)),
        ("active-cycle", "active cycle", "blind to the active cycle"):
            Variation(SEES_ALL._replace(active_cycle=False)),
        ("resources", "resources", "blind to resources"):
            Variation(SEES_ALL._replace(resources=False)),
    }
)  # fmt: skip
SLICED: Final[Named] = MappingProxyType(
    {
        (FULL, "one pool", "in one pool"): AS_IT_IS,
        ("partitioned", "fixed slices", "in fixed slices"): Variation(partitioned=True),
    }
)
SCALED: Final[Named] = MappingProxyType(
    {
        (FULL if scale == 1 else f"x{scale:g}", f"×{scale:g}", f"at ×{scale:g}"):
            Variation(delay_scale=scale)
        for scale in SCALES
    }
)  # fmt: skip


@dataclass(frozen=True)
class Ablation:
    """A comparison as data.

    Attributes
    ----------
    name, title: for tables and for people.
    explanation: one sentence for those who never read the paper.
    policies: who is replayed; bounds are left out where they cannot be computed.
    variations: the arms, the reference among them.
    """

    name: str
    title: str
    explanation: str
    policies: tuple[str, ...]
    variations: Named

    def study(self, scenario: Scenario) -> Study:
        """The ablation of a scenario, whatever policies that one compares."""
        arms = tuple(
            Arm(*names, scenario, variation) for names, variation in self.variations.items()
        )
        return Study(
            self.name, self.title, scenario, arms, self.policies, scenario.replications,
            reference=FULL, bounded=False, seconds=SECONDS,
        )  # fmt: skip


ABLATIONS: Final = MappingProxyType(
    {
        ablation.name: ablation
        for ablation in (
            Ablation(
                "blindness",
                "Blind decisions",
                "The same decision makers, but each decision leaves one thing out of account: how "
                "long a model takes from disk to GPU (its I/O delay), how often each model is "
                "asked for (its active cycle), or what storage and GPU memory cost. The bill "
                "still charges everything.",
                ("ga", "exact"),
                BLIND,
            ),
            Ablation(
                "partitions",
                "Pooled or partitioned",
                "One server that all services share, against the same server cut into fixed "
                "slices: a slice holds only its own services' models, and decides only when one "
                "of them is asked for and missing.",
                ("ga", "exact", "lru", "lfu"),
                SLICED,
            ),
            Ablation(
                "delay-scale",
                "Slower or faster loading",
                "The time to load a model (transmission, disk to GPU, first answer) is multiplied "
                "by ×0 to ×4, for every model alike: in what decisions weigh, in the bill and in "
                "what users wait.",
                ("ga", "exact", "lru", "lfu", "offline", "offline-realised"),
                SCALED,
            ),
        )
    }
)
"""The ablations by name."""
