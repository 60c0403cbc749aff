"""What a manager does about one person's work in a dataset: pause it, let it go on, take a record back."""

from __future__ import annotations

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.models import Membership
from core.errors import NotFound
from feedback.actions.answers import lock_tallies
from feedback.actions.queue import release
from feedback.models import Dataset, LabelerTally, Lease, PastLease
from feedback.models.queue import Ending


@transaction.atomic
def pause_labeler(dataset: Dataset, member: Membership) -> None:
    """Hand this person nothing more here; what they hold they may finish. Paused already, it stays as it is."""
    lock_tallies(dataset, {member.pk})
    LabelerTally.objects.filter(dataset=dataset, membership=member, paused_at=None).update(paused_at=now())


@transaction.atomic
def resume_labeler(dataset: Dataset, member: Membership) -> None:
    """Hand this person records again."""
    lock_tallies(dataset, {member.pk})
    LabelerTally.objects.filter(dataset=dataset, membership=member).update(paused_at=None)


@transaction.atomic
def take_back_lease(lease: Lease) -> None:
    """Give the place back in somebody's stead. `NotFound` if they answered or lost it a moment ago.

    What they began stays as their draft, and what they submit all the same is kept.
    """
    lock_tallies(lease.dataset, {lease.membership_id})
    if Lease.objects.select_for_update(of=("self",)).filter(pk=lease.pk).first() is None:
        raise NotFound(gettext("They do not have this record any more. Load the page again."))
    release(lease)
    ended = PastLease.objects.filter(record=lease.record_id, membership=lease.membership_id).order_by("-id")
    PastLease.objects.filter(pk__in=ended.values("pk")[:1]).update(ending=Ending.TAKEN_BACK)
