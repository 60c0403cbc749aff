"""Marking a text in a real browser: by keyboard alone, by mouse, by touch; exactly where the server counts."""

import json

import pytest

from feedback.actions.suggestions import Given, suggest
from feedback.models import Response
from tests import make
from tests.browser.conftest import PHONE, barriers, eventually

pytestmark = pytest.mark.browser

TEXT = "The tower 🗼 of Paris, said 👩‍👩‍👧 e\u0301cole.\r\n\r\nبرج إيفل في باريس"
OPTIONS = [{"value": value, "text": value.title()} for value in ("thing", "place", "people")]


@pytest.fixture
def marking(looking):
    """A dataset whose text is marked, with one record; and what somebody has answered."""

    def made(text=TEXT, **settings):
        span = {"type": "span", "field": "text", "options": OPTIONS, **settings}
        with looking.database():
            dataset = make.dataset(
                looking.cast.workspace,
                fields={"text": {"type": "text"}},
                questions={"marks": span, "comment": {"type": "text"}},
            )
            make.record(dataset, fields={"text": text})
        return dataset

    return made


def answers(looking, who, status="submitted"):
    with looking.database():
        return [one.values for one in Response.objects.filter(membership=who, status=status)]


def pieces(values, text=TEXT):
    return [(one["label"], text[one["start"] : one["end"]]) for one in values["marks"]]


def begin(looking, dataset, **options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.locator("span-text:defined").wait_for()
    return page


def submit(page):
    page.keyboard.press("Control+Enter")
    page.locator("#empty h1").wait_for()


def drag(page, start, end):
    """Select by mouse from one place in the text to another, in UTF-16 units."""
    place = """([unit, ends]) => {
      const body = document.querySelector('[data-body]');
      const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
      let node = walker.nextNode();
      for (; node.length < unit || (!ends && node.length === unit); node = walker.nextNode()) unit -= node.length;
      const range = document.createRange();
      range.setStart(node, unit);
      range.collapse(true);
      const box = range.getBoundingClientRect();
      return [box.left, box.top + box.height / 2];
    }"""
    (x, y), (to_x, to_y) = page.evaluate(place, [start, False]), page.evaluate(place, [end, True])
    page.mouse.move(x + 0.5, y)
    page.mouse.down()
    page.mouse.move((x + to_x) / 2, to_y, steps=4)
    page.mouse.move(to_x - 0.5, to_y, steps=4)
    page.mouse.up()


def test_a_text_is_marked_by_keyboard_alone(looking, marking):
    page = begin(looking, marking())
    page.keyboard.press("ArrowRight")  # into the text
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.locator("[data-picked] span").inner_text() == "🗼"
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("3")
    page.locator("#live", has_text="👩‍👩‍👧 marked as People").wait_for(state="attached")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    submit(page)
    (values,) = answers(looking, looking.cast.ben)
    assert pieces(values) == [
        ("thing", "tower 🗼"),
        ("place", "Paris"),
        ("people", "👩‍👩‍👧"),
        ("place", "e\u0301cole"),
    ]


def test_in_a_text_from_right_to_left_the_left_arrow_goes_on(looking, marking):
    text = "برج إيفل 🗼 في باريس"
    page = begin(looking, marking(text))
    page.locator("[data-body]").focus()
    for key in ("ArrowLeft", "ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    page.keyboard.press("1")
    submit(page)
    assert pieces(answers(looking, looking.cast.ben)[0], text) == [("thing", "إيفل 🗼")]


def test_marks_are_walked_changed_removed_and_brought_back_by_keys(looking, marking):
    page = begin(looking, marking())
    body = page.locator("[data-body]")
    body.focus()
    for key in ("ArrowRight", "1", "ArrowRight", "ArrowRight", "2"):
        page.keyboard.press(key)
    value = page.locator("input[name=marks]")
    two = value.input_value()
    page.keyboard.press("Shift+Tab")
    assert page.locator("[data-picked] span").inner_text() == "The"
    page.keyboard.press("3")
    assert json.loads(value.input_value())[0]["label"] == "people"
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    assert len(json.loads(value.input_value())) == 1
    page.keyboard.press("u")
    page.keyboard.press("u")
    assert value.input_value() == two
    assert page.locator(".mark").count() == 2
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")  # after the last mark Tab leaves
    assert not body.evaluate("body => body.contains(document.activeElement)")
    body.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert not body.evaluate("body => body.contains(document.activeElement)")


def test_lines_are_walked_up_and_down_and_characters_one_by_one(looking, marking):
    text = "one two\nthree four\nfive six"
    page = begin(looking, marking(text))
    page.locator("[data-body]").focus()
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert page.locator("[data-picked] span").inner_text().replace("\n", " ") == "three four five"
    page.keyboard.press("Home")
    assert page.locator("[data-picked] span").inner_text() == "one"
    page.get_by_label("Whole words").uncheck()
    page.locator("[data-body]").focus()
    for key in ("ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    picked = page.locator("[data-picked] span").inner_text()
    assert (len(picked), picked in text) == (2, True)
    page.reload()
    assert not page.get_by_label("Whole words").is_checked()


def test_by_mouse_whole_words_are_marked_and_a_mark_is_picked_by_a_click(looking, marking):
    page = begin(looking, marking())
    drag(page, 6, 12)  # from the middle of "tower" over the emoji
    page.locator("[data-label=thing]").click()
    assert page.locator(".mark").inner_text() == "tower 🗼"
    page.locator(".mark").click()
    assert page.locator("[data-label=thing]").get_attribute("aria-pressed") == "true"
    page.keyboard.press("2")
    submit(page)
    assert pieces(answers(looking, looking.cast.ben)[0]) == [("place", "tower 🗼")]


def test_without_whole_words_the_mouse_marks_what_it_selects(looking, marking):
    page = begin(looking, marking("watermill"))
    page.get_by_label("Whole words").uncheck()
    drag(page, 0, 5)
    page.keyboard.press("1")
    submit(page)
    assert pieces(answers(looking, looking.cast.ben)[0], "watermill") == [("thing", "water")]


def test_one_mark_takes_the_place_of_another_unless_they_may_overlap(looking, marking):
    for overlap in (False, True):
        page = begin(looking, marking("one two three", allow_overlapping=overlap))
        page.locator("[data-body]").focus()
        for key in (
            "ArrowRight",
            "Shift+ArrowRight",
            "1",
            "ArrowRight",
            "Shift+ArrowLeft",
            "Shift+ArrowLeft",
            "2",
        ):
            page.keyboard.press(key)
        marks = json.loads(page.locator("input[name=marks]").input_value())
        assert [(one["label"], one["start"], one["end"]) for one in marks] == (
            [("thing", 0, 7), ("place", 0, 13)] if overlap else [("place", 0, 13)]
        )
        submit(page)


def test_by_touch_on_a_small_phone(looking, marking):
    page = begin(looking, marking(), **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.evaluate(
        """() => {
          const range = document.createRange();
          range.setStart(document.querySelector('[data-body]').firstChild, 4);
          range.setEnd(document.querySelector('[data-body]').firstChild, 9);
          const box = range.getBoundingClientRect();
          return [box.left + box.width / 2, box.top + box.height / 2];
        }"""
    )
    page.touchscreen.tap(*box)
    assert page.locator("[data-picked] span").inner_text() == "tower"
    page.locator("[data-grow='1']").tap()
    page.locator("[data-label=thing]").tap()
    small = page.locator(".marking button:visible").evaluate_all(
        "all => all.filter(one => one.getBoundingClientRect().height < 44).map(one => one.innerText)"
    )
    assert small == []
    page.locator("[data-act=submit]").tap()
    page.locator("#empty h1").wait_for()
    assert pieces(answers(looking, looking.cast.ben)[0]) == [("thing", "tower 🗼")]


def test_an_untouched_text_cannot_be_submitted_but_nothing_to_mark_can_be_said(looking, marking):
    page = begin(looking, marking())
    page.keyboard.press("Control+Enter")
    page.locator("#say", has_text="mark something").wait_for()
    assert answers(looking, looking.cast.ben) == []
    page.get_by_role("button", name="Nothing to mark").click()
    submit(page)
    assert answers(looking, looking.cast.ben) == [{"marks": []}]


def test_marks_are_saved_by_themselves_and_found_again(looking, marking):
    dataset = marking()
    page = begin(looking, dataset)
    page.locator("[data-body]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    eventually(
        lambda: [pieces(one) for one in answers(looking, looking.cast.ben, "draft")] == [[("thing", "The")]]
    )
    page.reload()
    assert page.locator(".mark").inner_text() == "The"
    assert page.locator(".mark").get_attribute("data-says") == "Thing"


def test_what_is_suggested_looks_so_and_is_taken_by_a_key(looking, marking):
    dataset = marking()
    with looking.database():
        question = dataset.questions.get(name="marks")
        suggest(
            dataset.records.get(),
            Given(question.pk, [{"label": "place", "start": 15, "end": 20}], agent="judge"),
        )
    page = begin(looking, dataset)
    assert page.locator(".mark.is-hint").inner_text() == "Paris"
    assert page.locator("input[name=marks]").input_value() == ""
    page.keyboard.press("s")
    assert page.locator(".mark:not(.is-hint)").inner_text() == "Paris"
    page.keyboard.press("u")
    assert page.locator(".mark.is-hint").count() == 1
    page.keyboard.press("s")
    submit(page)
    assert pieces(answers(looking, looking.cast.ben)[0]) == [("place", "Paris")]


def test_of_many_labels_a_search_finds_the_one(looking, marking):
    many = [{"value": f"l{n}", "text": f"Label {n}"} for n in range(500)]
    page = begin(looking, marking(options=many, visible_options=5))
    assert page.locator("[data-label]:visible").count() == 5
    page.locator("[data-body]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Find a label").fill("label 321")
    page.keyboard.press("Enter")
    assert json.loads(page.locator("input[name=marks]").input_value()) == [
        {"label": "l321", "start": 0, "end": 3}
    ]
    page.get_by_label("Find a label").fill("")
    assert page.locator("[data-label]:visible").count() == 6  # what is used stays in sight


def test_a_long_text_with_two_hundred_marks_answers_at_once(looking, marking):
    words = ("water " * 3334)[:20_000]
    dataset = marking(words)
    with looking.database():
        value = [{"label": "thing", "start": n * 96, "end": n * 96 + 5} for n in range(200)]
        suggest(dataset.records.get(), Given(dataset.questions.get(name="marks").pk, value))
    page = begin(looking, dataset)
    page.keyboard.press("s")
    assert page.locator(".mark").count() == 200
    page.locator("[data-body]").focus()
    page.keyboard.press("End")
    took = page.evaluate(
        """async () => {
          const body = document.querySelector('[data-body]');
          const how = { bubbles: true, cancelable: true };
          const press = (key) => body.dispatchEvent(new KeyboardEvent('keydown', { key, ...how }));
          const times = [];
          for (const key of ['ArrowLeft', 'ArrowLeft', '2', 'Delete', 'ArrowUp', '3', 'Tab', '2', 'ArrowRight', '1']) {
            const begin = performance.now();
            press(key);
            body.getBoundingClientRect();
            times.push(performance.now() - begin);
            await new Promise(requestAnimationFrame);
          }
          return times.sort((a, b) => a - b);
        }"""
    )
    assert took[len(took) // 2] < 100, took


def test_without_scripts_text_and_marks_can_be_read(looking, marking):
    dataset = marking()
    page = begin(looking, dataset)
    page.locator("[data-body]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("1")
    eventually(lambda: len(answers(looking, looking.cast.ben, "draft")) == 1)
    plain = looking.page(looking.cast.ben, java_script_enabled=False)
    plain.goto(f"/acme/datasets/{dataset.pk}/label")
    assert "The tower 🗼 of Paris" in plain.locator("[data-body]").inner_text()
    plain.locator("details summary", has_text="1 marked").click()
    assert plain.locator("details.marks li").inner_text().split() == ["The", "Thing"]


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["wide", "dark", "phone"])
def test_axe_finds_nothing_serious(looking, marking, options):
    page = begin(looking, marking(), **options)
    page.locator("[data-body]").focus()
    for key in ("ArrowRight", "1", "ArrowRight", "2", "ArrowRight"):
        page.keyboard.press(key)
    page.locator("details summary").first.click()
    assert barriers(page) == []
