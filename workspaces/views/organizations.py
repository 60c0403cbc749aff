"""The organization as a whole: who owns it, who left, and its end."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import Role, Verb, demand
from accounts.actions import keep_organization, order_deletion, rename_organization
from accounts.forms import explain
from accounts.models import Membership
from core.errors import DomainError
from core.http import Request

MOST_GONE = 50


class RenamingForm(forms.Form):
    """Another name."""

    name = forms.CharField(label=_("Name"), max_length=200, widget=forms.TextInput({"dir": "auto"}))


class DeletionForm(forms.Form):
    """The name, to be sure."""

    name = forms.CharField(
        label=_("The name of the organization, to be sure"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "dir": "auto"}),
    )


@require_http_methods(["GET", "POST"])
def organization(request: Request) -> HttpResponse:
    """Its name, its owners, those who left last, and the way to its end; a post calls it otherwise."""
    demand(Verb.OWN, request.membership)
    form = RenamingForm(request.POST or None, initial={"name": request.organization.name})
    if request.method == "POST" and form.is_valid():
        try:
            rename_organization(request.organization, form.cleaned_data["name"])
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("The organization has its new name."))
            return redirect("organization", request.organization.slug)
    people = Membership.objects.allowing(Verb.OVERSEE, request.membership)
    context = {
        "nav": "people",
        "form": form,
        "owners": people.filter(role=Role.OWNER, left_at=None).order_by("username"),
        "gone": people.filter(left_at__isnull=False).order_by("-left_at")[:MOST_GONE],
    }
    return render(request, "workspaces/organization.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def delete(request: Request) -> HttpResponse:
    """Ask, whoever it is once more, and for the name; then owners alone enter until all of it is deleted."""
    demand(Verb.OWN, request.membership)
    answer: HttpResponse = _delete(request)
    return answer


@reauthentication_required  # type: ignore[untyped-decorator]
def _delete(request: Request) -> HttpResponse:
    form = DeletionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            order_deletion(request.organization, typed=form.cleaned_data["name"])
        except DomainError as error:
            explain(form, error)
        else:
            messages.success(request, gettext("From now on owners alone can enter."))
            return redirect("organization", request.organization.slug)
    context = {"nav": "people", "form": form, "days": settings.ORGANIZATION_KEPT_DAYS}
    template = "workspaces/delete_organization.html"
    return render(request, template, context, status=422 if form.errors else 200)


@require_POST
def keep(request: Request) -> HttpResponse:
    """All is as it was."""
    demand(Verb.OWN, request.membership)
    keep_organization(request.organization)
    messages.success(request, gettext("The organization stays. Everybody can enter again."))
    return redirect("organization", request.organization.slug)
