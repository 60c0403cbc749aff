"""Who the people of a restored organization are in this installation: whoever is here already is not made again.

Somebody is here who has the e-mail address, or else the very id. Nothing of them is changed: they get a place in the
organization, and sign in as ever. All others are made, and nobody becomes an operator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now

from accounts.models import Identity, Organization, User, opaque_username
from core.models import new_id
from feedback.actions.moved_ids import Move


@dataclass
class People:
    """Id in the archive -> user here, how many were made, and how many of these have no password yet."""

    users: dict[UUID, UUID] = field(default_factory=dict)
    made: int = 0
    without_password: int = 0
    # Who they are to providers of the organization, which come later: user, provider there, issuer, subject.
    identities: list[tuple[UUID, UUID, str, str]] = field(default_factory=list)


def restore_people(lines: Iterable[bytes], organization: Organization) -> People:
    """Find or make them."""
    people = People()
    taken: set[UUID] = set()
    for line in lines:
        given = json.loads(line)
        user = _known(given)
        if user is None or user.pk in taken:  # one person is one member
            user = _make(given, organization)
            people.made += 1
            people.without_password += not given["password"]
        taken.add(user.pk)
        people.users[UUID(given["id"])] = user.pk
        people.identities += [
            (user.pk, UUID(one["provider_id"]), one["issuer"], one["subject"])
            for one in given["identities"]
            if one["provider_id"]
        ]
    return people


def _known(given: dict[str, Any]) -> User | None:
    by_email = given["email"] and User.objects.filter(email__iexact=given["email"]).first()
    return by_email or User.objects.filter(pk=given["id"]).first()


def _make(given: dict[str, Any], organization: Organization) -> User:
    email = given["email"] or None
    if email and User.objects.filter(email__iexact=email).exists():
        email = None
    is_free = not User.objects.filter(pk=given["id"]).exists()
    has_name = not User.objects.filter(username=given["username"]).exists()
    user = User.objects.create(
        id=UUID(given["id"]) if is_free else new_id(),
        username=given["username"] if has_name else opaque_username(),
        email=email,
        is_active=given["is_active"],
        date_joined=parse_datetime(given["date_joined"]) or now(),
        language=given["language"],
        shortcuts=given["shortcuts"],
        managed_by=organization if given["is_managed"] else None,
        password=given["password"] or make_password(None),
    )
    for one in given["emails"]:
        if email and not EmailAddress.objects.filter(email__iexact=one["email"]).exists():
            EmailAddress.objects.create(user=user, **one)
    for one in given["identities"]:
        if not one["provider_id"] and not Identity.objects.filter(**one).exists():
            Identity.objects.create(user=user, **one)
    return user


def restore_identities(people: People, move: Move) -> None:
    """Let the organization's own providers, which are there by now, know its people. They speak for it alone."""
    Identity.objects.bulk_create(
        Identity(user_id=user, provider_id=move.id(provider), issuer=issuer, subject=subject)
        for user, provider, issuer, subject in people.identities
    )
