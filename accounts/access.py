"""Who may do what, said once. To hold an object is to have been allowed to: edges get one in no other way.

    Record.objects.fetch(Verb.ANNOTATE, by, pk=pk)     one object, or NotFound, or Forbidden with a sentence
    Dataset.objects.allowing(Verb.VIEW, by)            all of them

`by` is the membership of whoever asks. May they, and which may they, are one queryset and cannot disagree.
PostgreSQL's row-level security (core/postgres.py) is a second wall below this one, between organizations.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.errors import Forbidden, NotFound
from core.operations import Who

if TYPE_CHECKING:
    from accounts.models import Membership


class Role(models.TextChoices):
    """What somebody is in an organization; the values are the contract's words."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Manager")
    ANNOTATOR = "annotator", _("Labeler")


class Verb(StrEnum):
    """What somebody means to do with the object that they ask for."""

    VIEW = "view"
    ANNOTATE = "annotate"
    MANAGE = "manage"
    FOLLOW = "follow"  # ask how a job goes, wherever in the organization
    OWN = "own"


GRANTS: dict[str, frozenset[Verb]] = {
    Role.OWNER: frozenset(Verb),  # everything in the organization, in every workspace, member of it or not
    Role.ADMIN: frozenset(Verb) - {Verb.OWN},  # in the workspaces they belong to
    Role.ANNOTATOR: frozenset({Verb.VIEW, Verb.ANNOTATE}),  # likewise
}


REFUSED = {
    Verb.VIEW: gettext_noop("You may not view this %(thing)s."),
    Verb.ANNOTATE: gettext_noop("You may not annotate this %(thing)s."),
    Verb.MANAGE: gettext_noop("You may not manage this %(thing)s."),
    Verb.FOLLOW: gettext_noop("You may not follow this %(thing)s."),
    Verb.OWN: gettext_noop("You may not own this %(thing)s."),
}


# Who may call an endpoint, as it says of itself: for the API's document.
EVERYBODY = Who("Everybody, signed in or not.")
SIGNED_IN = Who("Whoever is signed in.")
MEMBERS = Who("Owners, and the members of the workspace.", frozenset({404}))
MANAGERS = Who("Owners, and the managers of the workspace.", frozenset({403, 404}))
ALL_MANAGERS = Who("Owners, and the managers of any workspace.", frozenset({403, 404}))
OWNERS = Who("Owners.", frozenset({403, 404}))
AUTHORS = Who("Whoever wrote it, owners, and the managers of the workspace.", frozenset({403, 404}))
THEMSELVES = Who("Whoever it is, owners, and managers who share a workspace with them.", frozenset({404}))
MANAGERS_OF_LABELERS = Who(
    "Owners; of labelers the managers of all workspaces that they are in.", frozenset({403, 404})
)
SENDERS = Who("Whoever began it, while they manage the workspace.", frozenset({403, 404}))
HOLDERS = Who("Whoever holds it.", frozenset({404}))


M_co = TypeVar("M_co", bound=models.Model, covariant=True)


def demand(verb: Verb, by: Membership) -> None:
    """Raise `Forbidden` unless the role grants the verb: where the contract refuses before it looks."""
    if verb not in GRANTS[by.role]:
        raise Forbidden(
            gettext("Only owners and managers may do this.")
            if verb in GRANTS[Role.ADMIN]
            else gettext("Only owners may do this.")
        )


class ScopedQuerySet(models.QuerySet[M_co]):
    """Rows of an organization that somebody may reach; subclasses and `workspace_path` say how far."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        """The rows that a role granting the verb extends to. Default: all of the organization."""
        return Q()

    def allowing(self, verb: Verb, by: Membership) -> Self:
        """The rows to which `by` may do this."""
        if verb not in GRANTS[by.role] or by.left_at is not None:
            return self.none()
        return self.filter(self.reach(verb, by), organization=by.organization_id)

    def fetch(self, verb: Verb, by: Membership, **lookup: Any) -> M_co:
        """The one row to which `by` may do this. `NotFound` if they may not even see it, else `Forbidden`."""
        rows, noun = self.filter(**lookup), gettext(str(self.model._meta.verbose_name))
        if found := rows.allowing(verb, by).first():
            return found
        if rows.allowing(Verb.VIEW, by).exists():
            raise Forbidden(gettext(REFUSED[verb]) % {"thing": noun})
        raise NotFound(gettext("There is no such %(thing)s.") % {"thing": noun})


class OwnerQuerySet(ScopedQuerySet[M_co]):
    """Rows that concern the whole organization: its owners alone reach them."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if by.is_owner else Q(pk__in=[])


class WorkspaceQuerySet(ScopedQuerySet[M_co]):
    """Rows that belong to a workspace, along the path that their model declares."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        if by.is_owner:
            return Q()
        path: str = self.model.workspace_path  # type: ignore[attr-defined]
        return Q(**{f"{path}__in": by.workspace_memberships.values("workspace")})


class Scoped(models.Model):
    """A model that belongs to a workspace. `workspace_path` leads there: "dataset__workspace"."""

    workspace_path: ClassVar[str]

    class Meta:
        abstract = True


class MemberQuerySet(ScopedQuerySet[M_co]):
    """Owners reach everybody; managers, the members of their workspaces; labelers, themselves.

    Managers manage labelers who work nowhere else: a password reset must not open a foreign workspace.
    """

    def working_in(self, workspace: Any) -> Self:
        """Those who may answer in this workspace, given by its id or an `OuterRef`: its members, and the owners."""
        here = self.model._base_manager.filter(workspace_memberships__workspace=workspace).values("pk")
        return self.filter(Q(role=Role.OWNER) | Q(pk__in=here), left_at=None)

    def reach(self, verb: Verb, by: Membership) -> Q:
        if by.is_owner:
            return Q()
        if not by.is_manager:
            return Q(pk=by.pk) if verb is not Verb.MANAGE else Q(pk__in=[])
        mine, places = (
            by.workspace_memberships.values("workspace"),
            by.workspace_memberships.model._base_manager,
        )
        here = Q(pk__in=places.filter(workspace__in=mine).values("membership"))
        elsewhere = Q(pk__in=places.exclude(workspace__in=mine).values("membership"))
        if verb is Verb.MANAGE:
            return here & ~elsewhere & Q(role=Role.ANNOTATOR)
        return here | Q(pk=by.pk)


class KeyQuerySet(ScopedQuerySet[M_co]):
    """Everybody reaches their own keys; owners, all of them."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if by.is_owner and verb is not Verb.ANNOTATE else Q(membership=by.pk)
