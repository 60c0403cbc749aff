"""Taking back what people were given by name and have not begun: a whole assignment, or one person's share."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Membership
from core.errors import Conflict
from core.later import later
from feedback.actions import assigned_rows, jobs, record_rows
from feedback.models import AssignedRecord, Assignment, Job, Share
from feedback.models.assignments import AssignedState
from feedback.models.jobs import JobKind, State

CHUNK = 500  # records in one transaction
UNTOUCHED = (AssignedState.WAITING, AssignedState.LEFT, AssignedState.FILLED)


def take_back_assignment(assignment: Assignment, *, by: Membership | None) -> Job:
    """Ask for all of it back. What is answered or held stays; if nothing does, the assignment goes, too.

    `Conflict` while it is being given.
    """
    return _start(assignment, list(assignment.shares.all()), by)


def take_back_share(share: Share, *, by: Membership | None) -> Job:
    """Ask for one person's part back. What they have answered or hold stays."""
    return _start(share.assignment, [share], by)


@transaction.atomic
def _start(assignment: Assignment, shares: Collection[Share], by: Membership | None) -> Job:
    check_given(assignment)
    job = Job.objects.create(
        organization_id=assignment.organization_id,
        dataset_id=assignment.dataset_id,
        by=by,
        kind=JobKind.UNASSIGN,
        options={"shares": [str(one.pk) for one in shares]},
    )
    later("feedback.run_unassign", str(job.organization_id), str(job.pk))
    return job


def check_given(assignment: Assignment) -> None:
    """`Conflict` while the records of an assignment are still being given."""
    under_way = Assignment.objects.filter(pk=assignment.pk, job__state__in=(State.WAITING, State.RUNNING))
    if under_way.exists():
        raise Conflict("These records are still being given. Stop that first.")


def run_unassign(organization_id: str, job_id: str) -> None:
    """Take the records back, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _take_back)


def _take_back(job: Job) -> None:
    if job.total is None:
        with transaction.atomic():
            if not job.proceed(total=_untouched(job).count(), done=0):
                raise jobs.Stopped
    while _chunk(job):
        pass
    with transaction.atomic():
        _forget_empty(job)
        number = f"{job.done:,} record{'' if job.done == 1 else 's'} taken back."
        said = (
            f"{number} What somebody holds or has answered stays."
            if job.done
            else "Nothing was left to take back."
        )
        job.finish(State.FINISHED, said, total=job.done)


def _untouched(job: Job) -> QuerySet[AssignedRecord]:
    return AssignedRecord.objects.filter(share__in=_shares(job), state__in=UNTOUCHED)


def _shares(job: Job) -> list[UUID]:
    return [UUID(one) for one in job.options["shares"]]


@transaction.atomic
def _chunk(job: Job) -> bool:
    """Take the next ones. False: there are none left."""
    rows = list(_untouched(job).values_list("record_id", "membership_id")[:CHUNK])
    if not rows:
        return False
    assigned_rows.hold(job.dataset, {person for _, person in rows}, {record for record, _ in rows})
    taken = assigned_rows.take(job.dataset, rows)
    if not job.proceed(done=job.done + taken):
        raise jobs.Stopped
    return True


def _forget_empty(job: Job) -> None:
    """Of an assignment of which nobody has anything any more, nothing is left to tell."""
    record_rows.lock(job.dataset)
    found = Assignment.objects.filter(dataset=job.dataset_id, shares__in=_shares(job)).distinct()
    for assignment in found:
        if not Share.objects.filter(assignment=assignment, given__gt=0).exists():
            Share.objects.filter(assignment=assignment).delete()
            assignment.delete()
