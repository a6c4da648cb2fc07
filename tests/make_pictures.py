"""Take the README's picture of the app: ``python tests/make_pictures.py``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from conftest import FLAGS, ROOT, Server, Visitor, find_browser
from playwright.sync_api import sync_playwright

PICTURE = ROOT / "assets" / "home.png"
REQUESTS_WATCHED_MS = 20_000


def main() -> None:
    """Home as it opens, after it has shown a few requests."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        try:
            chromium = playwright.chromium.launch(
                executable_path=find_browser(playwright.chromium.executable_path),
                args=[*FLAGS, "--no-sandbox"],
            )
            context = chromium.new_context(
                viewport={"width": 1440, "height": 1040}, color_scheme="light"
            )
            visitor = Visitor(context, server.url)
            visitor.open()
            visitor.page.wait_for_timeout(REQUESTS_WATCHED_MS)
            visitor.page.screenshot(path=PICTURE)
            visitor.leave()
            chromium.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
