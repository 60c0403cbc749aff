"""The Hugging Face Hub on the tab Import and export: a split to look at, a data set to push to."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from feedback.actions.hub import look_at_hub, start_hub_export
from feedback.file_forms import HubForm, PushForm
from feedback.models import Dataset
from feedback.views.files import files_page


@require_POST
@sensitive_post_parameters("hub-token")
def look(request: Request, pk: UUID) -> HttpResponse:
    """Have the first rows of a split fetched; then one sees what would become of them."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = HubForm(request.POST, prefix="hub")
    if form.is_valid():
        try:
            job = look_at_hub(dataset, **form.cleaned_data, by=request.membership)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("job", request.organization.slug, job.pk)
    return files_page(request, dataset, hub_form=form)


@require_POST
@sensitive_post_parameters("push-token")
def push(request: Request, pk: UUID) -> HttpResponse:
    """Begin a push of all records."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = PushForm(request.POST, prefix="push")
    if form.is_valid():
        try:
            job = start_hub_export(dataset, **form.cleaned_data, by=request.membership)
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("job", request.organization.slug, job.pk)
    return files_page(request, dataset, push_form=form)
