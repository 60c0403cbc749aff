"""New people who are in workspaces from the start."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.actions import NewMember, add_member, add_members, give_skills
from accounts.models import Membership, Organization
from workspaces.actions.places import add_to_workspace
from workspaces.models import Workspace, WorkspaceMembership


@transaction.atomic
def add_person(
    organization: Organization, *, workspaces: Iterable[Workspace] = (), **given: Any
) -> Membership:
    """A new member of the organization and of these workspaces; the rest as for `add_member`."""
    member = add_member(organization, **given)
    for workspace in workspaces:
        add_to_workspace(workspace, member)
    return member


@transaction.atomic
def add_people(
    organization: Organization,
    usernames: Sequence[str],
    *,
    role: str,
    workspaces: Iterable[Workspace] = (),
    skills: Mapping[str, Sequence[str]] | None = None,
) -> list[NewMember]:
    """Many new members, each with a password that is returned this once, in all of these workspaces.

    `skills`: username -> what they know.
    """
    people = add_members(organization, usernames, role=role)
    if skills:
        known = {
            one.membership: skills[one.membership.username]
            for one in people
            if skills.get(one.membership.username)
        }
        give_skills(known)
    WorkspaceMembership.objects.bulk_create(
        WorkspaceMembership(organization=organization, workspace=workspace, membership=person.membership)
        for workspace in workspaces
        for person in people
    )
    return people
