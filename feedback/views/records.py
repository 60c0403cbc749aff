"""The records of a dataset: found, listed, and read one after another. Managers see everything, labelers their own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.access import Verb, may
from accounts.models import Membership
from core.http import Request
from feedback.models import Dataset, Record, SavedView
from feedback.reports.catalog import entries
from feedback.reports.finding import find_records
from feedback.reports.forecast import forecast
from feedback.reports.forecast_words import bars, plot_in_words, sentences
from feedback.reports.history import MOST as MOST_PAST
from feedback.reports.history import history
from feedback.reports.listing import called
from feedback.reports.progress import Progress
from feedback.reports.similar_records import similar_records
from feedback.reports.stopped import MOST as MOST_STOPPED
from feedback.reports.stopped import count_stopped
from feedback.reports.whole_record import whole_record
from feedback.search.address import kept
from feedback.views.frame_policy import shows_records


@require_GET
@shows_records
def dataset(request: Request, pk: UUID) -> HttpResponse:
    """All records in the order in which they came, or those that the address asks for, as it says to show them."""
    found = Dataset.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    clean = kept(request.GET, without=())
    if any(not value.strip() for _, values in request.GET.lists() for value in values):
        return redirect(
            f"{request.path}?{clean}" if clean else request.path
        )  # what forms send of what was left blank
    return finding_page(request, found)


@require_GET
@shows_records
def record(request: Request, pk: UUID, record_id: UUID) -> HttpResponse:
    """One record with everything that was said about it, as far as whoever looks may know."""
    found = Record.objects.fetch(Verb.VIEW, request.membership, pk=record_id, dataset=pk)
    reviews = may(Verb.REVIEW, request.membership, found.dataset.workspace_id)
    context = {
        "nav": _nav(request),
        "tab": "records",
        "dataset": found.dataset,
        "record": found,
        **_whole(request, found),
        **(_history(request, found) if reviews else {}),
        "is_manager": may(Verb.MANAGE, request.membership, found.dataset.workspace_id),
        "reviews": reviews,
    }
    return render(request, "feedback/record.html", context)


def finding_page(request: Request, found: Dataset, *, gone: str = "", status: int = 200) -> HttpResponse:
    """The page of records. `gone`: a sentence about a saved view that is not there."""
    finding = find_records(found, request.GET, by=request.membership)
    views = list(SavedView.objects.allowing(Verb.VIEW, request.membership).filter(dataset=found))
    saved = next((one for one in views if str(one.pk) == request.GET.get("saved")), None)
    if request.GET.get("saved") and saved is None:
        gone = gone or gettext(
            "The saved view of this link was deleted or is no longer shared. What it asked for is below."
        )
    sought = request.GET.get("q", "").strip()
    is_manager = may(Verb.MANAGE, request.membership, found.workspace_id)
    reviews = may(Verb.REVIEW, request.membership, found.workspace_id)
    records = Record.objects.allowing(Verb.REVIEW, request.membership)
    context: dict[str, Any] = {
        "nav": _nav(request),
        "tab": "records",
        "dataset": found,
        "entry": (entry := entries([found])[0]),
        "finding": finding,
        "called": called(records, found, sought) if reviews and not finding.problem else None,
        "sought": sought,
        "views": views,
        "saved": saved,
        "is_changed": saved is not None and saved.address != finding.address,
        "may_change": saved is not None and (saved.owner_id == request.membership.pk or is_manager),
        "is_manager": is_manager,
        "reviews": reviews,
        "picks": is_manager and found.is_published,
        "gone": gone,
        "stopped": count_stopped(found) if is_manager else 0,
        "most_stopped": MOST_STOPPED,
    }
    if reviews and found.is_published and entry.progress.total and not (finding.is_asked or finding.reads):
        context |= _forecast(found, entry.progress)
    page = "feedback/dataset.html"
    if finding.reads:
        page = "feedback/reading.html"
        if current := finding.current():
            row, context["before"], context["after"] = current
            context |= {"record": row.record, **_whole(request, row.record)}
    return render(request, page, context, status=422 if finding.problem else status)


def _whole(request: Request, record: Record) -> dict[str, Any]:
    return {
        "frame": reverse("frame", args=[request.organization.slug, record.pk]),
        "similar": similar_records(record, request.membership),
        **whole_record(record, request.membership),
    }


def _forecast(dataset: Dataset, so_far: Progress) -> dict[str, Any]:
    found = forecast(dataset, so_far)
    return {
        "forecast": found,
        "sentences": sentences(found),
        "bars": bars(found),
        "plot": plot_in_words(found),
    }


def _history(request: Request, record: Record) -> dict[str, Any]:
    moments = history(record)
    people = {one.member.pk for one in moments if one.member}
    manages = may(Verb.MANAGE, request.membership, record.dataset.workspace_id)
    verb = Verb.VIEW if manages else Verb.MANAGE  # others have no page about people
    reachable = Membership.objects.allowing(verb, request.membership).filter(pk__in=people, left_at=None)
    return {"history": moments, "linked": set(reachable.values_list("pk", flat=True)), "most": MOST_PAST}


def _nav(request: Request) -> str:
    return "datasets" if request.membership.looks_on() else "work"
