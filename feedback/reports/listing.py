"""The records of a dataset as pages. Their number is a kept count; a deep page costs what the first one costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from feedback.models import Dataset, Record
from feedback.models.records import RecordQuerySet
from feedback.reports.progress import progress
from feedback.search.find import find
from feedback.search.query import RecordQuery
from feedback.search.scope import Scope

PER_PAGE = 50
LENGTH = 200  # characters of the first text
MOST_REACHED = 10_000  # records that one can turn pages through, of those that a query finds


class Rows(Sequence[Record]):
    """Records by offset, read when they are sliced."""

    def __init__(self, dataset: Dataset, records: RecordQuerySet) -> None:
        self.dataset, self.records = dataset, records
        self.total = progress(dataset).total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, wanted: Any) -> Any:
        """A slice of records, each with its places."""
        found = self.records.from_offset(self.dataset, wanted.start)
        return list(found.select_related("queue")[: wanted.stop - wanted.start])


class Hits(Sequence[Record]):
    """Records that a query asks for, by offset; one page of them is read at once."""

    def __init__(self, query: RecordQuery, scope: Scope, records: RecordQuerySet, page: str | None) -> None:
        self.query, self.scope, self.records = query, scope, records
        number = int(page) if page and page.isdecimal() and len(page) < 9 else 1
        self.offset = PER_PAGE * (min(max(1, number), MOST_REACHED // PER_PAGE) - 1)
        self.found = find(query, scope, offset=self.offset, limit=PER_PAGE)

    def __len__(self) -> int:
        """How far one can go: behind that nobody turns pages, and skipping them would cost ever more."""
        return min(self.found.total, MOST_REACHED)

    def __getitem__(self, wanted: Any) -> Any:
        """A slice of records, each with its places; another page than the one asked for is read now."""
        if wanted.start != self.offset:
            self.offset = wanted.start
            self.found = find(self.query, self.scope, offset=self.offset, limit=PER_PAGE)
        rows = self.records.filter(pk__in=self.found.ids).select_related("queue").in_bulk()
        return [rows[pk] for pk in self.found.ids if pk in rows]

    @property
    def scores(self) -> dict[UUID, float | None]:
        """How well each of the page fits."""
        return dict(zip(self.found.ids, self.found.scores, strict=True))


def record_page(records: RecordQuerySet, query: RecordQuery, scope: Scope, page: str | None) -> Page[Record]:
    """A page of all records, or of those that are asked for. `Invalid` if the query names what the dataset has not."""
    if query.query or query.conditions or query.sort:
        return Paginator(Hits(query, scope, records, page), PER_PAGE).get_page(page)
    return Paginator(Rows(scope.dataset, records), PER_PAGE).get_page(page)


def called(records: RecordQuerySet, dataset: Dataset, sought: str) -> Record | None:
    """The record whose external id somebody has typed."""
    if not sought:
        return None
    return records.filter(dataset=dataset, external_id=sought).select_related("queue").first()


def beginning(record: Record, dataset: Dataset) -> tuple[str, str | None]:
    """The beginning of its first field that says something, and the address of its first picture."""
    here = [
        (field.kind, record.fields[name])
        for name, field in dataset.shape.fields.items()
        if name in record.fields
    ]
    texts = (text for kind, value in here if (text := kind.plain(value).strip()))
    words = (word for kind, value in here if (word := kind.brief(value)))
    pictures = (picture for kind, value in here if (picture := kind.thumbnail(value)))
    text = next(texts, None) or next(words, "–")
    return clipped(text), next(pictures, None)


def clipped(text: str) -> str:
    """The beginning of a text, as far as a list shows it."""
    return text if len(text) <= LENGTH else f"{text[:LENGTH].rstrip()} …"
