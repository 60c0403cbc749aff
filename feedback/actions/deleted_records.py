"""Records that are deleted: into the trash with everything that hangs on them, and back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext

from accounts.audit import note
from accounts.models import Membership
from core.errors import Conflict, NotFound
from core.later import later
from feedback.actions import answers, deleted_rows, indexing, record_rows, targets
from feedback.events import announce_records
from feedback.models import Dataset, DeletedRecords, QueueItem
from feedback.models.webhooks import Event

CHUNK = 1000
TOGETHER = timedelta(minutes=1)  # what a program deletes without a longer pause is one set …
MOST = 10_000  # … of so many: it comes back in one transaction
SHOWN = 10  # ids that are taken


def keep(
    dataset: Dataset, records: Collection[UUID], *, by: Membership | None, joins: bool
) -> DeletedRecords:
    """Copy these records into the trash. Under `record_rows.hold`, before they are deleted.

    `joins`: to those that the same program deleted a moment ago, since it deletes a hundred at a time.
    """
    batch = _latest(dataset, by) if joins else None
    if batch is None or batch.records + len(records) > MOST:
        batch = DeletedRecords.objects.create(
            organization_id=dataset.organization_id,
            dataset=dataset,
            columns=deleted_rows.columns(),
            **_dates(by),
        )
    deleted_rows.keep(batch, records)
    DeletedRecords.objects.filter(pk=batch.pk).update(records=F("records") + len(records), **_dates(by))
    return batch


def _latest(dataset: Dataset, by: Membership | None) -> DeletedRecords | None:
    rows = DeletedRecords.objects.filter(dataset=dataset, deleted_by=by, deleted_at__gt=now() - TOGETHER)
    return rows.filter(columns=deleted_rows.columns()).first()


def _dates(by: Membership | None) -> dict[str, object]:
    at = now()
    return {"deleted_at": at, "deleted_by": by, "purge_at": at + timedelta(days=settings.TRASH_DAYS)}


@transaction.atomic
def restore_records(deleted: DeletedRecords) -> Dataset:
    """Bring all of them back to where they were, with their answers. `Conflict` if an id of theirs is taken by now."""
    dataset = Dataset.objects.get(pk=deleted.dataset_id)
    record_rows.lock(dataset)
    batch = DeletedRecords.objects.select_for_update().filter(pk=deleted.pk).first()
    if batch is None:
        raise NotFound(gettext("These records are not in the trash any more."))
    _refuse_taken(dataset, batch)
    record_rows.hold(dataset, [])
    is_asked = indexing.has_backlog(dataset)
    ids = deleted_rows.ids_of(batch)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        record_rows.count_in(dataset, deleted_rows.put_back(batch, chunk))
        indexing.note_changes(dataset, chunk, [], is_asked=is_asked)
        announce_records(dataset, {Event.RECORD_CREATED: chunk})
        targets.follow(dataset, chunk)
        completed = QueueItem.objects.filter(pk__in=chunk, completed=True).values_list("pk", flat=True)
        announce_records(dataset, {Event.RECORD_COMPLETED: list(completed)})
    answers.retally(dataset, answers.people_of(ids))
    targets.start_over(dataset)
    batch.delete()
    note("records.restored", dataset, records=len(ids))
    later("feedback.leave_behind", str(dataset.organization_id))
    return dataset


def _refuse_taken(dataset: Dataset, batch: DeletedRecords) -> None:
    found = deleted_rows.taken(dataset, batch, SHOWN + 1)
    if found:
        names = ", ".join(found[:SHOWN]) + (" …" if len(found) > SHOWN else "")
        raise Conflict(
            gettext(
                "Records that were added since have the same ids: %(names)s. Nothing was brought back. "
                "Delete those first, or leave these in the trash."
            )
            % {"names": names}
        )
