"""The one Hypothesis profile, and fixtures for the browser: one server and one Chromium a process.

A browser test asks for ``visit``; its tab fails the test on any error that the page shows or logs.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

# The same examples on every machine, however slow it is.
settings.register_profile(
    "genedge",
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
settings.load_profile("genedge")

ROOT = Path(__file__).parents[1]
FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Nothing can be fetched from outside; what is tried, a visitor remembers.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
PATIENCE_MS = 180_000
# Timed inside the page, so that on a busy machine what the page still has to do comes first: a
# slider tells its value after 200 ms, and from then on the app says that its script is asked for.
IDLE = """({since, quiet}) => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = app?.dataset.testScriptState !== "notRunning"
    || document.querySelector('[data-stale="true"]');
  const now = performance.now();
  if (busy || window.idle?.since !== since) window.idle = {since, from: now, looks: 0};
  window.idle.looks += 1;
  return !busy && window.idle.looks > 3 && now - window.idle.from > quiet;
}"""
QUIET_MS = 250

TRACEBACK = re.compile(r"^Traceback .*\n(?:[ ].*\n)+\S.*\n", re.MULTILINE)
# Streamlit's own, which nobody sees: a script that was started anew before the old one had stopped
# finds its session's state changing; an answer meets a tab that has closed.
HARMLESS = re.compile(
    r"dictionary changed size during iteration|Disconnect|ConnectionClosed|Cannot call .send."
)


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
        self.log = folder / "server.log"
        # Somebody else may take the free port before streamlit does.
        while not self._starts():
            if "already in use" not in self.log.read_text():
                self.stop()
                pytest.fail("the server did not start:\n" + self.log.read_text())

    def _starts(self) -> bool:
        """Start it and wait until it answers; False if it died or does not answer."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
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
        for _ in range(PATIENCE_MS // 100):
            if self.process.poll() is not None:
                return False
            try:
                with urllib.request.urlopen(self.url + "/_stcore/health", timeout=10) as answer:
                    return bool(answer.read() == b"ok")
            except OSError:
                time.sleep(0.1)
        return False

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def complaints(self) -> list[str]:
        """Lines of the log that speak of an error, Streamlit's own unseen ones apart."""

        def ours(found: re.Match[str]) -> str:
            text = found.group()
            raised = text.splitlines()[-1]
            return "" if str(ROOT) not in text and HARMLESS.search(raised) else text

        return [
            line
            for line in TRACEBACK.sub(ours, self.log.read_text()).splitlines()
            if "Traceback" in line or "Error" in line or "deprecat" in line.lower()
        ]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pages wait for all of a comparison, and what a test has begun in the background ends with it:
    what a test sees does not depend on how fast the machine is."""
    results = sys.modules.get("genedge.dashboard.jobs.results")
    if results is not None:
        monkeypatch.setattr(results, "FIRST_FIGURES_SECONDS", float("inf"))
    yield
    room = sys.modules.get("genedge.dashboard.jobs.room")
    for job in room.ROOM.jobs if room is not None else ():
        job.stopped.set()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()
    assert running.complaints() == []


class Visitor:
    """A browser tab that remembers everything that went wrong."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.url = url
        self.errors: list[str] = []
        self.waits = 0
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.errors.append(f"page error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "/_stcore/" not in str(message.location):
            self.errors.append(f"{message.text} {message.location}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.errors.append(f"outside {request.url}")

    def wait(self) -> None:
        """Until the script has finished, for good, and nothing on the page is out of date."""
        self.waits += 1
        look = {"since": self.waits, "quiet": QUIET_MS}
        self.page.wait_for_function(IDLE, arg=look, polling=50)

    def next_frame(self) -> None:
        """Until what the last event changed has been drawn."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

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
        if self.page.is_closed():
            return
        try:
            self.check()
            self.page.evaluate("localStorage.clear()")
        finally:
            self.page.close()

    def text(self, selector: str) -> str:
        """What stands in the first element that matches."""
        return self.page.locator(selector).first.inner_text()


@pytest.fixture(scope="session")
def profiles() -> dict[str, BrowserContext]:
    """Browser profiles by their options, kept so that the app's files are fetched once."""
    return {}


@pytest.fixture
def visit(
    browser: Browser, server: Server, profiles: dict[str, BrowserContext]
) -> Iterator[Callable[..., Visitor]]:
    """Open tabs, by default in a profile that others used and emptied; all are checked at the end.

    ``fresh=True`` opens a profile of its own; other options are those of the profile.
    """
    with ExitStack() as leaving:

        def arrive(url: str | None = None, fresh: bool = False, **options: Any) -> Visitor:
            key = repr(sorted(options.items()))
            context = None if fresh else profiles.get(key)
            context = context or browser.new_context(**options)
            if fresh:
                leaving.callback(context.close)
            else:
                profiles[key] = context
            visitor = Visitor(context, url or server.url)
            leaving.callback(visitor.leave)
            return visitor

        yield arrive
