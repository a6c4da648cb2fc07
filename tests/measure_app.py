"""How fast the app answers on this machine: ``python tests/measure_app.py``.

First one visitor in a real browser: from a key pressed on a slider to the last change on the page.
Then thirty visitors at once, each moving that slider about every two seconds to a value that nobody
has asked for before: from the message to the end of the script run, over the same connection that
a browser uses.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

import websockets
from conftest import FLAGS, Server, Visitor, find_browser
from playwright.sync_api import sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PAGES = ("", "compare", "live")
SLIDER = "Storage, GB"
THINK_S = 2.0
MOVES_IN_BROWSER = 16

WATCH = """() => {
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  window.pressed = null; window.lastChange = null;
  new MutationObserver(() => {
    if (window.pressed !== null) window.lastChange = performance.now() - window.pressed;
  }).observe(main, {subtree: true, childList: true, characterData: true,
                    attributes: true, attributeFilter: ['d']});
  document.addEventListener('keydown', () => {
    window.pressed = performance.now(); window.lastChange = null;
  }, {capture: true});
}"""


def in_browser(url: str, page: str) -> list[float]:
    """Milliseconds from a key on the slider to the last change on the page."""
    times = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_browser(playwright.chromium.executable_path),
            args=[*FLAGS, "--no-sandbox"],
        )
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        visitor = Visitor(context, url)
        visitor.open(f"/{page}")
        visitor.page.wait_for_timeout(3000)
        visitor.page.evaluate(WATCH)
        visitor.page.get_by_role("slider", name=SLIDER).focus()
        for _ in range(MOVES_IN_BROWSER):
            visitor.page.keyboard.press("ArrowRight")
            visitor.page.wait_for_timeout(1800)
            changed = visitor.page.evaluate("() => window.lastChange")
            if changed is not None:
                times.append(float(changed))
        chromium.close()
    return times


async def _finished(socket: websockets.ClientConnection) -> tuple[str, str]:
    """Read until the script has finished; the slider's id and the page's hash, if they came."""
    slider = page = ""
    while True:
        message = ForwardMsg()
        message.ParseFromString(await asyncio.wait_for(socket.recv(decode=False), 120))
        kind = message.WhichOneof("type")
        if kind == "navigation":
            page = message.navigation.page_script_hash
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            if element.WhichOneof("type") == "slider" and element.slider.label == SLIDER:
                slider = element.slider.id
        elif kind == "script_finished":
            return slider, page


async def _visitor(
    number: int, url: str, page: str, moves: int, together: asyncio.Barrier
) -> list[float]:
    times = []
    chance = random.Random(number)
    async with websockets.connect(
        f"{url.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=[websockets.Subprotocol("streamlit")],
        origin=websockets.Origin(url),
        max_size=None,
    ) as socket:
        first = BackMsg()
        first.rerun_script.page_name = page
        await socket.send(first.SerializeToString())
        slider, code = await _finished(socket)
        await together.wait()
        for move in range(moves):
            await asyncio.sleep(chance.uniform(0.5, 1.5) * THINK_S)
            asked = BackMsg()
            asked.rerun_script.page_name = page
            asked.rerun_script.page_script_hash = code
            widget = asked.rerun_script.widget_states.widgets.add()
            widget.id = slider
            widget.double_array_value.data.append(60.0 + (number * moves + move) * 0.0371 % 150)
            start = time.perf_counter()
            await socket.send(asked.SerializeToString())
            await _finished(socket)
            times.append(1e3 * (time.perf_counter() - start))
    return times


async def at_once(url: str, page: str, visitors: int, moves: int) -> list[float]:
    """Milliseconds of every answer to so many visitors."""
    together = asyncio.Barrier(visitors)
    each = await asyncio.gather(
        *(_visitor(number, url, page, moves, together) for number in range(visitors))
    )
    return [answer for times in each for answer in times]


def main() -> None:
    """Measure every page on a server of its own, so that nothing is known beforehand."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("--visitors", type=int, default=30)
    flags.add_argument("--moves", type=int, default=20)
    given = flags.parse_args()
    for page in PAGES:
        with tempfile.TemporaryDirectory() as folder:
            server = Server(Path(folder))
            time.sleep(5)  # the engine is loaded beside the first visits
            try:
                alone = in_browser(server.url, page)
                answers = asyncio.run(at_once(server.url, page, given.visitors, given.moves))
            finally:
                server.stop()
        ends = statistics.quantiles(answers, n=20)
        print(
            f"{page or 'home':8} one visitor, slider to screen: median "
            f"{statistics.median(alone):.0f} ms of {len(alone)}; {given.visitors} visitors: median "
            f"{statistics.median(answers):.0f} ms, 95th percentile {ends[-1]:.0f} ms of "
            f"{len(answers)}",
            flush=True,
        )


if __name__ == "__main__":
    main()
