"""Where: workspaces, and who belongs to them."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.access import Role, Verb, WorkspaceRole, is_everywhere
from accounts.kept import KeptQuerySet, TrashQuerySet
from accounts.models import Membership, Organization, roles
from accounts.scoped import NOBODY, Scoped, ScopedQuerySet, WorkspaceQuerySet
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

    def waiting(self) -> Self:
        """Those that somebody can still join by."""
        return self.filter(accepted_at=None, expires_at__gt=now())

    def reach(self, verb: Verb, by: Membership) -> Q:
        if by.key is not None and by.key.workspace_ids is not None:
            return NOBODY  # an invitation may lead into other workspaces than those of the key
        return Q() if is_everywhere(by) else Q(invited_by=by.pk)


class Invitation(Base):
    """Somebody asked to join. Whoever has the link may; only the hash of its secret is kept.

    With an e-mail it is for one person; without one, a link to share that `most_uses` people can join by. A `domain`
    says whose: whoever shows that they have an e-mail there is sent an invitation of their own (`link`).
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    email = models.EmailField(blank=True, default="", db_default="")
    name = models.CharField(
        max_length=200, blank=True, default="", db_default=""
    )  # of the person, or what it is for
    role = models.CharField(max_length=20, choices=roles, default=Role.ANNOTATOR)
    places = models.JSONField(default=dict, blank=True)  # workspace id -> what they become there
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        Membership, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    link = models.ForeignKey("self", models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    most_uses = models.PositiveIntegerField(default=1, db_default=1)
    uses = models.PositiveIntegerField(default=0, db_default=0)
    days = models.PositiveIntegerField(default=14, db_default=14)  # how long it lasts from when it is sent
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField(blank=True, default="", db_default="")  # why the letter did not go
    accepted_at = models.DateTimeField(null=True, blank=True)  # when it was used up

    objects = InvitationQuerySet["Invitation"].as_manager()

    class Meta:
        ordering = ("inserted_at", "id")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "id"], name="invitation_with_organization"),
            models.CheckConstraint(condition=Q(uses__lte=F("most_uses")), name="no_more_uses_than_allowed"),
        ]

    def __str__(self) -> str:
        return self.email or self.name or gettext("Link to join")

    @property
    def is_link(self) -> bool:
        """Whether it is for whoever has it."""
        return not self.email


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
