"""Acts on workspaces and on who belongs to them."""

import re
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.access import BECOMES, Role, WorkspaceRole
from accounts.audit import note
from accounts.models import Membership, Organization
from accounts.trash import take_out, throw_away
from core.errors import Conflict, Invalid, NotFound
from core.later import later
from workspaces.models import DeletedWorkspace, GroupMembership, Workspace, WorkspaceMembership

NAME = r"^[a-zA-Z0-9_-]+$"  # the contract's client refuses to read any other


def create_workspace(organization: Organization, name: str, *, id: UUID | None = None) -> Workspace:
    """A place for datasets. `Conflict` if the name or the id is taken."""
    _check_name(name)
    try:
        with transaction.atomic():
            made = Workspace.objects.create(
                organization=organization, name=name, **({"id": id} if id else {})
            )
            note("workspace.created", made)
            return made
    except IntegrityError as error:
        raise _clash(error, name) from None


def rename_workspace(workspace: Workspace, name: str) -> Workspace:
    """Call it something else. `Conflict` if the name is taken."""
    if workspace.name == name:
        return workspace
    _check_name(name)
    try:
        with transaction.atomic():
            Workspace.objects.filter(pk=workspace.pk).update(name=name, updated_at=Now())
            note("workspace.renamed", workspace, called=name, name=(workspace.name, name))
    except IntegrityError as error:
        raise _clash(error, name) from None
    workspace.refresh_from_db()
    return workspace


@transaction.atomic
def delete_workspace(workspace: Workspace, *, by: Membership | None = None) -> None:
    """Put a workspace into the trash and let everybody out. `Conflict` while there are datasets in it."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)  # no dataset is added meanwhile
    if workspace.datasets.exists():
        raise Conflict(
            gettext("The workspace %(name)s still has datasets. Delete those first.")
            % {"name": workspace.name}
        )
    note("workspace.deleted", workspace, by=by)
    places = workspace.workspace_memberships.all()
    of_groups = GroupMembership.objects.filter(group__workspace=workspace)
    groups: dict[str, list[str]] = {}
    for group, member in of_groups.values_list("group", "membership"):
        groups.setdefault(str(group), []).append(str(member))
    members = {str(member): role for member, role in places.values_list("membership", "role")}
    throw_away(workspace, by=by, people_before={"members": members, "groups": groups})
    of_groups.delete()
    places.delete()


@transaction.atomic
def restore_workspace(
    deleted: DeletedWorkspace, *, name: str | None = None, by: Membership | None = None
) -> Workspace:
    """Bring it back with its people, but for those who left, or under another name. `Conflict` if that is taken."""
    name = deleted.name if name is None else name
    _check_name(name)
    try:
        with transaction.atomic():
            take_out(deleted, name=name, people_before={})
    except IntegrityError as error:
        raise _clash(error, name) from None
    workspace = Workspace.objects.get(pk=deleted.pk)
    note("workspace.restored", workspace, by=by)
    _let_back_in(workspace, deleted.people_before, by)
    return workspace


def _let_back_in(workspace: Workspace, people: dict[str, Any], by: Membership | None) -> None:
    """Those who are in the organization still."""
    here = {"organization_id": workspace.organization_id}
    members, groups = people.get("members", {}), people.get("groups", {})
    still = Membership.objects.filter(**here, pk__in=members, left_at=None)
    there = {str(pk) for pk in still.values_list("pk", flat=True)}
    made = now()
    WorkspaceMembership.objects.bulk_create(
        [
            WorkspaceMembership(
                **here,
                workspace=workspace,
                membership_id=pk,
                role=role,
                role_set_at=made,
                role_set_by=by,
            )
            for pk, role in members.items()
            if pk in there
        ],
        ignore_conflicts=True,
    )
    known = {str(pk) for pk in workspace.groups.values_list("pk", flat=True)}
    GroupMembership.objects.bulk_create(
        [
            GroupMembership(**here, group_id=group, membership_id=pk)
            for group in groups.keys() & known
            for pk in groups[group]
            if pk in there
        ],
        ignore_conflicts=True,
    )


def add_to_workspace(
    workspace: Workspace, member: Membership, *, role: str | None = None, by: Membership | None = None
) -> WorkspaceMembership:
    """Let somebody in, as what their role in the organization says if none is given. `Conflict` if they are there."""
    if member.left_at is not None or member.organization_id != workspace.organization_id:
        raise NotFound(gettext("There is no such member."))
    role = role or role_for(member)
    check_workspace_role(role)
    try:
        with transaction.atomic():
            place = WorkspaceMembership.objects.create(
                organization_id=workspace.organization_id,
                workspace=workspace,
                membership=member,
                role=role,
                role_set_at=now(),
                role_set_by=by,
            )
            _note("place.added", place, by, role=role)
    except IntegrityError:
        raise Conflict(
            gettext("%(name)s is a member of %(workspace)s already.")
            % {"name": member.display_name, "workspace": workspace.name}
        ) from None
    member.forget_roles()
    return place


@transaction.atomic
def change_role_in_workspace(
    place: WorkspaceMembership, role: str, *, by: Membership | None = None
) -> WorkspaceMembership:
    """Let somebody be something else here. What waits for those who answer no more is for others."""
    check_workspace_role(role)
    if place.role == role:
        return place
    before = place.role
    WorkspaceMembership.objects.filter(pk=place.pk).update(
        role=role, role_set_at=Now(), role_set_by=by, updated_at=Now()
    )
    place.refresh_from_db(fields=["role", "role_set_at", "role_set_by", "updated_at"])
    _note("place.role_changed", place, by, role=(before, role))
    later("feedback.leave_behind", str(place.organization_id))
    return place


def _note(act: str, place: WorkspaceMembership, by: Membership | None = None, **details: Any) -> None:
    """About the person: that is whom one looks for."""
    note(act, place.membership, by=by, workspace=place.workspace.name, **details)


def role_for(member: Membership) -> str:
    """What somebody becomes in a workspace, unless it is said otherwise."""
    return BECOMES[Role(member.role)]


def check_workspace_role(role: str) -> None:
    """One of those that there are."""
    if role not in WorkspaceRole.values:
        sentence = gettext("Choose Manager, Reviewer, Labeler or Viewer.")
        raise Invalid(gettext("There is no such role in a workspace."), {"role": sentence})


@transaction.atomic
def remove_from_workspace(place: WorkspaceMembership) -> None:
    """Let somebody out, of its groups too; their answers stay, and what waits for them is for others."""
    if not place.membership.is_owner:
        GroupMembership.objects.filter(
            group__workspace=place.workspace_id, membership=place.membership_id
        ).delete()
    _note("place.removed", place)
    place.delete()
    later("feedback.leave_behind", str(place.organization_id))


def _check_name(name: str) -> None:
    if not (re.fullmatch(NAME, name) and "\n" not in name and len(name) <= 200):
        raise Invalid(
            gettext("This name does not work for a workspace."),
            {"name": gettext("Use letters without accents, digits, - and _, 200 characters at most.")},
        )


def _clash(error: IntegrityError, name: str) -> Conflict:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    if constraint == "one_workspace_name_per_organization":
        return Conflict(
            gettext("There is a workspace called %(name)s already. Choose another name.") % {"name": name}
        )
    return Conflict(gettext("Another workspace has this id already."))
