"""Signing in through an organization's own provider: away to it, and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_login
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.models import Login
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import directory
from accounts.adapter import THROUGH
from accounts.connecting import may_connect
from accounts.entry import is_lent
from accounts.models import IdentityProvider, User
from accounts.organization_providers import LASTS, way_through
from accounts.provider_answers import Refused
from accounts.saml import SamlProvider
from core.errors import DomainError, Forbidden, Invalid
from core.tenancy import acting_for
from workspaces.actions import receive
from workspaces.sign_in_forms import DiscoverForm

View = Callable[[HttpRequest, IdentityProvider], HttpResponseBase]


def _with_provider(view: View) -> Callable[..., HttpResponseBase]:
    """The provider of the address, or 404; what it refuses is a page that leads back.

    While the provider is asked, which takes as long as it likes, no transaction is open.
    """

    @wraps(view)
    def found(request: HttpRequest, slug: str, pk: UUID) -> HttpResponseBase:
        provider = directory.provider(slug, pk)
        if provider is None:
            raise Http404
        try:
            return view(request, provider)
        except (Refused, DomainError) as error:
            context = {"error": error, "organization_slug": slug}
            status = 403 if isinstance(error, Forbidden) else 422
            return render(request, "workspaces/sign_in_refused.html", context, status=status)

    return login_not_required(transaction.non_atomic_requests(never_cache(found)))


@require_GET
@rate_limit(action="login", limit_get=True)  # type: ignore[untyped-decorator]
@_with_provider
def begin(request: HttpRequest, provider: IdentityProvider) -> HttpResponseBase:
    """To the provider. `connect`: whoever is signed in wants to be known by its word as well."""
    way = way_through(provider)
    cookie = way.begin()
    address = way.address(cookie) if isinstance(way, SamlProvider) else way.address(cookie, {})
    note = {"next": request.GET.get("next", ""), "connecting": _connecting(request, provider)}
    cache.set(_place(cookie.partition(":")[0]), note, LASTS)
    reply: HttpResponse = redirect(address)
    if note[
        "connecting"
    ]:  # by a link: a form that led here, such as that of the password, may send nobody elsewhere
        reply = render(request, "workspaces/connect.html", {"provider": provider, "address": address})
    reply.set_cookie(
        way.cookie,
        cookie,
        max_age=LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return reply


@require_GET
@_with_provider
def end(request: HttpRequest, provider: IdentityProvider) -> HttpResponseBase:
    """Back from the provider: signed in, as the member that it says."""
    way, state = way_through(provider), request.GET.get("state", "")
    way.take(state, request.COOKIES.get(way.cookie, ""))
    note = cache.get(_place(state)) or {}
    if isinstance(way, SamlProvider):
        person = way.person(state)
    elif code := request.GET.get("code"):
        person = way.person(code, state)
    else:
        raise Refused(f"{way.name} refused this sign-in: {request.GET.get('error', '')[:100]}.")
    with acting_for(provider.organization_id), transaction.atomic():
        member = receive(person, provider, connecting=_same(request, note.get("connecting")))
        assert member.user is not None
        member.user.signing_in_as = member
        home = reverse("home", args=[provider.organization.slug])
        back = note.get("next", "")
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
        login = Login(
            user=member.user,
            redirect_url=back if is_ours else home,
            signal_kwargs={THROUGH: str(provider.organization_id)},
        )
        reply: HttpResponseBase = perform_login(request, login)
    assert isinstance(reply, HttpResponse)
    reply.delete_cookie(way.cookie)
    return reply


@csrf_exempt
@require_POST
@_with_provider
def saml_answer(request: HttpRequest, provider: IdentityProvider) -> HttpResponseBase:
    """What a SAML provider's page posts. Our cookies do not come along: the same browser comes back for the rest."""
    way, state = way_through(provider), request.POST.get("RelayState", "")
    if not isinstance(way, SamlProvider):
        raise Http404
    way.receive(request.POST.get("SAMLResponse", ""), state)
    return redirect(f"{reverse('sso_end', args=[provider.organization.slug, provider.pk])}?state={state}")


@require_GET
@_with_provider
def saml_metadata(request: HttpRequest, provider: IdentityProvider) -> HttpResponseBase:
    """What a SAML provider must know about us."""
    way = way_through(provider)
    if not isinstance(way, SamlProvider):
        raise Http404
    return HttpResponse(way.our_metadata(), content_type="application/samlmetadata+xml")


@login_not_required
@require_http_methods(["GET", "POST"])
@rate_limit(action="login")  # type: ignore[untyped-decorator]
@never_cache
def discover(request: HttpRequest) -> HttpResponse:
    """By the domain of an e-mail to the page of the organization that has it."""
    form = DiscoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        domain = form.cleaned_data["email"].rpartition("@")[2]
        organization = directory.organization_of(domain)
        if organization is not None:
            return redirect("organization_sign_in", organization.slug)
        form.add_error(
            "email",
            gettext("No organization here signs in people of %(domain)s. Sign in by a password or a code.")
            % {"domain": domain},
        )
    return render(request, "workspaces/discover.html", {"form": form}, status=422 if form.errors else 200)


def _connecting(request: HttpRequest, provider: IdentityProvider) -> str:
    """Whose account is to be connected: that of whoever pressed the button on a page of their own, and is there."""
    if "connect" not in request.GET:
        return ""
    user = request.user
    if not isinstance(user, User) or not may_connect(user, provider.pk, request.GET["connect"]):
        raise Invalid(gettext("To connect your account, sign in and press the button under “Your account”."))
    if is_lent(request, user):
        raise Invalid(gettext("Sign in by what is your own first, to connect your account."))
    raise_if_reauthentication_required(request, app="allauth.mfa")
    return str(user.pk)


def _same(request: HttpRequest, pk: Any) -> User | None:
    """Whoever wanted to connect their account, if they are still the one who is signed in."""
    return request.user if isinstance(request.user, User) and pk and str(request.user.pk) == pk else None


def _place(state: str) -> str:
    return f"sso:{sha256(state.encode()).hexdigest()}"
