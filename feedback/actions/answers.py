"""Responses in bulk, as a program brings them with its records. One person's own: responses.py."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import Membership
from core.errors import Invalid
from core.jsonb import dumps
from core.models import new_id
from feedback.actions import record_rows
from feedback.actions.refusal import InvalidRecord, about
from feedback.actions.telling import Statuses
from feedback.item import Item
from feedback.models import Dataset, Response
from feedback.models.responses import Status
from feedback.shape import DatasetShape


@dataclass
class Given:
    """A response as it was sent, by the member of this id. `values`: question name -> answer."""

    user_id: UUID
    status: str
    values: Mapping[str, Any] | None = None
    inserted_at: datetime | None = None  # None: now
    updated_at: datetime | None = None
    submitted_at: datetime | None = None  # None: when it was updated, if it is submitted
    guidelines_version: int | None = None  # None: that of today
    presentation: Mapping[str, Any] = field(default_factory=dict)
    active_ms: int | None = None
    reason: str | None = None
    note: str = ""
    is_counted: bool = False  # discarded, and yet one of the answers wanted


def clean(shape: DatasetShape, values: Mapping[str, Any], item: Item, *, final: bool) -> dict[str, Any]:
    """The answers as they are stored. `Invalid.errors` says for each question what is not right yet."""
    return shape.clean_answers(values, item, final=final)


def write(
    dataset: Dataset, given: Sequence[tuple[UUID, Given]], fields: Mapping[UUID, Any] | None = None
) -> dict[UUID, bool]:
    """Write many at once, after checking each, and count anew. The last one of a person and record holds.

    `fields`: those of records that were written a moment ago, by id; the others are read.
    Returns the records that became completed (True) or are so no longer, as `recount` does.
    """
    if not given:
        return {}
    people = _people(dataset, given)
    fields = record_rows.fields_of([pk for pk, _ in given], fields or {})
    checked = []
    for pk, one in given:
        final = one.status == Status.SUBMITTED
        with about(pk):
            values = clean(dataset.shape, one.values or {}, dataset.shape.item(fields[pk]), final=final)
        checked.append((pk, replace(one, values=values)))
    changed = write_clean(dataset, checked)
    retally(dataset, people)
    return changed


def write_clean(
    dataset: Dataset, given: Sequence[tuple[UUID, Given]], *, newer_only: bool = False
) -> dict[UUID, bool]:
    """The same for answers in stored form, of members; counting their authors anew is left to the caller.

    `newer_only`: what was changed here after `updated_at` stays.
    """
    if not given:
        return {}
    rows = {(pk, one.user_id): _row(pk, one) for pk, one in given}
    records = sorted({pk for pk, _ in given})
    record_rows.lock(dataset)
    lock_tallies(dataset, {person for _, person in rows})
    _end_leases(rows.values())
    with connection.cursor() as cursor:
        # Tallies, leases, queue items: in the order of settle_place, else two may wait for each other.
        cursor.execute(
            "select 1 from feedback_queueitem where record_id = any(%s) order by record_id for no key update",
            [records],
        )
        cursor.execute(
            """
            insert into feedback_response as r (id, organization_id, dataset_id, record_id, membership_id,
                values, status, is_extra, presentation, note, revision, submitted_at, guidelines_version,
                inserted_at, updated_at, active_ms, reason, is_counted)
            select id, %s, %s, record_id, membership_id, values, status, false, presentation, note, 1,
                case when status = 'submitted' then coalesce(submitted_at, updated_at, now()) end,
                coalesce(guidelines_version, %s), coalesce(inserted_at, now()), coalesce(updated_at, now()),
                active_ms, reason, is_counted and status = 'discarded'
                from jsonb_to_recordset(%s::jsonb) as x(id uuid, record_id uuid, membership_id uuid, values jsonb,
                    status text, inserted_at timestamptz, updated_at timestamptz, submitted_at timestamptz,
                    guidelines_version int, presentation jsonb, active_ms int, reason text, note text,
                    is_counted boolean)
            on conflict (record_id, membership_id) do update set
                values = excluded.values, status = excluded.status,
                is_extra = r.is_extra and excluded.status = 'submitted',
                is_counted = (r.is_counted or excluded.is_counted) and excluded.status = 'discarded',
                note = coalesce(nullif(excluded.note, ''), r.note), revision = r.revision + 1,
                submitted_at = coalesce(excluded.submitted_at, r.submitted_at), updated_at = excluded.updated_at
                where not %s or excluded.updated_at > r.updated_at
            """,
            [
                dataset.organization_id,
                dataset.pk,
                dataset.guidelines_version,
                dumps(list(rows.values())),
                newer_only,
            ],
        )
    return recount(dataset, records)


def _row(pk: UUID, given: Given) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "record_id": str(pk),
        "membership_id": str(given.user_id),
        "values": given.values,
        "status": given.status,
        "inserted_at": given.inserted_at,
        "updated_at": given.updated_at,
        "submitted_at": given.submitted_at,
        "guidelines_version": given.guidelines_version,
        "presentation": dict(given.presentation),
        "active_ms": given.active_ms,
        "reason": given.reason,
        "note": given.note,
        "is_counted": given.is_counted,
    }


def lock_tallies(dataset: Dataset, people: Collection[UUID]) -> None:
    """One act at a time per person and dataset; always before their leases and the queue items."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select lock_tally(%s, person) from unnest(%s::uuid[]) as person", [dataset.pk, sorted(people)]
        )


def _end_leases(rows: Iterable[Mapping[str, Any]]) -> None:
    """Whoever has answered holds no place any more; a draft keeps it. The recount opens what is left over."""
    ended = [row for row in rows if row["status"] != Status.DRAFT]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            delete from feedback_lease where (record_id, membership_id) in (
                select * from unnest(%s::uuid[], %s::uuid[]))
            """,
            [[row["record_id"] for row in ended], [row["membership_id"] for row in ended]],
        )


def recount(dataset: Dataset, records: Sequence[UUID], *, by_rules: bool = False) -> dict[UUID, bool]:
    """Count places and completion of these records from their responses.

    `by_rules`: after the dataset's rules said anew how many answers each wants, of whom, and when its turn is. Under
    `record_rows.lock`. Returns, if anybody wants to be told, the records that became completed (True) or are so no
    longer (False).
    """
    statuses = Statuses(dataset, records)
    with connection.cursor() as cursor:
        cursor.execute("select recount_records(%s, %s, %s)", [dataset.pk, list(records), by_rules])
    return statuses.changed()


def retally(dataset: Dataset, people: Collection[UUID]) -> None:
    """Count these people's responses in this dataset."""
    if people:
        with connection.cursor() as cursor:
            cursor.execute("select retally(%s, %s)", [dataset.pk, sorted(people)])


def people_of(records: Sequence[UUID]) -> set[UUID]:
    """Who answered any of these records."""
    return set(Response.objects.filter(record__in=records).values_list("membership_id", flat=True).distinct())


def _people(dataset: Dataset, given: Sequence[tuple[UUID, Given]]) -> set[UUID]:
    people = {one.user_id for _, one in given}
    known = Membership.objects.filter(organization=dataset.organization_id, pk__in=people)
    unknown = people - set(known.values_list("pk", flat=True))
    for pk, one in given:
        if one.user_id in unknown:
            raise InvalidRecord(pk, Invalid(f"There is no user with the id {one.user_id}."))
    return people
