"""Costs of a study against each other in words: between arms, and between policies of one arm."""

from collections.abc import Collection

from genedge.registry.ledgers import LEDGERS
from genedge.registry.policies import spoken
from genedge.say import SAME, compared
from genedge.studies.table import StudyTable


def changed(table: StudyTable, arm: str, policy: str) -> str:
    """What a policy pays in one arm against the reference, on both ledgers."""
    reference = table.arms[table.study.place("")].name
    return " and ".join(
        compared(
            table.mean(arm, policy, metric), table.mean(reference, policy, metric), ledger.spoken,
            sure=table.difference(arm, policy, metric).sure, costs=False,
        )
        for metric, ledger in LEDGERS.items()
    )  # fmt: skip


def dearer(table: StudyTable, policy: str, metric: str, names: Collection[str]) -> list[int]:
    """Places of the arms in which a policy pays more than one of ``names``, not by chance."""
    return [
        place
        for place, arm in enumerate(table.arms)
        for gap in [
            max(
                (table.versus(arm.name, policy, metric, name) for name in names),
                key=lambda one: one.mean if one.sure is not False else 0.0,
            )
        ]
        if gap.sure is not False and gap.mean > SAME * table.mean(arm.name, policy, metric)
    ]


def against(
    table: StudyTable, arm: str, policy: str, metric: str, rival: str, *,
    called: str | None = None, costs: bool = True,
) -> str:  # fmt: skip
    """What a policy costs on one ledger against a rival, ``called`` so, in the same arm."""
    ours, theirs = (table.mean(arm, name, metric) for name in (policy, rival))
    return compared(
        ours, theirs, LEDGERS[metric].spoken, than=called or spoken(rival), costs=costs,
        sure=table.versus(arm, policy, metric, rival).sure,
    )  # fmt: skip
