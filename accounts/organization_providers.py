"""An organization's identity providers as somebody to sign in through, and what is wrong with one that is set up."""

from __future__ import annotations

import jwt
from django.conf import settings
from django.urls import reverse

from accounts.models import IdentityProvider, Organization
from accounts.provider_answers import Refused, ask_outside, call_outside
from accounts.providers import Provider
from accounts.saml import LONGEST_METADATA, SamlProvider
from accounts.sign_in_models import Protocol
from core.sealed import unseal

LASTS = 900  # seconds: people look for their phone


def address_of(name: str, organization: Organization, provider: IdentityProvider) -> str:
    """The whole address of one of our pages about it."""
    return settings.SITE_URL.rstrip("/") + reverse(name, args=[organization.slug, provider.pk])


def way_through(provider: IdentityProvider) -> Provider | SamlProvider:
    """It, ready to be asked."""
    organization = provider.organization
    key = f"sso-{provider.pk.hex}"
    if provider.protocol == Protocol.SAML:
        return SamlProvider(
            name=provider.name,
            key=key,
            lasts=LASTS,
            metadata=provider.metadata,
            entity_id=address_of("saml_metadata", organization, provider),
            consumer=address_of("saml_answer", organization, provider),
            groups_claim=provider.groups_claim,
        )
    return Provider(
        name=provider.name,
        key=key,
        lasts=LASTS,
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=unseal(provider.client_secret) if provider.client_secret else "",
        scopes=provider.scopes,
        redirect_uri=address_of("sso_end", organization, provider),
        groups_claim=provider.groups_claim,
        ask=ask_outside,
    )


def check(provider: IdentityProvider) -> None:
    """Ask it what can be asked without anybody signing in. `Refused` says what is wrong."""
    way = way_through(provider)
    if isinstance(way, SamlProvider):
        if provider.metadata_url:
            fetch_metadata(provider.name, provider.metadata_url)
        way.check()
        return
    try:
        way.check()
    except jwt.PyJWTError:
        raise Refused(f"{provider.name} publishes no keys that we can read.") from None


def fetch_metadata(name: str, url: str) -> str:
    """The SAML metadata that lie there."""
    status, text = call_outside(name, "GET", url)
    if status != 200:
        raise Refused(f"There are no metadata at {url}: it answers {status}.")
    if len(text) > LONGEST_METADATA:
        raise Refused("These metadata are too long. Give the address of those of one provider.")
    return text
