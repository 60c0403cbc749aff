"""The page about the API in a real browser: under the policy of all pages, accessible, at home on a phone."""

import pytest

from tests.browser.conftest import IN_DARK, ON_A_PHONE, PHONE, Looking, barriers

pytestmark = pytest.mark.browser
ADDRESS = "/api/v1/docs"


def test_the_page_is_quiet_accessible_and_fits(looking: Looking) -> None:
    page = looking.page(None)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, **IN_DARK) == []


def test_it_is_at_home_on_a_phone(looking: Looking) -> None:
    page = looking.page(None, **PHONE)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page, **ON_A_PHONE) == []
    assert barriers(page, **IN_DARK) == []  # and in light, in other sizes


def test_a_link_opens_the_operation_and_its_words_lead_to_shapes(looking: Looking) -> None:
    page = looking.page(None)
    page.goto(ADDRESS)
    assert not page.locator("#add_question").is_visible()
    page.get_by_role("link", name="Add a question to a draft").focus()
    page.keyboard.press("Enter")
    page.locator("#add_question").wait_for(state="visible")
    page.locator("#add_question").get_by_role("link", name="Question", exact=True).click()
    assert page.locator("[id='shape-Question']").is_visible()
    assert page.url.endswith("#shape-Question")


def test_an_operation_opens_by_the_keyboard(looking: Looking) -> None:
    page = looking.page(None)
    page.goto(ADDRESS)
    page.locator("summary", has_text="/api/v1/me/datasets/{dataset_id}/next").focus()
    page.keyboard.press("Enter")
    page.locator("#next_record").wait_for(state="visible")
