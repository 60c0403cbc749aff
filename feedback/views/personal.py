"""Somebody's own data: a copy for the person, and erasure by an owner."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import Verb, demand
from accounts.forms import explain
from accounts.models import Membership
from core.downloads import one_file
from core.errors import DomainError
from core.http import Request
from feedback.actions.personal import ask_again, ask_for_copy, erase_person, open_copy
from feedback.models import PersonalRequest
from feedback.personal_forms import ErasureForm
from feedback.reports.personal import holdings

RECENT = 10


@require_http_methods(["GET", "POST"])
def my_data(request: Request) -> HttpResponse:
    """What is kept of oneself, and copies of it; a post asks for another one."""
    if request.method == "POST":
        return _ask(request, request.membership, "my_data")
    requests = PersonalRequest.objects.allowing(Verb.VIEW, request.membership)
    context = {
        "nav": "account",
        "holdings": holdings(request.membership),
        "requests": requests.filter(membership=request.membership)[:RECENT],
    }
    return render(request, "feedback/my_data.html", context)


@require_http_methods(["GET", "POST"])
def persons_data(request: Request, pk: UUID) -> HttpResponse:
    """The same about somebody, for owners, also of those who left; and the form to erase them."""
    person = _person(request, pk)
    if request.method == "POST":
        return _ask(request, person, "persons_data", pk)
    return _page(request, person, ErasureForm())


@require_POST
def erase(request: Request, pk: UUID) -> HttpResponse:
    """Erase somebody, whose username is written to be sure."""
    person = _person(request, pk)
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, person, form)
    deletes = form.cleaned_data["answers"] == "delete"
    try:
        erase_person(
            person, typed=form.cleaned_data["username"], deletes_answers=deletes, by=request.membership
        )
    except DomainError as error:
        explain(form, error)
        return _page(request, person, form)
    if person.pk == request.membership.pk:
        return redirect("index")
    messages.success(request, gettext("The person is erased. What takes longer is done by and by."))
    return redirect("persons_data", request.organization.slug, pk)


@require_POST
def again(request: Request, pk: UUID, asked: UUID) -> HttpResponse:
    """Do once more what failed about somebody."""
    person = _person(request, pk)
    failed = PersonalRequest.objects.fetch(Verb.OWN, request.membership, pk=asked, membership=person)
    try:
        ask_again(failed, by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("It is being tried again. This page shows when it is done."))
    return redirect("persons_data", request.organization.slug, pk)


@require_GET
@never_cache
def my_copy(request: Request, pk: UUID) -> HttpResponseBase:
    """The file: for whom it concerns; of somebody who cannot come in any more, for owners."""
    found = PersonalRequest.objects.fetch(Verb.VIEW, request.membership, pk=pk)
    name, file = open_copy(found, by=request.membership)
    return one_file(file, name, file.size)


def _person(request: Request, pk: UUID) -> Membership:
    demand(Verb.OWN, request.membership)
    return Membership.objects.fetch(Verb.OWN, request.membership, pk=pk)


def _ask(request: Request, person: Membership, back: str, *where: Any) -> HttpResponse:
    try:
        ask_for_copy(person, by=request.membership)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("The copy is being made. It will be here in a moment."))
    return redirect(back, request.organization.slug, *where)


def _page(request: Request, person: Membership, form: ErasureForm) -> HttpResponse:
    requests = PersonalRequest.objects.allowing(Verb.VIEW, request.membership).filter(membership=person)
    context = {
        "nav": "people",
        "person": person,
        "holdings": holdings(person),
        "requests": requests[:RECENT],
        "form": form,
    }
    return render(request, "feedback/persons_data.html", context, status=422 if form.errors else 200)
