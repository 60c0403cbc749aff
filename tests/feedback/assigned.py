"""Records given to people in tests, and what must hold of them at any moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from accounts.models import Membership
from feedback.actions.assigning import run_assign, start_assignment
from feedback.actions.handing_over import hand_over, run_hand_over
from feedback.actions.unassigning import run_unassign, take_back_assignment, take_back_share
from feedback.models import AssignedRecord, Assignment, Dataset, Job, QueueItem, Response, Share
from feedback.search.selection import Selection
from tests.feedback.adding_up import assert_everything_adds_up

ALL = Selection(None)


def assign(
    dataset: Dataset, *people: Membership, by: Membership, chosen: Selection = ALL, **given: Any
) -> Assignment:
    """Records given to these people, or as `people` says, with the job done."""
    weights = given.pop("weights", None) or dict.fromkeys((one.pk for one in people), 1)
    made = start_assignment(dataset, chosen, people=weights, by=by, **given)
    assert made.job
    run_assign(str(made.organization_id), str(made.job.pk))
    made.job.refresh_from_db()
    return made


def take_back(subject: Assignment | Share, *, by: Membership) -> Job:
    """Taken back, with the job done."""
    start: Any = take_back_share if isinstance(subject, Share) else take_back_assignment
    job: Job = start(subject, by=by)
    run_unassign(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def passed(
    dataset: Dataset, leaver: Membership, *to: Membership, by: Membership, only: Assignment | None = None
) -> Job:
    """Handed over, with the job done."""
    job = hand_over(dataset, leaver, to=dict.fromkeys((one.pk for one in to), 1), by=by, assignment=only)
    run_hand_over(str(job.organization_id), str(job.pk))
    job.refresh_from_db()
    return job


def states(dataset: Dataset, person: Membership) -> Counter[str]:
    """How this person's records stand."""
    rows = AssignedRecord.objects.filter(dataset=dataset, membership=person)
    return Counter(rows.values_list("state", flat=True))


def given(dataset: Dataset, people: Iterable[Membership]) -> list[int]:
    """How many records each of these people has."""
    return [AssignedRecord.objects.filter(dataset=dataset, membership=one).count() for one in people]


def assert_kept(dataset: Dataset) -> None:
    """What must hold whenever nobody is in the middle of something."""
    assert_everything_adds_up(dataset)
    rows = list(AssignedRecord.objects.filter(dataset=dataset))
    raised = Counter(row.record_id for row in rows if row.has_raised)
    for item in QueueItem.objects.filter(dataset=dataset):
        assert item.raised >= raised[item.pk]
    final = Response.objects.filter(dataset=dataset).exclude(status="draft")
    answered = set(final.values_list("record_id", "membership_id"))
    for row in rows:
        assert (row.state == "answered") == ((row.record_id, row.membership_id) in answered)
    by_share = Counter(row.share_id for row in rows)
    for share in Share.objects.filter(dataset=dataset):
        assert share.given == by_share[share.pk]
