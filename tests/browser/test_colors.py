"""Light, dark, or as the system has it: chosen on any page, kept on the device, there before the first paint."""

import pytest

from tests import make
from tests.browser.conftest import Looking

pytestmark = pytest.mark.browser

GROUND = "getComputedStyle(document.documentElement).backgroundColor"
AT_FIRST = """
  new MutationObserver((_, observer) => {
    if (!document.body) return;
    window.atFirst = document.documentElement.dataset.theme || "system";
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
"""


def choose(page, colors):
    page.get_by_role("button", name="Text and colors").click()
    page.get_by_role("button", name=colors, exact=True).click()
    assert page.get_by_role("button", name=colors, exact=True).get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")


def test_the_system_decides_until_somebody_chooses_and_again_if_they_like(looking: Looking) -> None:
    page = looking.page(looking.cast.ben, color_scheme="light")
    page.goto("/acme/")
    light = page.evaluate(GROUND)
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(GROUND)
    assert light != dark
    choose(page, "Light")
    assert page.evaluate(GROUND) == light
    choose(page, "Dark")
    page.emulate_media(color_scheme="light")
    assert page.evaluate(GROUND) == dark
    choose(page, "System")
    assert page.evaluate(GROUND) == light


def test_a_choice_is_kept_on_every_page_from_the_first_paint_on(looking: Looking) -> None:
    with looking.database():
        dataset = make.dataset(looking.cast.workspace)
        make.record(dataset)
    page = looking.page(looking.cast.ben, color_scheme="light")
    page.goto("/acme/")
    choose(page, "Dark")
    dark = page.evaluate(GROUND)
    page.add_init_script(AT_FIRST)
    for address in ("/acme/account/", f"/acme/datasets/{dataset.pk}/label", "/accounts/password/change/"):
        page.goto(address)
        assert page.evaluate("window.atFirst") == "dark"
        assert page.evaluate(GROUND) == dark
        page.get_by_role("button", name="Text and colors").click()
        assert page.get_by_role("button", name="Dark", exact=True).get_attribute("aria-pressed") == "true"
