"""Handing out, under a lease. Its statements: feedback/migrations/0012_rules_of_handing_out.py, and
0020_many_at_once.py for many records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import Invalid, NotFound
from feedback.actions.nothing import Nothing, explain
from feedback.models import Dataset, LabelerTally, Lease, Record, Response
from feedback.models.responses import Status

HOLD = timedelta(seconds=settings.LEASE_SECONDS)  # a lease without a heartbeat ends after that


class Settled(NamedTuple):
    """Whether a response is one of those that the record wants; if it was the last, about which question others are
    asked again where the answers disagree."""

    is_wanted: bool
    asks_about: str | None


class HandedOut(NamedTuple):
    """A place, and whether it is a new one: then nothing that this person wrote is there yet."""

    lease: Lease
    is_new: bool


def lease_next(dataset: Dataset, *, by: Membership, another: bool = False) -> Lease | Nothing:
    """The next record for this person: the one they hold, their draft, a new one, or at last a draft that they skipped.

    `another`: beside what they hold, as many as the dataset lets one person hold. `Nothing` says why there is none.
    """
    found = lease_several(dataset, 1, by=by, another=another)
    return found if isinstance(found, Nothing) else found[0].lease


@transaction.atomic(savepoint=False)
def lease_several(
    dataset: Dataset, most: int, *, by: Membership, another: bool = False
) -> list[HandedOut] | Nothing:
    """The same for up to so many records at once; of new ones as many as the dataset lets one person hold."""
    if not dataset.is_published:
        return Nothing("draft", gettext("This dataset is not published yet."))
    with connection.cursor() as cursor:
        cursor.execute(
            "select (lease).id, (lease).record_id, (lease).leased_at, (lease).expires_at, is_new, refused"
            " from next_places(%s, %s, make_interval(secs => %s), %s, %s)",
            [dataset.pk, by.pk, HOLD.total_seconds(), another, most],
        )
        rows = cursor.fetchall()
    found = [HandedOut(_lease(dataset, by, *row[:4]), row[4]) for row in rows if row[0]]
    return found or explain(dataset, by, refused=next((row[5] for row in rows), None))


def _lease(
    dataset: Dataset, by: Membership, pk: UUID, record_id: UUID, leased_at: datetime, expires_at: datetime
) -> Lease:
    lease = Lease.from_db(
        None,
        ("id", "organization_id", "dataset_id", "record_id", "membership_id", "leased_at", "expires_at"),
        (pk, dataset.organization_id, dataset.pk, record_id, by.pk, leased_at, expires_at),
    )
    lease.dataset, lease.membership = dataset, by
    return lease


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


def set_aside(record: Record, by: Membership) -> None:
    """Put what this person began behind everything else, and give the place back. Under `lock`."""
    Response.objects.filter(record=record, membership=by, status=Status.DRAFT).update(is_set_aside=True)
    for lease in Lease.objects.filter(record=record, membership=by):
        release(lease)


def release_all(leases: Iterable[Lease]) -> None:
    """Give these places back, each by itself: somebody signs out, or leaves."""
    for lease in leases:
        with suppress(NotFound), transaction.atomic():  # the record was deleted a moment ago
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
    counts: bool = False,
) -> Settled:
    """Let a person's change of status take its effect on places and tallies. `counts`: a discard is an answer, too.

    `NotFound` if somebody deleted the record meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select is_wanted, asks_about from settle_place(%s, %s, %s, %s, %s, %s)",
            [record_id, person_id, before, after, active_ms, counts],
        )
        row = cursor.fetchone()
    if row is None:
        raise NotFound(gettext("This record was deleted a moment ago."))
    return Settled(*row)


def settle_new(person_id: UUID, statuses: Mapping[UUID, str]) -> dict[UUID, Settled]:
    """The same for first responses to many records, in the order of records; without those that are gone."""
    records = sorted(statuses)
    with connection.cursor() as cursor:
        cursor.execute(
            "select record_id, is_wanted, asks_about from settle_first(%s, %s, %s)",
            [person_id, records, [str(statuses[pk]) for pk in records]],
        )
        return {pk: Settled(*row) for pk, *row in cursor.fetchall()}


def weigh_stop(record: Record) -> None:
    """Stop a record of which somebody said that its prompt is bad, or let it go on if nobody says so any more."""
    with connection.cursor() as cursor:
        cursor.execute("select weigh_stop(%s)", [record.pk])


def _lock_tally(dataset_id: UUID, by: Membership) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select lock_tally(%s, %s)", [dataset_id, by.pk])
