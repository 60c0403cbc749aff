"""Writing in a real browser: the editor of a text, by keyboard alone and on a small phone."""

import pytest

from feedback.actions.suggestions import Given, suggest
from feedback.models import Response
from tests import make
from tests.browser.conftest import PHONE, barriers

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(looking):
    kept = [
        {"name": "Refusal", "text": "I cannot help with that."},
        {"name": "Sources", "text": "Sources:\n- one"},
    ]
    reply = {"type": "text", "use_markdown": True, "min_length": 3, "max_length": 200, "snippets": kept}
    with looking.database():
        made = make.dataset(
            looking.cast.workspace,
            "Write the answer",
            fields={"prompt": {"type": "text"}},
            questions={"reply": reply, "remark": {"type": "text"}},
        )
        make.records(made, 2, fields={"prompt": "What is a well?"})
    return made


def label(dataset, query=""):
    return f"/acme/datasets/{dataset.pk}/label{query}"


def test_an_answer_is_written_with_its_preview_beside_it_by_keyboard_alone(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.get_by_label("Reply required").focus()
    page.keyboard.type("A **hole** with water.")
    page.keyboard.press("Alt+p")
    page.locator("#q-reply-preview strong", has_text="hole").wait_for()
    page.keyboard.type(" And `rope`.")
    page.locator("#q-reply-preview code", has_text="rope").wait_for()
    box, pane = (page.locator(one).bounding_box() for one in ("#q-reply-text", "#q-reply-preview"))
    assert pane["x"] >= box["x"] + box["width"] - 1
    assert barriers(page) == []
    first = page.locator("#task").get_attribute("data-record")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("id => document.querySelector('#task').dataset.record !== id", arg=first)
    assert page.locator("#q-reply-preview").is_visible(), "It is shown as it was left."
    with looking.database():
        assert Response.objects.get().values == {"reply": "A **hole** with water. And `rope`."}
    page.keyboard.press("Alt+p")
    page.reload()
    page.get_by_role("button", name="Preview").wait_for()
    assert not page.locator("#q-reply-preview").is_visible()


def test_a_kept_text_is_inserted_at_the_cursor_by_keyboard_alone_and_taken_back(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    box = page.get_by_label("Reply required")
    box.focus()
    page.keyboard.type("Before.  After.")
    for _ in "After.":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+i")
    page.get_by_role("button", name="Refusal").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert box.input_value() == "Before. Sources:\n- one After."
    page.keyboard.press("Control+z")
    assert box.input_value() == "Before.  After."
    page.keyboard.press("Alt+i")
    page.keyboard.press("1")
    page.keyboard.type("!")
    assert box.input_value() == "Before. I cannot help with that.! After."
    page.keyboard.press("Alt+i")
    page.keyboard.press("Escape")
    page.locator("saved-state", has_text="Saved").wait_for()
    assert barriers(page) == []


def test_the_menu_of_kept_texts_fits_a_small_phone(looking, dataset):
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(label(dataset))
    page.get_by_role("button", name="Insert").tap()
    item = page.get_by_role("button", name="Sources")
    box = item.bounding_box()
    assert box["height"] >= 44
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    item.tap()
    assert page.locator("#q-reply-text").input_value() == "Sources:\n- one"


def test_the_preview_stands_below_on_a_small_phone_and_keeps_its_scroll(looking, dataset):
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(label(dataset))
    page.locator("#q-reply-text").fill("\n\n".join(f"Line {number}" for number in range(60)))
    page.get_by_role("button", name="Preview").tap()
    pane = page.locator("#q-reply-preview")
    pane.get_by_text("Line 59").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert pane.bounding_box()["y"] > page.locator("#q-reply-text").bounding_box()["y"]
    pane.evaluate("one => { one.scrollTop = 300; }")
    page.locator("#q-reply-text").press("Control+End")
    page.locator("#q-reply-text").press_sequentially(" and more")
    pane.get_by_text("Line 59 and more").wait_for()
    assert pane.evaluate("one => one.scrollTop") == 300
    assert "is-over" in page.locator("#q-reply-count").get_attribute("class")


def test_the_last_preview_stays_without_a_network(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    page.locator("#q-reply-text").fill("A *hole*.")
    page.get_by_role("button", name="Preview").click()
    page.locator("#q-reply-preview em").wait_for()
    page.context.set_offline(True)
    page.locator("#q-reply-text").fill("Another.")
    page.locator("#q-reply-preview.is-late em").wait_for()
    page.context.set_offline(False)


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_a_manager_reads_what_became_of_a_suggestion_by_keyboard(looking, dataset, options):
    with looking.database():
        record = dataset.records.first()
        question = dataset.questions.get(name="reply")
        suggest(record, Given(question.pk, "A well is a hole.", agent="model-1"))
        make.response(record, looking.cast.ben, {"reply": "A well is a deep hole.\n\nWater stands in it."})
    page = looking.page(looking.cast.max, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/records/{record.pk}/")
    page.locator("summary", has_text="What became of the suggestion").focus()
    page.keyboard.press("Enter")
    added = page.locator(".began ins").first
    assert added.inner_text().strip() == "deep"
    assert "underline" in added.evaluate("one => getComputedStyle(one).textDecorationLine")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert barriers(page) == []
