"""Coming in through a provider that the operator trusts to say who people are."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TypedDict

from allauth.account.models import EmailAddress
from django.db import transaction

from accounts import directory
from accounts.actions import add_member
from accounts.audit import note
from accounts.models import Identity, Membership, Organization, User
from accounts.provider_answers import Person
from core.errors import Conflict, Forbidden
from workspaces.actions.places import add_to_workspace
from workspaces.models import Workspace

MOST_ALIKE = 50  # people who would have the same username
log = logging.getLogger(__name__)


@transaction.atomic
def admit(person: Person, organization: Organization, *, workspaces: Collection[str]) -> Membership:
    """The member that this person is. Who comes for the first time becomes a labeler in these workspaces.

    `Forbidden` for whoever has left the organization, and for the owner of an account that is not in it. Steps:
    1. Who came before is known by the provider's own word for them, whatever they call themselves by now.
    2. An e-mail leads to an account that is there if both sides have seen that it is theirs: the provider, and we,
       or the organization that made the account. Otherwise a stranger might take it over, or prepare one to be
       taken over.
    3. Whoever was let go stays away. Everybody else gets an account of the organization, without a password.
    """
    known = _known(person)
    if known and (member := _member(known.user, organization)):
        return member
    Organization.objects.select_for_update(no_key=True).get(pk=organization.pk)  # two tabs of one newcomer
    known = _known(person)
    owner = directory.account_with(person.proven_email) if person.proven_email else None
    member = _member(known.user, organization) if known else None
    if member is None and owner is not None:
        member = _member(owner, organization)
        if member is None or not is_theirs(owner, organization):
            raise Forbidden(f"The account of {person.proven_email} cannot come in this way. Ask an owner.")
    elif member is None and known is not None:
        raise Forbidden(f"You do not belong to {organization} any more. Ask an owner.")
    if member is None:
        member = _newcomer(person, organization, workspaces)
    assert member.user is not None
    Identity.objects.update_or_create(
        provider=None, issuer=person.iss, subject=person.sub, defaults={"user": member.user}
    )
    note("person.signed_in", member, by=member, through=person.iss)
    return member


def _known(person: Person) -> Identity | None:
    return Identity.objects.filter(provider=None, issuer=person.iss, subject=person.sub).first()


def _member(user: User, organization: Organization) -> Membership | None:
    return directory.membership_of(user, organization.slug)


def is_theirs(user: User, organization: Organization) -> bool:
    """Whether the e-mail of the account is known to belong to whoever uses it."""
    proven = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True)
    return user.managed_by_id == organization.pk or proven.exists()


def _newcomer(person: Person, organization: Organization, workspaces: Collection[str]) -> Membership:
    member = add_member(
        organization, password=None, email=person.proven_email, **called(person, organization)
    )
    found = Workspace.objects.filter(organization=organization, name__in=workspaces)
    for workspace in found:
        add_to_workspace(workspace, member)
    if missing := set(workspaces) - {workspace.name for workspace in found}:
        log.warning("OAUTH_WORKSPACES: %s has no workspace %s.", organization, ", ".join(sorted(missing)))
    return member


class Called(TypedDict):
    """How somebody is called in an organization."""

    username: str
    first_name: str
    last_name: str | None


def called(person: Person, organization: Organization) -> Called:
    """The names of a newcomer, as the provider knows them."""
    return {
        "username": _free_username(person, organization),
        "first_name": (person.given_name or "")[:200],
        "last_name": (person.family_name or "")[:200] or None,
    }


def _free_username(person: Person, organization: Organization) -> str:
    """What they are called there; with a number if somebody here is called so."""
    name = ((person.preferred_username or "").strip() or (person.email or "").strip() or person.sub)[:190]
    names = [name, *(f"{name}-{number}" for number in range(2, MOST_ALIKE))]
    members = Membership.objects.filter(organization=organization, username__in=names)
    taken = set(members.values_list("username", flat=True))
    free = next((one for one in names if one not in taken), None)
    if free is None:
        raise Conflict(f"Too many people are called {name}. Ask an owner.")
    return free
