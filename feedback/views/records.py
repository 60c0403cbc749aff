"""The records of a dataset, for those who manage it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import Verb
from core.http import Request
from feedback.models import Dataset, Record
from feedback.reports.catalog import entries
from feedback.reports.listing import called, record_page, shown
from feedback.reports.similar_records import similar_records
from feedback.reports.whole_record import whole_record
from feedback.search.fresh import is_late
from feedback.search.query import RecordQuery
from feedback.search.text import read_text
from feedback.views.frame_policy import shows_records


@require_GET
@shows_records
def dataset(request: Request, pk: UUID) -> HttpResponse:
    """All records in the order in which they came, or those with some words, in some state."""
    found = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    sought, status = request.GET.get("q", "").strip(), request.GET.get("status", "")
    query = RecordQuery.from_params(request.GET)
    records = Record.objects.allowing(Verb.MANAGE, request.membership)
    page = record_page(found, records, query, by=request.membership, page=request.GET.get("page"))
    node = read_text(sought)
    context = {
        "nav": "datasets",
        "tab": "records",
        "dataset": found,
        "entry": entries([found])[0],
        "page": page,
        "rows": [(record, *shown(record, found, node)) for record in page],
        "called": called(records, found, sought),
        "sought": sought,
        "status": status,
        "is_late": bool(sought) and is_late(found),
    }
    return render(request, "feedback/dataset.html", context)


@require_GET
@shows_records
def record(request: Request, pk: UUID, record_id: UUID) -> HttpResponse:
    """One record with everything that was said about it."""
    found = Record.objects.fetch(Verb.MANAGE, request.membership, pk=record_id, dataset=pk)
    frame = reverse("frame", args=[request.organization.slug, found.pk])
    context = {
        "nav": "datasets",
        "tab": "records",
        "dataset": found.dataset,
        "record": found,
        "frame": frame,
        "similar": similar_records(found),
    }
    return render(request, "feedback/record.html", context | whole_record(found))
