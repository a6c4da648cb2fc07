"""Every page in a real browser: it opens, it moves, it changes, it can be shared."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import PATIENCE_MS, Server, Visitor

from genedge.scenario.codec import from_link, to_link
from genedge.scenario.presets import PRESETS
from genedge.scenario.scenario import Scenario

PAGES = {
    "/": "Which models should stay on the edge?",
    "/live": "Live run",
    "/compare": "Compare",
    "/figures": "Figures & claims",
    "/ablations": "Ablations",
    "/lab": "GA lab",
    "/equations": "Equations",
    "/catalog": "Catalog & server",
}
Visit = Callable[..., Visitor]


def key_figures(visitor: Visitor) -> list[str]:
    """The four figures at the top of Home, once all replications are in."""
    visitor.page.get_by_text("replications so far").first.wait_for(state="detached")
    visitor.wait()
    figures = visitor.page.get_by_test_id("stMetricValue")
    figures.nth(3).wait_for()
    return figures.all_inner_texts()


def scenario_of(address: str) -> Scenario:
    """The scenario that an address holds."""
    return from_link(parse_qs(urlsplit(address).query)["s"][0])


def press_slider(visitor: Visitor, label: str, key: str, times: int = 1) -> None:
    """Move a sidebar slider by keys, as a keyboard user does, and wait for the new result."""
    before = visitor.page.url
    visitor.page.get_by_role("slider", name=label).focus()
    for _ in range(times):
        visitor.page.keyboard.press(key)
    visitor.page.wait_for_url(lambda address: address != before)
    visitor.wait()


@pytest.mark.parametrize("path", PAGES)
def test_page_opens_and_nothing_sticks_out_of_a_dark_telephone(visit: Visit, path: str) -> None:
    visitor = visit(viewport={"width": 390, "height": 844}, color_scheme="dark")
    visitor.open(path)
    assert visitor.text("h1") == PAGES[path]
    # The shell ran: sidebar, navigation, the scenario in one line.
    visitor.page.get_by_role("slider", name="Storage, GB", include_hidden=True).wait_for(
        state="attached"
    )
    assert visitor.page.get_by_text("Yours", exact=True).count() >= 1
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert visitor.page.evaluate(wide) <= 0
    visitor.page.set_viewport_size({"width": 1280, "height": 900})
    visitor.wait()
    assert visitor.page.evaluate(wide) <= 0


def test_deep_link_as_the_first_request_to_a_fresh_server(
    browser: object, tmp_path: Path, visit: Visit
) -> None:
    fresh = Server(tmp_path)
    try:
        visitor = visit(fresh.url)
        visitor.open("/compare")
        assert visitor.text("h1") == "Compare"
        visitor.page.get_by_role("slider", name="Storage, GB").wait_for()
        visitor.leave()
    finally:
        fresh.stop()
    assert fresh.complaints() == []


def test_shared_link_restores_the_same_numbers_in_a_fresh_browser(visit: Visit) -> None:
    first = visit()
    first.open("/")
    before = key_figures(first)
    press_slider(first, "Storage, GB", "ArrowLeft", times=5)
    press_slider(first, "Zipf exponent", "ArrowRight", times=3)
    figures = key_figures(first)
    assert figures != before and scenario_of(first.page.url).server.storage_gb == 95.0
    address = urlsplit(first.page.url)
    second = visit(fresh=True)
    second.open("/?" + address.query)
    assert key_figures(second) == figures
    # The same link opens on any page.
    third = visit()
    third.open("/compare?" + address.query)
    assert "95 GB storage" in third.text('[data-testid="stMainBlockContainer"]')


def test_home_moves_and_its_scenario_survives_a_walk_through_the_pages(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/")
    picture = visitor.page.get_by_test_id("edge-picture")
    picture.scroll_into_view_if_needed()
    before = picture.get_attribute("data-request")
    visitor.page.get_by_test_id("edge-step").click()
    visitor.page.wait_for_selector(f'[data-testid="edge-picture"]:not([data-request="{before}"])')
    press_slider(visitor, "Storage, GB", "ArrowRight", times=2)
    for name, title in (("Compare", "Compare"), ("Live run", "Live run")):
        link = visitor.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=name)
        if not link.is_visible():
            visitor.page.get_by_text("Explore", exact=True).first.click()
        link.click()
        visitor.page.wait_for_function(
            "title => document.querySelector('h1')?.innerText === title", arg=title
        )
        visitor.wait()
        assert "130 GB storage" in visitor.text('[data-testid="stMainBlockContainer"]')
        visitor.check()


def player_slot(visitor: Visitor) -> int:
    return int(visitor.page.get_by_test_id("player").get_attribute("data-slot") or -1)


def wait_for_slot(visitor: Visitor, right: Callable[[int], bool]) -> int:
    """The player's slot, once it is right (it is written at the next frame)."""
    for _ in range(PATIENCE_MS // 50):
        if right(player_slot(visitor)):
            break
        visitor.page.wait_for_timeout(50)
    assert right(player_slot(visitor)), player_slot(visitor)
    return player_slot(visitor)


def test_live_run_plays_pauses_steps_and_scrubs(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/live")
    page = visitor.page
    page.wait_for_selector('[data-testid="player"][data-slot]')
    page.get_by_test_id("player-speed").select_option("10")
    page.get_by_test_id("player-play").click()
    wait_for_slot(visitor, lambda slot: slot > 3)
    page.get_by_test_id("player-play").click()
    visitor.wait()
    paused = player_slot(visitor)
    page.wait_for_timeout(500)
    assert player_slot(visitor) == paused
    page.get_by_test_id("player-back").click()
    wait_for_slot(visitor, lambda slot: slot == paused - 1)
    page.get_by_test_id("player-next").click()
    wait_for_slot(visitor, lambda slot: slot == paused)
    page.get_by_test_id("player-last").click()
    wait_for_slot(visitor, lambda slot: slot == 99)
    page.get_by_test_id("player-scrub").fill("42")
    wait_for_slot(visitor, lambda slot: slot == 42)
    page.get_by_test_id("player").focus()
    page.keyboard.press("Home")
    wait_for_slot(visitor, lambda slot: slot == 0)
    page.keyboard.press("ArrowRight")
    wait_for_slot(visitor, lambda slot: slot == 1)
    # The table of decisions follows the slot on the screen.
    page.get_by_text(re.compile(r"^Slot 2:")).first.wait_for()


def test_live_run_compares_the_policies_that_are_chosen(visit: Visit) -> None:
    visitor = visit()
    visitor.open("/live")
    runs = visitor.page.get_by_test_id("player-run")
    runs.first.wait_for()
    assert [runs.nth(i).get_attribute("data-policy") for i in range(2)] == ["ga", "lru"]
    visitor.page.get_by_role("combobox", name="against").click()
    visitor.page.get_by_role("option", name="Clairvoyant", exact=True).click()
    visitor.wait()
    assert [runs.nth(i).get_attribute("data-policy") for i in range(2)] == ["ga", "offline"]


def test_chart_data_comes_with_seed_scenario_and_version(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.open("/compare")
    visitor.page.get_by_role("button", name="Data").first.click()
    visitor.wait()
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("button", name="JSON").first.click()
    path = tmp_path / "data.json"
    download.value.save_as(path)
    data = json.loads(path.read_text())
    assert data["seed"] == 1
    assert data["genedge"]
    assert data["scenario"]["catalog"] == "table1"
    assert {row["policy"] for row in data["data"]} >= {"ga", "lru", "offline"}


def test_the_paper_is_measured_judged_and_travelled(visit: Visit) -> None:
    visitor = visit(viewport={"width": 1440, "height": 1400})
    visitor.open(f"/figures?s={to_link(replace(PRESETS['contended'], replications=3))}")
    page = visitor.page
    judged = page.locator(".st-key-figures_judged tr")
    judged.nth(8).wait_for()
    assert judged.count() == 9
    page.get_by_role("tab", name="Figures").click()
    page.locator(".js-plotly-plot .scatterlayer .trace").first.wait_for()
    # A click on a cell of the map makes that point the scenario in force.
    page.get_by_role("tab", name="Map").click()
    page.get_by_text("resource weight × Zipf exponent").click()
    page.locator(".js-plotly-plot .ytitle", has_text="Zipf exponent").wait_for()
    cells = page.locator(".js-plotly-plot .heatmaplayer image").first
    cells.wait_for()
    page.locator('[data-testid="stProgress"]').wait_for(state="detached")
    visitor.wait()
    box = cells.bounding_box()
    assert box is not None
    before = page.url
    # Column 8 of 9 (resource weight 0.2), row 3 of 7 from above (Zipf exponent 1.6).
    page.mouse.click(box["x"] + box["width"] * 7.5 / 9, box["y"] + box["height"] * 2.5 / 7)
    page.wait_for_url(lambda address: address != before)
    page.get_by_text("Now in force on every page").wait_for()
    visitor.wait()
    scenario = scenario_of(page.url)
    assert (scenario.workload.zipf_exponent, scenario.weights.resource) == (1.6, 0.2)
