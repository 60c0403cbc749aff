"""Stopped records of a dataset, for those who manage it: looked at, put back, deleted."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb
from core.http import Request, say_with_undo
from feedback.actions.records import delete_records
from feedback.actions.stops import put_back
from feedback.models import Dataset, DeletedRecords
from feedback.reports.stopped import MOST, PER_PAGE, count_answers, stopped, stopped_items
from feedback.search.selection import Selection


@never_cache
@require_GET
def stopped_records(request: Request, pk: UUID) -> HttpResponse:
    """All that are stopped, each with who says so."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    page = Paginator(stopped_items(dataset), PER_PAGE).get_page(request.GET.get("page"))
    context = _about(dataset) | {
        "page": page,
        "stopped": stopped(dataset, page.object_list),
        "is_cut": page.paginator.count == MOST,
    }
    return render(request, "feedback/stopped.html", context)


@require_POST
def put_records_back(request: Request, pk: UUID) -> HttpResponse:
    """Hand out again those that are ticked, or the one whose button it was."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    ids = Selection.read(request.POST).ids or ()
    number = put_back(dataset, ids)
    said = ngettext(
        "%(number)s record is handed out again.", "%(number)s records are handed out again.", number
    )
    messages.success(request, said % {"number": number})
    if "stay" in request.POST and len(ids) == 1:
        return redirect("record", request.organization.slug, dataset.pk, ids[0])
    return redirect("stopped_records", request.organization.slug, dataset.pk)


@require_http_methods(["GET", "POST"])
def delete_stopped(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then put records with their answers into the trash."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    ids = Selection.read(request.POST if request.method == "POST" else request.GET).ids or ()
    if request.method == "POST":
        number = delete_records(dataset, ids, by=request.membership)
        said = ngettext("%(number)s record is in the trash.", "%(number)s records are in the trash.", number)
        gone = DeletedRecords.objects.allowing(Verb.MANAGE, request.membership)
        mine = gone.filter(dataset=dataset, deleted_by=request.membership).first() if number else None
        undo = reverse("restore_deleted", args=[request.organization.slug, mine.pk]) if mine else ""
        say_with_undo(request, said % {"number": number}, undo)
        return redirect("stopped_records", request.organization.slug, dataset.pk)
    records, answers = count_answers(dataset, ids)
    if not records:
        messages.info(request, gettext("These records are gone already."))
        return redirect("stopped_records", request.organization.slug, dataset.pk)
    context = _about(dataset) | {"ids": ids, "records": records, "answers": answers}
    context["days"] = settings.TRASH_DAYS
    return render(request, "feedback/delete_stopped.html", context)


def _about(dataset: Dataset) -> dict[str, object]:
    return {"nav": "datasets", "tab": "records", "dataset": dataset}
