"""Acts on the identity providers of an organization."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from accounts.audit import note
from accounts.models import IdentityProvider, Organization
from accounts.organization_providers import fetch_metadata
from accounts.provider_answers import Refused
from accounts.sign_in_models import Protocol
from core.addresses import normal, refuse_plain, refuse_private
from core.errors import Conflict, DomainError, Invalid
from core.sealed import seal
from core.text import check_text

MOST_PROVIDERS = 5
SECRET = {"client_secret"}


def add_provider(
    organization: Organization, *, protocol: str, id: UUID | None = None, **given: Any
) -> IdentityProvider:
    """Somebody else who says who the organization's people are. `given`: the model's fields, the secret in clear.

    `id`: the one with which our addresses were shown before, since the provider asks for them first.
    """
    if IdentityProvider.objects.filter(organization=organization).count() >= MOST_PROVIDERS:
        raise Conflict(
            ngettext(
                "An organization has at most %(most)s provider. Delete one first.",
                "An organization has at most %(most)s providers. Delete one first.",
                MOST_PROVIDERS,
            )
            % {"most": MOST_PROVIDERS}
        )
    if protocol not in Protocol.values:
        raise Invalid(gettext("Choose OpenID Connect or SAML."))
    provider = IdentityProvider(organization=organization, protocol=protocol, **({"id": id} if id else {}))
    _fill(provider, given)
    try:
        with transaction.atomic():
            provider.save(force_insert=True)
            note("provider.added", provider, protocol=protocol)
    except IntegrityError:
        raise Conflict(gettext("This provider is added already.")) from None
    return provider


@transaction.atomic
def change_provider(provider: IdentityProvider, **given: Any) -> IdentityProvider:
    """Change what is given; an empty secret stays as it was. Those who came by it stay who they are."""
    before = {name: getattr(provider, name) for name in given if name not in SECRET}
    told = [*(["client secret"] if given.get("client_secret") else [])]
    _fill(provider, given)
    told += sorted(name for name, value in before.items() if getattr(provider, name) != value)
    if not provider.is_on:
        _keep_a_way_in(provider)
    provider.save()
    IdentityProvider.objects.filter(pk=provider.pk).update(updated_at=Now())
    if told:
        note("provider.changed", provider, is_on=provider.is_on, changed=told)
    return provider


@transaction.atomic
def remove_provider(provider: IdentityProvider) -> None:
    """Nobody comes in through it any more. `Conflict` while it is the only way in."""
    _keep_a_way_in(provider)
    note("provider.removed", provider)
    provider.delete()


def _fill(provider: IdentityProvider, given: dict[str, Any]) -> None:
    secret = given.pop("client_secret", "")
    for name, value in given.items():
        if isinstance(value, str):
            check_text(value)
        setattr(provider, name, value)
    if secret:
        check_text(secret)
        provider.client_secret = seal(secret)
    if provider.protocol == Protocol.SAML:
        _read_metadata(provider)
    else:
        provider.issuer = _address(provider.issuer, "issuer")
        if not provider.client_id:
            raise Invalid(
                gettext("Say what the provider knows us as."), {"client_id": gettext("Write the client ID.")}
            )


def _read_metadata(provider: IdentityProvider) -> None:
    if provider.metadata_url:
        provider.metadata_url = _address(provider.metadata_url, "metadata_url")
        try:
            provider.metadata = fetch_metadata(provider.name, provider.metadata_url)
        except Refused as error:
            raise Invalid(str(error), {"metadata_url": str(error)}) from None
    if not provider.metadata:
        raise Invalid(
            gettext("The metadata of the provider are missing."),
            {"metadata": gettext("Paste the metadata, or write the address where they lie.")},
        )


def _address(written: str, field: str) -> str:
    """As it was written: an issuer is compared letter by letter."""
    try:
        url = normal(written)
        refuse_private(url)
        refuse_plain(url)
    except DomainError as error:
        raise Invalid(str(error), {field: str(error)}) from None
    return written.strip()


def _keep_a_way_in(provider: IdentityProvider) -> None:
    organization = Organization.objects.select_for_update(no_key=True).get(pk=provider.organization_id)
    others = IdentityProvider.objects.filter(organization=organization, is_on=True).exclude(pk=provider.pk)
    if organization.must_use_sso and not others.exists():
        raise Conflict(
            gettext("It is the only way in. First switch off that everybody must sign in through a provider.")
        )
