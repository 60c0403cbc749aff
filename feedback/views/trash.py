"""The trash: what was deleted and can come back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.forms import explain
from core.errors import Conflict, DomainError
from core.http import Request
from feedback.actions.emptying import delete_for_good
from feedback.actions.trash import restore
from feedback.models import Dataset, DeletedRecords
from feedback.models.deleted_records import Deleted
from feedback.reports.trash import entries, entry, fetch_deleted, trash
from feedback.trash_forms import ForGoodForm, RestoreForm
from workspaces.models import Workspace
from workspaces.views.nowhere import says_why_it_is_empty

PER_PAGE = 50


@never_cache
@require_GET
@says_why_it_is_empty("datasets")
def trash_page(request: Request) -> HttpResponse:
    """All of it that one may empty, the newest first."""
    demand(Verb.INSPECT, request.membership)
    page = Paginator(trash(request.membership), PER_PAGE).get_page(request.GET.get("page"))
    context = {"nav": "datasets", "page": page, "entries": entries(list(page.object_list))}
    return render(request, "feedback/trash.html", context)


@require_POST
def restore_deleted(request: Request, pk: UUID) -> HttpResponse:
    """Bring it back. Where its name is taken by now, ask for another."""
    deleted = fetch_deleted(request.membership, pk)
    form = RestoreForm(request.POST if "name" in request.POST else None)
    if form.is_bound and not form.is_valid():
        return _ask_name(request, deleted, form, status=422)
    name = form.cleaned_data["name"] if form.is_bound else None
    try:
        place = restore(deleted, name=name, by=request.membership)
    except DomainError as error:
        if isinstance(deleted, DeletedRecords):
            messages.error(request, str(error))
            return redirect("trash", request.organization.slug)
        form = RestoreForm({"name": name or str(deleted)})
        form.is_valid()
        explain(form, error)
        return _ask_name(request, deleted, form, status=409 if isinstance(error, Conflict) else 422)
    messages.success(request, gettext("%(name)s is back.") % {"name": name or deleted})
    return redirect(_address(request, place))


@require_http_methods(["GET", "POST"])
def delete_deleted(request: Request, pk: UUID) -> HttpResponse:
    """Ask for its name, then let it go for ever."""
    deleted = fetch_deleted(request.membership, pk)
    form = ForGoodForm(request.POST or None, name=str(deleted))
    if request.method == "POST" and form.is_valid():
        delete_for_good(deleted)
        messages.success(request, gettext("%(name)s is gone for ever.") % {"name": deleted})
        return redirect("trash", request.organization.slug)
    context = {"nav": "datasets", "entry": entry(deleted), "form": form}
    return render(request, "feedback/delete_deleted.html", context, status=422 if form.errors else 200)


def _ask_name(request: Request, deleted: Deleted, form: RestoreForm, *, status: int) -> HttpResponse:
    context = {"nav": "datasets", "entry": entry(deleted), "form": form}
    return render(request, "feedback/restore.html", context, status=status)


def _address(request: Request, place: Dataset | Workspace) -> str:
    name = "dataset" if isinstance(place, Dataset) else "workspace"
    return reverse(name, args=[request.organization.slug, place.pk])
