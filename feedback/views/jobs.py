"""Long work: what runs, how far it is, what came of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import Verb
from core.errors import Conflict
from core.http import Request
from feedback.actions.jobs import cancel_job
from feedback.actions.retrying import retry_job
from feedback.actions.taking_back import can_be_taken_back
from feedback.file_forms import PushForm
from feedback.models import Job
from feedback.models.jobs import State
from feedback.reports.job_progress import pace
from feedback.reports.problems import BadRows

FIRST_PROBLEMS = 10
JSON_LINES = "application/jsonl"


@require_GET
@never_cache
def job(request: Request, pk: UUID) -> HttpResponse:
    """One job. While it runs, the page asks for its middle every second."""
    found = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if found.state == State.UPLOADED:
        page = reverse("mapping", args=(request.organization.slug, found.pk))
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)
    return job_page(request, found)


def job_page(request: Request, found: Job, push_form: PushForm | None = None) -> HttpResponse:
    """The whole page, or what changes of it. `push_form`: as it was sent, if it does not fit."""
    has_problems = found.problems_count and not found.forgotten_at
    context = {
        "nav": "jobs",
        "job": found,
        "pace": pace(found),
        "can_undo": found.is_about_answers and can_be_taken_back(found),
        "problems": found.problems.all()[:FIRST_PROBLEMS] if has_problems else (),
        "further": max(0, found.problems_count - FIRST_PROBLEMS),
    }
    if found.files:
        context["push_form"] = push_form or PushForm(prefix="push")
    page = "feedback/job.html#live" if request.htmx else "feedback/job.html"
    return render(request, page, context, status=422 if push_form else 200)


@require_POST
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Stop it; an upload that was not started is thrown away."""
    found = cancel_job(Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk))
    messages.success(
        request,
        gettext("Canceled.")
        if found.has_ended
        else gettext("It stops after the rows that are on their way."),
    )
    return _back(request, found)


@require_POST
def retry(request: Request, pk: UUID) -> HttpResponse:
    """Try it again."""
    found = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    try:
        found = retry_job(found)
    except Conflict as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            gettext("It begins anew.") if found.begins_anew else gettext("It goes on where it was."),
        )
    return _back(request, found)


def _back(request: Request, job: Job) -> HttpResponse:
    """To the list, if that was where the button stood; else to the job."""
    if request.POST.get("from") == "list":
        return redirect("jobs", request.organization.slug)
    return redirect("job", request.organization.slug, job.pk)


@require_GET
def problems(request: Request, pk: UUID) -> HttpResponseBase:
    """The rows that could not come in, as they stood in the file."""
    found = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    rows = BadRows(found)
    return FileResponse(
        rows.file, as_attachment=True, filename=rows.name(" to correct"), content_type=rows.type
    )
