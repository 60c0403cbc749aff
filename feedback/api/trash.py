"""JSON about the trash: what was deleted and can come back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import ALL_MANAGERS, MANAGERS, Verb, demand
from core.api import ApiView, body, path_id, query
from core.operations import Listing, Time, operation
from feedback.actions.emptying import delete_for_good
from feedback.actions.trash import restore
from feedback.reports.trash import Entry, Kind, entries, entry, fetch_deleted, trash


class TrashQuery(BaseModel):
    """The query of GET /trash."""

    offset: int = Field(0, ge=0)
    limit: int = Field(50, ge=1, le=500)


class Restoring(BaseModel):
    """The body of POST /trash/{id}/restore. `name`: another one for a dataset or workspace, if its own is taken."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None


class TrashJson(TypedDict):
    """Something in the trash. `records`: how many are in it, null for a workspace; `purge_at`: when it goes for ever.

    `name` of records: how many of which dataset. `deleted_by`: a user's id, null if that is not known.
    """

    id: UUID
    kind: Kind
    name: str
    workspace_id: UUID
    records: int | None
    deleted_at: Time
    deleted_by: UUID | None
    purge_at: Time


def trash_json(one: Entry) -> TrashJson:
    """One thing in the trash."""
    return {
        "id": one.deleted.pk,
        "kind": one.kind,
        "name": one.name,
        "workspace_id": one.workspace.pk,
        "records": one.records,
        "deleted_at": one.deleted.deleted_at,
        "deleted_by": one.deleted.deleted_by_id,
        "purge_at": one.deleted.purge_at,
    }


class Trash(ApiView):
    """What was deleted and can come back."""

    @operation("list_trash", ALL_MANAGERS, query=TrashQuery, gives={200: Listing[TrashJson]})
    def get(self, request: Request) -> Reply:
        """List what lies in the trash of my workspaces, the newest first; owners see the workspaces, too."""
        page = query(request, TrashQuery)
        demand(Verb.INSPECT, self.by)
        found = trash(self.by)
        shown = entries(list(found[page.offset : page.offset + page.limit]))
        return Reply({"items": [trash_json(one) for one in shown], "total": found.count()})


class TrashDetail(ApiView):
    """One thing in the trash."""

    @operation("delete_for_good", MANAGERS, gives={204: None})
    def delete(self, request: Request, trash_id: str) -> Reply:
        """Delete it for ever, before its time. A workspace takes along what lies in the trash of it."""
        delete_for_good(fetch_deleted(self.by, path_id(trash_id, "trash_id")))
        return Reply(status=204)


class TrashRestore(ApiView):
    """Bringing something back."""

    @operation("restore_deleted", MANAGERS, body=Restoring, gives={200: TrashJson}, refuses={409})
    def post(self, request: Request, trash_id: str) -> Reply:
        """Bring it back as it was; the answer shows it as it lay in the trash.

        Refused while its name, or an external id of its records, is taken by something newer. A dataset or workspace
        can take another name.
        """
        pk = path_id(trash_id, "trash_id")
        name = body(request, Restoring).name
        deleted = fetch_deleted(self.by, pk)
        shown = trash_json(entry(deleted))
        place = restore(deleted, name=name, by=self.by)
        return Reply(shown if name is None else {**shown, "name": place.name})
