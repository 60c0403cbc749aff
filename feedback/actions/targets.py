"""How many answers each record wants, of whom, and when its turn is: as the rules of its dataset say."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from feedback.actions import answers, record_rows
from feedback.events import announce_status
from feedback.models import Dataset, LabelerTally, Record
from feedback.models.rules import Order

CHUNK = 5000


def reckon(dataset: Dataset, records: Sequence[UUID]) -> dict[UUID, bool]:
    """Let the rules say what they mean for records that are new or were changed. Returns as `answers.recount` does."""
    if not records or dataset.rules.is_plain:
        return {}
    return answers.recount(dataset, records, by_rules=True)


def reckon_scores(dataset: Dataset, records: Sequence[UUID]) -> None:
    """The same after suggestions changed, of whose scores only the order may depend."""
    if dataset.rules.order == Order.SCORE:
        reckon(dataset, records)


def refresh_targets(dataset_id: str) -> None:
    """Make every record follow the rules that its dataset has now; chunk by chunk, each by the rules of then."""
    after = -1
    while True:
        with transaction.atomic():
            dataset = Dataset.objects.filter(pk=dataset_id).first()
            if dataset is None:
                return
            rows = Record.objects.filter(dataset=dataset, position__gt=after).order_by("position")[:CHUNK]
            found = list(rows.values_list("pk", "position"))
            record_rows.lock(dataset)
            if not found:
                record_rows.hold(dataset, [])
                LabelerTally.objects.filter(dataset=dataset).update(cursor=-1, second_cursor=-1, lap_at=None)
                return
            changed = answers.recount(dataset, [pk for pk, _ in found], by_rules=True)
            announce_status(dataset, changed)
        after = found[-1][1]
