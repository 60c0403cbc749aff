"""The page about the API in a real browser: under the policy of all pages, accessible, at home on a phone."""

import pytest

from tests.browser.conftest import IN_DARK, ON_A_PHONE, PHONE, Looking, barriers

pytestmark = pytest.mark.browser
ADDRESS = "/api/v1/docs"
# Colors come from classes and verbs: of the parts that look alike, one is looked at. The page has fifteen thousand
# elements, and colors take twice as long for them as all other rules together.
BUT_COLORS = {"rules": {"color-contrast": {"enabled": False}, "link-in-text-block": {"enabled": False}}}
LEAVE_ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const part of [...document.querySelectorAll("details:not([open])")].filter((one) => one.isConnected)) {
    const elements = [part, ...part.querySelectorAll("*")];
    const looks = new Set(elements.map((one) => `${one.localName}.${one.className} ${one.dataset.verb}`));
    const look = [...looks].sort().join(" ");
    if (seen.has(look)) part.remove();
    seen.add(look);
  }
  return seen.size;
}"""


def test_the_page_is_quiet_accessible_and_fits(looking: Looking) -> None:
    page = looking.page(None)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page, **BUT_COLORS) == []
    assert page.evaluate(LEAVE_ONE_OF_EACH) > 10
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert barriers(page, **IN_DARK) == [], scheme


def test_it_is_at_home_on_a_phone(looking: Looking) -> None:
    page = looking.page(None, **PHONE)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page, **ON_A_PHONE) == []
    page.evaluate(LEAVE_ONE_OF_EACH)
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
