"""Writing records: thousands at a time, all or nothing. Their statements: record_rows.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now

from accounts.audit import note
from accounts.models import Membership
from core.errors import Invalid
from core.jsonb import unpacked
from core.models import new_id
from feedback.actions import (
    answers,
    brought_answers,
    deleted_records,
    indexing,
    record_rows,
    suggestions,
    targets,
    vectors,
)
from feedback.actions.entries import ABSENT, Entry, Written, changed_row, new_row
from feedback.actions.refusal import InvalidRecord
from feedback.events import announce_records
from feedback.models import Dataset, Record
from feedback.models.webhooks import Event
from feedback.shape import DatasetShape


@transaction.atomic
def create_records(
    dataset: Dataset, entries: Sequence[Entry], *, author: Membership | None = None
) -> Written:
    """Add records. `Invalid` if an external id is taken or anything is wrong: then none is added."""
    return _told(dataset, _write(dataset, entries, author=author, may_update=False, is_clean=False))


@transaction.atomic
def upsert_records(dataset: Dataset, entries: Sequence[Entry]) -> Written:
    """Add records, or change those that have the id or the external id (contract section 7.3)."""
    return _told(dataset, _write(dataset, entries, may_update=True, is_clean=False))


@transaction.atomic
def import_records(dataset: Dataset, entries: Sequence[Entry]) -> Written:
    """The same for entries that were checked as they were read from a file. Whoever imports counts the authors of
    their answers anew when all are in (brought_answers.py).
    """
    return _told(dataset, _write(dataset, entries, may_update=True, is_clean=True))


def copy_records(dataset: Dataset, entries: Sequence[Entry]) -> Written:
    """The same for records of another server: a new one gets the id that its entry names. It is no news to tell."""
    return _write(dataset, entries, may_update=True, is_clean=True, keeps_ids=True)


@transaction.atomic
def update_record(record: Record, entry: Entry) -> Record:
    """Change one record: fields and metadata are replaced, suggestions are replaced as a set (section 7.4)."""
    one = replace(entry, id=record.pk, suggestions=())
    written = _write(record.dataset, [one], may_update=True, is_clean=False)
    if entry.suggestions is not ABSENT:
        suggestions.replace(record, entry.suggestions)
    if entry.touches_record or entry.vectors or entry.suggestions is not ABSENT:
        Record.objects.filter(pk=record.pk).update(updated_at=now())  # even if all stayed as it was
    record.refresh_from_db()
    _told(record.dataset, written)
    return record


@transaction.atomic
def delete_records(
    dataset: Dataset, ids: Iterable[UUID], *, by: Membership | None = None, joins: bool = False
) -> int:
    """Put these records into the trash with everything below them; how many. Unknown ids are passed over.

    `joins`: as one set with those that the same program deleted a moment ago.
    """
    record_rows.lock(dataset)
    found = dict(Record.objects.filter(dataset=dataset, pk__in=list(ids)).values_list("pk", "position"))
    if not found:
        return 0
    record_rows.hold(dataset, found)
    people = answers.people_of(list(found))
    announce_records(dataset, {Event.RECORD_DELETED: found})
    deleted_records.keep(dataset, found, by=by, joins=joins)
    record_rows.delete(dataset, found)
    answers.retally(dataset, people)
    note("records.deleted", dataset, records=len(found))
    return len(found)


def _told(dataset: Dataset, written: Written) -> Written:
    """Tell what became of the records, one event each; of one that came completed, that it is there and completed."""
    happened = {
        Event.RECORD_CREATED: written.new,
        Event.RECORD_UPDATED: (written.updated | written.turned.keys()) - written.new.keys(),
        Event.RECORD_COMPLETED: [pk for pk, completed in written.turned.items() if completed],
    }
    announce_records(dataset, happened)
    return written


@transaction.atomic
def _write(
    dataset: Dataset,
    entries: Sequence[Entry],
    *,
    author: Membership | None = None,
    may_update: bool,
    is_clean: bool,
    keeps_ids: bool = False,
) -> Written:
    """Find, check, write: in this order, so that nothing is written when anything is wrong."""
    if not dataset.is_published:
        raise Invalid("The dataset is a draft. Publish it before adding records.")
    count = record_rows.lock(dataset)
    known: dict[Any, UUID] = dict(
        record_rows.known(
            dataset,
            [entry.id for entry in entries if entry.id],
            [entry.external_id for entry in entries if entry.external_id is not None],
        )
    )
    if not may_update:
        _refuse_taken(entries, known)
    if not is_clean:
        _check(dataset.shape, entries, known)
    written, new, changed = _sort(entries, known, keeps_ids=keeps_ids)
    is_asked = indexing.has_backlog(dataset)
    written.moment = record_rows.insert(
        dataset, count, [new_row(pk, entry) for pk, entry in new.items()], author
    )
    written.updated = record_rows.update(
        dataset, [changed_row(pk, entry) for pk, entry in changed.items() if entry.touches_record]
    )
    indexing.note_changes(dataset, list(new), sorted(written.updated), is_asked=is_asked)
    written.answered = {pk for pk, entry in zip(written.ids, entries, strict=True) if entry.responses}
    written.embedded = {pk for pk, entry in zip(written.ids, entries, strict=True) if entry.vectors}
    try:
        pairs = list(zip(written.ids, entries, strict=True))
        _write_attachments(dataset, pairs, is_clean=is_clean)
        moved = {*new, *written.updated, *(pk for pk, entry in pairs if entry.suggestions)}
        written.turned = targets.reckon(dataset, moved) | _write_responses(dataset, pairs, is_clean=is_clean)
        brought_answers.keep_dates({pk: (e.inserted_at, e.updated_at) for pk, e in new.items()})
    except InvalidRecord as error:
        raise _at(written.ids.index(error.record_id), error) from None
    return written


def _write_attachments(dataset: Dataset, pairs: Sequence[tuple[UUID, Entry]], *, is_clean: bool) -> None:
    """Suggestions and vectors."""
    given = [(pk, one) for pk, entry in pairs for one in entry.suggestions]
    if is_clean:
        suggestions.write_clean(dataset, given)
    else:
        suggestions.write(dataset, given, _fields([(pk, entry) for pk, entry in pairs if entry.suggestions]))
    vectors.write(dataset, [(pk, name, value) for pk, e in pairs for name, value in e.vectors.items()])


def _write_responses(
    dataset: Dataset, pairs: Sequence[tuple[UUID, Entry]], *, is_clean: bool
) -> dict[UUID, bool]:
    """Which records these completed or reopened."""
    given = [(pk, one) for pk, entry in pairs for one in entry.responses]
    if is_clean:
        return brought_answers.take_in(dataset, given)
    answered = [(pk, entry) for pk, entry in pairs if entry.responses]
    return answers.write(dataset, given, _fields(answered))


def _fields(pairs: Sequence[tuple[UUID, Entry]]) -> dict[UUID, Any]:
    return {pk: unpacked(entry.fields) for pk, entry in pairs if entry.fields is not ABSENT}


def _at(position: int, error: Invalid) -> Invalid:
    return Invalid(f"Record at position {position} is not valid: {error}", error.errors)


def _refuse_taken(entries: Sequence[Entry], known: Mapping[Any, UUID]) -> None:
    names = Counter(entry.external_id for entry in entries if entry.external_id is not None)
    if taken := sorted(name for name in names if name in known):
        raise Invalid(f"These external ids exist already: {', '.join(taken)}.")
    if twice := sorted(name for name, number in names.items() if number > 1):
        raise Invalid(f"These external ids are given more than once: {', '.join(twice)}.")


def _sort(
    entries: Sequence[Entry], known: dict[Any, UUID], *, keeps_ids: bool
) -> tuple[Written, dict[UUID, Entry], dict[UUID, Entry]]:
    """The ids of all, and by id what new and existing records become. What several say of one, the last says."""
    written, existing = Written(), set(known.values())
    new: dict[UUID, Entry] = {}
    changed: dict[UUID, Entry] = {}
    for entry in entries:
        pk = (known.get(entry.id) if entry.id else None) or known.get(entry.external_id)
        pk = pk or (entry.id if keeps_ids else None) or new_id()
        if entry.external_id is not None:
            known.setdefault(entry.external_id, pk)
        written.ids.append(pk)
        place = changed if pk in existing else new
        place[pk] = place[pk].then(entry) if pk in place else entry
    written.new = new
    return written, new, changed


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
            suggestions.refuse_twice(entry.suggestions)
        except Invalid as error:
            raise _at(position, error) from None
