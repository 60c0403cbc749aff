"""Trying a job again that failed, was canceled, or whose file is gone: from where it was, or from the beginning."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import now

from accounts.audit import note
from core.errors import Conflict
from core.later import later
from feedback.again import why_not_again
from feedback.models import Job, JobProblem
from feedback.models.jobs import State


@transaction.atomic
def retry_job(job: Job) -> Job:
    """Ask for it again. What came in stays and does not come twice. `Conflict` if it cannot be tried again.

    Exports and the order of the queue begin anew, for what they read may have changed; everything else goes on at its
    checkpoint. An upload that was thrown away before it began waits for somebody to say what goes where.
    """
    job = Job.objects.select_for_update(no_key=True, of=("self",)).select_related("dataset").get(pk=job.pk)
    if reason := why_not_again(job):
        raise Conflict(reason)
    waits_for_somebody = job.checkpoint.get("uploaded", False)
    changes: dict[str, Any] = {
        "state": State.UPLOADED if waits_for_somebody else State.WAITING,
        "wants_cancel": False,
        "detail": "",
        "ended_at": None,
        "kept_until": None,
        "forgotten_at": None,
        "updated_at": now(),
        "checkpoint": {} if waits_for_somebody else job.checkpoint,
    }
    if job.begins_anew:
        changes |= {
            "checkpoint": {},
            "done": 0,
            "total": None,
            "counts": {},
            "files": [],
            "problems_count": 0,
            "started_at": None,
        }
        JobProblem.objects.filter(job=job)._raw_delete(using="default")
    for name, value in changes.items():
        setattr(job, name, value)
    job.save(update_fields=list(changes))
    note("job.retried", job.dataset, job=job.pk, kind=job.kind)
    if not waits_for_somebody:
        later(f"feedback.run_{job.kind}", str(job.organization_id), str(job.pk))
    return job
