"""Frames: fields that a template of the dataset's author shows."""

from __future__ import annotations

import json
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb
from core.errors import DomainError, NotFound
from core.http import Request
from feedback import fields
from feedback.fields.base import Framed
from feedback.frame_page import frame_page
from feedback.lines import short
from feedback.models import Dataset, Record
from feedback.part_forms import SETTING
from feedback.reports.framed import framed_record
from feedback.views.frame_policy import in_a_frame

LONGEST_SAMPLE = 100_000  # characters


@never_cache
@require_GET
@in_a_frame
def frame(request: Request, record_id: UUID) -> HttpResponse:
    """The field that `?field=` names, of one record, as this person may see it."""
    record = Record.objects.fetch(Verb.VIEW, request.membership, pk=record_id)
    field = record.dataset.shape.fields.get(request.GET.get("field", ""))
    if field is None or field.name not in record.fields:
        raise NotFound("The record has no such field.")
    framed = field.kind.framed(framed_record(record, request.membership))
    if framed is None:
        raise NotFound("This field is shown without a frame.")
    return HttpResponse(frame_page(framed, title=field.title))


@require_POST
@in_a_frame
def try_template(request: Request, pk: UUID) -> HttpResponse:
    """What the settings in a form that is not saved yet make of a value to try them with."""
    Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    return HttpResponse(frame_page(_tried(request), title="Preview"))


def _tried(request: Request) -> Framed:
    name = request.POST.get("name") or short(request.POST.get("title", "")) or "custom"
    sent = {
        key.removeprefix(SETTING): value for key, value in request.POST.items() if key.startswith(SETTING)
    }
    try:
        sample = json.loads(request.POST.get("sample", "")[:LONGEST_SAMPLE])
    except (ValueError, RecursionError):
        return Framed(problem="The value to try it with is no JSON.")
    try:
        kind = fields.from_wire({"type": request.GET.get("kind", ""), **sent})
        framed = kind.framed({"id": "", "fields": {name: kind.clean(sample)}, "metadata": {}})
    except DomainError as error:
        return Framed(problem=" ".join(getattr(error, "errors", {}).values()) or str(error))
    return framed or Framed(problem="This field is shown without a frame.")
