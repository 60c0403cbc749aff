"""Passkeys and an authenticator app in a real browser, whose own virtual device holds the keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from accounts.models import Membership
from tests import make
from tests.accounts.authenticator import code
from tests.browser.conftest import PHONE, Looking, barriers

pytestmark = pytest.mark.browser


def device(page: Page, *, verifies: bool = True) -> None:
    """A device of this browser that holds passkeys and always finds the right finger."""
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": verifies, "isUserVerified": verifies, "automaticPresenceSimulation": True,
    }  # fmt: skip
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def opened(looking: Looking, who: Membership | None, path: str, **options: object) -> Page:
    page = looking.page(who, **options)
    page.goto(path)
    return page


def shows_who(page: Page) -> None:
    """Once more, by the password, where it is asked for."""
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def adds_a_passkey(looking: Looking, page: Page) -> None:
    page.goto("/acme/account/")
    page.get_by_role("link", name="Ways to sign in").click()
    page.get_by_role("link", name="Add a passkey").click()
    shows_who(page)
    assert barriers(page) == []
    page.get_by_label("Name").fill("Laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def signs_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_passkey_signs_in_by_itself(looking: Looking) -> None:
    page = looking.page(looking.cast.ben)
    device(page)
    adds_a_passkey(looking, page)
    signs_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{looking.url}/acme/")
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_role("row", name="Laptop")).to_contain_text("by itself")
    assert barriers(page) == []


def test_a_passkey_is_the_second_factor_after_the_password(looking: Looking) -> None:
    page = looking.page(looking.cast.ben)
    device(page)
    adds_a_passkey(looking, page)
    signs_out(page)
    page.goto("/acme/sign-in")
    page.get_by_label("E-mail or username").fill("ben")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="One more thing")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Use your passkey").click()
    expect(page).to_have_url(f"{looking.url}/acme/")


def test_a_passkey_shows_once_more_who_one_is(looking: Looking) -> None:
    page = looking.page(looking.cast.ben)
    device(page)
    adds_a_passkey(looking, page)
    signs_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(f"{looking.url}/acme/")
    page.goto("/accounts/2fa/totp/activate/")
    page.get_by_role("link", name="Use a security key").click()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()


def test_a_browser_without_the_passkey_says_what_happened(looking: Looking) -> None:
    page = opened(looking, None, "/accounts/login/")
    device(page, verifies=False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was chosen")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()


def test_an_app_is_set_up_by_hand_and_its_codes_are_kept_as_a_file(looking: Looking, tmp_path: Path) -> None:
    page = opened(looking, looking.cast.ben, "/accounts/2fa/", **PHONE)
    page.get_by_role("link", name="Set up an app").click()
    shows_who(page)
    assert page.locator("img.qr").evaluate("(image) => image.naturalWidth") > 50
    page.get_by_text("Without a camera").click()
    secret = page.get_by_label("Write this secret into the app").input_value()
    assert barriers(page) == []
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert barriers(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(tmp_path / "codes.txt")
    codes = (tmp_path / "codes.txt").read_text().split()
    assert len(codes) == 10
    page.goto("/accounts/2fa/")
    expect(page.get_by_text("10 codes are left")).to_be_visible()
    with looking.database():
        assert (
            Authenticator.objects.get(user=looking.cast.ben.user, type="totp")
            .wrap()
            .validate_code(code(secret))
        )
