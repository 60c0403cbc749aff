"""Telling that records became completed, or are so no longer: on the transition alone, whoever brought it about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from accounts.models import Membership
from feedback.events import Listeners, announce_status
from feedback.models import Dataset, LabelerTally, Record


@contextmanager
def status_told(record: Record, by: Membership, listeners: Listeners) -> Iterator[None]:
    """Tell if what `by` does in the block completes or reopens the record.

    Their tally says so: `settle_place` counts there, under the lock of the record, the records that somebody completed,
    less those that they reopened. The tally is locked by whoever calls, so nothing else moves it meanwhile.
    """
    if not listeners.hear_of_status:
        yield
        return
    before = _completed(record, by)
    yield
    if step := _completed(record, by) - before:
        announce_status(record.dataset, {record.pk: step > 0})


def _completed(record: Record, by: Membership) -> int:
    found = LabelerTally.objects.filter(dataset=record.dataset_id, membership=by)
    return found.values_list("completed", flat=True).first() or 0


class Statuses:
    """Which of these records are completed, to be asked for what changed. Under `record_rows.lock`.

    They are locked until the transaction ends, so that the change is the caller's own. Where nobody listens
    nothing is looked at.
    """

    def __init__(self, dataset: Dataset, records: Sequence[UUID]) -> None:
        self._records = records if Listeners(dataset.organization_id).hear_of_status else ()
        self._before = self._read()

    def changed(self) -> dict[UUID, bool]:
        """Record -> whether it is completed now, for those that were not as they are."""
        return {pk: completed for pk, completed in self._read().items() if completed != self._before[pk]}

    def _read(self) -> dict[UUID, bool]:
        if not self._records:
            return {}
        with connection.cursor() as cursor:
            cursor.execute(
                "select record_id, completed from feedback_queueitem where record_id = any(%s)"
                " order by record_id for no key update",
                [list(self._records)],
            )
            return dict(cursor.fetchall())
