"""Importing from the admin: a file, then a look at what is in it and where each column goes, then a job."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, BinaryIO, cast
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.admin.base import TenantAdmin, who
from accounts.admin.refusals import REFUSALS
from core.errors import Invalid
from feedback.actions.jobs import sample, start_import
from feedback.imports.guess import guess
from feedback.imports.mapping import columns, targets
from feedback.models import Dataset

SALT = "feedback.admin.importing"
WAITING = "imports/waiting"
KEPT = 24 * 3600  # seconds that a file waits for the second page
SHOWN = 3  # rows in the preview
LONGEST = 120  # characters of a value in the preview


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(help_text="JSON Lines: one record on each line.")


def import_page(page: TenantAdmin, request: HttpRequest, dataset: Dataset) -> HttpResponse:
    """Take a file and show what is in it."""
    if not dataset.is_published:
        page.message_user(
            request, "The dataset is a draft. Publish it before importing records.", messages.ERROR
        )
        return redirect("admin:feedback_dataset_change", dataset.pk)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[Any] = form.cleaned_data["file"]
        try:
            sample(cast(BinaryIO, file), file.name or "")
        except REFUSALS as why:
            form.add_error("file", str(why))
        else:
            _forget_old()
            token = {
                "file": default_storage.save(f"{WAITING}/{uuid4().hex}", file),
                "name": file.name,
                "dataset": str(dataset.pk),
            }
            return _preview(page, request, dataset, signing.dumps(token, salt=SALT))
    lead = "Each line becomes a record. You will see where its parts go before anything is imported."
    return _show(page, request, dataset, "admin/page_form.html", form=form, lead=lead, submit="Upload")


def preview_page(page: TenantAdmin, request: HttpRequest, dataset: Dataset) -> HttpResponse:
    """Where each column goes; then the job."""
    if request.method != "POST":
        return redirect("admin:feedback_dataset_import", dataset.pk)
    return _preview(page, request, dataset, request.POST.get("token", ""))


def _preview(page: TenantAdmin, request: HttpRequest, dataset: Dataset, token: str) -> HttpResponse:
    kept = _kept(token, dataset)
    with default_storage.open(kept["file"], "rb") as opened:
        file = cast(BinaryIO, opened)
        _, rows = sample(file, kept["name"])
        guessed = guess(rows, dataset.shape)
        mapping: dict[str, str] = dict(guessed.root)
        errors: dict[str, str] = {}
        if "columns" in request.POST:
            names = json.loads(signing.loads(request.POST["columns"], salt=SALT))
            mapping = {
                name: request.POST.get(f"target-{number}", "skip") for number, name in enumerate(names)
            }
            try:
                job = start_import(dataset, file, filename=kept["name"], by=who(request), mapping=mapping)
            except REFUSALS as why:
                errors = (dict(why.errors) if isinstance(why, Invalid) else {}) or {"": str(why)}
            else:
                default_storage.delete(kept["file"])
                page.message_user(request, "The import is on its way.", messages.SUCCESS)
                return redirect("admin:feedback_job_change", job.pk)
    values = [dict(guessed.spread(row)) for row in rows[:SHOWN]]
    found = columns(rows, guessed)
    return _show(
        page,
        request,
        dataset,
        "admin/import_preview.html",
        token=token,
        filename=kept["name"],
        columns=signing.dumps(json.dumps(found), salt=SALT),
        rows=[_column(name, mapping, values, dataset, errors) for name in found],
        errors=[sentence for name, sentence in errors.items() if name not in found],
        is_wrong=bool(errors),
    )


def _column(
    name: str, mapping: dict[str, str], values: list[dict[str, Any]], dataset: Dataset, errors: dict[str, str]
) -> dict[str, Any]:
    return {
        "name": name,
        "examples": [_brief(row.get(name)) for row in values],
        "targets": targets(dataset.shape, name),
        "chosen": mapping.get(name, "skip"),
        "error": errors.get(name, ""),
    }


def _brief(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _kept(token: str, dataset: Dataset) -> dict[str, str]:
    """The file of the first page, if it was uploaded for this dataset not long ago."""
    try:
        kept: dict[str, str] = signing.loads(token, salt=SALT, max_age=KEPT)
    except signing.BadSignature:
        raise Invalid("This upload is no longer known. Upload the file again.") from None
    if kept["dataset"] != str(dataset.pk) or not default_storage.exists(kept["file"]):
        raise Invalid("This upload is no longer known. Upload the file again.")
    return kept


def _forget_old() -> None:
    """Delete files whose second page nobody came to."""
    if not default_storage.exists(WAITING):
        return
    oldest = timezone.now() - timedelta(seconds=KEPT)
    for name in default_storage.listdir(WAITING)[1]:
        if default_storage.get_modified_time(f"{WAITING}/{name}") < oldest:
            default_storage.delete(f"{WAITING}/{name}")


def _show(
    page: TenantAdmin, request: HttpRequest, dataset: Dataset, template: str, **context: Any
) -> HttpResponse:
    form = context.get("form")
    wrong = context.get("is_wrong") or (form is not None and form.errors)
    around = {"title": f"Import into {dataset.name}", "opts": page.opts, "original": dataset}
    full = {**page.admin_site.each_context(request), **around, **context}
    return TemplateResponse(request, template, full, status=422 if wrong else 200)
