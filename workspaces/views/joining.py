"""The page that an invitation or a link opens: join with the account that one has, or with a new one."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import directory
from accounts.forms import explain
from accounts.models import Membership, User
from core.errors import DomainError, NotFound
from core.http import Request
from core.tenancy import acting_for
from workspaces import emails
from workspaces.actions import accept_invitation, ask_for_letter, join_anew, open_invitation
from workspaces.invitation_forms import AskForm, join_form
from workspaces.models import Invitation

BACKEND = "accounts.authentication.SignInBackend"


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Look at the invitation, and accept it. A link for a domain sends a letter with a link of one's own."""
    organization = directory.organization(slug)
    if organization is None or organization.purge_at is not None:
        raise NotFound(gettext("This invitation has been used, or has run out. Ask for another one."))
    user = request.user if isinstance(request.user, User) else None
    if user and directory.membership_of(user, slug):
        return redirect("home", slug)
    with acting_for(organization.pk):
        invitation = open_invitation(organization, token)
        form = join_form(cast(Request, request), invitation, is_known=user is not None)
        if request.method == "POST" and form.is_valid():
            try:
                if isinstance(form, AskForm):
                    return _ask(request, invitation, form.cleaned_data["email"])
                member = _accept(invitation, user, form.cleaned_data)
            except DomainError as error:
                explain(form, error)
            else:
                if user is None:
                    login(request, member.user, backend=BACKEND)
                return redirect("home", slug)
        return _page(request, invitation, form)


def _page(request: HttpRequest, invitation: Invitation, form: forms.Form) -> HttpResponse:
    is_stranger = not request.user.is_authenticated
    known = is_stranger and invitation.email and directory.account_with(invitation.email) is not None
    context = {"invitation": invitation, "form": form, "known": known, "asks": isinstance(form, AskForm)}
    return render(request, "workspaces/invitation.html", context, status=422 if form.errors else 200)


def _ask(request: HttpRequest, link: Invitation, email: str) -> HttpResponse:
    """The same page whatever comes of it, so that nobody learns who is here."""
    if (invited := ask_for_letter(link, email)) is not None:
        emails.send(invited)
    return render(request, "workspaces/letter_sent.html", {"invitation": link, "email": email})


def _accept(invitation: Invitation, user: User | None, given: dict[str, Any]) -> Membership:
    return accept_invitation(invitation, user, **given) if user else join_anew(invitation, **given)
