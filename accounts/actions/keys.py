"""Acts on API keys."""

import secrets
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.authentication import digest_of
from accounts.models import ApiKey, Membership
from core.errors import Conflict, Invalid
from core.text import check_text

BYTES = 40
SHOWN = 12  # characters of a key that lists show, so that people can tell their keys apart


class IssuedKey(NamedTuple):
    """A new key: the row that is kept, and the key itself, which is not and can only be shown now."""

    api_key: ApiKey
    key: str


def issue_api_key(
    member: Membership, *, name: str, expires_at: datetime | None = None, key: str | None = None
) -> IssuedKey:
    """A key for programs that act as this member; a random one, unless the operator brings one along."""
    name = name.strip()
    check_text(name)
    if not 1 <= len(name) <= 200:
        raise Invalid(
            gettext("Name the key."), {"name": gettext("Say what the key is for, in at most 200 characters.")}
        )
    if expires_at and expires_at <= timezone.now():
        raise Invalid(
            gettext("The key would be over already."), {"expires_at": gettext("Choose a day in the future.")}
        )
    key = key or f"assay_{secrets.token_urlsafe(BYTES)}"
    try:
        with transaction.atomic():
            row = ApiKey.objects.create(
                organization_id=member.organization_id,
                membership=member,
                name=name,
                prefix=key[: min(SHOWN, len(key) // 3)],
                digest=digest_of(key),
                expires_at=expires_at,
            )
    except IntegrityError:
        raise Conflict(gettext("This key is in use already. Choose another one.")) from None
    return IssuedKey(row, key)


def revoke_api_key(api_key: ApiKey) -> None:
    """End a key now and for ever. Doing it twice changes nothing."""
    ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=Now(), updated_at=Now())
    api_key.refresh_from_db()
