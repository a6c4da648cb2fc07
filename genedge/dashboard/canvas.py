"""The script that our canvas components share, joined before each one's own."""

from pathlib import Path
from typing import Final

_SCRIPT: Final = Path(__file__).with_name("canvas_assets") / "colours.js"
COLOURS: Final = _SCRIPT.read_text(encoding="utf-8")
