"""Rows of links that are wider than a phone show the one of the page that is open."""

import pytest

from tests import make
from tests.browser.conftest import PHONE, Looking

pytestmark = pytest.mark.browser

IN_SIGHT = """(row) => {
  const here = row.querySelector("[aria-current]").getBoundingClientRect(), sides = row.getBoundingClientRect();
  return here.left >= sides.left - 1 && here.right <= sides.right + 1;
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_open_tab_and_the_open_part_are_in_sight(looking: Looking, language: str) -> None:
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
    page = looking.page(looking.cast.ana, **PHONE, locale=language)
    for path in (f"datasets/{dataset.pk}/settings", f"datasets/{dataset.pk}/", "audit/", "members/"):
        page.goto(f"/acme/{path}")
        for row in page.locator(".nav, .tabs").all():
            assert row.evaluate(IN_SIGHT), path
        assert page.evaluate("scrollY") == 0
