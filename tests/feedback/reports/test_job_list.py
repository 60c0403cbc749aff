"""A page of jobs costs the same however many there are: plans and costs at a hundred thousand."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection

from accounts.models import Membership
from feedback.actions.export_starts import start_export
from feedback.models import Dataset
from feedback.models.jobs import JobKind, State
from feedback.reports.job_list import Wanted, jobs_page, narrowed
from tests import make
from tests.cast import Cast

MANY = 100_000
PAGE = 26


@pytest.fixture
def many(cast: Cast) -> tuple[Cast, Dataset]:
    """A hundred thousand old exports of a large dataset, and a small dataset in Max's workspace with three jobs."""
    crowded = make.dataset(make.workspace(cast.acme, "elsewhere"), "Crowded")
    small = make.dataset(cast.workspace, "Small")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_job (id, organization_id, dataset_id, by_id, kind, state, format, options, done,
                problems_count, counts, detail, checkpoint, wants_cancel, filename, ended_at, kept_until, forgotten_at)
            select ('019b0000-' || lpad(to_hex(n >> 16), 4, '0') || '-7' || lpad(to_hex(n & 4095), 3, '0') || '-8000-'
                    || lpad(to_hex(n), 12, '0'))::uuid,
                %s, %s, %s, 'export', 'finished', 'records', '{}', 0, 0, '{}', '', '{}', false, '', now(), now(), now()
            from generate_series(1, %s) as n
            """,
            [cast.acme.pk, crowded.pk, cast.ana.pk, MANY],
        )
        cursor.execute("analyze feedback_job")
    for _ in range(3):
        start_export(small, format="records", by=cast.max)
    return cast, small


def rows_read(wanted: Wanted, who: Membership) -> int:
    """Rows that PostgreSQL looks at for a page, at all steps of its plan together."""
    query = narrowed(wanted, who)[:PAGE]
    with connection.cursor() as cursor:
        sql, parameters = query.query.sql_with_params()
        cursor.execute(f"explain (analyze, format json) {sql}", parameters)
        found = cursor.fetchone()[0]
    plan = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return _read(plan)


def _read(plan: dict[str, Any]) -> int:
    looked = int((plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"])
    return looked + sum(map(_read, plan.get("Plans", ())))


FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"state": State.FAILED},
    {"state": State.WAITING},
    {"kind": JobKind.IMPORT},
    {"kind": JobKind.EXPORT, "state": State.FINISHED},
    {"before": "019b0001-0000-7000-8000-000000000001"},
)


def test_a_page_reads_a_page(many: tuple[Cast, Dataset]) -> None:
    cast, small = many
    for wanted in FILTERS:
        assert rows_read(Wanted(**wanted), cast.ana) < 300, wanted
    assert rows_read(Wanted(dataset=small.pk), cast.max) < 300
    assert rows_read(Wanted(mine=True), cast.max) < 300


def test_a_manager_of_a_small_workspace_does_not_walk_past_everybody_elses(
    many: tuple[Cast, Dataset], django_assert_num_queries: Any
) -> None:
    cast, small = many
    cast.max.roles_by_workspace()  # a request reads them with the member
    with django_assert_num_queries(2):
        page = jobs_page(Wanted(), cast.max, PAGE)
    assert [one.dataset for one in page] == [small] * 3
    assert page == sorted(page, key=lambda job: job.pk, reverse=True)
    assert jobs_page(Wanted(kind=JobKind.IMPORT), cast.max, PAGE) == []
    assert jobs_page(Wanted(before=page[1].pk), cast.max, PAGE) == page[2:]
