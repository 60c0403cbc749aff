"""Records that are handed to nobody, because somebody said that their prompt is bad: which, who says so, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from feedback.models import Dataset, QueueItem, Record, Response
from feedback.models.responses import Reason, Status
from feedback.reports.listing import beginning

PER_PAGE = 25
MOST = 1000  # records that are counted, and that one can turn pages through


@dataclass(frozen=True)
class Stopped:
    """One of them. `reports`: what people said since it was last put back, oldest first."""

    record: Record
    at: datetime
    text: str
    picture: str | None
    reports: list[Response] = field(default_factory=list)


def count_stopped(dataset: Dataset) -> int:
    """How many there are, up to `MOST`."""
    return QueueItem.objects.filter(dataset=dataset, stopped_at__isnull=False)[:MOST].count()


def stopped_items(dataset: Dataset) -> QuerySet[QueueItem]:
    """Those of them that were stopped last come first. Read pages of it by `stopped`."""
    items = QueueItem.objects.filter(dataset=dataset, stopped_at__isnull=False)
    return items.order_by("-stopped_at", "pk")[:MOST]


def stopped(dataset: Dataset, page: Iterable[QueueItem]) -> list[Stopped]:
    """A page of them with their words: two queries, whatever its length."""
    items = list(page)
    records = Record.objects.in_bulk([item.pk for item in items])
    reports = _reports(items)
    found = []
    for item in items:
        if (record := records.get(item.pk)) and item.stopped_at:
            text, picture = beginning(record, dataset)
            found.append(Stopped(record, item.stopped_at, text, picture, reports.get(item.pk, [])))
    return found


def count_answers(dataset: Dataset, records: Collection[UUID]) -> tuple[int, int]:
    """Of these records, how many there are, and how many answers would go with them."""
    there = Record.objects.filter(dataset=dataset, pk__in=records).count()
    answers = Response.objects.filter(dataset=dataset, record__in=records).exclude(status=Status.DRAFT)
    return there, answers.count()


def _reports(items: Iterable[QueueItem]) -> dict[UUID, list[Response]]:
    cleared = {item.pk: item.cleared_at for item in items}
    said = Response.objects.filter(record__in=cleared, status=Status.DISCARDED, reason=Reason.BAD_PROMPT)
    found: dict[UUID, list[Response]] = {}
    for one in said.select_related("membership").defer("values", "presentation").order_by("updated_at"):
        at = cleared[one.record_id]
        if at is None or one.updated_at > at:
            found.setdefault(one.record_id, []).append(one)
    return found
