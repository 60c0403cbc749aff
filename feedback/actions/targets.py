"""How many answers each record wants."""

from __future__ import annotations

from django.db import transaction

from feedback.actions import answers, record_rows
from feedback.events import announce_status
from feedback.models import Dataset, Record

CHUNK = 5000


def refresh_targets(dataset_id: str) -> None:
    """Make every record want what its dataset says now; chunk by chunk, and again if that changed meanwhile."""
    after = -1
    while True:
        with transaction.atomic():
            dataset = Dataset.objects.filter(pk=dataset_id).first()
            if dataset is None:
                return
            rows = Record.objects.filter(dataset=dataset, position__gt=after).order_by("position")[:CHUNK]
            found = list(rows.values_list("pk", "position"))
            if not found:
                return
            record_rows.lock(dataset)
            changed = answers.recount(dataset, [pk for pk, _ in found], target=dataset.min_submitted)
            announce_status(dataset, changed)
        after = found[-1][1]
