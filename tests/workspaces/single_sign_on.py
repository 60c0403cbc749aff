"""Providers of organizations, and browsers that sign in through them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.db import transaction
from django.test import Client

from accounts.actions import add_provider, claim_domain
from accounts.connecting import connect_token
from accounts.models import Domain, IdentityProvider, Organization, User
from accounts.organization_providers import address_of
from tests import make
from tests.cast import PageClient
from tests.workspaces import identity_provider
from tests.workspaces.identity_provider import CLIENT, SECRET
from tests.workspaces.saml_provider import METADATA

SITE = "http://localhost:6900"


def oidc(
    organization: Organization, there: identity_provider.IdentityProvider, **given: Any
) -> IdentityProvider:
    """A provider of this organization's that speaks OpenID Connect, at which it is known."""
    provider = add_provider(
        organization,
        protocol="oidc",
        **{
            "name": "Okta",
            "issuer": there.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            **given,
        },
    )
    there.redirect = address_of("sso_end", organization, provider)
    return provider


def add_saml(organization: Organization, metadata: str = METADATA, **given: Any) -> IdentityProvider:
    """A provider of this organization's that speaks SAML."""
    return add_provider(
        organization, protocol="saml", **{"name": "Shibboleth", "metadata": metadata, **given}
    )


def prove(organization: Organization, name: str = "acme.example") -> Domain:
    """A domain that the organization has proven."""
    domain = claim_domain(organization, name)
    Domain.objects.filter(pk=domain.pk).update(proven_at="2026-01-01T00:00Z")
    return domain


def begin(browser: Client, provider: IdentityProvider, **query: str) -> str:
    """The address that the browser is sent to. `connect`: as the button does, after showing once more who it is."""
    if "connect" in query:
        browser.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
        user = User.objects.get(pk=browser.session["_auth_user_id"])
        query["connect"] = connect_token(user, provider.pk)
    with transaction.atomic():
        reply = browser.get(f"/{provider.organization.slug}/sign-in/{provider.pk}/", query)
    if "connect" in query:
        return str(reply.context["address"])
    assert reply.status_code == 302, reply.content.decode()
    return str(reply.url)


def end(browser: Client, provider: IdentityProvider, **given: str) -> Any:
    """What it is answered when it comes back."""
    with transaction.atomic():
        return browser.get(f"/{provider.organization.slug}/sign-in/{provider.pk}/end", given)


def sign_in(
    there: identity_provider.IdentityProvider,
    provider: IdentityProvider,
    sub: str = "1",
    browser: Client | None = None,
    **query: str,
) -> Any:
    """Through the provider, as the person whom it knows as `sub`; the answer, with `browser`."""
    browser = browser or PageClient()
    there.redirect = address_of("sso_end", provider.organization, provider)
    reply = end(browser, provider, **there.sign_in(begin(browser, provider, **query), sub))
    reply.browser = browser
    return reply


def asked(address: str) -> dict[str, str]:
    """What stands in an address."""
    return dict(parse_qsl(urlsplit(address).query))
