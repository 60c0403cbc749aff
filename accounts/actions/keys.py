"""Acts on API keys."""

import secrets
from collections.abc import Collection
from datetime import datetime
from string import ascii_letters, digits
from typing import NamedTuple
from uuid import UUID
from zlib import crc32

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext

from accounts.access import KeyScope
from accounts.audit import note
from accounts.authentication import digest_of
from accounts.models import ApiKey, Membership
from core.errors import Conflict, Invalid
from core.text import check_text

LETTERS = ascii_letters + digits
BEGINS = "assay_"  # with what follows, what scanners of secrets look for: assay_ and 54 letters or digits
LENGTH = 48  # letters and digits: 285 bits
SHOWN = 12  # characters of a key that lists show, so that people can tell their keys apart


class IssuedKey(NamedTuple):
    """A new key: the row that is kept, and the key itself, which is not and can only be shown now."""

    api_key: ApiKey
    key: str


def issue_api_key(
    member: Membership,
    *,
    name: str,
    scope: str = KeyScope.MANAGE,
    workspaces: Collection[UUID] | None = None,
    expires_at: datetime | None = None,
    key: str | None = None,
) -> IssuedKey:
    """A key for programs that act as this member; a random one, unless the operator brings one along.

    `workspaces`: ids of the only ones where it may do anything; None: wherever its member may.
    """
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
    if scope not in KeyScope.values:
        raise Invalid(gettext("There is no such scope."), {"scope": gettext("Choose what the key may.")})
    if workspaces is not None:
        _check_workspaces(member, workspaces)
    key = key or random_key()
    try:
        with transaction.atomic():
            row = ApiKey.objects.create(
                organization_id=member.organization_id,
                membership=member,
                name=name,
                prefix=key[: min(SHOWN, len(key) // 3)],
                digest=digest_of(key),
                scope=scope,
                workspace_ids=None if workspaces is None else sorted(workspaces),
                expires_at=expires_at,
            )
            note(
                "key.made",
                row,
                member=member.display_name,
                scope=scope,
                workspaces=None if workspaces is None else len(workspaces),
                expires_at=expires_at,
            )
    except IntegrityError:
        raise Conflict(gettext("This key is in use already. Choose another one.")) from None
    return IssuedKey(row, key)


def random_key() -> str:
    """`assay_`, 48 random letters and digits, and six that say whether the others are right."""
    words = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return f"{BEGINS}{words}{checksum(words)}"


def checksum(words: str) -> str:
    """CRC-32 in six letters and digits, so that a scanner can tell a key from what only looks like one."""
    number, written = crc32(words.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, len(LETTERS))
        written = LETTERS[rest] + written
    return written


def _check_workspaces(member: Membership, workspaces: Collection[UUID]) -> None:
    there = member.organization.workspaces.filter(pk__in=workspaces)
    if not workspaces or there.count() != len(set(workspaces)):
        sentence = gettext("Choose workspaces of the organization, at least one.")
        raise Invalid(sentence, {"workspaces": sentence})


@transaction.atomic
def revoke_api_key(api_key: ApiKey) -> None:
    """End a key now and for ever. Doing it twice changes nothing."""
    if ApiKey.objects.filter(pk=api_key.pk, revoked_at=None).update(revoked_at=Now(), updated_at=Now()):
        note("key.ended", api_key, member=api_key.membership.display_name)
    api_key.refresh_from_db()
