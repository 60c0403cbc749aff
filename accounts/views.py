"""Pages: signing in, choosing an organization, one's own account."""

from typing import Any
from uuid import UUID

from allauth.account.views import LoginView
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.generic.edit import FormView

from accounts import directory
from accounts.access import Verb
from accounts.actions import change_member, issue_api_key, revoke_api_key
from accounts.actions.founding import APPROVAL, OPEN
from accounts.connecting import connect_token
from accounts.entry import Missing, missing
from accounts.forms import KeyForm, NameForm, explain
from accounts.key_list import listed
from accounts.middleware import last_visited
from accounts.models import ApiKey, IdentityProvider, User
from accounts.sessions import end_session
from core.errors import DomainError
from core.http import Request


class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page for everybody."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """And whether one may sign up."""
        may_sign_up = settings.SIGN_UP in (APPROVAL, OPEN)
        return {**super().get_context_data(**kwargs), "may_sign_up": may_sign_up}


sign_in = SignIn.as_view()


class OrganizationSignIn(LoginView):  # type: ignore[misc]
    """The sign-in page of one organization. Looks the same for a slug that nobody has."""

    template_name = "accounts/sign_in.html"

    @method_decorator(login_not_required)
    @method_decorator(never_cache)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever is signed in goes on, unless they lack something to enter."""
        if self._lacking() in (Missing.PROVIDER, Missing.OWN):
            return self._once_more(request, *args, **kwargs)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    @method_decorator(rate_limit(action="login"))
    @method_decorator(sensitive_post_parameters("password"))
    def _once_more(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form asks in this organization only."""
        return {**super().get_form_kwargs(), "organization": self.kwargs["slug"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The slug, not the name: strangers do not learn who is here."""
        slug = self.kwargs["slug"]
        organization = directory.organization(slug)
        about = {
            "organization_slug": slug,
            "providers": directory.providers_of(slug),
            "must_use_sso": organization is not None and organization.must_use_sso,
            "lacking": self._lacking(),
        }
        return {**super().get_context_data(**kwargs), **about}

    def _lacking(self) -> Missing | None:
        user = self.request.user
        member = directory.membership_of(user, self.kwargs["slug"]) if isinstance(user, User) else None
        return missing(self.request, member) if member else None


organization_sign_in = OrganizationSignIn.as_view()


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """To the home of the organization visited last, or of the only one; else choose."""
    assert isinstance(request.user, User)
    if member := last_visited(request, request.user):
        return redirect("home", member.organization.slug)
    return organizations(request)


@require_GET
def organizations(request: HttpRequest) -> HttpResponse:
    """All organizations that one belongs to. The operator, who belongs to none, goes to the admin."""
    assert isinstance(request.user, User)
    memberships = directory.memberships_of(request.user)
    if not memberships and request.user.is_superuser:
        return redirect("admin:index")
    context = {
        "memberships": memberships,
        "may_found": settings.SIGN_UP in (APPROVAL, OPEN),
        "asked": directory.open_request(request.user),
    }
    return render(request, "accounts/organizations.html", context)


@require_POST
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign out somewhere else."""
    assert isinstance(request.user, User)
    end_session(request.user, pk)
    messages.success(request, gettext("You are signed out there."))
    return redirect("usersessions_list")


@require_http_methods(["GET", "POST"])
def account(request: Request) -> HttpResponse:
    """One's name, the ways to sign in, and keys for programs."""
    by = request.membership
    form = NameForm(request.POST or None, initial={"first_name": by.first_name, "last_name": by.last_name})
    if request.method == "POST" and form.is_valid():
        change_member(by, **form.cleaned_data)
        messages.success(request, gettext("Your name is saved."))
        return redirect("account", request.organization.slug)
    return _account(request, form=form)


@require_POST
@never_cache
@sensitive_variables("issued")
def create_key(request: Request) -> HttpResponse:
    """A new key of one's own. The page that answers is the only one that ever shows it."""
    form = KeyForm(request.POST, of=request.membership)
    if not form.is_valid():
        return _account(request, key_form=form)
    try:
        issued = issue_api_key(request.membership, **form.given())
    except DomainError as error:
        explain(form, error)
        return _account(request, key_form=form)
    return _account(request, issued=issued)


@require_POST
def revoke_key(request: Request, pk: UUID) -> HttpResponse:
    """End a key. Owners may end anybody's."""
    key = ApiKey.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    revoke_api_key(key)
    messages.success(request, gettext("The key %(name)s has ended.") % {"name": key.name})
    if key.membership_id == request.membership.pk:
        return redirect("account", request.organization.slug)
    return redirect(
        "service" if key.membership.is_service else "member", request.organization.slug, key.membership_id
    )


def _connectable(request: Request) -> list[tuple[IdentityProvider, str]]:
    """The providers of the organization, each with what its button carries; nothing for one that knows them."""
    known = directory.connected(request.user)
    return [
        (one, "" if one.pk in known else connect_token(request.user, one.pk))
        for one in directory.providers_of(request.organization.slug)
    ]


def _account(request: Request, **given: Any) -> HttpResponse:
    by = request.membership
    names = {"first_name": by.first_name, "last_name": by.last_name}
    context = {
        "form": NameForm(initial=names),
        "key_form": KeyForm(of=by),
        "keys": listed(ApiKey.objects.allowing(Verb.VIEW, by).filter(membership=by)),
        "providers": _connectable(request),
        **given,
    }
    wrong = any(form.errors for form in (context["form"], context["key_form"]))
    return render(request, "accounts/account.html", context, status=422 if wrong else 200)
