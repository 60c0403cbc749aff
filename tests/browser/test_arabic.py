"""Pages in Arabic, which reads from right to left, in a real browser: mirrored, accessible, within a phone's width."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Looking, barriers

pytestmark = pytest.mark.browser
SCREENS: dict[str, dict[str, Any]] = {"wide": {}, "phone": PHONE, "dark": {"color_scheme": "dark"}}
screens = pytest.mark.parametrize("options", SCREENS.values(), ids=SCREENS.keys())


def fits_and_is_mirrored(page: Page) -> None:
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert barriers(page) == []


@screens
def test_strangers_sign_in_in_the_language_that_their_browser_asks_for(
    looking: Looking, options: dict[str, Any]
) -> None:
    page = looking.page(None, locale="ar-EG", **options)
    page.goto("/acme/sign-in")
    fits_and_is_mirrored(page)
    page.get_by_label("البريد الإلكتروني أو اسم المستخدم").fill("ben")
    page.get_by_label("كلمة المرور").fill("wrong horse battery")
    page.get_by_role("button", name="تسجيل الدخول", exact=True).click()
    page.get_by_text("لا يوجد حساب بهذا الاسم وكلمة المرور هذه").wait_for()


def test_strangers_choose_another_language(looking: Looking) -> None:
    page = looking.page(None)
    page.goto("/acme/sign-in")
    page.get_by_role("button", name="العربية").click()
    page.get_by_role("heading", name="تسجيل الدخول").wait_for()
    assert page.url.endswith("/acme/sign-in")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Sign in").wait_for()


@screens
@pytest.mark.parametrize(
    "path", ["/acme/members/", "/acme/members/new", "/acme/workspaces/", "/acme/account/"]
)
def test_pages_about_people_are_mirrored_and_fit(
    looking: Looking, options: dict[str, Any], path: str
) -> None:
    page = looking.page(looking.cast.ana, locale="ar", **options)
    page.goto(path)
    fits_and_is_mirrored(page)
    brand, person = page.locator(".brand").bounding_box(), page.locator(".avatar").bounding_box()
    assert brand
    assert person
    assert brand["x"] > person["x"]
