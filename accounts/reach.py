"""Which people and which keys somebody reaches: what is particular to them, below the rules of access.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import ExpressionWrapper, Q

from accounts.access import Role, Verb, WorkspaceRole, granting, is_everywhere
from accounts.scoped import ScopedQuerySet, workspaces_granting

if TYPE_CHECKING:
    from accounts.models import Membership

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class MemberQuerySet(ScopedQuerySet[M_co]):
    """Owners reach everybody; managers, the members of the workspaces that they manage; others, themselves.

    Managers change labelers, reviewers and viewers who work nowhere else: a password reset must not open a foreign
    workspace. Other managers and service accounts are for owners.
    """

    def working_in(self, workspace: Any) -> Self:
        """Those who may answer in this workspace, given by its id or an `OuterRef`: its members, and the owners."""
        here = self.model._base_manager.filter(
            workspace_memberships__workspace=workspace,
            workspace_memberships__role__in=granting(Verb.ANNOTATE),
        ).values("pk")
        at_work = {"left_at": None, "deactivated_at": None, "may_answer": True}
        return self.filter(Q(role=Role.OWNER) | Q(pk__in=here), **at_work)

    def with_role_in(self, workspace: Any) -> Self:
        """Each with `manages_here`: whether they manage this workspace."""
        places = self.model._base_manager.filter(
            workspace_memberships__workspace=workspace,
            workspace_memberships__role=WorkspaceRole.MANAGER,
        ).values("pk")
        return self.annotate(
            manages_here=ExpressionWrapper(Q(role=Role.OWNER) | Q(pk__in=places), models.BooleanField())
        )

    def reach(self, verb: Verb, by: Membership) -> Q:
        if is_everywhere(by):
            return Q()
        places = by.workspace_memberships.model._base_manager
        mine = workspaces_granting(Verb.MANAGE, by)
        here = Q(pk__in=places.filter(workspace__in=mine).values("membership"))
        if verb is not Verb.MANAGE:
            return here | Q(pk=by.pk)
        elsewhere = places.exclude(workspace__in=mine)
        managers = places.filter(role=WorkspaceRole.MANAGER)
        out_of_reach = Q(pk__in=elsewhere.values("membership")) | Q(pk__in=managers.values("membership"))
        return here & ~out_of_reach & Q(role=Role.ANNOTATOR, is_service=False)


class KeyQuerySet(ScopedQuerySet[M_co]):
    """Everybody reaches their own keys; owners, all of them."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if is_everywhere(by) else Q(membership=by.pk)
