"""The table of models: choosing one to start from, editing, uploading, and where figures come from.

What was typed is read in the callback, before anything is drawn: a table that can be a catalog is
in force at once, any other is kept on the screen with a sentence that says what is wrong, and the
last valid one stays in force.
"""

from genedge.dashboard.catalog_page.change import take
from genedge.dashboard.catalog_page.editor import draw
from genedge.dashboard.catalog_page.messages import say

__all__ = ["draw", "say", "take"]
