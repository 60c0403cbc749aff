"""Bringing records in and taking them out: uploads and exports."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request, id_in
from feedback.actions import sources
from feedback.actions.resuming import drop_upload, keep_uploads
from feedback.actions.uploads import keep_prefix, keep_upload
from feedback.file_forms import HubForm, PrefixForm, PushForm, UploadForm
from feedback.imports.archive import bundled
from feedback.models import Dataset, UploadSession
from feedback.parts_of_files import part_size
from feedback.reports.job_list import Wanted
from feedback.reports.job_progress import paces
from feedback.views.job_list import Watching

RECENT = 5


@require_GET
def dataset_files(request: Request, pk: UUID) -> HttpResponse:
    """The tab Import and export."""
    return files_page(request, Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk))


@require_POST
def upload(request: Request, pk: UUID) -> HttpResponse:
    """Keep files, and show what would become of them."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = UploadForm(request.POST, request.FILES)
    sent = _sent_in_parts(request, dataset)
    form.fields["file"].required = not sent
    if form.is_valid():
        try:
            if sent:
                job = keep_uploads(dataset, sent, by=request.membership)
            else:
                file, name = bundled([(one, one.name) for one in form.cleaned_data["file"]])
                job = keep_upload(dataset, file, filename=name, by=request.membership)
        except DomainError as error:
            explain(form, Invalid(str(error), {"file": str(error)}))
            for session in sent:
                drop_upload(session)  # it would be refused again
        else:
            return redirect("mapping", request.organization.slug, job.pk)
    return files_page(request, dataset, upload_form=form)


def _sent_in_parts(request: Request, dataset: Dataset) -> list[UploadSession]:
    """The uploads that the form names, in its order."""
    ids = map(id_in, request.POST.getlist("upload"))
    return [
        UploadSession.objects.fetch(Verb.MANAGE, request.membership, pk=one, dataset=dataset) for one in ids
    ]


@require_POST
def look_at_folder(request: Request, pk: UUID) -> HttpResponse:
    """The same for files in a folder that the operator opened to the organization."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = PrefixForm(request.POST, prefix="below")
    if form.is_valid():
        try:
            job = keep_prefix(dataset, form.cleaned_data["folder"], by=request.membership)
        except DomainError as error:
            explain(form, Invalid(str(error), {"folder": str(error)}))
        else:
            return redirect("mapping", request.organization.slug, job.pk)
    return files_page(request, dataset, prefix_form=form)


def files_page(request: Request, dataset: Dataset, **given: Any) -> HttpResponse:
    """The whole tab. `given`: the forms that were sent and do not fit."""
    upload_form = given.get("upload_form") or UploadForm()
    recent = paces(list(dataset.jobs.select_related("by", "dataset")[:RECENT]))
    context = {
        "nav": "datasets",
        "tab": "files",
        "dataset": dataset,
        "upload_form": upload_form,
        "part_size": part_size(),
        "unfinished": UploadSession.objects.allowing(Verb.MANAGE, request.membership).filter(dataset=dataset),
        "prefix_form": given.get("prefix_form")
        or (PrefixForm(prefix="below") if sources.is_open() else None),
        "hub_form": given.get("hub_form") or HubForm(prefix="hub"),
        "push_form": given.get("push_form") or PushForm(prefix="push"),
        "jobs": recent,
        "watching": Watching.of(recent, Wanted(dataset=dataset.pk)),
    }
    wrong = any(form.errors for form in given.values())
    return render(request, "feedback/dataset_files.html", context, status=422 if wrong else 200)
