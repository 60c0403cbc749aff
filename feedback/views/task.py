"""What the labeling page shows of one record: its fields, questions and answers as this person may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from accounts.access import Verb
from accounts.models import Membership
from core.errors import Invalid
from core.http import Request
from core.markdown import difference, render_guidelines
from feedback.actions.nothing import Nothing
from feedback.item import Item
from feedback.models import Dataset, Lease, Record, Response
from feedback.models.responses import Status
from feedback.reports.progress import Mine, mine, progress
from feedback.reports.whole_record import answered, filled, shown_field
from feedback.shape import DatasetShape, QuestionShape
from feedback.views.conditional import conditions, covers, is_main, taken, waiting

AGAIN = gettext_noop("Look again")
# Why there is nothing to do (feedback/actions/nothing.py) -> what is drawn, and what may help.
CALM = {
    "draft": ("pen", ""),
    "paused": ("pause", AGAIN),
    "paused_for_you": ("pause", AGAIN),
    "closed": ("lock", ""),
    "empty": ("inbox", AGAIN),
    "held": ("clock", gettext_noop("To the record that you hold")),
    "enough": ("check", ""),
    "enough_today": ("moon", ""),
    "answered": ("check", ""),
    "assigned": ("people", AGAIN),
    "skills": ("book", ""),
    "leased": ("clock", AGAIN),
    "stopped": ("stop", AGAIN),
    "done": ("check", ""),
}


def task(
    request: Request,
    record: Record,
    lease: Lease | None,
    *,
    posted: Mapping[str, Any] | None = None,
    problem: Invalid | None = None,
) -> dict[str, Any]:
    """The context of a record. `posted`: answers that were sent and not accepted, with the `problem` that they have."""
    by, shape = request.membership, record.dataset.shape
    item = record.item_for(by)
    response = Response.objects.allowing(Verb.ANNOTATE, by).filter(record=record, membership=by).first()
    answers = posted if posted is not None else (response.values if response else {})
    errors = problem.errors if problem else {}
    suggestions = {one.question_id: one for one in record.suggestions.all()}
    waits = waiting(shape, answers)
    questions = [
        (
            question,
            asked(question, item, answers, suggestions.get(UUID(question.id)), errors) | waits[question.name],
        )
        for question in shape.questions.values()
    ]
    return frame(request, record.dataset, response) | {
        "record": {"id": record.pk, "short": str(record.pk)[-6:]},
        "lease": lease,
        "fields": _fields(shape, item),
        "frame": reverse("frame", args=[request.organization.slug, record.pk]),
        "main": [shown for question, shown in questions if is_main(question)],
        "side": [shown for question, shown in questions if not is_main(question)],
        "conditions": conditions(shape.questions.values()),
        "covers": covers(shape, item),
        "draft": {"revision": response.revision, "saved_at": response.updated_at} if response else None,
        "response_status": response.status if response else None,
        "active_ms": (response.active_ms or 0) if response else 0,
        "problem": str(problem) if problem else None,
        "urls": _urls(request, record, lease, response),
    }


def nothing(request: Request, dataset: Dataset, why: Nothing) -> dict[str, Any]:
    """The context of an empty queue. `again`: the words of a button, where looking again may find something."""
    urls = {"guidelines": reverse("read_guidelines", args=[request.organization.slug, dataset.pk])}
    sign, again = CALM[why.reason]
    return frame(request, dataset, None) | {
        "reason": why.reason,
        "detail": why.detail,
        "sign": sign,
        "again": gettext(again) if again else "",
        "urls": urls,
    }


def frame(request: Request, dataset: Dataset, response: Response | None) -> dict[str, Any]:
    """What stands around every record of the dataset."""
    own = mine(dataset, request.membership)
    return {
        "organization": request.organization,
        "membership": request.membership,
        "dataset": dataset,
        "guidelines": _guidelines(dataset, own),
        "progress": _progress(dataset, own),
        "previous_url": _previous(request, dataset, response),
    }


def answers_of(record: Record, form: QueryDict, by: Membership) -> dict[str, Any]:
    """The answers in a form, by question; blank ones are left out."""
    item = record.item_for(by)
    found = {
        name: question.kind.read(form, name, item)
        for name, question in record.dataset.shape.questions.items()
    }
    return {name: answer for name, answer in found.items() if answer is not None}


def _fields(shape: DatasetShape, item: Item) -> list[dict[str, Any]]:
    """The fields that no question always shows itself."""
    gone = taken(shape, item)
    return [
        shown_field(name, shape, item) for name in shape.fields if name in item.fields and name not in gone
    ]


def asked(
    question: QuestionShape,
    item: Item,
    answers: Mapping[str, Any],
    suggestion: Any,
    errors: Mapping[str, str],
) -> dict[str, Any]:
    """A question as its partial #ask takes it: what #show takes, and what asking needs."""
    return {
        **answered(question, answers.get(question.name), item),
        "description": question.description,
        "required": question.required,
        "suggestion": suggestion
        and {
            "value": filled(question, suggestion.value, item),
            "agent": suggestion.agent,
            "score": None if isinstance(suggestion.score, list) else suggestion.score,
        },
        "error": errors.get(question.name),
    }


def _guidelines(dataset: Dataset, own: Mine) -> dict[str, Any]:
    """The guidelines; if this person has not read this version, what is new since the one that they read."""
    text, version, read = dataset.guidelines or "", dataset.guidelines_version, own.guidelines_read
    is_unread = bool(text) and read != version
    before = None
    if is_unread and read is not None:
        before = dataset.guidelines_versions.filter(number=read).values_list("text", flat=True).first()
    html, toc = render_guidelines(text, before) if text else ("", [])
    return {
        "html": html,
        "toc": toc,
        "version": version,
        "is_unread": is_unread,
        "before": read if before is not None else None,
        "gone": difference(before, text)[1] if before is not None else [],
    }


def _progress(dataset: Dataset, own: Mine) -> dict[str, int]:
    team = progress(dataset)
    return {
        "mine": own.submitted,
        "done": team.completed,
        "total": team.total,
        "mine_percent": min(100, own.submitted * 100 // team.total) if team.total else 0,
        "done_percent": team.percent,
    }


def _previous(request: Request, dataset: Dataset, response: Response | None) -> str | None:
    """The record that this person answered before this one."""
    by = request.membership
    others = (
        Response.objects.allowing(Verb.ANNOTATE, by)
        .filter(dataset=dataset, membership=by)
        .order_by("-updated_at")
    )
    if response:
        others = others.filter(updated_at__lt=response.updated_at)
    before = others.values_list("record_id", flat=True).first()
    page = reverse("label", args=[request.organization.slug, dataset.pk])
    return f"{page}?record={before}" if before else None


def _urls(request: Request, record: Record, lease: Lease | None, response: Response | None) -> dict[str, str]:
    """Where this record's forms go. What was submitted has no drafts any more, and what is not held no skip."""
    slug = request.organization.slug
    is_open = response is None or response.status == Status.DRAFT
    return {
        "submit": reverse("submit_response", args=[slug, record.pk]),
        "discard": reverse("discard_response", args=[slug, record.pk]),
        "skip": reverse("skip_record", args=[slug, record.pk]) if lease else "",
        "draft": reverse("save_draft", args=[slug, record.pk]) if is_open else "",
        "heartbeat": reverse("heartbeat", args=[slug, lease.pk]) if lease else "",
        "guidelines": reverse("read_guidelines", args=[slug, record.dataset_id]),
        "preview": reverse("preview_text", args=[slug, record.dataset_id]),
    }
