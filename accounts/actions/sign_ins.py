"""Who came and went, for the audit logs of the organizations that it concerns."""

from __future__ import annotations

from accounts import directory
from accounts.audit import note
from accounts.models import Membership, User
from core import origin
from core.later import whatever_happens
from core.tenancy import acting_for

LONGEST_LOGIN = 300


def note_sign_in(user: User, member: Membership | None = None) -> None:
    """In each organization that the account opens; `member`: in theirs alone, if it is known that they mean it."""
    meant = member or user.signing_in_as
    for one in [meant] if meant else directory.memberships_of(user):
        note("person.signed_in", one, by=one)


def note_sign_out(user: User) -> None:
    """In each organization that the account was open to."""
    for one in directory.memberships_of(user):
        note("person.signed_out", one, by=one)


def note_failed_sign_in(login: str, organization: str = "") -> None:
    """Have a worker find out whom a wrong password was tried for, and write it down. Here nothing is asked."""
    now = origin.current()
    whatever_happens(
        "accounts.write_failed_sign_in",
        login[:LONGEST_LOGIN],
        organization,
        str(now.door),
        now.address or "",
        now.agent,
    )


def write_failed_sign_in(login: str, organization: str, door: str, address: str, agent: str) -> None:
    """In each organization of the account that the name means; names that mean none, or two, are nobody's concern."""
    found = directory.called(login, organization or None)
    if len(found) != 1:
        return
    [meant] = found
    members = [meant.membership] if meant.membership else directory.memberships_of(meant.user)
    with origin.coming_from(door, address=address or None, agent=agent):
        for one in members:
            with acting_for(one.organization_id):
                note("person.sign_in_failed", one)
