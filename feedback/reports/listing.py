"""The records of a dataset as pages. Their number is a kept count; a deep page costs what the first one costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator

from feedback.models import Dataset, Record
from feedback.models.records import RecordQuerySet
from feedback.reports.progress import progress

PER_PAGE = 50
LENGTH = 200  # characters of the first text


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


def record_page(
    dataset: Dataset, records: RecordQuerySet, *, page: str | None, sought: str = ""
) -> Page[Record]:
    """A page of all records; or the one whose external id is sought."""
    if sought:
        found = records.filter(dataset=dataset, external_id=sought).select_related("queue")
        return Paginator(list(found[:PER_PAGE]), PER_PAGE).get_page(1)
    return Paginator(Rows(dataset, records), PER_PAGE).get_page(page)


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
    return text if len(text) <= LENGTH else f"{text[:LENGTH].rstrip()} …", next(pictures, None)
