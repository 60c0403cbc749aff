"""What people hold, or wait for by name, goes back when they sign out, or do not work there any more."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core.tenancy import acting_for
from feedback.actions import assigned_rows
from feedback.actions.queue import release_all
from feedback.models import AssignedRecord, Lease, Share
from feedback.models.assignments import AssignedState

CHUNK = 1000  # records in one transaction


def return_leases(organization_id: str, membership_id: str) -> None:
    """Give back everything that this person holds. What they wrote so far is kept."""
    with acting_for(organization_id):
        with transaction.atomic():
            held = list(Lease.objects.filter(membership=UUID(membership_id)))
        release_all(held)


def leave_behind(organization_id: str) -> None:
    """Give back what people hold who may not answer there any more, and keep no places for them by name.

    Who they are is looked up, not told: so it may be asked again, and nobody is forgotten for long.
    """
    with acting_for(organization_id):
        with transaction.atomic():
            held = list(Lease.objects.of_people_gone())
        release_all(held)
        with transaction.atomic():
            shares = list(Share.objects.of_people_gone().select_related("dataset"))
        for share in shares:
            while _leave(share):
                pass


def organizations_left() -> set[str]:
    """Where somebody holds something, or something waits for them, who may not answer there any more."""
    gone = [
        rows.of_people_gone().values_list("organization", flat=True)
        for rows in (Lease.objects.all(), Share.objects.all())
    ]
    return {str(pk) for rows in gone for pk in rows}


@transaction.atomic
def _leave(share: Share) -> bool:
    """The next records of a share. False: there are none left."""
    waiting = AssignedRecord.objects.filter(
        dataset=share.dataset_id, membership=share.membership_id, state=AssignedState.WAITING
    )
    rows: list[tuple[UUID, UUID]] = list(waiting.values_list("record_id", "membership_id")[:CHUNK])
    if rows:
        assigned_rows.hold(share.dataset, {share.membership_id}, [record for record, _ in rows])
        assigned_rows.leave(rows)
    return bool(rows)
