"""Going: oneself, for a while or for good because others say so, and as an owner in favor of somebody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.actions import deactivate_member, hand_over_ownership, reactivate_member, remove_member
from accounts.models import Membership
from core.errors import DomainError
from core.http import Request


@require_http_methods(["GET", "POST"])
def leave(request: Request) -> HttpResponse:
    """Ask, then let oneself go."""
    error = None
    if request.method == "POST":
        name = request.organization.name
        try:
            remove_member(request.membership)
        except DomainError as refusal:
            error = refusal
        else:
            messages.success(request, gettext("You have left %(organization)s.") % {"organization": name})
            return redirect("index")
    context = {"nav": "account", "error": error}
    return render(request, "workspaces/leave.html", context, status=409 if error else 200)


@require_POST
def deactivate(request: Request, pk: UUID) -> HttpResponse:
    """Shut somebody out at once."""
    person = _fetch(request, Verb.MANAGE, pk)
    deactivate_member(person)
    if person.pk == request.membership.pk:
        return redirect("index")
    told = gettext("%(name)s is deactivated: signed out, without keys, and cannot come in.")
    messages.success(request, told % {"name": person.display_name})
    return redirect("member", request.organization.slug, pk)


@require_POST
def reactivate(request: Request, pk: UUID) -> HttpResponse:
    """Let them in again."""
    person = reactivate_member(_fetch(request, Verb.MANAGE, pk))
    messages.success(request, gettext("%(name)s can sign in again.") % {"name": person.display_name})
    return redirect("member", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
def hand_over(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then make somebody an owner in one's own place."""
    demand(Verb.OWN, request.membership)
    person = _fetch(request, Verb.OWN, pk)
    error = None
    if request.method == "POST":
        try:
            hand_over_ownership(request.membership, person)
        except DomainError as refusal:
            error = refusal
        else:
            told = gettext("%(name)s is an owner now, and you are a manager.")
            messages.success(request, told % {"name": person.display_name})
            return redirect("home", request.organization.slug)
    context = {"nav": "people", "person": person, "error": error}
    return render(request, "workspaces/hand_over_ownership.html", context, status=422 if error else 200)


def _fetch(request: Request, verb: Verb, pk: UUID) -> Membership:
    return Membership.objects.fetch(verb, request.membership, pk=pk, left_at=None)
