"""Groups of people in a workspace: made, changed, deleted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import Verb
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from workspaces.actions import change_group, create_group, delete_group
from workspaces.models import Group, Workspace
from workspaces.place_forms import GroupForm


@require_http_methods(["GET", "POST"])
def new_group(request: Request, pk: UUID) -> HttpResponse:
    """Name some people together."""
    place = Workspace.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = GroupForm(request.POST or None, workspace=place)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_group(place, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            return _back(request, pk, gettext("The group %(name)s is there.") % {"name": made.name})
    return _page(request, "workspaces/group.html", form, workspace=place)


@require_http_methods(["GET", "POST"])
def group(request: Request, pk: UUID, group: UUID) -> HttpResponse:
    """Its name, and who is in it."""
    found = Group.objects.fetch(Verb.MANAGE, request.membership, workspace=pk, pk=group)
    form = GroupForm(request.POST or None, workspace=found.workspace, group=found)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_group(found, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            return _back(request, pk, gettext("%(name)s is saved.") % {"name": changed.name})
    return _page(request, "workspaces/group.html", form, workspace=found.workspace, group=found)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID, group: UUID) -> HttpResponse:
    """Ask, then forget it."""
    found = Group.objects.fetch(Verb.MANAGE, request.membership, workspace=pk, pk=group)
    if request.method == "POST":
        delete_group(found)
        return _back(request, pk, gettext("The group %(name)s is gone.") % {"name": found.name})
    context = {"nav": "people", "workspace": found.workspace, "group": found}
    return render(request, "workspaces/delete_group.html", context)


def _back(request: Request, pk: UUID, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("workspace", request.organization.slug, pk)


def _page(request: Request, template: str, form: GroupForm, **context: Any) -> HttpResponse:
    about = {"nav": "people", "form": form, **context}
    return render(request, template, about, status=422 if form.errors else 200)
