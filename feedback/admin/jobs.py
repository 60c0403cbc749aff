"""Jobs in the admin: watched, canceled, their files downloaded."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.access import Verb
from accounts.admin.base import TenantAdmin
from accounts.admin.reach import ReachableFilter
from core.downloads import one_file, zip_file
from feedback.actions.export_files import download_file, download_zip
from feedback.actions.jobs import cancel_job
from feedback.actions.retrying import retry_job
from feedback.admin import shown
from feedback.admin.importing import columns_page
from feedback.models import Job
from feedback.reports.problems import BadRows

TONES = {"finished": "ok", "failed": "danger", "running": "accent"}
SHOWN = 50  # problems on the page; the file has all


@admin.register(Job)
class JobAdmin(TenantAdmin):
    """Imports and exports, newest first."""

    product_page = ("job", "pk")
    asks_first: ClassVar = {
        "cancel": "What is done so far stays. They can be retried later.",
        "retry": "They go on where they were; exports and the order of the queue begin anew.",
    }
    list_display = ("__str__", "format", "status", "progress", "problems_count", "by", "inserted_at")
    list_filter = ("kind", "state", ("dataset", ReachableFilter))
    list_select_related = ("dataset", "by")
    ordering = ("-id",)  # ids come in the order of time, and have an index in each organization
    search_fields = ("id", "dataset__name", "by__username", "filename", "format")
    search_help_text = "Dataset, file, format, username, or the id"
    actions = ("cancel", "retry")
    change_form_template = "admin/job.html"
    fields = (
        "kind", "dataset", "status", "progress", "detail", "files", "problems", "format", "given", "filename", "by",
        "inserted_at", "started_at", "ended_at",
    )  # fmt: skip

    @admin.display(description="state", ordering="state")
    def status(self, job: Job) -> SafeString:
        """In a word."""
        word = "Stopping" if job.wants_cancel and not job.has_ended else job.get_state_display()
        return format_html('<span class="tag {}">{}</span>', TONES.get(job.state, ""), word)

    @admin.display
    def progress(self, job: Job) -> str:
        """Rows done, of how many."""
        if job.total is None:
            return f"{job.done:,} rows" if job.done else "–"
        return f"{job.done:,} of {job.total:,} ({job.percent or 0} %)"

    @admin.display(description="files")
    def files(self, job: Job) -> SafeString:
        """What can be downloaded."""
        return shown.rendered("job_files", job=job)

    @admin.display(description="problems")
    def problems(self, job: Job) -> SafeString:
        """The first rows that could not come in."""
        rows = [(one, bytes(one.row[:200]).decode("utf-8", "replace")) for one in job.problems.all()[:SHOWN]]
        return shown.rendered("job_problems", job=job, rows=rows, shown=SHOWN)

    @admin.display(description="options")
    def given(self, job: Job) -> SafeString:
        """As they were chosen."""
        return shown.rendered("pairs", pairs=job.chosen.items())

    @admin.action(description="Cancel", permissions=["manage"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """At once if it waits, else after the rows that are on their way."""
        for job in queryset:
            self._cancel(request, self.held(request, Verb.MANAGE, job.pk))

    @admin.action(description="Retry", permissions=["manage"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Those that failed or were canceled, each by itself: some cannot, and say why."""
        said = "is tried again."
        self.one_by_one(request, queryset, Verb.MANAGE, retry_job, log="Retried.", said=said)

    def has_manage_permission(self, request: HttpRequest) -> bool:
        """For the action."""
        return self.may(request, Verb.MANAGE)

    def _cancel(self, request: HttpRequest, job: Job) -> None:
        if job.has_ended:
            self.message_user(request, f"{job} has ended already.", messages.WARNING)
            return
        cancel_job(job)
        self.log_change(request, job, "Canceled.")
        self.message_user(request, f"{job} is canceled. What came in stays.", messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("columns", self.choose_columns),
            ("cancel", self.cancel_one),
            ("download", self.download),
            ("problems", self.download_problems),
        )
        ours = [
            path(f"<uuid:pk>/{name}/", self.admin_site.admin_view(view), name=f"feedback_job_{name}")
            for name, view in pages
        ]
        return [*ours, *super().get_urls()]

    def choose_columns(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """Of an uploaded file that waits for it."""
        return columns_page(self, request, self._managed(request, pk))

    def cancel_one(self, request: HttpRequest, pk: Any) -> HttpResponse:
        """By the button on its page."""
        job = self._managed(request, pk)
        if request.method == "POST":
            self._cancel(request, job)
        return redirect("admin:feedback_job_change", pk)

    def download(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """The file with the rows, or all files in one."""
        job = self._managed(request, pk)
        if not job.data_files:
            raise Http404("This job has no file.")
        [first, *others] = job.data_files
        if others:
            return zip_file(download_zip(job), f"{job.dataset.name}-{job.format}.zip")
        return one_file(
            download_file(job, first["name"]), f"{job.dataset.name}-{job.filename}", first["bytes"]
        )

    def download_problems(self, request: HttpRequest, pk: Any) -> HttpResponseBase:
        """The rows that could not come in, as they stood in the file: to be corrected and imported."""
        rows = BadRows(self._managed(request, pk))
        return FileResponse(rows.file, as_attachment=True, filename=f"problems-{rows.name('')}")

    def _managed(self, request: HttpRequest, pk: Any) -> Job:
        if not self.has_view_permission(request):
            raise PermissionDenied
        job: Job = self.held(request, Verb.MANAGE, pk)
        return job
