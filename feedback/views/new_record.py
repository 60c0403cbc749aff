"""Writing a record: its fields and the answers to its questions on one page, and one act for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import Verb
from core.errors import Conflict, Invalid
from core.http import Request
from feedback.actions.writing import FIELD, check, write_record, written_before
from feedback.invitation import asked_questions, check_invitation, written_fields
from feedback.item import Item
from feedback.models import Dataset
from feedback.reports.alike import Alike, alike
from feedback.shape import DatasetShape, FieldShape
from feedback.views.conditional import conditions, is_main, waiting
from feedback.views.labeling import circumstances, go_on
from feedback.views.task import asked, frame

PAGE = "feedback/new_record.html"
NOTHING = Item(fields={})
MOST_SEEN = 100  # records of which somebody was told that they are alike


@never_cache
@require_http_methods(["GET", "POST"])
def new_record(request: Request, dataset_id: UUID) -> HttpResponse:
    """Fields and questions to fill in; sent, they become a record of this person."""
    dataset = Dataset.objects.fetch(Verb.ANNOTATE, request.membership, pk=dataset_id)
    if not dataset.invites_records or not dataset.is_published:
        raise Conflict(
            gettext("This dataset takes no records from labelers. Its managers can allow it in its settings.")
        )
    check_invitation(dataset.shape)
    if request.method == "GET":
        return render(request, PAGE, _page(request, dataset, {}, {}))
    fields, answers = _written(dataset.shape, request.POST)
    how = circumstances(request)
    try:
        check(dataset, fields, answers)
        if not written_before(dataset, by=request.membership, how=how):
            seen = request.POST.get("alike", "").split()
            found = alike(dataset, fields, by=request.membership)
            if any(str(one.id) not in seen for one in found):
                return _again(request, _page(request, dataset, fields, answers, found=found))
        write_record(dataset, fields, answers, by=request.membership, how=how)
    except Invalid as error:
        return _again(request, _page(request, dataset, fields, answers, problem=error))
    reply = go_on(request, dataset)
    if request.htmx:
        reply["HX-Replace-Url"] = reverse("label", args=[request.organization.slug, dataset.pk])
    return reply


def _again(request: Request, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"{PAGE}#writing" if request.htmx else PAGE, context, status=422)


def _written(shape: DatasetShape, form: QueryDict) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields and answers by their names; what was left blank is left out."""
    fields = {one.name: one.kind.read(form, FIELD + one.name) for one in written_fields(shape)}
    answers = {one.name: one.kind.read(form, one.name, NOTHING) for one in asked_questions(shape)}
    return _given(fields), _given(answers)


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _page(
    request: Request,
    dataset: Dataset,
    fields: Mapping[str, Any],
    answers: Mapping[str, Any],
    *,
    problem: Invalid | None = None,
    found: Sequence[Alike] = (),
) -> dict[str, Any]:
    slug, shape = request.organization.slug, dataset.shape
    errors = problem.errors if problem else {}
    questions, waits = asked_questions(shape), waiting(shape, answers)
    shown = [
        (is_main(one), asked(one, NOTHING, answers, None, errors) | waits[one.name]) for one in questions
    ]
    return frame(request, dataset, None) | {
        "writes": [_field(one, fields, errors) for one in written_fields(shape)],
        "main": [question for stands_there, question in shown if stands_there],
        "side": [question for stands_there, question in shown if not stands_there],
        "conditions": conditions(questions),
        "covers": [],
        "problem": str(problem) if problem else None,
        "alike": found,
        "seen": " ".join(
            {*request.POST.get("alike", "").split()[:MOST_SEEN], *(str(one.id) for one in found)}
        ),
        "active_ms": circumstances(request).active_ms,
        "urls": {
            "submit": reverse("new_record", args=[slug, dataset.pk]),
            "queue": reverse("label", args=[slug, dataset.pk]),
            "guidelines": reverse("read_guidelines", args=[slug, dataset.pk]),
            "preview": reverse("preview_text", args=[slug, dataset.pk]),
        },
    }


def _field(one: FieldShape, fields: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, Any]:
    """A field as its partial #write takes it, which is how questions are asked."""
    return {
        "name": FIELD + one.name,
        "title": one.title,
        "required": one.required,
        "template": one.kind.template,
        "settings": {"use_markdown": one.kind.is_markdown},
        "answer": one.kind.fill(fields.get(one.name)),
        "error": errors.get(FIELD + one.name),
    }
