"""For people who listen: what happened is said, and the focus goes as one reads, after a submit to the next record."""

import pytest

from feedback.actions.suggestions import Given, suggest
from tests import make
from tests.browser.conftest import PHONE, WIDE

pytestmark = pytest.mark.browser

HEARD = """
  window.heard = [];
  new MutationObserver(() => {
    const text = document.getElementById("live").textContent;
    if (text) window.heard.push(text);
  }).observe(document.getElementById("live"), { childList: true });
"""


@pytest.fixture
def dataset(looking):
    with looking.database():
        dataset = make.dataset(
            looking.cast.workspace,
            guidelines="# Ties\n\nAre fine.",
            questions={
                "ranking": {"type": "ranking", "field": "answers", "strength": True},
                "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
                "comment": {"type": "text"},
            },
        )
        for record in make.records(dataset, 4):
            suggest(record, Given(dataset.questions.get(name="quality").pk, 4))
    return dataset


@pytest.fixture
def page(looking, dataset):
    page = looking.page(looking.cast.ben)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.get_by_role("button", name="I have read them").click()
    page.locator("#live", has_text="Noted: you have read version").wait_for(state="attached")
    page.evaluate(HEARD)
    return page


def hear(page, *words):
    """Wait until these were said, one after the other, and forget them."""
    page.wait_for_function(
        """(words) => {
          let at = 0;
          for (const text of window.heard) if (at < words.length && text.includes(words[at])) at += 1;
          return at === words.length && window.heard.splice(0);
        }""",
        arg=list(words),
        timeout=6000,
    )


def stays(page, state):
    """Wait until all is saved there, and let the time pass after which that is said."""
    page.locator(f"saved-state[data-state={state}]").wait_for()
    page.clock.run_for(3500)


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_each_act_of_a_ranking_is_said(page):
    press(page, "a")
    for key, words in (
        ("1", "A in tier 1"),
        ("ArrowDown", "A in tier 2"),
        ("ArrowUp", "A in tier 1"),
        ("0", "A is out of the ranking"),
        ("u", "Undone"),
        ("1", "A in tier 1"),
    ):
        press(page, key)
        hear(page, words)
    press(page, "b", "2")
    hear(page, "B in tier 2")
    press(page, "=")
    hear(page, "B ties in tier 1")
    press(page, "x")
    page.locator(":popover-open").wait_for()
    press(page, "1")
    hear(page, "B: broken")
    press(page, "1")
    hear(page, "B: not broken")
    press(page, "Escape", "v")
    hear(page, "Words that A has not are marked")
    page.get_by_role("button", name="Grid").click()
    hear(page, "Grid")


def test_each_act_of_reading_is_said(page):
    for key, words in (
        ("p", "Prompt folded"),
        ("p", "Prompt shown"),
        ("r", "Texts as written"),
        ("r", "Texts rendered"),
        ("Shift+G", "Guidelines closed"),
        ("Shift+G", "Guidelines open"),
    ):
        press(page, key)
        hear(page, words)


def test_answers_suggestions_and_what_is_missing_are_said(page):
    press(page, "Control+Enter")
    hear(page, "Not yet: place the answers")
    press(page, "s")
    hear(page, "The suggestion is taken over")
    page.locator("[name=quality]").first.focus()
    press(page, "2")
    hear(page, "2 chosen")
    press(page, "2")
    hear(page, "2 removed")
    for key in ("u", "u", "u"):
        press(page, key)
        hear(page, "Undone")
    press(page, "u")
    hear(page, "Nothing to undo")


def test_the_first_save_of_a_record_is_said_and_when_saving_fails_and_works_again(page):
    page.clock.install()
    press(page, "1")
    stays(page, "server")
    hear(page, "A in tier 1", "Saved ")
    press(page, "2")
    stays(page, "server")
    assert page.evaluate("window.heard.splice(0)") == ["A in tier 2"]
    page.context.set_offline(True)
    press(page, "3")
    stays(page, "device")
    hear(page, "A in tier 3", "Saved on this device")
    page.context.set_offline(False)
    stays(page, "server")
    hear(page, "Saved ")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (("a", "1", "b", "2", "c", "2", "Control+Enter"), "Submitted. The next record is here."),
        (("k",), "Skipped. The next record is here."),
        (("j", "1"), "Noted: it cannot be judged. The next record is here."),
    ],
)
def test_after_the_last_act_the_focus_is_with_the_next_record_from_its_beginning(page, keys, words):
    first = page.locator("#task").get_attribute("data-record")
    press(page, *keys)
    hear(page, words)
    second = page.locator("#task").get_attribute("data-record")
    assert second != first
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.locator("#main").get_attribute("aria-label") == f"Record {second[-6:]}"
    assert page.evaluate("scrollY") == 0
    press(page, "Tab")
    assert page.evaluate("document.activeElement.closest('[data-field]') !== null")


def test_what_was_sent_and_is_wrong_gets_the_focus(page):
    press(page, "Control+Enter")
    page.locator("#say.is-late").wait_for()
    assert page.evaluate("document.activeElement.closest('rank-list') !== null")


@pytest.mark.parametrize("options", [{"viewport": WIDE}, PHONE], ids=["wide", "phone"])
def test_the_focus_walks_as_one_reads(looking, dataset, options):
    page = looking.page(looking.cast.ben, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/label")
    page.get_by_role("button", name="I have read them").click()
    page.locator("#live", has_text="Noted").wait_for(state="attached")
    assert page.locator("[tabindex]").evaluate_all("all => all.every((one) => one.tabIndex < 1)")
    page.locator("a.skip").focus()
    places = ["a.skip", "header.top", "guide-drawer", "[data-field]", "rank-list", "#rail", "task-acts"]
    seen = [0]
    for _ in range(80):
        press(page, "Tab")
        where = page.evaluate(
            "places => places.findIndex((place) => document.activeElement.closest(place))", places
        )
        if where < 0:
            break
        seen.append(where)
    assert seen == sorted(seen)
    assert {0, 1, 3, 4, 5, 6} <= set(seen)
