"""What lies in the trash that somebody may empty: the newest first, each with how much it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from uuid import UUID

from django.db.models import CharField, QuerySet, Value
from django.utils.translation import gettext

from accounts.access import Verb
from accounts.models import Membership
from core.errors import NotFound
from feedback.models import DatasetCount, DeletedDataset, DeletedRecords
from feedback.models.deleted_records import Deleted
from workspaces.models import DeletedWorkspace

Kind = Literal["dataset", "records", "workspace"]


class _Rows(NamedTuple):
    """`seen`: with this verb it is on somebody's list; `held`: with this one they restore it, or let it go."""

    model: Any
    seen: Verb
    held: Verb
    above: tuple[str, ...]


KINDS: dict[Kind, _Rows] = {
    "dataset": _Rows(DeletedDataset, Verb.INSPECT, Verb.MANAGE, ("workspace",)),
    "records": _Rows(DeletedRecords, Verb.INSPECT, Verb.MANAGE, ("dataset__workspace",)),
    "workspace": _Rows(DeletedWorkspace, Verb.OVERSEE, Verb.OWN, ()),
}


@dataclass(frozen=True)
class Entry:
    """One thing in the trash. `records`: how many are in it; None for a workspace."""

    kind: Kind
    deleted: Any
    records: int | None

    @property
    def name(self) -> str:
        return str(self.deleted)

    @property
    def workspace(self) -> Any:
        """Where it was: a workspace is where it is itself."""
        if self.kind == "workspace":
            return self.deleted
        return self.deleted.workspace if self.kind == "dataset" else self.deleted.dataset.workspace


def trash(by: Membership) -> QuerySet[Any]:
    """(id, kind, when) of all that somebody sees there, the newest first: to be cut into pages."""
    found = [
        rows.model.objects.allowing(rows.seen, by)
        .order_by()
        .annotate(kind=Value(kind, CharField()))
        .values_list("pk", "kind", "deleted_at")
        for kind, rows in KINDS.items()
    ]
    together: QuerySet[Any] = found[0].union(*found[1:], all=True).order_by("-deleted_at", "-id")
    return together


def entries(page: Sequence[tuple[UUID, Kind, Any]]) -> list[Entry]:
    """These of them, in their order: a fixed number of queries."""
    things: dict[UUID, Any] = {}
    for kind, rows in KINDS.items():
        if ids := [pk for pk, one, _ in page if one == kind]:
            things |= rows.model.objects.select_related("deleted_by", *rows.above).in_bulk(ids)
    return [
        Entry(kind, things[pk], number)
        for (pk, kind, _), number in zip(page, _numbers(page, things), strict=True)
        if pk in things
    ]


def entry(deleted: Deleted) -> Entry:
    """One of them."""
    kind = next(kind for kind, rows in KINDS.items() if isinstance(deleted, rows.model))
    return entries([(deleted.pk, kind, deleted.deleted_at)])[0]


def fetch_deleted(by: Membership, pk: UUID) -> Deleted:
    """What somebody may bring back, or let go. `NotFound` and `Forbidden` as for any fetch."""
    for rows in KINDS.values():
        try:
            found: Deleted = rows.model.objects.fetch(rows.held, by, pk=pk)
        except NotFound:
            continue
        return found
    raise NotFound(gettext("There is no such thing in the trash."))


def _numbers(page: Sequence[tuple[UUID, Kind, Any]], things: dict[UUID, Any]) -> list[int | None]:
    datasets = [pk for pk, kind, _ in page if kind == "dataset"]
    counts = dict(DatasetCount.objects.filter(dataset__in=datasets).values_list("dataset", "records"))
    counts |= {pk: thing.records for pk, thing in things.items() if isinstance(thing, DeletedRecords)}
    return [counts.get(pk) for pk, _, _ in page]
