"""Writing, on the labeling page: how a text will look."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.access import Verb
from core.http import Request
from core.markdown import render_draft
from feedback.models import Dataset


@require_POST
def preview(request: Request, dataset_id: UUID) -> HttpResponse:
    """How a text that is being written will look, as a piece of HTML."""
    Dataset.objects.fetch(Verb.ANNOTATE, request.membership, pk=dataset_id)
    return HttpResponse(render_draft(request.POST.get("text", "").replace("\r\n", "\n")))
