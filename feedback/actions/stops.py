"""Records that are stopped, because somebody said that their prompt is bad: letting them go on."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from feedback.actions import record_rows
from feedback.models import Dataset, QueueItem


@transaction.atomic
def put_back(dataset: Dataset, ids: Iterable[UUID]) -> int:
    """Hand out these records again; how many were stopped. Unknown ids are passed over.

    What was said of them until now does not stop them again; what is said from now on does.
    """
    record_rows.lock(dataset)
    stopped = QueueItem.objects.filter(dataset=dataset, pk__in=list(ids), stopped_at__isnull=False)
    locked = [item.pk for item in stopped.select_for_update(no_key=True).order_by("pk")]
    return QueueItem.objects.filter(pk__in=locked).update(stopped_at=None, cleared_at=Now())
