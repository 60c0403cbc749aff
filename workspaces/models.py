"""Where: workspaces, and who belongs to them."""

from typing import ClassVar

from django.db import models

from accounts.access import Scoped, WorkspaceQuerySet
from accounts.models import Membership, Organization
from core.models import Base


class Workspace(Scoped, Base):
    """A place for datasets, open to its members and to the owners of the organization."""

    workspace_path = "pk"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=200)
    members = models.ManyToManyField(Membership, through="WorkspaceMembership", related_name="workspaces")

    objects = WorkspaceQuerySet["Workspace"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "name"], name="one_workspace_name_per_organization"
            ),
            models.UniqueConstraint(fields=["organization", "id"], name="workspace_with_organization"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkspaceMembership(Scoped, Base):
    """A member of a workspace."""

    workspace_path = "workspace"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    workspace = models.ForeignKey(
        Workspace, models.DO_NOTHING, related_name="workspace_memberships", db_constraint=False
    )
    membership = models.ForeignKey(
        Membership, models.DO_NOTHING, related_name="workspace_memberships", db_constraint=False
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
