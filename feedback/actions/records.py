"""Writing records: set-based, thousands at a time, all or nothing.

Under row-level security PostgreSQL refuses COPY; one INSERT … SELECT from one JSON array is the fastest way
that is left (benchmarks/import_speed.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import Membership
from core.errors import Invalid
from core.jsonb import dumps
from core.models import new_id
from feedback.actions import answers, suggestions, vectors
from feedback.models import Dataset, DatasetCount, QueueItem, Record
from feedback.models.records import BLOCK
from feedback.shape import DatasetShape

ABSENT: Any = object()  # a key that was not sent: what is stored stays


@dataclass
class Entry:
    """One record to write, as it was sent. What is ABSENT stays as it is stored."""

    id: UUID | None = None
    external_id: str | None = None
    fields: Any = ABSENT
    metadata: Any = ABSENT
    suggestions: Sequence[suggestions.Given] = ()
    responses: Sequence[answers.Given] = ()
    vectors: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass
class Written:
    """What became of the entries: the ids of their records in the order sent, and which of them are new."""

    ids: list[UUID] = field(default_factory=list)
    created: set[UUID] = field(default_factory=set)
    updated: set[UUID] = field(default_factory=set)  # those whose fields or metadata really changed


def create_records(
    dataset: Dataset, entries: Sequence[Entry], *, author: Membership | None = None
) -> Written:
    """Add records. `Invalid` if an external id is taken or anything is wrong: then none is added."""
    return _write(dataset, entries, author=author, may_update=False, is_clean=False)


def upsert_records(dataset: Dataset, entries: Sequence[Entry]) -> Written:
    """Add records, or change those that have the id or the external id (contract section 7.3)."""
    return _write(dataset, entries, author=None, may_update=True, is_clean=False)


def import_records(dataset: Dataset, entries: Sequence[Entry]) -> Written:
    """The same for entries whose fields and metadata were checked as they were read from a file."""
    return _write(dataset, entries, author=None, may_update=True, is_clean=True)


@transaction.atomic
def update_record(record: Record, entry: Entry) -> Record:
    """Change one record: fields and metadata are replaced, suggestions are replaced as a set (section 7.4)."""
    suggestions.replace(record, entry.suggestions) if entry.suggestions is not ABSENT else None
    entry.suggestions = ()
    _write(
        record.dataset,
        [Entry(**{**vars(entry), "id": record.pk})],
        author=None,
        may_update=True,
        is_clean=False,
    )
    record.refresh_from_db()
    return record


@transaction.atomic
def delete_records(dataset: Dataset, ids: Iterable[UUID]) -> int:
    """Delete these records with everything below them; how many there were. Unknown ids are passed over."""
    _lock(dataset)
    rows = list(Record.objects.filter(dataset=dataset, pk__in=list(ids)).values_list("pk", "position"))
    found = [pk for pk, _ in rows]
    completed = QueueItem.objects.filter(pk__in=found, completed=True).count()
    people = answers.people_of(found)
    Record.objects.filter(pk__in=found)._raw_delete(using="default")
    for block, gone in Counter(position // BLOCK for _, position in rows).items():
        _add_to_block(dataset, block, -gone)
    DatasetCount.objects.filter(dataset=dataset).update(
        records=F("records") - len(found), completed=F("completed") - completed
    )
    answers.retally(dataset, people)
    return len(found)


@transaction.atomic
def _write(
    dataset: Dataset, entries: Sequence[Entry], *, author: Membership | None, may_update: bool, is_clean: bool
) -> Written:
    """Find, check, write: in this order, so that nothing is written when anything is wrong."""
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before adding records.")
    count = _lock(dataset)
    known = _known(dataset, entries)
    if not may_update and (taken := sorted(e.external_id for e in entries if e.external_id in known)):  # type: ignore[type-var]
        raise Invalid(f"These external ids exist already: {', '.join(map(str, taken))}.")
    if not is_clean:
        _check(dataset.shape, entries, known)
    written = Written()
    new: dict[UUID, Entry] = {}
    changed: dict[UUID, Entry] = {}
    for entry in entries:
        existing = known.get(entry.id) if entry.id else None
        existing = existing or known.get(entry.external_id)
        pk = existing or new_id()
        written.ids.append(pk)
        (changed if existing and pk not in new else new)[pk] = entry
        if entry.external_id is not None:
            known[entry.external_id] = pk  # the same external id again is the same record: the last one holds
    _insert(dataset, count, new, author)
    written.created = set(new)
    written.updated = _update(dataset, changed)
    pairs = list(zip(written.ids, entries, strict=True))
    suggestions.write(dataset, [(pk, given) for pk, entry in pairs for given in entry.suggestions])
    vectors.write(dataset, [(pk, name, value) for pk, e in pairs for name, value in e.vectors.items()])
    answers.write(dataset, [(pk, given) for pk, entry in pairs for given in entry.responses])
    return written


def _lock(dataset: Dataset) -> DatasetCount:
    """Bulk writers of one dataset go one after another: positions and external ids are theirs alone."""
    return DatasetCount.objects.select_for_update(no_key=True).get(dataset=dataset)


def _known(dataset: Dataset, entries: Sequence[Entry]) -> dict[Any, UUID]:
    """Id or external id -> id, for the records that exist in this dataset."""
    ids = [entry.id for entry in entries if entry.id]
    names = [entry.external_id for entry in entries if entry.external_id is not None]
    if not ids and not names:
        return {}
    rows = Record.objects.filter(Q(pk__in=ids) | Q(external_id__in=names), dataset=dataset)
    found: dict[Any, UUID] = {}
    for pk, external_id in rows.values_list("pk", "external_id"):
        found[pk] = pk
        found[external_id] = pk
    found.pop(None, None)
    return found


def _check(shape: DatasetShape, entries: Sequence[Entry], known: Mapping[Any, UUID]) -> None:
    """Clean fields and metadata in place; the first thing that is wrong is said with its position."""
    for position, entry in enumerate(entries):
        exists = entry.id in known or entry.external_id in known
        try:
            if entry.fields is None and exists:
                entry.fields = ABSENT
            if entry.fields is not ABSENT or not exists:
                entry.fields = shape.clean_fields({} if entry.fields in (ABSENT, None) else entry.fields)
            if entry.metadata not in (ABSENT, None):
                entry.metadata = shape.clean_metadata(entry.metadata)
        except Invalid as error:
            raise Invalid(f"Record at position {position} is not valid: {error}", error.errors) from None


def _insert(
    dataset: Dataset, count: DatasetCount, new: Mapping[UUID, Entry], author: Membership | None
) -> None:
    if not new:
        return
    first = count.next_position
    rows = [
        {
            "id": str(pk),
            "position": first + number,
            "external_id": entry.external_id,
            "fields": entry.fields,
            "metadata": None if entry.metadata is ABSENT else entry.metadata,
        }
        for number, (pk, entry) in enumerate(new.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with sent as (
                select * from jsonb_to_recordset(%s::jsonb)
                    as x(id uuid, position bigint, external_id text, fields jsonb, metadata jsonb)
            ), added as (
                insert into feedback_record
                    (id, organization_id, dataset_id, position, external_id, fields, metadata, author_id)
                select id, %s, %s, position, external_id, fields, metadata, %s from sent
                returning id, organization_id, dataset_id, author_id, position
            )
            insert into feedback_queueitem (record_id, organization_id, dataset_id, author_id, rank, shuffle,
                                            target, open_places, submitted)
            select id, organization_id, dataset_id, author_id, (5::bigint << 48) | position,
                (random() * 2147483647)::int, %s, %s, 0 from added
            """,
            [
                dumps(rows),
                dataset.organization_id,
                dataset.pk,
                author.pk if author else None,
                dataset.min_submitted,
                dataset.min_submitted,
            ],
        )
    for block, added in Counter((first + number) // BLOCK for number in range(len(rows))).items():
        _add_to_block(dataset, block, added)
    count.next_position = first + len(rows)
    count.records += len(rows)
    count.save(update_fields=["next_position", "records"])


def _update(dataset: Dataset, changed: Mapping[UUID, Entry]) -> set[UUID]:
    """Write fields and metadata where they really differ: `updated_at` moves for those alone."""
    rows = [
        {
            "id": str(pk),
            "fields": None if entry.fields is ABSENT else entry.fields,
            "metadata": None if entry.metadata is ABSENT else entry.metadata,
            "keeps_metadata": entry.metadata is ABSENT,
        }
        for pk, entry in changed.items()
        if entry.fields is not ABSENT or entry.metadata is not ABSENT
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with sent as (
                select x.id, coalesce(x.fields, r.fields) as fields,
                    case when keeps_metadata then r.metadata else nullif(x.metadata, 'null'::jsonb) end as metadata
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


def _add_to_block(dataset: Dataset, block: int, records: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_recordblock as b (organization_id, dataset_id, block, records)
            values (%s, %s, %s, %s) on conflict (dataset_id, block) do update set records = b.records + excluded.records
            """,
            [dataset.organization_id, dataset.pk, block, records],
        )
