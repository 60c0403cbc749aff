"""Rankings in a real browser: strengths, flags, reasons, a better answer, two answers, and soft guards."""

import pytest

from feedback.models import Response
from tests import make
from tests.browser.conftest import PHONE

pytestmark = pytest.mark.browser

ASKED = {"strength": True, "why": True, "reasons": ["more correct", "kinder"]}


def dataset_of(looking, *lengths, words=3, **settings):
    """A dataset whose records have so many answers each."""
    with looking.database():
        dataset = make.dataset(
            looking.cast.workspace,
            "Rank the answers",
            questions={"ranking": {"type": "ranking", "field": "answers", **ASKED, **settings}},
        )
        for number, count in enumerate(lengths):
            answers = [
                {"id": f"a{n}", "text": f"Answer {n}. " + "word " * words, "model": f"secret-{n}"}
                for n in range(count)
            ]
            make.record(dataset, fields={"prompt": f"Prompt {number}", "answers": answers})
    return dataset


def label(dataset):
    return f"/acme/datasets/{dataset.pk}/label"


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved(page):
    """What changed was on this device from the moment that it did."""
    page.wait_for_selector("saved-state[data-state=server]")


def submit(page):
    before = page.locator("#task").get_attribute("data-record")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("id => document.querySelector('#task')?.dataset.record !== id", arg=before)


def the_answer(looking, status="submitted"):
    with looking.database():
        response = Response.objects.get(membership=looking.cast.ben, status=status)
    shown = response.presentation["shown"]["answers"]
    return response, dict(zip("ABCDEFGHI", shown, strict=False))


def test_everything_beside_the_tiers_is_said_by_keyboard_alone(looking):
    dataset = dataset_of(looking, 3)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "b", "1", "a", "2", "c", "x", "1", "Escape")
    page.locator("[data-strength=clearly]").focus()
    press(page, "Enter")
    page.locator(".why input").first.focus()
    press(page, "Space")
    page.locator(".why textarea").fill("Only B is right.")
    page.locator("body").press("Escape")
    page.evaluate("document.activeElement.blur()")
    press(page, "w", "Control+End")
    page.keyboard.type("And mine.")
    press(page, "Escape")
    submit(page)
    response, shown = the_answer(looking)
    said = response.values["ranking"]
    assert said["tiers"] == [[shown["B"]], [shown["A"]]]
    assert said["strengths"] == ["clearly"]
    assert said["flags"] == {shown["C"]: ["broken"]}
    assert (said["reasons"], said["why"]) == (["more correct"], "Only B is right.")
    assert said["better"]["from"] == shown["B"]
    assert said["better"]["text"].endswith("And mine.")
    assert said["better"]["text"].startswith(f"Answer {shown['B'][1]}.")


def test_what_was_said_is_there_after_a_reload(looking):
    dataset = dataset_of(looking, 3)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "a", "1", "b", "2", "c", "x", "2", "Escape")
    page.locator("[data-strength=much]").click()
    page.locator(".why .chip").nth(1).click()
    saved(page)
    page.reload()
    assert page.locator("[data-strength=much]").get_attribute("aria-pressed") == "true"
    assert page.locator(".why input").nth(1).is_checked()
    assert page.locator(".ans[data-letter=C] [data-flagged]").inner_text() == "unsafe"


def test_a_strength_stays_with_its_two_tiers_and_goes_when_they_part(looking):
    dataset = dataset_of(looking, 4)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "a", "1", "b", "3")
    page.locator("[data-strength=much]").click()
    press(page, "c", "4")
    assert page.locator("[data-strength=much][aria-pressed=true]").count() == 1
    press(page, "d", "2")
    assert page.locator("[data-strength][aria-pressed=true]").count() == 0
    press(page, "u")
    assert page.locator("[data-strength=much][aria-pressed=true]").count() == 1


def test_of_two_answers_seven_keys_say_which_and_how_much(looking):
    dataset = dataset_of(looking, 2)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "6")
    assert page.locator("[data-verdict='B clearly']").get_attribute("aria-pressed") == "true"
    press(page, "1", "u")
    assert page.locator("[data-verdict='B clearly']").get_attribute("aria-pressed") == "true"
    press(page, "4")
    assert page.locator("[data-verdict='=']").get_attribute("aria-pressed") == "true"
    press(page, "5")
    submit(page)
    response, shown = the_answer(looking)
    assert response.values["ranking"] == {
        "version": 1,
        "tiers": [[shown["B"]], [shown["A"]]],
        "strengths": ["slightly"],
    }


def test_two_five_and_nine_answers_follow_one_another(looking):
    dataset = dataset_of(looking, 2, 5, 9)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    for count in (2, 5, 9):
        page.wait_for_function("n => document.querySelectorAll('.ans').length === n", arg=count)
        for number in range(count):
            if count > 2:
                press(page, "ABCDEFGHI"[number].lower(), str(number + 1))
        if count == 2:
            press(page, "2")
        submit(page)
    with looking.database():
        answers = Response.objects.filter(membership=looking.cast.ben, status="submitted")
        assert sorted(len(one.values["ranking"]["tiers"]) for one in answers) == [2, 5, 9]


def test_a_better_answer_that_was_only_looked_at_is_none(looking):
    dataset = dataset_of(looking, 2)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "1", "w")
    at_once = (
        "document.querySelector('dialog[open]').close(); document.querySelector('[data-act=submit]').click()"
    )
    page.evaluate(at_once)
    page.wait_for_function("() => !document.querySelector('#task')?.dataset.record")
    response, _ = the_answer(looking)
    assert "better" not in response.values["ranking"]


def test_the_next_record_begins_at_its_first_answer(looking):
    dataset = dataset_of(looking, 3, 3)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    press(page, "a", "1", "b", "2", "c", "3")
    submit(page)
    assert page.locator(".ans.is-now").get_attribute("data-letter") == "A"
    press(page, "1")
    assert page.locator(".ans[data-tier='1']").get_attribute("data-letter") == "A"


def test_who_is_too_quick_is_told_once_and_not_stopped(looking):
    dataset = dataset_of(looking, 2, 2, 2, words=400)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    for told in (1, 0):
        press(page, "1")
        submit(page)
        assert page.locator("[data-name=guard]").count() == told
        if told:
            page.locator("[data-name=guard] button").last.click()
    with looking.database():
        noticed = [
            one.presentation.get("noticed")
            for one in Response.objects.filter(membership=looking.cast.ben, status="submitted")
        ]
    assert all("fast" in words for words in noticed)


def test_a_phone_has_it_all_under_the_thumb(looking):
    dataset = dataset_of(looking, 3)
    page = looking.page(looking.cast.ben, **PHONE)
    page.goto(label(dataset))
    page.locator(".dock [data-put='1']").tap()
    page.locator(".dock [data-step='1']").tap()
    page.locator(".dock [data-put='2']").tap()
    page.locator(".dock [data-step='1']").tap()
    page.locator(".ans.is-now [data-flag]").tap()
    page.locator(":popover-open .item").first.tap()
    page.keyboard.press("Escape")
    page.locator("[data-strength=slightly]").tap()
    page.locator("[data-act=submit]").tap()
    page.wait_for_selector("#empty")
    response, shown = the_answer(looking)
    assert response.values["ranking"]["flags"] == {shown["C"]: ["broken"]}
    assert response.values["ranking"]["strengths"] == ["slightly"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_page_names_no_model(looking):
    dataset = dataset_of(looking, 3)
    page = looking.page(looking.cast.ben)
    page.goto(label(dataset))
    assert "secret-" not in page.content()
