"""The domains of an organization: claim, prove, drop."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from accounts.access import Verb, demand
from accounts.actions import claim_domain, drop_domain, prove_domain
from accounts.forms import explain
from accounts.models import Domain
from core.errors import DomainError
from core.http import Request
from workspaces.sign_in_forms import DomainForm
from workspaces.views.signing_in import page


@require_POST
def claim(request: Request) -> HttpResponse:
    """Say that a domain is the organization's."""
    demand(Verb.OWN, request.membership)
    form = DomainForm(request.POST)
    if not form.is_valid():
        return page(request, domain_form=form)
    try:
        claim_domain(request.organization, form.cleaned_data["name"])
    except DomainError as error:
        explain(form, error)
        return page(request, domain_form=form)
    return _back(request)


@require_POST
@transaction.non_atomic_requests  # the domain may take its time to answer
def prove(request: Request, pk: UUID) -> HttpResponse:
    """Look for the proof."""
    with transaction.atomic():
        domain = _fetch(request, pk)
    try:
        prove_domain(domain)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("%(domain)s is proven.") % {"domain": domain.name})
    return _back(request)


@require_POST
def drop(request: Request, pk: UUID) -> HttpResponse:
    """Take it off the list."""
    domain = _fetch(request, pk)
    drop_domain(domain)
    messages.success(request, gettext("%(domain)s is off the list.") % {"domain": domain.name})
    return _back(request)


def _fetch(request: Request, pk: UUID) -> Domain:
    demand(Verb.OWN, request.membership)
    return Domain.objects.fetch(Verb.OWN, request.membership, pk=pk)


def _back(request: Request) -> HttpResponse:
    return redirect("organization_signing_in", request.organization.slug)
