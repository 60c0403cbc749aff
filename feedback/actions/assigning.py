"""Giving the records of a selection to people by name, as a job.

How they are dealt: feedback/dealing.py; the statements: assigned_rows.py. Records are held as numbers, 63 bits each,
that sort in the order in which they are given and end with the record's position: a million of them are 8 MB. A chunk
of them and the note of how far it is are committed together, so that a worker that dies is followed by another one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import BigIntegerField, Expression, F, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext

from accounts.models import Membership
from core.errors import Invalid
from core.later import later
from feedback.actions import assigned_rows, jobs
from feedback.actions.assigned_rows import Gift, Standing
from feedback.actions.assignees import check_people, open_shares
from feedback.actions.assignments import check_note
from feedback.dealing import Dealer
from feedback.models import Assignment, Dataset, Job, Share
from feedback.models.jobs import JobKind, State
from feedback.models.queue import POSITION, POSITION_BITS
from feedback.search.selection import Selection

CHUNK = 1000  # records in one transaction


@transaction.atomic
def start_assignment(
    dataset: Dataset,
    selection: Selection,
    *,
    people: Mapping[UUID, float],
    by: Membership,
    overlap: int = 1,
    number: int | None = None,
    percent: float | None = None,
    at_random: bool = False,
    note: str = "",
    due_at: datetime | None = None,
) -> Assignment:
    """Ask for it; `job` of the assignment does it. `Invalid` if somebody named may not answer here.

    `people`: membership id -> weight. `overlap`: different people for each record. `number` or `percent` of the
    records alone, in the order of the queue or `at_random`; else all of them.
    """
    _check(dataset, overlap, number, percent)
    check_note(note)
    checked = check_people(dataset, people, by)
    if overlap > len(checked):
        sentence = ngettext(
            "Each record is to go to %(overlap)s person, and only %(number)s were chosen.",
            "Each record is to go to %(overlap)s people, and only %(number)s were chosen.",
            overlap,
        )
        sentence %= {"overlap": overlap, "number": len(checked)}
        raise Invalid(sentence, {"overlap": sentence})
    selection.rows(dataset, by)  # which says if it cannot be meant
    job = Job.objects.create(
        organization_id=dataset.organization_id,
        dataset=dataset,
        by=by,
        kind=JobKind.ASSIGN,
        options={
            **selection.options,
            "overlap": overlap,
            "number": number,
            "percent": percent,
            "at_random": at_random,
        },
    )
    assignment = Assignment.objects.create(
        organization_id=dataset.organization_id, dataset=dataset, by=by, job=job, note=note, due_at=due_at
    )
    open_shares(assignment, checked)
    later("feedback.run_assign", str(job.organization_id), str(job.pk))
    return assignment


def _check(dataset: Dataset, overlap: int, number: int | None, percent: float | None) -> None:
    if not dataset.is_published:
        raise Invalid(gettext("This dataset is a draft. Publish it before giving its records to people."))
    wrong: dict[str, str] = {}
    if overlap < 1:
        wrong["overlap"] = gettext("Each record goes to at least one person.")
    if number is not None and number < 1:
        wrong["number"] = gettext("Give at least one record.")
    if percent is not None and not 0 < percent <= 100:
        wrong["percent"] = gettext("A share of the records is above 0 and at most 100 percent.")
    if number is not None and percent is not None:
        wrong["percent"] = gettext("Give a number of records, or a share of them, not both.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), wrong)


def run_assign(organization_id: str, job_id: str) -> None:
    """Give the records, unless somebody else is at it."""
    jobs.run(organization_id, job_id, _assign)


def _assign(job: Job) -> None:
    keys = _gather(job)
    with transaction.atomic():
        assignment = Assignment.objects.select_related("dataset").get(job=job)
        shares = list(Share.objects.filter(assignment=assignment).order_by("membership"))
    dealer = Dealer(
        {one.membership_id: one.weight for one in shares},
        overlap=job.options["overlap"],
        given={one.membership_id: one.given for one in shares},
    )
    start = bisect_right(keys, job.checkpoint["after"])
    while start < len(keys) and job.counts.get("records", 0) < job.checkpoint["wanted"]:
        _chunk(job, assignment, dealer, keys[start : start + CHUNK])
        start += CHUNK
    with transaction.atomic():
        job.finish(State.FINISHED, _summary(job, assignment), done=job.total)


@transaction.atomic
def _gather(job: Job) -> array[int]:
    """The records that are meant, as they are found now; how many of them are wanted is decided once."""
    if job.by is None:
        raise Invalid("Whoever began this is no longer here.")
    rows = Selection.kept(job.options).rows(job.dataset, job.by).order_by()
    found = rows.annotate(key=_key(job)).order_by("key").values_list("key", flat=True)
    keys = array("q", found.iterator(chunk_size=10_000))
    if "wanted" not in job.checkpoint:
        number, percent = job.options["number"], job.options["percent"]
        wanted = ceil(len(keys) * percent / 100) if percent else number or len(keys)
        checkpoint = {"after": -1, "wanted": min(wanted, len(keys))}
        if not job.proceed(total=checkpoint["wanted"], done=0, checkpoint=checkpoint, counts={}):
            raise jobs.Stopped
    return keys


def _key(job: Job) -> Expression:
    """What says when a record's turn is; its last 31 bits are the position."""
    if not job.options["at_random"]:
        return F("queue__rank")  # type: ignore[return-value]
    chance = Random(str(job.pk))  # noqa: S311 - the same one after a restart, which is what matters
    factor, step = chance.randrange(1, 2**30, 2), chance.randrange(2**31)
    mixed = Cast("queue__shuffle", BigIntegerField()) * Value(factor) + Value(step)
    return mixed.bitand(POSITION).bitleftshift(POSITION_BITS) + F("position")


@transaction.atomic
def _chunk(job: Job, assignment: Assignment, dealer: Dealer[UUID], keys: Sequence[int]) -> None:
    """Deal the next records, in one transaction with the note that they are dealt."""
    records = assigned_rows.records_at(assignment.dataset, keys)
    assigned_rows.hold(assignment.dataset, dealer.people, records)
    standing = assigned_rows.standings(records, dealer.people)
    ours = set(Share.objects.filter(assignment=assignment).values_list("pk", flat=True))
    here = {records[pk]: one for pk, one in standing.items() if not ours & one.shares}
    counts, gifts, after = Counter(job.counts), list[Gift](), job.checkpoint["after"]
    for key in keys:
        if counts["records"] == job.checkpoint["wanted"]:
            break
        after = key
        if record := here.get(key & POSITION):  # or it was deleted, or given before somebody moved it
            gifts += _deal(record, dealer, counts)
    assigned_rows.give(assignment, gifts)
    is_limited = job.options["number"] or job.options["percent"]
    done = counts["records"] if is_limited else job.done + len(keys)
    if not job.proceed(done=done, checkpoint=job.checkpoint | {"after": after}, counts=dict(counts)):
        raise jobs.Stopped


def _deal(record: Standing, dealer: Dealer[UUID], counts: Counter[str]) -> list[Gift]:
    """Whom the record goes to; the last of them raise what it wants, where its places do not suffice."""
    if record.why_not:
        counts[record.why_not] += 1
        return []
    people = dealer.deal(record.refused)
    counts["records" if people else "nobody"] += 1
    counts["fewer"] += 0 < len(people) < dealer.overlap
    enough = max(0, record.spare)
    return [Gift(record.record, person, number >= enough) for number, person in enumerate(people)]


def _summary(job: Job, assignment: Assignment) -> str:
    counts = Counter(job.counts)
    people = assignment.shares.filter(given__gt=0).count()
    if not counts["records"]:
        said = "No record was given to anybody."
    else:
        said = f"{_records(counts['records'])} given to {people:,} {'person' if people == 1 else 'people'}"
        overlap = job.options["overlap"]
        said += f", each to {overlap:,} of them." if overlap > 1 else "."
    left = {
        "complete": "they have all answers that they need",
        "stopped": "they are stopped, for somebody said that their prompt is bad",
        "nobody": "everybody who was chosen wrote, has, or answered them",
    }
    said += "".join(
        f" Left out: {_records(counts[name])}, for {why}." for name, why in left.items() if counts[name]
    )
    if counts["fewer"]:
        said += f" {_records(counts['fewer'])} went to fewer people than wanted:"
        said += " the others wrote, have, or answered them."
    return said


def _records(number: int) -> str:
    return f"{number:,} record{'' if number == 1 else 's'}"
