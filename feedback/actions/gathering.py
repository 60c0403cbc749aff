"""Which records a job means: decided once, for what it does to them may change what a search finds."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from accounts.models import Membership
from core.errors import Invalid
from feedback.actions import jobs
from feedback.models import BulkAnswer, Job
from feedback.search.selection import MOST, Selection, check_number


def begin(job: Job) -> Membership:
    """Whoever began the job, after its records were noted, if they are not yet. `Invalid` if they are gone."""
    with transaction.atomic():
        by = job.by
    if by is None:
        raise Invalid("Whoever began this is no longer here.")
    if "after" not in job.checkpoint:
        gather(job, by)
    return by


@transaction.atomic
def gather(job: Job, by: Membership) -> None:
    """Note the records of the job's selection, in their order, as whoever began it finds them now."""
    rows = Selection.kept(job.options).rows(job.dataset, by).order_by()
    found = list(rows.values_list("position", "pk")[: MOST + 1])
    check_number(len(found))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into feedback_bulkanswer (organization_id, job_id, record_id)
            select %s, %s, record from unnest(%s::uuid[]) with ordinality as x(record, number) order by number
            """,
            [job.organization_id, job.pk, [pk for _, pk in sorted(found)]],
        )
    if not job.proceed(total=len(found), done=0, checkpoint={"after": 0}, counts={}):
        raise jobs.Stopped


def next_gathered(job: Job, number: int) -> dict[int, UUID]:
    """The next of them, behind the job's checkpoint: number of the note -> record."""
    rows = BulkAnswer.objects.filter(job=job, pk__gt=job.checkpoint["after"]).order_by("pk")
    return dict(rows.values_list("pk", "record_id")[:number])
