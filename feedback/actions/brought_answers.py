"""Answers that come in with a file: what people said here, and later, stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.contrib.postgres.functions import TransactionNow
from django.db import connection, transaction

from feedback.actions import answers, record_rows
from feedback.actions.answers import Given
from feedback.imports.answered import Answered
from feedback.models import Dataset, QueueItem, Response

LAST = datetime.max.replace(tzinfo=UTC)


def given(found: Sequence[Answered]) -> list[Given]:
    """Answers of one record as they are written, in such an order that those which were extra are extra again."""
    latest = max((one.updated_at for one in found if one.updated_at), default=None)
    ordered = sorted(found, key=lambda one: (one.is_extra, one.inserted_at or LAST))
    return [
        Given(
            user_id=UUID(one.person),
            status=one.status,
            values=one.values,
            inserted_at=one.inserted_at,
            updated_at=one.updated_at,
            submitted_at=latest if one.is_extra else one.inserted_at,
            guidelines_version=one.guidelines_version,
            presentation=one.presentation,
            active_ms=one.active_ms,
            reason=one.reason,
            note=one.note,
            is_counted=one.is_counted,
        )
        for one in ordered
    ]


def take_in(dataset: Dataset, found: Sequence[tuple[UUID, Given]]) -> dict[UUID, bool]:
    """Write answers that were checked as they were read. Of one that is here already the later one holds, and one
    without a date is no later one. Their authors are counted anew by `count_authors`, once, when all are in.
    """
    if not found:
        return {}
    rows = Response.objects.filter(record__in={pk for pk, _ in found})
    here = {(record, by): at for record, by, at in rows.values_list("record", "membership", "updated_at")}
    # Where nothing is new nothing is touched: records are not even counted anew.
    new = [(pk, one) for pk, one in found if _is_later(one, here.get((pk, one.user_id)))]
    return answers.write_clean(dataset, new, newer_only=True)


def _is_later(one: Given, here: datetime | None) -> bool:
    return here is None or (one.updated_at is not None and one.updated_at > here)


def keep_dates(dates: Mapping[UUID, tuple[datetime | None, datetime | None]]) -> None:
    """Give new records the dates (came, changed) that they had elsewhere: what their answers complete was complete."""
    known = {pk: (came, changed) for pk, (came, changed) in dates.items() if came or changed}
    record_rows.date(
        [
            {"id": str(pk), "inserted_at": came or changed, "updated_at": changed or came}
            for pk, (came, changed) in known.items()
        ]
    )
    if known:
        QueueItem.objects.filter(record__in=known, turned_at=TransactionNow()).update(turned_at=None)


@transaction.atomic
def count_authors(dataset: Dataset) -> None:
    """Count anew the answers of everybody who gave any: with every chunk it would be from the first one on."""
    record_rows.lock(dataset)
    people = _authors(dataset)
    answers.lock_tallies(dataset, people)
    answers.retally(dataset, people)


def _authors(dataset: Dataset) -> list[UUID]:
    """Who answered in this dataset, found by leaps through the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with recursive author(id) as (
                (select membership_id from feedback_response where dataset_id = %(dataset)s
                    order by membership_id limit 1)
                union all
                select (select membership_id from feedback_response
                    where dataset_id = %(dataset)s and membership_id > author.id order by membership_id limit 1)
                from author where author.id is not null
            )
            select id from author where id is not null
            """,
            {"dataset": dataset.pk},
        )
        return [pk for (pk,) in cursor.fetchall()]
