"""Where the columns of a kept file go: guessed, or as last time; corrected; then the import begins."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Verb
from core.errors import Invalid
from core.http import Request
from core.schema import parse
from feedback.actions import sources
from feedback.actions.kept_mappings import kept_mapping
from feedback.actions.known_people import shape_for_import
from feedback.actions.uploads import begin_import, first_rows, is_table, kept_until
from feedback.file_forms import mapping_from
from feedback.imports.guess import guess, guess_as
from feedback.imports.mapping import Mapping
from feedback.imports.nesting import is_rearranging, rearranged
from feedback.imports.shapes import looks_like
from feedback.models import Job
from feedback.models.jobs import PLAN, State
from feedback.reports.preview import preview


@require_http_methods(["GET", "POST"])
def mapping(request: Request, pk: UUID) -> HttpResponse:
    """Where the columns of a kept file go: correct the guess, look at the first rows, begin."""
    job = Job.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if job.state != State.UPLOADED:
        return redirect("job", request.organization.slug, job.pk)
    if PLAN in job.options:
        return redirect("plan_dataset", request.organization.slug, job.pk)
    chosen, problem = parse(Mapping, job.options["mapping"]), None
    if request.method == "POST":
        chosen = _chosen(request, job)
        if not request.POST.keys() & {"look", "guess"} and not is_rearranging(request.POST.values()):
            try:
                begin_import(job, chosen.root)
            except Invalid as error:
                problem = error
            else:
                return redirect("job", request.organization.slug, job.pk)
    return _page(request, job, chosen, problem)


def _chosen(request: Request, job: Job) -> Mapping:
    """What was sent; or, if that is asked for, guessed anew, and then maybe read as it looks like, or not so."""
    rows = first_rows(job)
    how = request.POST.get("guess")
    if how is None:
        sent = rearranged(mapping_from(request.POST), rows)
        return parse(Mapping, sent, sentence="This mapping does not work.")
    shape, of_table = shape_for_import(job.dataset), is_table(job)
    known = looks_like(rows, is_table=of_table)
    if how == "so" and known is not None:
        return guess_as(known, rows, shape, is_table=of_table)
    return guess(rows, shape, is_table=of_table, plainly=how == "plainly")


def _page(request: Request, job: Job, chosen: Mapping, problem: Invalid | None) -> HttpResponse:
    rows = first_rows(job)
    known = looks_like(rows, is_table=is_table(job))
    kept = kept_mapping(job.dataset, rows)
    context = {
        "nav": "datasets",
        "tab": "files",
        "dataset": job.dataset,
        "job": job,
        "preview": preview(rows, chosen, shape_for_import(job.dataset), is_table=is_table(job)),
        "read_as": sorted({one.about for one in sources.files_of(job) if one.about}),
        "known": known,
        "is_read_so": bool(chosen.of_shape),
        "is_as_last_time": kept is not None and kept.root == chosen.root,
        "whole": chosen.whole,
        "kept_until": kept_until(job),
        "problem": problem,
    }
    page = "feedback/mapping.html#work" if request.htmx else "feedback/mapping.html"
    return render(request, page, context, status=422 if problem else 200)
