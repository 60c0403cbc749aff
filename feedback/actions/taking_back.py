"""Taking back what was answered at once: every record is as it was before, unless somebody changed its answer since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.audit import note
from accounts.models import Membership
from core.errors import Conflict
from core.jsonb import dumps
from core.later import later
from feedback.actions import answers, jobs, record_rows
from feedback.actions.bulk_answers import CHUNK, settle_many
from feedback.actions.telling import Statuses
from feedback.events import announce_responses, announce_status
from feedback.models import BulkAnswer, Dataset, Job, Response
from feedback.models.jobs import ENDED, JobKind, State
from feedback.models.webhooks import Event


@transaction.atomic
def take_back(job: Job, *, by: Membership) -> Job:
    """Ask for it. `Conflict` while the answers are still being given, or if it was done."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job.pk)
    if not job.has_ended:
        raise Conflict("These answers are still being given. Stop that first, then take them back.")
    under_way = Job.objects.filter(dataset=job.dataset_id, kind=JobKind.TAKE_BACK, options__of=str(job.pk))
    if under_way.exclude(state__in=ENDED).exists():
        raise Conflict("These answers are being taken back already.")
    if not can_be_taken_back(job):
        raise Conflict("Nothing is left to take back: it was done already.")
    made = Job.objects.create(
        organization_id=job.organization_id,
        dataset=job.dataset,
        by=by,
        kind=JobKind.TAKE_BACK,
        options={"of": str(job.pk)},
    )
    note("records.taken_back", made.dataset, by=by, job=job.pk)
    later("feedback.run_take_back", str(made.organization_id), str(made.pk))
    return made


def can_be_taken_back(job: Job) -> bool:
    """Whether the job gave answers that were not taken back since."""
    return job.has_ended and BulkAnswer.objects.filter(job=job, response_id__isnull=False).exists()


def run_take_back(organization_id: str, job_id: str) -> None:
    """Take the answers back, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _take_back)


def _take_back(job: Job) -> None:
    if job.total is None:
        with transaction.atomic():
            total = _left(job).count()
            if not job.proceed(total=total, done=0, counts={}):
                raise jobs.Stopped
    while _chunk(job):
        pass
    jobs.end(job, State.FINISHED, _summary(job.counts))


def _left(job: Job) -> Any:
    return BulkAnswer.objects.filter(job=job.options["of"], response_id__isnull=False).order_by("pk")


@transaction.atomic
def _chunk(job: Job) -> bool:
    """Take back the next ones, and forget them. False: there are none left."""
    given = list(_left(job)[:CHUNK])
    if not given:
        return False
    dataset = job.dataset
    record_rows.lock(dataset)
    responses = Response.objects.filter(pk__in=[one.response_id for one in given])
    people = set(responses.values_list("membership_id", flat=True))
    answers.lock_tallies(dataset, people)
    current = {one.pk: one for one in responses.all()}  # read under the lock: nobody changes them any more
    same = {
        one.record_id: one
        for one in given
        if one.response_id in current and current[one.response_id].revision == one.revision
    }
    statuses = Statuses(dataset, list(same))
    for person in people:
        theirs = {pk: one for pk, one in same.items() if current[one.response_id].membership_id == person}
        _restore(dataset, theirs, person)
    announce_status(dataset, statuses.changed())
    counts = Counter(
        removed=sum(one.before is None for one in same.values()),
        restored=sum(one.before is not None for one in same.values()),
        left=len(given) - len(same),
    )
    BulkAnswer.objects.filter(pk__in=[one.pk for one in given]).delete()
    if not job.proceed(done=job.done + len(given), counts=dict(Counter(job.counts) + counts)):
        raise jobs.Stopped
    return True


def _restore(dataset: Dataset, given: Mapping[UUID, BulkAnswer], person: UUID) -> None:
    """Record -> what was done there. Places and tallies first, as for any change of status."""
    now_is = {pk: ("submitted", one.before and one.before["status"]) for pk, one in given.items()}
    extra = settle_many(now_is, person)
    gone = [given[pk].response_id for pk in extra if given[pk].before is None]
    back = [(given[pk], is_extra) for pk, is_extra in extra.items() if given[pk].before is not None]
    announce_responses(dataset, {Event.RESPONSE_DELETED: _ids(gone)})
    Response.objects.filter(pk__in=_ids(gone)).delete()
    rows = [
        {**(one.before or {}), "id": str(one.response_id), "is_extra": is_extra} for one, is_extra in back
    ]
    _write(rows)
    announce_responses(dataset, {Event.RESPONSE_UPDATED: _ids([one.response_id for one, _ in back])})


def _ids(ids: Collection[UUID | None]) -> list[UUID]:
    return [pk for pk in ids if pk]


def _write(rows: Sequence[Mapping[str, Any]]) -> None:
    """What a response was. Its revision goes on, so that a tab that shows something else finds out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            update feedback_response r set
                values = x.values, status = x.status, is_extra = x.is_extra and x.status = 'submitted',
                is_set_aside = x.is_set_aside, reason = x.reason, note = x.note, presentation = x.presentation,
                guidelines_version = x.guidelines_version, active_ms = x.active_ms, submission = x.submission,
                submitted_at = x.submitted_at, updated_at = x.updated_at, revision = r.revision + 1
            from jsonb_to_recordset(%s::jsonb) as x(id uuid, values jsonb, status text, is_extra boolean,
                is_set_aside boolean, reason text, note text, presentation jsonb, guidelines_version int,
                active_ms int, submission uuid, submitted_at timestamptz, updated_at timestamptz)
            where r.id = x.id
            """,
            [dumps(rows)],
        )


def _summary(counts: Mapping[str, int]) -> str:
    removed, restored, left = (counts.get(name, 0) for name in ("removed", "restored", "left"))
    said = f"Taken back from {removed + restored:,} record{'' if removed + restored == 1 else 's'}."
    said += f" The earlier answer is there again on {restored:,}." if restored else ""
    return said + (f" Left on {left:,}: somebody changed or deleted the answer since." if left else "")
