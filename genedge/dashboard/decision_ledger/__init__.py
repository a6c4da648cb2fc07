"""The decision ledger of the live run: one decision taken apart, another choice, the difference."""

from genedge.dashboard.decision_ledger.chosen import choose, controls, move_for
from genedge.dashboard.decision_ledger.contrast import contrast
from genedge.dashboard.decision_ledger.ledger import details, ledger
from genedge.dashboard.decision_ledger.what_if import what_if
from genedge.dashboard.decision_ledger.window import window_choice

__all__ = [
    "choose",
    "contrast",
    "controls",
    "details",
    "ledger",
    "move_for",
    "what_if",
    "window_choice",
]
