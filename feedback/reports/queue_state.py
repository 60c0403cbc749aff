"""What goes on in the queue of a dataset."""

from __future__ import annotations

from feedback.models import Dataset, Job
from feedback.models.jobs import ENDED, JobKind


def put_in_order_by(dataset: Dataset) -> Job | None:
    """The job that puts the queue in order now; None if it is."""
    return Job.objects.filter(dataset=dataset, kind=JobKind.RULES).exclude(state__in=ENDED).first()
