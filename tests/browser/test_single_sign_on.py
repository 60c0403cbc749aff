"""Signing in through an organization's own provider in a real browser, with cookies and policies as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect

from accounts.actions import change_entry_rules
from accounts.models import IdentityProvider, Membership
from tests.browser.conftest import PHONE, Looking, barriers
from tests.workspaces import identity_provider, saml_provider
from tests.workspaces.identity_provider import CLIENT, SECRET
from tests.workspaces.single_sign_on import add_saml, prove

pytestmark = pytest.mark.browser


@pytest.fixture
def site(looking: Looking, settings: Any) -> Looking:
    """The server knows where it is."""
    settings.SITE_URL = looking.url
    assert looking.url == django_settings.SITE_URL
    return looking


@pytest.fixture
def okta() -> Iterator[identity_provider.IdentityProvider]:
    with identity_provider.running() as provider:
        provider.people["1"] = {"preferred_username": "ana"}
        yield provider


@pytest.fixture
def shibboleth() -> Iterator[saml_provider.SamlProvider]:
    with saml_provider.running() as provider:
        provider.people["eve-1"] = {"mail": ["eve@acme.example"], "givenName": ["Eve"], "uid": ["eve"]}
        yield provider


def test_somebody_finds_the_page_by_the_e_mail_and_comes_in_by_saml(
    site: Looking, shibboleth: saml_provider.SamlProvider
) -> None:
    with site.database():
        add_saml(site.cast.acme, shibboleth.metadata)
        prove(site.cast.acme)
    page = site.page(None, **PHONE)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Sign in with your organization").click()
    assert barriers(page) == []
    page.get_by_label("E-mail at work").fill("eve@acme.example")
    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_url(f"{site.url}/acme/sign-in")
    assert barriers(page) == []
    page.get_by_role("link", name="Sign in with Shibboleth").click()
    page.get_by_role("button", name="Go on").click()  # on the provider's own page
    expect(page).to_have_url(f"{site.url}/acme/")
    with site.database():
        assert Membership.objects.get(username="eve").first_name == "Eve"


def test_an_owner_sets_a_provider_up_tries_it_and_orders_it_for_everybody(
    site: Looking, okta: identity_provider.IdentityProvider
) -> None:
    page = site.page(site.cast.ana)
    page.goto("/acme/members/")
    page.get_by_role("link", name="Signing in", exact=True).first.click()
    page.get_by_label("Everybody signs in through a provider").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("First sign in through the provider once yourself")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Add by OpenID Connect").click()
    okta.redirect = page.get_by_label("Redirect URI").input_value()
    page.get_by_label("Name").fill("Okta")
    page.get_by_label("Issuer").fill(okta.issuer)
    page.get_by_label("Client ID").fill(CLIENT)
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_label("What groups mean").fill("* | King | ")
    assert barriers(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("write a group, a role")).to_be_visible()
    page.get_by_label("What groups mean").fill("* | Labeler | acme-workspace")
    page.get_by_label("Client secret").fill(SECRET)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Okta is set up. Try it now.")).to_be_visible()
    page.get_by_role("button", name="Ask it").click()
    expect(page.get_by_text("Okta answers as it should")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Sign in through it").click()
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Connect your account")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("link", name="Go on to Okta").click()
    expect(page).to_have_url(f"{site.url}/acme/signing-in/")
    page.get_by_label("Everybody signs in through a provider").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The rules are saved.")).to_be_visible()
    ben = site.page(site.cast.ben)
    ben.goto("/acme/")
    expect(ben).to_have_url(f"{site.url}/acme/sign-in?next=/acme/")
    expect(ben.get_by_role("link", name="Sign in with Okta")).to_be_visible()
    assert barriers(ben) == []


def test_somebody_without_a_second_factor_sets_one_up_on_the_way(site: Looking) -> None:
    from tests.accounts.authenticator import code, give_app

    with site.database():
        give_app(site.cast.ana)
        rules = {"must_use_sso": False, "must_use_second_factor": True}
        change_entry_rules(site.cast.acme, **rules, by=site.cast.ana)
        assert not IdentityProvider.objects.exists()
    page = site.page(site.cast.ben)
    page.goto("/acme/")
    expect(page.get_by_text("Acme asks for a second factor")).to_be_visible()
    page.get_by_role("link", name="Set up an app").click()
    page.get_by_label("Password").fill("correct horse")
    page.get_by_role("button", name="Confirm").click()
    page.get_by_text("Without a camera").click()
    secret = page.get_by_label("Write this secret into the app").input_value()
    page.get_by_label("Authenticator code").fill(code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/acme/")
    expect(page).to_have_url(f"{site.url}/acme/")


def test_an_address_is_told_while_it_is_written(site: Looking, settings: Any) -> None:
    settings.SIGN_UP = "open"
    with site.database():
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=site.cast.ben.user, email="ben@acme.example", verified=True)
    page = site.page(site.cast.ben)
    page.goto("/organizations/")
    page.get_by_role("link", name="A new organization").click()
    page.get_by_label("Address").press_sequentially("acme")
    expect(page.get_by_text("The address acme is taken.")).to_be_visible()
    assert barriers(page) == []
    page.get_by_label("Address").press_sequentially("-two")
    expect(page.get_by_text("acme-two is free.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Acme Two")
    page.get_by_label("Your name").fill("Ben")
    page.get_by_role("button", name="Found the organization").click()
    expect(page).to_have_url(f"{site.url}/acme-two/")
