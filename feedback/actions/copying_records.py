"""Copying the records of a dataset: a page is read, checked and written in one transaction, and the next one read.

Nothing is remembered between runs. A record's id follows from the one it has there, and dates tell what is newer;
so what has come is found again, what was changed there is taken over, and what was changed here stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import transaction

from feedback.actions import answers, record_rows, suggestions, vectors
from feedback.actions.copied_records import Reader, Reading, tally
from feedback.actions.copying_diary import Diary, here
from feedback.actions.copying_people import People
from feedback.actions.entries import Entry
from feedback.actions.records import copy_records
from feedback.models import Dataset, DatasetCount, QueueItem, Record, Response, Suggestion
from feedback.sources import wire
from feedback.sources.argilla import Argilla, Page
from feedback.sources.pages import Unreadable, left_out, pages
from feedback.sources.tally import Seen, Tally

MOST_PASSES = 3  # a server that lists in no fixed order repeats some records and leaves out others


@dataclass
class Copy:
    """A dataset here, what was read of it there, and what became of that."""

    name: str
    dataset: Dataset | None = None
    there: Tally = field(default_factory=Tally)
    written: Counter[str] = field(
        default_factory=Counter
    )  # records, changed, responses, suggestions, newer_here


class Records:
    """The records of one dataset on their way."""

    def __init__(self, copy: Copy, dataset: Dataset, parts: wire.Parts, people: People, diary: Diary) -> None:
        self.copy, self.dataset, self.diary = copy, dataset, diary
        with transaction.atomic():
            shape = dataset.shape
            settings = {one.name: one for one in dataset.vectors_settings.all()}
            self.start = DatasetCount.objects.get(dataset=dataset).records
        questions = {one.id: shape.questions[one.name] for one in parts.questions}
        self.reader = Reader(shape, people, questions, settings, self._problem)
        self.authors: set[UUID] = set()
        self.seen, self.seen_refused = Seen(), set[str]()
        self.unreadable: set[int] = set()
        self.total = 0

    def bring(self, source: Argilla, dataset_id: UUID) -> None:
        """All of them. Whatever interrupts it, what was written stays and is counted."""
        try:
            for number in range(MOST_PASSES):
                before = self.copy.there["records"]
                self._pass(source, dataset_id, start=0 if number else self.start)
                came = self.copy.there["records"]
                if came + len(self.unreadable) >= self.total or (number and came == before):
                    break
            self.copy.there["records"] = max(self.total, self.copy.there["records"])
        finally:
            self._count_authors()

    def _pass(self, source: Argilla, dataset_id: UUID, *, start: int) -> None:
        done = 0
        for page in pages(source, dataset_id, start=start):
            if isinstance(page, Unreadable):
                if page.offset not in self.unreadable:
                    self._problem(f"record number {page.offset + 1}", page.reason)
                self.unreadable.add(page.offset)
                continue
            self._take(page)
            self.total = page.total
            done += len(page.items)
            self.diary.progress(self.copy.name, min(done, page.total), page.total)

    def _take(self, page: Page) -> None:
        """Write what can be written of a page, then count what was in it."""
        for relation in left_out(page):
            self._problem(f"{relation} of {self._names(page)}", "The server fails when it is asked for them.")
        read = [(item, self.reader.read(item)) for item in page.items]
        wanted = {here(self.dataset.organization_id, one.given.id): one for _, one in read if one}
        with transaction.atomic():
            places = self._write(wanted)
        for item, reading in read:
            if self._is_new(item, reading, places):
                self.copy.there += tally(item)

    def _write(self, wanted: Mapping[UUID, Reading]) -> dict[UUID, int]:
        """Id there -> position here, of each of these records. `wanted`: by ids here, unless the record was here."""
        record_rows.lock(self.dataset)
        names = [one.given.external_id for one in wanted.values() if one.given.external_id is not None]
        known: Mapping[Any, UUID] = record_rows.known(self.dataset, list(wanted), names)
        readings = {
            known.get(pk) or known.get(one.given.external_id) or pk: one for pk, one in wanted.items()
        }
        dates = dict(Record.objects.filter(pk__in=readings).values_list("pk", "updated_at"))
        self._write_records(
            {pk: one for pk, one in readings.items() if self._is_newer(one.given, dates.get(pk))}
        )
        self._write_relations(readings)
        found = Record.objects.filter(pk__in=readings).values_list("pk", "position")
        return {readings[pk].given.id: position for pk, position in found}

    def _write_records(self, readings: Mapping[UUID, Reading]) -> None:
        entries = [
            Entry(id=pk, external_id=one.given.external_id, fields=one.fields, metadata=one.metadata)
            for pk, one in readings.items()
        ]
        written = copy_records(self.dataset, entries)
        record_rows.date(
            [
                {"id": str(pk), "inserted_at": one.given.inserted_at, "updated_at": one.given.updated_at}
                for pk, one in readings.items()
            ]
        )
        self.copy.written.update(records=len(written.new), changed=len(written.updated))

    def _write_relations(self, readings: Mapping[UUID, Reading]) -> None:
        ids = list(readings)
        vectors.write(
            self.dataset,
            [(pk, name, value) for pk, one in readings.items() for name, value in one.vectors.items()],
        )
        had = _dates(
            Suggestion.objects.filter(record__in=ids).values_list("record", "question", "updated_at")
        )
        proposed = [
            (pk, one)
            for pk, reading in readings.items()
            for one in reading.suggestions
            if self._is_newer(one, had.get((pk, one.question_id)))
        ]
        suggestions.write_clean(self.dataset, proposed)
        had = _dates(
            Response.objects.filter(record__in=ids).values_list("record", "membership", "updated_at")
        )
        given = [
            (pk, one)
            for pk, reading in readings.items()
            for one in reading.responses
            if self._is_newer(one, had.get((pk, one.user_id)))
        ]
        answers.write_clean(self.dataset, given, newer_only=True)
        # What these answers complete was completed there: the record's own date knows when.
        QueueItem.objects.filter(record__in=ids, turned_at=TransactionNow()).update(turned_at=None)
        self.authors |= {one.user_id for _, one in given}
        self.copy.written.update(responses=len(given), suggestions=len(proposed))

    def _is_newer(self, there: Any, updated_here: datetime | None) -> bool:
        """Whether it is not here, or older here. What is newer here is counted: it stays."""
        if updated_here is None or there.updated_at > updated_here:
            return True
        self.copy.written["newer_here"] += there.updated_at < updated_here
        return False

    def _is_new(self, item: Any, reading: Reading | None, places: Mapping[UUID, int]) -> bool:
        if reading is not None:
            return self.seen.first_time(places[reading.given.id])
        key = str(item.get("id")) if isinstance(item, Mapping) else repr(item)
        is_new = key not in self.seen_refused
        self.seen_refused.add(key)
        return is_new

    def _count_authors(self) -> None:
        """Each author's own numbers, once at the end: with every page they would be counted from the first one on."""
        with transaction.atomic():
            record_rows.lock(self.dataset)
            answers.lock_tallies(self.dataset, self.authors)
            answers.retally(self.dataset, self.authors)

    def _problem(self, what: str, reason: str) -> None:
        self.copy.written["problems"] += 1
        self.diary.problem(f"{self.copy.name}: {what}", reason)

    def _names(self, page: Page) -> str:
        items: Sequence[Any] = page.items
        return ", ".join(f"record {one.get('external_id') or one.get('id')}" for one in items)


def _dates(rows: Any) -> dict[tuple[UUID, UUID], datetime]:
    return {(record, other): at for record, other, at in rows}
