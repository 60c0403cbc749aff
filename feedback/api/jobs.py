"""JSON about jobs: how far they are, what they made, and what they could not take in."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from pydantic import BaseModel, Field
from rest_framework.request import Request
from rest_framework.response import Response as Reply
from typing_extensions import TypedDict

from accounts.access import ALL_MANAGERS, MANAGERS, Verb, demand
from core.api import ApiView, path_id, query
from core.errors import NotFound
from core.operations import File, Listing, operation
from feedback.actions.jobs import cancel_job
from feedback.actions.retrying import retry_job
from feedback.api.datasets import fetch_dataset
from feedback.api.job_json import JobJson, JobsJson, JobStatusJson, job_json, show_job, status_json
from feedback.models import Dataset, Job
from feedback.models.jobs import JobKind, State
from feedback.reports.job_list import Wanted, jobs_page
from feedback.reports.job_progress import paces
from feedback.reports.problems import TYPES, BadRows

JSON_LINES = "application/jsonl"


class Page(BaseModel):
    """Which rows, out of all."""

    offset: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=1000)


class ProblemsPage(Page):
    """The query of GET /jobs/{id}/errors: the rows themselves, or a report of what is wrong with them."""

    format: Literal["rows", "report"] | None = None


class JobsPage(BaseModel):
    """The query of GET /jobs. `mine`: those that you began; `before`: the id of the last one that you have."""

    state: State | None = None
    kind: JobKind | None = None
    dataset_id: UUID | None = None
    mine: bool = False
    before: UUID | None = None
    limit: int = Field(50, ge=1, le=1000)


class ProblemJson(TypedDict):
    """What is wrong with one row of a file. `file`: its name, where the import has several; `line`: where it begins."""

    file: str
    line: int | None
    column: str | None
    reason: str


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
        jobs = paces(list(found[page.offset : page.offset + page.limit]))
        return Reply({"items": [job_json(one) for one in jobs], "total": found.count()})


class Jobs(ApiView):
    """All jobs that one manages."""

    @operation("list_all_jobs", ALL_MANAGERS, query=JobsPage, gives={200: JobsJson})
    def get(self, request: Request) -> Reply:
        """List the jobs of all datasets that you manage, the newest first.

        Ask for the next page with `before`: the `next` of this one. However many there are, a page costs the same.
        """
        asked = query(request, JobsPage)
        demand(Verb.INSPECT, self.by)
        wanted = Wanted(
            state=asked.state, kind=asked.kind, dataset=asked.dataset_id, mine=asked.mine, before=asked.before
        )
        found = jobs_page(wanted, self.by, asked.limit + 1)
        shown = [job_json(one) for one in paces(found[: asked.limit])]
        return Reply({"items": shown, "next": shown[-1]["id"] if len(found) > asked.limit else None})


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


class JobRetry(ApiView):
    """Trying a job again."""

    @operation("retry_job", MANAGERS, gives={200: JobJson}, refuses={409})
    def post(self, request: Request, job_id: str) -> Reply:
        """Try a job again that failed or was canceled, or make the file of an export anew that was deleted.

        Exports begin at the beginning; everything else goes on where it was, so that nothing is done twice.
        """
        return Reply(show_job(retry_job(fetch_job(self, job_id, Verb.EDIT))))


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
