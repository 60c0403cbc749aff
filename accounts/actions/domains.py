"""Acts on the domains of an organization: to claim one, and to prove it."""

import re
import secrets
from collections.abc import Iterator

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext, ngettext

from accounts.audit import note
from accounts.models import Domain, Organization
from accounts.provider_answers import Refused, call_outside
from core import names
from core.errors import Conflict, Invalid

MOST_DOMAINS = 50
LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
FILE = "/.well-known/assay-domain.txt"


def record_of(domain: Domain) -> str:
    """What must stand in a TXT record of the domain, or in the file."""
    return f"assay-domain={domain.token}"


def claim_domain(organization: Organization, name: str) -> Domain:
    """Say that a domain is the organization's; it counts once it is proven. `Conflict` if it was said already."""
    name = _normal(name)
    if Domain.objects.filter(organization=organization).count() >= MOST_DOMAINS:
        most = ngettext(
            "An organization has at most %(most)s domain.",
            "An organization has at most %(most)s domains.",
            MOST_DOMAINS,
        )
        raise Conflict(most % {"most": MOST_DOMAINS})
    try:
        with transaction.atomic():
            domain = Domain.objects.create(organization=organization, name=name, token=secrets.token_hex(16))
            note("domain.claimed", domain)
            return domain
    except IntegrityError:
        raise Conflict(gettext("%(domain)s is in the list already.") % {"domain": name}) from None


def prove_domain(domain: Domain) -> Domain:
    """Look for the proof, in the domain's TXT records and in its file. `Invalid` says what was found instead."""
    wanted = record_of(domain)
    if not any(wanted == found.strip() for found in _said(domain)):
        raise Invalid(
            gettext(
                "The record was found neither at %(domain)s nor in its file. After a change it may take an hour."
            )
            % {"domain": domain.name}
        )
    try:
        with transaction.atomic():
            Domain.objects.filter(pk=domain.pk, proven_at=None).update(proven_at=Now(), updated_at=Now())
            domain.refresh_from_db()
            note("domain.proven", domain)
    except IntegrityError:
        raise Conflict(
            gettext("Another organization here has proven %(domain)s.") % {"domain": domain.name}
        ) from None
    return domain


@transaction.atomic
def drop_domain(domain: Domain) -> None:
    """It is not the organization's any more."""
    note("domain.dropped", domain, was_proven=domain.proven_at is not None)
    domain.delete()


def _said(domain: Domain) -> Iterator[str]:
    yield from names.texts(domain.name)
    yield from names.texts(f"_assay.{domain.name}")
    try:
        status, text = call_outside(domain.name, "GET", f"https://{domain.name}{FILE}")
    except Refused:
        return
    if status == 200:
        yield from text[:2000].splitlines()


def _normal(name: str) -> str:
    """In small letters, without what people write around it; of other alphabets as `xn--…`."""
    name = name.strip().lower().removeprefix("@").rstrip(".")
    try:
        name = name.encode("idna").decode()
    except UnicodeError:
        name = ""
    if (
        not re.fullmatch(rf"({LABEL}\.)+{LABEL}", name)
        or len(name) > 253
        or name.rpartition(".")[2].isdigit()
    ):
        raise Invalid(gettext("This is no domain."), {"name": gettext("Write one like example.org.")})
    return name
