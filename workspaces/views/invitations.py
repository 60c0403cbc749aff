"""Asking people to join: one by e-mail, many from a list, or whoever has a link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.forms import explain
from core.errors import DomainError
from core.http import Request
from workspaces import emails
from workspaces.actions import invite, invite_many, make_link, renew_invitation, withdraw_invitation
from workspaces.actions.invitations import Invited
from workspaces.invitation_forms import InvitationForm, LinkForm, ManyForm
from workspaces.models import Invitation


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("invited")
def invite_member(request: Request) -> HttpResponse:
    """Send somebody a link; it is shown here, too, for installations that cannot send e-mail."""
    demand(Verb.MANAGE, request.membership)
    form = InvitationForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            invited = invite(request.organization, **form.cleaned_data, by=request.membership)
        except DomainError as error:
            explain(form, error)
        else:
            return _shown(request, invited)
    return _form(request, "workspaces/invite.html", form)


@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_variables("invited")
def new_link(request: Request) -> HttpResponse:
    """A link to share, shown this once."""
    demand(Verb.MANAGE, request.membership)
    form = LinkForm(request.POST or None, by=request.membership)
    if request.method == "POST" and form.is_valid():
        try:
            invited = make_link(request.organization, **form.cleaned_data, by=request.membership)
        except DomainError as error:
            explain(form, error)
        else:
            return _shown(request, invited)
    return _form(request, "workspaces/new_link.html", form)


@require_http_methods(["GET", "POST"])
def invite_several(request: Request) -> HttpResponse:
    """First what each line says and what is wrong with it; then, with `send`, letters for those that are right."""
    demand(Verb.MANAGE, request.membership)
    form = ManyForm(request.POST or None, request.FILES or None, by=request.membership)
    if request.method != "POST" or not form.is_valid():
        return _form(request, "workspaces/invite_many.html", form)
    right = [line for line in form.read if not line.wrong]
    if "send" in request.POST and right:
        days = form.cleaned_data["days"]
        sent = len(invite_many(request.organization, right, days=days, by=request.membership))
        told = ngettext("%(number)s person is asked.", "%(number)s people are asked.", sent)
        messages.success(request, told % {"number": sent})
        return redirect("members", request.organization.slug)
    text = form.cleaned_data["lines"]
    again = ManyForm({**request.POST.dict(), "lines": text}, by=request.membership)
    again.data = _with_lines(request, text)
    context = {"right": len(right), "wrong": len(form.read) - len(right), "lines": form.read}
    return _form(request, "workspaces/invite_many.html", again, preview=context)


def _with_lines(request: Request, text: str) -> Any:
    """What was posted, with the lines of the file in place of the box: a file is sent once."""
    posted = request.POST.copy()
    posted["lines"] = text
    return posted


@require_POST
@never_cache
@sensitive_variables("invited")
def resend(request: Request, pk: UUID) -> HttpResponse:
    """Another link, which lasts as long from now; the one before ends. It is sent, and shown this once."""
    invitation = Invitation.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    return _shown(request, renew_invitation(invitation))


@require_POST
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = Invitation.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    name = str(invitation)
    withdraw_invitation(invitation)
    sentence = (
        gettext("The link “%(name)s” is withdrawn.")
        if invitation.is_link
        else gettext("The invitation of %(name)s is withdrawn.")
    )
    messages.success(request, sentence % {"name": name})
    return redirect("members", request.organization.slug)


def _shown(request: Request, invited: Invited) -> HttpResponse:
    context = {"nav": "people", "invitation": invited.invitation, "link": emails.link(invited)}
    if not invited.invitation.is_link:
        context["failure"] = emails.send(invited)
    return render(request, "workspaces/invited.html", context)


def _form(request: Request, template: str, form: Any, **given: Any) -> HttpResponse:
    context = {"nav": "people", "form": form, **given}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)
