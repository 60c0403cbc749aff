"""Datasets: which there are, new ones, publishing and deleting."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request, say_with_undo
from feedback.actions.datasets import delete_dataset, publish_dataset
from feedback.actions.drafts import begin_dataset
from feedback.forms import DeleteForm, NewDatasetForm
from feedback.models import Dataset
from feedback.presets import PRESETS
from feedback.reports.catalog import entries
from feedback.views.builder import settings_page
from workspaces.views.nowhere import says_why_it_is_empty

PER_PAGE = 25


@require_GET
@says_why_it_is_empty("datasets")
def datasets(request: Request) -> HttpResponse:
    """All that one may see, newest first, with a search by name."""
    found = Dataset.objects.allowing(Verb.VIEW, request.membership).select_related("workspace")
    if sought := request.GET.get("q", "").strip():
        found = found.filter(name__icontains=sought)
    page = Paginator(found.order_by("-inserted_at", "-id"), PER_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "datasets", "page": page, "entries": entries(page.object_list), "sought": sought}
    return render(request, "feedback/datasets.html", context)


@require_http_methods(["GET", "POST"])
def new_dataset(request: Request) -> HttpResponse:
    """A draft, empty or from a preset."""
    demand(Verb.MANAGE, request.membership)
    form = NewDatasetForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            made = begin_dataset(by=request.membership, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("dataset_settings", request.organization.slug, made.pk)
    presets = {one.name: gettext(one.description) for one in PRESETS}
    context = {"nav": "datasets", "form": form, "presets": presets}
    return render(request, "feedback/new_dataset.html", context, status=422 if form.errors else 200)


@require_POST
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Open it for records and answers, after a confirmation on the page."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    try:
        publish_dataset(dataset)
    except DomainError as error:
        return settings_page(request, dataset, missing=error)
    messages.success(
        request, gettext("%(name)s is published. Bring in its records next.") % {"name": dataset.name}
    )
    return redirect("dataset_files", request.organization.slug, dataset.pk)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Ask for its name, then put it into the trash with everything in it."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = DeleteForm(request.POST or None, name=dataset.name)
    if request.method == "POST" and form.is_valid():
        delete_dataset(dataset, by=request.membership)
        undo = reverse("restore_deleted", args=[request.organization.slug, dataset.pk])
        say_with_undo(request, gettext("%(name)s is in the trash.") % {"name": dataset.name}, undo)
        return redirect("datasets", request.organization.slug)
    context = {"nav": "datasets", "dataset": dataset, "form": form, "entry": entries([dataset])[0]}
    context["days"] = settings.TRASH_DAYS
    return render(request, "feedback/delete_dataset.html", context, status=422 if form.errors else 200)
