"""How somebody must have signed in to enter an organization: said here, and asked wherever one is entered.

A session knows by what it began: allauth keeps passwords, codes, passkeys and second factors in its records; through
which organizations' providers somebody came stands beside them. A provider's word is good for its own organization:
whoever came by it alone enters no other one, unless the account belongs to that organization anyway.
"""

from __future__ import annotations

from enum import Enum

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts import directory
from accounts.models import Membership, Organization, User
from accounts.second_factor import has_second_factor

CODES = Authenticator.Type.RECOVERY_CODES
CAME_THROUGH = "came_through"  # in the session: whose it is, and ids of organizations


class Missing(Enum):
    """What somebody still has to do to enter."""

    PROVIDER = "provider"  # sign in through the organization's provider
    OWN = "own"  # sign in by what is their own: they came through the provider of another organization
    SECOND_FACTOR = "second factor"  # set one up


def note_provider(request: HttpRequest, user: User, organization_id: str) -> None:
    """This session came through a provider of this organization."""
    came = {*_came_through(request, user), organization_id}
    request.session[CAME_THROUGH] = {"user": str(user.pk), "organizations": sorted(came)}


def missing(request: HttpRequest, member: Membership) -> Missing | None:
    """What this session lacks to enter this member's organization; None if it may."""
    user, organization = member.user, member.organization
    assert user is not None
    if str(organization.pk) in _came_through(request, user):
        return None
    if organization.must_use_sso and not (member.is_owner and _used_recovery_code(request, user)):
        return Missing.PROVIDER
    if is_lent(request, user):
        return Missing.OWN
    if organization.must_use_second_factor and not has_second_factor(user):
        return Missing.SECOND_FACTOR
    return None


def came_by_provider(request: HttpRequest, user: User) -> bool:
    """Whether a provider's word, and no password of ours, may have begun this session."""
    return bool(_came_through(request, user))


def is_lent(request: HttpRequest, user: User) -> bool:
    """Whether somebody else's word alone began this session, and the account is not that organization's."""
    came = _came_through(request, user)
    return bool(came) and str(user.managed_by_id) not in came and not _records(request, user)


def refusing(user: User) -> Organization | None:
    """The organization that refuses passwords, codes and passkeys of this person, if they could enter no other.

    Owners with recovery codes are let through: they may have to mend the provider.
    """
    members = [user.signing_in_as] if user.signing_in_as else directory.memberships_of(user)
    if not members or not all(member.organization.must_use_sso for member in members):
        return None
    if any(member.is_owner for member in members) and has_recovery_codes(user):
        return None
    return members[0].organization


def has_recovery_codes(user: User) -> bool:
    """Whether codes are there to break the glass with."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=CODES).exists())


def _used_recovery_code(request: HttpRequest, user: User) -> bool:
    return any(record.get("type") == CODES for record in _records(request, user))


def _came_through(request: HttpRequest, user: User) -> list[str]:
    noted = request.session.get(CAME_THROUGH, {})
    return list(noted["organizations"]) if noted.get("user") == str(user.pk) else []


def _records(request: HttpRequest, user: User) -> list[dict[str, object]]:
    found: list[dict[str, object]] = get_authentication_records(request, user)
    return found
