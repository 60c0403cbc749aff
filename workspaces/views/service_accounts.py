"""Service accounts: programs with keys of their own, made and looked after by owners."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.actions import issue_api_key, let_answer
from accounts.forms import KeyForm, explain
from accounts.key_list import listed
from accounts.models import ApiKey, Membership
from core.errors import DomainError
from core.http import Request
from workspaces.actions import add_service
from workspaces.forms import MayAnswerForm, NewServiceForm, workspace_roles_for
from workspaces.models import WorkspaceMembership
from workspaces.standing import reasons


@require_GET
def services(request: Request) -> HttpResponse:
    """All of the organization, by name."""
    demand(Verb.OVERSEE, request.membership)
    found = Membership.objects.allowing(Verb.OVERSEE, request.membership).filter(
        is_service=True, left_at=None
    )
    rows = found.prefetch_related("workspace_memberships__workspace", "api_keys").order_by("username")
    return render(request, "workspaces/services.html", {"nav": "people", "services": rows})


@require_http_methods(["GET", "POST"])
def new_service(request: Request) -> HttpResponse:
    """Name it, and say where it works as what."""
    demand(Verb.OWN, request.membership)
    form = NewServiceForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_service(request.organization, by=request.membership, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(
                request, gettext("%(name)s is added. Make its key now.") % {"name": made.username}
            )
            return redirect("service", request.organization.slug, made.pk)
    context = {"nav": "people", "form": form}
    return render(request, "workspaces/new_service.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def service(request: Request, pk: UUID) -> HttpResponse:
    """Where it works, its keys, and whether it may answer, which is what is posted."""
    found = _fetch(request, pk)
    if request.method == "POST":
        form = MayAnswerForm(request.POST)
        if form.is_valid():
            let_answer(found, form.cleaned_data["may_answer"])
            messages.success(request, gettext("%(name)s is saved.") % {"name": found.display_name})
            return redirect("service", request.organization.slug, pk)
    return _page(request, found)


@require_POST
@never_cache
@sensitive_variables("issued")
def new_service_key(request: Request, pk: UUID) -> HttpResponse:
    """A key for it. The page that answers is the only one that ever shows it."""
    found = _fetch(request, pk)
    form = KeyForm(request.POST, of=found)
    if form.is_valid():
        try:
            issued = issue_api_key(found, **form.given())
        except DomainError as error:
            explain(form, error)
        else:
            return _page(request, found, issued=issued)
    return _page(request, found, key_form=form)


def _fetch(request: Request, pk: UUID) -> Membership:
    demand(Verb.OWN, request.membership)
    return Membership.objects.fetch(Verb.OWN, request.membership, pk=pk, is_service=True, left_at=None)


def _page(request: Request, service: Membership, **given: Any) -> HttpResponse:
    by = request.membership
    places = WorkspaceMembership.objects.allowing(Verb.MANAGE, by).filter(membership=service)
    found = places.select_related("workspace", "membership", "role_set_by").order_by("workspace__name")
    context = {
        "nav": "people",
        "service": service,
        "places": found,
        "reasons": reasons(service, found, by=by),
        "roles": workspace_roles_for(by),
        "keys": listed(ApiKey.objects.allowing(Verb.OWN, by).filter(membership=service)),
        "key_form": KeyForm(of=service),
        "answer_form": MayAnswerForm(initial={"may_answer": service.may_answer}),
        **given,
    }
    status = 422 if context["key_form"].errors else 200
    return render(request, "workspaces/service.html", context, status=status)
