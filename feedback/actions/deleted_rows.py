"""The statements that put records into the trash and back, thousands at a time, without reading what is in them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from feedback.models import (
    AssignedRecord,
    BulkAnswer,
    Dataset,
    DeletedRecords,
    PastLease,
    QueueItem,
    Record,
    Response,
    Suggestion,
    Vector,
)

# What is kept of a record, each after what it refers to. What else hangs on one is made anew, or ends with it:
# leases, and what search goes by (feedback/models/search.py).
KEPT: tuple[type[models.Model], ...] = (
    Record,
    QueueItem,
    Vector,
    Suggestion,
    Response,
    AssignedRecord,
    PastLease,
    BulkAnswer,
)
ABOVE = {"organization", "dataset", "record"}  # those are there: everything is restored below them


def columns() -> dict[str, list[str]]:
    """Table -> its columns that can be written."""
    return {model._meta.db_table: [field.column for field in _fields(model)] for model in KEPT}


def keep(batch: DeletedRecords, records: Collection[UUID]) -> None:
    """Copy these records, which go in this transaction. Under `record_rows.hold`."""
    said = [f"'{model._meta.db_table}', {_rows_of(model)}" for model in KEPT]
    _execute(
        f"""
        insert into feedback_deletedrecord (organization_id, batch_id, record_id, external_id, contents)
        select r.organization_id, %s, r.id, r.external_id, jsonb_build_object({", ".join(said)})
        from feedback_record r where r.id = any(%s)
        """,  # noqa: S608  names of our tables and columns
        [batch.pk, list(records)],
    )


def _rows_of(model: type[models.Model]) -> str:
    if model is Record:
        return "jsonb_build_array(to_jsonb(r))"
    table = model._meta.db_table
    return f"(select coalesce(jsonb_agg(to_jsonb(t)), '[]') from {table} t where t.record_id = r.id)"  # noqa: S608


def taken(dataset: Dataset, batch: DeletedRecords, most: int) -> list[str]:
    """External ids, or else ids, of those of the batch that records of the dataset have by now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select coalesce(d.external_id, d.record_id::text) from feedback_deletedrecord d
            where d.batch_id = %s and (
                exists (select 1 from feedback_record r where r.id = d.record_id)
                or exists (select 1 from feedback_record r
                           where r.dataset_id = %s and r.external_id = d.external_id))
            order by 1 limit %s
            """,
            [batch.pk, dataset.pk, most],
        )
        return [name for (name,) in cursor.fetchall()]


def ids_of(batch: DeletedRecords) -> list[UUID]:
    """Of its records."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select record_id from feedback_deletedrecord where batch_id = %s order by record_id", [batch.pk]
        )
        return [pk for (pk,) in cursor.fetchall()]


def put_back(batch: DeletedRecords, records: Sequence[UUID]) -> dict[UUID, int]:
    """Write their rows again, but what belongs to something that is gone; id -> position. Counts are the caller's."""
    for model in KEPT:
        _put_back(model, batch, records)
    with connection.cursor() as cursor:
        # Who waits for their places is counted anew, and that their words are to be read is noted.
        cursor.execute(
            "update feedback_queueitem set reserved = 0 where record_id = any(%s) and reserved > 0",
            [list(records)],
        )
        cursor.execute(
            """
            insert into feedback_searchbacklog (organization_id, dataset_id, record_id)
            select organization_id, dataset_id, id from feedback_record where id = any(%s)
            """,
            [list(records)],
        )
    return dict(Record.objects.filter(pk__in=records).values_list("pk", "position"))


def _put_back(model: type[models.Model], batch: DeletedRecords, records: Sequence[UUID]) -> None:
    table = model._meta.db_table
    known = set(batch.columns[table])
    fields = [field for field in _fields(model) if field.column in known]
    names = ", ".join(f'"{field.column}"' for field in fields)
    there = "".join(f" and {condition}" for condition in _conditions(fields))
    _execute(
        f"""
        insert into {table} ({names}) select {", ".join(map(_value, fields))}
        from feedback_deletedrecord d
        cross join lateral jsonb_populate_recordset(null::{table}, d.contents -> '{table}') as t
        where d.batch_id = %s and d.record_id = any(%s){there}
        """,  # noqa: S608  names of our tables and columns
        [batch.pk, records],
    )


def _conditions(fields: Sequence[Any]) -> Iterator[str]:
    """What a row refers to and cannot be without is still there."""
    for field in fields:
        if _refers(field) and not field.null:
            parent = field.related_model._meta.db_table
            yield f'exists (select 1 from {parent} p where p.id = t."{field.column}")'  # noqa: S608


def _value(field: Any) -> str:
    """What it refers to and can be without, if it is still there."""
    if _refers(field) and field.null:
        parent = field.related_model._meta.db_table
        return f'(select p.id from {parent} p where p.id = t."{field.column}")'  # noqa: S608
    return f't."{field.column}"'


def _refers(field: Any) -> bool:
    return field.is_relation and field.name not in ABOVE


def _fields(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def _execute(statement: str, given: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
