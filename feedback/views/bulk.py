"""One answer for many records: written, looked over, given as a job, and taken back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb
from core.errors import Invalid
from core.http import Request
from feedback.actions.bulk_answers import check_answers, start_answers
from feedback.actions.taking_back import take_back
from feedback.models import Dataset, Job
from feedback.search.selection import Selection, meant
from feedback.views.bulk_form import bulk_form, posted_answers


@never_cache
@require_http_methods(["GET", "POST"])
def answer_many(request: Request, pk: UUID) -> HttpResponse:
    """Write one answer for the records of a selection; then look it over; then give it."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = request.POST if request.method == "POST" else request.GET
    selection = Selection.read(form)
    context: dict[str, Any] = {
        "nav": "datasets",
        "tab": "records",
        "dataset": dataset,
        "meant": meant(selection, dataset, request.membership),
        "chosen": chosen_again(form),
        "replaces": form.get("existing") == "replace",
        "back": back_from(request, dataset, form),
    }
    values = posted_answers(dataset.shape, form)
    if request.method == "GET" or "change" in form:
        context["form"] = bulk_form(dataset.shape, values)
        return render(request, "feedback/answer_many.html", context)
    try:
        checked = check_answers(dataset.shape, values)
    except Invalid as error:
        context |= {"form": bulk_form(dataset.shape, values, error.errors), "problem": error}
        return render(request, "feedback/answer_many.html", context, status=422)
    if "give" not in form:
        context |= {
            "form": bulk_form(dataset.shape, checked),
            "sent": [(name, one) for name in dataset.shape.questions for one in form.getlist(name)],
        }
        return render(request, "feedback/answer_many_check.html", context)
    job = start_answers(
        dataset, selection, values=checked, replaces=context["replaces"], by=request.membership
    )
    return redirect("job", request.organization.slug, job.pk)


@require_POST
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take back what a job answered."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    return redirect("job", request.organization.slug, take_back(job, by=request.membership).pk)


def chosen_again(form: QueryDict) -> list[tuple[str, str]]:
    """The selection, to be sent again."""
    return [(name, one) for name in ("which", "record", "address") for one in form.getlist(name)]


def back_from(request: Request, dataset: Dataset, form: QueryDict) -> str:
    """To the records from which the selection was made."""
    page = reverse("dataset", args=[request.organization.slug, dataset.pk])
    address = form.get("address", "")
    return f"{page}?{address}" if address else page
