"""The files that an export made: downloaded one at a time or all at once, sent to the Hub."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.downloads import one_file, zip_file
from core.errors import DomainError, NotFound
from core.http import Request
from feedback.actions.export_files import download_file, download_zip, file_of
from feedback.actions.hub import start_hub_folder
from feedback.file_forms import PushForm
from feedback.models import Job
from feedback.views.jobs import job_page


@require_GET
def result(request: Request, pk: UUID) -> HttpResponseBase:
    """The file with the rows, or all files in one."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if not job.data_files:
        raise NotFound(gettext("This job has no file, or has none yet."))
    [first, *others] = job.data_files
    return _zip(job) if others else _file(job, first["name"])


@require_GET
def every_file(request: Request, pk: UUID) -> HttpResponseBase:
    """All files in one."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if not job.files:
        raise NotFound(gettext("This job has no file, or has none yet."))
    return _zip(job)


@require_GET
def named_file(request: Request, pk: UUID, name: str) -> HttpResponseBase:
    """One of the files."""
    return _file(Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk), name)


@require_POST
@sensitive_post_parameters("push-token")
def push(request: Request, pk: UUID) -> HttpResponse:
    """Begin a push of all files to the Hub."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = PushForm(request.POST, prefix="push")
    if form.is_valid():
        try:
            begun = start_hub_folder(job, **form.cleaned_data, by=request.membership)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("job", request.organization.slug, begun.pk)
    return job_page(request, job, push_form=form)


def _file(job: Job, name: str) -> HttpResponseBase:
    found = file_of(job, name)
    called = f"{job.dataset.name} {job.format} {name}".replace("/", " ")
    return one_file(download_file(job, name), called, found["bytes"])


def _zip(job: Job) -> HttpResponseBase:
    return zip_file(download_zip(job), f"{job.dataset.name} {job.format}.zip".replace("/", " "))
