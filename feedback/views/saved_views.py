"""Saved views of a dataset: opened, kept, renamed, shared, deleted."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, may
from accounts.forms import explain
from core.errors import DomainError, NotFound
from core.http import Request
from feedback.actions.saved_views import change_view, delete_view, save_view
from feedback.models import Dataset, SavedView
from feedback.saved_view_forms import SavedViewForm
from feedback.search.address import kept
from feedback.views.frame_policy import shows_records
from feedback.views.records import finding_page

GONE = gettext_lazy("This saved view was deleted, or is not shared with you. Here are all records.")


@require_GET
@shows_records
def saved_view(request: Request, pk: UUID, view: UUID) -> HttpResponse:
    """Open one. A link to one that is gone leads to the records, and says so."""
    dataset = Dataset.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    try:
        found = SavedView.objects.fetch(Verb.VIEW, request.membership, pk=view, dataset=dataset)
    except NotFound:
        return finding_page(request, dataset, gone=str(GONE), status=404)
    return redirect(_page(request, found))


@require_GET
def saved_views(request: Request, pk: UUID) -> HttpResponse:
    """All that this person may open, with what they may do to them."""
    dataset = Dataset.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    found = SavedView.objects.allowing(Verb.VIEW, request.membership).filter(dataset=dataset)
    manages = may(Verb.MANAGE, request.membership, dataset.workspace_id)
    own = request.membership.pk
    views = [(one, manages or one.owner_id == own) for one in found.select_related("owner")]
    return render(request, "feedback/saved_views.html", _context(request, dataset) | {"views": views})


@require_http_methods(["GET", "POST"])
def new_view(request: Request, pk: UUID) -> HttpResponse:
    """Keep what the address asks for under a name. Only managers may share it at once."""
    dataset = Dataset.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    address = kept(QueryDict(request.POST.get("address", "")) if request.method == "POST" else request.GET)
    shares = may(Verb.MANAGE, request.membership, dataset.workspace_id)
    form = SavedViewForm(request.POST or None, may_share=shares)
    if request.method == "POST" and form.is_valid():
        try:
            made = save_view(dataset, address=address, by=request.membership, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("Saved as %(name)s.") % {"name": made.name})
            return redirect(_page(request, made))
    context = _context(request, dataset) | {"form": form, "address": address}
    return render(request, "feedback/new_view.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def edit_view(request: Request, pk: UUID, view: UUID) -> HttpResponse:
    """Rename it, share it or no longer."""
    found = _fetch(request, pk, view)
    shares = may(Verb.MANAGE, request.membership, found.dataset.workspace_id)
    form = SavedViewForm(request.POST or None, view=found, may_share=shares)
    if request.method == "POST" and form.is_valid():
        try:
            change_view(found, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": found.name})
            return redirect("saved_views", request.organization.slug, found.dataset_id)
    context = _context(request, found.dataset) | {"form": form, "view": found}
    return render(request, "feedback/edit_view.html", context, status=422 if form.errors else 200)


@require_POST
def update_view(request: Request, pk: UUID, view: UUID) -> HttpResponse:
    """Let it ask for what is on the screen now."""
    found = _fetch(request, pk, view)
    change_view(found, address=kept(QueryDict(request.POST.get("address", ""))))
    messages.success(request, gettext("%(name)s is saved as it is here.") % {"name": found.name})
    return redirect(_page(request, found))


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID, view: UUID) -> HttpResponse:
    """Ask, then delete it."""
    found = _fetch(request, pk, view)
    if request.method == "POST":
        delete_view(found)
        messages.success(
            request, gettext("The view %(name)s is gone. Its records are not.") % {"name": found.name}
        )
        return redirect("saved_views", request.organization.slug, found.dataset_id)
    return render(request, "feedback/delete_view.html", _context(request, found.dataset) | {"view": found})


def _fetch(request: Request, pk: UUID, view: UUID) -> SavedView:
    """To change it: one's own, or as a manager one that is shared."""
    found = SavedView.objects.fetch(Verb.VIEW, request.membership, pk=view, dataset=pk)
    if found.owner_id != request.membership.pk:
        found = SavedView.objects.fetch(Verb.MANAGE, request.membership, pk=view, dataset=pk)
    return found


def _page(request: Request, view: SavedView) -> str:
    page = reverse("dataset", args=[request.organization.slug, view.dataset_id])
    return f"{page}?{view.address}{'&' if view.address else ''}saved={view.pk}"


def _context(request: Request, dataset: Dataset) -> dict[str, object]:
    return {
        "nav": "datasets" if request.membership.looks_on() else "work",
        "tab": "records",
        "dataset": dataset,
    }
