"""How a dataset hands out its records: the tab Queue."""

from __future__ import annotations

from copy import copy
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb
from core.errors import DomainError
from core.http import Request
from feedback.actions.rules import pause_dataset, resume_dataset, set_up_queue
from feedback.models import Dataset
from feedback.reports.job_progress import pace
from feedback.reports.queue_state import put_in_order_by
from feedback.reports.rules_in_words import in_words
from feedback.rule_forms import RulesForm


@require_http_methods(["GET", "POST"])
def dataset_queue(request: Request, pk: UUID) -> HttpResponse:
    """All rules, in groups."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = RulesForm(request.POST or None, dataset=dataset)
    if request.method == "POST" and form.is_valid():
        try:
            set_up_queue(dataset, by=request.membership, **form.given)
        except DomainError as error:
            form.explain(error)
            dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
        else:
            messages.success(request, gettext("The rules are saved."))
            return redirect("dataset_queue", request.organization.slug, dataset.pk)
    job = put_in_order_by(dataset)
    context = {
        "nav": "datasets",
        "tab": "queue",
        "dataset": dataset,
        "form": form,
        "meaning": _meaning(dataset, form),
        "pace": pace(job) if job else None,
    }
    return render(request, "feedback/queue.html", context, status=422 if form.errors else 200)


@require_POST
def rules_in_words(request: Request, pk: UUID) -> HttpResponse:
    """What the rules would mean that stand in the form now."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = RulesForm(request.POST, dataset=dataset)
    form.is_valid()
    return render(request, "feedback/queue.html#meaning", {"meaning": _meaning(dataset, form)})


@require_POST
def pause(request: Request, pk: UUID) -> HttpResponse:
    """Hand out nothing for a while."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    pause_dataset(dataset, by=request.membership, note=request.POST.get("pause_note", ""))
    messages.success(request, gettext("%(name)s is paused.") % {"name": dataset.name})
    return redirect("dataset", request.organization.slug, dataset.pk)


@require_POST
def resume(request: Request, pk: UUID) -> HttpResponse:
    """Hand out records again."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    resume_dataset(dataset, by=request.membership)
    messages.success(request, gettext("%(name)s goes on.") % {"name": dataset.name})
    return redirect("dataset", request.organization.slug, dataset.pk)


def _meaning(dataset: Dataset, form: RulesForm) -> list[str]:
    """The rules as they are stored, with what is right in the form."""
    rules, wanted = copy(dataset.rules), dataset.min_submitted
    if form.is_bound:
        said = form.given
        wanted = said.pop("min_submitted", wanted)
        for name, value in said.items():
            setattr(rules, name, value)
    return in_words(rules, wanted, dataset.shape)
