"""Pages below an organization's slug: who is asking there, and for which organization the request acts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from accounts import directory
from accounts.entry import Missing, is_lent, missing
from accounts.models import Membership, User
from core.errors import Forbidden
from core.origin import asked_by
from core.tenancy import acting_for, enter, enter_across

SESSION_KEY = "organization"  # the slug of the organization that was last visited
SEEN_NOTED_EVERY = timedelta(minutes=5)
OWN = ("mfa_", "account_", "usersessions", "end_session")  # names of pages about how somebody signs in
View = Callable[..., HttpResponseBase]


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Strangers sign in first, below a slug on the page of that organization, where its usernames do."""

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseBase:  # type: ignore[override]
        """To the sign-in page and back again; for htmx the whole page goes, not a fragment of it."""
        match = request.resolver_match
        slug = match.kwargs.get("organization") if match else None
        url = reverse("organization_sign_in", args=[slug]) if slug else reverse("account_login")
        return _to_sign_in(request, url)


def _to_sign_in(request: HttpRequest, url: str) -> HttpResponseBase:
    if "HX-Request" not in request.headers:
        return redirect_to_login(request.get_full_path(), url)
    back = request.headers.get("HX-Current-URL", "/")
    return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(back, url).url})


class OrganizationMiddleware:
    """`request.organization`, `request.membership` and tenancy, from the slug, which views are not given."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _act_as(request, None)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Enter the organization of the slug. For strangers it does not exist; others may lack something to enter."""
        if request.path.startswith("/api/") or not isinstance(request.user, User):
            return None
        is_admin = request.path.startswith(reverse("admin:index"))
        if slug := kwargs.pop("organization", None):
            member = directory.membership_of(request.user, slug)
            if member is None:
                raise Http404
        elif request.user.is_superuser and is_admin:
            enter_across()
            asked_by(request.user)
            return None
        else:
            if (refusal := refuse_lent(request, request.user)) is not None:
                return refusal
            member = last_visited(request, request.user)
        if member and (lacking := missing(request, member)):
            return ask_for(request, member, lacking) if slug or is_admin else None
        if member and slug:
            _remember(request, slug)
            _note_visit(member)
        _act_as(request, member)
        return None


def ask_for(request: HttpRequest, member: Membership, lacking: Missing) -> HttpResponseBase:
    """To the page where they can do what they lack."""
    if lacking is not Missing.SECOND_FACTOR:
        return _to_sign_in(request, reverse("organization_sign_in", args=[member.organization.slug]))
    messages.warning(
        request,
        gettext("%(organization)s asks for a second factor. Set up a passkey or an app, then go on.")
        % {"organization": member.organization.name},
    )
    if "HX-Request" in request.headers:
        return HttpResponse(status=401, headers={"HX-Redirect": reverse("mfa_index")})
    return redirect("mfa_index")


def refuse_lent(request: HttpRequest, user: User) -> HttpResponseBase | None:
    """Pages about signing in are for whoever signed in by what is their own."""
    match = request.resolver_match
    name = (match.url_name if match else None) or ""
    if name == "account_logout" or not name.startswith(OWN) or not is_lent(request, user):
        return None
    sentence = gettext(
        "You came in through your organization's provider, which has no say in how you sign in yourself. "
        "Sign out, and sign in by your password or a code by e-mail."
    )
    return render(request, "error.html", {"error": Forbidden(sentence)}, status=403)


def last_visited(request: HttpRequest, user: User) -> Membership | None:
    """Their membership of the organization that they visited last, or of the only one that they have."""
    memberships = directory.memberships_of(user)
    slug = request.session.get(SESSION_KEY)
    last = next((one for one in memberships if one.organization.slug == slug), None)
    return last or (memberships[0] if len(memberships) == 1 else None)


def _act_as(request: HttpRequest, member: Membership | None) -> None:
    request.membership = member  # type: ignore[attr-defined]
    request.organization = member.organization if member else None  # type: ignore[attr-defined]
    if member:
        enter(member.organization_id)
    asked_by(member or request.user)


def _remember(request: HttpRequest, slug: str) -> None:
    if request.session.get(SESSION_KEY) != slug:
        request.session[SESSION_KEY] = slug


def _note_visit(member: Membership) -> None:
    now = timezone.now()
    if member.last_seen_at is None or member.last_seen_at < now - SEEN_NOTED_EVERY:
        with acting_for(member.organization_id), transaction.atomic():
            Membership.objects.filter(pk=member.pk).update(last_seen_at=now)
