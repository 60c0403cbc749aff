"""What static/js/elements/resumable-upload.js talks to: files in parts, as in feedback/api/uploads.py."""

from __future__ import annotations

from typing import IO, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from pydantic import BaseModel, Field

from accounts.access import Verb
from core.errors import DomainError
from core.http import Request, asked, status_of
from feedback.actions.resuming import begin_upload, drop_upload, receive_part
from feedback.models import Dataset, UploadSession
from feedback.reports.upload_status import upload_json


class BeginForm(forms.Form):
    """The file that somebody chose."""

    filename = forms.CharField(max_length=1000)
    size = forms.IntegerField(
        min_value=1, error_messages={"min_value": _("This file is empty. Choose one with at least one row.")}
    )
    fingerprint = forms.CharField(max_length=500, required=False)


class Part(BaseModel):
    """The query with which a part comes."""

    offset: int = Field(-1, ge=0)
    sha256: str = ""


@require_POST
def begin(request: Request, pk: UUID) -> HttpResponse:
    """Make room for a file."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _refused(" ".join(str(error) for errors in form.errors.values() for error in errors), 422)
    try:
        session = begin_upload(dataset, by=request.membership, **form.cleaned_data)
    except DomainError as error:
        return _refused(str(error), status_of(error))
    return JsonResponse(upload_json(session), status=201)


@require_http_methods(["GET", "PUT"])
@never_cache
def upload_part(request: Request, pk: UUID) -> HttpResponse:
    """How much of it is here; or take the next part in."""
    session = UploadSession.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    if request.method == "PUT":
        part = asked(request, Part)
        try:
            session = receive_part(session, cast(IO[bytes], request), offset=part.offset, sha256=part.sha256)
        except DomainError as error:
            return _refused(str(error), status_of(error))
    return JsonResponse(upload_json(session))


@require_POST
def cancel(request: Request, pk: UUID) -> HttpResponse:
    """Throw away what came of it."""
    session = UploadSession.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    drop_upload(session)
    messages.success(request, gettext("The upload is canceled."))
    return redirect("dataset_files", request.organization.slug, session.dataset_id)


def _refused(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"detail": sentence}, status=status)
