"""Bringing records in and taking them out: uploads, where columns go, exports."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request, id_in
from core.schema import parse
from feedback import exports
from feedback.actions.jobs import start_export
from feedback.actions.resuming import drop_upload, keep_uploads
from feedback.actions.uploads import begin_import, keep_upload, mapped_rows
from feedback.exports.controls import controls
from feedback.file_forms import ExportForm, HubForm, PushForm, UploadForm, mapping_from
from feedback.imports.mapping import Mapping
from feedback.models import Dataset, Job, UploadSession
from feedback.models.jobs import State
from feedback.parts_of_files import part_size
from feedback.reports.job_list import Wanted
from feedback.reports.job_progress import paces
from feedback.reports.preview import preview
from feedback.views.job_list import Watching

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
    sent = _sent_in_parts(request, dataset)
    form.fields["file"].required = not sent
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            if sent:
                job = keep_uploads(dataset, sent, by=request.membership)
            else:
                job = keep_upload(dataset, file, filename=file.name, by=request.membership)
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


@require_http_methods(["GET", "POST"])
def mapping(request: Request, pk: UUID) -> HttpResponse:
    """Where the columns of a kept file go: correct the guess, look at the first rows, begin."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if job.state != State.UPLOADED:
        return redirect("job", request.organization.slug, job.pk)
    chosen, problem = job.options["mapping"], None
    if request.method == "POST":
        chosen = mapping_from(request.POST)
        if "look" not in request.POST:
            try:
                begin_import(job, chosen)
            except Invalid as error:
                problem = error
            else:
                return redirect("job", request.organization.slug, job.pk)
    return _mapping_page(request, job, chosen, problem)


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
    recent = paces(list(dataset.jobs.select_related("by", "dataset")[:RECENT]))
    context = {
        "nav": "datasets",
        "tab": "files",
        "dataset": dataset,
        "upload_form": upload_form,
        "part_size": part_size(),
        "unfinished": UploadSession.objects.allowing(Verb.MANAGE, request.membership).filter(dataset=dataset),
        "hub_form": given.get("hub_form") or HubForm(prefix="hub"),
        "push_form": given.get("push_form") or PushForm(prefix="push"),
        "exports": offered,
        "unsuitable": [kind for kind in exports.kinds if not kind().suits(dataset.shape)],
        "jobs": recent,
        "watching": Watching.of(recent, Wanted(dataset=dataset.pk)),
    }
    wrong = any(form.errors for name, form in given.items() if name != "export_forms")
    wrong = wrong or any(form.errors for form in sent.values())
    return render(request, "feedback/dataset_files.html", context, status=422 if wrong else 200)


def _export_form(dataset: Dataset, kind: Any, data: Any = None) -> ExportForm:
    return ExportForm(data, controls=controls(kind, dataset.shape), prefix=kind.name)


def _mapping_page(
    request: Request, job: Job, chosen: dict[str, str], problem: Invalid | None
) -> HttpResponse:
    columns = parse(Mapping, chosen, sentence="This mapping does not work.")
    context = {
        "nav": "datasets",
        "tab": "files",
        "dataset": job.dataset,
        "job": job,
        "preview": preview(mapped_rows(job, columns), columns, job.dataset.shape),
        "problem": problem,
    }
    page = "feedback/mapping.html#work" if request.htmx else "feedback/mapping.html"
    return render(request, page, context, status=422 if problem else 200)
