"""The tab Queue by keyboard: only what matters is there, a sentence says what it means, and times are one's own."""

import pytest
from playwright.sync_api import expect

from feedback.models import QueueRules
from tests.browser.conftest import PHONE, barriers
from tests.feedback import queue_of

pytestmark = pytest.mark.browser


def test_a_manager_sets_the_rules_by_keyboard(looking) -> None:
    with looking.database():
        dataset = queue_of.dataset(looking.cast)
    page = looking.page(looking.cast.max, timezone_id="America/New_York", locale="en-US")
    page.goto(f"/acme/datasets/{dataset.pk}/queue")
    assert barriers(page) == []

    expect(page.get_by_label("Answers per record of the share")).to_be_hidden()
    page.get_by_label("Share of records with more answers").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Answers per record of the share")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("3")
    expect(page.get_by_text("One record in 5 gets 3 answers, all others 1.")).to_be_visible(timeout=15_000)

    expect(page.locator("[name=order_property]")).to_be_hidden()
    page.get_by_label("Oldest first").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("[name=order_property]")).to_be_focused()
    page.keyboard.type("Lev")
    expect(page.get_by_label("Suggestions to")).to_be_hidden()
    expect(page.get_by_text("Records come by Level: easy, middling, hard")).to_be_visible(timeout=15_000)

    expect(page.get_by_text("America/New_York")).to_be_visible()
    page.locator("[name=due_at]").fill("2027-01-01T12:00")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The rules are saved.")).to_be_visible(timeout=15_000)
    expect(page.locator("[name=due_at]")).to_have_value("2027-01-01T12:00")
    with looking.database():
        rules = QueueRules.objects.get(dataset=dataset)
    assert (rules.overlap_percent, rules.overlap_answers, rules.order_by) == (20, 3, "level")
    assert rules.due_at.isoformat() == "2027-01-01T17:00:00+00:00"


def test_on_a_phone_what_is_wrong_is_seen_and_nothing_is_lost(looking) -> None:
    with looking.database():
        dataset = queue_of.dataset(looking.cast)
    page = looking.page(looking.cast.max, timezone_id="Asia/Kolkata", **PHONE)
    page.goto(f"/acme/datasets/{dataset.pk}/queue")
    page.locator("[name=due_at]").fill("2027-01-01T12:00")
    page.get_by_label("By a metadata property").check()
    page.get_by_role("button", name="Save the rules").click()
    expect(page.get_by_text("Choose one of the dataset’s metadata properties.")).to_be_visible()
    expect(page.locator("[name=due_at]")).to_have_value("2027-01-01T12:00")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert barriers(page) == []


def test_a_manager_pauses_a_dataset_by_keyboard(looking) -> None:
    with looking.database():
        dataset = queue_of.dataset(looking.cast)
        queue_of.records(dataset, {})
    page = looking.page(looking.cast.max)
    page.goto(f"/acme/datasets/{dataset.pk}/")
    page.get_by_role("button", name="Pause …").press("Enter")
    assert barriers(page) == []
    page.get_by_label("Note to the labelers").fill("Back on Monday.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    ben = looking.page(looking.cast.ben)
    ben.goto(f"/acme/datasets/{dataset.pk}/label")
    expect(ben.get_by_text("This dataset is paused. Back on Monday.")).to_be_visible()
