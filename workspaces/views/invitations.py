"""Asking people to join by e-mail, and the page where they do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import directory
from accounts.access import Verb, demand
from accounts.forms import explain
from accounts.models import Membership, User
from core.errors import DomainError, NotFound
from core.http import Request
from core.tenancy import acting_for
from workspaces import emails
from workspaces.actions import accept_invitation, invite, join_anew, open_invitation, withdraw_invitation
from workspaces.forms import InvitationForm, JoinAnewForm, JoinForm
from workspaces.models import Invitation

BACKEND = "accounts.authentication.SignInBackend"


@require_http_methods(["GET", "POST"])
@never_cache
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
            context = {"nav": "people", "invitation": invited.invitation, "link": emails.link(invited)}
            try:
                emails.invitation(invited)
            except OSError as error:
                context["failure"] = error
            return render(request, "workspaces/invited.html", context)
    context = {"nav": "people", "form": form}
    return render(request, "workspaces/invite.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: Request, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = Invitation.objects.fetch(Verb.MANAGE, request.membership, pk=pk)
    withdraw_invitation(invitation)
    messages.success(
        request, gettext("The invitation of %(email)s is withdrawn.") % {"email": invitation.email}
    )
    return redirect("members", request.organization.slug)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Accept an invitation: with the account that one is signed in with, or with a new one."""
    organization = directory.organization(slug)
    if organization is None:
        raise NotFound(gettext("This invitation has been used, or has run out. Ask for another one."))
    user = request.user if isinstance(request.user, User) else None
    if user and directory.membership_of(user, slug):
        return redirect("home", slug)
    with acting_for(organization.pk):
        invitation = open_invitation(organization, token)
        form = _join_form(request, user, invitation)
        if request.method == "POST" and form.is_valid():
            try:
                member = _accept(invitation, user, form.cleaned_data)
            except DomainError as error:
                explain(form, error)
            else:
                if user is None:
                    login(request, member.user, backend=BACKEND)
                return redirect("home", slug)
        known = user is None and directory.account_with(invitation.email) is not None
        context = {"invitation": invitation, "form": form, "known": known}
        return render(request, "workspaces/invitation.html", context, status=422 if form.errors else 200)


def _join_form(request: HttpRequest, user: User | None, invitation: Invitation) -> JoinForm:
    names = {"username": invitation.email.partition("@")[0]}
    form = JoinForm if user else JoinAnewForm
    return form(request.POST or None, initial=names)


def _accept(invitation: Invitation, user: User | None, given: dict[str, Any]) -> Membership:
    return accept_invitation(invitation, user, **given) if user else join_anew(invitation, **given)
