"""Pages: signing in, choosing an organization, one's own account."""

from typing import Any
from uuid import UUID

from allauth.account.views import LoginView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import directory
from accounts.access import Verb
from accounts.actions import change_member, issue_api_key, revoke_api_key
from accounts.forms import KeyForm, NameForm, explain
from accounts.key_list import listed
from accounts.middleware import last_visited
from accounts.models import ApiKey, User
from accounts.sessions import end_session
from core.errors import DomainError
from core.http import Request


class OrganizationSignIn(LoginView):  # type: ignore[misc]
    """The sign-in page of one organization. Looks the same for a slug that nobody has."""

    template_name = "accounts/sign_in.html"

    def get_form_kwargs(self) -> dict[str, Any]:
        """The form asks in this organization only."""
        return {**super().get_form_kwargs(), "organization": self.kwargs["slug"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The slug, not the name: strangers do not learn who is here."""
        return {**super().get_context_data(**kwargs), "organization_slug": self.kwargs["slug"]}


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
    return render(request, "accounts/organizations.html", {"memberships": memberships})


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


def _account(request: Request, **given: Any) -> HttpResponse:
    by = request.membership
    names = {"first_name": by.first_name, "last_name": by.last_name}
    context = {
        "form": NameForm(initial=names),
        "key_form": KeyForm(of=by),
        "keys": listed(ApiKey.objects.allowing(Verb.VIEW, by).filter(membership=by)),
        **given,
    }
    wrong = any(form.errors for form in (context["form"], context["key_form"]))
    return render(request, "accounts/account.html", context, status=422 if wrong else 200)
