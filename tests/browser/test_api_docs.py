"""The page about the API in a real browser: under the policy of all pages, accessible, at home on a phone."""

import pytest

from tests.browser.conftest import IN_DARK, ON_A_PHONE, PHONE, Looking, barriers

pytestmark = pytest.mark.browser
ADDRESS = "/api/v1/docs"
# The page has fifteen thousand elements, most of which are alike: of operations, of shapes and of their rows, what has
# nothing in it that was not in one before is left out before axe looks (as in parts.py).
LEAVE_OUT_WHAT_IS_ALIKE = """() => {
  const look = (one) => [
    one.localName, ...one.classList, one.dataset.verb,
    ...[...one.attributes].map(({name, value}) => `${name}=${["role", "type"].includes(name) ? value : !!value}`),
    !!one.textContent.trim(),
  ].join(" ");
  const path = (one, top) => (one === top ? look(one) : `${path(one.parentElement, top)} > ${look(one)}`);
  for (const alike of ["details:not([open])", ".shape", ".manual-nav li li", ".keys-of > li:not(:first-child)"]) {
    const seen = new Set();
    for (const part of document.querySelectorAll(alike)) {
      const paths = [part, ...part.querySelectorAll("*")].map((one) => path(one, part));
      if (paths.every((one) => seen.has(one))) part.remove();
      paths.forEach((one) => seen.add(one));
    }
  }
  return document.querySelectorAll("*").length;
}"""
# Of the whole page: ids that are there twice, and links that lead nowhere in it.
TWICE_AND_NOWHERE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const links = [...document.querySelectorAll("a[href^='#']")].map((one) => decodeURIComponent(one.hash.slice(1)));
  return [ids.filter((one, place) => ids.indexOf(one) < place), links.filter((one) => !ids.includes(one))];
}"""


def test_the_page_is_quiet_accessible_and_fits(looking: Looking) -> None:
    page = looking.page(None)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(TWICE_AND_NOWHERE) == [[], []]
    assert page.evaluate(LEAVE_OUT_WHAT_IS_ALIKE) > 1000
    assert barriers(page) == []
    page.emulate_media(color_scheme="dark")
    assert barriers(page, **IN_DARK) == []


def test_it_is_at_home_on_a_phone(looking: Looking) -> None:
    page = looking.page(None, **PHONE)
    page.goto(ADDRESS + "#add_question")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate(LEAVE_OUT_WHAT_IS_ALIKE)
    assert barriers(page, runOnly=ON_A_PHONE["runOnly"] + IN_DARK["runOnly"]) == []  # colors in other sizes


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
