"""Making records findable: their words for the text search, the values of their metadata for filters and sorts.

A writer only notes that words have changed; a task reads them. Until then search looks into the record as it stands
(feedback/search/fresh.py), so that it is exact at every moment; the note is written with the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from core import bulk
from core.later import later
from feedback.actions import record_rows
from feedback.models import Dataset, MetadataProperty, MetadataValue, Record, SearchBacklog
from feedback.search.words import bounded, vector

BATCH = 200  # records in a transaction: those who change one of them wait for it
MOST_WAITING = (
    120_000  # records of a dataset that search looks into as they stand: some seconds, after a large import
)
AT_ONCE = 20_000  # records whose values of a new metadata property are read at once, and not by a task
CHUNK = 2000
SLICE = 3.0  # seconds of a worker at a time, so that imports and exports need not wait for long


def has_backlog(dataset: Dataset) -> bool:
    """Whether any record of it waits: then a worker has been asked already, and goes on until none does."""
    return SearchBacklog.objects.filter(dataset=dataset).exists()


def note_changes(
    dataset: Dataset, created: Sequence[UUID], changed: Sequence[UUID], *, is_asked: bool = False
) -> None:
    """These records are new (their notes came with them), and these have other fields or metadata. Under `lock`.

    `is_asked`: whether others waited before. Where too many do, the writer reads as many words as it brought, so that
    the backlog stays bounded.
    """
    if not created and not changed:
        return
    if changed:
        with connection.cursor() as cursor:
            # An update in place of nothing: whoever is reading this record's words lets go of it first, and nobody
            # takes them up before this transaction ends.
            cursor.execute(
                """
                insert into feedback_searchbacklog as b (organization_id, dataset_id, record_id)
                select %s, %s, id from unnest(%s::uuid[]) as id order by id
                on conflict (dataset_id, record_id) do update set organization_id = b.organization_id
                """,
                [dataset.organization_id, dataset.pk, list(changed)],
            )
    if dataset.shape.metadata:
        if changed:
            MetadataValue.objects.filter(record__in=changed)._raw_delete(using="default")
        read_values(dataset, list(dataset.metadata_properties.all()), [*created, *changed])
    if is_asked and SearchBacklog.objects.filter(dataset=dataset)[MOST_WAITING : MOST_WAITING + 1].exists():
        left = len(created) + len(changed)
        while left > 0 and (read := index_some(dataset, min(left, BATCH))):
            left -= read
    if not is_asked:
        later("feedback.index_records", str(dataset.organization_id), str(dataset.pk))


def index_records(dataset_id: str, *, seconds: float = SLICE) -> bool:
    """Read the words of what waits in a dataset, for so long; whether some is left for the next time.

    Somebody else who is at it goes on by themselves: two would only stand in each other's way.
    """
    until = monotonic() + seconds
    while monotonic() < until:
        with transaction.atomic():
            dataset = Dataset.objects.filter(pk=dataset_id).first()
            if dataset is None or not _alone(dataset) or not index_some(dataset, BATCH):
                return False
    return True


def go_on_indexing(organization_id: str, dataset_id: str) -> None:
    """Read for a while, and ask for the rest later."""
    if index_records(dataset_id):
        later("feedback.index_records", organization_id, dataset_id)


@transaction.atomic
def index_some(dataset: Dataset, number: int) -> int:
    """Read the words of so many records that wait; how many there were.

    Locks what it needs first and waits for nobody: a record that somebody changes or deletes is passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select b.record_id from feedback_searchbacklog b join feedback_record r on r.id = b.record_id
            where b.dataset_id = %s order by b.record_id limit %s
            for update of b skip locked for key share of r skip locked
            """,
            [dataset.pk, number],
        )
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = list(Record.objects.filter(pk__in=ids).values_list("pk", "fields"))  # as they are under the lock
    if not rows:
        return 0
    found = [vector(bounded(dataset.shape.texts(fields)), dataset.pk) for _, fields in rows]
    bulk.execute(
        """
        insert into feedback_recordwords (record_id, organization_id, dataset_id, vector)
        select id, %s::uuid, %s::uuid, words::tsvector from unnest(%s::uuid[], %s::text[]) as x(id, words)
        on conflict (record_id) do update set vector = excluded.vector
        """,
        [dataset.organization_id, dataset.pk, [pk for pk, _ in rows], found],
    )
    SearchBacklog.objects.filter(dataset=dataset, record__in=ids)._raw_delete(using="default")
    return len(rows)


def _alone(dataset: Dataset) -> bool:
    """Whether nobody else reads words of this dataset just now: two of them would only stand in each other's way."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"index {dataset.pk}"])
        return bool(cursor.fetchone()[0])


def waiting_datasets() -> list[tuple[UUID, UUID]]:
    """(organization, dataset) of all in which records wait. Jumps from dataset to dataset in the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive waiting as (
                (select organization_id, dataset_id from feedback_searchbacklog order by dataset_id limit 1)
                union all
                select b.organization_id, b.dataset_id from waiting, lateral (
                    select organization_id, dataset_id from feedback_searchbacklog
                    where dataset_id > waiting.dataset_id order by dataset_id limit 1) as b
            )
            select organization_id, dataset_id from waiting limit 1000
            """
        )
        return [(organization_id, dataset_id) for organization_id, dataset_id in cursor.fetchall()]


def sweep_properties() -> None:
    """Ask again for properties whose values nobody reads."""
    for prop in MetadataProperty.objects.filter(is_indexed=False)[:100]:
        later("feedback.index_property", str(prop.organization_id), str(prop.pk))


def begin_property(prop: MetadataProperty) -> None:
    """Read the values that the dataset's records have of a new property; a task does it where they are many."""
    count = record_rows.lock(prop.dataset)
    if count.records <= AT_ONCE:
        read_values(prop.dataset, [prop], None)
        return
    prop.is_indexed = False
    prop.save(update_fields=["is_indexed"])
    later("feedback.index_property", str(prop.organization_id), str(prop.pk))


def index_property(property_id: str) -> None:
    """The same chunk by chunk; filters read the records as they stand until it is done."""
    after = -1
    while True:
        with transaction.atomic():
            prop = MetadataProperty.objects.select_related("dataset").filter(pk=property_id).first()
            if prop is None or prop.is_indexed:
                return
            record_rows.lock(prop.dataset)  # no record changes while its values are read
            rows = Record.objects.filter(dataset=prop.dataset, position__gt=after).order_by("position")
            found = list(rows.values_list("pk", "position")[:CHUNK])
            if not found:
                MetadataProperty.objects.filter(pk=prop.pk).update(is_indexed=True)
                return
            read_values(prop.dataset, [prop], [pk for pk, _ in found])
        after = found[-1][1]


def read_values(
    dataset: Dataset, properties: Sequence[MetadataProperty], records: Sequence[UUID] | None
) -> None:
    """Copy what these records (None: all) have of these properties. Values that are there already stay."""
    given: list[Any] = [
        [prop.pk for prop in properties],
        [prop.name for prop in properties],
        [prop.kind.is_number for prop in properties],
    ]
    which = "" if records is None else "and r.id = any(%s::uuid[])"
    bulk.execute(
        f"""
        insert into feedback_metadatavalue
            (organization_id, property_id, record_id, position, term, number, is_least, is_most)
        select r.organization_id, p.id, r.id, r.position, v.term, v.number,
            coalesce(v.term = min(v.term) over w, true), coalesce(v.term = max(v.term) over w, true)
        from feedback_record r
        cross join unnest(%s::uuid[], %s::text[], %s::boolean[]) as p(id, name, is_number)
        cross join lateral (
            select distinct case when not p.is_number then json_term(one) end as term,
                case when p.is_number and jsonb_typeof(one) = 'number' then one::float8 end as number
            from jsonb_array_elements(case jsonb_typeof(r.metadata -> p.name)
                when 'array' then r.metadata -> p.name else jsonb_build_array(r.metadata -> p.name) end) as one
        ) as v
        where r.dataset_id = %s and r.metadata ? p.name and num_nonnulls(v.term, v.number) = 1 {which}
        window w as (partition by r.id, p.id)
        on conflict (record_id, property_id, term) do nothing
        """,  # noqa: S608  nothing but %s is put in
        [*given, dataset.pk, *([] if records is None else [list(records)])],
    )
