"""How the people of an organization sign in: its rules, providers and domains, on one page for owners."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts.access import Verb, demand
from accounts.actions import change_entry_rules
from accounts.actions.domains import FILE, record_of
from accounts.entry import has_recovery_codes
from accounts.forms import explain
from accounts.models import Domain, IdentityProvider
from core.errors import DomainError
from core.http import Request
from workspaces.sign_in_forms import DomainForm, RulesForm


@require_GET
def signing_in(request: Request) -> HttpResponse:
    """Everything about it."""
    demand(Verb.OWN, request.membership)
    return page(request)


@require_POST
def change_rules(request: Request) -> HttpResponse:
    """Who must sign in how."""
    demand(Verb.OWN, request.membership)
    form = RulesForm(request.POST)
    form.is_valid()
    try:
        change_entry_rules(request.organization, **form.cleaned_data, by=request.membership)
    except DomainError as error:
        explain(form, error)
        return page(request, rules_form=form)
    messages.success(request, gettext("The rules are saved."))
    return redirect("organization_signing_in", request.organization.slug)


def page(request: Request, **given: Any) -> HttpResponse:
    """The page, with a form that was refused in the place of its own."""
    by, organization = request.membership, request.organization
    domains = Domain.objects.allowing(Verb.OWN, by)
    assert by.user is not None
    context = {
        "nav": "people",
        "rules_form": RulesForm(
            initial={
                "must_use_sso": organization.must_use_sso,
                "must_use_second_factor": organization.must_use_second_factor,
            }
        ),
        "domain_form": DomainForm(),
        "providers": IdentityProvider.objects.allowing(Verb.OWN, by),
        "domains": [{"domain": one, "record": record_of(one)} for one in domains],
        "file": FILE,
        "has_codes": has_recovery_codes(by.user),
        **given,
    }
    wrong = any(context[name].errors for name in ("rules_form", "domain_form"))
    return render(request, "workspaces/signing_in.html", context, status=422 if wrong else 200)
