"""Workspaces and who belongs to them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, WorkspaceRole, demand
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request, say_with_undo
from workspaces.actions import (
    add_to_workspace,
    change_role_in_workspace,
    create_workspace,
    delete_workspace,
    remove_from_workspace,
    rename_workspace,
)
from workspaces.forms import workspace_roles_for
from workspaces.models import Workspace, WorkspaceMembership
from workspaces.place_forms import PlaceForm, PlaceRoleForm, WorkspaceForm
from workspaces.views.nowhere import says_why_it_is_empty


@require_GET
@says_why_it_is_empty("people")
def workspaces(request: Request) -> HttpResponse:
    """All that one belongs to; for owners all there are."""
    demand(Verb.MANAGE, request.membership)
    return _list(request, WorkspaceForm())


@require_POST
def create(request: Request) -> HttpResponse:
    """A new workspace, by an owner."""
    demand(Verb.OWN, request.membership)
    form = WorkspaceForm(request.POST)
    if form.is_valid():
        try:
            made = create_workspace(request.organization, form.cleaned_data["name"])
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("workspace", request.organization.slug, made.pk)
    return _list(request, form)


@require_GET
def workspace(request: Request, pk: UUID) -> HttpResponse:
    """Who belongs to one."""
    place = Workspace.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    return _page(request, place)


@require_POST
def let_in(request: Request, pk: UUID) -> HttpResponse:
    """Let somebody of the organization in."""
    place = Workspace.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    form = PlaceForm(request.POST, by=request.membership, workspace=place)
    if form.is_valid():
        try:
            add_to_workspace(
                place, form.cleaned_data["member"], role=form.cleaned_data["role"], by=request.membership
            )
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(
                request,
                gettext("%(name)s belongs to %(workspace)s now.")
                % {"name": form.cleaned_data["member"], "workspace": place.name},
            )
            return redirect("workspace", request.organization.slug, place.pk)
    return _page(request, place, place_form=form)


@require_POST
def change_place(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    """Let somebody be something else here. Only owners make managers, and unmake them."""
    form = PlaceRoleForm(request.POST, by=request.membership)
    of = {"workspace": pk, "membership": member}
    place = WorkspaceMembership.objects.fetch(Verb.MANAGE, request.membership, **of)
    if place.role == WorkspaceRole.MANAGER:
        place = WorkspaceMembership.objects.fetch(Verb.OWN, request.membership, **of)
    if not form.is_valid():
        return _page(request, place.workspace, role_form=form)
    change_role_in_workspace(place, form.cleaned_data["role"], by=request.membership)
    messages.success(
        request,
        gettext("%(name)s is %(role)s in %(workspace)s now.")
        % {"name": place.membership, "role": place.get_role_display(), "workspace": place.workspace.name},
    )
    if "back" in request.POST:
        return redirect("member", request.organization.slug, member)
    return redirect("workspace", request.organization.slug, pk)


@require_POST
def let_out(request: Request, pk: UUID, member: UUID) -> HttpResponse:
    """Let somebody out; they stay in the organization."""
    place = WorkspaceMembership.objects.fetch(
        Verb.MANAGE, request.membership, workspace=pk, membership=member
    )
    remove_from_workspace(place)
    messages.success(
        request,
        gettext("%(name)s no longer belongs to %(workspace)s.")
        % {"name": place.membership, "workspace": place.workspace.name},
    )
    return redirect("workspace", request.organization.slug, pk)


@require_POST
def rename(request: Request, pk: UUID) -> HttpResponse:
    """Call it something else, by an owner."""
    place = Workspace.objects.fetch(Verb.OWN, request.membership, pk=pk)
    form = WorkspaceForm(request.POST)
    if form.is_valid():
        try:
            rename_workspace(place, form.cleaned_data["name"])
        except DomainError as error:
            explain(form, error)
        else:
            return redirect("workspace", request.organization.slug, pk)
    return _page(request, place, form=form)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then put an empty workspace into the trash, by an owner."""
    place = Workspace.objects.fetch(Verb.OWN, request.membership, pk=pk)
    error = None
    if request.method == "POST":
        try:
            delete_workspace(place, by=request.membership)
        except DomainError as refusal:
            error = refusal
        else:
            sentence = gettext("The workspace %(name)s is in the trash.") % {"name": place.name}
            say_with_undo(
                request, sentence, reverse("restore_deleted", args=[request.organization.slug, place.pk])
            )
            return redirect("workspaces", request.organization.slug)
    context = {"nav": "people", "workspace": place, "error": error}
    return render(request, "workspaces/delete_workspace.html", context, status=409 if error else 200)


def _list(request: Request, form: WorkspaceForm) -> HttpResponse:
    mine: QuerySet[Any] = Workspace.objects.allowing(Verb.MANAGE, request.membership)
    counted = mine.annotate(
        people=Count("workspace_memberships", distinct=True), holdings=Count("datasets", distinct=True)
    )
    context = {"nav": "people", "workspaces": counted, "form": form}
    return render(request, "workspaces/workspaces.html", context, status=422 if form.errors else 200)


def _page(request: Request, workspace: Workspace, **given: Any) -> HttpResponse:
    context = {
        "nav": "people",
        "workspace": workspace,
        "groups": workspace.groups.annotate(people=Count("places")),
        "places": workspace.workspace_memberships.select_related("membership"),
        "roles": workspace_roles_for(request.membership),
        "role_form": PlaceRoleForm(by=request.membership),
        "form": WorkspaceForm(initial={"name": workspace.name}),
        "place_form": PlaceForm(by=request.membership, workspace=workspace),
        **given,
    }
    wrong = any(form.errors for form in (context["form"], context["place_form"], context["role_form"]))
    return render(request, "workspaces/workspace.html", context, status=422 if wrong else 200)
