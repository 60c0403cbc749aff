"""What a forecast reads: counts that are kept, and a sample by its indexes."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from feedback.actions.datasets import update_dataset
from feedback.models import DailyTally, Dataset, DatasetCount, LabelerTally, QueueItem
from feedback.reports import forecast as report
from feedback.reports.forecast import forecast, missing_answers
from feedback.reports.progress import progress
from tests import make
from tests.cast import Cast


@pytest.fixture
def dataset(cast: Cast) -> Dataset:
    return make.dataset(cast.workspace, min_submitted=2)


def fill(dataset: Dataset, number: int, completed: int = 0, target: int = 3) -> None:
    """So many records, of which the first so many are completed; the others have one answer of `target`."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with made as (
                insert into feedback_record (id, organization_id, dataset_id, position, fields)
                select gen_random_uuid(), %(organization)s, %(dataset)s, n, '{}' 
                from generate_series(1, %(number)s) as n
                returning id, position
            )
            insert into feedback_queueitem
                (record_id, organization_id, dataset_id, rank, shuffle, target, open_places, submitted)
            select id, %(organization)s, %(dataset)s, (4::bigint << 59) | position, (random() * 2147483647)::int,
                %(target)s, 0, case when position <= %(completed)s then %(target)s else 1 end
            from made
            """,
            {
                "organization": dataset.organization_id,
                "dataset": dataset.pk,
                "number": number,
                "completed": completed,
                "target": target,
            },
        )
    DatasetCount.objects.filter(dataset=dataset).update(records=number, completed=completed)


def answered(cast: Cast, dataset: Dataset, days: dict[int, int], who: str = "ben") -> None:
    """So many answers so many days ago."""
    common = {"organization": cast.acme, "dataset": dataset, "membership": getattr(cast, who)}
    LabelerTally.objects.create(**common, first_at=now() - timedelta(days=max(days)))
    DailyTally.objects.bulk_create(
        DailyTally(**common, day=now().date() - timedelta(days=days_ago), submitted=number)
        for days_ago, number in days.items()
    )


def test_a_small_dataset_is_counted(cast: Cast, dataset: Dataset) -> None:
    one, two, _ = make.records(dataset, 3)
    make.response(one, cast.ben)
    make.response(one, cast.max)
    make.response(two, cast.ben)
    assert missing_answers(dataset, progress(dataset)) == (3, True)
    update_dataset(dataset, by=cast.max, min_submitted=3)
    assert forecast(dataset).missing == 6


def test_a_large_dataset_is_estimated_from_a_sample(dataset: Dataset) -> None:
    fill(dataset, 6000, completed=1500)
    QueueItem.objects.filter(dataset=dataset, rank__lt=(4 << 59) + 3000, completed=False).update(target=5)
    exact = sum(item.target - item.submitted for item in QueueItem.objects.filter(dataset=dataset))
    missing, is_exact = missing_answers(dataset, progress(dataset))
    assert not is_exact
    assert abs(missing - exact) < exact * 0.1
    assert missing_answers(dataset, progress(dataset))[0] == missing


@pytest.mark.parametrize(("pending", "is_exact"), [(80, True), (1200, False)])
def test_where_few_are_pending_those_are_looked_at(
    dataset: Dataset, pending: int, is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "ENOUGH", 2000)
    fill(dataset, 5000, completed=5000 - pending)
    assert missing_answers(dataset, progress(dataset)) == (2 * pending, is_exact)


def test_the_sample_goes_around_where_the_order_ends(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(dataset, 2500)
    given = report.arguments(dataset)
    monkeypatch.setattr(report, "arguments", lambda _: {**given, "place": 2**31 - 1})
    assert report._read(report.AT_RANDOM, dataset) == (2000, 4000)


def test_answers_of_everybody_are_added_by_day(cast: Cast, dataset: Dataset) -> None:
    make.records(dataset, 40)
    answered(cast, dataset, {20: 4, 7: 7, 1: 20, 0: 5})
    answered(cast, dataset, {1: 8, 0: 1}, "max")
    other = make.dataset(cast.workspace)
    answered(cast, other, {1: 500})
    dataset.rules.due_at = now() + timedelta(days=3)
    dataset.rules.save()
    found = forecast(dataset)
    assert found.per_day == 5
    assert (found.missing, found.days, found.days_late) == (80, 16, 13)
    assert [number for _, number in found.last_days][-8:] == [7, 0, 0, 0, 0, 0, 28, 6]
    assert found.first == now().date() - timedelta(days=20)


@pytest.mark.django_db(transaction=True)  # at its end tables are emptied: what the planner learnt goes, too
def test_what_is_read_is_read_by_an_index(cast: Cast) -> None:
    with transaction.atomic():
        dataset = make.dataset(cast.workspace)
        fill(dataset, 30_000, completed=15_000)
        with connection.cursor() as cursor:
            cursor.execute("analyze feedback_queueitem")
        assert _indexes(report.AT_RANDOM, dataset) == {"records_shuffled"}
        assert _indexes(report.FIRST_PENDING, dataset) == {"records_by_completion"}
        assert _rows_read(report.AT_RANDOM, dataset) <= 4000
        assert _rows_read(report.FIRST_PENDING, dataset) <= 1000


def _indexes(sql: str, dataset: Dataset) -> set[str]:
    return {
        one["Index Name"]
        for one in _nodes(_plan(sql, dataset))
        if "Scan" in one["Node Type"] and _is_read(one)
    }


def _is_read(node: dict[str, Any]) -> bool:
    return node["Node Type"] != "Subquery Scan" and node["Actual Loops"] > 0


def _rows_read(sql: str, dataset: Dataset) -> float:
    nodes = _nodes(_plan(sql, dataset))
    return sum(
        (one["Actual Rows"] + one.get("Rows Removed by Filter", 0)) * one["Actual Loops"]
        for one in nodes
        if "Index Name" in one
    )


def _plan(sql: str, dataset: Dataset) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"explain (analyze, format json) {sql}", report.arguments(dataset))
        [[found]] = cursor.fetchall()
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", ()) for node in _nodes(child))]
