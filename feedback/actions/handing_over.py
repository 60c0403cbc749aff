"""Handing over what waits for somebody by name, or what they left behind, to others, as a job."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Conflict
from core.later import later
from feedback.actions import assigned_rows, jobs
from feedback.actions.assigned_rows import Gift
from feedback.actions.assignees import check_people, open_shares
from feedback.actions.unassigning import check_given
from feedback.dealing import Dealer
from feedback.models import AssignedRecord, Assignment, Dataset, Job, Share
from feedback.models.assignments import AssignedState
from feedback.models.jobs import JobKind, State

CHUNK = 1000  # records in one transaction
MOVABLE = (AssignedState.WAITING, AssignedState.LEFT)


@transaction.atomic
def hand_over(
    dataset: Dataset,
    from_person: Membership,
    *,
    to: Mapping[UUID, float],
    by: Membership,
    assignment: Assignment | None = None,
) -> Job:
    """Ask for it: what waits for this person or was left by them goes to others, membership id -> weight.

    `assignment`: of that one alone. Somebody who left records behind and works here again may have them back.
    `Invalid` if somebody named may not answer here, `Conflict` if there is nothing to hand over.
    """
    people = check_people(dataset, to, by)
    shares = Share.objects.filter(dataset=dataset, membership=from_person).select_related("assignment")
    if assignment is not None:
        shares = shares.filter(assignment=assignment)
    for share in shares:
        check_given(share.assignment)
    if not AssignedRecord.objects.filter(share__in=shares, state__in=MOVABLE).exists():
        raise Conflict(gettext("Nothing waits for %(name)s here.") % {"name": from_person.display_name})
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.HAND_OVER,
        options={
            "from": str(from_person.pk),
            "to": {str(pk): weight for pk, weight in people.items()},
            "assignments": [str(share.assignment_id) for share in shares],
        },
    )
    later("feedback.run_hand_over", str(job.organization_id), str(job.pk))
    return job


def run_hand_over(organization_id: str, job_id: str) -> None:
    """Hand the records over, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _hand_over)


def _hand_over(job: Job) -> None:
    with transaction.atomic():
        ranks = array("q", _movable(job).order_by("rank").values_list("rank", flat=True).iterator())
        begun = {"after": -1, "given": {}}
        if job.total is None and not job.proceed(total=len(ranks), done=0, checkpoint=begun, counts={}):
            raise jobs.Stopped
    given = {UUID(pk): number for pk, number in job.checkpoint["given"].items()}
    dealer = Dealer({UUID(pk): weight for pk, weight in job.options["to"].items()}, given=given)
    start = bisect_right(ranks, job.checkpoint["after"])
    for first in range(start, len(ranks), CHUNK):
        _chunk(job, dealer, ranks[first : first + CHUNK])
    with transaction.atomic():
        Share.objects.filter(pk__in=_shares(job), given=0).delete()
        job.finish(State.FINISHED, _summary(job), done=job.total)


def _shares(job: Job) -> QuerySet[Share]:
    return Share.objects.filter(membership=job.options["from"], assignment__in=job.options["assignments"])


def _movable(job: Job) -> QuerySet[AssignedRecord]:
    return AssignedRecord.objects.filter(share__in=_shares(job), state__in=MOVABLE)


@transaction.atomic
def _chunk(job: Job, dealer: Dealer[UUID], ranks: Sequence[int]) -> None:
    """Deal the next ones, in one transaction with the note that they are dealt."""
    leaver = UUID(job.options["from"])
    records = assigned_rows.records_at(job.dataset, ranks)
    assigned_rows.hold(job.dataset, {leaver, *dealer.people}, records)
    standing = assigned_rows.standings(records, dealer.people)
    counts, gifts = Counter(job.counts), dict[Assignment, list[Gift]]()
    rows = _movable(job).filter(record__in=records).select_related("share__assignment")
    for row in rows.order_by("rank"):
        record = standing[row.record_id]
        people = dealer.deal(record.refused - {leaver})
        counts["records" if people else "nobody"] += 1
        if people:
            raises = row.state == AssignedState.LEFT and record.spare < 1
            gifts.setdefault(row.share.assignment, []).append(Gift(row.record_id, people[0], raises))
    weights = {UUID(pk): weight for pk, weight in job.options["to"].items()}
    for assignment, passed in gifts.items():
        open_shares(assignment, {gift.person: weights[gift.person] for gift in passed})
        assigned_rows.pass_on(assignment, leaver, passed)
    given = {str(pk): number for pk, number in dealer.given.items()}
    checkpoint = {"after": ranks[-1], "given": given}
    if not job.proceed(done=job.done + len(ranks), checkpoint=checkpoint, counts=dict(counts)):
        raise jobs.Stopped


def _summary(job: Job) -> str:
    moved, stayed = job.counts.get("records", 0), job.counts.get("nobody", 0)
    said = f"{moved:,} record{'' if moved == 1 else 's'} handed over."
    why = "everybody who was chosen wrote, has, or answered them"
    return said + (f" {stayed:,} stayed where they were, for {why}." if stayed else "")
