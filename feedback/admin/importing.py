"""Importing from the admin: a file, then a look at what is in it and where each column goes, then a job."""

from __future__ import annotations

import json
from typing import Any, BinaryIO, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from accounts.admin.base import TenantAdmin
from accounts.admin.reach import who
from accounts.admin.refusals import REFUSALS
from core.errors import DomainError, Invalid
from core.schema import parse
from feedback.actions.uploads import begin_import, first_rows, keep_upload
from feedback.imports.mapping import Mapping, columns
from feedback.imports.targets import WHOLE, targets
from feedback.models import Dataset, Job
from feedback.models.jobs import State

SHOWN = 3  # rows in the preview
LONGEST = 120  # characters of a value in the preview


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        help_text="JSON Lines, JSON, CSV, TSV, Parquet, Arrow or a workbook; compressed, or several in a zip."
    )


def import_page(page: TenantAdmin, request: HttpRequest, dataset: Dataset) -> HttpResponse:
    """Take a file and keep it until it is known where its columns go."""
    if not dataset.is_published:
        page.message_user(
            request, "The dataset is a draft. Publish it before importing records.", messages.ERROR
        )
        return redirect("admin:feedback_dataset_change", dataset.pk)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = keep_upload(dataset, cast(BinaryIO, file), filename=file.name or "", by=who(request))
        except REFUSALS as why:
            form.add_error("file", str(why))
        else:
            return redirect("admin:feedback_job_columns", job.pk)
    context = {
        **page.admin_site.each_context(request),
        "title": f"Import into {dataset.name}",
        "opts": page.opts,
        "original": dataset,
        "form": form,
        "lead": "Each row becomes a record. You will see where its parts go before anything is imported.",
        "submit": "Upload",
    }
    return TemplateResponse(request, "admin/page_form.html", context, status=422 if form.errors else 200)


def columns_page(page: TenantAdmin, request: HttpRequest, job: Job) -> HttpResponse:
    """Where each column of a kept file goes; then the import begins."""
    if job.state != State.UPLOADED:
        page.message_user(request, "This import was started or canceled already.", messages.WARNING)
        return redirect("admin:feedback_job_change", job.pk)
    rows = first_rows(job)
    mapping = parse(Mapping, job.options["mapping"])
    names = columns(rows, mapping)
    chosen = {name: mapping.target(name, job.dataset.shape) for name in names}
    why: DomainError | None = None
    if request.method == "POST":
        chosen = {name: request.POST.get(f"target-{number}", "skip") for number, name in enumerate(names)}
        chosen |= {WHOLE: mapping.root[WHOLE]} if mapping.of_shape else {}
        try:
            begin_import(job, chosen)
        except REFUSALS as refusal:
            why = refusal
        else:
            page.message_user(request, "The import is on its way.", messages.SUCCESS)
            return redirect("admin:feedback_job_change", job.pk)
    errors = dict(why.errors) if isinstance(why, Invalid) else {}
    values = [dict(mapping.spread(row)) for row in rows[:SHOWN]]
    context = {
        **page.admin_site.each_context(request),
        "title": f"Import into {job.dataset.name}",
        "opts": page.opts,
        "original": job,
        "rows": [_column(name, chosen[name], values, job.dataset, errors) for name in names],
        "errors": [sentence for name, sentence in errors.items() if name not in names]
        or ([str(why)] if why and not errors else []),
    }
    return TemplateResponse(request, "admin/import_preview.html", context, status=422 if why else 200)


def _column(
    name: str, chosen: str, values: list[dict[str, Any]], dataset: Dataset, errors: dict[str, str]
) -> dict[str, Any]:
    return {
        "name": name,
        "examples": [_brief(row[name]) for row in values if name in row],
        "targets": targets(dataset.shape, name),
        "chosen": chosen,
        "error": errors.get(name, ""),
    }


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
