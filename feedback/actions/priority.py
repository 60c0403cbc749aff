"""Records that come first or last, or get more answers than the rules say: some at once, many by a job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext, ngettext

from accounts.models import Membership
from core.errors import Invalid
from core.later import later
from feedback.actions import answers, jobs, record_rows
from feedback.actions.gathering import begin, next_gathered
from feedback.actions.targets import start_over
from feedback.events import announce_status
from feedback.models import BulkAnswer, Dataset, Job, QueueItem
from feedback.models.jobs import JobKind, State
from feedback.search.selection import Selection

CHUNK = 1000
MOST_MORE = 100  # answers that one act may ask for beyond the rules


@transaction.atomic
def prioritize(
    dataset: Dataset, records: Sequence[UUID], *, priority: int | None = None, more_answers: int | None = None
) -> int:
    """Let these records have this priority, and so many answers more; how many they are.

    `priority`: 0 to 9, 9 is handed out first. `more_answers`: 0 takes back what was asked for beyond the rules. None:
    as it is. `Invalid` for a record that is not in the dataset.
    """
    _check(priority, more_answers)
    record_rows.lock(dataset)
    wanted = sorted(set(records))
    here = set(QueueItem.objects.filter(dataset=dataset, pk__in=wanted).values_list("pk", flat=True))
    if missing := [str(pk) for pk in wanted if pk not in here]:
        raise Invalid(
            gettext("The dataset has no records with these ids: %(ids)s.") % {"ids": ", ".join(missing[:5])}
        )
    record_rows.hold(dataset, wanted)
    _write(dataset, wanted, priority, more_answers)
    start_over(dataset)
    return len(wanted)


@transaction.atomic
def start_priority(
    dataset: Dataset,
    selection: Selection,
    *,
    by: Membership,
    priority: int | None = None,
    more_answers: int | None = None,
) -> Job:
    """Ask for the same of all records of a selection."""
    _check(priority, more_answers)
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.PRIORITY,
        options={**selection.options, "priority": priority, "more_answers": more_answers},
    )
    later("feedback.run_priority", str(job.organization_id), str(job.pk))
    return job


def run_priority(organization_id: str, job_id: str) -> None:
    """Do it, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _prioritize)


def _prioritize(job: Job) -> None:
    begin(job)
    while _chunk(job):
        pass
    with transaction.atomic():
        record_rows.lock(job.dataset)
        record_rows.hold(job.dataset, [])
        start_over(job.dataset)
    jobs.end(job, State.FINISHED, f"{job.done:,} record{'' if job.done == 1 else 's'} changed.")


@transaction.atomic
def _chunk(job: Job) -> bool:
    """The next records, in one transaction with the note that they are done. False: there are none left."""
    planned = next_gathered(job, CHUNK)
    if not planned:
        return False
    record_rows.lock(job.dataset)
    _write(job.dataset, list(planned.values()), job.options["priority"], job.options["more_answers"])
    BulkAnswer.objects.filter(pk__in=planned).delete()
    if not job.proceed(done=job.done + len(planned), checkpoint={"after": max(planned)}):
        raise jobs.Stopped
    return True


def _check(priority: Any, more_answers: Any) -> None:
    if priority is None and more_answers is None:
        raise Invalid(gettext("Say which priority the records get, or how many more answers."))
    if priority is not None and not 0 <= priority <= 9:
        raise Invalid(gettext("A priority is a whole number from 0 to 9."))
    if more_answers is not None and not 0 <= more_answers <= MOST_MORE:
        most = ngettext(
            "Ask for at most %(number)s more answer.", "Ask for at most %(number)s more answers.", MOST_MORE
        )
        raise Invalid(most % {"number": MOST_MORE})


def _write(dataset: Dataset, records: Sequence[UUID], priority: int | None, more_answers: int | None) -> None:
    """Under `record_rows.lock`. What was asked for by giving a record to somebody by name stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select 1 from feedback_queueitem where record_id = any(%s) order by record_id for no key update",
            [list(records)],
        )
        cursor.execute(
            """
            update feedback_queueitem q set
                rank = case when %(priority)s::int is null then q.rank
                    else ((9 - %(priority)s::int)::bigint << 59) | (q.rank & ((1::bigint << 59) - 1)) end,
                raised = case when %(more)s::int is null then q.raised
                    when %(more)s::int = 0 then (select count(*) from feedback_assignedrecord a
                                                 where a.record_id = q.record_id and a.has_raised)
                    else least(q.raised + %(more)s::int, 1000) end
            where record_id = any(%(records)s)
            """,
            {"priority": priority, "more": more_answers, "records": list(records)},
        )
    announce_status(dataset, answers.recount(dataset, records, by_rules=True))
