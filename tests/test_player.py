"""The slot-by-slot player: its data rebuild every deployment, its places are stepped over."""

from __future__ import annotations

import re
import shutil
from base64 import b64decode
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import conftest
import numpy as np
import pytest
from conftest import Server, Visitor
from numpy.typing import NDArray

from genedge import PRESETS, Model, Scenario, simulate
from genedge.dashboard.canvas.player import player_data, player_view, window_slots

Visit = Callable[..., Visitor]


def many_models() -> Scenario:
    """Forty models that do not fit together: two words of bits in the engine, five bytes here."""
    rows = tuple(
        Model(f"model {i}", "", 4 + i % 9, 0.5 + i % 5 / 4, 0.01, 1.0 + i % 7, 0.5)
        for i in range(40)
    )
    load = replace(PRESETS["contended"].workload, rate=6.0, slots=60)
    return replace(PRESETS["contended"], catalog=rows, workload=load)


def unpacked(text: str, width: int) -> NDArray[np.bool_]:
    """Bit rows as the browser reads them: base64, whole bytes a row, lowest bit first."""
    stride = (width + 7) // 8
    rows = np.frombuffer(b64decode(text), np.uint8).reshape(-1, stride)
    return np.unpackbits(rows, axis=1, count=width, bitorder="little").astype(np.bool_)


def rebuilt(data: dict[str, Any], run: dict[str, Any]) -> tuple[Any, Any]:
    """Deployments and evictions slot by slot, from the decisions and what was there before."""
    width, asked = len(data["models"]), data["requests"]["model"]
    leaving = unpacked(run["decisions"]["evicted"], width)
    assert len(leaving) == len(run["decisions"]["request"])
    held = unpacked(run["deployed_before"], width)[0].copy()
    todo = deque(zip(run["decisions"]["request"], leaving, strict=True))
    deployed, evicted = [], []
    for end in data["requests"]["slot_start"][1:]:
        out = np.zeros(width, np.bool_)
        while todo and todo[0][0] < end:
            request, gone = todo.popleft()
            assert not (gone & ~held).any(), "a model that is not there cannot be evicted"
            held &= ~gone
            held[asked[request]] = True
            out |= gone
        deployed.append(held.copy())
        evicted.append(out)
    assert not todo, "a decision outside the slots that were sent"
    return np.array(deployed), np.array(evicted)


SCENARIOS = {**PRESETS, "forty models": many_models()}


@pytest.mark.parametrize("policy", ["ga", "lru"])
@pytest.mark.parametrize("name", ["contended", "frugal", "forty models"])
@pytest.mark.parametrize("window", [1000, 7])
def test_decisions_rebuild_every_deployment(
    name: str, policy: str, window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("genedge.dashboard.canvas.player.slots_window.MOST_SLOTS", window)
    run = simulate(SCENARIOS[name], policy, record="decisions")
    assert run.evictions > 0
    taken = 0
    for first in range(0, run.requests.slots, window_slots(run)):
        data = player_data([run], "average_cost", first)
        (shown,) = data["runs"]
        last = first + data["slots"]
        deployed, evicted = rebuilt(data, shown)
        assert (deployed == run.deployed[first:last]).all()
        assert (evicted == run.slot_evicted[first:last]).all()
        outcome = np.frombuffer(b64decode(shown["outcome"]), np.uint8)
        assert np.flatnonzero(outcome == 1).tolist() == shown["decisions"]["request"]
        assert shown["first_decision"] == taken
        assert shown["decision_count"] == run.decisions.request.size
        taken += len(shown["decisions"]["request"])
    assert taken == run.decisions.request.size


def test_only_what_goes_with_the_data_is_taken_from_the_browser() -> None:
    run = simulate(PRESETS["contended"], "lru", record="decisions")
    data, late = (player_data([run, run], "average_cost", first) for first in (0, 50))
    first = late["runs"][0]["first_decision"]

    def picked(data: dict[str, Any], value: object) -> player_view.Picked | None:
        return player_view._seen({"slot": 3, "picked": value}, data).picked

    assert first > 0
    assert picked(data, {"run": 1, "decision": 0}) == {"run": 1, "decision": 0}
    assert picked(late, {"run": 1, "decision": first}) == {"run": 1, "decision": first}
    assert picked(late, {"run": 0, "decision": first - 1}) is None
    assert picked(data, {"run": 0, "decision": run.decisions.request.size}) is None
    for junk in (None, 5, {}, {"run": 2, "decision": 0}, {"run": 0, "decision": "1"}):
        assert picked(data, junk) is None
    assert player_view._seen({"slot": 5000, "picked": None}, data).slot == 99
    for damaged in (None, {}, {"slot": "x"}, {"slot": -4}):
        assert player_view._seen(damaged, data).slot == 0


MOUNT = """
from dataclasses import replace
import streamlit as st
from genedge import PRESETS, simulate
from genedge.dashboard.canvas.player import player, player_data

asked = st.query_params
load = replace(PRESETS["contended"].workload, rate=float(asked["rate"]), slots=30)
scenario = replace(PRESETS["contended"], workload=load)
runs = [simulate(scenario, name, record="decisions") for name in ("fifo", "lru")]
data = player_data(runs, "average_cost", 0)
data["speed"] = int(asked["speed"])
go = st.number_input("go", value=-1)
if go >= 0:
    data["goto"] = {"nonce": go, "run": 1, "decision": go}
data["cost_label"] = "other" if st.checkbox("other") else "Eq. 11"
seen = player(data, key="player")
st.session_state.reruns = st.session_state.get("reruns", 0) + 1
st.html(f'<p id="seen">{seen.slot} {seen.picked}</p><p id="reruns">{st.session_state.reruns}</p>')
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a page with nothing on it but the player and what it reports."""
    folder = tmp_path_factory.mktemp("player")
    (folder / "app.py").write_text(MOUNT)
    shutil.copytree(conftest.ROOT / ".streamlit", folder / ".streamlit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(conftest.ROOT))
        patch.setattr(conftest, "ROOT", folder)
        running = Server(folder)
    yield running
    running.stop()
    assert running.complaints() == []


class Stage:
    """The player alone in a tab."""

    def __init__(self, visitor: Visitor, rate: float = 3, speed: int = 5) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.page.goto(f"{visitor.url}/?rate={rate}&speed={speed}")
        self.page.wait_for_selector('[data-testid="player"][data-slot]')
        visitor.wait()
        self.page.get_by_test_id("player").focus()

    def at(self, *names: str) -> tuple[str, ...]:
        """Marks of the place: slot, request (in the slot), decision, run."""
        self.visitor.next_frame()  # they are written with it
        root = self.page.get_by_test_id("player")
        return tuple(root.get_attribute(f"data-{name}") or "" for name in names)

    def look_until(self, enough: Callable[[set[tuple[str, ...]]], bool]) -> set[tuple[str, ...]]:
        seen: set[tuple[str, ...]] = set()
        for _ in range(conftest.PATIENCE_MS // 40):
            seen.add(self.at("slot", "request"))
            if enough(seen):
                return seen
        pytest.fail(f"only {seen}")

    def place(self) -> tuple[str, ...]:
        return self.at("slot", "request", "decision")

    def press(self, *keys: str) -> tuple[str, ...]:
        for key in keys:
            self.page.keyboard.press(key)
        return self.place()

    def click(self, name: str) -> tuple[str, ...]:
        self.page.get_by_test_id(f"player-{name}").click()
        return self.place()

    def which(self) -> str:
        return self.page.get_by_test_id("player-which").inner_text()

    def storage(self) -> str:
        """What the first panel says beside its bar of storage."""
        return self.page.get_by_test_id("player-amount-storage").first.inner_text()

    def wait_for_report(self, text: str) -> None:
        self.page.locator("#seen").get_by_text(text, exact=True).wait_for()

    def chips(self, panel: int = 0) -> dict[str, float]:
        """Where in a lane the chips are, by what their tooltips say."""
        lane = self.page.get_by_test_id("player-lane").nth(panel)
        box = lane.bounding_box()
        assert box is not None
        found: dict[str, float] = {}
        for x in range(4, int(box["width"]), 12):
            self.page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
            tip = self.page.get_by_test_id("player-tip")
            if tip.is_visible():
                found.setdefault(tip.inner_text(), float(x))
        return found


@pytest.fixture
def stage(visit: Visit, alone: Server) -> Callable[..., Stage]:
    """Open the player alone; ``rate`` requests a slot, ``speed`` slots a second."""

    def opened(rate: float = 3, speed: int = 5, **options: object) -> Stage:
        return Stage(visit(alone.url, **options), rate, speed)

    return opened


def test_decisions_are_stepped_over_and_back(stage: Callable[..., Stage]) -> None:
    play = stage()
    play.press("Home")
    trail = [play.click("later") for _ in range(9)]
    numbers = [int(decision) for _, _, decision in trail]
    assert numbers == list(range(numbers[0], numbers[0] + 9))
    assert len({slot for slot, _, _ in trail}) > 2, "across slots"
    assert re.fullmatch(rf"FIFO: decision {numbers[-1] + 1} of \d\d, .+", play.which())
    assert [play.click("prior") for _ in range(8)] == trail[-2::-1]
    # The same with keys, both pairs.
    assert play.press("Shift+ArrowRight", ".") == trail[2]
    assert play.press(",", "Shift+ArrowLeft") == trail[0]
    # Back at a slot's end the label counts what has been decided so far.
    slot, _, _ = play.press("End")
    assert slot == "29"
    total = re.fullmatch(r"FIFO: (\d+) of (\d+) decisions so far", play.which())
    assert total is not None
    assert total[1] == total[2]
    assert play.click("prior")[2] == str(int(total[1]) - 1)
    assert play.page.get_by_test_id("player-later").get_attribute("aria-disabled") == "true"


def test_requests_are_stepped_over_one_by_one(stage: Callable[..., Stage]) -> None:
    play = stage()
    slot, request, _ = play.press("Home", "ArrowDown")
    assert (slot, request) == ("1", "0")
    trail = [play.press("ArrowDown")[:2] for _ in range(8)]
    assert [play.press("ArrowUp")[:2] for _ in range(8)] == [*trail[-2::-1], ("1", "0")]
    # An arrow from inside a slot goes to its end, or to the end of the one before.
    assert play.press("ArrowRight") == ("1", "", "")
    assert play.press("ArrowDown", "ArrowUp", "ArrowLeft")[:2] == ("0", "")


def test_inside_a_slot_the_bars_show_the_state_after_the_request(
    stage: Callable[..., Stage],
) -> None:
    load = replace(PRESETS["contended"].workload, rate=3, slots=30)
    scenario = replace(PRESETS["contended"], workload=load)
    run = simulate(scenario, "fifo", record="decisions")
    storage = np.array([model.storage_gb for model in run.problem.scenario.model_catalog])
    play = stage()
    for _ in range(8):
        decision = int(play.press(".")[2])
        (used, *_) = play.storage().split(" of ")
        assert float(used) == pytest.approx(run.decision_deployed[decision] @ storage, rel=1e-2)


def test_a_chip_moves_to_its_request_and_focuses_its_run(stage: Callable[..., Stage]) -> None:
    play = stage()
    play.press("End")
    chips = play.chips(panel=1)
    assert len(chips) > 1
    tip, x = next((tip, x) for tip, x in chips.items() if "decision" in tip)
    number = re.search(r"request (\d+) of", tip)
    decision = re.search(r"decision (\d+) of", tip)
    assert number is not None and decision is not None
    assert "LRU" in tip
    play.page.get_by_test_id("player-lane").nth(1).click(position={"x": x, "y": 12})
    slot, request, picked = play.place()
    assert (slot, request) == ("29", str(int(number[1]) - 1))
    assert picked == str(int(decision[1]) - 1)
    assert play.at("run") == ("1",)
    assert play.which().startswith("LRU: decision")


def test_a_panel_is_focused_by_its_head_and_by_keys(stage: Callable[..., Stage]) -> None:
    play = stage()
    heads = play.page.get_by_test_id("player-head")
    assert [heads.nth(i).get_attribute("aria-pressed") for i in (0, 1)] == ["true", "false"]
    heads.nth(1).focus()
    play.page.keyboard.press("Enter")
    assert play.at("run") == ("1",)
    assert heads.nth(1).get_attribute("aria-pressed") == "true"
    before = play.press("Home")
    assert play.press(".") != before
    assert play.which().startswith("LRU: decision")


def test_a_cell_moves_to_its_slot_and_to_its_models_decision(stage: Callable[..., Stage]) -> None:
    play = stage()
    place = play.press("Home", ".", ".", ".", ".")
    grid = play.page.get_by_test_id("player-grid").first
    box = grid.bounding_box()
    assert box is not None
    tip = play.page.get_by_test_id("player-tip")
    play.page.keyboard.press("ArrowRight")  # to the slot's end: its decisions are known by the grid

    def miss_in_this_slot() -> tuple[int, int, str]:
        """Where the pointer finds a miss of the slot that the player stands on."""
        for x in range(int(box["width"]) - 260, int(box["width"]), 5):
            for y in range(8, int(box["height"]) - 20, 12):
                play.page.mouse.move(box["x"] + x, box["y"] + y)
                text = tip.inner_text() if tip.is_visible() else ""
                if text and f"slot {int(place[0]) + 1}\n" not in text:
                    break  # another column
                if "miss" in text:
                    return x, y, text.split("\n")[0]
        pytest.fail("no miss under the pointer")

    x, y, model = miss_in_this_slot()
    grid.click(position={"x": x, "y": y})
    slot, request, decision = play.place()
    assert slot == place[0]
    assert request
    assert decision
    assert play.which().endswith(model)


def test_a_decision_is_reported_with_its_slot_in_one_go(stage: Callable[..., Stage]) -> None:
    play = stage()
    play.wait_for_report("0 None")
    slot, _, decision = play.press("Home", ".", ".")
    play.wait_for_report(f"{slot} {{'run': 0, 'decision': {decision}}}")
    play.visitor.wait()
    reruns = int(play.visitor.text("#reruns"))
    slot, _, decision = play.press(".")
    play.wait_for_report(f"{slot} {{'run': 0, 'decision': {decision}}}")
    play.visitor.wait()
    assert int(play.visitor.text("#reruns")) == reruns + 1
    play.page.get_by_test_id("player-scrub").fill("12")
    play.wait_for_report("12 None")


def test_python_can_send_the_player_to_a_decision(stage: Callable[..., Stage]) -> None:
    play = stage()
    field = play.page.get_by_role("spinbutton", name="go")
    field.fill("17")
    field.press("Enter")
    play.page.wait_for_selector('[data-testid="player"][data-decision="17"]')
    slot, _, _ = play.place()
    assert play.at("run") == ("1",)
    play.wait_for_report(f"{slot} {{'run': 1, 'decision': 17}}")
    # The nonce has been obeyed: the visitor goes on, and new data do not pull the player back.
    play.page.get_by_test_id("player").focus()
    assert play.press(".")[2] == "18"
    play.page.get_by_text("other", exact=True).click()
    play.page.get_by_text("(other)").wait_for()
    play.visitor.wait()
    slot, _, decision = play.place()
    assert decision == "18"
    play.wait_for_report(f"{slot} {{'run': 1, 'decision': 18}}")


def test_at_a_slow_pace_requests_arrive_one_after_another(stage: Callable[..., Stage]) -> None:
    play = stage(rate=8, speed=1)
    play.click("play")
    play.look_until(lambda seen: len({request for _, request in seen if request}) > 2)
    play.click("play")
    # With reduced motion a slot comes whole.
    still = stage(rate=8, speed=2, reduced_motion="reduce")
    still.click("play")
    assert {request for _, request in still.look_until(lambda seen: len(seen) > 2)} == {""}


@pytest.mark.parametrize("rate", [3, 200])
def test_nothing_sticks_out_of_a_telephone(stage: Callable[..., Stage], rate: float) -> None:
    play = stage(rate=rate, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    play.press("Home", ".", ".", ".")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert play.page.evaluate(wide) <= 0
    right = """root => Math.max(...[...root.querySelectorAll("*")]
        .map(node => node.getBoundingClientRect().right - root.getBoundingClientRect().right))"""
    assert play.page.get_by_test_id("player").evaluate(right) <= 1
    for name in ("prior", "later", "play", "back", "next"):
        box = play.page.get_by_test_id(f"player-{name}").bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40, name


def test_of_many_requests_the_lane_shows_those_around_the_current_one(
    stage: Callable[..., Stage],
) -> None:
    play = stage(rate=200)
    _, request, _ = play.press("Home", *["ArrowDown"] * 120)
    chips = play.chips()
    places = [int(n[1]) for tip in chips if (n := re.search(r"request (\d+) of", tip))]
    assert 2 < len(places) < 40
    assert int(request) + 1 in places
    lane = play.page.get_by_test_id("player-lane").first
    assert "more" in (lane.get_attribute("aria-label") or "")
