"""Records that are ticked or found: first or last, and more answers for them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from feedback.actions.priority import prioritize, start_priority
from feedback.forms import PriorityForm
from feedback.models import Dataset
from feedback.search.selection import Selection, meant
from feedback.views.bulk import back_from, chosen_again


@never_cache
@require_http_methods(["GET", "POST"])
def prioritize_records(request: Request, pk: UUID) -> HttpResponse:
    """Those that are ticked at once, all that were found by a job."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    sent = request.POST if request.method == "POST" else request.GET
    selection, back = Selection.read(sent), back_from(request, dataset, sent)
    form = PriorityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if selection.ids is None:
                job = start_priority(dataset, selection, by=request.membership, **form.given)
                return redirect("job", request.organization.slug, job.pk)
            number = prioritize(dataset, selection.ids, **form.given)
        except DomainError as error:
            explain(form, error)
        else:
            words = ngettext("%(number)s record is changed.", "%(number)s records are changed.", number)
            messages.success(request, words % {"number": number})
            return redirect(back)
    context = {
        "nav": "datasets",
        "tab": "records",
        "dataset": dataset,
        "meant": meant(selection, dataset, request.membership),
        "chosen": chosen_again(sent),
        "form": form,
        "back": back,
    }
    return render(request, "feedback/priority.html", context, status=422 if form.errors else 200)
