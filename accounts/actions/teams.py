"""Adding many people at once."""

from collections.abc import Sequence
from copy import copy
from itertools import count, islice
from secrets import choice
from typing import NamedTuple

from django.contrib.auth.hashers import get_hasher, make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext, ngettext

from accounts.access import Role
from accounts.actions.endings import check_stays
from accounts.actions.members import check_role, check_username
from accounts.audit import note_all
from accounts.models import Membership, Organization, User
from core.errors import Conflict, Invalid

MOST_AT_ONCE = 500
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another when written by hand


class NewMember(NamedTuple):
    """A new member and the password made for them, which is not kept and can only be shown now."""

    membership: Membership
    password: str


@transaction.atomic
def add_members(
    organization: Organization, usernames: Sequence[str], *, role: str = Role.ANNOTATOR
) -> list[NewMember]:
    """An account with a password of its own for each username: all of them or none."""
    check_stays(organization)
    check_role(role)
    _check(organization, usernames)
    passwords = [make_a_password() for _ in usernames]
    users = User.objects.bulk_create(
        [
            User(password=_light_hash(password), managed_by=organization, must_change_password=True)
            for password in passwords
        ]
    )
    memberships = [
        Membership(organization=organization, user=user, username=username, role=role)
        for user, username in zip(users, usernames, strict=True)
    ]
    try:
        with transaction.atomic():
            Membership.objects.bulk_create(memberships)
    except IntegrityError:
        raise Conflict(gettext("Somebody took one of these usernames just now. Try again.")) from None
    note_all("member.added", memberships, role=role)
    return [NewMember(*pair) for pair in zip(memberships, passwords, strict=True)]


@transaction.atomic
def give_passwords(members: Sequence[Membership]) -> list[NewMember]:
    """A password for each of these members whose account has none and belongs to their organization."""
    given = [NewMember(member, make_a_password()) for member in members if lacks_password(member)]
    users = [_with_password(new) for new in given]
    User.objects.bulk_update(users, ["password", "must_change_password"], batch_size=500)
    note_all("member.password_set", [one.membership for one in given])
    return given


def lacks_password(member: Membership) -> bool:
    """Whether nobody can sign in by this member's account until the organization gives it a password."""
    user = member.user
    return (
        user is not None and user.managed_by_id == member.organization_id and not user.has_usable_password()
    )


def next_usernames(organization: Organization, prefix: str, number: int) -> list[str]:
    """`number` free usernames: labeler-01, labeler-02 …, going on where the last ones ended."""
    if not 1 <= number <= MOST_AT_ONCE:
        raise Invalid(_most_at_once(), {"number": gettext("Write 1 to %(most)s.") % {"most": MOST_AT_ONCE}})
    check_username(prefix)
    taken = set(
        Membership.objects.filter(organization=organization, username__startswith=prefix).values_list(
            "username", flat=True
        )
    )
    free = (name for i in count(1) if (name := f"{prefix}-{i:02}") not in taken)
    return list(islice(free, number))


def make_a_password() -> str:
    """Three groups of four: 59 bits, and short enough to be typed from a slip of paper."""
    return "-".join("".join(choice(LETTERS) for _ in range(4)) for _ in range(3))


def _with_password(new: NewMember) -> User:
    user = new.membership.user
    assert user is not None
    user.password = _light_hash(new.password)
    user.must_change_password = True
    return user


def _light_hash(password: str) -> str:
    """A random password needs no slow hash, and hundreds would take a minute. Signing in makes it slow."""
    hasher = copy(get_hasher("default"))
    hasher.memory_cost, hasher.time_cost = 8 * 1024, 1  # type: ignore[attr-defined]  # argon2's; others have none
    return make_password(password, hasher=hasher)


def _most_at_once() -> str:
    said = ngettext("Add 1 to %(most)s person at once.", "Add 1 to %(most)s people at once.", MOST_AT_ONCE)
    return said % {"most": MOST_AT_ONCE}


def _check(organization: Organization, usernames: Sequence[str]) -> None:
    if not 1 <= len(usernames) <= MOST_AT_ONCE:
        raise Invalid(_most_at_once())
    for username in usernames:
        check_username(username)
    if len(set(usernames)) < len(usernames):
        twice = next(name for name in usernames if usernames.count(name) > 1)
        raise Invalid(gettext("The username %(username)s is there twice.") % {"username": twice})
    taken = Membership.objects.filter(organization=organization, username__in=usernames)
    if names := list(taken.values_list("username", flat=True)[:5]):
        raise Conflict(gettext("These usernames are taken: %(usernames)s.") % {"usernames": ", ".join(names)})
