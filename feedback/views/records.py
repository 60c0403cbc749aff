"""The records of a dataset, for those who manage it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import Verb
from core.http import Request
from feedback.models import Dataset, Record
from feedback.reports.catalog import entries
from feedback.reports.listing import first_text, record_page
from feedback.reports.similar_records import similar_records
from feedback.reports.whole_record import whole_record


@require_GET
def dataset(request: Request, pk: UUID) -> HttpResponse:
    """All records, in the order in which they came."""
    found = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    sought = request.GET.get("q", "").strip()
    records = Record.objects.allowing(Verb.MANAGE, request.membership)
    page = record_page(found, records, page=request.GET.get("page"), sought=sought)
    context = {
        "nav": "datasets",
        "tab": "records",
        "dataset": found,
        "entry": entries([found])[0],
        "page": page,
        "rows": [(record, first_text(record, found)) for record in page],
        "sought": sought,
    }
    return render(request, "feedback/dataset.html", context)


@require_GET
def record(request: Request, pk: UUID, record_id: UUID) -> HttpResponse:
    """One record with everything that was said about it."""
    found = Record.objects.fetch(Verb.MANAGE, request.membership, pk=record_id, dataset=pk)
    context = {"nav": "datasets", "tab": "records", "dataset": found.dataset, "record": found}
    context["similar"] = similar_records(found)
    return render(request, "feedback/record.html", context | whole_record(found))
