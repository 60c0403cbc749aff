"""JSON of the audit log."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import OWNERS, Verb, demand
from accounts.audit_models import AuditEntry
from accounts.audit_reading import Wanted, as_row, page
from core.api import ApiView, query
from core.operations import Time, operation


class AuditQuery(Wanted):
    """The query of GET /audit. `cursor`: the `next` of the page before."""

    cursor: UUID | None = None
    limit: int = Field(100, ge=1, le=1000)


class AuditJson(TypedDict):
    """One act. `actor_name` and `object_name` are as they were then; `details`: `{"was": …, "is": …}` for changes."""

    id: UUID
    at: Time
    act: str
    sentence: str
    door: str
    actor_id: UUID | None
    actor_name: str
    is_service: bool
    is_operator: bool
    means: str
    key_id: UUID | None
    key_name: str
    object_kind: str
    object_id: UUID | None
    object_name: str
    address: str | None
    agent: str
    details: dict[str, Any]


class AuditPageJson(TypedDict):
    """Entries, newest first; `next`: the cursor of the page behind, null at the end."""

    items: list[AuditJson]
    next: UUID | None


class AuditLog(ApiView):
    """The audit log of the organization."""

    @operation("list_audit_entries", OWNERS, query=AuditQuery, gives={200: AuditPageJson})
    def get(self, request: Request) -> Reply:
        """List who did what to what from where, the newest first.

        Entries are added and never changed. `docs/audit-log.md` has the acts.
        """
        wanted = query(request, AuditQuery)
        demand(Verb.OVERSEE, self.by)
        entries = wanted.select(AuditEntry.objects.allowing(Verb.OVERSEE, self.by))
        found, following = page(entries, wanted.cursor, wanted.limit)
        return Reply({"items": [as_row(entry) for entry in found], "next": following})
