"""A dataset like another one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from feedback.actions.cloning import With, clone_dataset
from feedback.clone_forms import CloneForm
from feedback.models import Dataset


@require_http_methods(["GET", "POST"])
def clone(request: Request, pk: UUID) -> HttpResponse:
    """Ask for its name and what comes along, then begin."""
    dataset = Dataset.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = CloneForm(request.POST or None, by=request.membership, dataset=dataset)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        name, workspace = given.pop("name"), given.pop("workspace")
        try:
            job = clone_dataset(dataset, workspace, name=name, by=request.membership, what=With(**given))
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("job", request.organization.slug, job.pk)
    context = {"nav": "datasets", "dataset": dataset, "form": form}
    return render(request, "feedback/clone.html", context, status=422 if form.errors else 200)
