"""How many answers each record wants, of whom, and when its turn is: as the rules of its dataset say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Membership
from core.later import later
from feedback.actions import answers, jobs, record_rows
from feedback.events import announce_status
from feedback.models import Dataset, Job, LabelerTally, QueueRules, Record
from feedback.models.jobs import ENDED, JobKind, State
from feedback.models.rules import Order

CHUNK = 1000
AT_ONCE = 2000  # records that somebody who changed a rule can wait for


def reckon(dataset: Dataset, records: Collection[UUID]) -> dict[UUID, bool]:
    """Let the rules say what they mean for records that are new or were changed. Returns as `answers.recount` does.

    Under `record_rows.lock`, after which the rules are read: a long import has those that the dataset began with.
    """
    if not records or QueueRules.objects.get(dataset=dataset).is_plain:
        return {}
    return answers.recount(dataset, sorted(records), by_rules=True)


def reckon_scores(dataset: Dataset, records: Sequence[UUID]) -> None:
    """The same after suggestions changed, of whose scores only the order may depend."""
    if QueueRules.objects.get(dataset=dataset).order == Order.SCORE:
        reckon(dataset, records)


def put_in_order(dataset: Dataset, *, by: Membership | None) -> None:
    """Make every record follow the rules that were written a moment ago: at once, or if they are many, by a job.

    Under `record_rows.lock`. A job that is at it begins anew, for it reads under the same lock where to go on.
    """
    under_way = Job.objects.filter(dataset=dataset, kind=JobKind.RULES).exclude(state__in=ENDED)
    if under_way.update(checkpoint={}, done=0):
        return
    number = record_rows.lock(dataset).records
    if number <= AT_ONCE:
        found = list(Record.objects.filter(dataset=dataset).values_list("pk", flat=True))
        record_rows.hold(dataset, found)
        follow(dataset, found)
        start_over(dataset)
        return
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.RULES,
        total=number,
    )
    later("feedback.run_rules", str(job.organization_id), str(job.pk))


def run_rules(organization_id: str, job_id: str) -> None:
    """Put the queue in order, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _put_in_order)


def _put_in_order(job: Job) -> None:
    while _chunk(job):
        pass


@transaction.atomic
def _chunk(job: Job) -> bool:
    """The next records, in the order in which they came: what comes meanwhile is last. False: that was all."""
    dataset = job.dataset
    number = record_rows.lock(dataset).records
    job.refresh_from_db(fields=["checkpoint", "done"])
    rows = Record.objects.filter(dataset=dataset, position__gt=job.checkpoint.get("after", -1))
    found = list(rows.order_by("position").values_list("pk", "position")[:CHUNK])
    if not found:
        record_rows.hold(dataset, [])
        start_over(dataset)
        job.finish(State.FINISHED, "The queue follows the rules of the dataset.", total=number, done=number)
        return False
    follow(dataset, [pk for pk, _ in found])
    if not job.proceed(done=job.done + len(found), total=number, checkpoint={"after": found[-1][1]}):
        raise jobs.Stopped
    return True


def follow(dataset: Dataset, records: Sequence[UUID]) -> None:
    """Let the rules say anew what they mean for these records. Under `record_rows.hold`."""
    announce_status(dataset, answers.recount(dataset, records, by_rules=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select weigh_stop(record_id) from (
                select record_id from feedback_response
                where record_id = any(%(records)s) and status = 'discarded' and reason = 'bad_prompt'
                union select record_id from feedback_queueitem
                where record_id = any(%(records)s) and stopped_at is not null) as said
            """,
            {"records": list(records)},
        )


def start_over(dataset: Dataset) -> None:
    """Let everybody look at all of the queue again. Under `record_rows.hold`."""
    LabelerTally.objects.filter(dataset=dataset).update(cursor=-1, second_cursor=-1, lap_at=None)
