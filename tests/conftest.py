"""Fixtures for the browser: one server, one Chromium, and a page that fails on any error."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Route,
    sync_playwright,
)

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
PATIENCE_MS = 60_000
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def find_browser(own: str) -> str | None:
    """An executable: the environment's, Playwright's ``own``, then the system's; None if none."""
    named = os.environ.get("GENEDGE_CHROMIUM")
    if named:
        return named
    if Path(own).exists():
        return own
    return next(filter(None, map(shutil.which, INSTALLED)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        executable = find_browser(playwright.chromium.executable_path)
        if executable is None:
            sentence = "no Chromium: run `playwright install chromium` or set GENEDGE_CHROMIUM"
            if os.environ.get("CI"):
                pytest.fail(sentence)
            pytest.skip(sentence)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        chromium = playwright.chromium.launch(
            executable_path=executable, args=[*FLAGS, *(["--no-sandbox"] if root else [])]
        )
        yield chromium
        chromium.close()


class Server:
    """A fresh streamlit server of this app on a free port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.log = folder / "server.log"
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("w") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "streamlit", "run", "app.py",
                    "--server.port", str(port), "--server.address", "127.0.0.1",
                    "--server.headless", "true", "--server.fileWatcherType", "none",
                ],
                cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        for _ in range(600):
            if self.process.poll() is not None:
                pytest.fail("the server died:\n" + self.log.read_text())
            try:
                with urllib.request.urlopen(self.url + "/_stcore/health", timeout=1) as answer:
                    if answer.read() == b"ok":
                        return
            except OSError:
                time.sleep(0.1)
        self.stop()
        pytest.fail("the server did not answer:\n" + self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def complaints(self) -> list[str]:
        """Lines of the log that speak of an error."""
        return [
            line
            for line in self.log.read_text().splitlines()
            if "Traceback" in line or "Error" in line or "deprecat" in line.lower()
        ]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()
    assert running.complaints() == []


class Visitor:
    """A browser tab that remembers everything that went wrong."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.errors.append(f"page error {error}"))
        self.page.on("console", self._console)
        # Nothing may be fetched from outside.
        self.page.route(
            lambda address: not address.startswith((url, "data:", "blob:")), self._outside
        )

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "/_stcore/" not in str(message.location):
            self.errors.append(f"{message.text} {message.location}")

    def _outside(self, route: Route) -> None:
        self.errors.append(f"outside {route.request.url}")
        route.abort()

    def wait(self) -> None:
        """Until the script has finished, for good, and nothing on the page is out of date."""
        quiet = 0
        while quiet < 3:  # a change may start the script a moment later
            self.page.wait_for_selector(IDLE)
            self.page.wait_for_function("() => !document.querySelector('[data-stale=\"true\"]')")
            self.page.wait_for_timeout(120)
            quiet = quiet + 1 if self.page.locator(IDLE).count() else 0

    def open(self, path: str = "/") -> None:
        """Open a page and check it."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector('[data-testid="stMainBlockContainer"] h1')
        self.wait()
        self.check()

    def check(self) -> None:
        """No error box, no error message, nothing on the console."""
        boxes = self.page.locator('[data-testid="stException"], [data-testid="stAppCompileError"]')
        assert boxes.count() == 0, boxes.first.inner_text()
        assert self.page.get_by_text("could not be drawn").count() == 0
        assert self.errors == []

    def leave(self) -> None:
        """Check once more and close."""
        if not self.page.is_closed():
            self.check()
            self.context.close()

    def text(self, selector: str) -> str:
        """What stands in the first element that matches."""
        return self.page.locator(selector).first.inner_text()


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visitor]]:
    """Open tabs, each in a fresh browser profile; all are checked at the end."""
    visitors: list[Visitor] = []

    def arrive(url: str | None = None, **options: object) -> Visitor:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        visitors.append(Visitor(context, url or server.url))
        return visitors[-1]

    yield arrive
    for visitor in visitors:
        visitor.leave()
