"""The GA lab in a real browser: generations are stepped through, parameters are measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from conftest import Visitor

Visit = Callable[..., Visitor]
POPULATION = ".st-key-lab_population .js-plotly-plot"
SHOWN = """() => {
  const plot = document.querySelector('.st-key-lab_population .js-plotly-plot');
  return [plot.layout.annotations[0].text, plot.layout.sliders[0].active,
          plot.data[1].x.length, JSON.stringify(plot.data[0].z)];
}"""


def shown(visitor: Visitor) -> list[Any]:
    """Note, slider, crosses and cells of the population on the screen."""
    found: list[Any] = visitor.page.evaluate(SHOWN)
    return found


def test_generations_are_stepped_through_and_tuned(visit: Visit) -> None:
    visitor = visit(viewport={"width": 1440, "height": 2000})
    visitor.open("/lab")
    page = visitor.page
    page.locator(POPULATION).wait_for()
    first = shown(visitor)
    assert first[1] == 0 and first[2] > 0
    box = page.locator(f"{POPULATION} .slider-tick-rect").nth(5).bounding_box()
    assert box is not None
    page.mouse.click(box["x"], box["y"] - 8)
    page.wait_for_function(f"() => ({SHOWN})()[1] === 5")
    page.wait_for_function(f"before => ({SHOWN})()[3] !== before", arg=first[3])
    fifth = shown(visitor)
    assert fifth[0] != first[0] and fifth[2] < first[2]
    # Playing goes on from there, without asking the server.
    visitor.wait()  # a chart that is drawn anew loses a click
    page.locator(f"{POPULATION} .updatemenu-button").first.click()
    page.wait_for_function(f"() => ({SHOWN})()[1] > 7")
    visitor.check()
    # Tuned, the search is another one.
    caption = page.get_by_text("of 50 candidates of the first generation")
    caption.wait_for()
    page.get_by_role("slider", name="Population").focus()
    page.keyboard.press("Home")
    page.get_by_text("2 candidates of the first generation").or_(
        page.get_by_text("Every candidate fitted")
    ).wait_for()
    visitor.wait()
    assert caption.count() == 0
    page.get_by_role("button", name="Back to the scenario's").click()
    caption.wait_for()
    visitor.wait()


def test_parameters_are_measured_on_the_screen(visit: Visit) -> None:
    visitor = visit(viewport={"width": 1440, "height": 1400})
    visitor.open("/lab")
    page = visitor.page
    page.get_by_role("tab", name="Parameters").click()
    page.get_by_role("button", name="Measure again").wait_for()
    visitor.wait()
    lines = page.locator(".st-key-lab_parameters .js-plotly-plot .scatterlayer .trace")
    assert lines.count() == 10
    assert page.get_by_text("matters most").count() >= 1
    page.get_by_role("tab", name="Whole run").click()
    page.get_by_text("The GA finds the optimum in all 71 decisions.").wait_for()
    visitor.wait()
