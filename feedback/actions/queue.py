"""Handing out: one record at a time, under a lease. Its statements: feedback/migrations/0002_queue.py."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext, ngettext

from accounts.models import Membership
from core.errors import Invalid, NotFound
from feedback.models import Dataset, LabelerTally, Lease, QueueItem, Record, Response
from feedback.models.responses import Status

HOLD = timedelta(minutes=10)  # a lease without a heartbeat ends after that


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to do now: a word for programs, a sentence for people."""

    reason: str
    detail: str


@transaction.atomic
def lease_next(dataset: Dataset, *, by: Membership) -> Lease | Nothing:
    """The next record for this person: the one they hold, their draft, a new one, or at last a draft that they skipped.

    `Nothing` says why there is none.
    """
    if not dataset.is_published:
        return Nothing("draft", gettext("This dataset is not published yet."))
    return (
        _held(dataset, by)
        or _draft(dataset, by, set_aside=False)
        or _claimed(dataset, by)
        or _draft(dataset, by, set_aside=True)
        or _explain(dataset, by)
    )


def heartbeat(lease: Lease) -> datetime:
    """Hold the place for longer; until when. `NotFound` if it was lost meanwhile."""
    until = now() + HOLD
    if not Lease.objects.filter(pk=lease.pk, expires_at__gt=now()).update(expires_at=until):
        raise NotFound(
            gettext("Somebody else may have this record by now. What you submit is kept all the same.")
        )
    return until


def release(lease: Lease) -> None:
    """Give the place back."""
    settle(lease.record_id, lease.membership_id, before=None, after=None)


@transaction.atomic
def skip_record(record: Record, *, by: Membership) -> None:
    """Go on behind a record, whatever this person has begun on it: it comes again when there is nothing else."""
    lock(record, by)
    Response.objects.filter(record=record, membership=by, status=Status.DRAFT).update(is_set_aside=True)
    for lease in Lease.objects.filter(record=record, membership=by):
        release(lease)


def release_all(member: Membership) -> None:
    """Give back everything that this person holds: on signing out, on leaving."""
    held = Lease.objects.filter(membership=member).order_by("record_id")
    for lease in held:
        release(lease)


def expire_leases(limit: int = 500) -> int:
    """Give back places whose lease has run out; how many there were."""
    with connection.cursor() as cursor:
        cursor.execute("select expire_leases(%s)", [limit])
        return int(cursor.fetchone()[0])


@transaction.atomic
def read_guidelines_of(dataset: Dataset, version: int, *, by: Membership) -> None:
    """Remember that this person has read this version of the guidelines, which may be older than the newest."""
    if not 1 <= version <= dataset.guidelines_version:
        raise Invalid(
            gettext("There is no version %(number)s of these guidelines. Load the page again.")
            % {"number": version}
        )
    _lock_tally(dataset.pk, by)
    LabelerTally.objects.filter(dataset=dataset, membership=by).update(guidelines_read=version)


def lock(record: Record, by: Membership) -> None:
    """One act at a time per person and dataset: what is read after this is what holds."""
    _lock_tally(record.dataset_id, by)


def settle(
    record_id: UUID,
    person_id: UUID,
    *,
    before: str | None,
    after: str | None,
    active_ms: int = 0,
) -> bool:
    """Let a person's change of status take its effect on places and tallies; whether the response is extra.

    `NotFound` if somebody deleted the record meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select settle_place(%s, %s, %s, %s, %s)",
            [record_id, person_id, before, after, active_ms],
        )
        (extra,) = cursor.fetchone()
    if extra is None:
        raise NotFound(gettext("This record was deleted a moment ago."))
    return bool(extra)


def _lock_tally(dataset_id: UUID, by: Membership) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select lock_tally(%s, %s)", [dataset_id, by.pk])


def _held(dataset: Dataset, by: Membership) -> Lease | None:
    lease = (
        Lease.objects.filter(dataset=dataset, membership=by, expires_at__gt=now())
        .order_by("expires_at")
        .last()
    )
    if lease:
        with suppress(NotFound):  # another tab may have finished it a moment ago
            lease.expires_at = heartbeat(lease)
            return lease
    return None


def _draft(dataset: Dataset, by: Membership, *, set_aside: bool) -> Lease | None:
    """The newest draft whose record still has a place: what was begun is finished first."""
    drafts = Response.objects.filter(
        dataset=dataset, membership=by, status=Status.DRAFT, is_set_aside=set_aside
    ).order_by("-updated_at")
    begun = list(drafts.values_list("record_id", flat=True)[:5])
    if begun:
        _lock_tally(dataset.pk, by)
    for record_id in begun:
        lease = _place_in(record_id, by)
        if lease:
            return lease
    return None


def _place_in(record_id: UUID, by: Membership) -> Lease | None:
    """A place in this very record: the one that was held, if it is still there, or an open one.

    The tally is locked, then the lease, then the queue item: in the order of `settle_place`, else two may
    wait for each other.
    """
    mine = Lease.objects.filter(record=record_id, membership=by)
    if mine.update(expires_at=now() + HOLD):
        return mine.get()
    if not QueueItem.objects.filter(pk=record_id, open_places__gt=0).update(open_places=F("open_places") - 1):
        return None
    item = QueueItem.objects.get(pk=record_id)
    return Lease.objects.create(
        organization_id=item.organization_id,
        dataset_id=item.dataset_id,
        record_id=item.pk,
        membership=by,
        rank=item.rank,
        expires_at=now() + HOLD,
    )


def _claimed(dataset: Dataset, by: Membership) -> Lease | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select lease_id from claim_place(%s, %s, make_interval(secs => %s))",
            [dataset.pk, by.pk, HOLD.total_seconds()],
        )
        row = cursor.fetchone()
    return Lease.objects.get(pk=row[0]) if row else None


def _explain(dataset: Dataset, by: Membership) -> Nothing:
    """One sentence, from rows that are there anyway; nothing here grows with the dataset."""
    if not Record.objects.filter(dataset=dataset).exists():
        return Nothing("empty", gettext("This dataset has no records yet."))
    held = Lease.objects.filter(dataset=dataset).exclude(membership=by).count()
    open_ones = QueueItem.objects.filter(dataset=dataset, open=True).exists()
    tally = LabelerTally.objects.filter(dataset=dataset, membership=by).first()
    mine = tally.submitted + tally.discarded if tally else 0
    if open_ones:
        return Nothing("answered", gettext("You have answered every record that still needs an answer."))
    if held:
        sentence = ngettext(
            "The last one is being labeled by others right now. One may come back: look again later.",
            "The other %(number)s are being labeled by others right now. One may come back: look again later.",
            held,
        )
        return Nothing("leased", sentence % {"number": held})
    if mine:
        return Nothing(
            "done", gettext("Every record has the answers it needs. Thank you: this dataset is done.")
        )
    return Nothing("done", gettext("Every record has the answers it needs."))
