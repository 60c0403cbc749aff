"""Questions that ask more, in a real browser: a rating for each answer."""

import pytest

from feedback.actions.suggestions import Given, suggest
from feedback.models import Question, Response
from tests import make
from tests.browser.conftest import PHONE, barriers

pytestmark = pytest.mark.browser

POINTS = [{"value": n} for n in range(1, 6)]
EACH = {
    "type": "rating_each",
    "for_each": "answers",
    "options": POINTS,
    "words": {"1": "no help", "5": "just right"},
}


@pytest.fixture
def begin(looking):
    """A dataset that asks `questions` of one record, opened as Ben."""

    def opened(questions, **options):
        with looking.database():
            dataset = make.dataset(looking.cast.workspace, questions=questions)
            record = make.record(dataset)
            for question in Question.objects.filter(dataset=dataset, name="helpful"):
                suggest(
                    record, Given(question.pk, {"version": 1, "ratings": {"m1": 2, "m3": 5}}, agent="judge")
                )
        page = looking.page(looking.cast.ben, **options)
        page.goto(f"/acme/datasets/{dataset.pk}/label")
        page.locator("task-acts:defined").wait_for()
        return page

    return opened


def submitted(looking):
    with looking.database():
        return [
            (one.values, one.record.item_for(one.membership))
            for one in Response.objects.filter(status="submitted")
        ]


def submit(page):
    page.keyboard.press("Control+Enter")
    page.locator("#empty h1").wait_for()


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360


def test_each_answer_is_rated_by_digits_that_go_on_to_the_next(looking, begin):
    page = begin({"helpful": EACH})
    for digit in "524":
        page.keyboard.press(digit)
    page.locator("#live", has_text="C: 4").wait_for(state="attached")
    page.keyboard.press("b")
    page.keyboard.press("1")
    submit(page)
    ((values, item),) = submitted(looking)
    shown = item.shown(["m1", "m2", "m3"])
    assert values["helpful"]["ratings"] == dict(zip(shown, (5, 1, 4), strict=True))


def test_what_is_not_rated_is_named_and_gets_the_focus(looking, begin):
    page = begin({"helpful": EACH})
    page.keyboard.press("3")
    page.keyboard.press("Control+Enter")
    page.locator("#say", has_text="rate B, C").wait_for()
    assert page.evaluate("document.activeElement.name") == "helpful.B"
    assert submitted(looking) == []


def test_the_suggestion_is_taken_over_and_undone(looking, begin):
    page = begin({"helpful": EACH})
    page.keyboard.press("s")
    assert page.locator("rate-each input:checked").count() == 2
    page.keyboard.press("u")
    assert page.locator("rate-each input:checked").count() == 0


def test_beside_a_ranking_letters_look_at_its_cards(looking, begin):
    page = begin({"ranking": {"type": "ranking", "field": "answers"}, "helpful": EACH})
    page.locator("rate-each [data-look=C]").click()
    assert page.evaluate("document.activeElement.dataset.letter") == "C"
    page.locator("rate-each [name='helpful.B']").first.focus()
    page.keyboard.press("4")
    assert page.locator("[name='helpful.B']:checked").get_attribute("value") == "4"
    assert page.locator(".ans input:checked").count() == 0


def test_each_answer_is_rated_by_touch_on_a_phone(looking, begin):
    page = begin({"helpful": EACH}, **PHONE)
    for letter, point in zip("ABC", "315", strict=True):
        chip = page.locator(f"rate-each [name='helpful.{letter}'][value='{point}']")
        box = chip.bounding_box()
        assert min(box["height"], box["width"]) >= 44
        chip.tap()
    assert fits(page)
    page.locator("[data-act=submit]").tap()
    page.locator("#empty h1").wait_for()
    ((values, item),) = submitted(looking)
    assert [values["helpful"]["ratings"][one] for one in item.shown(["m1", "m2", "m3"])] == [3, 1, 5]


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, PHONE], ids=["wide", "dark", "phone"])
def test_nobody_is_shut_out_by_the_grid(begin, options):
    page = begin({"helpful": EACH}, **options)
    page.keyboard.press("5")
    assert barriers(page) == []
