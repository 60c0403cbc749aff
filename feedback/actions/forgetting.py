"""Deleting files that nobody needs any more: always after the transaction that says so is real."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from feedback.models import Dataset, Job, JobProblem, UploadSession

AT_ONCE = 50  # jobs


def delete_later(names: Iterable[str]) -> None:
    """Delete these files once the transaction is real. One that cannot be deleted keeps none of the others."""
    for name in names:
        transaction.on_commit(partial(default_storage.delete, name), robust=True)


@transaction.atomic
def forget_files() -> int:
    """Delete files of jobs, and rows that could not come in, whose time is over; of how many jobs."""
    due = Job.objects.filter(kept_until__lt=now(), forgotten_at=None).order_by("kept_until")
    old = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",))[:AT_ONCE])
    for job in old:
        delete_later(job.stored)
    ids = [job.pk for job in old]
    JobProblem.objects.filter(job__in=ids)._raw_delete(using="default")
    Job.objects.filter(pk__in=ids).update(source="", result="", files=[], forgotten_at=now())
    return len(old)


def forget_all(dataset: Dataset) -> None:
    """Delete all files of a dataset that goes."""
    for job in dataset.jobs.all():
        delete_later(job.stored)
    delete_later(filter(None, dataset.snapshots.values_list("data", flat=True)))
    for session in dataset.uploads.all():
        forget_parts(session)


def forget_parts(session: UploadSession) -> None:
    """Delete what has come of a file, and what may have come of a part that was never noted."""
    offsets = {*session.parts.values_list("offset", flat=True), session.received}
    delete_later(session.name_at(offset) for offset in sorted(offsets))
