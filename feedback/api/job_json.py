"""The shape of jobs: the contract's keys, and ours."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from typing_extensions import TypedDict

from core.operations import Time
from feedback.models import Job
from feedback.models.jobs import JobKind, State
from feedback.reports.job_progress import Pace, pace
from feedback.reports.waiting import Reason

# Our states in the contract's words (section 4.12).
StatusName = Literal[
    "queued", "started", "finished", "failed", "deferred", "scheduled", "stopped", "canceled"
]
STATUS: dict[str, StatusName] = {
    State.UPLOADED: "deferred",
    State.WAITING: "queued",
    State.RUNNING: "started",
    State.FINISHED: "finished",
    State.FAILED: "failed",
    State.CANCELED: "canceled",
}
IN_VAIN = {
    "no_worker": "Waiting: no worker is running. Start one, and the job begins.",
    "broker_away": "Waiting: the broker does not answer. The job begins within a minute of its return.",
}


class JobStatusJson(TypedDict):
    """How a job goes, for those who may know no more about it."""

    id: UUID
    status: StatusName


class JobJson(JobStatusJson):
    """Long work. `status` and `id` are the contract's; `errors`: rows that could not come in; `detail`: a sentence.

    `waits_because`: while it waits, and `jobs_before` it in your organization. `rate`: rows a second, while that is
    known; `seconds_left`: by that rate. `user_id`: who began it. `kept_until`: when its files are deleted, null for
    never; `forgotten_at`: when they were. `can_be_retried`: whether POST /jobs/{id}/retry would do something.
    """

    kind: JobKind
    format: str
    state: State
    done: int
    total: int | None
    errors: int
    counts: dict[str, Any]
    detail: str
    filename: str
    dataset_id: UUID
    user_id: UUID | None
    waits_because: Reason | None
    jobs_before: int | None
    rate: float | None
    seconds_left: int | None
    can_be_retried: bool
    inserted_at: Time
    started_at: Time | None
    ended_at: Time | None
    kept_until: Time | None
    forgotten_at: Time | None


class JobsJson(TypedDict):
    """Jobs, the newest first. `next`: what to give as `before` for those that follow; null if there are none."""

    items: list[JobJson]
    next: UUID | None


def job_json(one: Pace) -> JobJson:
    """A job: the contract's keys, and ours."""
    job, waits = one.job, one.waits
    return {
        "id": job.pk,
        "status": STATUS[job.state],
        "kind": cast(JobKind, job.kind),
        "format": job.format,
        "state": cast(State, job.state),
        "done": job.done,
        "total": job.total,
        "errors": job.problems_count,
        "counts": job.counts,
        "detail": IN_VAIN.get(waits.reason, job.detail) if waits else job.detail,
        "filename": job.filename,
        "dataset_id": job.dataset_id,
        "user_id": job.by_id,
        "waits_because": waits.reason if waits else None,
        "jobs_before": waits.before if waits and not waits.in_vain else None,
        "rate": one.rate,
        "seconds_left": one.left,
        "can_be_retried": one.why_not_again is None,
        "inserted_at": job.inserted_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
        "kept_until": job.kept_until,
        "forgotten_at": job.forgotten_at,
    }


def status_json(job: Job) -> JobStatusJson:
    """A job as any manager of the organization may have it."""
    return {"id": job.pk, "status": STATUS[job.state]}


def show_job(job: Job) -> JobJson:
    """One job as it stands now; asks for a worker only if that matters."""
    return job_json(pace(job))
