"""Bringing records in and taking them out: uploads and exports."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request
from feedback import exports
from feedback.actions.jobs import start_export
from feedback.actions.uploads import keep_upload
from feedback.exports.controls import controls
from feedback.file_forms import ExportForm, HubForm, PushForm, UploadForm
from feedback.models import Dataset
from feedback.reports.job_progress import pace

RECENT = 5


@require_GET
def dataset_files(request: Request, pk: UUID) -> HttpResponse:
    """The tab Import and export."""
    return files_page(request, Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk))


@require_POST
def upload(request: Request, pk: UUID) -> HttpResponse:
    """Keep a file, and show what would become of it."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = keep_upload(dataset, file, filename=file.name, by=request.membership)
        except DomainError as error:
            explain(form, Invalid(str(error), {"file": str(error)}))
        else:
            return redirect("mapping", request.organization.slug, job.pk)
    return files_page(request, dataset, upload_form=form)


@require_POST
def export(request: Request, pk: UUID, format: str) -> HttpResponse:
    """Begin an export."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = _export_form(dataset, exports.kinds[format](), request.POST)
    if form.is_valid():
        try:
            job = start_export(dataset, format=format, options=form.options(), by=request.membership)
        except Invalid as error:
            explain(cast(forms.Form, form), error)
        else:
            return redirect("job", request.organization.slug, job.pk)
    return files_page(request, dataset, export_forms={format: form})


def files_page(request: Request, dataset: Dataset, **given: Any) -> HttpResponse:
    """The whole tab. `given`: the forms that were sent and do not fit."""
    suitable = [kind() for kind in exports.kinds if kind().suits(dataset.shape)]
    sent = given.get("export_forms", {})
    offered = [(kind, sent.get(kind.name) or _export_form(dataset, kind)) for kind in suitable]
    upload_form = given.get("upload_form") or UploadForm()
    recent = dataset.jobs.select_related("by", "dataset")[:RECENT]
    context = {
        "nav": "datasets",
        "tab": "files",
        "dataset": dataset,
        "upload_form": upload_form,
        "hub_form": given.get("hub_form") or HubForm(prefix="hub"),
        "push_form": given.get("push_form") or PushForm(prefix="push"),
        "exports": offered,
        "unsuitable": [kind for kind in exports.kinds if not kind().suits(dataset.shape)],
        "jobs": [pace(job) for job in recent],
    }
    wrong = any(form.errors for name, form in given.items() if name != "export_forms")
    wrong = wrong or any(form.errors for form in sent.values())
    return render(request, "feedback/dataset_files.html", context, status=422 if wrong else 200)


def _export_form(dataset: Dataset, kind: Any, data: Any = None) -> ExportForm:
    return ExportForm(data, controls=controls(kind, dataset.shape), prefix=kind.name)
