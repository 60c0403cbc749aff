"""Reading the audit log: what is asked for, page by page, and all of it as a file."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from pydantic import BaseModel, Field

from accounts.audit_acts import Kind, of_kind
from accounts.audit_models import AuditEntry
from core.origin import Door
from core.tenancy import acting_for
from core.times import wire_time

CHUNK = 1000  # rows of a file that are in memory at once
COLUMNS = (
    "id", "at", "act", "sentence", "door", "actor_id", "actor_name", "is_service", "is_operator", "means", "key_id",
    "key_name", "object_kind", "object_id", "object_name", "address", "agent", "details",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run, and not show


class Wanted(BaseModel):
    """Which entries: all that fit everything given. Days are days in UTC."""

    member_id: UUID | None = Field(None, description="Who acted.")
    person: str | None = Field(None, max_length=200, description="A part of the name of who acted.")
    kind: Kind | None = None
    act: str | None = Field(
        None, max_length=60, description="As docs/audit-log.md has them: `dataset.deleted`."
    )
    object_id: UUID | None = Field(None, description="What it was done to.")
    object: str | None = Field(None, max_length=200, description="A part of the name of what it was done to.")
    door: Door | None = None
    since: date | None = Field(None, description="The first day.")
    until: date | None = Field(None, description="The last day.")

    def select(self, entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
        """Of these."""
        asked: dict[str, Any] = {
            "actor_id": self.member_id,
            "actor_name__icontains": self.person,
            "act": self.act,
            "object_id": self.object_id,
            "object_name__icontains": self.object,
            "door": self.door,
            "act__in": of_kind(self.kind) if self.kind else None,
            "at__gte": self.since and datetime.combine(self.since, time(), UTC),
            "at__lt": self.until and datetime.combine(self.until, time(), UTC) + timedelta(days=1),
        }
        return entries.filter(**{name: value for name, value in asked.items() if value not in (None, "")})


def older_than(entries: QuerySet[AuditEntry], last: UUID | None) -> QuerySet[AuditEntry]:
    """Those behind this one. One that is not there any more has nothing behind it: it was the oldest."""
    if last is None:
        return entries
    at = entries.model.objects.filter(pk=last).values_list("at", flat=True).first()
    if at is None:
        return entries.none()
    return entries.filter(Q(at__lt=at) | Q(id__lt=last), at__lte=at)


def page(entries: QuerySet[AuditEntry], last: UUID | None, size: int) -> tuple[list[AuditEntry], UUID | None]:
    """So many, newest first, and where to go on, if there are more."""
    found = list(older_than(entries, last).order_by("-at", "-id")[: size + 1])
    return found[:size], found[size - 1].pk if len(found) > size else None


def as_csv(organization_id: UUID, entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """A file for spreadsheets, newest first."""
    yield _csv_line(COLUMNS)
    yield from _lines(
        organization_id, entries, lambda row: _csv_line([_cell(value) for value in row.values()])
    )


def as_jsonl(organization_id: UUID, entries: QuerySet[AuditEntry]) -> Iterator[str]:
    """A file for programs, newest first."""
    yield from _lines(
        organization_id, entries, lambda row: json.dumps(row, ensure_ascii=False, default=str) + "\n"
    )


def as_row(entry: AuditEntry) -> dict[str, Any]:
    """An entry with all that is known of it."""
    row = {name: getattr(entry, name) for name in COLUMNS}
    return row | {"actor_name": entry.who, "at": wire_time(entry.at)}


def _lines(
    organization_id: UUID, entries: QuerySet[AuditEntry], write: Callable[[dict[str, Any]], str]
) -> Iterator[str]:
    """A reply that streams runs after its request: each chunk says anew for whom it reads."""
    last = None
    while True:
        with acting_for(organization_id), transaction.atomic():
            found, following = page(entries, last, CHUNK)
        yield "".join(write(as_row(entry)) for entry in found)
        if following is None:
            return
        last = following


def _csv_line(cells: Any) -> str:
    out = StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    text = (
        json.dumps(value, ensure_ascii=False)
        if isinstance(value, dict)
        else str("" if value is None else value)
    )
    return f"'{text}" if text.startswith(FORMULA) else text
