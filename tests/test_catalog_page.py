"""The table of models on the page: what is refused is told, and only for as long as it holds."""

from collections.abc import Callable

from conftest import Visitor
from streamlit.testing.v1 import AppTest
from test_pages import link_of, opened

from genedge import PRESETS, Scenario
from genedge.dashboard.catalog_page.change import _carried

HEAD = "name,storage_gb,gpu_memory_gb,power_kw,io_delay_s,inference_delay_s\n"
GOOD = HEAD + "A,1,1,0.1,1,1\nB,2,1,0.1,1,1\n"
BAD = HEAD + "A,-1,1,0.1,1,1\nA,2,x,0.1,1,1\n"


def upload(app: AppTest, number: int, text: str) -> None:
    app.file_uploader(key=f"catalog_upload_{number}").upload("m.csv", text.encode(), "text/csv")
    app.run()


def test_a_refused_upload_is_told_until_another_table_is_in_force() -> None:
    app = opened("catalog")
    upload(app, 0, BAD)
    (told,) = app.error
    for fault in ("row 2, column storage\\_gb", "row 3, column name", "row 3, column gpu"):
        assert fault in told.value
    app.run()
    assert app.error
    upload(app, 1, GOOD)
    assert not app.error and len(app.success) == 1
    assert link_of(app).model_catalog.names == ("A", "B")
    app.button(key="catalog_reset").click().run()
    assert not app.error and not app.success


def test_an_uploads_notice_does_not_wait_for_who_left_the_page() -> None:
    app = opened("catalog")
    upload(app, 0, BAD)
    app.switch_page("../../../pages/lab.py").run()
    app.switch_page("../../../pages/catalog.py").run()
    assert not app.error


def test_an_order_by_names_outlives_other_models() -> None:
    app = opened("catalog", PRESETS["paper"])
    order = PRESETS["paper"].workload.popularity_order
    app.session_state["sidebar_preset"] = "paper"
    app.segmented_control(key="catalog_start").set_value("measured").run()
    assert not app.exception and not app.error
    found = link_of(app)
    kept = tuple(name for name in order if name in found.model_catalog.names)
    assert found.workload.popularity_order == kept
    assert any("no longer in the popularity order" in box.value.lower() for box in app.warning)
    upload(app, 0, GOOD)
    assert link_of(app).workload.popularity_order == "catalog"
    assert any("follows catalog order" in box.value for box in app.warning)


def test_a_renamed_model_keeps_its_place_and_a_deleted_one_drops_out() -> None:
    paper = PRESETS["paper"]
    models = paper.model_catalog.models
    renamed = tuple(one._replace(name="Cello") if one.name == "MusicGen" else one for one in models)
    order = _carried(paper, renamed, edited=True).popularity_order
    assert order == ("Cello", *paper.workload.popularity_order[1:])
    fewer = tuple(one for one in models if one.name != "MMS-ASR")
    order = _carried(paper, fewer, edited=True).popularity_order
    assert order == tuple(n for n in paper.workload.popularity_order if n != "MMS-ASR")


def test_popularity_goes_by_name_from_the_sidebar() -> None:
    app = opened("catalog")
    app.sidebar.selectbox(key="sidebar_workload.popularity_order").set_value("by name").run()
    assert link_of(app).workload.popularity_order == Scenario().model_catalog.names
    order = app.sidebar.multiselect(key="sidebar_workload.popularity_order_names")
    order.set_value(["BERT", "GPT-2"]).run()
    assert link_of(app).workload.popularity_order == ("BERT", "GPT-2")
    app.sidebar.multiselect(key="sidebar_workload.popularity_order_names").set_value([]).run()
    assert link_of(app).workload.popularity_order == ()
    assert not app.exception and not app.error
    app.sidebar.selectbox(key="sidebar_workload.popularity_order").set_value("largest").run()
    assert link_of(app).workload.popularity_order == "largest"


def test_a_cell_that_cannot_be_is_kept_and_told(visit: Callable[..., Visitor]) -> None:
    visitor = visit(viewport={"width": 1280, "height": 900})
    visitor.open("/catalog")
    table = visitor.page.get_by_test_id("stDataFrame").first
    storage = table.get_by_test_id("glide-cell-3-0")

    def type_storage(text: str) -> None:
        editor = visitor.page.locator("#portal").get_by_role("textbox")
        for _ in range(30):  # a table that is drawn anew or moves does not hear it
            table.evaluate("element => element.scrollIntoView({block: 'center'})")
            visitor.page.wait_for_timeout(400)
            place = table.bounding_box()
            assert place is not None
            visitor.page.mouse.move(place["x"] + 300, place["y"] + 50)
            # Storage of the first model; its editor opens, and loses what is typed before.
            visitor.page.mouse.click(place["x"] + 320, place["y"] + 53)
            visitor.page.keyboard.press("Enter")
            visitor.page.wait_for_timeout(1000)
            if editor.count():
                break
            visitor.page.keyboard.press("Escape")
        editor.fill(text)
        visitor.page.keyboard.press("Enter")
        visitor.wait()

    told = visitor.page.get_by_test_id("stAlert")
    for text, sentence in [("-5", "-5 is negative"), ("many", "'many' is not a number")]:
        type_storage(text)
        assert sentence in told.inner_text() and "Row 1 (GPT-2), Storage" in told.inner_text()
        assert storage.text_content() == text
    type_storage("15")
    assert told.count() == 0
    assert storage.text_content() == "15"
