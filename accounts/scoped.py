"""Rows that somebody may reach: one at a time, or all of them, by what accounts/access.py says that they may."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext

from accounts.access import GRANTS, REFUSED, REFUSED_ELSE, Verb, is_everywhere, may, why_not
from accounts.trash import kept
from core.errors import Forbidden, NotFound
from core.prepared import IsAny, Prepared

if TYPE_CHECKING:
    from accounts.models import Membership

NOBODY = Q(pk__in=[])
PLACES = (UUID(int=1), UUID(int=2), [UUID(int=3)])  # these stand for a row, its organization and workspaces
M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class ScopedQuerySet(models.QuerySet[M_co]):
    """Rows of an organization that somebody may reach; subclasses and `workspace_path` say how far."""

    fetched_with: ClassVar[tuple[str, ...]] = ()  # what comes along with a row that is fetched

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query, using, hints)
        self.is_whole = query is None  # nobody has narrowed it since its manager gave it

    def reach(self, verb: Verb, by: Membership) -> Q:
        """The rows that the verb extends to, for those who may do it somewhere. Default: all of the organization."""
        return Q()

    def allowing(self, verb: Verb, by: Membership) -> Self:
        """The rows to which `by` may do this."""
        if not may(verb, by):  # first of all, whatever a subclass says of how far it reaches
            return self.none()
        return self.filter(self.reach(verb, by), kept(self.model), organization=by.organization_id)

    def fetch(self, verb: Verb, by: Membership, **lookup: Any) -> M_co:
        """The one row to which `by` may do this. `NotFound` if they may not even see it, else `Forbidden`."""
        if (found := self.find(verb, by, **lookup)) is not None:
            return found
        noun = gettext(str(self.model._meta.verbose_name))
        if self.filter(**lookup).allowing(Verb.VIEW, by).exists():
            raise Forbidden(why_not(verb, by) or gettext(REFUSED.get(verb, REFUSED_ELSE)) % {"thing": noun})
        raise NotFound(gettext("There is no such %(thing)s.") % {"thing": noun})

    def find(self, verb: Verb, by: Membership, **lookup: Any) -> M_co | None:
        """The same, or None, whatever the reason."""
        rows = self.select_related(*self.fetched_with) if self.fetched_with else self
        return rows.filter(**lookup).allowing(verb, by).first()


class OwnerQuerySet(ScopedQuerySet[M_co]):
    """Rows that concern the whole organization: its owners alone reach them."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        return Q() if is_everywhere(by) else NOBODY


class WorkspaceQuerySet(ScopedQuerySet[M_co]):
    """Rows that belong to a workspace, along the path that their model declares."""

    def reach(self, verb: Verb, by: Membership) -> Q:
        if is_everywhere(by):
            return Q()
        path: str = self.model.workspace_path  # type: ignore[attr-defined]
        return Q(IsAny(path, workspaces_granting(verb, by)))

    def find(self, verb: Verb, by: Membership, **lookup: Any) -> M_co | None:
        pk = lookup.get("pk")
        is_usual = self.is_whole and len(lookup) == 1 and isinstance(pk, UUID)
        if not is_usual or type(self).reach is not WorkspaceQuerySet.reach:
            return super().find(verb, by, **lookup)
        if not may(verb, by):
            return None
        there = [] if is_everywhere(by) else [workspaces_granting(verb, by)]
        values = [pk, by.organization_id, *there]
        found = _by_id(self.model, len(values))(*values)
        return found[0] if found else None


@cache
def _by_id(model: Any, values: int) -> Prepared[Any]:
    """What `filter(pk=pk).allowing(verb, by)` asks; two values of those who are everywhere, three of others."""
    return Prepared(partial(_with_id, model), *PLACES[:values])


def _with_id(model: Any, pk: UUID, organization: UUID, workspaces: Iterable[UUID] | None = None) -> Any:
    rows = model.objects.filter(kept(model), pk=pk, organization=organization).order_by()
    if workspaces is not None:
        rows = rows.filter(IsAny(model.workspace_path, workspaces))
    return rows.select_related(*rows.fetched_with) if rows.fetched_with else rows


def workspaces_granting(verb: Verb, by: Membership) -> list[UUID]:
    """The ids of the workspaces where somebody who is not everywhere may do this."""
    chosen = by.key.workspace_ids if by.key else None
    if by.is_owner:
        return list(chosen or [])
    return [
        place
        for place, role in by.roles_by_workspace().items()
        if verb in GRANTS[role] and (chosen is None or place in chosen)
    ]


class Scoped(models.Model):
    """A model that belongs to a workspace. `workspace_path` leads there: "dataset__workspace"."""

    workspace_path: ClassVar[str]

    class Meta:
        abstract = True
