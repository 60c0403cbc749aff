"""When a dataset will be done, at its pace. Reads kept counts and a bounded sample, whatever the number of records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Min
from django.utils.timezone import now

from feedback.models import Dataset, LabelerTally
from feedback.reports.pace import SHOWN, Forecast, estimated, rounded
from feedback.reports.progress import Progress, progress

SAMPLE = 2000  # records that are looked at
ENOUGH = 200  # of them pending: fewer say too little
PENDING = 1000  # pending records that are looked at instead

ALL = """
    select count(*), coalesce(sum(target - submitted), 0) from feedback_queueitem
    where dataset_id = %(dataset)s and not completed
"""
# From a place on and around. The order is random as it is, so any place does: that of a dataset is always the same,
# lest the number jump with each look.
AT_RANDOM = """
    select count(*), coalesce(sum(target - submitted), 0) from (
        (select completed, target, submitted from feedback_queueitem
         where dataset_id = %(dataset)s and shuffle >= %(place)s order by shuffle limit %(sample)s)
        union all
        (select completed, target, submitted from feedback_queueitem
         where dataset_id = %(dataset)s and shuffle < %(place)s order by shuffle limit %(sample)s)
        limit %(sample)s) as looked_at
    where not completed
"""
FIRST_PENDING = """
    select count(*), coalesce(sum(target - submitted), 0) from (
        select target, submitted from feedback_queueitem
        where dataset_id = %(dataset)s and not completed order by (rank & 2147483647) limit %(pending)s) as looked_at
"""
# One probe for each person, for nothing leads from a day to those who answered on it.
BY_DAY = """
    select days.day, sum(days.submitted) from feedback_labelertally t cross join lateral (
        select day, submitted from feedback_dailytally d
        where d.dataset_id = t.dataset_id and d.membership_id = t.membership_id and day >= %(since)s offset 0) as days
    where t.dataset_id = %(dataset)s group by days.day
"""


def forecast(dataset: Dataset, so_far: Progress | None = None) -> Forecast:
    """What is missing, the pace, and when that ends. `so_far`: its progress, if it is known."""
    missing, is_exact = missing_answers(dataset, so_far or progress(dataset))
    first_at = LabelerTally.objects.filter(dataset=dataset).aggregate(at=Min("first_at"))["at"]
    today, due_at = now().date(), dataset.rules.due_at
    return Forecast(
        today=today,
        missing=missing,
        is_exact=is_exact,
        first=first_at.date() if first_at else None,
        due_on=due_at.date() if due_at else None,
        answers=_answers(dataset, today - timedelta(days=SHOWN)),
    )


def missing_answers(dataset: Dataset, so_far: Progress) -> tuple[int, bool]:
    """How many answers are wanted still, and whether they were counted: else it is an estimate, to three digits.

    The pending records, of which the number is kept, times what some of them miss on average.
    """
    if so_far.total <= SAMPLE:
        return _read(ALL, dataset)[1], True
    sampled, missing = _read(AT_RANDOM, dataset)
    if sampled < ENOUGH:
        sampled, missing = _read(FIRST_PENDING, dataset)
        if sampled < PENDING:
            return missing, True
    return rounded(estimated(so_far.pending, sampled, missing)), False


def _read(sql: str, dataset: Dataset) -> tuple[int, int]:
    """Numbers of pending records, and of answers that they miss."""
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments(dataset))
        pending, missing = cursor.fetchone()
        return int(pending), int(missing)


def arguments(dataset: Dataset) -> Mapping[str, Any]:
    """What the statements take. The last bits of a key are random, too."""
    return {"dataset": dataset.pk, "place": dataset.pk.int % 2**31, "sample": SAMPLE, "pending": PENDING}


def _answers(dataset: Dataset, since: date) -> dict[date, int]:
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, {"dataset": dataset.pk, "since": since})
        return {day: int(number) for day, number in cursor.fetchall()}
