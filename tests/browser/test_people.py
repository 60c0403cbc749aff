"""The people of a dataset in a browser: by keyboard, on a phone, and without script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from feedback.actions.queue import lease_next
from feedback.models import Dataset, LabelerTally, Lease
from tests import make
from tests.browser.conftest import PHONE, Looking, barriers

pytestmark = pytest.mark.browser


@pytest.fixture
def dataset(looking: Looking) -> Dataset:
    """A dataset of which Ben holds a record."""
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        make.records(dataset, 3)
        lease_next(dataset, by=looking.cast.ben)
    return dataset


def opened(looking: Looking, dataset: Dataset, query: str = "", **options: Any) -> Page:
    page = looking.page(looking.cast.max, **options)
    page.goto(f"/acme/datasets/{dataset.pk}/people/{query}")
    return page


def is_paused(looking: Looking) -> bool:
    with looking.database():
        return LabelerTally.objects.filter(membership=looking.cast.ben, paused_at__isnull=False).exists()


def test_somebody_is_paused_and_resumed_by_keyboard(looking: Looking, dataset: Dataset) -> None:
    page = opened(looking, dataset, "?order=name")
    page.get_by_role("button", name="Pause Ben").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Ben is paused here")).to_be_visible()
    assert is_paused(looking)
    expect(page.get_by_role("button", name="Resume Ben")).to_be_focused()
    expect(page).to_have_url(f"{looking.url}/acme/datasets/{dataset.pk}/people/?order=name")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause Ben")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="Ben gets records again")).to_be_visible()
    assert not is_paused(looking)


def test_taking_a_record_back_asks_first(looking: Looking, dataset: Dataset) -> None:
    page = opened(looking, dataset)
    page.get_by_role("button", name="Take the record back from Ben").focus()
    page.keyboard.press("Enter")
    sure = page.get_by_role("button", name="Take back", exact=True)
    expect(sure).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    page.keyboard.press("Enter")
    sure.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Ben does not have that record")).to_be_visible()
    expect(page.get_by_role("link", name="Ben")).to_be_focused()
    expect(page.get_by_role("button", name="Take the record back from Ben")).to_have_count(0)
    with looking.database():
        assert not Lease.objects.exists()


def test_a_record_that_is_gone_already_leaves_the_list(looking: Looking, dataset: Dataset) -> None:
    page = opened(looking, dataset)
    with looking.database():
        Lease.objects.all().delete()
    page.get_by_role("button", name="Take the record back from Ben").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Nobody has that record any more")).to_be_visible()
    expect(page.get_by_role("button", name="Take the record back from Ben")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_everything_and_keeps_nobody_out(
    looking: Looking, dataset: Dataset, scheme: str
) -> None:
    page = opened(looking, dataset, **PHONE, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert barriers(page) == []
    page.get_by_role("button", name="Pause Ben").tap()
    expect(page.get_by_role("button", name="Resume Ben")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert barriers(page) == []


def test_it_works_without_script(looking: Looking, dataset: Dataset) -> None:
    page = opened(looking, dataset, "?order=name", java_script_enabled=False)
    page.get_by_role("button", name="Pause Ben").click()
    expect(page.get_by_text("Ben is paused here")).to_be_visible()
    expect(page).to_have_url(f"{looking.url}/acme/datasets/{dataset.pk}/people/?order=name")
    page.get_by_role("button", name="Resume Ben").click()
    expect(page.get_by_text("Ben gets records again")).to_be_visible()
    page.get_by_role("button", name="Take the record back from Ben").click()
    page.get_by_role("button", name="Take back", exact=True).click()
    expect(page.get_by_text("Ben does not have that record")).to_be_visible()
