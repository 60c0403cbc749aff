"""JSON about jobs: how far they are, what they made, and what they could not take in."""

from __future__ import annotations

from typing import Any, Literal, cast
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import ALL_MANAGERS, MANAGERS, Verb
from core.api import ApiView, path_id, query
from core.errors import NotFound
from core.operations import File, Listing, Time, operation
from core.workers import worker_is_alive
from feedback.actions.jobs import cancel_job
from feedback.api.datasets import fetch_dataset
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State
from feedback.reports.problems import TYPES, BadRows

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
JSON_LINES = "application/jsonl"
NOBODY_WORKS = "Waiting: no worker is running. Start one, and the job begins."


class Page(BaseModel):
    """Which rows, out of all."""

    offset: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=1000)


class ProblemsPage(Page):
    """The query of GET /jobs/{id}/errors: the rows themselves, or a report of what is wrong with them."""

    format: Literal["rows", "report"] | None = None


class JobStatusJson(TypedDict):
    """How a job goes, for those who may know no more about it."""

    id: UUID
    status: StatusName


class JobJson(JobStatusJson):
    """Long work. `status` and `id` are the contract's; `errors`: rows that could not come in; `detail`: a sentence."""

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
    inserted_at: Time
    started_at: Time | None
    ended_at: Time | None


class ProblemJson(TypedDict):
    """What is wrong with one row of a file. `file`: its name, where the import has several; `line`: where it begins."""

    file: str
    line: int | None
    column: str | None
    reason: str


def job_json(job: Job, *, works: bool) -> JobJson:
    """A job: the contract's keys, and ours. `works`: whether a worker is there."""
    waits_in_vain = job.state == State.WAITING and not works
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
        "detail": NOBODY_WORKS if waits_in_vain else job.detail,
        "filename": job.filename,
        "dataset_id": job.dataset_id,
        "inserted_at": job.inserted_at,
        "started_at": job.started_at,
        "ended_at": job.ended_at,
    }


def status_json(job: Job) -> JobStatusJson:
    """A job as any manager of the organization may have it."""
    return {"id": job.pk, "status": STATUS[job.state]}


def show_job(job: Job) -> JobJson:
    """One job as it stands now; asks for a worker only if that matters."""
    return job_json(job, works=job.state != State.WAITING or worker_is_alive())


def fetch_job(view: ApiView, job_id: str, verb: Verb = Verb.INSPECT) -> Job:
    """The job in the path: those who manage its dataset may follow, use and stop it."""
    return Job.objects.fetch(verb, view.by, pk=path_id(job_id, "job_id"))


class DatasetJobs(ApiView):
    """The jobs of a dataset, newest first."""

    @operation("list_jobs", MANAGERS, query=Page, gives={200: Listing[JobJson]})
    def get(self, request: Request, dataset_id: str) -> Reply:
        """List the jobs of a dataset, the newest first."""
        path_id(dataset_id, "dataset_id")
        page = query(request, Page)
        found = fetch_dataset(self, Verb.INSPECT, dataset_id).jobs.all()
        works = worker_is_alive()
        jobs = [job_json(job, works=works) for job in found[page.offset : page.offset + page.limit]]
        return Reply({"items": jobs, "total": found.count()})


class JobDetail(ApiView):
    """One job: all about it for those who manage its dataset, how it goes for every other manager."""

    @operation("get_job", ALL_MANAGERS, gives={200: JobJson | JobStatusJson})
    def get(self, request: Request, job_id: str) -> Reply:
        """Show how far a job is.

        Managers who do not belong to its workspace are told its `id` and `status`, and nothing else.
        """
        job = self._fetch(job_id)
        inspects = Dataset.objects.allowing(Verb.INSPECT, self.by).filter(pk=job.dataset_id).exists()
        return Reply(show_job(job) if inspects else status_json(job))

    def _fetch(self, job_id: str) -> Job:
        """Any text may be the id of a job (contract, endpoint 8): one that is no UUID is of none of ours."""
        try:
            pk = UUID(job_id)
        except ValueError:
            raise NotFound("There is no such job.") from None
        return Job.objects.fetch(Verb.FOLLOW, self.by, pk=pk)


class JobCancel(ApiView):
    """Stopping a job. What it did stays."""

    @operation("cancel_job", MANAGERS, gives={200: JobJson}, refuses={409})
    def post(self, request: Request, job_id: str) -> Reply:
        """Stop a job. What it did stays."""
        return Reply(show_job(cancel_job(fetch_job(self, job_id, Verb.EDIT))))


class JobErrors(ApiView):
    """The rows that an import could not take in, as they stood in the file; or a report of them."""

    @operation(
        "get_errors_of_job",
        MANAGERS,
        query=ProblemsPage,
        gives={200: [*map(File, TYPES.values()), Listing[ProblemJson]]},
    )
    def get(self, request: Request, job_id: str) -> HttpResponseBase:
        """Download the rows that an import could not take in, to correct them and import them again.

        With `format=report`, or if only JSON is accepted, what is wrong with them.
        """
        path_id(job_id, "job_id")
        page = query(request, ProblemsPage)
        job = fetch_job(self, job_id)
        wants_json = "application/json" in request.headers.get("Accept", "")
        if (page.format or ("report" if wants_json else "rows")) == "report":
            return self._report(job, page)
        rows = BadRows(job)
        return FileResponse(
            rows.file, as_attachment=True, filename=rows.name("-errors"), content_type=rows.type
        )

    def _report(self, job: Job, page: ProblemsPage) -> Reply:
        found = job.problems.values("file", "line", "column", "reason")[
            page.offset : page.offset + page.limit
        ]
        return Reply({"items": list(found), "total": job.problems_count})
