"""Questions that come and go with the answers to others, in a real browser."""

import pytest

from feedback.models import Question, Response
from tests import make
from tests.browser.conftest import PHONE, barriers, eventually

pytestmark = pytest.mark.browser

RIGHT = {
    "type": "label_selection",
    "options": [{"value": "no", "text": "Not right"}, {"value": "yes", "text": "Right"}],
}
BAD = {
    "type": "rating",
    "options": [{"value": n} for n in range(1, 6)],
    "shown_when": {"question": "right", "any_of": ["no"]},
}
WHY = {"type": "text", "shown_when": {"question": "bad", "at_least": 4}}
RANKING = {"type": "ranking", "field": "answers", "shown_when": {"question": "right", "any_of": ["yes"]}}


@pytest.fixture
def begin(looking):
    """A dataset that asks `questions`, all of them required, of one record, opened as Ben."""

    def opened(questions, **options):
        with looking.database():
            dataset = make.dataset(looking.cast.workspace, questions=questions)
            Question.objects.filter(dataset=dataset).update(required=True)
            make.record(dataset)
        page = looking.page(looking.cast.ben, **options)
        page.goto(f"/acme/datasets/{dataset.pk}/label")
        page.locator("task-acts:defined").wait_for(state="attached")
        return page

    return opened


def stored(looking, status):
    with looking.database():
        return [one.values for one in Response.objects.filter(status=status)]


def asked(page):
    """The questions that can be seen."""
    every = page.locator("[data-question]").all()
    return [one.get_attribute("data-question") for one in every if one.is_visible()]


def hears(page, words):
    page.locator("#live", has_text=words).wait_for(state="attached")


def submit(page):
    page.keyboard.press("Control+Enter")
    page.locator("#empty h1").wait_for()


def test_a_question_comes_at_once_and_is_said_and_answered_by_keys(looking, begin):
    page = begin({"right": RIGHT, "bad": BAD, "why": WHY})
    assert asked(page) == ["right"]
    page.keyboard.press("1")
    hears(page, "Not right chosen. “Bad” is asked now")
    assert asked(page) == ["right", "bad"]
    page.locator("[name=right]:checked").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "bad"
    page.keyboard.press("4")
    hears(page, "4 chosen. “Why” is asked now")
    page.keyboard.press("Control+Enter")
    page.locator("#say", has_text="write “Why”").wait_for()
    assert page.evaluate("document.activeElement.name") == "why"
    page.keyboard.type("It is wrong.")
    submit(page)
    assert stored(looking, "submitted") == [{"right": "no", "bad": 4, "why": "It is wrong."}]


def test_a_question_goes_with_those_that_hang_on_it_and_a_draft_keeps_their_answers(looking, begin):
    page = begin({"right": RIGHT, "bad": BAD, "why": WHY})
    page.locator("[name=right][value=no]").check()
    page.locator("[name=bad][value='5']").check()
    page.locator("[name=why]").fill("It is wrong.")
    page.locator("[name=right][value=yes]").check()
    hears(page, "“Bad” is not asked any more. “Why” is not asked any more")
    assert asked(page) == ["right"]
    everything = {"right": "yes", "bad": 5, "why": "It is wrong."}
    eventually(lambda: stored(looking, "draft") == [everything])
    page.reload()
    page.locator("task-acts:defined").wait_for(state="attached")
    assert asked(page) == ["right"]
    page.locator("[name=right][value=no]").check()
    assert asked(page) == ["right", "bad", "why"]
    assert page.locator("[name=why]").input_value() == "It is wrong."
    page.locator("[name=right][value=yes]").check()
    submit(page)
    assert stored(looking, "submitted") == [{"right": "yes"}]


def test_undo_takes_the_question_back_and_the_focus_with_it(begin):
    page = begin({"right": RIGHT, "bad": BAD})
    page.keyboard.press("1")
    page.locator("[name=bad]").first.focus()
    page.keyboard.press("u")
    assert asked(page) == ["right"]
    assert page.evaluate("document.activeElement.name") == "right"
    page.keyboard.press("2")  # digits belong to what is there
    assert page.locator("[name=right]:checked").get_attribute("value") == "yes"


def test_what_a_ranking_ranks_is_read_before_and_stands_on_its_cards_then(looking, begin):
    page = begin({"right": RIGHT, "ranking": RANKING})
    assert page.locator("#field-answers").is_visible()
    assert not page.locator("#rail-top [data-rank]").is_visible()
    page.keyboard.press("b")  # no key reaches what is not there
    page.keyboard.press("2")
    hears(page, "“Ranking” is asked now")
    assert not page.locator("#field-answers").is_visible()
    assert page.locator("#rail-top [data-rank]").is_visible()
    page.keyboard.press("Tab")
    page.locator("rank-list .ans").first.click()
    for key in ("a", "1", "b", "2", "c", "3"):
        page.keyboard.press(key)
    submit(page)
    ((values),) = stored(looking, "submitted")
    assert [len(tier) for tier in values["ranking"]["tiers"]] == [1, 1, 1]


def test_a_text_is_read_before_it_is_marked_and_marks_are_an_answer(looking, begin):
    marks = {"type": "span", "field": "prompt", "options": [{"value": "bad", "text": "Bad"}]}
    marks["shown_when"] = {"question": "right", "any_of": ["no"]}
    page = begin(
        {"right": RIGHT, "marks": marks, "why": {"type": "text", "shown_when": {"question": "marks"}}}
    )
    assert page.locator("#field-prompt").is_visible()
    page.locator("[name=right][value=no]").check()
    assert not page.locator("#field-prompt").is_visible()
    assert sorted(asked(page)) == ["marks", "right"]
    page.locator("span-text [data-nothing]").click()
    hears(page, "“Why” is asked now")
    page.locator("[name=why]").fill("  ")
    page.locator("[data-act=submit]").click()
    page.locator("#say", has_text="write “Why”").wait_for()
    page.locator("[name=why]").fill("So")
    submit(page)
    assert stored(looking, "submitted") == [{"right": "no", "marks": [], "why": "So"}]


def test_the_next_record_begins_anew_even_if_it_has_nothing_to_rank(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, questions={"right": RIGHT, "ranking": RANKING})
        make.records(dataset, 1)
        make.record(dataset, fields={"prompt": "Alone"})
    page = looking.page(looking.cast.ben)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.locator("task-acts:defined").wait_for(state="attached")
    page.keyboard.press("1")
    page.keyboard.press("Control+Enter")
    page.locator(".prompt", has_text="Alone").wait_for()
    assert asked(page) == ["right"]
    page.locator("[name=right][value=yes]").check()
    assert sorted(asked(page)) == ["ranking", "right"]
    submit(page)
    assert stored(looking, "submitted") == [{"right": "no"}, {"right": "yes"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_works_by_touch_on_a_phone_and_shuts_nobody_out(looking, begin, scheme):
    page = begin({"right": RIGHT, "bad": BAD, "why": WHY}, color_scheme=scheme, **PHONE)
    page.locator("label.chip", has_text="Not right").tap()
    page.locator("[name=bad][value='4']").tap()
    page.locator("[name=why]").fill("It is wrong.")
    assert asked(page) == ["right", "bad", "why"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert barriers(page) == []
    page.locator("[data-act=submit]").tap()
    page.locator("#empty h1").wait_for()
    assert stored(looking, "submitted") == [{"right": "no", "bad": 4, "why": "It is wrong."}]


def test_without_scripts_every_question_is_there_with_its_condition(looking):
    with looking.database():
        dataset = make.dataset(looking.cast.workspace, questions={"right": RIGHT, "bad": BAD})
        Question.objects.filter(dataset=dataset).update(required=True)
        make.record(dataset)
    page = looking.page(looking.cast.ben, java_script_enabled=False)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    assert page.get_by_text("Only when “Right” is Not right.").is_visible()
    assert page.locator("[name=bad]").first.is_visible()
    page.locator("[name=right][value=no]").check()
    page.locator("[data-act=submit]").click()
    assert page.get_by_text("This question needs an answer").first.is_visible()
    page.locator("[name=right][value=yes]").check()
    page.locator("[data-act=submit]").click()
    page.locator("#empty h1").wait_for()
    assert stored(looking, "submitted") == [{"right": "yes"}]
