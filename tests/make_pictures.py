"""Take the README's pictures of the app: ``python tests/make_pictures.py``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from conftest import FLAGS, ROOT, Server, Visitor, find_browser
from playwright.sync_api import Browser, sync_playwright

ASSETS = ROOT / "assets"
REQUESTS_WATCHED_MS = 20_000


def arrive(chromium: Browser, server: Server, height: int) -> Visitor:
    """A visitor with a window of this height."""
    context = chromium.new_context(viewport={"width": 1440, "height": height}, color_scheme="light")
    return Visitor(context, server.url)


def home(visitor: Visitor) -> None:
    """Home as it opens, after it has shown a few requests."""
    visitor.open()
    visitor.page.wait_for_timeout(REQUESTS_WATCHED_MS)
    visitor.page.screenshot(path=ASSETS / "home.png")


def decision(visitor: Visitor) -> None:
    """Live run, where it tells why LRU costs more and takes its costliest decision apart."""
    visitor.open("/live")
    page = visitor.page
    page.locator("#why").scroll_into_view_if_needed()
    page.evaluate("document.querySelector('#why').scrollIntoView({block: 'start'})")
    visitor.wait()
    page.screenshot(path=ASSETS / "decision.png")


def main() -> None:
    """Both pictures, in a fresh browser each."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder))
        try:
            chromium = playwright.chromium.launch(
                executable_path=find_browser(playwright.chromium.executable_path),
                args=[*FLAGS, "--no-sandbox"],
            )
            for take, height in ((home, 1040), (decision, 1180)):
                visitor = arrive(chromium, server, height)
                take(visitor)
                visitor.leave()
            chromium.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
