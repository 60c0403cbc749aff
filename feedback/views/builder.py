"""What a dataset is made of, and its guidelines: the tabs Settings and Guidelines."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from core.markdown import render_guidelines
from feedback.actions.datasets import update_dataset
from feedback.forms import DatasetForm, GuidelinesForm
from feedback.models import Dataset, GuidelinesVersion
from feedback.reports.tasks_in_words import sections


@require_http_methods(["GET", "POST"])
def dataset_settings(request: Request, pk: UUID) -> HttpResponse:
    """Name and number of answers; fields, questions and metadata; publishing."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = DatasetForm(request.POST or None, dataset=dataset)
    if request.method == "POST" and form.is_valid():
        try:
            update_dataset(dataset, by=request.membership, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
            dataset.refresh_from_db()
        else:
            messages.success(request, gettext("The settings are saved."))
            return redirect("dataset_settings", request.organization.slug, dataset.pk)
    return settings_page(request, dataset, form=form)


@require_http_methods(["GET", "POST"])
def guidelines(request: Request, pk: UUID) -> HttpResponse:
    """Write them; saving other words makes a new version."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = GuidelinesForm(request.POST or None, initial={"guidelines": dataset.guidelines})
    if request.method == "POST" and form.is_valid():
        try:
            update_dataset(dataset, by=request.membership, guidelines=form.cleaned_data["guidelines"])
        except DomainError as error:
            explain(form, error)
            dataset.refresh_from_db()
        else:
            messages.success(
                request, gettext("Saved as version %(number)s.") % {"number": dataset.guidelines_version}
            )
            return redirect("guidelines", request.organization.slug, dataset.pk)
    context = {"versions": dataset.guidelines_versions.select_related("author")[:20], "form": form}
    context["html"] = render_guidelines(form["guidelines"].value() or "")[0]
    return _tab(request, "feedback/guidelines.html", dataset, "guidelines", context, wrong=bool(form.errors))


@require_POST
def preview_guidelines(request: Request, pk: UUID) -> HttpResponse:
    """How what was typed will look."""
    Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    html = render_guidelines(request.POST.get("guidelines", "")[:10_000])[0]
    return render(request, "feedback/guidelines.html#preview", {"html": html})


@require_GET
def guidelines_version(request: Request, pk: UUID, number: int) -> HttpResponse:
    """The guidelines as they stood."""
    version = GuidelinesVersion.objects.fetch(Verb.MANAGE, request.membership, dataset=pk, number=number)
    context = {"version": version, "html": render_guidelines(version.text)[0]}
    return _tab(request, "feedback/guidelines_version.html", version.dataset, "guidelines", context)


def settings_page(
    request: Request, dataset: Dataset, *, form: DatasetForm | None = None, missing: DomainError | None = None
) -> HttpResponse:
    """The tab Settings. `missing`: why it cannot be published."""
    shown = form or DatasetForm(None, dataset=dataset)
    context = {"form": shown, "missing": missing, "sections": sections(dataset)}
    wrong = bool(missing or shown.errors)
    return _tab(request, "feedback/dataset_settings.html", dataset, "settings", context, wrong=wrong)


def _tab(
    request: Request, page: str, dataset: Dataset, tab: str, context: dict[str, Any], *, wrong: bool = False
) -> HttpResponse:
    about = {"nav": "datasets", "dataset": dataset, "tab": tab}
    return render(request, page, about | context, status=422 if wrong else 200)
