"""The live run's player: two policies on the same requests, slot by slot."""

from genedge.dashboard.canvas.player.component import Seen, player
from genedge.dashboard.canvas.player.data import player_data, window_slots

__all__ = ["Seen", "player", "player_data", "window_slots"]
