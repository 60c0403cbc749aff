"""The labeling page: one record after the other. Each act answers with the next record, in one round trip."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb
from core.errors import Conflict, Invalid, NotFound
from core.http import Request
from feedback.actions import queue, responses
from feedback.actions.nothing import Nothing
from feedback.actions.one_response import Circumstances
from feedback.actions.queue import lease_next, read_guidelines_of
from feedback.models import Dataset, Lease, Record
from feedback.models import Response as Answer
from feedback.models.responses import NOTICED, Status
from feedback.views.frame_policy import shows_records
from feedback.views.task import answers_of, nothing, task

PAGE = "feedback/labeling.html"
A_DAY = 24 * 3600 * 1000


@never_cache
@require_GET
@shows_records
def label(request: Request, dataset_id: UUID) -> HttpResponse:
    """The next record for this person, or `?record=` one that they want to see again."""
    dataset = Dataset.objects.fetch(Verb.ANNOTATE, request.membership, pk=dataset_id)
    if wanted := request.GET.get("record"):
        record = Record.objects.fetch(Verb.ANNOTATE, request.membership, pk=_id(wanted), dataset=dataset)
        return render(request, PAGE, task(request, record, _lease(request, record)))
    return _next(request, dataset, page=PAGE)


@require_POST
@shows_records
def submit(request: Request, record_id: UUID) -> HttpResponse:
    """Take final answers, and go on."""
    record = Record.objects.fetch(Verb.ANNOTATE, request.membership, pk=record_id)
    answers = answers_of(record, request.POST, request.membership)
    how = _circumstances(request, record)
    try:
        responses.submit_response(record, answers, by=request.membership, how=how)
    except Invalid as error:
        context = task(request, record, _lease(request, record), posted=answers, problem=error)
        return render(request, _partial(request, "task"), context, status=422)
    return go_on(request, record.dataset)


@require_POST
def discard(request: Request, record_id: UUID) -> HttpResponse:
    """Take a reason why it cannot be judged, and go on."""
    record = Record.objects.fetch(Verb.ANNOTATE, request.membership, pk=record_id)
    answers = answers_of(record, request.POST, request.membership)
    responses.discard_response(
        record,
        answers,
        by=request.membership,
        reason=request.POST.get("reason") or None,
        note=request.POST.get("note", "")[:2000],
        how=_circumstances(request, record),
    )
    return go_on(request, record.dataset)


@require_POST
def skip(request: Request, record_id: UUID) -> HttpResponse:
    """Give the record back for now, and go on."""
    record = Record.objects.fetch(Verb.ANNOTATE, request.membership, pk=record_id)
    responses.skip_record(record, by=request.membership)
    return go_on(request, record.dataset)


@require_POST
def save_draft(request: Request, record_id: UUID) -> HttpResponse:
    """Keep what there is so far: {"revision", "saved_at"}; 409 if another tab kept something newer or handed it in."""
    record = Record.objects.fetch(Verb.ANNOTATE, request.membership, pk=record_id)
    answers = answers_of(record, request.POST, request.membership)
    how = _circumstances(request, record)
    try:
        draft = responses.save_draft(
            record, answers, by=request.membership, revision=_number(request, "revision"), how=how
        )
    except Conflict as error:
        current = Answer.objects.fetch(
            Verb.ANNOTATE, request.membership, record=record, membership=request.membership
        )
        is_draft = current.status == Status.DRAFT
        conflict = {"detail": str(error), "revision": current.revision, "is_draft": is_draft}
        return JsonResponse(conflict, status=409)
    except Invalid as error:
        return JsonResponse({"detail": str(error), "errors": error.errors}, status=422)
    return JsonResponse({"revision": draft.revision, "saved_at": draft.updated_at.isoformat()})


@require_POST
def heartbeat(request: Request, lease_id: UUID) -> HttpResponse:
    """Hold the record: {"expires_at"}; 404 if the place was lost."""
    lease = Lease.objects.fetch(Verb.ANNOTATE, request.membership, pk=lease_id, membership=request.membership)
    return JsonResponse({"expires_at": queue.heartbeat(lease).isoformat()})


@require_POST
def read_guidelines(request: Request, dataset_id: UUID) -> HttpResponse:
    """Remember that this person has read the guidelines, in the version that was shown."""
    dataset = Dataset.objects.fetch(Verb.ANNOTATE, request.membership, pk=dataset_id)
    read_guidelines_of(dataset, _number(request, "version"), by=request.membership)
    if request.htmx:
        return HttpResponse(status=204)
    return redirect("label", request.organization.slug, dataset.pk)


def go_on(request: Request, dataset: Dataset) -> HttpResponse:
    """The next record, in the place of the one that is done."""
    if request.htmx:
        return _next(request, dataset, page=f"{PAGE}#task")
    return redirect("label", request.organization.slug, dataset.pk)


def _next(request: Request, dataset: Dataset, *, page: str) -> HttpResponse:
    found = lease_next(dataset, by=request.membership)
    if isinstance(found, Nothing):
        return render(request, page.replace("#task", "#empty"), nothing(request, dataset, found))
    record = found.record
    record.dataset = dataset  # its shape is read already
    reply = render(request, page, task(request, record, found))
    reply["HX-Replace-Url"] = reverse(
        "label", args=[request.organization.slug, dataset.pk]
    )  # without ?record=
    return reply


def _partial(request: Request, name: str) -> str:
    return f"{PAGE}#{name}" if request.htmx else PAGE


def _lease(request: Request, record: Record) -> Lease | None:
    return Lease.objects.find(Verb.ANNOTATE, request.membership, record=record, membership=request.membership)


def _circumstances(request: Request, record: Record) -> Circumstances:
    """The form counts all active time of the record; what the server has already is taken off."""
    mine = Answer.objects.find(
        Verb.ANNOTATE, request.membership, record=record, membership=request.membership
    )
    return circumstances(request, mine.active_ms or 0 if mine else 0)


def circumstances(request: Request, known: int = 0) -> Circumstances:
    """How an answer came about, as the form says. `known`: active milliseconds that were counted before."""
    submission = None
    with suppress(ValueError):
        submission = UUID(request.POST.get("submission", ""))
    noticed = [word for word in request.POST.get("noticed", "").split() if word in NOTICED]
    return Circumstances(
        active_ms=max(0, min(_number(request, "active_ms"), A_DAY) - known),
        device=request.POST.get("device", "")[:20],
        submission=submission,
        extra={"noticed": noticed} if noticed else {},
    )


def _number(request: Request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(gettext("There is no such record.")) from None
