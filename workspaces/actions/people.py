"""New people who are in workspaces from the start."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts.access import BECOMES, Role
from accounts.actions import NewMember, add_member, add_members, add_service_account, give_skills
from accounts.audit import note_all
from accounts.models import Membership, Organization
from workspaces.actions.places import add_to_workspace, check_workspace_role, role_for
from workspaces.models import Workspace, WorkspaceMembership

# What people are in which workspace; None: what their role in the organization says.
Places = Mapping[Workspace, str | None]
NOWHERE: Places = MappingProxyType({})


@transaction.atomic
def add_person(
    organization: Organization, *, workspaces: Places = NOWHERE, by: Membership | None = None, **given: Any
) -> Membership:
    """A new member of the organization and of these workspaces; the rest as for `add_member`."""
    member = add_member(organization, **given)
    for workspace, role in workspaces.items():
        add_to_workspace(workspace, member, role=role, by=by)
    return member


@transaction.atomic
def add_service(
    organization: Organization, *, workspaces: Places = NOWHERE, by: Membership | None = None, **given: Any
) -> Membership:
    """A new service account in these workspaces; the rest as for `add_service_account`."""
    service = add_service_account(organization, **given)
    for workspace, role in workspaces.items():
        add_to_workspace(workspace, service, role=role, by=by)
    return service


@transaction.atomic
def add_people(
    organization: Organization,
    usernames: Sequence[str],
    *,
    role: str,
    workspaces: Places = NOWHERE,
    by: Membership | None = None,
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
    for place_role in filter(None, workspaces.values()):
        check_workspace_role(place_role)
    everybody = [person.membership for person in people]
    for workspace, given in workspaces.items():
        there = given or BECOMES[Role(role)]
        note_all("place.added", everybody, by=by, workspace=workspace.name, role=there)
    WorkspaceMembership.objects.bulk_create(
        WorkspaceMembership(
            organization=organization,
            workspace=workspace,
            membership=person.membership,
            role=place_role or role_for(person.membership),
            role_set_at=now(),
            role_set_by=by,
        )
        for workspace, place_role in workspaces.items()
        for person in people
    )
    return people
