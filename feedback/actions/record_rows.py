"""The statements that write records, thousands at a time; who may write what is decided in records.py.

Under row-level security PostgreSQL refuses COPY; one INSERT … SELECT from one JSON array is the fastest way
that is left (benchmarks/import_speed.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import F
from psycopg.types.json import Jsonb

from accounts.models import Membership
from core import bulk
from core.jsonb import dumps, to_bytes
from feedback.models import Dataset, DatasetCount, QueueItem, Record, SearchBacklog
from feedback.models.queue import NORMAL
from feedback.models.records import BLOCK


def lock(dataset: Dataset) -> DatasetCount:
    """Bulk writers of one dataset go one after another: positions and external ids are theirs alone.

    Whoever needs more locks takes this one first, then tallies, then leases, then queue items.
    """
    return DatasetCount.objects.select_for_update(no_key=True).get(dataset=dataset)


def known(dataset: Dataset, ids: list[UUID], names: list[str]) -> dict[UUID | str, UUID]:
    """Id or external id -> id, for those of these records that exist in this dataset."""
    found: dict[UUID | str, UUID] = {}
    if ids:
        rows = bulk.execute(
            "select id from feedback_record where dataset_id = %s and id = any(%s)", [dataset.pk, ids]
        )
        found |= {pk: pk for (pk,) in rows}
    if names:
        rows = bulk.execute(
            "select external_id, id from feedback_record where dataset_id = %s and external_id = any(%s::text[])",
            [dataset.pk, names],
        )
        found |= dict(rows)
    return found


def insert(
    dataset: Dataset, count: DatasetCount, rows: Sequence[Mapping[str, Any]], author: Membership | None
) -> datetime | None:
    """Add records at the end, with their places, and a note that nobody has read their words. Under `lock`.

    `rows`: id, external_id, fields, metadata. Returns the moment that all of them have for both their dates.
    """
    if not rows:
        return None
    first = count.next_position
    placed = [{**row, "position": first + number} for number, row in enumerate(rows)]
    [(moment,)] = bulk.execute(
        """
            with sent as (
                select * from jsonb_to_recordset(%b)
                    as x(id uuid, position bigint, external_id text, fields jsonb, metadata jsonb)
            ), added as (
                insert into feedback_record
                    (id, organization_id, dataset_id, position, external_id, fields, metadata, author_id)
                select id, %s::uuid, %s::uuid, position, external_id, fields, metadata, %s::uuid from sent
                returning id, organization_id, dataset_id, author_id, position, inserted_at
            ), noted as (
                insert into feedback_searchbacklog (organization_id, dataset_id, record_id)
                select organization_id, dataset_id, id from added
            ), placed as (
                insert into feedback_queueitem (record_id, organization_id, dataset_id, author_id, rank, shuffle,
                                                target, open_places, submitted)
                select id, organization_id, dataset_id, author_id, (%s::bigint << 59) | position,
                    (random() * 2147483647)::int, wanted, wanted, 0
                from added, (select min_submitted as wanted from feedback_dataset where id = %s) as now
            )
            select inserted_at from added limit 1
            """,
        [
            Jsonb(placed, dumps=to_bytes),
            dataset.organization_id,
            dataset.pk,
            author.pk if author else None,
            9 - NORMAL,
            dataset.pk,
        ],
    )
    count_positions(dataset, range(first, first + len(rows)), 1)
    count.next_position = first + len(rows)
    count.records += len(rows)
    count.save(update_fields=["next_position", "records"])
    return cast(datetime, moment)


def update(dataset: Dataset, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Write fields and metadata where they really differ; the ids of those: `updated_at` moves for them alone.

    `rows`: id, fields or None to leave them, metadata, keeps_metadata.
    """
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with sent as (
                select x.id, coalesce(x.fields, r.fields) as fields,
                    case when keeps_metadata then r.metadata else x.metadata end as metadata
                from jsonb_to_recordset(%s::jsonb)
                    as x(id uuid, fields jsonb, metadata jsonb, keeps_metadata boolean)
                join feedback_record r on r.id = x.id and r.dataset_id = %s
            )
            update feedback_record r set fields = sent.fields, metadata = sent.metadata, updated_at = now()
            from sent where r.id = sent.id
                and (r.fields, r.metadata) is distinct from (sent.fields, sent.metadata)
            returning r.id
            """,
            [dumps(rows), dataset.pk],
        )
        return {pk for (pk,) in cursor.fetchall()}


def fields_of(ids: Iterable[UUID], known: Mapping[UUID, Any]) -> dict[UUID, Any]:
    """Id -> fields of these records; only those that are not known are read."""
    unknown = set(ids) - known.keys()
    read = Record.objects.filter(pk__in=unknown).values_list("pk", "fields") if unknown else ()
    return {**known, **dict(read)}


def hold(dataset: Dataset, records: Collection[UUID]) -> None:
    """Let nobody answer these records, or be handed one, until the transaction ends. Under `lock`.

    All tallies of the dataset come first, for whoever submits holds their own and waits for a queue item.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from feedback_labelertally where dataset_id = %s order by membership_id for no key update",
            [dataset.pk],
        )
        cursor.execute(
            "select 1 from feedback_queueitem where record_id = any(%s) order by record_id for no key update",
            [list(records)],
        )


def delete(dataset: Dataset, positions: Mapping[UUID, int]) -> None:
    """Delete these records (id -> position) and everything below them. Under `hold`."""
    completed = QueueItem.objects.filter(pk__in=positions, completed=True).count()
    _count_shares(positions, -1)
    Record.objects.filter(pk__in=positions)._raw_delete(using="default")
    SearchBacklog.objects.filter(dataset=dataset, record__in=positions)._raw_delete(using="default")
    count_positions(dataset, positions.values(), -1)
    DatasetCount.objects.filter(dataset=dataset).update(
        records=F("records") - len(positions), completed=F("completed") - completed
    )


def count_in(dataset: Dataset, positions: Mapping[UUID, int]) -> None:
    """Count records (id -> position) that came back with everything below them."""
    completed = QueueItem.objects.filter(pk__in=positions, completed=True).count()
    _count_shares(positions, 1)
    count_positions(dataset, positions.values(), 1)
    DatasetCount.objects.filter(dataset=dataset).update(
        records=F("records") + len(positions), completed=F("completed") + completed
    )


def _count_shares(records: Collection[UUID], step: int) -> None:
    """Let the shares of people know that these records came (1) or go (-1)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_share s set given = s.given + %s * x.given, answered = s.answered + %s * x.answered from (
                select share_id, count(*) as given, count(*) filter (where state = 'answered') as answered
                from feedback_assignedrecord where record_id = any(%s) group by share_id
            ) as x where s.id = x.share_id
            """,
            [step, step, list(records)],
        )


def count_positions(dataset: Dataset, positions: Iterable[int], step: int) -> None:
    """Let the blocks of these positions know that so many records came (1) or went (-1)."""
    blocks = Counter(position // BLOCK for position in positions)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_recordblock as b (organization_id, dataset_id, block, records)
            select %s, %s, block, records from unnest(%s::bigint[], %s::int[]) as x(block, records)
            on conflict (dataset_id, block) do update set records = b.records + excluded.records
            """,
            [
                dataset.organization_id,
                dataset.pk,
                list(blocks),
                [step * number for number in blocks.values()],
            ],
        )


def date(rows: Sequence[Mapping[str, Any]]) -> None:
    """Give records the dates that they have elsewhere. `rows`: id, inserted_at, updated_at."""
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                update feedback_record r set inserted_at = x.inserted_at, updated_at = x.updated_at
                from jsonb_to_recordset(%s::jsonb) as x(id uuid, inserted_at timestamptz, updated_at timestamptz)
                where r.id = x.id
                """,
                [dumps(rows)],
            )
