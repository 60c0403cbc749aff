"""The identity providers of an organization: set up, try, delete."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.actions import add_provider, change_provider, remove_provider
from accounts.connecting import connect_token
from accounts.forms import explain
from accounts.models import IdentityProvider
from accounts.organization_providers import address_of, check
from accounts.provider_answers import Refused
from accounts.sign_in_models import Protocol
from core.errors import DomainError
from core.http import Request
from workspaces.sign_in_forms import FORMS


@require_http_methods(["GET", "POST"])
def new_provider(request: Request, protocol: str) -> HttpResponse:
    """Set one up. Our addresses are on the page at once, since the provider asks for them first."""
    demand(Verb.OWN, request.membership)
    if protocol not in Protocol.values:
        raise Http404
    blank = IdentityProvider(organization=request.organization, protocol=protocol)
    form = FORMS[protocol](request.POST or None, by=request.membership, provider=blank)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_provider(request.organization, protocol=protocol, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("%(name)s is set up. Try it now.") % {"name": made.name})
            return redirect("provider", request.organization.slug, made.pk)
    return _page(request, blank, form, pk=form["id"].value())


@require_http_methods(["GET", "POST"])
def provider(request: Request, pk: UUID) -> HttpResponse:
    """Change one."""
    found = _fetch(request, pk)
    form = FORMS[found.protocol](request.POST or None, by=request.membership, provider=found)
    if request.method == "POST" and form.is_valid():
        form.cleaned_data.pop("id")
        try:
            change_provider(found, **form.cleaned_data)
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": found.name})
            return redirect("provider", request.organization.slug, pk)
    return _page(request, found, form)


@require_POST
@transaction.non_atomic_requests  # it may take its time to answer
def test(request: Request, pk: UUID) -> HttpResponse:
    """Ask it, and say in words what is wrong."""
    with transaction.atomic():
        found = _fetch(request, pk)
    try:
        check(found)
    except (Refused, DomainError) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            gettext("%(name)s answers as it should. Now sign in through it once.") % {"name": found.name},
        )
    return redirect("provider", request.organization.slug, pk)


@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Ask, then delete it."""
    found = _fetch(request, pk)
    if request.method == "GET":
        return render(request, "workspaces/delete_provider.html", {"nav": "people", "provider": found})
    remove_provider(found)
    messages.success(request, gettext("%(name)s is deleted.") % {"name": found.name})
    return redirect("organization_signing_in", request.organization.slug)


def _fetch(request: Request, pk: UUID) -> IdentityProvider:
    demand(Verb.OWN, request.membership)
    return IdentityProvider.objects.fetch(Verb.OWN, request.membership, pk=pk)


def _page(request: Request, found: IdentityProvider, form: Any, *, pk: Any = None) -> HttpResponse:
    if pk:
        found.pk = UUID(str(pk))
    names = ("sso_end", "saml_answer", "saml_metadata")
    context = {
        "nav": "people",
        "form": form,
        "provider": found,
        "is_new": pk is not None,
        "connect": connect_token(request.user, found.pk),
        "addresses": {name: address_of(name, request.organization, found) for name in names},
    }
    return render(request, "workspaces/provider.html", context, status=422 if form.errors else 200)
