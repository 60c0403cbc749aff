"""Where: workspaces, and who belongs to them."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models
from django.db.models import Q

from accounts.access import (
    Role,
    Scoped,
    ScopedQuerySet,
    Verb,
    WorkspaceQuerySet,
    WorkspaceRole,
    is_everywhere,
)
from accounts.kept import KeptQuerySet, TrashQuerySet
from accounts.models import Membership, Organization, roles
from accounts.trash import KEPT, Deletable
from core.models import Base


class Workspace(Deletable, Scoped, Base):
    """A place for datasets, open to its members and to the owners of the organization."""

    workspace_path = "pk"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(
        Membership,
        through="WorkspaceMembership",
        through_fields=("workspace", "membership"),
        related_name="workspaces",
    )
    # Of one in the trash: who was let out with it, {"members": {id: role}, "groups": {id: [ids of members]}}.
    people_before = models.JSONField(default=dict, db_default={}, editable=False)

    objects = KeptQuerySet["Workspace"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "name"], condition=KEPT, name="one_workspace_name_per_organization"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="workspace_with_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class DeletedWorkspace(Workspace):
    """One in the trash."""

    objects = TrashQuerySet["DeletedWorkspace"].as_manager()  # type: ignore[misc]

    class Meta:
        proxy = True
        ordering = ("-deleted_at", "id")


def workspace_roles() -> list[tuple[str, Any]]:
    """For `WorkspaceMembership.role`."""
    return list(WorkspaceRole.choices)


class WorkspaceMembership(Scoped, Base):
    """A member of a workspace, what they are in it, and who made them that."""

    workspace_path = "workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(
        Workspace, models.DO_NOTHING, related_name="workspace_memberships", db_constraint=False
    )
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="workspace_memberships", db_constraint=False
    )
    role = models.CharField(
        max_length=20,
        choices=workspace_roles,
        default=WorkspaceRole.LABELER,
        db_default=WorkspaceRole.LABELER,
    )
    role_set_at = models.DateTimeField(null=True, blank=True)
    role_set_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, blank=True, related_name="+", db_constraint=False
    )

    objects = WorkspaceQuerySet["WorkspaceMembership"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        verbose_name = "workspace member"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "membership"], name="one_membership_per_person_and_workspace"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.membership} in {self.workspace}"


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class InvitationQuerySet(ScopedQuerySet[M_co]):
    """Owners reach all invitations; managers, those that they sent."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if is_everywhere(by) else Q(invited_by=by.pk)


class Invitation(Base):
    """Somebody asked by e-mail to join. Whoever has the link may; only the hash of its secret is kept."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    email = models.EmailField()
    role = models.CharField(max_length=20, choices=roles, default=Role.ANNOTATOR)
    places = models.JSONField(default=dict, blank=True)  # workspace id -> what they become there
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet["Invitation"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")

    def __str__(self) -> str:
        return self.email


class Group(Scoped, Base):
    """People of a workspace who are meant together, such as those who know a language."""

    workspace_path = "workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(Workspace, models.DO_NOTHING, related_name="groups", db_constraint=False)
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(Membership, through="GroupMembership", related_name="groups")

    objects = WorkspaceQuerySet["Group"].as_manager()

    class Meta:
        ordering = ("name", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_group_name_per_workspace"),
            models.UniqueConstraint(fields=["organization", "id"], name="group_with_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMembership(Scoped, Base):
    """A member of a group. Gone when they leave the workspace."""

    workspace_path = "group__workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    group = models.ForeignKey(Group, models.DO_NOTHING, related_name="places", db_constraint=False)
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="group_places", db_constraint=False
    )

    objects = WorkspaceQuerySet["GroupMembership"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "membership"], name="one_place_per_person_and_group"),
        ]
