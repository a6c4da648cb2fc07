"""What Figures & claims says of the readings that it judges: what is fitted, and what it means."""

from collections.abc import Mapping
from typing import Final

from genedge.paper.checks import NotMeasuredError, costs
from genedge.paper.claims import PAPERS, Verdict, held
from genedge.paper.shortsighted import culprit
from genedge.registry.ledgers import PAPER, ledger_of
from genedge.registry.policies import BASELINES
from genedge.say import amount, enumerated, percent, span
from genedge.studies.table import StudyTable

USERS: Final = ledger_of(True).metric


def how_many_hold(readings: Mapping[str, list[Verdict]], *, so_far: bool) -> str:
    """How many of the paper's claims hold on each of some scenarios."""
    if not readings:
        return "The paper's four figures are being measured"
    (first, many), *others = ((name, held(verdicts)) for name, verdicts in readings.items())
    counts = [f"{many} of {PAPERS} claims hold under {first}"]
    counts += [f"{number} under {name}" for name, number in others]
    return f"{enumerated(counts)}{', so far' if so_far else ''}"


def what_is_charged(tables: Mapping[str, StudyTable], place: int = 3) -> str | None:
    """How little resources cost the GA at the paper's server, and its lead on the users' bill."""
    try:
        ours = costs(tables, "fig3a", "ga", USERS)[place].mean()
        shares = [
            float(1.0 - ours / costs(tables, "fig3a", name, USERS)[place].mean())
            for name in BASELINES
        ]
    except NotMeasuredError:
        return None
    table = tables["fig3a"]
    resources = table.means("ga", "resource_cost")[place] / table.means("ga", PAPER)[place]
    return (
        f"Resources are {percent(float(resources))} of the GA's cost; on the users' bill it lies "
        f"{span(shares, 'below', 'above')} the baselines."
    )


def why_it_rises(table: StudyTable) -> str | None:
    """Which model the GA keeps to its own loss, where that is why its cost rises."""
    if not table.done.any(axis=1).all():
        return None
    found = culprit(table)
    if not found.explains:
        return None
    kept, without = ([amount(end) for end in ends] for ends in (found.kept, found.without))
    low, high = (table.arms[end].scenario.server.gpu_memory_gb for end in (0, -1))
    return (
        f"From {low:g} to {high:g} GB the GA will not drop {found.model}: {kept[0]} to {kept[1]}, "
        f"never keeping it {without[0]} to {without[1]}."
    )
