"""What the groups that a provider says somebody is in mean here: a role, and workspaces.

The one place that turns them into who somebody is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from accounts.access import Role, WorkspaceRole
from accounts.actions import change_member
from accounts.models import IdentityProvider, Membership
from workspaces.actions.places import add_to_workspace, change_role_in_workspace, remove_from_workspace
from workspaces.models import Workspace

EVERYBODY = "*"
OWNER: str = Role.OWNER.value
# Who is meant by two rules is the first of these.
ORDER: list[str] = [
    OWNER,
    WorkspaceRole.MANAGER,
    WorkspaceRole.REVIEWER,
    WorkspaceRole.LABELER,
    WorkspaceRole.VIEWER,
]


class GroupRule(NamedTuple):
    """Whoever is in the group (EVERYBODY: whoever comes) is this in these workspaces; an owner is it everywhere."""

    group: str
    role: str
    workspaces: list[UUID]


def rules_of(provider: IdentityProvider) -> list[GroupRule]:
    """The rules as they are kept."""
    return [
        GroupRule(rule["group"], rule["role"], [UUID(one) for one in rule["workspaces"]])
        for rule in provider.rules
    ]


def kept(rules: Iterable[GroupRule]) -> list[dict[str, object]]:
    """The rules as JSON."""
    return [
        {"group": group, "role": role, "workspaces": [str(one) for one in workspaces]}
        for group, role, workspaces in rules
    ]


def apply_group_rules(member: Membership, rules: list[GroupRule], groups: Collection[str]) -> None:
    """Make somebody what their groups say, at each sign-in. Workspaces that no rule names are left alone.

    An owner stays one: no group takes the last of them away by mistake.
    """
    meant = [rule for rule in rules if rule.group == EVERYBODY or rule.group in groups]
    meant.sort(key=lambda rule: ORDER.index(rule.role))
    if not member.is_owner and any(rule.role == OWNER for rule in meant):
        change_member(member, role=OWNER)
    wanted: dict[UUID, str] = {}
    for rule in meant:
        for pk in rule.workspaces:
            wanted.setdefault(pk, WorkspaceRole.MANAGER if rule.role == OWNER else rule.role)
    named = {pk for rule in rules for pk in rule.workspaces}
    places = {place.workspace_id: place for place in member.workspace_memberships.filter(workspace__in=named)}
    for pk, place in places.items():
        if pk in wanted:
            change_role_in_workspace(place, wanted[pk])
        else:
            remove_from_workspace(place)
    missing = Workspace.objects.filter(
        organization=member.organization_id, pk__in=wanted.keys() - places.keys()
    )
    for workspace in missing:
        add_to_workspace(workspace, member, role=wanted[workspace.pk])
    member.forget_roles()
