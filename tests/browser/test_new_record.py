"""Writing a record in a real browser: by keyboard alone, on a small phone, and with nothing lost."""

import pytest

from feedback.actions.datasets import update_dataset
from feedback.models import Record, Response
from tests import make
from tests.browser.conftest import PHONE, barriers

pytestmark = pytest.mark.browser

WELL = "What is a well, and how deep do people dig for it?"


@pytest.fixture
def dataset(looking):
    with looking.database():
        made = make.dataset(
            looking.cast.workspace,
            "Write prompts",
            fields={"prompt": {"type": "text", "use_markdown": True}, "talk": {"type": "chat"}},
            questions={
                "reply": {"type": "text"},
                "quality": {"type": "rating", "options": [{"value": one} for one in range(1, 6)]},
            },
        )
        make.record(made, fields={"prompt": WELL.replace("deep", "far")})
        update_dataset(made, invites_records=True)
    return made


def write(dataset):
    return f"/acme/datasets/{dataset.pk}/write"


def kept(page):
    page.locator("saved-state", has_text="this device").wait_for()


def test_a_record_is_written_and_answered_by_keyboard_alone(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.locator("#task").wait_for()
    page.keyboard.press("n")
    page.wait_for_url(f"**{write(dataset)}")
    page.get_by_label("Prompt required").focus()
    page.keyboard.type("Who **digs** wells?")
    page.keyboard.press("Alt+p")
    page.locator(".previewed strong", has_text="digs").wait_for()
    page.get_by_label("Who speaks in turn 1", exact=True).focus()
    page.keyboard.type("Sys")
    page.keyboard.press("Tab")
    page.keyboard.type("Be brief.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Hello.")
    assert barriers(page) == []
    page.keyboard.press("Control+Enter")
    page.locator("#say", has_text="write “Reply”").wait_for()
    assert page.locator("#q-reply-text").evaluate("one => one === document.activeElement")
    page.keyboard.type("Diggers.")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/datasets/{dataset.pk}/label")
    assert page.locator("#task").get_attribute("data-record") != ""
    with looking.database():
        record = Record.objects.get(author=looking.cast.ben)
        assert record.fields["prompt"] == "Who **digs** wells?"
        said = [(one["role"], one["content"]) for one in record.fields["talk"]]
        assert said == [("system", "Be brief."), ("user", "Hello.")]
        response = Response.objects.get()
        assert (response.values, response.presentation["device"]) == ({"reply": "Diggers."}, "keyboard")
    page.goto(write(dataset))
    assert page.get_by_label("Prompt required").input_value() == "", "What was handed in does not come back."


def test_what_is_nearly_the_same_is_shown_and_can_be_sent_all_the_same(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(write(dataset))
    page.get_by_label("Prompt required").fill(WELL)
    page.get_by_label("Reply required").fill("A hole.")
    page.get_by_role("button", name="Submit").last.click()
    alert = page.get_by_role("alert").filter(has_text="nearly the same")
    assert "how far do people dig" in alert.inner_text()
    assert page.get_by_label("Prompt required").input_value() == WELL
    assert barriers(page) == []
    with looking.database():
        assert Record.objects.count() == 1
    page.get_by_role("button", name="Submit").last.click()
    page.wait_for_url(f"**/datasets/{dataset.pk}/label")
    with looking.database():
        assert Record.objects.get(author=looking.cast.ben).fields == {"prompt": WELL}


def test_what_was_written_is_there_after_a_reload_and_in_another_tab(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(write(dataset))
    page.get_by_label("Prompt required").fill("Half a")
    page.get_by_label("What is said in turn 1", exact=True).fill("Hi.")
    page.get_by_role("button", name="Add a turn").click()
    page.get_by_label("What is said in turn 2", exact=True).fill("Hello.")
    page.locator("#q-quality label", has_text="4").click()
    kept(page)
    page.reload()
    for open_page in (page, page.context.new_page()):
        if open_page is not page:
            open_page.goto(f"{looking.url}{write(dataset)}")
        kept(open_page)
        assert open_page.get_by_label("Prompt required").input_value() == "Half a"
        assert open_page.get_by_label("What is said in turn 2", exact=True).input_value() == "Hello."
        assert not open_page.get_by_label("What is said in turn 3", exact=True).is_visible()
        assert open_page.locator("#q-quality input:checked").input_value() == "4"
    with looking.database():
        assert Record.objects.count() == 1


def test_what_is_sent_without_a_network_is_added_once_there_is_one(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(write(dataset))
    page.get_by_label("Prompt required").fill("Why is rain wet?")
    page.get_by_label("Reply required").fill("It is water.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Submit").last.click()
    page.get_by_text("handed in by itself").wait_for()
    page.context.set_offline(False)
    page.wait_for_url(f"**/datasets/{dataset.pk}/label")
    with looking.database():
        assert Record.objects.filter(author=looking.cast.ben).count() == 1
    looking.complaints[:] = [one for one in looking.complaints if not one.startswith("htmx:")]


def test_a_record_is_written_by_touch_on_a_small_phone(looking, dataset):
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.get_by_role("link", name="Write a new record").tap()
    page.wait_for_url(f"**{write(dataset)}")
    page.get_by_label("Prompt required").fill("Why?")
    page.get_by_label("What is said in turn 1", exact=True).fill("Hi.")
    page.get_by_role("button", name="Add a turn").tap()
    assert page.get_by_label("Who speaks in turn 2", exact=True).input_value() == "assistant"
    page.get_by_label("Who speaks in turn 2", exact=True).select_option("user")
    page.get_by_label("What is said in turn 2", exact=True).fill("Are you there?")
    page.get_by_label("Reply required").fill("So.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    heights = "all => all.map((one) => [one.getBoundingClientRect().height, one.outerHTML.slice(0, 120)])"
    controls = page.locator("#task :is(button:not(.vh), select, textarea):visible")
    small = [one for one in controls.evaluate_all(heights) if one[0] < 43.5]
    assert small == []
    page.get_by_role("button", name="Submit").last.tap()
    page.wait_for_url(f"**/datasets/{dataset.pk}/label")
    with looking.database():
        talk = Record.objects.get(author=looking.cast.ben).fields["talk"]
        assert [one["role"] for one in talk] == ["user", "user"]


@pytest.fixture
def talk(looking):
    with looking.database():
        made = make.dataset(
            looking.cast.workspace,
            "Go on",
            fields={"talk": {"type": "chat"}},
            questions={"reply": {"type": "text", "field": "talk", "use_markdown": True}},
        )
        said = [
            {"role": "user", "content": "What is a well?"},
            {"role": "assistant", "content": "A hole with water in it."},
            {"role": "user", "content": "How deep is it?"},
        ]
        make.record(made, fields={"talk": said})
    return made


@pytest.mark.parametrize("options", [{}, PHONE], ids=["wide", "phone"])
def test_the_next_turn_is_written_below_the_conversation(looking, talk, options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{talk.pk}/label")
    editor, last = page.get_by_label("Reply required"), page.locator(".prompts .turn").last
    assert page.locator("#q-reply-turn").inner_text() == "Assistant"
    assert editor.bounding_box()["y"] > last.bounding_box()["y"]
    if not options:
        names = [
            page.locator(one).bounding_box()["x"] for one in (".prompts .turn b >> nth=-1", "#q-reply-turn")
        ]
        assert abs(names[0] - names[1]) <= 24, "Who speaks stands in one column."
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    assert barriers(page) == []
    editor.fill("Ten meters.")
    page.get_by_role("button", name="Submit").last.click()
    page.locator("#empty").wait_for()
    with looking.database():
        assert Response.objects.get().values == {"reply": "Ten meters."}
