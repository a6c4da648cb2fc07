"""The decision ledger of the live run: one decision taken apart, another choice, the difference."""

from genedge.dashboard.live_page.chosen import choose, controls, move_for
from genedge.dashboard.live_page.contrast import contrast
from genedge.dashboard.live_page.ledger import details, ledger
from genedge.dashboard.live_page.what_if import what_if
from genedge.dashboard.live_page.window import window_choice

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
