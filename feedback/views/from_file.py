"""A new dataset out of a file: upload it, correct what is proposed, and have it made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import Verb, demand
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request
from feedback.actions.from_file import (
    begin_from_file,
    drop_from_file,
    keep_plan,
    make_from_file,
    planned_in,
    rows_of,
    shape_in,
)
from feedback.actions.uploads import is_table
from feedback.imports.archive import bundled
from feedback.imports.proposals import Planned, propose
from feedback.imports.shapes import Kind, kinds, looks_like
from feedback.item import Item
from feedback.models import Job
from feedback.models.jobs import PLAN, State
from feedback.plan_forms import FromFileForm, PlanForm
from feedback.reports.planned import Planning, planning
from feedback.reports.whole_record import shown_field
from feedback.views.conditional import is_main, taken
from feedback.views.task import asked

ADDED = {
    "question:rating": "How good is it?",
    "question:label_selection": "Which one?",
    "question:text": "Comment",
}


@require_http_methods(["GET", "POST"])
def from_file(request: Request) -> HttpResponse:
    """Choose a file; a draft is made for it, which nobody sees."""
    demand(Verb.MANAGE, request.membership)
    form = FromFileForm(request.POST or None, request.FILES or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            file, name = bundled([(one, one.name) for one in form.cleaned_data["file"]])
            workspace = form.cleaned_data["workspace"]
            job = begin_from_file(workspace, file, filename=name, by=request.membership)
        except DomainError as error:
            explain(form, Invalid(str(error), {"file": str(error)}))
        else:
            return redirect("plan_dataset", request.organization.slug, job.pk)
    context = {"nav": "datasets", "form": form}
    return render(request, "feedback/from_file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def plan_dataset(request: Request, pk: UUID) -> HttpResponse:
    """What the columns become: correct it, look at the first record, and have the dataset made."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if job.state != State.UPLOADED or PLAN not in job.options:
        return redirect("job", request.organization.slug, job.pk)
    planned, shape = planned_in(job.options), shape_in(job.options)
    form = PlanForm(request.POST or None, initial={"name": job.dataset.name, "min_submitted": 1})
    problem = None
    if request.method == "POST":
        if "drop" in request.POST:
            drop_from_file(job)
            return redirect("datasets", request.organization.slug)
        planned, shape = _corrected(request.POST, job)
        if "make" in request.POST and form.is_valid():
            try:
                made = make_from_file(job, planned, shape, by=request.membership, **form.cleaned_data)
            except DomainError as error:
                problem = error
            else:
                said = gettext("%(name)s is made. Its records are on their way.") % {"name": made.name}
                messages.success(request, said)
                return redirect("job", request.organization.slug, job.pk)
        keep_plan(job, planned, shape)
    return _page(request, job, planned, shape, form, problem)


def _corrected(sent: QueryDict, job: Job) -> tuple[list[Planned], Kind | None]:
    """The plan that was sent; or a new one, if the rows are to be read in another way."""
    if "read" in sent:
        rows = rows_of(job)
        shape = looks_like(rows) if sent["read"] == "so" else None
        return propose(rows, shape), shape
    numbers = [name.removeprefix("column.") for name in sent if name.startswith("column.")]
    planned = [
        Planned(
            str(sent[f"column.{n}"]),
            sent.get(f"role.{n}", "skip"),
            sent.get(f"title.{n}", "").strip()[:200],
            sent.get(f"labels.{n}", "").replace("\r\n", "\n"),
        )
        for n in numbers
    ]
    if (added := sent.get("add", "")) in ADDED:
        planned.append(Planned("", added, gettext(ADDED[added])))
    return planned, _shape(sent.get("shape", ""))


def _shape(name: str) -> Kind | None:
    return kinds[name]() if name in kinds else None


def _page(
    request: Request,
    job: Job,
    planned: list[Planned],
    shape: Kind | None,
    form: PlanForm,
    problem: DomainError | None,
) -> HttpResponse:
    rows = rows_of(job)
    found = planning(planned, rows, shape, is_table=is_table(job))
    wrong = problem is not None or bool(form.errors)
    context = {
        "nav": "datasets",
        "job": job,
        "dataset": job.dataset,
        "form": form,
        "plan": found,
        "shape": shape.name if shape else "",
        "known": looks_like(rows),
        "first": _first(found),
        "problem": problem,
    }
    page = "feedback/plan_dataset.html#work" if request.htmx else "feedback/plan_dataset.html"
    return render(request, page, context, status=422 if wrong else 200)


def _first(found: Planning) -> dict[str, Any] | None:
    """The first record as labelers will see it."""
    if found.first is None or found.shape is None:
        return None
    shape, incoming = found.shape, found.first
    item: Item = shape.item(incoming.fields)
    gone = taken(shape, item)
    questions = [
        (one, asked(one, item, {}, incoming.suggestions.get(one.name), {}))
        for one in shape.questions.values()
    ]
    return {
        "fields": [
            shown_field(name, shape, item)
            for name in shape.fields
            if name in item.fields and name not in gone
        ],
        "main": [shown for one, shown in questions if is_main(one)],
        "side": [shown for one, shown in questions if not is_main(one)],
        "metadata": incoming.metadata,
        "external_id": incoming.external_id,
    }
