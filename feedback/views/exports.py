"""Taking records out as files: the dialog with its preview, and snapshots."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError, Invalid
from core.http import Request
from feedback import exports
from feedback.actions.export_plans import plan_export, shape_for_export
from feedback.actions.export_samples import Look, look_ahead
from feedback.actions.export_starts import start_export
from feedback.actions.snapshots import delete_snapshot, produce_again
from feedback.export_forms import PlanForm
from feedback.exports.controls import controls
from feedback.exports.files.lines import as_text
from feedback.file_forms import ExportForm
from feedback.models import Dataset, Job, Snapshot
from feedback.reports.filters import groups
from feedback.search.address import kept
from feedback.search.scope import Scope

BESIDE = ("of", "like", "by", "sort")  # parts of a search that mean nothing here


@require_GET
def choose_export(request: Request, pk: UUID) -> HttpResponse:
    """The formats that suit the dataset, and those that do not."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    shape = shape_for_export(dataset)
    kinds = [(kind, kind().suits(shape)) for kind in exports.kinds]
    context = {
        "suitable": [kind for kind, suits in kinds if suits],
        "unsuitable": [kind for kind, suits in kinds if not suits],
        "address": _address(request.GET),
    }
    return render(request, "feedback/exports.html", _context(dataset) | context)


@require_http_methods(["GET", "POST"])
def export(request: Request, pk: UUID, format: str) -> HttpResponse:
    """Decide what comes out; look at the first rows; begin."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    kind = exports.kinds[format]()
    sent = request.POST if request.method == "POST" else None
    options = ExportForm(sent, controls=controls(kind, shape_for_export(dataset)), prefix=kind.name)
    form = PlanForm(sent, request.FILES or None, dataset=dataset, kind=kind)
    look: Look | None = None
    if sent is not None and options.is_valid() & form.is_valid():
        try:
            asked = {**form.asked, "format": format, "options": options.options()}
            asked["filters"]["address"] = _address(sent)
            if job_id := form.cleaned_data["against"]:
                Job.objects.fetch(Verb.MANAGE, request.membership, pk=job_id)
            if "look" in sent:
                look = look_ahead(dataset, plan_export(dataset, asked))
            else:
                file = form.cleaned_data["against_file"]
                job = start_export(dataset, **asked, file=file, by=request.membership)
                return redirect("job", request.organization.slug, job.pk)
        except DomainError as error:
            _explain(options, form, error)
    params = sent if sent is not None else request.GET
    context = {
        "kind": kind,
        "options": options,
        "form": form,
        "groups": groups(Scope(dataset, request.membership), params),
        "is_filtered": bool(_address(params)),
        "look": look,
        "left_out": [(gettext(name.replace("_", " ")), n) for name, n in look.left_out.items()]
        if look
        else [],
        "shown": [[_shown(value) for value in row.values()] for row in look.rows] if look else [],
    }
    wrong = bool(options.errors or form.errors)
    page = "feedback/export.html#first_rows" if request.htmx else "feedback/export.html"
    return render(request, page, _context(dataset) | context, status=422 if wrong else 200)


@require_GET
def snapshots(request: Request, pk: UUID) -> HttpResponse:
    """The exports of a dataset that can be made again."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    found = Snapshot.objects.allowing(Verb.MANAGE, request.membership).filter(dataset=dataset)
    labels = {kind.name: kind.label for kind in exports.kinds}
    rows = [
        (one, labels.get(one.plan["format"], one.plan["format"])) for one in found.select_related("by", "job")
    ]
    return render(request, "feedback/snapshots.html", _context(dataset) | {"snapshots": rows})


@require_POST
def produce(request: Request, pk: UUID, snapshot: UUID) -> HttpResponse:
    """Make the files of a snapshot again."""
    found = Snapshot.objects.fetch(Verb.MANAGE, request.membership, pk=snapshot, dataset=pk)
    job = produce_again(found, by=request.membership)
    return redirect("job", request.organization.slug, job.pk)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID, snapshot: UUID) -> HttpResponse:
    """Forget a snapshot, once more asked."""
    found = Snapshot.objects.fetch(Verb.MANAGE, request.membership, pk=snapshot, dataset=pk)
    if request.method == "GET":
        return render(request, "feedback/delete_snapshot.html", _context(found.dataset) | {"snapshot": found})
    delete_snapshot(found)
    messages.success(request, gettext("The snapshot is deleted."))
    return redirect("snapshots", request.organization.slug, pk)


def _context(dataset: Dataset) -> dict[str, Any]:
    return {"nav": "datasets", "tab": "files", "dataset": dataset}


def _address(params: QueryDict) -> str:
    """What is searched for among the records, as far as it chooses some."""
    rest = params.copy()
    for name in BESIDE:
        rest.pop(name, None)
    return kept(rest, without=("view", "column", "page", "record", "saved"))


def _explain(options: ExportForm, form: PlanForm, error: DomainError) -> None:
    """What is wrong with the format's options stands with them."""
    if isinstance(error, Invalid) and error.errors and error.errors.keys() <= options.fields.keys():
        explain(options, error)
    else:
        form.explain(error)


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else as_text(value)
