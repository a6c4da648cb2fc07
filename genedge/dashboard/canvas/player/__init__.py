"""The live run's player: two policies on the same requests, slot by slot."""

from genedge.dashboard.canvas.player.player_view import Seen, player
from genedge.dashboard.canvas.player.slots_window import player_data, window_slots

__all__ = ["Seen", "player", "player_data", "window_slots"]
